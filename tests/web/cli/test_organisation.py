"""The tables on the command line: out, and in again without a change; a fault names its cell."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from motcua.formats.tables import write_xlsx
from motcua.record.organisation.models import Person
from motcua.record.organisation.tables.sheets import PEOPLE
from motcua.web.cli.commands import parser

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> int:
    args: argparse.Namespace = parser().parse_args(["organisation", *arguments])
    return args.run(args)


def person(file: Path, **changes: Any) -> str:
    file.write_bytes(write_xlsx([(PEOPLE, [{"staff_code": "CL.1", "full_name": "Mai Thị Lệnh"} | changes])]))
    return str(file)


def test_what_is_exported_comes_back_as_no_change(tmp_path, capsys):
    file = str(tmp_path / "all.xlsx")
    assert run("export", file) == 0
    assert run("import", file, "--dry-run") == 0
    assert capsys.readouterr().out.splitlines()[0] == "agencies: 0 added, 0 changed, 0 closed"


def test_a_dry_run_changes_nothing_and_a_run_does(tmp_path, capsys):
    file = person(tmp_path / "p.xlsx")
    assert run("import", file, "--dry-run") == 0
    assert not Person.objects.filter(staff_code="CL.1").exists()
    assert run("import", file) == 0
    assert Person.objects.filter(staff_code="CL.1").exists()
    assert "people: 1 added, 0 changed, 0 closed" in capsys.readouterr().out


def test_faults_are_told_with_their_cells(tmp_path, capsys):
    assert run("import", person(tmp_path / "p.xlsx", email="nobody")) == 1
    assert "Nhân sự!C2" in capsys.readouterr().err
    assert run("import", str(tmp_path / "none.xlsx")) == 2
    assert run("export", str(tmp_path / "a.csv")) == 2
    assert run("export", str(tmp_path / "a.csv"), "--sheet", "nothing") == 2


def test_promises_are_told_before_they_move(capsys):
    assert run("repromise", "QĐ 1/QĐ-TTg", "--dry-run") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("moved 0")
    assert run("repromise", "QĐ 1/QĐ-TTg", "--calendar", "none") == 2

"""A decision as a file: told before, committed whole, or refused with the place that is wrong."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import timezone

from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.models import Agency
from motcua.record.organisation.queries import agency_by_code
from motcua.web.cli.commands import parser

pytestmark = pytest.mark.django_db


def decision(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    first, second = Agency.objects.filter(level="commune", valid_to=None).order_by("code")[:2]
    line = {"kind": "merged", "sources": [first.code, second.code]}
    line["results"] = [{"code": "H15.901", "name_vi": "UBND phường Hợp Nhất"}]
    head = {"number": "9/NQ", "signed_on": today, "effective_on": today, "legal_basis": "Luật 72/2025/QH15"}
    return head | {"lines": [line]} | changes


def run(folder: Path, data: Any, *options: str) -> int:
    file = folder / "decision.yaml"
    file.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    args = parser().parse_args(["decisions", "commit", str(file), *options])
    return int(args.run(args))


def test_a_dry_run_tells_what_would_change_and_changes_nothing(tmp_path, capsys):
    data = decision()
    assert run(tmp_path, data, "--dry-run") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "begins: H15.901 UBND phường Hợp Nhất"
    assert [line.split()[1] for line in told if line.startswith("ends:")] == data["lines"][0]["sources"]
    assert told[-1] == "nothing was changed"
    assert not Decision.objects.exists()
    assert agency_by_code("H15.901", timezone.localdate()) is None


def test_a_decision_is_committed_and_carried_out(tmp_path, capsys):
    data = decision()
    assert run(tmp_path, data) == 0
    assert Decision.objects.get().status == Decision.Status.CARRIED_OUT
    today = timezone.localdate()
    assert agency_by_code("H15.901", today) is not None
    assert all(agency_by_code(code, today) is None for code in data["lines"][0]["sources"])


def test_an_agency_that_takes_others_in_is_named_by_its_code_alone(tmp_path, capsys):
    data = decision()
    first, second = data["lines"][0]["sources"]
    data["lines"][0] |= {"sources": [second], "results": [{"code": first}]}
    assert run(tmp_path, data) == 0
    today = timezone.localdate()
    assert agency_by_code(first, today) is not None
    assert agency_by_code(second, today) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": ""}, "number is missing"),
        ({"signed_on": "yesterday"}, "signed_on: yesterday"),
        ({"effective_on": dt.datetime(2026, 1, 1)}, "effective_on"),
        ({"colour": "red"}, "colour is not known"),
        ({"series": "red"}, "numbered series"),
        ({"lines": "all"}, "lines is not a list"),
        ({"lines": [7]}, "lines[1]"),
        ({"lines": [{"kind": "merged", "sources": ["H99.1"]}]}, "lines[1].sources: no agency has the code H99.1"),
        ({"lines": [{"kind": "eaten", "sources": []}]}, "Choose what the decision does"),
        ({"lines": [{"kind": "created", "results": [{"code": "x", "name_vi": "y", "level": "commune"}]}]}, "H15.14"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_kept(tmp_path, capsys, changes, told):
    assert run(tmp_path, decision(**changes)) == 2
    assert told in capsys.readouterr().err
    assert not Decision.objects.exists()


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "\x00", "a: !!python/object:os.system {}"])
def test_what_is_no_decision_is_told_in_one_sentence(tmp_path, capsys, text):
    assert run(tmp_path, text) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    args = parser().parse_args(["decisions", "commit", str(tmp_path / "none.yaml")])
    assert args.run(args) == 2
    assert "none.yaml" in capsys.readouterr().err

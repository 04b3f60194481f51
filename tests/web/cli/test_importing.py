"""`motcua import dossiers`: what is read is never written over, and what stays of a broken import is told."""

import json

import pytest

from motcua.serve.dossiers.models import Dossier
from motcua.web.cli.commands import parse

HEADS = "code,procedure,agency,name,received_at\n"


def run(*words: str) -> int:
    args = parse(["--lang", "en", "import", "dossiers", *words])
    return int(args.run(args))


def row(n: int) -> str:
    return f"A-{n},1.001193,H15.136,Lê Thị Mẫu,2026-11-02\n"


def test_the_file_that_is_read_is_not_written_over_by_its_faults(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text(HEADS + row(1), encoding="utf-8")
    before = path.read_bytes()
    for errors in (path, tmp_path / "." / "a.csv"):
        assert run(str(path), "--source", "old", "--errors", str(errors)) == 2
        assert "name another file" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.django_db
def test_a_second_file_that_cannot_be_read_says_what_stays_of_the_first(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("motcua.borders.exchange.reading.PORTION", 2)
    whole, cut = tmp_path / "a.csv", tmp_path / "b.csv"
    whole.write_text(HEADS + row(1) + row(2), encoding="utf-8")
    cut.write_text(HEADS + row(3) + "A-4,1.0011", encoding="utf-8")
    assert run(str(whole), str(cut), "--source", "old") == 2
    told = capsys.readouterr().err
    assert "b.csv is cut off" in told
    assert "2 written before it stay" in told
    assert Dossier.objects.count() == 2
    cut.write_text(HEADS + row(3), encoding="utf-8")
    assert run(str(whole), str(cut), "--source", "old", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"read": 3, "written": 1, "known": 2, "wrong": 0, "dry_run": False}

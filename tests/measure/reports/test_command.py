"""`motcua report make` and `motcua facts export` with arguments that cannot be meant."""

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from tests.samples import birth

from motcua.measure.metrics import cli as metrics_cli
from motcua.measure.reports import cli as reports_cli
from motcua.measure.reports import making
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


PERIOD = ["--from", "2026-11-01", "--to", "2026-11-30"]


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    reports_cli.register(subparsers)
    metrics_cli.register(subparsers)
    args = parser.parse_args(list(words))
    return int(args.run(args))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--as-of", "9999-12-31"], "9999-12-31: give a date"),
        (["--as-of", "0001-01-01T00:00"], "0001-01-01T00:00: give a date"),
        (["--as-of", "20260705"], "20260705: the ledger ends at position"),
        (["--as-of", "31/02/2026"], "31/02/2026: give a date"),
        (["--agency", "NOPE"], "NOPE"),
        (["--format", "pdf"], "pdf is no text"),
        (["--out", "/nowhere/a.json"], "/nowhere/a.json cannot be written"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_named(words, told, capsys):
    assert run("report", "make", "II.06a", *PERIOD, *words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("known", ["30/11/2090", "2090-11-30", "2090-11-30T10:00"])
def test_measures_are_known_at_a_day_as_reports_are(known, actor_of, capsys):
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=dt.datetime(2026, 11, 20, 9, tzinfo=LOCAL))
    assert run("measure", "run", "dossiers.received", *PERIOD, "--as-of", known) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"dossiers.received": 1}]
    assert run("measure", "run", "dossiers.received", *PERIOD, "--as-of", "2001-01-01") == 2
    assert "the record begins on" in capsys.readouterr().err


def test_a_form_with_more_rows_than_it_holds_says_so(monkeypatch, capsys):
    def too_many(*_args: object) -> None:
        raise making.TooManyRows(2_000, 5_475)

    monkeypatch.setattr(making, "make", too_many)
    assert run("report", "make", "DG-01", *PERIOD) == 2
    assert "DG-01 holds 2,000 rows, and there are 5,475" in capsys.readouterr().err


def test_facts_that_cannot_be_written_are_told_with_their_place(tmp_path: Path, capsys):
    (tmp_path / "file").write_text("")
    assert run("facts", "export", "--to", str(tmp_path / "file")) == 2
    assert "file cannot be written" in capsys.readouterr().err

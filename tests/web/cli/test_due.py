"""`motcua due` as it is typed: the example of the manual, files, and what cannot be read."""

import argparse
import datetime as dt
import io
import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.working_time import LOCAL, Duration
from motcua.web.cli import due
from motcua.web.cli.commands import run_command

CALENDAR = due.shipped_calendar()


def motcua_due(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    due.add_arguments(parser)
    return due.run(parser.parse_args(arguments))


def test_the_example_of_the_manual_holds(capsys):
    assert motcua_due("--received", "2020-01-22T15:30", "--for", "5wd", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["due_at", "proof"]
    assert answer["due_at"] == "2020-02-05T15:30:00+07:00"
    assert {"date": "2020-01-25", "kind": "skipped", "reason": "holiday", "name": "Tết Nguyên Đán"} in answer["proof"]
    assert sum(line.get("days", 0) for line in answer["proof"]) == 5


def test_a_cut_off_moves_the_start(capsys):
    assert motcua_due("--received", "2020-01-22T15:30", "--for", "5wd", "--cut-off", "15:00", "--json") == 0
    assert json.loads(capsys.readouterr().out)["due_at"] == "2020-02-05T17:00:00+07:00"


def test_a_time_that_names_its_zone_is_the_same_instant(capsys):
    assert motcua_due("--received", "2020-01-22T08:30Z", "--for", "5wd", "--json") == 0
    assert json.loads(capsys.readouterr().out)["due_at"] == "2020-02-05T15:30:00+07:00"


def test_without_json_a_table_says_why(capsys):
    assert motcua_due("--received", "2020-01-22T15:30", "--for", "5wd") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Due 15:30 05/02/2020 (Wednesday)"
    assert [line.split()[:3] for line in lines[1:3]] == [
        ["Wed", "22/01/2020", "start"],
        ["Thu", "23/01/2020", "skipped"],
    ]
    assert "day 5" in lines[-2]


def test_a_file_is_answered_line_by_line(tmp_path, capsys):
    file = tmp_path / "many.csv"
    file.write_text("\ufeffreceived,for\n2020-01-22T15:30,5wd\n\n2026-01-09T16:00,2wh\n", encoding="utf-8")
    assert motcua_due("--from", str(file)) == 0
    found = [json.loads(line)["due_at"] for line in capsys.readouterr().out.splitlines()]
    assert found == ["2020-02-05T15:30:00+07:00", "2026-01-10T08:30:00+07:00"]


def test_columns_may_stand_in_another_order_with_semicolons(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("code;For;Received\n1;1wd;2026-11-16T07:30\n"))
    assert motcua_due("--from", "-") == 0
    assert json.loads(capsys.readouterr().out)["due_at"] == "2026-11-16T17:00:00+07:00"


def test_a_bad_row_is_named_by_its_line_and_the_others_are_answered(tmp_path, capsys):
    file = tmp_path / "many.csv"
    file.write_text("received,for\nyesterday,5wd\n2026-11-16T07:30,5 days\n2026-11-16T07:30\n2026-11-16T07:30,1wd\n")
    assert motcua_due("--from", str(file)) == 2
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 1
    assert [line.split(":")[0] for line in printed.err.splitlines()] == ["line 2", "line 3", "line 4"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--received", "yesterday", "--for", "5wd"], "'yesterday' is not a time such as 2020-01-22T15:30."),
        (["--received", "2026-11-16T08:00", "--for", "5"], "'5' is not a time limit such as 4wh, 5wd, 20d or 1m."),
        (["--received", "2026-11-16T08:00"], "Say the time limit: --for 5wd."),
        (["--received", "2026-11-16T08:00", "--for", "5wd", "--cut-off", "3pm"], "'3pm' is not an hour such as 15:00."),
        (["--received", "0001-01-01T00:00+14:00", "--for", "5wd"], "the year 1 is outside the calendar's years"),
        (["--received", "2026-11-16T08:00", "--for", "999999999m"], "999999999m leads beyond the calendar's years"),
        (["--from", "/nowhere.csv"], "/nowhere.csv cannot be read: No such file or directory."),
        (["--from", "x.csv", "--for", "5wd"], "--for goes with --received; a file has its own column for."),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments, sentence, capsys):
    assert motcua_due(*arguments) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"{sentence}\n")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"received;for\n\xff\xfe\n", b"received\n2026-11-16\n"])
def test_a_file_that_is_no_such_table_is_refused(content, tmp_path, capsys):
    file = tmp_path / "many.csv"
    file.write_bytes(content)
    assert motcua_due("--from", str(file)) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_calendar_of_a_provinces_data_set_is_found_by_its_code(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "provinces" / "somewhere"
    folder.mkdir(parents=True)
    (folder / "days.csv").write_text("date,kind,name_vi\n2026-11-17,off,Nghỉ lễ\n", encoding="utf-8")
    (folder / "calendar.yaml").write_text(
        "code: mornings\ndays: days.csv\n"
        'shifts: [{valid_from: 2020-01-01, weekdays: [0, 1, 2, 3, 4, 5], hours: ["08:00-12:00"]}]\n'
    )
    monkeypatch.setenv("MOTCUA_DATASETS", str(tmp_path))
    assert motcua_due("--received", "2026-11-16T09:00", "--for", "8wh", "--calendar", "mornings", "--json") == 0
    assert json.loads(capsys.readouterr().out)["due_at"] == "2026-11-19T09:00:00+07:00"


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 9 * 365 * 1440),
    st.integers(0, 40),
    st.sampled_from(["wh", "wd", "d", "m"]),
    st.sampled_from([None, dt.time(15)]),
)
def test_a_line_of_a_file_is_the_promise_with_its_proof(minute, amount, unit, cut_off):
    received = dt.datetime(2018, 1, 1, tzinfo=LOCAL) + dt.timedelta(minutes=minute)
    lines = LINES[cut_off]
    promise = CALENDAR.promise(received, Duration(amount, unit), cut_off=cut_off)
    expected = {"due_at": promise.due_at.isoformat(), "proof": [line.as_json() for line in promise.proof]}
    assert json.loads(lines.of(received, Duration(amount, unit))) == expected


# Kept over all examples, as over the rows of a file.
LINES = {cut_off: due.Lines(CALENDAR, cut_off) for cut_off in (None, dt.time(15))}


def test_a_promise_is_told_in_vietnamese_where_it_is_asked_for(capsys):
    assert run_command(["due", "--received", "2026-04-29T15:30", "--for", "3wd", "--lang", "vi"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Hẹn trả 15:30 ")
    assert "Thứ" in told.splitlines()[0]
    assert "cuối tuần" in told
    assert run_command(["due", "--received", "x", "--for", "3wd", "--lang", "vi"]) == 2
    assert "không phải thời điểm" in capsys.readouterr().err

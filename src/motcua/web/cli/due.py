"""`motcua due`: the promised time of something received, with its proof. Needs no database for shipped calendars."""

import argparse
import csv
import datetime as dt
import itertools
import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import yaml

from motcua.formats.datafiles import datasets_folder
from motcua.rules.working_time import (
    LOCAL,
    Calendar,
    Duration,
    OutOfCalendar,
    Promise,
    ProofLine,
    Shift,
    WeeklyShifts,
)
from motcua.web.cli.speaking import language, say, translate

if TYPE_CHECKING:
    from _csv import Reader

SHIFTS = (Shift(dt.time(7, 30), dt.time(11, 30)), Shift(dt.time(13, 30), dt.time(17, 0)))
DEFAULT = "default"
COLUMNS = ("received", "for")
PROOFS_KEPT = 100_000
WORDS = {
    "in_hours": "the clock starts",
    "outside_hours": "outside working hours",
    "cut_off": "after the cut-off",
    "next_working_day": "to the next working day",
    "working_day": "",
    "made_up_day": "",
    "calendar_day": "",
    "weekend": "weekend",
    "no_shifts": "no working hours",
    "due": "",
}
WEEKDAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class BadInput(ValueError):
    """An input that cannot be read; the sentence says which."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--received", help="time of receipt, local unless it names its zone: 2020-01-22T15:30")
    what.add_argument("--from", dest="source", help="a CSV file with the columns received,for; - for standard input")
    parser.add_argument("--for", dest="limit", help="time limit: 4wh, 5wd, 20d, 1m")
    parser.add_argument("--cut-off", help="received from this hour counts from the next working day: 15:00")
    parser.add_argument("--calendar", default=DEFAULT, help="code of a calendar; the usual shifts if not given")
    parser.add_argument("--json", action="store_true", help="print JSON (a file is always answered in JSON)")


def run(args: argparse.Namespace) -> int:
    """Print one promise, or one line of JSON for each row; 2 where an input cannot be read."""
    try:
        return _answer(args)
    except (BadInput, OutOfCalendar) as error:
        sys.stderr.write(f"{translate(language(args), str(error))}\n")
        return 2
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing is left to say, also when Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _answer(args: argparse.Namespace) -> int:
    cut_off = _time(args.cut_off) if args.cut_off else None
    if args.source:
        if args.limit:
            raise BadInput("--for goes with --received; a file has its own column for.")
        return _many(args.source, load_calendar(args.calendar), cut_off, language(args))
    if not args.limit:
        raise BadInput("Say the time limit: --for 5wd.")
    received, limit = _instant(args.received), _limit(args.limit)
    promise = load_calendar(args.calendar).promise(received, limit, cut_off=cut_off)
    sys.stdout.write((as_json(promise) if args.json else _table(promise, language(args))) + "\n")
    return 0


# --- many rows ------------------------------------------------------------------------------------------------


def _many(source: str, calendar: Calendar, cut_off: dt.time | None, spoken: str) -> int:
    """Print one line for each row; tell what is wrong with a row by its line, and go on."""
    wrong = 0
    lines = Lines(calendar, cut_off)
    for number, received, limit in _rows(source):
        try:
            sys.stdout.write(lines.of(_instant(received), _limit(limit)))
        except (BadInput, OutOfCalendar) as error:
            wrong += 1
            sys.stderr.write(say(spoken, "line {n}: {why}", n=number, why=translate(spoken, str(error))) + "\n")
    sys.stdout.flush()
    return 2 if wrong else 0


class Lines:
    """Lines of JSON for many receipts. The proof of a limit in days does not depend on the clock time: it is kept."""

    def __init__(self, calendar: Calendar, cut_off: dt.time | None) -> None:
        self.calendar, self.cut_off = calendar, cut_off
        self.proofs: dict[tuple[object, ...], str] = {}

    def of(self, received: dt.datetime, limit: Duration) -> str:
        """Return the line of one receipt."""
        if limit.unit == "wh":
            return as_json(self.calendar.promise(received, limit, cut_off=self.cut_off)) + "\n"
        begin, moved = self.calendar.starts_counting(received, self.cut_off)
        due = self.calendar.add(begin, limit.amount, limit.unit)
        # A start at the first opening counts its own day.
        opening = begin.time() == self.calendar.shifts_on(begin.date())[0].opens
        key = (received.astimezone(LOCAL).date(), moved, begin.date(), opening, limit, due.date())
        proof = self.proofs.get(key)
        if proof is None:
            if len(self.proofs) >= PROOFS_KEPT:
                self.proofs.clear()
            proof = self.proofs[key] = _proof(self.calendar.promise(received, limit, cut_off=self.cut_off).proof)
        return f'{{"due_at": "{due.isoformat()}", "proof": {proof}}}\n'


def _rows(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, time of receipt and limit of each row; empty rows are passed over."""
    try:
        with sys.stdin if source == "-" else Path(source).open(newline="", encoding="utf-8-sig") as file:
            reader = _reader(file)
            names = [name.strip().lower() for name in next(reader, [])]
            if not set(COLUMNS) <= set(names):
                raise BadInput(f"{source} needs a first line with the columns received,for.")
            received, limit = (names.index(name) for name in COLUMNS)
            for row in reader:
                if row:
                    padded = row + [""] * (max(received, limit) + 1 - len(row))
                    yield reader.line_num, padded[received], padded[limit]
    except OSError as error:
        raise BadInput(f"{source} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{source} is not a text file in UTF-8.") from error
    except csv.Error as error:
        raise BadInput(f"{source} is not a CSV file: {error}.") from error


def _reader(file: TextIO) -> "Reader":
    """Return a reader that takes commas, or the semicolons that spreadsheets write in Viet Nam."""
    first = file.readline().removeprefix("\ufeff")
    delimiter = ";" if ";" in first and "," not in first else ","
    return csv.reader(itertools.chain([first], file) if first else [], delimiter=delimiter)


# --- what was typed -------------------------------------------------------------------------------------------


def _instant(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{text!r} is not a time such as 2020-01-22T15:30.") from None
    return moment.replace(tzinfo=LOCAL) if moment.tzinfo is None else moment


@lru_cache(maxsize=1_000)
def _limit(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a time limit such as 4wh, 5wd, 20d or 1m.") from None


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not an hour such as 15:00.") from None


# --- what is printed ------------------------------------------------------------------------------------------


def as_json(promise: Promise) -> str:
    """Return a promise as one line of JSON."""
    return f'{{"due_at": "{promise.due_at.isoformat()}", "proof": {_proof(promise.proof)}}}'


def _proof(lines: Sequence[ProofLine]) -> str:
    return f"[{', '.join(map(_proof_line, lines))}]"


@lru_cache(maxsize=PROOFS_KEPT)
def _proof_line(line: ProofLine) -> str:
    return json.dumps(line.as_json(), ensure_ascii=False)


def _table(promise: Promise, spoken: str) -> str:
    due = promise.due_at
    rows = [
        say(spoken, "Due {time} {date} ({day})", time=f"{due:%H:%M}", date=f"{due:%d/%m/%Y}", day=_day(due, spoken))
    ]
    counted = 0
    for line in promise.proof:
        counted += line.days
        amount = say(spoken, "day {n}", n=counted) if line.days else ""
        amount = amount or (say(spoken, "{n} min", n=line.minutes) if line.minutes else "")
        why = line.name or say(spoken, WORDS.get(line.reason, line.reason))
        day, kind = _day(line.date, spoken, short=True), say(spoken, line.kind)
        rows.append(f"  {day} {line.date:%d/%m/%Y}  {kind:8} {amount:>8}  {why}".rstrip())
    return "\n".join(rows)


def _day(day: dt.date, spoken: str, *, short: bool = False) -> str:
    """Return the name of a day of the week."""
    if spoken != "vi":
        return f"{day:%a}" if short else f"{day:%A}"
    number = day.isoweekday() + 1
    if short:
        return "CN" if number == 8 else f"T{number}"
    return WEEKDAYS_VI[day.weekday()]


# --- calendars ------------------------------------------------------------------------------------------------


def load_calendar(code: str) -> Calendar:
    """Return the shipped calendar, or one of a province's data set, or one of the database by its code.

    Raises:
        BadInput: there is no such calendar.
    """
    return shipped_calendar() if code == DEFAULT else _of_datasets(code) or _stored(code)


def shipped_calendar() -> Calendar:
    """Return the calendar of the data set: usual shifts, the national days off."""
    return _with_days(DEFAULT, [WeeklyShifts(dt.date.min, dict.fromkeys(range(5), SHIFTS))], _national_days())


def _national_days() -> Path:
    return datasets_folder() / "holidays" / "vn.csv"


def _with_days(code: str, weekly: Sequence[WeeklyShifts], days: Path) -> Calendar:
    try:
        with days.open(newline="", encoding="utf-8") as file:
            return Calendar.from_rows(code, weekly, csv.DictReader(file))
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(f"The days off in {days} cannot be read: {error}.") from error


def _of_datasets(code: str) -> Calendar | None:
    """Return the calendar of this code from any province's `calendar.yaml`."""
    for file in sorted((datasets_folder() / "provinces").glob("*/calendar.yaml")):
        try:
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            if data["code"] == code:
                days = file.parent / data["days"]
                return _with_days(code, [_week(block) for block in data["shifts"]], days)
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
            raise BadInput(f"The calendar in {file} cannot be read: {error}.") from error
    return None


def _week(block: dict[str, object]) -> WeeklyShifts:
    hours: object = block["hours"]
    assert isinstance(hours, list)
    shifts = tuple(Shift(*map(dt.time.fromisoformat, text.split("-"))) for text in hours)
    return WeeklyShifts(block["valid_from"], dict.fromkeys(block["weekdays"], shifts))  # type: ignore[arg-type, call-overload]


def _stored(code: str) -> Calendar:
    from motcua.web.cli.commands import start_django
    from motcua.web.launcher.setup import ready

    with ready():
        start_django()
        from motcua.record.organisation.models import WorkCalendar
        from motcua.record.organisation.queries import calendar_by_code

        try:
            return calendar_by_code(code)
        except WorkCalendar.DoesNotExist:
            raise BadInput(f"There is no calendar {code!r}.") from None

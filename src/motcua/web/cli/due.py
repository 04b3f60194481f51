"""`motcua due`: the promised time of something received, with its proof. Needs no database for the shipped calendar."""

import argparse
import csv
import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from motcua.formats.datafiles import datasets_folder
from motcua.rules.working_time import LOCAL, Calendar, Duration, OutOfCalendar, Promise, Shift, WeeklyShifts

SHIFTS = (Shift(dt.time(7, 30), dt.time(11, 30)), Shift(dt.time(13, 30), dt.time(17, 0)))
DEFAULT = "default"


class BadInput(ValueError):
    """An input that cannot be read; the sentence says which."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--received", help="local time of receipt, 2020-01-22T15:30")
    what.add_argument("--from", dest="source", help="a CSV file with the columns received,for; - for standard input")
    parser.add_argument("--for", dest="limit", help="time limit: 4wh, 5wd, 20d, 1m")
    parser.add_argument("--cut-off", help="received from this hour counts from the next working day: 15:00")
    parser.add_argument("--calendar", default=DEFAULT, help="code of a calendar; the shipped one if not given")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print one promise, or one line of JSON for each row; 2 where an input cannot be read."""
    try:
        cut_off = _time(args.cut_off) if args.cut_off else None
        calendar = load_calendar(args.calendar)
        if args.source:
            return _many(args.source, calendar, cut_off)
        if not args.limit:
            raise BadInput("Say the time limit: --for 5wd.")
        promise = calendar.promise(_instant(args.received), _limit(args.limit), cut_off=cut_off)
    except (BadInput, OutOfCalendar) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write((as_json(promise) if args.json else _table(promise)) + "\n")
    return 0


def _many(source: str, calendar: Calendar, cut_off: dt.time | None) -> int:
    wrong = 0
    for number, row in _rows(source):
        try:
            received, limit = row.get("received"), row.get("for")
            if not received or not limit:
                raise BadInput("needs the columns received and for")
            sys.stdout.write(as_json(calendar.promise(_instant(received), _limit(limit), cut_off=cut_off)) + "\n")
        except (BadInput, OutOfCalendar) as error:
            wrong += 1
            sys.stderr.write(f"line {number}: {error}\n")
    return 2 if wrong else 0


def _rows(source: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with sys.stdin if source == "-" else Path(source).open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise BadInput(f"{source} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{source} is not a text file in UTF-8.") from error


def _instant(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{text!r} is not a time such as 2020-01-22T15:30.") from None
    return moment.replace(tzinfo=LOCAL) if moment.tzinfo is None else moment


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


def as_json(promise: Promise) -> str:
    """Return a promise as one line of JSON."""
    proof = [line.as_json() for line in promise.proof]
    return json.dumps({"due_at": promise.due_at.isoformat(), "proof": proof}, ensure_ascii=False)


def _table(promise: Promise) -> str:
    rows = [f"Due {promise.due_at:%H:%M %d/%m/%Y} ({promise.due_at:%A})"]
    for line in promise.proof:
        amount = f"{line.days} d" if line.days else f"{line.minutes} min" if line.minutes else ""
        rows.append(f"  {line.date:%a %d/%m/%Y}  {line.kind:8} {amount:>8}  {line.reason} {line.name}".rstrip())
    return "\n".join(rows)


def load_calendar(code: str) -> Calendar:
    """Return the shipped calendar, or one of the database by its code.

    Raises:
        BadInput: there is no such calendar.
    """
    return shipped_calendar() if code == DEFAULT else _stored(code)


def shipped_calendar() -> Calendar:
    """Return the calendar of the data set: usual shifts, the national days off."""
    file = datasets_folder() / "holidays" / "vn.csv"
    days: dict[str, dict[dt.date, str]] = {"off": {}, "work": {}}
    with file.open(newline="", encoding="utf-8") as source:
        for row in csv.DictReader(source):
            days[row["kind"]][dt.date.fromisoformat(row["date"])] = row["name_vi"]
    week = WeeklyShifts(dt.date(2010, 1, 1), dict.fromkeys(range(5), SHIFTS))
    return Calendar(DEFAULT, [week], days["off"], days["work"])


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

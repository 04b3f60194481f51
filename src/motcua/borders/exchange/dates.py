"""Times as other records write them: three formats told apart by their form, everything else refused by name."""

import datetime as dt
import re
from typing import Any

from motcua.rules.working_time import LOCAL

NATIONAL = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,7})?)?)?(?:Z|[+-]\d{2}:?\d{2})?")
TWO_DIGIT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}\b.*")
# A date without a time: receipt counts from the morning, what ends has ended by the evening.
BEGIN, END = dt.time(0), dt.time(17, 0)


class BadTime(ValueError):
    """A time that cannot be read; `reason` says why: form, year, month_first, day."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason, self.text = reason, text


# Beyond these a year is a slip of the pen, and far beyond them no instant.
YEARS = range(1850, 2200)


def read_time(value: Any, without_time: dt.time = END) -> dt.datetime | None:
    """Return the instant that a cell says, None where nothing stands.

    `20200122153000` (the national form), `2020-01-22T15:30` (ISO 8601) and `22/01/2020 15:30` (day first) are read;
    without a zone they are local.

    Args:
        value: text, a date or a time of a workbook.
        without_time: the hour of what is a date only.

    Raises:
        BadTime: another form, a year of two digits, the month before the day, or a day that is none.
    """
    found = _read_time(value, without_time)
    if found is not None and found.year not in YEARS:
        raise BadTime("day", str(value).strip())
    return found


def _read_time(value: Any, without_time: dt.time) -> dt.datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=LOCAL)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, without_time, LOCAL)
    text = str(value).strip()
    if not text:
        return None
    if found := NATIONAL.fullmatch(text):
        return _made(found.groups(), without_time, text)
    if found := DAY_FIRST.fullmatch(text):
        day, month, year, *clock = found.groups()
        if int(month) > 12 and int(day) <= 12:
            raise BadTime("month_first", text)
        return _made((year, month, day, *clock), without_time, text)
    if ISO.fullmatch(text):
        return _iso(text, without_time)
    raise BadTime("year" if TWO_DIGIT_YEAR.fullmatch(text) else "form", text)


def _made(parts: tuple[str | None, ...], without_time: dt.time, text: str) -> dt.datetime:
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in parts)
    try:
        clock = without_time if hour is None else dt.time(hour, minute or 0, second or 0)
        return dt.datetime.combine(dt.date(year or 0, month or 0, day or 0), clock, LOCAL)
    except ValueError:
        raise BadTime("day", text) from None


def _iso(text: str, without_time: dt.time) -> dt.datetime:
    date, mark, clock = text.replace(" ", "T").replace(",", ".").partition("T")
    try:
        day = dt.date(*(int(part) for part in date.split("-")))
        if not mark:
            return dt.datetime.combine(day, without_time, LOCAL)
        # Seven digits of a second are more than a clock here keeps.
        clock = re.sub(r"(\.\d{6})\d", r"\1", clock)
        at = dt.time.fromisoformat(clock if clock[1:2] != ":" else f"0{clock}")
    except ValueError:
        raise BadTime("day", text) from None
    return dt.datetime.combine(day, at, at.tzinfo or LOCAL)

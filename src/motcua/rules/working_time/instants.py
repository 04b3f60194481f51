"""Instants as whole seconds of the local wall clock, and dates as days, both since 1970-01-01."""

import datetime as dt
from zoneinfo import ZoneInfo

from motcua.rules.working_time.terms import OutOfCalendar

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
EPOCH = dt.date(1970, 1, 1)
EPOCH_ORDINAL = EPOCH.toordinal()
DAY = 86_400


def day_number(day: dt.date) -> int:
    """Return a date as days since 1970-01-01."""
    return day.toordinal() - EPOCH_ORDINAL


def date_of(day: int) -> dt.date:
    """Return days since 1970-01-01 as a date."""
    return dt.date.fromordinal(day + EPOCH_ORDINAL)


def seconds_of(time: dt.time) -> int:
    """Return a clock time as seconds since midnight; parts of a second are dropped."""
    return time.hour * 3600 + time.minute * 60 + time.second


def local(instant: dt.datetime) -> dt.datetime:
    """Return an aware instant in local time.

    Raises:
        ValueError: a naive instant.
        OutOfCalendar: an instant at the very end of what a date can hold.
    """
    if instant.tzinfo is None:
        raise ValueError("a naive instant: say which time zone it is in")
    try:
        return instant.astimezone(LOCAL)
    except OverflowError:
        raise OutOfCalendar(f"the year {instant.year} is outside the calendar's years") from None


def to_wall(instant: dt.datetime) -> int:
    """Return an aware instant as seconds of the local wall clock.

    Raises:
        ValueError: a naive instant.
    """
    at = local(instant)
    return (at.toordinal() - EPOCH_ORDINAL) * DAY + at.hour * 3600 + at.minute * 60 + at.second


def from_wall(seconds: int) -> dt.datetime:
    """Return seconds of the local wall clock as an aware local instant."""
    day, rest = divmod(int(seconds), DAY)
    hours, rest = divmod(rest, 3600)
    at = date_of(day)
    return dt.datetime(at.year, at.month, at.day, hours, rest // 60, rest % 60, tzinfo=LOCAL)


def to_local_date(instant: dt.datetime) -> dt.date:
    """Return the local date of an aware instant.

    Raises:
        ValueError: a naive instant.
    """
    return local(instant).date()

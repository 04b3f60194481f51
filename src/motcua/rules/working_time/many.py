"""Due times of many starts at once: the arithmetic of `Timetable.end`, over arrays."""

import numpy as np
from numpy.typing import NDArray

from motcua.rules.months import add_months_many
from motcua.rules.working_time.instants import DAY
from motcua.rules.working_time.terms import OutOfCalendar
from motcua.rules.working_time.timetable import BEYOND, Timetable

Seconds = NDArray[np.int64]


def ends(timetable: Timetable, received: Seconds, amount: int, unit: str) -> Seconds:
    """Return when a checked time limit ends for each instant of receipt.

    Args:
        received: seconds of the local wall clock; outside a shift the start moves to the next opening.

    Raises:
        OutOfCalendar: a start or an end lies outside the calendar's years.
    """
    if received.size == 0:
        return received
    timetable.check(int(received.min()), int(received.max()))
    start, shift = _starts(timetable, received)
    if amount == 0 and unit in ("wh", "wd"):
        return start
    if unit == "wh":
        return _working_hours(timetable, start, shift, amount)
    if unit == "wd":
        return _working_days(timetable, start, amount)
    day = start // DAY
    target = day + amount if unit == "d" else add_months_many(day, amount)
    return _last_closing(timetable, _working_day(timetable, np.searchsorted(timetable.days, target)))


def _starts(timetable: Timetable, at: Seconds) -> tuple[Seconds, Seconds]:
    """Return each start moved into a shift, and the index of that shift."""
    shift = np.searchsorted(timetable.opens, at, side="right") - 1
    outside = (shift < 0) | (at >= timetable.closes[shift])
    shift = shift + outside
    if bool((shift >= len(timetable.opens)).any()):
        raise OutOfCalendar(f"a start {BEYOND}")
    return np.maximum(at, timetable.opens[shift]), shift


def _working_hours(timetable: Timetable, start: Seconds, shift: Seconds, amount: int) -> Seconds:
    target = timetable.before[shift] + start - timetable.opens[shift] + amount * 3600
    last = np.searchsorted(timetable.before, target, side="left") - 1
    end: Seconds = timetable.opens[last] + target - timetable.before[last]
    if bool((end > timetable.closes[last]).any()):
        raise OutOfCalendar(f"a due time {BEYOND}")
    return end


def _working_days(timetable: Timetable, start: Seconds, amount: int) -> Seconds:
    day = start // DAY
    index = np.searchsorted(timetable.days, day)
    at_opening = start == timetable.opens[np.searchsorted(timetable.opens, day * DAY)]
    # From the first opening of a day that day is the first, and the end is the closing before the day after the last.
    target = _working_day(timetable, index + amount - at_opening)
    wanted = np.where(at_opening, (target + 1) * DAY, target * DAY + start - day * DAY)
    before = np.maximum(np.searchsorted(timetable.opens, wanted, side="left") - 1, 0)
    return np.minimum(wanted, timetable.closes[before])


def _working_day(timetable: Timetable, index: Seconds) -> Seconds:
    if bool((index >= len(timetable.days)).any()):
        raise OutOfCalendar(f"a due time {BEYOND}")
    return timetable.days[index]


def _last_closing(timetable: Timetable, day: Seconds) -> Seconds:
    return timetable.closes[np.searchsorted(timetable.opens, (day + 1) * DAY) - 1]

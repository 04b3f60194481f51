"""Due times of many starts at once: the arithmetic of `Timetable.end`, over arrays."""

import numpy as np
from numpy.typing import NDArray

from motcua.rules.months import add_months_many
from motcua.rules.working_time.instants import DAY, day_number
from motcua.rules.working_time.terms import OutOfCalendar
from motcua.rules.working_time.timetable import BEYOND, FIRST_DAY, LAST_DAY, Timetable

Seconds = NDArray[np.int64]
Indices = NDArray[np.int32]
NEVER = 2**62


class Many:
    """A timetable with tables by day, so that a day's shifts are one look-up instead of a search.

    A shift is named by its index in order of time, a working day likewise. Instants are seconds of the local wall
    clock.
    """

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self.first = day_number(FIRST_DAY)
        days = np.arange(self.first, day_number(LAST_DAY) + 2)
        shifts = np.searchsorted(timetable.opens, days * DAY).astype(np.int32)
        # For each day the first working day, and the first shift, on or after it.
        self.working_day_from: Indices = np.searchsorted(timetable.days, days).astype(np.int32)
        self.shift_from: Indices = shifts
        # For each working day its first shift, and the one after its last.
        self.first_shift: Indices = np.append(shifts[timetable.days - self.first], np.int32(len(timetable.opens)))
        self.most_shifts = int(np.diff(self.first_shift).max())
        # Shifts that never come, for steps beyond the last one.
        self.opens: Seconds = np.append(timetable.opens, [NEVER] * (self.most_shifts + 1))
        self.closes: Seconds = np.append(timetable.closes, [NEVER] * (self.most_shifts + 1))

    def ends(self, received: Seconds, amount: int, unit: str) -> Seconds:
        """Return when a checked time limit ends for each instant of receipt.

        Raises:
            OutOfCalendar: a start or an end lies outside the calendar's years.
        """
        if received.size == 0:
            return received
        self.timetable.check(int(received.min()), int(received.max()))
        start, shift = self._starts(received)
        if amount == 0 and unit in ("wh", "wd"):
            return start
        if unit == "wh":
            return self._working_hours(start, shift, amount)
        if unit == "wd":
            return self._working_days(start, amount)
        day = start // DAY
        return self._closings(day + amount if unit == "d" else add_months_many(day, amount))

    def _starts(self, at: Seconds) -> tuple[Seconds, Indices]:
        """Return each start moved into a shift, and that shift."""
        shift = self.shift_from[at // DAY - self.first]
        for _shift_of_the_day in range(self.most_shifts):
            shift = shift + (self.closes[shift] <= at)
        if bool((shift >= len(self.timetable.opens)).any()):
            raise OutOfCalendar(f"a start {BEYOND}")
        start: Seconds = np.maximum(at, self.opens[shift])
        return start, shift

    def _working_hours(self, start: Seconds, shift: Indices, amount: int) -> Seconds:
        before = self.timetable.before
        target = before[shift] + start - self.opens[shift] + amount * 3600
        last = np.searchsorted(before, target, side="left") - 1
        end: Seconds = self.opens[last] + target - before[last]
        if bool((end > self.closes[last]).any()):
            raise OutOfCalendar(f"a due time {BEYOND}")
        return end

    def _working_days(self, start: Seconds, amount: int) -> Seconds:
        day = start // DAY
        index = self.working_day_from[day - self.first]
        # From its first opening a day counts itself, and the end is the closing before the day after the last.
        at_opening = start == self.opens[self.first_shift[index]]
        last = index + amount - at_opening
        target = self._working_day(last)
        wanted = np.where(at_opening, (target + 1) * DAY, start + (target - day) * DAY)
        first = self.first_shift[last]
        before = first - 1
        for step in range(self.most_shifts):
            before = before + (self.opens[first + step] < wanted)
        end: Seconds = np.minimum(wanted, self.closes[before])
        return end

    def _closings(self, day: Seconds) -> Seconds:
        """Return the last closing of each day, or of the next working day."""
        index = self.working_day_from[np.minimum(day - self.first, len(self.working_day_from) - 1)]
        self._working_day(index)
        closings: Seconds = self.closes[self.first_shift[index + 1] - 1]
        return closings

    def _working_day(self, index: Indices) -> Seconds:
        if bool((index >= len(self.timetable.days)).any()):
            raise OutOfCalendar(f"a due time {BEYOND}")
        return self.timetable.days[index]

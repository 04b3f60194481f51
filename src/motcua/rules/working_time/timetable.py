"""A calendar compiled: every shift of every day in order, with the working time before it.

All instants here are seconds of the local wall clock, all days are days since 1970-01-01.
"""

import datetime as dt
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from motcua.rules.months import add_months
from motcua.rules.working_time.instants import DAY, date_of, day_number, seconds_of
from motcua.rules.working_time.terms import OutOfCalendar, Shift, WeeklyShifts

# Viet Nam has had one offset since 1975. Years without data of their own have their weekly shifts; beyond these
# years a promise is refused, not guessed.
FIRST_DAY = dt.date(1976, 1, 1)
LAST_DAY = dt.date(2100, 12, 31)
BEYOND = f"outside the calendar's years, {FIRST_DAY.year} to {LAST_DAY.year}"


class Timetable:
    """The shifts of all days as sorted arrays.

    Raises:
        ValueError: no working day at all, or shifts of one day that overlap.
    """

    def __init__(
        self, weekly: Sequence[WeeklyShifts], days_off: Collection[dt.date], working_days: Collection[dt.date]
    ) -> None:
        self._first = day_number(FIRST_DAY)
        self._patterns: list[tuple[Shift, ...]] = [
            _in_order(week.shifts, weekday) for week in weekly for weekday in range(7)
        ] + [()]
        self._pattern_on = self._patterns_of_days(weekly, days_off, working_days)
        table = _clock_times(self._patterns)[self._pattern_on]
        present = table[:, :, 0] >= 0
        if not present.any():
            raise ValueError("a calendar without a working day")
        numbers = self._first + np.arange(len(table), dtype=np.int64)
        shifts = (table + (numbers * DAY)[:, None, None])[present]
        self.opens: NDArray[np.int64] = shifts[:, 0].copy()
        self.closes: NDArray[np.int64] = shifts[:, 1].copy()
        self.before: NDArray[np.int64] = np.cumsum(self.closes - self.opens) - (self.closes - self.opens)
        self.days: NDArray[np.int64] = numbers[present[:, 0]]
        # A binary search in one array of machine integers is four times faster than NumPy's for a single instant.
        self._opens: array[int] = array("q", self.opens.tobytes())
        self._closes: array[int] = array("q", self.closes.tobytes())
        self._before: array[int] = array("q", self.before.tobytes())
        self._days: array[int] = array("q", self.days.tobytes())

    def _patterns_of_days(
        self, weekly: Sequence[WeeklyShifts], days_off: Collection[dt.date], working_days: Collection[dt.date]
    ) -> NDArray[np.int64]:
        """Return for each day which of the patterns (week set × weekday, and none) its shifts follow."""
        days = np.arange(self._first, day_number(LAST_DAY) + 1)
        since = np.array([day_number(week.valid_from) for week in weekly])
        week = np.maximum(np.searchsorted(since, days, side="right") - 1, 0)
        pattern: NDArray[np.int64] = week * 7 + (days + 3) % 7
        for at in self._within(working_days):
            if not self._patterns[pattern[at]]:
                pattern[at] = self._weekday_for_made_up(int(week[at]) * 7)
        pattern[list(self._within(days_off))] = len(self._patterns) - 1
        return pattern

    def _within(self, days: Collection[dt.date]) -> list[int]:
        return [day_number(day) - self._first for day in days if FIRST_DAY <= day <= LAST_DAY]

    def _weekday_for_made_up(self, monday: int) -> int:
        """Return Monday's pattern; where nobody works on Mondays, the first weekday's that has shifts."""
        return next((p for p in range(monday, monday + 7) if self._patterns[p]), monday)

    def shifts_on(self, day: dt.date) -> tuple[Shift, ...]:
        """Return the shifts of a date, none on a day off."""
        if not FIRST_DAY <= day <= LAST_DAY:
            raise OutOfCalendar(f"{day} is {BEYOND}")
        return self._patterns[int(self._pattern_on[day_number(day) - self._first])]

    def check(self, earliest: int, latest: int | None = None) -> None:
        """Check that instants lie within the compiled years.

        Raises:
            OutOfCalendar: one does not.
        """
        if earliest < self._opens[0] or (earliest if latest is None else latest) > self._closes[-1]:
            raise OutOfCalendar(f"a start {BEYOND}")

    # --- days --------------------------------------------------------------------------------------------

    def index_from(self, day: int) -> int:
        """Return the index of the first working day on or after a day."""
        return bisect_left(self._days, day)

    def working_day(self, index: int) -> int:
        """Return the working day of an index.

        Raises:
            OutOfCalendar: after the last one.
        """
        if index >= len(self._days):
            raise OutOfCalendar(f"a due time {BEYOND}")
        return self._days[index]

    def is_off(self, day: int) -> bool:
        """Tell whether a day has no shifts."""
        i = bisect_left(self._days, day)
        return i >= len(self._days) or self._days[i] != day

    def first_opening(self, day: int) -> int:
        """Return when a working day begins."""
        return self._opens[bisect_left(self._opens, day * DAY)]

    def last_closing(self, day: int) -> int:
        """Return when a working day ends."""
        return self._closes[bisect_left(self._opens, (day + 1) * DAY) - 1]

    # --- instants ----------------------------------------------------------------------------------------

    def next_opening(self, at: int) -> int:
        """Return `at` if it lies in a shift [open, close), else the next opening."""
        i = bisect_right(self._opens, at) - 1
        if i >= 0 and at < self._closes[i]:
            return at
        if i + 1 >= len(self._opens):
            raise OutOfCalendar(f"a start {BEYOND}")
        return self._opens[i + 1]

    def worked_before(self, at: int) -> int:
        """Return the working seconds before an instant."""
        i = bisect_right(self._opens, at) - 1
        return self._before[i] + min(at, self._closes[i]) - self._opens[i] if i >= 0 else 0

    def after_working(self, target: int) -> int:
        """Return the earliest instant before which `target` working seconds lie; a closing stays a closing."""
        i = max(bisect_left(self._before, target) - 1, 0)
        at = self._opens[i] + target - self._before[i]
        if at > self._closes[i]:
            raise OutOfCalendar(f"a due time {BEYOND}")
        return at

    def settle(self, at: int) -> int:
        """Return `at` if it lies in a shift (open, close], else the closing of the shift before."""
        i = bisect_left(self._opens, at) - 1
        return min(at, self._closes[max(i, 0)])

    def end(self, start: int, amount: int, unit: str) -> int:
        """Return when a checked time limit that begins at an instant within a shift ends."""
        if amount == 0 and unit in ("wh", "wd"):
            return start
        day = start // DAY
        if unit == "wh":
            return self.after_working(self.worked_before(start) + amount * 3600)
        if unit == "wd":
            index = self.index_from(day)
            if start == self.first_opening(day):
                return self.last_closing(self.working_day(index + amount - 1))
            return self.settle(self.working_day(index + amount) * DAY + start % DAY)
        return self.last_closing(self.working_day(self.index_from(self.date_after(day, amount, unit))))

    def date_after(self, day: int, amount: int, unit: str) -> int:
        """Return the day that lies `amount` days or months (end of month clipped) after a day.

        Raises:
            OutOfCalendar: no date can say it.
        """
        if unit == "d":
            return day + amount
        try:
            return day_number(add_months(date_of(day), amount))
        except (ValueError, OverflowError):
            raise OutOfCalendar(f"a due time {BEYOND}") from None


def _in_order(week: Mapping[int, tuple[Shift, ...]], weekday: int) -> tuple[Shift, ...]:
    shifts = tuple(sorted(week.get(weekday, ()), key=lambda shift: shift.opens))
    for one, following in pairwise(shifts):
        if following.opens < one.closes:
            raise ValueError(f"shifts overlap: {one.opens:%H:%M}–{one.closes:%H:%M}, {following.opens:%H:%M}")
    return shifts


def _clock_times(patterns: Sequence[tuple[Shift, ...]]) -> NDArray[np.int64]:
    """Return opening and closing of each shift of each pattern as seconds of the day; -1 where there is none."""
    most = max(1, *(len(shifts) for shifts in patterns))
    table = np.full((len(patterns), most, 2), -1, np.int64)
    for row, shifts in zip(table, patterns, strict=True):
        for cell, shift in zip(row, shifts, strict=False):
            cell[:] = seconds_of(shift.opens), seconds_of(shift.closes)
    return table

"""Working time: when something received now is due, and why.

A calendar is compiled to sorted arrays of shifts with a prefix sum of working seconds, so that one due time is a
binary search and many are one NumPy call. Inside, an instant is the number of seconds of the local wall clock
since 1970-01-01; Vietnam has had one offset since 1975.

Sources: NĐ 61/2018 and NĐ 118/2025 (promised time), the national catalogue's units (working day, day), and the
rules of the field notes for hours, cut-offs and pauses.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from motcua.rules.months import add_months, add_months_many

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
EPOCH = dt.date(1970, 1, 1)
DAY = 86_400
Unit = Literal["wh", "wd", "d", "m"]
UNITS: tuple[str, ...] = get_args(Unit)

# Days that a calendar is compiled for; a promise that leaves them is refused, not guessed.
FIRST_DAY = dt.date(2010, 1, 1)
LAST_DAY = dt.date(2045, 12, 31)


class OutOfCalendar(ValueError):
    """An instant or a result outside the days that calendars are compiled for."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours [opens, closes) of a day."""

    opens: dt.time
    closes: dt.time


@dataclass(frozen=True)
class WeeklyShifts:
    """The shifts of each weekday (0 = Monday) from a date on, until a later set begins."""

    valid_from: dt.date
    shifts: Mapping[int, tuple[Shift, ...]]


@dataclass(frozen=True, slots=True)
class Duration:
    """A time limit: an amount of working hours, working days, days or months."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Return the duration that `5wd`, `4wh`, `20d` or `1m` says.

        Raises:
            ValueError: another form.
        """
        stripped = text.strip()
        unit = next((u for u in ("wh", "wd", "d", "m") if stripped.endswith(u)), "")
        number = stripped.removesuffix(unit)
        if not unit or not number.isascii() or not number.isdigit():
            raise ValueError(f"not a time limit: {text!r} (4wh, 5wd, 20d, 1m)")
        return cls(int(number), unit)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from one instant to another, for a cause in words."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    cause: str


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One line of a proof: a day, what was done with it, why, and what it adds (days or minutes).

    Kinds: `start`, `moved`, `counted`, `skipped`, `paused`, `carried`, `due`. Reasons are codes for pages to
    translate; `name` is a holiday's or a cause's name.
    """

    date: dt.date
    kind: str
    reason: str
    name: str = ""
    days: int = 0
    minutes: int = 0

    def as_json(self) -> dict[str, object]:
        """Return the line as JSON holds it, without empty parts."""
        line: dict[str, object] = {"date": self.date.isoformat(), "kind": self.kind, "reason": self.reason}
        extra = {"name": self.name, "days": self.days, "minutes": self.minutes}
        return line | {key: value for key, value in extra.items() if value}


@dataclass(frozen=True, slots=True)
class Promise:
    """A due time (aware, local) and its proof."""

    due_at: dt.datetime
    proof: tuple[ProofLine, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the lines of a proof add up to."""

    days: int
    minutes: int
    paused_minutes: int
    carried_minutes: int


def total(proof: Sequence[ProofLine]) -> Totals:
    """Add up a proof: counted days and minutes, minutes of pauses, and minutes carried because of them."""

    def minutes(kind: str) -> int:
        return sum(line.minutes for line in proof if line.kind == kind)

    days = sum(line.days for line in proof if line.kind == "counted")
    return Totals(days, minutes("counted"), minutes("paused"), minutes("carried"))


def _ordinal(day: dt.date) -> int:
    return (day - EPOCH).days


def _date(ordinal: int) -> dt.date:
    return EPOCH + dt.timedelta(days=ordinal)


def _seconds(time: dt.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second


def to_wall(instant: dt.datetime) -> int:
    """Return an aware instant as seconds of the local wall clock.

    Raises:
        ValueError: a naive instant.
    """
    if instant.tzinfo is None:
        raise ValueError("a naive instant: say which time zone it is in")
    local = instant.astimezone(LOCAL)
    return _ordinal(local.date()) * DAY + _seconds(local.time())


def from_wall(seconds: int) -> dt.datetime:
    """Return seconds of the local wall clock as an aware local instant."""
    day, rest = divmod(int(seconds), DAY)
    return dt.datetime.combine(_date(day), dt.time(0), tzinfo=LOCAL) + dt.timedelta(seconds=rest)


class Calendar:
    """Shifts, days off and made-up working days, compiled.

    Args:
        code: how the calendar is called.
        weekly: sets of weekly shifts, each from its date.
        days_off: date → its name.
        working_days: made-up working day → its name; a weekday without shifts works Monday's.
    """

    def __init__(
        self,
        code: str,
        weekly: Sequence[WeeklyShifts],
        days_off: Mapping[dt.date, str],
        working_days: Mapping[dt.date, str],
    ) -> None:
        if not weekly:
            raise ValueError("a calendar needs weekly shifts")
        self.code = code
        self.weekly = sorted(weekly, key=lambda week: week.valid_from)
        self.days_off = dict(days_off)
        self.working_days = dict(working_days)
        self._compile()

    def _compile(self) -> None:
        opens: list[int] = []
        closes: list[int] = []
        days: list[int] = []
        for ordinal in range(_ordinal(FIRST_DAY), _ordinal(LAST_DAY) + 1):
            shifts = self.shifts_on(_date(ordinal))
            if shifts:
                days.append(ordinal)
            for shift in shifts:
                opens.append(ordinal * DAY + _seconds(shift.opens))
                closes.append(ordinal * DAY + _seconds(shift.closes))
        if not days:
            raise ValueError("a calendar without a working day")
        lengths = [c - o for o, c in zip(opens, closes, strict=True)]
        before = [0]
        for length in lengths[:-1]:
            before.append(before[-1] + length)
        self._opens, self._closes, self._before, self._days = opens, closes, before, days
        self._np_opens, self._np_closes = np.array(opens, np.int64), np.array(closes, np.int64)
        self._np_before, self._np_days = np.array(before, np.int64), np.array(days, np.int64)

    def shifts_on(self, day: dt.date) -> tuple[Shift, ...]:
        """Return the shifts of a date, none on a day off."""
        if day in self.days_off:
            return ()
        week = self._week_on(day)
        shifts = tuple(sorted(week.get(day.weekday(), ()), key=lambda s: s.opens))
        if not shifts and day in self.working_days:
            return tuple(sorted(week.get(0, ()), key=lambda s: s.opens))
        return shifts

    def _week_on(self, day: dt.date) -> Mapping[int, tuple[Shift, ...]]:
        at = bisect_right([week.valid_from for week in self.weekly], day) - 1
        return self.weekly[max(at, 0)].shifts

    # --- one instant -------------------------------------------------------------------------------------

    def _guard(self, seconds: int) -> None:
        if not self._opens[0] <= seconds <= self._closes[-1]:
            raise OutOfCalendar(f"{from_wall(seconds):%Y-%m-%d} is outside the calendar's years")

    def _next_opening(self, at: int) -> int:
        """Return `at` if it lies in a shift [open, close), else the next opening."""
        i = bisect_right(self._opens, at) - 1
        if i >= 0 and at < self._closes[i]:
            return at
        if i + 1 >= len(self._opens):
            raise OutOfCalendar("after the calendar's years")
        return self._opens[i + 1]

    def _worked_before(self, at: int) -> int:
        """Return the working seconds before an instant."""
        i = bisect_right(self._opens, at) - 1
        if i < 0:
            return 0
        return self._before[i] + min(at, self._closes[i]) - self._opens[i]

    def _after_working(self, target: int) -> int:
        """Return the earliest instant before which `target` working seconds lie; a closing stays a closing."""
        i = max(bisect_left(self._before, target) - 1, 0)
        at = self._opens[i] + target - self._before[i]
        if at > self._closes[i]:
            raise OutOfCalendar("after the calendar's years")
        return at

    def _settle(self, at: int) -> int:
        """Return `at` within a shift (open, close], else the closing of the shift before."""
        i = bisect_left(self._opens, at) - 1
        return min(at, self._closes[max(i, 0)])

    def _first_opening(self, ordinal: int) -> int:
        return self._opens[bisect_left(self._opens, ordinal * DAY)]

    def _last_closing(self, ordinal: int) -> int:
        return self._closes[bisect_left(self._opens, (ordinal + 1) * DAY) - 1]

    def _day_index(self, ordinal: int) -> int:
        i = bisect_left(self._days, ordinal)
        if i >= len(self._days):
            raise OutOfCalendar("after the calendar's years")
        return i

    def _working_day(self, index: int) -> int:
        if index >= len(self._days):
            raise OutOfCalendar("after the calendar's years")
        return self._days[index]

    def _add(self, start: int, amount: int, unit: str) -> int:
        """Add to a start that already lies in a shift."""
        if unit not in UNITS:
            raise ValueError(f"unknown unit {unit!r}")
        if amount < 0:
            raise ValueError("an amount is not negative")
        if amount == 0 and unit in ("wh", "wd"):
            return start
        day = start // DAY
        if unit == "wh":
            return self._after_working(self._worked_before(start) + amount * 3600)
        if unit == "wd":
            index = self._day_index(day)
            if start == self._first_opening(day):
                return self._last_closing(self._working_day(index + amount - 1))
            return self._settle(self._working_day(index + amount) * DAY + start % DAY)
        target = day + amount if unit == "d" else _ordinal(add_months(_date(day), amount))
        return self._last_closing(self._working_day(self._day_index(target)))

    def add(self, start: dt.datetime, amount: int, unit: str) -> dt.datetime:
        """Return when `amount` of `unit` that begin at `start` end.

        Args:
            start: aware instant; outside a shift it moves to the next opening.
            amount: working hours, working days, days or months; not negative.
            unit: `wh`, `wd`, `d`, `m`.

        Returns:
            An aware local instant. `wh`: an end at a closing stays there. `wd`: from the first opening of a day
            that day is the first and the end is the last closing of the n-th; from any other start the end is on
            the n-th working day after at the same clock time, and if that is an opening or outside the shifts, at
            the closing before. `d`, `m`: the date (end of month clipped), moved to a working day, at its last
            closing.

        Raises:
            OutOfCalendar: start or end lies outside the calendar's years.
        """
        at = to_wall(start)
        self._guard(at)
        return from_wall(self._add(self._next_opening(at), amount, unit))

    def add_minutes(self, end: dt.datetime, minutes: int) -> dt.datetime:
        """Move an end by working minutes; by none it stays where it is, also at a closing or outside a shift."""
        if minutes <= 0:
            return end.astimezone(LOCAL)
        return from_wall(self._after_working(self._worked_before(to_wall(end)) + minutes * 60))

    def between(self, a: dt.datetime, b: dt.datetime) -> int:
        """Return the working minutes from `a` to `b`, negative if `b` is earlier; additive over any instants."""
        return self._worked_before(to_wall(b)) // 60 - self._worked_before(to_wall(a)) // 60

    # --- a promise with its proof ------------------------------------------------------------------------

    def starts_counting(self, received_at: dt.datetime, cut_off: dt.time | None = None) -> tuple[dt.datetime, str]:
        """Return when the clock starts, and why it moved: "", `outside_hours` or `cut_off`."""
        at = to_wall(received_at)
        self._guard(at)
        start = self._next_opening(at)
        reason = "outside_hours" if start != at else ""
        if cut_off is not None and start % DAY >= _seconds(cut_off):
            index = self._day_index(start // DAY)
            start, reason = self._first_opening(self._working_day(index + 1)), "cut_off"
        return from_wall(start), reason

    def promise(
        self,
        received_at: dt.datetime,
        duration: Duration,
        cut_off: dt.time | None = None,
        pauses: Sequence[Pause] = (),
    ) -> Promise:
        """Return the promised time of what was received at an instant, with its proof.

        Args:
            received_at: aware instant of receipt.
            duration: the time limit.
            cut_off: a start at or after this clock time moves to the next working day's first opening; only
                where the procedure says so.
            pauses: when the clock stood still; the end moves by the working time that they cover.

        Raises:
            OutOfCalendar: outside the calendar's years.
        """
        start, moved = self.starts_counting(received_at, cut_off)
        begin = to_wall(start)
        base = self._add(begin, duration.amount, duration.unit)
        stops = self._stops(start, pauses)
        end = to_wall(self.add_minutes(from_wall(base), sum(minutes for _pause, minutes in stops)))
        received_on = received_at.astimezone(LOCAL).date()
        lines = [
            *self._opening_lines(received_on, begin, moved),
            *self._counting_lines(begin, base, duration),
            *(ProofLine(to_local_date(p.starts_at), "paused", "paused", p.cause, minutes=m) for p, m in stops),
            *self._carried_lines(base, end),
            ProofLine(_date(end // DAY), "due", "due"),
        ]
        return Promise(from_wall(end), tuple(lines))

    def _stops(self, start: dt.datetime, pauses: Sequence[Pause]) -> list[tuple[Pause, int]]:
        """Return each pause with the working minutes that it alone covers; overlaps count once."""
        covered, stops = start, []
        for pause in sorted(pauses, key=lambda p: p.starts_at):
            begin = max(pause.starts_at, covered)
            if pause.ends_at > begin:
                stops.append((pause, self.between(begin, pause.ends_at)))
                covered = pause.ends_at
        return stops

    def _opening_lines(self, received_on: dt.date, begin: int, moved: str) -> list[ProofLine]:
        started_on = _date(begin // DAY)
        if not moved:
            return [ProofLine(started_on, "start", "in_hours")]
        lines = [ProofLine(received_on, "moved", moved)]
        skipped = range(_ordinal(received_on) + 1, begin // DAY)
        return [
            *lines,
            *(self._skipped(day) for day in skipped if self._off(day)),
            ProofLine(started_on, "start", moved),
        ]

    def _off(self, ordinal: int) -> bool:
        i = bisect_left(self._days, ordinal)
        return i >= len(self._days) or self._days[i] != ordinal

    def _skipped(self, ordinal: int) -> ProofLine:
        day = _date(ordinal)
        if day in self.days_off:
            return ProofLine(day, "skipped", "holiday", self.days_off[day])
        return ProofLine(day, "skipped", "weekend")

    def _counting_lines(self, begin: int, base: int, duration: Duration) -> list[ProofLine]:
        if duration.unit == "wh":
            return self._worked_lines(begin, base, "counted")
        if duration.unit == "wd":
            return self._working_day_lines(begin, base)
        return self._date_lines(begin, base, duration)

    def _worked_lines(self, begin: int, end: int, kind: str) -> list[ProofLine]:
        lines = []
        for ordinal in range(begin // DAY, end // DAY + 1):
            if self._off(ordinal):
                lines.append(self._skipped(ordinal))
                continue
            low, high = max(begin, ordinal * DAY), min(end, (ordinal + 1) * DAY)
            minutes = self._worked_before(high) // 60 - self._worked_before(low) // 60
            if minutes or kind == "counted":
                lines.append(self._worked(ordinal, kind, minutes=minutes))
        return lines

    def _worked(self, ordinal: int, kind: str, days: int = 0, minutes: int = 0) -> ProofLine:
        day = _date(ordinal)
        made_up = self.working_days.get(day, "")
        return ProofLine(day, kind, "made_up_day" if made_up else "working_day", made_up, days, minutes)

    def _working_day_lines(self, begin: int, base: int) -> list[ProofLine]:
        first = begin // DAY
        counts_itself = begin == self._first_opening(first) and base > begin
        days = range(first if counts_itself else first + 1, base // DAY + 1)
        lines = [self._skipped(d) if self._off(d) else self._worked(d, "counted", days=1) for d in days]
        # A day whose clock time lies before its first opening ends at the closing of the day before it.
        return [*lines, *self._settled_lines(begin, base)] if not counts_itself else lines

    def _settled_lines(self, begin: int, base: int) -> list[ProofLine]:
        following = self._day_index(base // DAY) + 1
        if begin == base or following >= len(self._days):
            return []
        wanted = self._days[following] * DAY + begin % DAY
        if begin % DAY < self._first_opening(self._days[following]) % DAY and self._settle(wanted) == base:
            return [self._worked(self._days[following], "counted", days=1)] if base % DAY != begin % DAY else []
        return []

    def _date_lines(self, begin: int, base: int, duration: Duration) -> list[ProofLine]:
        first = begin // DAY
        target = first + duration.amount
        if duration.unit == "m":
            target = _ordinal(add_months(_date(first), duration.amount))
        counted = [ProofLine(_date(d), "counted", "calendar_day", days=1) for d in range(first + 1, target + 1)]
        return [*counted, *(self._skipped(d) for d in range(max(target, first), base // DAY) if self._off(d))]

    def _carried_lines(self, base: int, end: int) -> list[ProofLine]:
        if end == base:
            return []
        lines = self._worked_lines(base, end, "carried")
        return [line for line in lines if line.kind == "carried" or line.date > _date(base // DAY)]

    # --- many instants -----------------------------------------------------------------------------------

    def add_many(self, starts: NDArray[np.datetime64], amount: int, unit: str) -> NDArray[np.datetime64]:
        """Return `add` for many starts at once.

        Args:
            starts: local wall-clock instants (`datetime64[s]` or `[m]`).
            amount, unit: as in `add`.

        Returns:
            Local wall-clock instants, `datetime64[s]`.

        Raises:
            OutOfCalendar: any start or end lies outside the calendar's years.
        """
        at = starts.astype("datetime64[s]").astype(np.int64)
        if at.size == 0:
            return at.astype("datetime64[s]")
        self._guard(int(at.min()))
        self._guard(int(at.max()))
        return self._add_many(self._next_opening_many(at), amount, unit).astype("datetime64[s]")

    def _next_opening_many(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        i = np.searchsorted(self._np_opens, at, side="right") - 1
        inside = (i >= 0) & (at < self._np_closes[np.maximum(i, 0)])
        if bool((~inside & (i + 1 >= len(self._opens))).any()):
            raise OutOfCalendar("after the calendar's years")
        following = self._np_opens[np.minimum(i + 1, len(self._opens) - 1)]
        return np.where(inside, at, following)

    def _add_many(self, start: NDArray[np.int64], amount: int, unit: str) -> NDArray[np.int64]:
        if unit not in UNITS or amount < 0:
            raise ValueError(f"not a time limit: {amount}{unit}")
        if amount == 0 and unit in ("wh", "wd"):
            return start
        if unit == "wh":
            return self._add_hours_many(start, amount)
        day = start // DAY
        if unit == "wd":
            return self._add_working_days_many(start, day, amount)
        target = day + amount if unit == "d" else add_months_many(day, amount)
        return self._last_closing_many(self._working_day_many(np.searchsorted(self._np_days, target)))

    def _add_hours_many(self, start: NDArray[np.int64], amount: int) -> NDArray[np.int64]:
        i = np.searchsorted(self._np_opens, start, side="right") - 1
        target = self._np_before[i] + start - self._np_opens[i] + amount * 3600
        j = np.searchsorted(self._np_before, target, side="left") - 1
        end = self._np_opens[j] + target - self._np_before[j]
        if bool((end > self._np_closes[j]).any()):
            raise OutOfCalendar("after the calendar's years")
        return end

    def _add_working_days_many(
        self, start: NDArray[np.int64], day: NDArray[np.int64], amount: int
    ) -> NDArray[np.int64]:
        index = np.searchsorted(self._np_days, day)
        at_opening = start == self._np_opens[np.searchsorted(self._np_opens, day * DAY)]
        whole = self._working_day_many(index + amount - 1)
        other = self._working_day_many(np.where(at_opening, index, index + amount))
        wanted = other * DAY + start % DAY
        i = np.maximum(np.searchsorted(self._np_opens, wanted, side="left") - 1, 0)
        settled = np.minimum(wanted, self._np_closes[i])
        return np.where(at_opening, self._last_closing_many(whole), settled)

    def _working_day_many(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        if bool((index >= len(self._days)).any()):
            raise OutOfCalendar("after the calendar's years")
        return self._np_days[index]

    def _last_closing_many(self, day: NDArray[np.int64]) -> NDArray[np.int64]:
        return self._np_closes[np.searchsorted(self._np_opens, (day + 1) * DAY) - 1]


def to_local_date(instant: dt.datetime) -> dt.date:
    """Return the local date of an aware instant."""
    return instant.astimezone(LOCAL).date()


class Outcome(StrEnum):
    """How a dossier stands or ended, by local dates."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    IN_TIME = "in_time"
    OPEN_LATE = "open_late"


def outcome(due_at: dt.datetime | None, finished_at: dt.datetime | None, now: dt.datetime) -> Outcome:
    """Compare local dates: early before, on time on, late after the due date; open is late from 00:00 after it.

    Without a due time a finished one is on time and an open one in time.
    """
    if due_at is None:
        return Outcome.ON_TIME if finished_at else Outcome.IN_TIME
    due_on = to_local_date(due_at)
    if finished_at is None:
        return Outcome.OPEN_LATE if to_local_date(now) > due_on else Outcome.IN_TIME
    finished_on = to_local_date(finished_at)
    if finished_on == due_on:
        return Outcome.ON_TIME
    return Outcome.EARLY if finished_on < due_on else Outcome.LATE


def clock_state(
    *,
    due_at: dt.datetime | None,
    finished_at: dt.datetime | None,
    paused: bool,
    now: dt.datetime,
    soon_on: dt.date | None = None,
) -> str:
    """Return the word that a page shows: in_time, due_soon, late, stopped, done_early, done_on_time, done_late.

    Args:
        soon_on: a due date up to this one is "soon" (the next working day); the day after today if not given.
    """
    result = outcome(due_at, finished_at, now)
    if result in (Outcome.EARLY, Outcome.ON_TIME, Outcome.LATE):
        return f"done_{result}"
    if paused:
        return "stopped"
    if result == Outcome.OPEN_LATE:
        return "late"
    last = soon_on or to_local_date(now) + dt.timedelta(days=1)
    return "due_soon" if due_at is not None and to_local_date(due_at) <= last else "in_time"

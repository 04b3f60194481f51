"""The calendar of an agency: promised times, and working time between instants."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from motcua.rules.working_time.instants import DAY, date_of, day_number, from_wall, local, seconds_of, to_wall
from motcua.rules.working_time.many import Many
from motcua.rules.working_time.proofs import Promise, ProofLine, Reasons
from motcua.rules.working_time.terms import Duration, Pause, Shift, WeeklyShifts, check_limit
from motcua.rules.working_time.timetable import Timetable


class Calendar:
    """Shifts, days off and made-up working days, compiled.

    Args:
        code: how the calendar is called.
        weekly: sets of weekly shifts, each from its date; before the first one's date the first holds.
        days_off: date → its name. A date that is also a made-up working day is off.
        working_days: made-up working day → its name; a weekday without shifts works Monday's.

    Raises:
        ValueError: no weekly shifts, no working day, or shifts that overlap.
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
        self._timetable = Timetable(self.weekly, self.days_off, self.working_days)
        self._many = Many(self._timetable)
        self._reasons = Reasons(self._timetable, self.days_off, self.working_days)

    @classmethod
    def from_rows(cls, code: str, weekly: Sequence[WeeklyShifts], rows: Iterable[Mapping[str, str]]) -> "Calendar":
        """Return a calendar whose dated days come as rows with `date`, `kind` (off, work) and `name_vi`.

        Raises:
            ValueError: a date that is none, or another kind.
        """
        days: dict[str, dict[dt.date, str]] = {"off": {}, "work": {}}
        for row in rows:
            if row["kind"] not in days:
                raise ValueError(f"{row['kind']!r} is neither off nor work")
            days[row["kind"]][dt.date.fromisoformat(row["date"])] = row["name_vi"]
        return cls(code, weekly, days["off"], days["work"])

    def shifts_on(self, day: dt.date) -> tuple[Shift, ...]:
        """Return the shifts of a date, none on a day off."""
        return self._timetable.shifts_on(day)

    def next_working_day(self, day: dt.date) -> dt.date:
        """Return the first working day after a date."""
        return date_of(self._timetable.working_day(self._timetable.index_from(day_number(day) + 1)))

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
            closing. No hours and no working days end where they start.

        Raises:
            OutOfCalendar: start or end lies outside the calendar's years.
            ValueError: a naive start, another unit, a negative amount.
        """
        check_limit(amount, unit)
        at = to_wall(start)
        self._timetable.check(at)
        return from_wall(self._timetable.end(self._timetable.next_opening(at), amount, unit))

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
        check_limit(amount, unit)
        received = starts.astype("datetime64[s]").astype(np.int64)
        return self._many.ends(received, amount, unit).astype("datetime64[s]")

    def add_minutes(self, end: dt.datetime, minutes: int) -> dt.datetime:
        """Move an end by working minutes; by none it stays where it is, also at a closing or outside a shift."""
        return from_wall(self._later(to_wall(end), minutes)) if minutes > 0 else local(end)

    def between(self, a: dt.datetime, b: dt.datetime) -> int:
        """Return the working minutes from `a` to `b`, negative if `b` is earlier; additive over any instants."""
        return self._minutes(to_wall(a), to_wall(b))

    def starts_counting(self, received_at: dt.datetime, cut_off: dt.time | None = None) -> tuple[dt.datetime, str]:
        """Return when the clock starts, and why it moved: "", `outside_hours` or `cut_off`."""
        begin, moved = self._begin(to_wall(received_at), cut_off)
        return from_wall(begin), moved

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
            cut_off: what is received at or after this clock time starts at the next working day's first opening;
                only where the procedure says so.
            pauses: when the clock stood still; the end moves by the working time that they cover. Overlaps count
                once. A pause that begins after the due date moves nothing: a late dossier stays late.

        Raises:
            OutOfCalendar: outside the calendar's years.
            ValueError: a naive instant.
        """
        check_limit(duration.amount, duration.unit)
        received = to_wall(received_at)
        begin, moved = self._begin(received, cut_off)
        base = self._timetable.end(begin, duration.amount, duration.unit)
        end, stops = self._stops(begin, base, pauses)
        proof = [
            *self._reasons.opening(received, begin, moved),
            *self._reasons.counting(begin, base, duration),
            *stops,
            *self._reasons.carried(base, end),
            ProofLine(date_of(end // DAY), "due", "due"),
        ]
        return Promise(from_wall(end), tuple(proof))

    def _begin(self, received: int, cut_off: dt.time | None) -> tuple[int, str]:
        self._timetable.check(received)
        begin = self._timetable.next_opening(received)
        if cut_off is not None and received % DAY >= seconds_of(cut_off):
            following = self._timetable.working_day(self._timetable.index_from(received // DAY + 1))
            opening = self._timetable.first_opening(following)
            if opening > begin:
                return opening, "cut_off"
        return begin, "" if begin == received else "outside_hours"

    def _stops(self, begin: int, base: int, pauses: Sequence[Pause]) -> tuple[int, list[ProofLine]]:
        """Return the end after all pauses, and a line for each."""
        end, covered = base, begin
        lines: list[ProofLine] = []
        for pause in sorted(pauses, key=lambda p: p.starts_at):
            low, high = max(to_wall(pause.starts_at), covered), to_wall(pause.ends_at)
            if high <= low:
                continue
            covered, late = high, low // DAY > end // DAY
            minutes = 0 if late else self._minutes(low, high)
            end = self._later(end, minutes)
            reason = "after_due" if late else "paused"
            lines.append(
                ProofLine(date_of(low // DAY), "paused", reason, pause.cause, 0, minutes, date_of(high // DAY))
            )
        return end, lines

    def _later(self, end: int, minutes: int) -> int:
        if minutes <= 0:
            return end
        return self._timetable.after_working(self._timetable.worked_before(end) + minutes * 60)

    def _minutes(self, a: int, b: int) -> int:
        return self._timetable.worked_before(b) // 60 - self._timetable.worked_before(a) // 60

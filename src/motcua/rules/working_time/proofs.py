"""Why something is due when it is: every day counted or skipped, every stop of the clock, and their sums."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from motcua.rules.working_time.instants import DAY, date_of
from motcua.rules.working_time.terms import Duration
from motcua.rules.working_time.timetable import Timetable


class ProofLine(NamedTuple):
    """One line of a proof: a day, what was done with it, why, and what it adds (days or minutes).

    Kinds and their reasons, codes for pages to translate:

    - `moved`: `outside_hours`, `cut_off` – received on this day, not counted from it; `next_working_day` – the end of
      a limit in days or months, moved to this day;
    - `start`: `in_hours`, or the reason of the move – the clock starts on this day;
    - `counted`: `working_day`, `made_up_day`, `calendar_day`;
    - `skipped`: `holiday`, `weekend`, `no_shifts`;
    - `paused`: `paused`, or `after_due` where the due date had passed and nothing moves – the clock stood `until`;
    - `carried`: as `counted` – working time added at the end because of pauses;
    - `due`: `due`.

    `name` is a holiday's, a made-up day's or a cause's name.
    """

    date: dt.date
    kind: str
    reason: str
    name: str = ""
    days: int = 0
    minutes: int = 0
    until: dt.date | None = None

    def as_json(self) -> dict[str, object]:
        """Return the line as JSON holds it, without empty parts."""
        line: dict[str, object] = {"date": self.date.isoformat(), "kind": self.kind, "reason": self.reason}
        until = self.until.isoformat() if self.until else ""
        extra = {"name": self.name, "days": self.days, "minutes": self.minutes, "until": until}
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
    """Add up a proof: counted days and minutes, minutes of pauses, and minutes carried because of them.

    A proof is whole if what is counted is the time limit, and what is carried is what the pauses cover.
    """

    def minutes(kind: str) -> int:
        return sum(line.minutes for line in proof if line.kind == kind)

    days = sum(line.days for line in proof if line.kind == "counted")
    return Totals(days, minutes("counted"), minutes("paused"), minutes("carried"))


class Reasons:
    """Writes the lines of proofs for one calendar; instants are seconds of the local wall clock."""

    def __init__(
        self, timetable: Timetable, days_off: Mapping[dt.date, str], working_days: Mapping[dt.date, str]
    ) -> None:
        self.timetable, self.days_off, self.working_days = timetable, days_off, working_days

    def opening(self, received: int, begin: int, moved: str) -> Iterator[ProofLine]:
        """Tell when the clock starts, and what lies between receipt and start."""
        day, first = received // DAY, begin // DAY
        if moved and not self.timetable.is_off(day):
            yield ProofLine(date_of(day), "moved", moved)
        # Days off alone can lie between receipt and the next opening.
        yield from (self._skipped(d) for d in range(day, first) if self.timetable.is_off(d))
        yield ProofLine(date_of(first), "start", moved or "in_hours")

    def counting(self, begin: int, base: int, duration: Duration) -> Iterator[ProofLine]:
        """Tell how each day from the start to the end of the limit counts."""
        if duration.unit == "wh":
            return self._hours(begin, base, "counted")
        if duration.unit == "wd":
            return self._working_days(begin, duration.amount)
        return self._dates(begin, base, duration)

    def carried(self, base: int, end: int) -> Iterator[ProofLine]:
        """Tell where the working time goes that pauses have added."""
        if end == base:
            return
        for line in self._hours(base, end, "carried"):
            if line.minutes or line.date > date_of(base // DAY):
                yield line

    def _skipped(self, day: int) -> ProofLine:
        date = date_of(day)
        if date in self.days_off:
            return ProofLine(date, "skipped", "holiday", self.days_off[date])
        return ProofLine(date, "skipped", "weekend" if date.weekday() >= 5 else "no_shifts")

    def _worked(self, day: int, kind: str, days: int = 0, minutes: int = 0) -> ProofLine:
        date = date_of(day)
        made_up = self.working_days.get(date, "")
        return ProofLine(date, kind, "made_up_day" if made_up else "working_day", made_up, days, minutes)

    def _hours(self, begin: int, end: int, kind: str) -> Iterator[ProofLine]:
        """Tell the working minutes of each day; whole minutes since the first day, so that they add up."""
        before = self.timetable.worked_before(begin) // 60
        for day in range(begin // DAY, end // DAY + 1):
            if self.timetable.is_off(day):
                yield self._skipped(day)
                continue
            after = self.timetable.worked_before(min(end, (day + 1) * DAY)) // 60
            yield self._worked(day, kind, minutes=after - before)
            before = after

    def _working_days(self, begin: int, amount: int) -> Iterator[ProofLine]:
        """Tell the days up to the n-th, also where the clock time lies before that day's hours and ends earlier."""
        if amount == 0:
            return
        first = begin // DAY
        counts_itself = begin == self.timetable.first_opening(first)
        last = self.timetable.working_day(self.timetable.index_from(first) + amount - counts_itself)
        for day in range(first if counts_itself else first + 1, last + 1):
            yield self._skipped(day) if self.timetable.is_off(day) else self._worked(day, "counted", days=1)

    def _dates(self, begin: int, base: int, duration: Duration) -> Iterator[ProofLine]:
        first = begin // DAY
        target = self.timetable.date_after(first, duration.amount, duration.unit)
        for day in range(first + 1, target + 1):
            yield ProofLine(date_of(day), "counted", "calendar_day", days=1)
        yield from (self._skipped(day) for day in range(target, base // DAY))
        if target != base // DAY:
            yield ProofLine(date_of(base // DAY), "moved", "next_working_day")

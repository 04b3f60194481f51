"""Months, quarters and years, and what of them is over on a day. Pure."""

import datetime as dt
from dataclasses import dataclass

MONTHS = {"month": 1, "quarter": 3, "year": 12}
IN_A_YEAR = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period by local dates, both ends included. `kind`: month, quarter, year."""

    kind: str
    first: dt.date
    last: dt.date

    def until(self, today: dt.date) -> dt.date:
        """Return the day up to which it can be counted: its end, or today while it lasts."""
        return max(self.first, min(self.last, today))

    def over(self, today: dt.date) -> bool:
        """Tell whether its last day is past."""
        return self.last < today

    def months(self) -> list["Period"]:
        """Return its months."""
        return [period_of("month", _month(_index(self.first) + n)) for n in range(MONTHS[self.kind])]


# A day beyond these is a slip of the pen in an address; the nearest one stands for it.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)


def period_of(kind: str, day: dt.date) -> Period:
    """Return the period of a kind that a local date lies in.

    Raises:
        KeyError: no such kind.
    """
    day = min(max(day, EARLIEST), LATEST)
    months = MONTHS[kind]
    start = _index(day) // months * months
    return Period(kind, _month(start), _month(start + months) - dt.timedelta(days=1))


def _index(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _month(index: int) -> dt.date:
    return dt.date(index // 12, index % 12 + 1, 1)

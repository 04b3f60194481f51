"""The words of working time: shifts, time limits, stops of the clock."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Unit = Literal["wh", "wd", "d", "m"]
UNITS: tuple[str, ...] = get_args(Unit)
# More than any law grants and more than any calendar holds; keeps sums within 64 bits.
LARGEST_AMOUNT = 1_000_000


class OutOfCalendar(ValueError):
    """An instant or a result outside the years that calendars are compiled for."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours [opens, closes) of a day.

    Raises:
        ValueError: it closes before it opens.
    """

    opens: dt.time
    closes: dt.time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"a shift opens before it closes: {self.opens:%H:%M}–{self.closes:%H:%M}")


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
        unit = next((u for u in UNITS if stripped.endswith(u)), "")
        number = stripped.removesuffix(unit)
        if not unit or not number.isascii() or not number.isdigit() or len(number) > 9:
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


def check_limit(amount: int, unit: str) -> None:
    """Check a time limit.

    Raises:
        ValueError: an unknown unit or a negative amount.
        OutOfCalendar: an amount beyond any calendar.
    """
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}")
    if amount < 0:
        raise ValueError("an amount is not negative")
    if amount > LARGEST_AMOUNT:
        raise OutOfCalendar(f"{amount}{unit} leads beyond the calendar's years")

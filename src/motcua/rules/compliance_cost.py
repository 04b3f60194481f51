"""What a procedure costs those who ask for it, in đồng a year, and what a simpler one would save.

The method of the tables of compliance cost (công văn 28/CCTTHC of 15 January 2010; TT 07/2014/TT-BTP and TT
02/2017/TT-VPCP): for each step, hours × wage of an hour + other money + fees and charges; the sum is what one dossier
costs; times the dossiers of a year it is the yearly cost. The saving is (before − after) / before, in per cent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class StepCost:
    """One step of those who ask: filling in, copying, travelling, waiting, paying.

    `hours` as a decimal; `other` money (travel, copies, advice) and `fees` in đồng.
    """

    hours: Decimal
    other: int = 0
    fees: int = 0


@dataclass(frozen=True)
class Cost:
    """Costs in whole đồng: of one dossier, by kind, and of a year."""

    time: int
    other: int
    fees: int
    times_a_year: int

    @property
    def once(self) -> int:
        """Return the cost of one dossier."""
        return self.time + self.other + self.fees

    @property
    def a_year(self) -> int:
        """Return the cost of all dossiers of a year."""
        return self.once * self.times_a_year


def cost_of(steps: Iterable[StepCost], *, wage_an_hour: int, times_a_year: int) -> Cost:
    """Return what a procedure costs.

    Args:
        steps: of one dossier.
        wage_an_hour: in đồng.
        times_a_year: dossiers of a year.

    Raises:
        ValueError: a negative number.
    """
    listed = list(steps)
    numbers = [n for s in listed for n in (s.hours, s.other, s.fees)]
    if any(n < 0 for n in (*numbers, wage_an_hour, times_a_year)):
        raise ValueError("a cost is not negative")
    hours = sum((s.hours for s in listed), Decimal(0))
    return Cost(
        time=int((hours * wage_an_hour).quantize(Decimal(1), ROUND_HALF_UP)),
        other=sum(s.other for s in listed),
        fees=sum(s.fees for s in listed),
        times_a_year=times_a_year,
    )


def saving_percent(before: int, after: int) -> Decimal:
    """Return how much less `after` is than `before`, in per cent with two decimals; negative where it costs more.

    Nothing is saved where nothing was paid before.
    """
    if before <= 0:
        return Decimal("0.00")
    return (Decimal(before - after) * 100 / Decimal(before)).quantize(HUNDREDTH, ROUND_HALF_UP)

"""The costs of a review: its lines as numbers, before and after, and what is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from motcua.rules.compliance_cost import Cost, StepCost, cost_of, saving_percent
from motcua.serve.catalogue.review.models import CostLine, Review


@dataclass(frozen=True)
class LineData:
    """One line as it is saved: hours as decimals, money and fees in đồng."""

    name: str
    hours_before: Decimal = Decimal(0)
    hours_after: Decimal = Decimal(0)
    money_before: int = 0
    money_after: int = 0
    fee_before: int = 0
    fee_after: int = 0


@dataclass(frozen=True)
class Costing:
    """What a procedure costs as it is and as proposed."""

    before: Cost
    after: Cost

    @property
    def saved_a_year(self) -> int:
        """Return the đồng that are saved in a year; negative where the proposal costs more."""
        return self.before.a_year - self.after.a_year

    @property
    def percent(self) -> Decimal:
        """Return what is saved in per cent of the cost of one dossier."""
        return saving_percent(self.before.once, self.after.once)


def costing_of(review: Review, lines: Iterable[CostLine | LineData]) -> Costing:
    """Return the costs of a review's lines, by its wage and its dossiers of a year."""
    listed = list(lines)
    numbers = {"wage_an_hour": review.wage_an_hour, "times_a_year": review.times_a_year}
    return Costing(
        before=cost_of([StepCost(i.hours_before, i.money_before, i.fee_before) for i in listed], **numbers),
        after=cost_of([StepCost(i.hours_after, i.money_after, i.fee_after) for i in listed], **numbers),
    )

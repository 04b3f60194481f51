"""What moves when an agency ends: a registry of movers that upper rooms fill, each of which can say beforehand.

A *handing* is one agency that ends and the one that takes over what is open. A mover counts what it would move, names
what it cannot, and moves it; it is asked for the plan first, and a plan with faults stops the whole decision.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise as Lazy

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.models import Agency, Unit
from motcua.record.organisation.queries import unit_for

SHOWN = 50


@dataclass
class Handing:
    """One agency that ends on a day, and who takes over (None: nobody). `posts` maps old posts to new ones."""

    decision: Decision
    old: Agency
    new: Agency | None
    day: dt.date
    posts: dict[int, int] = field(default_factory=dict)

    def unit_like(self, unit: Unit, field_code: str = "") -> Unit | None:
        """Return the successor's unit that does the work of an old one: same kind, by key or field where it can."""
        if self.new is None:
            return None
        if field_code:
            return unit_for(self.new.pk, unit.kind, self.day, field_code)
        units = list(Unit.objects.on(self.day).filter(agency_id=self.new.pk, kind=unit.kind).order_by("pk"))
        same_key = [one for one in units if one.key == unit.key]
        same_fields = [one for one in units if set(one.fields_served) & set(unit.fields_served)]
        return next(iter([*same_key, *same_fields, *(one for one in units if not one.fields_served), *units]), None)


@dataclass(frozen=True)
class Fault:
    """Why something cannot move: what it is called, and a sentence."""

    subject: str
    message: str


@dataclass(frozen=True)
class Plan:
    """What a mover would move: how many, the first of them by name, and what stands in the way."""

    count: int
    items: Sequence[str] = ()
    faults: Sequence[Fault] = ()

    @property
    def more(self) -> int:
        """Return how many are not listed."""
        return max(self.count - len(self.items), 0)


Planner = Callable[[Handing], Plan]
Move = Callable[[Actor, Handing, dt.datetime], int]


@dataclass(frozen=True)
class Mover:
    """One kind of thing that moves. `order`: posts before the tasks that they hold."""

    name: str
    label: "str | Lazy"
    order: int
    plan: Planner
    move: Move


MOVERS: dict[str, Mover] = {}


def register_mover(mover: Mover) -> None:
    """Let an upper room take part in every succession."""
    MOVERS[mover.name] = mover


def movers() -> list[Mover]:
    """Return the movers in the order in which they run."""
    return sorted(MOVERS.values(), key=lambda mover: mover.order)

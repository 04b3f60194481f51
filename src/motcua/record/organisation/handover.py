"""What passes from one post to another when its holder leaves: a registry that upper rooms fill.

A holder of things counts what lies with a post, names what the successor could not do, and passes it on; it is asked
for the plan first, and what is at fault stops the whole hand-over.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Post
from motcua.record.organisation.succession import Plan


@dataclass(frozen=True)
class HandOver:
    """From whose post to whose; without a successor what is open goes back to the unit."""

    leaver: Post
    successor: Post | None


@dataclass(frozen=True)
class Holding:
    """One kind of thing that a post holds: what would pass on, and passing it on; returns how many did."""

    name: str
    label: "str | Lazy"
    plan: Callable[[HandOver], Plan]
    pass_on: Callable[[Actor, HandOver, dt.datetime], int]


HOLDINGS: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Let an upper room take part in every hand-over."""
    HOLDINGS[holding.name] = holding

"""Who hears of events: projectors within the transaction, subscribers after sealing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from motcua.record.ledger.models import Event, Recorded

Projector = Callable[[Event, "Rows"], None]
Handler = Callable[[Sequence[Event]], None]
Rows = list[Recorded]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A named reader of sealed events, with its own cursor."""

    name: str
    pattern: str
    handle: Handler


PROJECTORS: list[tuple[str, Projector]] = []
SUBSCRIBERS: dict[str, Subscriber] = {}


def projector(pattern: str) -> Callable[[Projector], Projector]:
    """Register a function that runs in the transaction of each event whose kind matches; it may refuse."""

    def register(function: Projector) -> Projector:
        PROJECTORS.append((pattern, function))
        return function

    return register


def subscriber(name: str, pattern: str) -> Callable[[Handler], Handler]:
    """Register a function that is handed sealed events in order, in one transaction with its cursor."""

    def register(function: Handler) -> Handler:
        SUBSCRIBERS[name] = Subscriber(name, pattern, function)
        return function

    return register


def project(event: Event, rows: Rows) -> None:
    """Run every projector that listens to this event."""
    for pattern, function in PROJECTORS:
        if fnmatchcase(event.kind, pattern):
            function(event, rows)

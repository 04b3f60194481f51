"""What a batch is told into: lines of `COPY` by table, events with their hashes, spans.

What is written here is what the desk's actions would have left: `Recorded` rows noted in events, spans as `spans_of`
gives them, hashes as `event_hash` makes them. Tests hold each of these to the slow way.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from motcua.serve.dossiers.actions.bulk.lines import line


class Ids:
    """Keys reserved from the tables' sequences: some for each table, none twice."""

    def __init__(self, take: Callable[[str, int], Sequence[int]]) -> None:
        self.take = take
        self.left: dict[str, list[int]] = {}

    def reserve(self, table: str, count: int) -> None:
        """Reserve keys of a table."""
        if count:
            self.left[table] = list(self.take(table, count))[::-1]

    def next(self, table: str) -> int:
        """Return the next key."""
        return self.left[table].pop()


@dataclass
class Told:
    """The lines of a batch by table, and what gets its positions when it is written.

    `spans` has a `%d` for each position, `places` the events (counted from 0) that these positions belong to.
    """

    rows: dict[str, list[str]] = field(default_factory=dict)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    tallies: Counter[tuple[int, dt.date, str]] = field(default_factory=Counter)
    serials: dict[tuple[int, str], int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def add(self, table: str, values: Iterable[Any]) -> None:
        """Add a row."""
        self.rows.setdefault(table, []).append(line(values))


@dataclass(frozen=True)
class Frame:
    """What all dossiers of a run share. `as_story`: the demo's events were recorded when they happened."""

    run_id: int
    source: str
    actor: str
    now: dt.datetime
    as_story: bool = False


def stamp(moment: dt.datetime) -> str:
    """Return an instant in UTC as the ledger writes it."""
    return moment.isoformat(timespec="microseconds")

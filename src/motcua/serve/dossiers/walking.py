"""How a dossier walks through the steps of its process: pure questions over steps and what was visited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Place(Protocol):
    """What is asked of a step: its key, and the keys that it waits for."""

    key: str
    after: list[str]


@dataclass(frozen=True)
class Visit:
    """A step that was opened as the dossier's `number`-th task; open, done, or closed without being done."""

    key: str
    number: int
    is_open: bool = False
    is_done: bool = False


def predecessors(steps: Sequence[Place]) -> dict[str, tuple[str, ...]]:
    """Return for each step the keys that must be done before it opens; without `after`, the step before it."""
    before: tuple[str, ...] = ()
    found = {}
    for step in steps:
        found[step.key] = tuple(step.after) or before
        before = (step.key,)
    return found


def followers(steps: Sequence[Place], key: str) -> frozenset[str]:
    """Return every step that comes after a step, near or far."""
    waits_for = predecessors(steps)
    found: set[str] = set()
    for step in steps:
        if not {key, *found}.isdisjoint(waits_for[step.key]):
            found.add(step.key)
    return frozenset(found)


def done(steps: Sequence[Place], visits: Iterable[Visit]) -> frozenset[str]:
    """Return the steps that are done: closed so, and later than everything that comes before them.

    A step whose forerunner was opened again is to be done again.
    """
    latest = {visit.key: visit for visit in sorted(visits, key=lambda visit: visit.number)}
    waits_for = predecessors(steps)
    numbers: dict[str, int] = {}
    for step in steps:
        visit = latest.get(step.key)
        if visit is None or not visit.is_done:
            continue
        if all(key in numbers and numbers[key] < visit.number for key in waits_for[step.key]):
            numbers[step.key] = visit.number
    return frozenset(numbers)


def to_open(steps: Sequence[Place], visits: Sequence[Visit]) -> list[str]:
    """Return the keys of the steps whose turn it is and that are not open yet, in order."""
    finished = done(steps, visits)
    held = {visit.key for visit in visits if visit.is_open}
    waits_for = predecessors(steps)
    return [
        step.key
        for step in steps
        if step.key not in finished and step.key not in held and finished.issuperset(waits_for[step.key])
    ]


def waited_for(steps: Sequence[Place], visits: Sequence[Visit], key: str) -> list[str]:
    """Return the steps still to be done before the next one after `key` can open."""
    finished = done(steps, visits)
    waits_for = predecessors(steps)
    return sorted({k for keys in waits_for.values() if key in keys for k in keys if k != key and k not in finished})

"""How a thing walks through the steps of its process: what is done, what opens next, what is done again.

Pure questions over steps and visits. Which step waits for which, `processes.waits_for` alone says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motcua.rules.processes import Place, successors, waits_for


@dataclass(frozen=True)
class Visit:
    """A step that was opened as the dossier's `number`-th task; open, done, or closed without being done."""

    key: str
    number: int
    is_open: bool = False
    is_done: bool = False


def done(steps: Sequence[Place], visits: Iterable[Visit]) -> frozenset[str]:
    """Return the steps that are done: closed so, and later than everything that comes before them.

    A step whose forerunner was opened again is to be done again.
    """
    latest = {visit.key: visit for visit in sorted(visits, key=lambda visit: visit.number)}
    waiting = waits_for(steps)
    numbers: dict[str, int] = {}
    for step in steps:
        visit = latest.get(step.key)
        if visit is None or not visit.is_done:
            continue
        if all(key in numbers and numbers[key] < visit.number for key in waiting[step.key]):
            numbers[step.key] = visit.number
    return frozenset(numbers)


def to_open(steps: Sequence[Place], visits: Sequence[Visit]) -> list[str]:
    """Return the keys of the steps whose turn it is and that are not open yet, in order."""
    held = {visit.key for visit in visits if visit.is_open}
    return [key for key in successors(steps, done(steps, visits)) if key not in held]


def waited_for(steps: Sequence[Place], visits: Sequence[Visit], key: str) -> list[str]:
    """Return the steps still to be done before the next one after `key` can open."""
    finished = done(steps, visits)
    return sorted(
        {k for keys in waits_for(steps).values() if key in keys for k in keys if k != key and k not in finished}
    )

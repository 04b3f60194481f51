"""Internal processes: what makes a table of steps sound, and which steps may open while it runs.

A step opens when every step that it waits for is done: those of `after`, or, without any, the step in the row above.
Steps that wait for the same one run in parallel; a step that waits for several joins them. Sources: NĐ 61/2018/NĐ-CP,
art. 17 (the steps' times lie within the legal limit), TT 01/2018/TT-VPCP (the process is issued as a table).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from motcua.rules.working_time import Duration

RECEIVE, RETURN = "receive", "return"
NAMED = "named"
# Seven and a half hours: the shortest day that agencies keep; where days are longer, there is time to spare.
WORKING_DAY_MINUTES = 450
# Working minutes in one of each unit; of calendar days five in seven are worked, of a month 21.
MINUTES_PER = {
    "wh": 60.0,
    "wd": float(WORKING_DAY_MINUTES),
    "d": WORKING_DAY_MINUTES * 5 / 7,
    "m": WORKING_DAY_MINUTES * 21.0,
}


class Place(Protocol):
    """What the order of steps asks of one: its key, and the keys that it waits for."""

    @property
    def key(self) -> str:
        """Return the key."""

    @property
    def after(self) -> Sequence[str]:
        """Return the keys of the steps that it waits for; empty for the row above."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: what it waits for, where it may be sent back to, its time, and in whose hands it lies."""

    key: str
    kind: str = "handle"
    after: tuple[str, ...] = ()
    may_return_to: tuple[str, ...] = ()
    amount: int = 0
    unit: str = "wh"
    role: str = ""
    where: str = "competent"
    agency: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong, by a stable code; `step` is the row's key, "" for the whole table."""

    code: str
    step: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


def check(steps: Sequence[Step], limit: Duration) -> list[Fault]:
    """Return everything that keeps a process from being approved; an empty list means that it can be run to its end.

    Args:
        steps: the rows in their order.
        limit: the legal time limit of the procedure; none (0) is one working day.
    """
    if not steps:
        return [Fault("empty")]
    named_twice = _keys_twice(steps)
    if named_twice:
        return named_twice
    faults = [*_first_and_last(steps), *_rows(steps), *_unknown(steps)]
    tangled = [*_tangled(steps)]
    faults += tangled
    if not tangled:
        faults += [*_never_joined(steps), *_wrong_returns(steps), *_over_time(steps, limit)]
    return faults


def waits_for(steps: Sequence[Place]) -> dict[str, tuple[str, ...]]:
    """Return for each step the keys that must be done before it opens; without `after`, the step in the row above."""
    above: tuple[str, ...] = ()
    found = {}
    for step in steps:
        found[step.key] = tuple(step.after) or above
        above = (step.key,)
    return found


def successors(steps: Sequence[Place], done: Iterable[str]) -> list[str]:
    """Return the keys of the steps that may open when `done` are done, in the order of the rows."""
    finished = frozenset(done)
    waiting = waits_for(steps)
    return [s.key for s in steps if s.key not in finished and finished.issuperset(waiting[s.key])]


def followers(steps: Sequence[Place], key: str) -> frozenset[str]:
    """Return every step that comes after a step, near or far."""
    waiting = waits_for(steps)
    found: set[str] = set()
    for step in steps:
        if not {key, *found}.isdisjoint(waiting[step.key]):
            found.add(step.key)
    return frozenset(found)


def forerunners(steps: Sequence[Place], key: str) -> frozenset[str]:
    """Return every step that must be done before a step opens, near or far."""
    waiting = waits_for(steps)
    found: set[str] = set()
    ahead = list(waiting.get(key, ()))
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += waiting.get(one, ())
    return frozenset(found)


def working_minutes(time: Duration) -> int:
    """Return about how many working minutes (seven and a half hours a day) a time holds."""
    return int(time.amount * MINUTES_PER[time.unit])


def minutes_allowed(limit: Duration) -> int:
    """Return about how many working minutes a legal limit gives; none (0) is one working day."""
    return working_minutes(limit) or WORKING_DAY_MINUTES


def longest_way(steps: Sequence[Step]) -> list[str]:
    """Return the keys along the way that takes the most working time; steps in parallel count once.

    What a row waits for in no row above (a fault that `check` names) does not count.
    """
    waiting = waits_for(steps)
    best: dict[str, tuple[int, list[str]]] = {}
    for step in steps:
        ways = [best[key] for key in waiting[step.key] if key in best]
        before, way = max(ways, key=lambda item: item[0], default=(0, []))
        best[step.key] = (before + minutes_of(step), [*way, step.key])
    return max(reversed(best.values()), key=lambda item: item[0], default=(0, []))[1]


def minutes_of(step: Step) -> int:
    """Return the working minutes that a step is given; an unknown unit or a negative amount counts as none."""
    return working_minutes(Duration(step.amount, step.unit)) if step.unit in MINUTES_PER and step.amount > 0 else 0


def time_of(steps: Sequence[Step]) -> int:
    """Return the working minutes of the longest way."""
    way = set(longest_way(steps))
    return sum(minutes_of(step) for step in steps if step.key in way)


def _keys_twice(steps: Sequence[Step]) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for number, step in enumerate(steps, 1):
        if not step.key:
            faults.append(Fault("key_missing", params={"row": str(number)}))
        elif step.key in seen:
            faults.append(Fault("key_twice", step.key))
        seen.add(step.key)
    return faults


def _first_and_last(steps: Sequence[Step]) -> Iterator[Fault]:
    if steps[0].kind != RECEIVE:
        yield Fault("first_not_receive", steps[0].key)
    if steps[-1].kind != RETURN:
        yield Fault("last_not_return", steps[-1].key)
    for step in steps[1:]:
        if step.kind == RECEIVE:
            yield Fault("receive_again", step.key)
    for step in steps[:-1]:
        if step.kind == RETURN:
            yield Fault("return_early", step.key)


def _rows(steps: Sequence[Step]) -> Iterator[Fault]:
    for step in steps:
        if step.amount < 0:
            yield Fault("time_negative", step.key)
        if step.unit not in MINUTES_PER:
            yield Fault("time_unit", step.key, {"unit": step.unit})
        if (step.where == NAMED) != bool(step.agency):
            yield Fault("agency_missing" if step.where == NAMED else "agency_not_asked", step.key)
        if step.optional and step.kind in (RECEIVE, RETURN):
            yield Fault("must_not_skip", step.key)


def _unknown(steps: Sequence[Step]) -> Iterator[Fault]:
    known = {step.key for step in steps}
    for step in steps:
        for key in step.after:
            if key not in known:
                yield Fault("after_unknown", step.key, {"key": key})
        for key in step.may_return_to:
            if key not in known:
                yield Fault("return_unknown", step.key, {"key": key})


def _tangled(steps: Sequence[Step]) -> Iterator[Fault]:
    """Name loops that have no way out, what waits behind them, and rows that wait for one below."""
    stuck = _stuck(steps)
    named: set[str] = set()
    for step in steps:
        if step.key in stuck and step.key not in named:
            loop = _loop_of(steps, step.key)
            named |= loop
            if loop:
                yield Fault("loop", step.key, {"keys": ", ".join(s.key for s in steps if s.key in loop)})
            else:
                yield Fault("unreachable", step.key)
    yield from _waits_for_one_below(steps, stuck)


def _waits_for_one_below(steps: Sequence[Step], stuck: frozenset[str]) -> Iterator[Fault]:
    row = {step.key: number for number, step in enumerate(steps)}
    for step in steps:
        for key in step.after:
            if step.key not in stuck and row.get(key, -1) > row[step.key]:
                yield Fault("after_below", step.key, {"key": key})


def _stuck(steps: Sequence[Step]) -> frozenset[str]:
    """Return the steps that never open, however far the others get; unknown keys are told apart and do not hold."""
    known = {step.key for step in steps}
    waiting = {key: set(keys) & known for key, keys in waits_for(steps).items()}
    done: set[str] = set()
    while opened := {key for key, keys in waiting.items() if key not in done and keys <= done}:
        done |= opened
    return frozenset(known - done)


def _loop_of(steps: Sequence[Step], key: str) -> frozenset[str]:
    """Return the steps that wait for each other together with this one; empty if it does not wait for itself."""
    before = forerunners(steps, key)
    if key not in before:
        return frozenset()
    return frozenset(other for other in before if key in forerunners(steps, other))


def _never_joined(steps: Sequence[Step]) -> Iterator[Fault]:
    """Name the steps after which nothing comes though they are not the last: a parallel block that never joins."""
    awaited = {key for keys in waits_for(steps).values() for key in keys}
    for step in steps[:-1]:
        if step.key not in awaited:
            yield Fault("never_joins", step.key, {"last": steps[-1].key})


def _wrong_returns(steps: Sequence[Step]) -> Iterator[Fault]:
    known = {step.key for step in steps}
    for step in steps:
        before = forerunners(steps, step.key)
        for key in step.may_return_to:
            if key in known and key not in before:
                yield Fault("return_not_before", step.key, {"key": key})


def _over_time(steps: Sequence[Step], limit: Duration) -> Iterator[Fault]:
    allowed = minutes_allowed(limit)
    taken = time_of(steps)
    if taken > allowed:
        yield Fault("over_limit", params={"way": ", ".join(longest_way(steps)), **_hours(taken, allowed)})


def _hours(taken: int, allowed: int) -> dict[str, str]:
    return {"taken": f"{taken / 60:g}", "allowed": f"{allowed / 60:g}"}

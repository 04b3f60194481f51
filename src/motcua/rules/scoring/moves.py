"""What a unit can do about a leaf: the steps that its rule knows, and the cheapest choice among them.

A rate with its counts is raised one by one, a share or a per cent by hundredths, a count by ones, a ladder by options,
conditions all at once. Values that others give (points, means of surveys, formulas, the best unit) have no steps.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from .tree import POINTS, Data, Framework, Node, Rule
from .what_if import (
    NEARLY,
    ONE_BY_ONE,
    Part,
    Step,
    Way,
    cheapest,
    cheapest_counts,
    points_of_each,
    standing,
    steps_of,
    taken,
)

RATES = ("linear", "target", "bands")
COUNTS = {"count": 1, "deduct": -1}
HUNDREDTH = {"percent": (1.0, 100.0), "share": (0.01, 1.0)}


def part_of(leaf: Node, effort: float = 1.0) -> Part | None:
    """Return the part of a whole that a leaf is scored by, None for other rules."""
    rule = leaf.rule
    if rule is None or rule.kind not in RATES or not rule.get("numerator"):
        return None
    return Part(leaf.code, rule["numerator"], rule["denominator"], effort)


def moves_of(leaf: Node, data: Data, unit: str, effort: float = 1.0) -> list[Step]:
    """Return the steps that a unit can take at a leaf, none where its rule has none. `label` says how many or which.

    Args:
        effort: of one more dossier, hundredth or item; of the whole step for options and conditions.

    Raises:
        KeyError: no such unit.
    """
    if unit not in data.units:
        raise KeyError(unit)
    part = part_of(leaf, effort)
    if part is not None:
        return steps_of(data, unit, part)
    if leaf.rule is None:
        return []
    return list(_steps(leaf.code, leaf.rule, data, data.units.index(unit), effort))


def _steps(code: str, rule: Rule, data: Data, place: int, effort: float) -> Iterator[Step]:
    if rule.kind == "ladder":
        yield from _options(code, rule, data, place, effort)
    elif rule.kind == "pass_fail":
        failing = [name for name in rule["all_of"] if not data.number(name)[place] > 0]
        if failing:
            yield Step(code, dict.fromkeys(failing, 1.0), effort, " ".join(failing))
    elif rule.kind in COUNTS:
        yield from _ones(code, rule["input"], data, place, COUNTS[rule.kind], effort)
    elif rule.kind in RATES:
        yield from _hundredths(code, rule, data, place, effort)


def _options(code: str, rule: Rule, data: Data, place: int, effort: float) -> Iterator[Step]:
    """Yield the options that give more than the one that holds."""
    name, options = rule["input"], rule["options"]
    held = options.get((data.texts.get(name) or [""] * len(data.units))[place], 0)
    for option, points in options.items():
        if points > held:
            yield Step(code, {}, effort, option, {name: option})


def _ones(code: str, name: str, data: Data, place: int, way: int, effort: float) -> Iterator[Step]:
    has = float(data.number(name)[place])
    for n in range(1, ONE_BY_ONE + 1):
        if has + way * n >= 0:
            yield Step(code, {name: has + way * n}, n * effort, str(n))


def _hundredths(code: str, rule: Rule, data: Data, place: int, effort: float) -> Iterator[Step]:
    name, has = rule["input"], float(data.number(rule["input"])[place])
    if rule.get("unit") not in HUNDREDTH:
        if rule.kind == "bands":
            yield from _ones(code, name, data, place, 1, effort)
        return
    one, whole = HUNDREDTH[rule["unit"]]
    lacking = 0 if math.isnan(has) else math.ceil((whole - has) / one - NEARLY)
    for n in range(1, lacking + 1):
        yield Step(code, {name: min(round(has + n * one, 12), whole)}, n * effort, str(n))


def cheapest_moves(framework: Framework, data: Data, unit: str, efforts: Mapping[str, float], goal: float) -> Way:
    """Return the steps of the least effort that bring a unit to `goal` points of the whole.

    Chosen among the steps of `moves_of`; what is raised one by one is then lowered as far as the goal still holds.

    Args:
        efforts: effort at each leaf that may be moved, by its code, above 0.

    Raises:
        KeyError: no such unit.
        ValueError: an effort is not above 0, or the framework is not one of points.
        NoWay: no choice of the steps gets there.
    """
    leaves = [leaf for leaf in framework.root.leaves() if leaf.code in efforts]
    steps = [step for leaf in leaves for step in moves_of(leaf, data, unit, efforts[leaf.code])]
    way = cheapest(framework, data, unit, steps, goal)
    parts = {part.leaf: part for leaf in leaves if (part := part_of(leaf, efforts[leaf.code]))}
    fixed = [step for step in way.steps if step.leaf not in parts]
    moved = [parts[step.leaf] for step in way.steps if step.leaf in parts]
    if not moved:
        return way
    rest = cheapest_counts(framework, taken(data, unit, fixed), unit, moved, goal)
    order = {leaf.code: place for place, leaf in enumerate(leaves)}
    chosen = tuple(sorted((*fixed, *rest.steps), key=lambda step: order[step.leaf]))
    effort = float(sum(step.effort for step in chosen))
    if effort > way.effort:
        return way
    return Way(chosen, effort, standing(framework, taken(data, unit, chosen), unit))


def how_many_each(
    framework: Framework, data: Data, unit: str, leaves: Sequence[Node], gain: float
) -> dict[str, int | None]:
    """Return for each leaf scored by a rate how many more of its part bring so many points; None: not to be had.

    All leaves are halved at once, each try scored as a whole.

    Raises:
        KeyError: no such unit.
        ValueError: the gain is not above 0, or the framework is not one of points.
    """
    if gain <= 0 or framework.kind != POINTS:
        raise ValueError("a gain is above 0, in a framework of points")
    place = data.units.index(unit) if unit in data.units else -1
    if place < 0:
        raise KeyError(unit)
    parts = [part for leaf in leaves if (part := part_of(leaf))]
    has = np.array([data.number(part.numerator)[place] for part in parts])
    of = np.array([data.number(part.denominator)[place] for part in parts])
    asked = (standing(framework, data, unit).points or 0.0) + gain - NEARLY

    def reaches(more: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        tries = [Step(p.leaf, {p.numerator: h + m}, 1) for p, h, m in zip(parts, has, more, strict=True)]
        return np.asarray(points_of_each(framework, data, unit, tries) >= asked)

    low, high = np.zeros(len(parts)), np.nan_to_num(np.floor(of - has), nan=0.0)
    had = reaches(high) & (high > 0) if parts else np.zeros(0, dtype=bool)
    while np.any(high - low > 1):
        middle = np.where(high - low > 1, np.floor((low + high) / 2), high)
        enough = reaches(middle)
        low, high = np.where(enough, low, np.minimum(middle, high - 1)), np.where(enough, middle, high)
    return {p.leaf: int(high[n]) if had[n] else None for n, p in enumerate(parts)}

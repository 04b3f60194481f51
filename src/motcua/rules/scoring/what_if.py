"""What if: other inputs, and the points, rank and class that follow; the cheapest way to a goal.

Everything is scored again by the whole engine, so what is told here equals what a real change would give.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .composite import score_composite
from .points import score_points
from .ranking import classes, ranks
from .tree import POINTS, Data, FloatArray, Framework, Result, Rule

# The goal is raised by what rounding took, at most this often.
TRIES = 8
NEARLY = 1e-9


@dataclass(frozen=True)
class Standing:
    """Where a unit stands: points of the whole, rank, class. None: unscored."""

    points: float | None
    rank: int | None
    rating: str


@dataclass(frozen=True)
class Step:
    """Something a unit can do: inputs get these values, at an effort (days, money, anything above 0).

    Of the steps of one `leaf` at most one is taken.
    """

    leaf: str
    inputs: Mapping[str, float]
    effort: float
    label: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """The steps to take, their effort together, and where they lead."""

    steps: tuple[Step, ...]
    effort: float
    standing: Standing


class NoWay(ValueError):
    """No choice of the steps reaches the goal."""


def changed(data: Data, unit: str, inputs: Mapping[str, float], texts: Mapping[str, str] | None = None) -> Data:
    """Return the data with other inputs of one unit: numbers, and options of ladders.

    Raises:
        KeyError: no such unit.
    """
    if unit not in data.units:
        raise KeyError(unit)
    place, numbers = data.units.index(unit), dict(data.numbers)
    for code, value in inputs.items():
        column = data.number(code).copy()
        column[place] = value
        numbers[code] = column
    chosen = dict(data.texts)
    for code, text in (texts or {}).items():
        held = list(chosen.get(code, [""] * len(data.units)))
        chosen[code] = [*held[:place], text, *held[place + 1 :]]
    return replace(data, numbers=numbers, texts=chosen)


def taken(data: Data, unit: str, steps: Sequence[Step]) -> Data:
    """Return the data as it is once a unit has taken these steps.

    Raises:
        KeyError: no such unit.
    """
    inputs = {code: value for step in steps for code, value in step.inputs.items()}
    return changed(data, unit, inputs, {code: text for step in steps for code, text in step.texts.items()})


def points_of_each(framework: Framework, data: Data, unit: str, steps: Sequence[Step]) -> FloatArray:
    """Return the points of the whole that a unit has with each of the steps alone; NaN where it is unscored.

    Where no rule looks at other units, one pass scores as many copies of the unit as there are steps.

    Raises:
        KeyError: no such unit.
    """
    if unit not in data.units:
        raise KeyError(unit)
    if framework.kind != POINTS or any(_looks_around(leaf.rule) for leaf in framework.root.leaves()):
        place = data.units.index(unit)
        tries = [_scored(framework, taken(data, unit, [step])).top.score[place] for step in steps]
        return np.array(tries, dtype=np.float64)
    return score_points(framework, _copies(data, unit, steps)).top.score


def _looks_around(rule: Rule | None) -> bool:
    """Tell whether a rule sets a unit beside the others."""
    if rule is None or rule.kind in ("best_of", "items"):
        return rule is not None and any(_looks_around(part) for part in rule["rules"])
    return rule.kind == "best_unit"


def _copies(data: Data, unit: str, steps: Sequence[Step]) -> Data:
    """Return one unit as often as there are steps, each copy with its step taken."""
    place, many = data.units.index(unit), len(steps)
    numbers = {code: np.full(many, column[place]) for code, column in data.numbers.items()}
    texts = {code: [column[place]] * many for code, column in data.texts.items()}
    for row, step in enumerate(steps):
        for code, value in step.inputs.items():
            numbers.setdefault(code, np.full(many, np.nan))[row] = value
        for code, text in step.texts.items():
            texts.setdefault(code, [""] * many)[row] = text
    outside = {code: np.full(many, column[place]) for code, column in data.outside.items()}
    return Data(tuple(map(str, range(many))), numbers, texts, outside)


def standing(framework: Framework, data: Data, unit: str) -> Standing:
    """Return where a unit stands among the units of the data.

    Raises:
        KeyError: no such unit.
    """
    if unit not in data.units:
        raise KeyError(unit)
    top, place = _scored(framework, data).top, data.units.index(unit)
    if np.isnan(top.score[place]):
        return Standing(None, None, "")
    rank = ranks(top.exact, framework.rank_method)[place]
    rating = str(classes(top.score, framework.classes)[place]) if framework.classes else ""
    return Standing(float(top.score[place]), int(rank), rating)


def what_if(framework: Framework, data: Data, unit: str, inputs: Mapping[str, float]) -> tuple[Standing, Standing]:
    """Return where a unit stands, and where it would stand with other inputs.

    Raises:
        KeyError: no such unit.
    """
    return standing(framework, data, unit), standing(framework, changed(data, unit, inputs), unit)


def how_many(framework: Framework, data: Data, unit: str, numerator: str, denominator: str, gain: float) -> int | None:
    """Return how many more of the numerator (dossiers on time, say) bring so many points; None: not even all do.

    Raises:
        KeyError: no such unit.
        ValueError: the gain is not above 0.
    """
    if gain <= 0:
        raise ValueError("a gain is above 0")
    now = standing(framework, data, unit).points or 0.0
    place = data.units.index(unit)
    has, of = float(data.number(numerator)[place]), float(data.number(denominator)[place])
    if math.isnan(has) or math.isnan(of):
        return None

    def reaches(more: int) -> bool:
        points = standing(framework, changed(data, unit, {numerator: has + more}), unit).points
        return points is not None and points >= now + gain - NEARLY

    low, high = 0, int(of - has)
    if high <= 0 or not reaches(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def points_for_rank(framework: Framework, data: Data, unit: str, better: int) -> float:
    """Return the points that bring a unit so many ranks up, the others unchanged.

    Raises:
        KeyError: no such unit.
        NoWay: there are not so many ranks above it, or it is unscored.
    """
    top = _scored(framework, data).top
    own = data.units.index(unit) if unit in data.units else -1
    if own < 0:
        raise KeyError(unit)
    places = ranks(top.exact, framework.rank_method)
    if np.isnan(places[own]) or better < 1 or places[own] - better < 1:
        raise NoWay(f"{unit} has not {better} ranks above it")
    others = np.delete(top.exact, own)
    above = np.sort(others[~np.isnan(others)])[::-1]
    return float(above[int(places[own]) - better - 1])


def points_for_class(framework: Framework, data: Data, unit: str) -> float:
    """Return the lowest points of the next better class.

    Raises:
        KeyError: no such unit.
        NoWay: it is in the best class, or the classes are not set in points.
    """
    now = standing(framework, data, unit)
    codes = [rating.code for rating in framework.classes]
    place = codes.index(now.rating) if now.rating in codes else -1
    edge = framework.classes[place - 1].at_least if place > 0 else None
    if edge is None:
        raise NoWay(f"there is no better class above {now.rating or unit}")
    return edge


def cheapest(framework: Framework, data: Data, unit: str, steps: Sequence[Step], goal: float) -> Way:
    """Return the steps of the least effort that together bring a unit to `goal` points of the whole.

    An integer programme over the gains of single steps; the answer is scored as a whole, and where rounding or a cap
    took something, the goal is raised by it and solved again.

    Raises:
        KeyError: no such unit.
        ValueError: a step's effort is not above 0, or the framework is not one of points.
        NoWay: no choice of the steps gets there.
    """
    if framework.kind != POINTS or any(step.effort <= 0 for step in steps):
        raise ValueError("steps are for frameworks of points and each has an effort above 0")
    now = standing(framework, data, unit)
    gains = np.nan_to_num(points_of_each(framework, data, unit, steps)) - (now.points or 0.0)
    asked = goal - (now.points or 0.0)
    for _ in range(TRIES):
        chosen = _solve(steps, gains, asked)
        reached = standing(framework, taken(data, unit, chosen), unit)
        short = goal - (reached.points or 0.0)
        if short <= NEARLY:
            return Way(chosen, float(sum(step.effort for step in chosen)), reached)
        asked += max(short, NEARLY * 10)
    raise NoWay(f"no choice of these steps brings {unit} to {goal:g} points")


ONE_BY_ONE, PARTS = 20, 20


@dataclass(frozen=True)
class Part:
    """A leaf's part of a whole that a unit can raise one by one, at an effort for each (minutes for a dossier, say)."""

    leaf: str
    numerator: str
    denominator: str
    effort: float = 1.0


def steps_of(data: Data, unit: str, part: Part) -> list[Step]:
    """Return the steps that raise a part: one by one up to twenty more, then by twentieths of what is lacking.

    Raises:
        KeyError: no such unit.
    """
    if unit not in data.units:
        raise KeyError(unit)
    place = data.units.index(unit)
    has, of = float(data.number(part.numerator)[place]), float(data.number(part.denominator)[place])
    if math.isnan(has) or math.isnan(of) or of <= has:
        return []
    lacking = of - has
    counts = {n for n in range(1, ONE_BY_ONE + 1) if n <= lacking}
    counts |= {math.ceil(lacking * n / PARTS) for n in range(1, PARTS + 1)}
    return [_more(part, has, n) for n in sorted(counts)]


def _more(part: Part, has: float, more: int) -> Step:
    return Step(part.leaf, {part.numerator: has + more}, more * part.effort, str(more))


def cheapest_counts(framework: Framework, data: Data, unit: str, parts: Sequence[Part], goal: float) -> Way:
    """Return how many more of which parts bring a unit to `goal` points of the whole with the least effort.

    The integer programme chooses among the steps of `steps_of`; then each count is lowered, the costliest first, as far
    as the goal still holds.

    Raises:
        KeyError, ValueError, NoWay: as `cheapest`.
    """
    steps = [step for part in parts for step in steps_of(data, unit, part)]
    way = cheapest(framework, data, unit, steps, goal)
    known = {part.leaf: part for part in parts}
    chosen = {step.leaf: int(step.label) for step in way.steps}
    for leaf in sorted(chosen, key=lambda code: -known[code].effort * chosen[code]):
        chosen[leaf] = _least(framework, data, unit, known, chosen, leaf, goal)
    steps = [_more(known[leaf], _has(data, unit, known[leaf]), more) for leaf, more in sorted(chosen.items()) if more]
    reached = standing(framework, taken(data, unit, steps), unit)
    return Way(tuple(steps), float(sum(step.effort for step in steps)), reached)


def _has(data: Data, unit: str, part: Part) -> float:
    return float(data.number(part.numerator)[data.units.index(unit)])


def _least(
    framework: Framework,
    data: Data,
    unit: str,
    parts: Mapping[str, Part],
    chosen: Mapping[str, int],
    leaf: str,
    goal: float,
) -> int:
    """Return the lowest count of one leaf with which, the others unchanged, the goal is still reached."""

    def reaches(count: int) -> bool:
        counts = {**chosen, leaf: count}
        inputs = {parts[code].numerator: _has(data, unit, parts[code]) + n for code, n in counts.items()}
        points = standing(framework, changed(data, unit, inputs), unit).points
        return points is not None and points >= goal - NEARLY

    low, high = -1, chosen[leaf]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _scored(framework: Framework, data: Data) -> Result:
    return score_points(framework, data) if framework.kind == POINTS else score_composite(framework, data)


def _solve(
    steps: Sequence[Step], gains: "np.ndarray[tuple[int], np.dtype[np.float64]]", asked: float
) -> tuple[Step, ...]:
    if asked <= NEARLY:
        return ()
    if not steps:
        raise NoWay("there is no step to take")
    # Loaded when needed: the library takes longer to load than the rest of a page's process.
    from scipy.optimize import Bounds, LinearConstraint, milp

    leaves = sorted({step.leaf for step in steps})
    once = np.array([[float(step.leaf == leaf) for step in steps] for leaf in leaves])
    rules = [LinearConstraint(gains[None, :], lb=asked - NEARLY), LinearConstraint(once, ub=1)]
    effort = np.array([step.effort for step in steps])
    found = milp(effort, constraints=rules, integrality=np.ones(len(steps)), bounds=Bounds(0, 1))
    if found.x is None:
        raise NoWay("no choice of these steps reaches the goal")
    return tuple(step for step, share in zip(steps, found.x, strict=True) if share > 0.5)

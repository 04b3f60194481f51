"""The cheapest way of a unit to a goal in a composite index.

A step raises one indicator by a tenth of the span between the lowest and the highest unit, up to the best unit's value.
Every step is scored as the engine scores: the scale may move for all units, and others' ranks with it.

Where nodes are sums or weighted means with given weights, a choice of steps moves every unit's score by the sum of what
its steps move alone. An integer programme finds the least effort; a slack for rounding makes it a relaxation, so the
first answer that the whole engine confirms is the cheapest of all. Elsewhere choices are tried by rising effort, and
after a bounded number of them the search gives up.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .composite import children_weights, digits_of, leaf_stages, options_of, score_columns
from .ranking import classes, ranks
from .tree import COMPOSITE, Data, FloatArray, Framework, Node
from .what_if import NEARLY, NoWay, Standing, Step, Way, changed

PARTS = 10
# Choices that the search without a programme tries, and answers of the programme that the engine may turn down.
MOST_TRIED, MOST_TURNED_DOWN = 3_000, 20
SECONDS = 5.0
LINEAR = ("arithmetic", "sum")
ROUGHLY = 1e-7
Row = tuple[FloatArray, "FloatArray | float"]
"""Rows of a programme, and the least that each must come to."""


@dataclass(frozen=True)
class Goal:
    """What is wanted: so many points of the whole, or a rank that is at least as good. One of the two is given."""

    points: float | None = None
    rank: int | None = None

    def reached(self, standing: Standing) -> bool:
        """Tell whether a standing reaches it."""
        if self.rank is not None:
            return standing.rank is not None and standing.rank <= self.rank
        return standing.points is not None and standing.points >= (self.points or 0.0) - NEARLY


class TooManyWays(ValueError):
    """There are more choices than are tried."""


@dataclass(frozen=True)
class Raised:
    """A step with the normalised column of its leaf, for all units, once it is taken."""

    step: Step
    column: FloatArray


def steps_up(framework: Framework, leaf: Node, data: Data, unit: str, effort: float = 1.0) -> list[Step]:
    """Return the steps that raise a leaf of a unit, the smallest first; `label` counts tenths.

    None where the unit lacks the value, has the best one, or where another leaf takes the same input.

    Args:
        effort: of one tenth of the span.

    Raises:
        KeyError: no such unit.
    """
    if unit not in data.units:
        raise KeyError(unit)
    name, below = leaf.options.get("input", leaf.code), leaf.options.get("denominator")
    place, values = data.units.index(unit), leaf_stages(framework, leaf, data)["denominated"]
    if _inputs(framework)[name] > 1 or np.isnan(values[place]):
        return []
    worst, best = np.nanmin(leaf.direction * values), np.nanmax(leaf.direction * values)
    has, tenth = leaf.direction * values[place], (best - worst) / PARTS
    count = int(np.ceil((best - has) / tenth - NEARLY)) if tenth > 0 else 0
    scale = data.number(below)[place] if below else 1.0
    # The last step is the best unit's value itself, to its last bit.
    goals = [has + n * tenth for n in range(1, count)] + ([best] if count else [])
    return [
        Step(leaf.code, {name: _plain(leaf.direction * goal * scale)}, n * effort, str(n))
        for n, goal in enumerate(goals, start=1)
    ]


def _plain(value: float) -> float:
    return float(f"{value:.12g}")


def _inputs(framework: Framework) -> Counter[str]:
    leaves = list(framework.root.leaves())
    names = [leaf.options.get("input", leaf.code) for leaf in leaves]
    return Counter([*names, *(leaf.options["denominator"] for leaf in leaves if "denominator" in leaf.options)])


def cheapest_steps(framework: Framework, data: Data, unit: str, efforts: Mapping[str, float], goal: Goal) -> Way:
    """Return the steps of the least effort that bring a unit to a goal, the other units' inputs unchanged.

    Args:
        efforts: effort of a tenth at each leaf that may be moved, by its code, above 0.

    Raises:
        KeyError: no such unit.
        ValueError: an effort is not above 0, or the framework is not a composite one.
        NoWay: no choice of the steps gets there.
        TooManyWays: none of those that were tried does, and there are more.
    """
    if framework.kind != COMPOSITE or any(effort <= 0 for effort in efforts.values()):
        raise ValueError("steps up are for composite frameworks and each has an effort above 0")
    if unit not in data.units:
        raise KeyError(unit)
    found = _Search(framework, data, unit, efforts, goal)
    now = found.standing(())
    if goal.reached(now):
        return found.way(())
    if now.points is None:
        raise NoWay(f"{unit} has no score")
    return found.way(found.by_programme() if found.linear else found.by_effort())


class _Search:
    """The steps of a unit with what each moves, and the ways to choose among them."""

    def __init__(self, framework: Framework, data: Data, unit: str, efforts: Mapping[str, float], goal: Goal) -> None:
        self.framework, self.goal, self.place = framework, goal, data.units.index(unit)
        leaves = list(framework.root.leaves())
        self.columns = {leaf.code: leaf_stages(framework, leaf, data)["normalised"] for leaf in leaves}
        self.raised = [
            Raised(step, leaf_stages(framework, leaf, changed(data, unit, step.inputs))["normalised"])
            for leaf in leaves
            if leaf.code in efforts
            for step in steps_up(framework, leaf, data, unit, efforts[leaf.code])
        ]

    def standing(self, chosen: Sequence[Raised]) -> Standing:
        """Return where the unit stands once it has taken some steps, scored by the whole engine."""
        top = score_columns(self.framework, self._with(chosen))[self.framework.root.code]
        if np.isnan(top.score[self.place]):
            return Standing(None, None, "")
        rank = int(ranks(top.exact, self.framework.rank_method)[self.place])
        rated = str(classes(top.score, self.framework.classes)[self.place]) if self.framework.classes else ""
        return Standing(float(top.score[self.place]), rank, rated)

    def way(self, chosen: Sequence[Raised]) -> Way:
        """Return the way that takes some steps."""
        steps = tuple(each.step for each in chosen)
        return Way(steps, float(sum(step.effort for step in steps)), self.standing(chosen))

    def _with(self, chosen: Sequence[Raised]) -> dict[str, FloatArray]:
        return self.columns | {each.step.leaf: each.column for each in chosen}

    @property
    def linear(self) -> bool:
        """Tell whether what steps move adds up: sums or means with given weights, and no value comes or goes."""
        framework = self.framework
        for node in framework.root.walk():
            named = node.options.get("weights", framework.stages.get("weights", "given"))
            method = options_of(framework, node, "aggregate").get("method", "arithmetic")
            if node.children and (method not in LINEAR or named == "pca"):
                return False
        if self.goal.rank is not None and framework.rank_method == "dense":
            return False
        return all((np.isnan(r.column) == np.isnan(self.columns[r.step.leaf])).all() for r in self.raised)

    # --- sums and means: an integer programme ------------------------------------------------------------------

    def by_programme(self) -> tuple[Raised, ...]:
        """Return the cheapest choice: answers of the programme, each checked, until the engine confirms one."""
        plain = _unrounded(self.framework)
        now = _top(plain, self.columns)
        moves = np.array([_top(plain, self._with([each])) - now for each in self.raised]).reshape(-1, len(now))
        turned_down: list[tuple[int, ...]] = []
        while len(turned_down) <= MOST_TURNED_DOWN:
            places = self._solve(now, moves, turned_down)
            chosen = tuple(self.raised[place] for place in places)
            if self.goal.reached(self.standing(chosen)):
                return chosen
            turned_down.append(places)
        # Rounding as coarse as the steps: what adds up says little.
        return self.by_effort()

    def _solve(self, now: FloatArray, moves: FloatArray, turned_down: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        """Return the places of the steps of the cheapest choice that is not turned down yet."""
        if not len(self.raised):
            raise NoWay("there is no step to take")
        # Loaded when needed: the library takes longer to load than the rest of a page's process.
        from scipy.optimize import Bounds, LinearConstraint, milp

        rules, rivals = self._rules(now, moves)
        steps = len(self.raised)
        rows, least = [], []
        for leaf in sorted({each.step.leaf for each in self.raised}):
            rows.append([-float(each.step.leaf == leaf) for each in self.raised] + [0.0] * rivals)
            least.append(-1.0)
        for places in turned_down:
            row = np.ones(steps + rivals)
            row[list(places)], row[steps:] = -1.0, 0.0
            rows.append(list(row))
            least.append(1.0 - len(places))
        effort = np.array([each.step.effort for each in self.raised] + [0.0] * rivals)
        found = milp(
            effort,
            constraints=[*(LinearConstraint(a, lb=lb) for a, lb in rules), LinearConstraint(np.array(rows), lb=least)],
            integrality=np.ones(len(effort)),
            bounds=Bounds(0, 1),
            options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
        )
        if found.status == 1:
            raise TooManyWays("the programme takes too long")
        if found.x is None:
            raise NoWay("no choice of these steps reaches the goal")
        return tuple(place for place in range(steps) if found.x[place] > 0.5)

    def _rules(self, now: FloatArray, moves: FloatArray) -> tuple[list[Row], int]:
        """Return what the goal asks for as rows of a programme, and how many rivals stand in it as unknowns."""
        slack = slack_of(self.framework, self.framework.root)
        own, own_moves = now[self.place], moves[:, self.place]
        if self.goal.rank is None:
            return [(own_moves[None, :], (self.goal.points or 0.0) - own - slack - ROUGHLY)], 0
        rivals = [n for n in range(len(now)) if n != self.place and not np.isnan(now[n])]
        if not rivals:
            return [], 0
        ahead = (own_moves[:, None] - moves[:, rivals]).T
        behind = now[rivals] - own - 2 * slack - ROUGHLY
        # A one says that this rival may stay ahead, and frees its row; the rank says how many may.
        free = np.maximum(behind - self._least(ahead), 0.0)
        allowed = np.hstack([np.zeros(len(self.raised)), -np.ones(len(rivals))])
        rows = np.hstack([ahead, np.diag(free)])
        return [(allowed[None, :], 1.0 - self.goal.rank), (rows, behind)], len(rivals)

    def _least(self, ahead: FloatArray) -> FloatArray:
        """Return the least that any choice can add up to in each row: of a leaf's steps at most one is taken."""
        leaves = [each.step.leaf for each in self.raised]
        of_leaf = [[place for place, leaf in enumerate(leaves) if leaf == code] for code in dict.fromkeys(leaves)]
        lowest = [np.minimum(ahead[:, places].min(axis=1), 0.0) for places in of_leaf]
        return np.asarray(np.sum(lowest, axis=0))

    # --- anything else: by rising effort -----------------------------------------------------------------------

    def by_effort(self) -> tuple[Raised, ...]:
        """Return the cheapest choice, trying one after the other by rising effort."""
        for tried, chosen in enumerate(_by_effort(self.raised)):
            if self.goal.reached(self.standing(chosen)):
                return chosen
            if tried >= MOST_TRIED:
                raise TooManyWays(f"none of the {MOST_TRIED} cheapest choices gets there")
        raise NoWay("no choice of these steps reaches the goal")


def _by_effort(raised: Sequence[Raised]) -> Iterator[tuple[Raised, ...]]:
    """Yield every choice of at most one step of each leaf, by rising effort."""
    ladders: dict[str, list[Raised]] = {}
    for each in raised:
        ladders.setdefault(each.step.leaf, []).append(each)
    rungs = list(ladders.values())

    def effort(levels: tuple[int, ...]) -> float:
        return sum(rung[n - 1].step.effort for rung, n in zip(rungs, levels, strict=True) if n)

    waiting = [(0.0, (0,) * len(rungs))]
    while waiting:
        _effort, levels = heapq.heappop(waiting)
        yield tuple(rung[n - 1] for rung, n in zip(rungs, levels, strict=True) if n)
        last = max((place for place, n in enumerate(levels) if n), default=0)
        # Each choice comes from one other alone: from itself with its last leaf a step lower.
        for place in range(last, len(rungs)):
            if levels[place] < len(rungs[place]):
                higher = (*levels[:place], levels[place] + 1, *levels[place + 1 :])
                heapq.heappush(waiting, (effort(higher), higher))


def _top(framework: Framework, columns: Mapping[str, FloatArray]) -> FloatArray:
    return score_columns(framework, columns)[framework.root.code].exact


def _unrounded(framework: Framework) -> Framework:
    """Return a framework that rounds nowhere."""

    def plain(node: Node) -> Node:
        options = {name: value for name, value in node.options.items() if name != "digits"}
        return replace(node, options=options, children=tuple(plain(child) for child in node.children))

    return replace(framework, root=plain(framework.root), rounding={})


def slack_of(framework: Framework, node: Node) -> float:
    """Return by how much rounding can change a node's score at most, where nodes are sums or means."""
    digits = digits_of(framework, node)
    own = 0.0 if digits is None else 0.5 * 10.0**-digits
    if not node.children:
        return own
    parts = np.array([slack_of(framework, child) for child in node.children])
    if options_of(framework, node, "aggregate").get("method") == "sum":
        below = float(np.sum(parts * np.abs(children_weights(framework, node, np.empty((0, len(parts)))))))
    else:
        below = float(parts.max())
    return own + below * abs(float(node.options.get("scale", 1)))

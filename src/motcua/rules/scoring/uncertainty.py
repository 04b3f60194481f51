"""How firm ranks are: the index computed many times with other weights, methods, margins and filled gaps.

All runs of one pair of methods are computed at once. A table of runs is drawn from a seed; each run of it can be
computed again by itself (`Runs.only`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .composite import children_weights, leaf_stages, options_of, score_composite
from .points import score_points
from .tree import POINTS, Data, FloatArray, Framework, Node, NodeScores, Options

Whole = NDArray[np.int64]
# Runs are computed in slices of this many, to stay within some tens of megabytes.
SLICE = 2_000
WEIGHTS_SPREAD = 0.25
SURE = 0.9


@dataclass(frozen=True)
class Spread:
    """What is varied. `weights`: each weight × a factor from 1 − w to 1 + w, evenly. `margins`: standard errors of leaf
    scores by code. `missing`: unscored leaves take any value that other units have.
    """

    weights: float = WEIGHTS_SPREAD
    normalise: tuple[Options, ...] = ()
    aggregate: tuple[Options, ...] = ()
    margins: Mapping[str, float] = field(default_factory=dict)
    missing: bool = False


@dataclass(frozen=True)
class Runs:
    """A table of runs: factors of weights (nodes × runs), chosen methods, draws (units × runs) of each noisy leaf."""

    codes: tuple[str, ...]
    factors: FloatArray
    normalise: Whole
    aggregate: Whole
    noise: Mapping[str, FloatArray]

    def only(self, chosen: Whole | Sequence[int]) -> "Runs":
        """Return these runs of the table."""
        noise = {code: draws[:, chosen] for code, draws in self.noise.items()}
        return Runs(self.codes, self.factors[:, chosen], self.normalise[chosen], self.aggregate[chosen], noise)


@dataclass(frozen=True)
class Firmness:
    """Scores of the whole and ranks (units × runs)."""

    scores: FloatArray
    ranks: FloatArray

    def interval(self, sure: float = SURE) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the lower edge, median and upper edge of each unit's rank; `sure` of the runs lie between."""
        edge = (1 - sure) / 2
        known = ~np.isnan(self.ranks).all(axis=1)
        found = np.full((3, len(self.ranks)), np.nan)
        steps = [edge, 0.5, 1 - edge]
        found[:, known] = np.nanquantile(self.ranks[known], steps, axis=1, method="nearest")
        return found[0], found[1], found[2]

    def beats(self) -> FloatArray:
        """Return for each pair of units the share of runs in which the first scores higher; half for equal scores."""
        found = np.empty((len(self.scores), len(self.scores)))
        for place, own in enumerate(self.scores):
            found[place] = ((own > self.scores).mean(axis=1) + (own >= self.scores).mean(axis=1)) / 2
        return found

    def _beats(self, one: int, other: int) -> float:
        own, its = self.scores[one], self.scores[other]
        return float(((own > its).mean() + (own >= its).mean()) / 2)

    def alike(self, scores: FloatArray, sure: float = SURE) -> FloatArray:
        """Return the number of each unit's group: going down from the best, a group ends where its first unit beats
        the next in at least `sure` of the runs. Units of one group cannot be told apart. NaN for the unscored.
        """
        found, group, first = np.full(len(scores), np.nan), 0, -1
        for unit in np.argsort(-scores, kind="stable"):
            if np.isnan(scores[unit]):
                continue
            if first < 0 or self._beats(first, int(unit)) >= sure:
                group, first = group + 1, int(unit)
            found[unit] = group
        return found


def draw(framework: Framework, data: Data, spread: Spread, runs: int, seed: int) -> Runs:
    """Return a table of `runs` runs; the same seed gives the same table."""
    chance = np.random.default_rng(seed)
    codes = tuple(node.code for node in framework.root.walk())
    factors = chance.uniform(1 - spread.weights, 1 + spread.weights, (len(codes), runs))
    normal = chance.integers(0, max(len(spread.normalise), 1), runs)
    together = chance.integers(0, max(len(spread.aggregate), 1), runs)
    noise = {code: chance.standard_normal((len(data.units), runs)) for code in sorted(spread.margins)}
    if spread.missing:
        leaves = (leaf.code for leaf in framework.root.leaves())
        noise |= {f"?{code}": chance.random((len(data.units), runs)) for code in leaves}
    return Runs(codes, factors, normal, together, noise)


def run(framework: Framework, data: Data, spread: Spread, runs: Runs) -> Firmness:
    """Return scores and ranks of the whole in every run."""
    scores = np.empty((len(data.units), runs.factors.shape[1]))
    base = base_weights(framework, data)
    for way in range(max(len(spread.normalise), 1)):
        leaves = leaf_scores(framework, data, spread.normalise[way] if spread.normalise else None, spread.missing)
        for other in range(max(len(spread.aggregate), 1)):
            together = spread.aggregate[other] if spread.aggregate else None
            chosen = np.flatnonzero((runs.normalise == way) & (runs.aggregate == other))
            for part in np.array_split(chosen, len(chosen) // SLICE + 1):
                engine = _Engine(framework, leaves, spread, runs.only(part), together, base)
                scores[:, part] = engine.score(framework.root)
    if framework.kind == POINTS:
        unscored = np.isnan(score_points(framework, data).top.exact)
        scores = np.where(unscored[:, None], np.nan, scores + _adjustments(framework, data)[:, None])
    return Firmness(scores, ranks_of_runs(scores))


def base_weights(framework: Framework, data: Data) -> dict[str, float]:
    """Return the weight of each node among its siblings before any run changes it.

    Points, or a composite's weights as given, equal, or by principal components of the framework as it stands.
    """
    if framework.kind == POINTS:
        return {node.code: node.points for node in framework.root.walk()}
    scores = {code: found.score for code, found in score_composite(framework, data).nodes.items()}
    found = {framework.root.code: framework.root.weight}
    for node in framework.root.walk():
        if node.children:
            table = np.column_stack([scores[child.code] for child in node.children])
            weights = children_weights(framework, node, table)
            found |= {child.code: float(weight) for child, weight in zip(node.children, weights, strict=True)}
    return found


def leaf_scores(
    framework: Framework, data: Data, normalise: Options | None, missing: bool = False
) -> dict[str, FloatArray]:
    """Return the scores of the leaves: shares of the most (points), or normalised values (composite)."""
    if framework.kind == POINTS:
        nodes = score_points(replace(framework, rounding={}), data).nodes
        return {leaf.code: _share(nodes[leaf.code], missing) for leaf in framework.root.leaves()}
    if normalise:
        framework = replace(framework, stages={**framework.stages, "normalise": normalise})
    leaves = framework.root.leaves()
    return {leaf.code: leaf_stages(framework, leaf, data)["normalised"] for leaf in leaves}


def _share(leaf: NodeScores, missing: bool) -> FloatArray:
    """Return a leaf's points as a share of its most; what is missing counts nothing, unless it is to be drawn."""
    share = leaf.exact / (leaf.node.points or np.nan)
    return share if missing else np.where(np.isnan(share) & (leaf.most > 0), 0.0, share)


def _adjustments(framework: Framework, data: Data) -> FloatArray:
    """Return what bonus and penalty add to the whole; no run changes them."""
    if framework.kind != POINTS or not any(node.adjustment for node in framework.root.walk()):
        return np.zeros(len(data.units))
    children = tuple(child for child in framework.root.children if not child.adjustment)
    without = replace(framework, root=replace(framework.root, children=children))
    return score_points(framework, data).top.exact - score_points(without, data).top.exact


class _Engine:
    """All runs of one pair of methods at once: each node is a table units × runs, or one column for a firm leaf."""

    def __init__(
        self,
        framework: Framework,
        leaves: dict[str, FloatArray],
        spread: Spread,
        runs: Runs,
        together: Options | None,
        base: Mapping[str, float],
    ) -> None:
        self.base = base
        self.framework, self.leaves, self.spread, self.runs, self.together = framework, leaves, spread, runs, together
        self.row = {code: place for place, code in enumerate(runs.codes)}

    def score(self, node: Node) -> FloatArray:
        """Return a node's scores, units × runs (× 1 where no run differs)."""
        if not node.children:
            return self._leaf(node.code)
        children = [child for child in node.children if not child.adjustment]
        weights = [self._weight(child) for child in children]
        if self.framework.kind == POINTS:
            return _mean([self.score(child) for child in children], weights, {}) * self._most(node)
        options = self.together or options_of(self.framework, node, "aggregate")
        found = _mean([self.score(child) for child in children], weights, options)
        return np.asarray(found * node.options.get("scale", 1))

    def _most(self, node: Node) -> float:
        return node.points if node is self.framework.root else 1.0

    def _weight(self, child: Node) -> FloatArray:
        return np.asarray(self.base[child.code] * self.runs.factors[self.row[child.code]])

    def _leaf(self, code: str) -> FloatArray:
        values = self.leaves[code][:, None]
        if (gaps := self.runs.noise.get(f"?{code}")) is not None and np.isnan(values).any():
            known = np.sort(values[~np.isnan(values)])
            if len(known):
                values = np.where(np.isnan(values), np.quantile(known, gaps, method="nearest"), values)
        if (noise := self.runs.noise.get(code)) is not None:
            values = values + noise * self.spread.margins[code]
        return values


Bend = Callable[[FloatArray], FloatArray]


def _bends(options: Options) -> tuple[Bend, Bend]:
    """Return the function under whose arithmetic mean the method is one, and its inverse."""
    method, power = options.get("method", "arithmetic"), float(options.get("power", 1))
    if method == "geometric":
        return np.log, np.exp
    if method in ("harmonic", "power"):
        power = -1.0 if method == "harmonic" else power
        return lambda x: np.asarray(x**power), lambda x: np.asarray(x ** (1 / power))
    return lambda x: x, lambda x: x


def _mean(children: Sequence[FloatArray], weights: Sequence[FloatArray], options: Options) -> FloatArray:
    """Return the weighted mean (or sum) of the children in every run."""
    if options.get("method") == "copeland":
        return _copeland(children, weights)
    bend, back = _bends(options)
    total: FloatArray = np.zeros((1, 1))
    there: FloatArray = np.zeros((1, 1))
    with np.errstate(all="ignore"):
        firm = [place for place, values in enumerate(children) if values.shape[1] == 1]
        if firm:
            # Leaves that no run changes: one product of matrices instead of a table for each.
            columns = bend(np.hstack([children[place] for place in firm]))
            table = np.array([weights[place] for place in firm])
            known = ~np.isnan(columns)
            total, there = np.where(known, columns, 0) @ table, known.astype(np.float64) @ table
        for values, weight in ((children[p], weights[p]) for p in range(len(children)) if p not in firm):
            bent = bend(values)
            known = ~np.isnan(bent)
            total, there = total + np.where(known, bent, 0) * weight, there + known * weight
        summed = options.get("method") == "sum"
        found = total if summed else back(total / there)
    least = options.get("least_share", 1.0 if summed else 0.0) * np.sum(weights, axis=0)
    return np.where((there > 0) & (there >= least - 1e-12) & np.isfinite(found), found, np.nan)


# Pairs of units × runs that are compared at once.
PAIRS = 4_000_000


def _copeland(children: Sequence[FloatArray], weights: Sequence[FloatArray]) -> FloatArray:
    """Return in every run for each unit how many others it outranks less how many outrank it."""
    units, runs = len(children[0]), len(weights[0])
    found = np.empty((units, runs))
    for part in np.array_split(np.arange(runs), units * units * runs // PAIRS + 1):
        outranks = np.zeros((units, units, len(part)))
        for values, weight in zip(children, weights, strict=True):
            column = values if values.shape[1] == 1 else values[:, part]
            outranks += weight[part] * np.sign(np.nan_to_num(column[:, None, :] - column[None, :, :]))
        found[:, part] = np.sign(np.round(outranks, 12)).sum(axis=1)
    nothing = np.all([np.isnan(values).all(axis=1) for values in children], axis=0)
    return np.where(nothing[:, None], np.nan, found)


def ranks_of_runs(scores: FloatArray) -> FloatArray:
    """Return the competition ranks of each column; NaN for the unscored."""
    values = np.where(np.isnan(scores), np.inf, -scores)
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    new = np.ones(ordered.shape, dtype=bool)
    with np.errstate(invalid="ignore"):  # two unscored, ∞ − ∞
        new[1:] = np.abs(ordered[1:] - ordered[:-1]) > 1e-9
    place = np.where(new, np.arange(1, len(scores) + 1)[:, None], 0)
    found = np.empty(scores.shape)
    np.put_along_axis(found, order, np.maximum.accumulate(place, axis=0).astype(np.float64), axis=0)
    return np.where(np.isnan(scores), np.nan, found)

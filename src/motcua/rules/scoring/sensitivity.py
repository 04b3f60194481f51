"""Which choice moves the ranks: every leaf left out once, and Sobol's indices of first and total order.

Sobol's table is drawn from a seed as numbers from 0 to 1, one column for each thing that varies; a row says all of one
run, and `Table.runs` makes of any rows the very runs that were computed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .composite import score_composite
from .points import score_points
from .ranking import ranks
from .tree import POINTS, Data, FloatArray, Framework, Node, Result
from .uncertainty import Firmness, Runs, Spread, run

Of = Callable[[Firmness], FloatArray]
"""From scores and ranks (units × runs) to one number for each run."""
SURE = 0.9


# --- leaving one out ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Without:
    """Scores and ranks of all units with one leaf (or group) left out, and the mean shift of ranks."""

    code: str
    scores: FloatArray
    ranks: FloatArray
    shift: float


def leave_one_out(framework: Framework, data: Data, codes: Sequence[str] = ()) -> list[Without]:
    """Return what becomes of ranks with each leaf left out; the largest shift first.

    Args:
        codes: nodes to leave out one at a time; all leaves without it.
    """
    wanted = list(codes) or [leaf.code for leaf in framework.root.leaves()]
    before = ranks(_scored(framework, data).top.exact, framework.rank_method)
    found = []
    for code in wanted:
        root = _without(framework.root, code)
        if root is None or not root.children:
            continue
        scores = _scored(replace(framework, root=root), data).top.exact
        now = ranks(scores, framework.rank_method)
        found.append(Without(code, scores, now, _shift(before, now)))
    return sorted(found, key=lambda one: -one.shift)


def _shift(before: FloatArray, now: FloatArray) -> float:
    both = ~np.isnan(before) & ~np.isnan(now)
    return float(np.abs(before - now)[both].mean()) if both.any() else 0.0


def _without(node: Node, code: str) -> Node | None:
    """Return a tree without a node; its parents lose its points."""
    if node.code == code:
        return None
    if not node.children:
        return node
    left = tuple(child for child in (_without(part, code) for part in node.children) if child is not None)
    if not left:
        return None
    regular = [child for child in left if not child.adjustment]
    points = sum(child.points for child in regular) if node.points else 0.0
    return replace(node, children=left, points=points)


def _scored(framework: Framework, data: Data) -> Result:
    return score_points(framework, data) if framework.kind == POINTS else score_composite(framework, data)


# --- Sobol ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Index:
    """How much of the variance one thing makes alone (`first`) and with all others (`total`), with intervals."""

    name: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class Table:
    """The numbers of all runs, 0 to 1: rows A, then B, then A with what B says of each name in its turn.

    `columns` names each column; a survey's margin has one for each unit, and they go together.
    """

    framework: Framework
    spread: Spread
    columns: tuple[str, ...]
    numbers: FloatArray
    size: int

    @property
    def names(self) -> tuple[str, ...]:
        """Return the things that vary, each once."""
        return tuple(dict.fromkeys(self.columns))

    def runs(self, chosen: Sequence[int] | None = None) -> Runs:
        """Return the runs of these rows (all without it), each the same whichever others are asked for."""
        rows = self.numbers if chosen is None else self.numbers[np.asarray(chosen, dtype=np.int64)]
        columns = dict(zip(self.columns, rows.T, strict=True))
        codes = tuple(node.code for node in self.framework.root.walk())
        spread = self.spread.weights
        even = np.full(len(rows), 0.5)
        factors = np.array([1 + spread * (2 * columns.get(f"weight {code}", even) - 1) for code in codes])
        # Loaded when needed: the library takes longer to load than the rest of a page's process.
        from scipy.special import ndtri

        noise = {
            code: ndtri(rows[:, [column == f"margin {code}" for column in self.columns]].T)
            for code in sorted(self.spread.margins)
        }
        ways = (_choice(columns.get(name, even), count) for name, count in _methods(self.spread))
        normal, together = ways
        return Runs(codes, factors, normal, together, noise)


def _methods(spread: Spread) -> list[tuple[str, int]]:
    return [("normalise", len(spread.normalise)), ("aggregate", len(spread.aggregate))]


def _choice(numbers: FloatArray, ways: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.minimum((numbers * max(ways, 1)).astype(np.int64), max(ways, 1) - 1)


def sobol_table(framework: Framework, data: Data, spread: Spread, size: int, seed: int) -> Table:
    """Draw a table of `size` × (things that vary + 2) runs; the same seed gives the same table.

    Raises:
        ValueError: nothing varies, or fewer than 2 rows.
    """
    columns = tuple(_columns(framework, spread, len(data.units)))
    if not columns or size < 2:
        raise ValueError("a table needs something that varies, and two rows or more")
    chance = np.random.default_rng(seed)
    a, b = chance.random((size, len(columns))), chance.random((size, len(columns)))
    parts = [a, b]
    for name in dict.fromkeys(columns):
        same = np.array([column == name for column in columns])
        parts.append(np.where(same, b, a))
    return Table(framework, spread, columns, np.clip(np.vstack(parts), 1e-12, 1 - 1e-12), size)


def _columns(framework: Framework, spread: Spread, units: int) -> Iterator[str]:
    if spread.weights:
        yield from (f"weight {node.code}" for node in framework.root.walk() if node is not framework.root)
    yield from (name for name, count in _methods(spread) if count > 1)
    yield from (f"margin {code}" for code in sorted(spread.margins) for _ in range(units))


def mean_shift(framework: Framework, data: Data) -> Of:
    """Return the function that gives the mean shift of ranks in each run against the framework as it stands."""
    before = ranks(_scored(framework, data).top.exact, framework.rank_method)

    def shift(found: Firmness) -> FloatArray:
        return np.asarray(np.nanmean(np.abs(found.ranks - before[:, None]), axis=0))

    return shift


def sobol(table: Table, data: Data, of: Of, *, resamples: int = 200, seed: int = 1, sure: float = SURE) -> list[Index]:
    """Return Sobol's indices of each thing that varies, the largest total first.

    Args:
        of: the number of a run that is explained; see `mean_shift`.
        resamples: of the bootstrap that gives the intervals.
    """
    values = of(run(table.framework, data, table.spread, table.runs()))
    return sorted(
        indices(values, table.names, table.size, resamples=resamples, seed=seed, sure=sure), key=lambda i: -i.total
    )


def indices(
    values: FloatArray, names: Sequence[str], size: int, *, resamples: int = 200, seed: int = 1, sure: float = SURE
) -> list[Index]:
    """Return the indices from the values of A, B and A with each column of B (Saltelli 2010, Jansen 1999).

    Raises:
        ValueError: not `size` × (names + 2) values.
    """
    if len(values) != size * (len(names) + 2):
        raise ValueError("a table has size × (names + 2) runs")
    parts = values.reshape(len(names) + 2, size)
    picks = np.random.default_rng(seed).integers(0, size, (resamples, size))
    found = []
    for place, name in enumerate(names):
        point = _orders(parts[0], parts[1], parts[place + 2])
        again = np.array([_orders(*(parts[row][pick] for row in (0, 1, place + 2))) for pick in picks])
        low, high = np.quantile(again, [(1 - sure) / 2, (1 + sure) / 2], axis=0)
        found.append(Index(name, point[0], float(low[0]), float(high[0]), point[1], float(low[1]), float(high[1])))
    return found


def _orders(a: FloatArray, b: FloatArray, mixed: FloatArray) -> tuple[float, float]:
    spread = float(np.var(np.concatenate([a, b])))
    if spread == 0:
        return 0.0, 0.0
    first = float(np.mean((b - a.mean()) * (mixed - a))) / spread
    return first, float(np.mean((a - mixed) ** 2)) / 2 / spread

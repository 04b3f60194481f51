"""How sure the ranks of a group of units are: intervals over many runs, who cannot be told apart, and what moves ranks.

Runs are bounded by the size of the group, drawn from a seed that is told; the same inputs and seed give the same.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np

from motcua.formats.frameworks import spread_of
from motcua.rules.scoring import Data, Framework, Result, score_framework
from motcua.rules.scoring.ranking import ranks
from motcua.rules.scoring.sensitivity import Table, indices, leave_one_out, mean_shift, sobol_table
from motcua.rules.scoring.tree import FloatArray
from motcua.rules.scoring.uncertainty import SURE, Firmness, Spread, draw, run

SEED = 1
MOST_RUNS, LEAST_RUNS = 1_000, 200
# Cells (units × nodes × runs) that a page may compute while somebody waits: some tenths of a second.
CELLS = 100_000_000
MOST_ROWS, LEAST_ROWS = 256, 16
JOB_CELLS = 2_000_000_000
CHUNK_CELLS = 100_000_000
Told = Callable[[int, int], None]
"""Is told how much is done, and of how much."""


@dataclass(frozen=True)
class Held:
    """How firmly one unit holds its rank: nine of ten runs place it from `low` to `high`; `band` is its group."""

    unit: str
    score: float
    rank: int
    low: int
    median: int
    high: int
    band: int


@dataclass(frozen=True)
class Sureness:
    """The ranks of a group with their intervals, by rank; how many runs, by which seed, weights × 1 ± `weights`."""

    rows: tuple[Held, ...]
    runs: int
    seed: int
    weights: float

    @property
    def firm(self) -> list[Held]:
        """Return the units whose rank is the same in nine of ten runs."""
        return [row for row in self.rows if row.low == row.high]

    @property
    def widest(self) -> Held:
        """Return the unit with the widest interval, the best of several."""
        return max(self.rows, key=lambda row: (row.high - row.low, -row.rank))

    @property
    def bands(self) -> list[list[Held]]:
        """Return the groups of two units or more that cannot be told apart."""
        parts = (list(rows) for _band, rows in groupby(self.rows, key=lambda row: row.band))
        return [rows for rows in parts if len(rows) > 1]


def runs_for(framework: Framework, units: int) -> int:
    """Return how many runs a page computes for so many units."""
    nodes = sum(1 for _node in framework.root.walk())
    return int(np.clip(CELLS // max(units * nodes, 1), LEAST_RUNS, MOST_RUNS))


def sureness_of(result: Result, seed: int = SEED) -> Sureness | None:
    """Return how firmly the scored units of a group hold their ranks; None with fewer than two of them."""
    framework, data, top = result.framework, result.data, result.top
    places = ranks(top.exact, framework.rank_method)
    if np.count_nonzero(~np.isnan(places)) < 2:
        return None
    spread, count = spread_of(framework), runs_for(framework, len(data.units))
    found = run(framework, data, spread, draw(framework, data, spread, count, seed))
    low, median, high = found.interval(SURE)
    bands = found.alike(top.exact)
    # By unrounded scores, as the bands were made.
    order = sorted(np.flatnonzero(~np.isnan(low) & ~np.isnan(places)), key=lambda n: (-top.exact[n], data.units[n]))
    rows = tuple(
        Held(data.units[n], float(top.score[n]), *(int(column[n]) for column in (places, low, median, high, bands)))
        for n in order
    )
    return Sureness(rows, count, seed, spread.weights) if len(rows) > 1 else None


# --- what moves ranks: for the worker ------------------------------------------------------------------------------


def digest_of(framework: str, inputs: Any, seed: int) -> str:
    """Return the digest of what a result is computed from (SHA-256): a framework's text or digest, inputs, the seed."""
    plain = json.dumps([framework, inputs, seed], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def rows_for(framework: Framework, units: int) -> int:
    """Return of how many rows Sobol's table is for so many units."""
    nodes = sum(1 for _node in framework.root.walk())
    return int(np.clip(JOB_CELLS // max(units * nodes * (nodes + 1), 1), LEAST_ROWS, MOST_ROWS))


def work_out(framework: Framework, data: Data, seed: int, told: Told) -> dict[str, Any]:
    """Return what moves ranks: `without` (each leaf left out), `sobol` (of the mean shift of ranks), and its runs."""
    spread, leaves = spread_of(framework), [leaf.code for leaf in framework.root.leaves()]
    table = sobol_table(framework, data, spread, rows_for(framework, len(data.units)), seed)
    total = len(leaves) + len(table.numbers)
    without = list(_left_out(framework, data, leaves, lambda done: told(done, total)))
    values = _values(table, framework, data, spread, lambda done: told(len(leaves) + done, total))
    found = sorted(indices(values, table.names, table.size, seed=seed), key=lambda index: -index.total)
    return {
        "without": sorted(without, key=lambda row: -row["shift"]),
        "sobol": [asdict(index) for index in found],
        "runs": len(table.numbers),
    }


def _left_out(
    framework: Framework, data: Data, leaves: list[str], told: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    before = _ranks(framework, data)
    for done, code in enumerate(leaves, start=1):
        for one in leave_one_out(framework, data, [code]):
            moved = np.abs(one.ranks - before)
            most = -1 if np.all(np.isnan(moved)) else int(np.nanargmax(moved))
            far = {"unit": data.units[most], "before": int(before[most]), "after": int(one.ranks[most])}
            yield {"code": code, "shift": one.shift, "far": far if most >= 0 and moved[most] > 0 else None}
        told(done)


def _ranks(framework: Framework, data: Data) -> FloatArray:
    return ranks(score_framework(framework, data).top.exact, framework.rank_method)


def _values(table: Table, framework: Framework, data: Data, spread: Spread, told: Callable[[int], None]) -> FloatArray:
    """Return the mean shift of ranks in every run, computed in slices so that memory stays flat."""
    of = mean_shift(framework, data)
    nodes = sum(1 for _node in framework.root.walk())
    step = max(CHUNK_CELLS // max(len(data.units) * nodes, 1), 1)
    found: list[FloatArray] = []
    for start in range(0, len(table.numbers), step):
        places = range(start, min(start + step, len(table.numbers)))
        firmness: Firmness = run(framework, data, spread, table.runs(list(places)))
        found.append(np.nan_to_num(of(firmness)))
        told(places.stop)
    return np.concatenate(found)

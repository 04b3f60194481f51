"""How fast scores and their firmness are computed. Prints one JSON object.

python benchmarks/scoring.py

The ASEM example of COINr (51 units, 49 indicators) lies in `tests/conformance/data/coinr`; R is not needed. COINr's 600
runs took 66 s on one core of the small machine that made those tables; that figure is told, not measured here.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.conformance.scoring import test_uncertainty as asem  # noqa: E402
from tests.rules.scoring import test_whole as wide  # noqa: E402

from motcua.rules.scoring import score_framework  # noqa: E402
from motcua.rules.scoring.uncertainty import draw, run  # noqa: E402

COINR_SECONDS = 66.0


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    took = []
    for _n in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def runs_seconds(count: int) -> float:
    """Return the time of so many uncertainty runs of the example, intervals of ranks included."""
    result = asem.asem()
    spread = asem.SPREAD

    def once() -> None:
        table = draw(result.framework, result.data, spread, count, 1)
        run(result.framework, result.data, spread, table).interval()

    return best_of(3, once)


def communes_seconds() -> float:
    """Return the time in which 3,321 units × 120 leaves are scored and ranked."""
    codes = [f"l{n}" for n in range(120)]
    chance = np.random.default_rng(1)
    inputs = wide.data(**{code: chance.random(3_321).tolist() for code in codes})
    shape = wide.framework(*(wide.leaf(code, 1) for code in codes), points=120, rounding={"leaf": 2})
    return best_of(3, lambda: score_framework(shape, inputs))


if __name__ == "__main__":
    six_hundred = runs_seconds(600)
    figures = {
        "asem_600_runs_s": round(six_hundred, 4),
        "times_faster_than_coinr": round(COINR_SECONDS / six_hundred),
        "asem_10000_runs_s": round(runs_seconds(10_000), 3),
        "communes_s": round(communes_seconds(), 3),
    }
    print(json.dumps(figures))

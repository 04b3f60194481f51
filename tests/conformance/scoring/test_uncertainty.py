"""Many runs at once give what each run gives by itself, from the seed to the rank."""

import time
from dataclasses import replace

import numpy as np

from motcua.rules.scoring import Node, score_framework
from motcua.rules.scoring.ranking import ranks
from motcua.rules.scoring.uncertainty import Spread, draw, run

from .test_composite import asem

SPREAD = Spread(
    normalise=({"method": "minmax", "low": 1, "high": 100}, {"method": "prank"}),
    aggregate=({"method": "arithmetic"}, {"method": "geometric"}, {"method": "power", "power": 0.5}),
)


def with_factors(node: Node, factors: dict[str, float]) -> Node:
    children = tuple(with_factors(child, factors) for child in node.children)
    return replace(node, weight=node.weight * factors[node.code], children=children)


def test_each_run_can_be_computed_again_by_itself():
    result = asem()
    table = draw(result.framework, result.data, SPREAD, 12, seed=7)
    firmness = run(result.framework, result.data, SPREAD, table)
    for place in range(12):
        ways = {
            "normalise": SPREAD.normalise[table.normalise[place]],
            "aggregate": SPREAD.aggregate[table.aggregate[place]],
        }
        root = with_factors(result.framework.root, dict(zip(table.codes, table.factors[:, place], strict=True)))
        again = score_framework(
            replace(result.framework, root=root, stages={**result.framework.stages, **ways}), result.data
        )
        np.testing.assert_allclose(firmness.scores[:, place], again.top.score, rtol=1e-10)
        assert firmness.ranks[:, place].tolist() == ranks(again.top.score).tolist()


def test_one_seed_gives_one_table_of_runs_and_another_seed_another():
    result = asem()
    first, same, other = (draw(result.framework, result.data, SPREAD, 5, seed) for seed in (1, 1, 2))
    assert (first.factors == same.factors).all()
    assert (first.factors != other.factors).any()


def test_without_any_spread_every_rank_is_sure_and_nobody_is_alike():
    result = asem()
    still = Spread(weights=0)
    firmness = run(result.framework, result.data, still, draw(result.framework, result.data, still, 20, 1))
    low, middle, high = firmness.interval()
    assert low.tolist() == middle.tolist() == high.tolist() == ranks(result.top.score).tolist()
    assert firmness.alike(result.top.score).tolist() == ranks(result.top.score).tolist()


def test_neighbours_whose_order_changes_with_the_weights_are_alike():
    result = asem()
    firmness = run(result.framework, result.data, Spread(), draw(result.framework, result.data, Spread(), 500, 1))
    groups = firmness.alike(result.top.score)
    assert 1 < groups.max() < len(groups)
    low, _, high = firmness.interval()
    assert (low <= high).all()
    assert (low < high).any()


def test_ten_thousand_runs_take_less_than_five_seconds():
    result = asem()
    began = time.perf_counter()
    firmness = run(result.framework, result.data, SPREAD, draw(result.framework, result.data, SPREAD, 10_000, 1))
    firmness.interval()
    assert time.perf_counter() - began < 5

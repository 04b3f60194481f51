"""Outliers, gaps, weights and counts that the shipped frameworks do not all use."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.formats.frameworks import BadFramework, read_framework
from motcua.rules.scoring import Data, Framework, Node, Rule, score_framework
from motcua.rules.scoring.leaves import inputs_of, score
from motcua.rules.scoring.ranking import changes, merged_before
from motcua.rules.scoring.treatment import impute, kurtosis, log_ct, skewness, treat, winsorise
from motcua.rules.scoring.uncertainty import Spread, draw, run

FAR = np.array([1.0, 2, 2, 3, 3, 3, 4, 4, 5, 400])


def test_winsorising_brings_the_furthest_value_level_with_the_next():
    assert treat(FAR, {"method": "winsorise"}).tolist() == [1, 2, 2, 3, 3, 3, 4, 4, 5, 5]
    assert treat(FAR, {"method": "none"}) is FAR
    low = -FAR
    assert winsorise(low, {}).tolist() == [-1, -2, -2, -3, -3, -3, -4, -4, -5, -5]


def test_the_log_of_nothing_is_missing_and_spoils_no_other_value():
    treated = treat(np.append(FAR, 0.0), {"method": "log"})
    assert np.isnan(treated[-1])
    assert np.isfinite(treated[:-1]).all()


def test_a_column_in_bounds_is_left_as_it_is():
    even = np.arange(10.0)
    for method in ("winsorise", "log", "log_ct", "winsorise_log"):
        assert treat(even, {"method": method}) is even


def test_logarithms_keep_the_order_and_draw_the_far_value_near():
    for method in ("log", "log_ct"):
        treated = treat(FAR, {"method": method})
        assert np.all(np.diff(treated) >= 0)
        assert abs(skewness(treated)) < abs(skewness(FAR))
        assert kurtosis(treated) < kurtosis(FAR)
    assert log_ct(FAR)[0] == pytest.approx(np.log(0.01 * 399))


def test_what_winsorising_cannot_mend_is_mended_by_a_logarithm():
    two = np.sort(np.array([1.0, 2, 3, 4, 5] * 8 + [300, 400]))
    options = {"method": "winsorise_log", "points": 1}
    assert np.all(np.diff(treat(two, options)) >= 0)
    assert treat(two, options)[-1] != treat(two, {"method": "winsorise", "points": 1})[-1]


@pytest.mark.parametrize(
    ("method", "expected"),
    [("mean", 8 / 3), ("median", 2.0), ("group_mean", 1.5), ("group_median", 1.5)],
)
def test_gaps_are_filled_from_all_or_from_the_units_group(method, expected):
    column = np.array([1.0, 2, 5, np.nan])
    assert impute(column, {"method": method}, ["a", "a", "b", "a"])[3] == pytest.approx(expected)
    assert np.isnan(impute(column, {"method": "none"}, [])[3])


def test_a_group_without_any_value_keeps_its_gaps():
    assert np.isnan(impute(np.array([1.0, np.nan]), {"method": "group_mean"}, ["a", "b"])[1])


FILE = """
framework: two
version: "1"
kind: composite
name: {en: Two}
normalise: {method: none}
aggregate: {method: arithmetic}
WEIGHTS
tree:
  code: Top
  children:
    - code: G
      weight: 3
      NODE
      children: [{code: a, weight: 3}, {code: b, weight: 1}]
    - {code: c, weight: 1}
"""


def framework(tmp_path, weights: str = "", node: str = "scale: 1") -> Framework:
    file = tmp_path / "f.yaml"
    file.write_text(FILE.replace("WEIGHTS", weights).replace("NODE", node), encoding="utf-8")
    return read_framework(file)


DATA = Data(("u", "v"), {"a": np.array([8.0, 1]), "b": np.array([4.0, 3]), "c": np.array([1.0, 1])})


def top(rules: Framework) -> list[float]:
    return score_framework(rules, DATA).top.exact.tolist()


def test_weights_are_given_equal_for_one_node_or_for_all(tmp_path):
    assert top(framework(tmp_path)) == [(7 * 3 + 1) / 4, (1.5 * 3 + 1) / 4]
    assert top(framework(tmp_path, node="weights: equal")) == [(6 * 3 + 1) / 4, (2 * 3 + 1) / 4]
    assert top(framework(tmp_path, "weights: equal")) == [3.5, 1.5]


def test_experts_points_are_averaged(tmp_path):
    (tmp_path / "w.csv").write_text("iCode,An,Binh\na,60,20\nb,40,80\nG,50,50\nc,50,50\n", encoding="utf-8")
    assert top(framework(tmp_path, "weights: w.csv")) == pytest.approx([((8 * 40 + 4 * 60) / 100 + 1) / 2, 1.6])
    (tmp_path / "w.csv").write_text("iCode,An\na,\n", encoding="utf-8")
    with pytest.raises(BadFramework, match="no weight"):
        framework(tmp_path, "weights: w.csv")


def test_runs_vary_the_weights_that_are_used_and_not_those_that_stand_in_the_file(tmp_path):
    rules = framework(tmp_path, "weights: equal")
    still = Spread(weights=0.0)
    found = run(rules, DATA, still, draw(rules, DATA, still, 3, 1))
    assert found.scores[:, 0] == pytest.approx(top(rules))


@settings(max_examples=60)
@given(st.integers(0, 20), st.integers(0, 20))
def test_a_count_less_its_faults_stays_in_range_and_falls_with_each_fault(items, faults):
    rule = Rule("count", {"input": "n", "each": 0.5, "faults": "f", "each_fault": 0.25})
    assert inputs_of(rule) == ("n", "f")

    def points(of: int) -> float:
        return float(score(rule, Data(("u",), {"n": np.array([items]), "f": np.array([of])}), 5.0)[0])

    assert points(faults) == min(max(items * 0.5 - faults * 0.25, 0), 5)
    assert points(faults + 1) <= points(faults)


def test_a_missing_fault_count_leaves_the_leaf_unscored():
    rule = Rule("count", {"input": "n", "each": 1, "faults": "f", "each_fault": 1})
    assert np.isnan(score(rule, Data(("u",), {"n": np.array([1.0])}), 5.0)[0])


def test_changes_from_an_earlier_round_also_of_a_merged_unit():
    before = merged_before(np.array([80.0, 60.0]), np.array([3.0, 1.0]))
    assert before == 75.0
    assert changes(np.array([78.0, np.nan]), np.array([before, 1.0]))[0] == 3.0


def test_a_leaf_that_misses_counts_nothing_and_does_not_lower_the_maximum():
    leaf = Node("L", points=10, rule=Rule("linear", {"numerator": "a", "denominator": "b"}))
    other = Node("M", points=10, rule=Rule("linear", {"numerator": "c", "denominator": "d"}))
    rules = Framework("f", "1", "points", {}, Node("T", points=20, children=(leaf, other)))
    found = score_framework(rules, Data(("u",), {"a": np.array([1.0]), "b": np.array([1.0])}))
    assert found.top.score.tolist() == [10.0]

"""Each kind of rule, by the examples it was collected from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.scoring import Data, Rule, leaves
from motcua.rules.scoring.formula import UnsafeFormula, compute, names, parse


def points(kind: str, most: float, columns: dict[str, list[float]], **options: object) -> list[float]:
    size = len(next(iter(columns.values())))
    numbers = {code: np.array(values, dtype=float) for code, values in columns.items()}
    data = Data(tuple(f"u{n}" for n in range(size)), numbers)
    return leaves.score(Rule(kind, options), data, most).tolist()


def rate(above: list[float], below: list[float]) -> dict[str, list[float]]:
    return {"a": above, "b": below}


RATE = {"numerator": "a", "denominator": "b"}
CA_MAU_BANDS = [{"over": 0.9, "points": 2}, {"at_least": 0.7, "points": 1}, {"points": 0}]


def test_linear_points_are_the_rate_times_the_most():
    assert points("linear", 20, rate([1, 0, 5], [4, 3, 4]), **RATE) == [5, 0, 20]


@pytest.mark.parametrize(("word", "expected"), [("full", 6), ("zero", 0), (1.5, 1.5)])
def test_a_zero_denominator_scores_what_the_rule_says(word, expected):
    assert points("linear", 6, rate([0], [0]), **RATE, zero_denominator=word) == [expected]


def test_a_target_reached_is_the_most():
    assert points("target", 2, rate([80, 40, 100], [100] * 3), **RATE, target=0.8) == [2, 1, 2]


def test_bands_of_ca_mau_leave_out_ninety_and_take_in_seventy():
    assert points("bands", 2, rate([91, 90, 70, 69], [100] * 4), **RATE, bands=CA_MAU_BANDS) == [2, 1, 1, 0]


def test_all_conditions_must_hold_and_one_that_fails_decides():
    columns = {"a": [1, 1, np.nan, np.nan], "b": [1, 0, 0, 1]}
    np.testing.assert_equal(points("pass_fail", 1, columns, all_of=["a", "b"]), [1, 0, 0, np.nan])


def test_a_ladder_gives_the_points_of_the_option():
    data = Data(("A", "B", "C"), {}, {"plan": ["on_time", "late", ""]})
    rule = Rule("ladder", {"input": "plan", "options": {"on_time": 1, "late": 0.5, "none": 0}})
    np.testing.assert_equal(leaves.score(rule, data, 1).tolist(), [1, 0.5, np.nan])


def test_the_best_unit_has_the_most_and_others_their_share():
    assert points("best_unit", 10, {"a": [5, 10, 0]}, input="a") == [5, 10, 0]
    assert points("best_unit", 10, {"a": [5, 10]}, input="a", better="lower") == [10, 5]


def test_counts_are_capped_and_faults_are_taken_off_down_to_zero():
    assert points("count", 5, {"a": [2, 9]}, input="a", each=1) == [2, 5]
    assert points("deduct", 5, {"a": [2, 9]}, input="a", each=1) == [3, 0]


def test_the_best_of_the_cases_counts_and_items_are_summed():
    parts = [
        Rule("count", {"input": "a", "each": 1, "points": 3}),
        Rule("count", {"input": "b", "each": 2, "points": 4}),
    ]
    assert points("best_of", 5, {"a": [3], "b": [1]}, rules=parts) == [3]
    assert points("items", 5, {"a": [3], "b": [2]}, rules=parts) == [5]


def test_survey_answers_have_their_weights():
    answers = [{"input": "a", "weight": 1}, {"input": "b", "weight": 0.6}, {"input": "c", "weight": 0}]
    columns = {"a": [5.0, 0], "b": [5.0, 0], "c": [0.0, 0]}
    np.testing.assert_allclose(points("survey", 10, columns, answers=answers), [8, np.nan])
    assert points("survey_mean", 10, {"a": [3]}, input="a") == [5]


def test_a_formula_counts_over_named_inputs():
    expression = "6*min(1, a/b) + where(a > 2, 1, 0)"
    assert names(expression) == ("a", "b")
    np.testing.assert_equal(points("formula", 10, rate([1, 4, 1], [2, 4, 0]), expression=expression)[:2], [3, 7])


@pytest.mark.parametrize(
    "expression",
    ["__import__('os')", "a.b", "a[0]", "(lambda: 1)()", "9**9**9", "a**99999", "open(a)", "[x for x in a]", "'a'*9", "a if b else c",
     "min(*a)", "f'{a}'", "a;b", "", "a and b", "True", "(" * 60 + "a" + ")" * 60 + "+" * 50 + "a"],
)  # fmt: skip
def test_a_formula_with_anything_else_is_refused(expression):
    with pytest.raises(UnsafeFormula):
        parse(expression)


def test_a_formula_is_missing_where_it_cannot_be_computed():
    values = {"a": np.array([1, np.nan, -1.0]), "b": np.array([0.0, 1, 1])}
    assert np.isnan(compute("sqrt(a) / b", values)).all()
    assert np.isnan(compute("where(a > 0, 1, 0)", values))[1]


@given(
    st.sampled_from(["linear", "target", "bands"]),
    st.integers(0, 500), st.integers(0, 500), st.integers(1, 500), st.floats(0.1, 50),
)  # fmt: skip
def test_a_better_input_never_lowers_a_score_and_points_stay_in_range(kind, one, other, below, most):
    low, high = sorted((one, other))
    bands = [{**band, "points": band["points"] / 2 * most} for band in CA_MAU_BANDS]
    options = {"target": {"target": 0.8}, "bands": {"bands": bands}}.get(kind, {})
    worse, better = points(kind, most, rate([low, high], [below, below]), **RATE, **options)
    assert 0 <= worse <= better <= most

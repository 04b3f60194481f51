"""The cheapest way in a composite index: it reaches the goal, and no cheaper choice does, against trying them all."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.scoring import COMPOSITE, Data, Framework, Node, RatingClass
from motcua.rules.scoring.composite_ways import Goal, NoWay, TooManyWays, cheapest_steps, steps_up
from motcua.rules.scoring.what_if import changed, standing, taken

UNITS = ("x", "y", "z", "w")
VALUE = st.integers(0, 12).map(float)
COLUMN = st.lists(VALUE, min_size=4, max_size=4)
CLASSES = (RatingClass("good", {}, 60), RatingClass("fair", {}, 30), RatingClass("weak", {}))


def index(rounding: dict[str, int] | None = None, **stages: object) -> Framework:
    leaves = (Node("a", weight=2.0), Node("b", weight=1.0, direction=-1), Node("c", weight=1.0))
    group = Node("G", weight=3.0, children=leaves[:2])
    root = Node("TOP", children=(group, leaves[2]))
    common = {"normalise": {"method": "minmax", "low": 0, "high": 100}} | stages
    return Framework("i", "1", COMPOSITE, {}, root, rounding or {}, CLASSES, stages=common)


def data(*columns: list[float]) -> Data:
    return Data(UNITS, {code: np.array(values, dtype=float) for code, values in zip("abc", columns, strict=True)})


def all_ways(framework, inputs, efforts, goal):
    """Yield the effort of every choice of steps that reaches a goal, each scored as a real change."""
    ladders = [
        [None, *steps_up(framework, leaf, inputs, "x", efforts[leaf.code])]
        for leaf in framework.root.leaves()
        if leaf.code in efforts
    ]
    for choice in itertools.product(*ladders):
        chosen = [step for step in choice if step is not None]
        if goal.reached(standing(framework, taken(inputs, "x", chosen), "x")):
            yield sum(step.effort for step in chosen)


def check(framework, inputs, efforts, goal):
    efforts_of_all = list(all_ways(framework, inputs, efforts, goal))
    if not efforts_of_all:
        with pytest.raises(NoWay):
            cheapest_steps(framework, inputs, "x", efforts, goal)
        return
    way = cheapest_steps(framework, inputs, "x", efforts, goal)
    assert way.effort == pytest.approx(min(efforts_of_all))
    really = standing(framework, taken(inputs, "x", way.steps), "x")
    assert goal.reached(really)
    assert (way.standing.points, way.standing.rank) == (pytest.approx(really.points), really.rank)
    assert len({step.leaf for step in way.steps}) == len(way.steps)


# Of three leaves there are 1,331 choices; of two 121.
EFFORTS = st.dictionaries(st.sampled_from("abc"), st.sampled_from([1.0, 2.0, 3.5]), min_size=1, max_size=2)
METHODS = st.sampled_from([
    {},
    {"aggregate": {"method": "sum"}},
    {"normalise": {"method": "zscore"}},
    {"normalise": {"method": "rank"}},
    {"normalise": {"method": "none"}},
    {"treat": {"method": "winsorise", "points": 1, "skew": 0.5, "kurtosis": 1}},
])  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    COLUMN, COLUMN, COLUMN, METHODS, EFFORTS,
    st.sampled_from([{}, {"leaf": 1, "group": 0, "top": 0}, {"top": 1}]),
    st.one_of(st.integers(1, 3).map(lambda n: Goal(rank=n)), st.floats(10, 95).map(lambda p: Goal(points=p))),
)  # fmt: skip
def test_the_way_reaches_the_goal_and_none_is_cheaper(a, b, c, stages, efforts, rounding, goal):
    check(index(rounding, **stages), data(a, b, c), efforts, goal)


@settings(max_examples=10, deadline=None)
@given(
    COLUMN, COLUMN, COLUMN, st.integers(1, 2),
    st.sampled_from(["geometric", "harmonic", "copeland"]),
)  # fmt: skip
def test_where_moves_do_not_add_up_the_way_is_the_cheapest_too(a, b, c, rank, method):
    framework = index(normalise={"method": "minmax", "low": 1, "high": 100}, aggregate={"method": method})
    check(framework, data(a, b, c), {"a": 1.0, "b": 1.5}, Goal(rank=rank))


def test_of_three_leaves_the_cheapest_of_all_1331_choices_is_found():
    inputs = data([2, 9, 10, 4], [11, 1, 3, 6], [5, 0, 12, 9])
    check(index({"leaf": 1, "top": 1}), inputs, {"a": 1.0, "b": 2.0, "c": 1.3}, Goal(rank=2))
    check(index(), inputs, {"a": 1.0, "b": 2.0, "c": 1.3}, Goal(points=60))


def test_steps_go_by_tenths_of_the_span_up_to_the_best_and_down_where_less_is_better():
    framework = index()
    inputs = data([2.5, 0, 10, 4], [7, 1, 9, 3], [5, 5, 5, 5])
    by_code = {leaf.code: leaf for leaf in framework.root.leaves()}
    up = [step.inputs["a"] for step in steps_up(framework, by_code["a"], inputs, "x")]
    assert up == [3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.0]
    down = steps_up(framework, by_code["b"], inputs, "x", 2.0)
    assert (down[0].inputs["b"], down[-1].inputs["b"]) == (6.2, 1.0)
    assert [step.effort for step in down] == [2.0 * n for n in range(1, len(down) + 1)]
    assert steps_up(framework, by_code["c"], inputs, "x") == []
    assert steps_up(framework, by_code["a"], inputs, "z") == []


def test_a_value_that_is_missing_or_shared_has_no_steps():
    framework = index()
    leaf = next(framework.root.leaves())
    inputs = data([np.nan, 0, 10, 4], [7, 1, 9, 3], [5, 5, 5, 5])
    assert steps_up(framework, leaf, inputs, "x") == []
    twice = Node("T", children=(Node("a"), Node("d", options={"input": "a"})))
    shared = Framework("i", "1", COMPOSITE, {}, twice)
    assert steps_up(shared, Node("a"), data([1, 2, 3, 4], [1] * 4, [1] * 4), "x") == []


def test_a_ratio_is_raised_by_its_numerator():
    root = Node("T", children=(Node("r", options={"input": "n", "denominator": "d"}),))
    framework = Framework("i", "1", COMPOSITE, {}, root, stages={"normalise": {"method": "none"}})
    inputs = Data(UNITS[:2], {"n": np.array([10.0, 80.0]), "d": np.array([50.0, 100.0])})
    steps = steps_up(framework, next(root.leaves()), inputs, "x")
    assert steps[-1].inputs["n"] == 40.0
    assert standing(framework, taken(inputs, "x", [steps[-1]]), "x").rank == 1


def test_a_way_that_lies_beyond_what_is_tried_says_so():
    codes = [f"c{n}" for n in range(14)]
    framework = Framework(
        "i", "1", COMPOSITE, {}, Node("T", children=tuple(Node(code) for code in codes)),
        stages={"normalise": {"method": "minmax", "low": 1, "high": 2}, "aggregate": {"method": "geometric"}},
    )  # fmt: skip
    inputs = Data(UNITS[:3], {code: np.array([0.0, 9.0, 10.0]) for code in codes})
    with pytest.raises(TooManyWays):
        cheapest_steps(framework, inputs, "x", dict.fromkeys(codes, 1.0), Goal(rank=1))
    plain = Framework("i", "1", COMPOSITE, {}, framework.root, stages={"normalise": {"method": "minmax"}})
    way = cheapest_steps(plain, inputs, "x", dict.fromkeys(codes, 1.0), Goal(rank=2))
    assert way.standing.rank == 2


def test_a_unit_without_a_score_has_no_way_and_one_that_is_there_already_takes_no_step():
    framework = index()
    inputs = data([1, 2, 3, 4], [4, 3, 2, 1], [1, 1, 1, 1])
    assert cheapest_steps(framework, inputs, "w", {"a": 1.0}, Goal(rank=1)).steps == ()
    nothing = changed(inputs, "x", {"a": np.nan, "b": np.nan, "c": np.nan})
    with pytest.raises(NoWay):
        cheapest_steps(framework, nothing, "x", {"a": 1.0}, Goal(rank=1))
    with pytest.raises(ValueError, match="above 0"):
        cheapest_steps(framework, inputs, "x", {"a": 0.0}, Goal(rank=1))
    with pytest.raises(KeyError):
        cheapest_steps(framework, inputs, "nobody", {"a": 1.0}, Goal(rank=1))

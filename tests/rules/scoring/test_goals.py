"""What-if, ways to a goal, what moves ranks, small numbers: against plain counting and known results."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.scoring import COMPOSITE, Data, Framework, Node, RatingClass, Rule, score_framework
from motcua.rules.scoring.projecting import project
from motcua.rules.scoring.ranking import ranks
from motcua.rules.scoring.sensitivity import indices, leave_one_out, mean_shift, sobol, sobol_table
from motcua.rules.scoring.shrinkage import shrink
from motcua.rules.scoring.uncertainty import Spread, run
from motcua.rules.scoring.what_if import (
    NoWay,
    Part,
    Step,
    changed,
    cheapest,
    cheapest_counts,
    how_many,
    points_for_class,
    points_for_rank,
    standing,
    what_if,
)

CLASSES = (RatingClass("good", {}, 80), RatingClass("fair", {}, 50), RatingClass("weak", {}))
UNITS = ("x", "y", "z", "w")
SHARE = st.floats(0, 1)


def framework(**points: float) -> Framework:
    leaves = tuple(Node(code, points=most, rule=Rule("linear", {"input": code})) for code, most in points.items())
    return Framework(
        "f", "1", "points", {}, Node("TOP", points=sum(points.values()), children=leaves), {"leaf": 2}, CLASSES
    )


def data(**columns: list[float]) -> Data:
    size = len(next(iter(columns.values())))
    return Data(UNITS[:size], {code: np.array(values, dtype=float) for code, values in columns.items()})


SHAPE = framework(a=50, b=30, c=20)
FOUR = data(a=[0.5, 0.6, 0.9, 0.1], b=[0.5, 0.9, 0.4, 0.2], c=[0.1, 0.3, 0.6, 1.0])


@given(st.lists(SHARE, min_size=4, max_size=4), SHARE, SHARE)
def test_what_if_equals_a_real_change(column, a, b):
    before = data(a=column, b=[0.5, 0.9, 0.4, 0.2], c=[0.1, 0.3, 0.6, 1.0])
    _, told = what_if(SHAPE, before, "x", {"a": a, "b": b})
    really = data(a=[a, *column[1:]], b=[b, 0.9, 0.4, 0.2], c=[0.1, 0.3, 0.6, 1.0])
    assert told == standing(SHAPE, really, "x")
    assert before.numbers["a"][0] == column[0]


def test_how_many_dossiers_half_a_point_is():
    shape = Framework(
        "f",
        "1",
        "points",
        {},
        Node(
            "TOP",
            points=20,
            children=(Node("t", points=20, rule=Rule("linear", {"numerator": "n", "denominator": "d"})),),
        ),
        {"leaf": 2},
    )
    found = how_many(shape, data(n=[393087], d=[443565]), "x", "n", "d", 0.5)
    assert found is not None
    for more, enough in ((found, True), (found - 1, False)):
        points = standing(shape, data(n=[393087 + more], d=[443565]), "x").points
        assert (points >= 17.72 + 0.5 - 1e-9) is enough
    assert how_many(shape, data(n=[10], d=[10]), "x", "n", "d", 0.5) is None


steps_of = st.lists(
    st.tuples(st.sampled_from("abc"), st.floats(0.2, 1), st.integers(1, 9)), min_size=1, max_size=6
).map(lambda rows: [Step(leaf, {leaf: value}, effort) for leaf, value, effort in rows])


@settings(max_examples=40, deadline=None)
@given(steps_of, st.floats(40, 90))
def test_the_cheapest_way_is_the_cheapest_of_all_ways(steps, goal):
    # Every choice of at most one step of each leaf, scored as a whole.
    efforts = []
    for size in range(len(steps) + 1):
        for chosen in itertools.combinations(steps, size):
            if len({step.leaf for step in chosen}) == size:
                inputs = {code: value for step in chosen for code, value in step.inputs.items()}
                if (standing(SHAPE, changed(FOUR, "x", inputs), "x").points or 0) >= goal - 1e-9:
                    efforts.append(sum(step.effort for step in chosen))
    if not efforts:
        with pytest.raises(NoWay):
            cheapest(SHAPE, FOUR, "x", steps, goal)
        return
    way = cheapest(SHAPE, FOUR, "x", steps, goal)
    assert way.effort == min(efforts)
    assert way.standing.points >= goal - 1e-9


def test_points_for_a_rank_bring_that_rank_and_for_a_class_that_class():
    assert standing(SHAPE, FOUR, "x").rank == 3
    goal = points_for_rank(SHAPE, FOUR, "x", 2)
    way = cheapest(SHAPE, FOUR, "x", [Step("a", {"a": 1.0}, 3), Step("c", {"c": 1.0}, 2)], goal)
    assert way.standing.rank == 1
    assert points_for_class(SHAPE, FOUR, "x") == 50
    with pytest.raises(NoWay):
        points_for_rank(SHAPE, FOUR, "z", 1)


def test_a_leaf_that_alone_holds_a_unit_up_moves_ranks_most_when_it_is_left_out():
    shape = framework(a=50, b=50)
    three = data(a=[1, 0, 0.5], b=[0.1, 0.2, 0.15])
    found = leave_one_out(shape, three)
    assert {one.code for one in found} == {"a", "b"}
    by_code = {one.code: one for one in found}
    assert by_code["a"].ranks.tolist() == [3, 1, 2]
    assert by_code["b"].shift == 0


def composite() -> tuple[Framework, Data]:
    leaves = tuple(Node(code, weight=weight) for code, weight in {"a": 1.0, "b": 2.0, "c": 1.0}.items())
    return Framework("g", "1", COMPOSITE, {}, Node("TOP", children=leaves)), FOUR


def test_each_run_of_a_table_can_be_computed_again_by_itself_exactly():
    shape, inputs = composite()
    spread = Spread(0.3, ({"method": "minmax"}, {"method": "rank"}), ({"method": "arithmetic"},), {"a": 0.1})
    table = sobol_table(shape, inputs, spread, 16, seed=4)
    together = run(shape, inputs, spread, table.runs())
    for place in (0, 17, 40, len(table.numbers) - 1):
        alone = run(shape, inputs, spread, table.runs([place]))
        assert (table.runs([place]).factors[:, 0] == table.runs().factors[:, place]).all()
        assert (table.runs([place]).noise["a"][:, 0] == table.runs().noise["a"][:, place]).all()
        np.testing.assert_allclose(alone.scores[:, 0], together.scores[:, place], rtol=1e-14)
        assert alone.ranks[:, 0].tolist() == together.ranks[:, place].tolist()
    again = sobol_table(shape, inputs, spread, 16, seed=4)
    assert (again.numbers == table.numbers).all()


def test_sobols_indices_of_ishigamis_function_are_the_known_ones():
    size, names = 40_000, ("x1", "x2", "x3")
    chance = np.random.default_rng(7)
    a, b = (chance.uniform(-np.pi, np.pi, (size, 3)) for _ in range(2))
    rows = [a, b]
    for column in range(3):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        rows.append(mixed)
    x = np.vstack(rows)
    values = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = {index.name: index for index in indices(values, names, size, resamples=50)}
    for name, first, total in (("x1", 0.3139, 0.5576), ("x2", 0.4424, 0.4424), ("x3", 0.0, 0.2437)):
        assert found[name].first == pytest.approx(first, abs=0.03)
        assert found[name].total == pytest.approx(total, abs=0.02)
        assert found[name].total_low <= found[name].total <= found[name].total_high


def test_what_varies_most_is_named_first():
    shape, inputs = composite()
    spread = Spread(0.01, ({"method": "minmax"}, {"method": "rank"}))
    found = sobol(sobol_table(shape, inputs, spread, 200, seed=1), inputs, lambda f: f.scores[0], resamples=20)
    assert found[0].name == "normalise"
    assert len(mean_shift(shape, inputs)(run(shape, inputs, spread, sobol_table(shape, inputs, spread, 4, 1).runs())))


def test_copeland_in_runs_is_copeland_when_nothing_varies():
    shape, inputs = composite()
    shape = Framework("g", "1", COMPOSITE, {}, shape.root, stages={"aggregate": {"method": "copeland"}})
    plain = score_framework(shape, inputs).top.exact
    spread = Spread(0.0, (), (), {"a": 1e-12})
    found = run(shape, inputs, spread, sobol_table(shape, inputs, spread, 4, 1).runs())
    assert all(found.scores[:, place].tolist() == plain.tolist() for place in range(found.scores.shape[1]))
    assert ranks(plain).tolist() == found.ranks[:, 0].tolist()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=15))
def test_a_shrunken_rate_lies_between_its_own_and_that_of_all(pairs):
    above = np.array([float(min(p)) for p in pairs])
    below = np.array([float(max(p)) for p in pairs])
    if not below.any():
        with pytest.raises(ValueError, match="no unit"):
            shrink(above, below)
        return
    found = shrink(above, below, least=5)
    for n, d, rate in zip(above, below, found.rates, strict=True):
        assert np.isnan(rate) == (d < 5)
        if d >= 5:
            low, high = sorted((n / d, found.common))
            assert low - 1e-9 <= rate <= high + 1e-9


def test_few_cases_are_drawn_further_than_many():
    found = shrink(np.array([5.0, 500.0, 300.0, 20.0]), np.array([5.0, 500.0, 600.0, 80.0]))
    assert found.common < found.rates[0] < found.rates[1] <= 1


def test_a_year_is_projected_from_its_months_and_without_months_from_nothing():
    found = project(80.0, [70.0, 80.0, 90.0, 80.0, 80.0, 80.0])
    assert found.expected == pytest.approx(80)
    assert found.low < 80 < found.high
    assert project(80.0, [70.0]).low is None
    assert project(80.0, [80.0] * 12).low == 80.0
    with pytest.raises(ValueError, match="twelve"):
        project(80.0, [80.0] * 13)


@settings(max_examples=25, deadline=None)
@given(
    parts=st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 40), st.sampled_from([0.5, 1.0, 3.0])), min_size=3, max_size=3
    ),
    goal=st.floats(0, 20),
)
def test_counts_on_the_way_reach_the_goal_and_none_can_be_lowered(parts, goal):
    leaves = tuple(
        Node(f"L{n}", points=10, rule=Rule("linear", {"numerator": f"n{n}", "denominator": f"d{n}"})) for n in range(3)
    )
    framework = Framework("f", "1", "points", {}, Node("T", points=30, children=leaves), rounding={"leaf": 2})
    numbers = {}
    for n, (has, more, _effort) in enumerate(parts):
        numbers |= {f"n{n}": np.array([float(has)]), f"d{n}": np.array([float(has + more)])}
    data = Data(("u",), numbers)
    raised = [Part(f"L{n}", f"n{n}", f"d{n}", effort) for n, (_has, _more, effort) in enumerate(parts)]
    way = cheapest_counts(framework, data, "u", raised, goal)
    assert way.standing.points >= goal - 1e-9
    for step in way.steps:
        (code,) = step.inputs
        others = {c: v for one in way.steps if one is not step for c, v in one.inputs.items()}
        fewer = changed(data, "u", others | {code: step.inputs[code] - 1})
        assert standing(framework, fewer, "u").points < goal

"""A finding is claimed only where the numbers carry it."""

from hypothesis import given
from hypothesis import strategies as st

from motcua.measure.dashboards.findings import (
    LEAST_CASES,
    LEAST_LATE,
    Part,
    change_in_percent,
    largest_share,
    stands_out,
)


def test_a_field_that_is_late_three_times_as_often_is_named_with_halves_rounded_down():
    found = stands_out([Part("land", 300, 100), Part("birth", 900, 90), Part("trade", 100, 10)])
    assert found is not None
    assert (found.name, found.times) == ("land", 3.0)


def test_few_cases_or_few_late_ones_are_no_finding():
    assert stands_out([Part("a", LEAST_CASES - 1, 20), Part("b", 1_000, 50)]) is None
    assert stands_out([Part("a", 1_000, LEAST_LATE - 1), Part("b", 100_000, 50)]) is None
    assert stands_out([Part("a", 100, 20), Part("b", 1_000, LEAST_LATE - 1)]) is None


def test_a_difference_that_chance_explains_is_no_finding():
    assert stands_out([Part("a", 40, 8), Part("b", 60, 6)]) is None


def test_one_part_alone_or_nothing_has_no_rest_to_compare_with():
    assert stands_out([]) is None
    assert stands_out([Part("a", 1_000, 500)]) is None


PARTS = st.lists(
    st.integers(0, 5_000).flatmap(lambda n: st.builds(Part, st.text(max_size=3), st.just(n), st.integers(0, n))),
    max_size=8,
)


@given(PARTS)
def test_whoever_is_named_has_enough_cases_and_a_larger_share_than_the_rest(parts):
    found = stands_out(parts)
    if found is None:
        return
    judged, late = sum(p.judged for p in parts), sum(p.late for p in parts)
    assert found.times >= 1.5
    assert any(
        p.name == found.name
        and p.judged >= LEAST_CASES
        and p.late >= LEAST_LATE
        and p.late * (judged - p.judged) >= found.times * (late - p.late) * p.judged - 1e-6
        for p in parts
    )


def test_a_change_is_told_in_percent_only_from_thirty_on():
    assert change_in_percent(60, 40) == 50
    assert change_in_percent(30, 40) == -25
    assert change_in_percent(29, 400) is None
    assert change_in_percent(400, 0) is None


def test_a_step_is_named_where_three_in_ten_lie_there():
    assert largest_share([("check", 20), ("sign", 10), ("pay", 10)]) == ("check", 20, 40)
    assert largest_share([("a", 10), ("b", 10), ("c", 10), ("d", 10)]) is None
    assert largest_share([("a", 20), ("b", 1)]) is None


def test_among_many_alike_parts_the_largest_by_chance_is_not_named():
    alike = [Part(str(n), 950, 19) for n in range(118)]
    assert stands_out([*alike, Part("lucky", 950, 32)]) is None
    assert stands_out([Part("a", 950, 19), Part("b", 950, 19), Part("c", 950, 36)]) is not None

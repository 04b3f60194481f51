"""Deadlines of publication, overlaps of validity, parts that must be there."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.publication import (
    PARTS,
    all_on_time,
    missing_parts,
    overlaps,
    working_day_after,
    working_day_before,
)

HOLIDAY = dt.date(2026, 9, 2)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


def works(day: dt.date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def test_five_working_days_before_a_monday_are_the_monday_before():
    assert working_day_before(dt.date(2026, 6, 15), 5, works) == dt.date(2026, 6, 8)


def test_a_holiday_is_not_counted():
    assert working_day_after(dt.date(2026, 8, 31), 5, works) == dt.date(2026, 9, 8)
    assert working_day_before(dt.date(2026, 9, 7), 5, works) == dt.date(2026, 8, 28)


def test_no_days_are_the_day_itself_even_when_it_is_off():
    assert working_day_before(HOLIDAY, 0, works) == HOLIDAY


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever():
    with pytest.raises(ValueError, match="no working day"):
        working_day_after(HOLIDAY, 1, lambda _day: False)


@given(day=DAYS, count=st.integers(1, 60))
def test_between_a_day_and_its_deadline_lie_exactly_so_many_working_days(day, count):
    due = working_day_after(day, count, works)
    passed = [day + dt.timedelta(n) for n in range(1, (due - day).days + 1)]
    assert sum(map(works, passed)) == count
    assert works(due)


@given(day=DAYS.filter(works), count=st.integers(0, 60))
def test_going_there_and_back_ends_where_it_began(day, count):
    assert working_day_before(working_day_after(day, count, works), count, works) == day


SPANS = st.tuples(DAYS, st.none() | DAYS).filter(lambda s: s[1] is None or s[0] < s[1])


@given(a=SPANS, b=SPANS)
def test_two_validities_overlap_when_one_begins_within_the_other(a, b):
    within = any(x[0] <= y[0] and (x[1] is None or y[0] < x[1]) for x, y in ((a, b), (b, a)))
    assert overlaps(*a, *b) == within == overlaps(*b, *a)


def test_a_version_that_begins_when_the_other_ends_does_not_overlap():
    day = dt.date(2026, 1, 1)
    assert not overlaps(dt.date(2020, 1, 1), day, day, None)


def test_missing_parts_come_in_the_order_of_the_decree():
    assert missing_parts({"name": True, "papers": True}) == ("order", "channels", "limit", "subjects", "agency")
    assert missing_parts(dict.fromkeys(PARTS, True)) == ()


def test_a_procedure_in_several_decisions_counts_once_and_one_late_change_makes_it_late():
    assert all_on_time([("1.1", True), ("1.2", True), ("1.1", False), ("1.1", True)]) == {"1.1": False, "1.2": True}

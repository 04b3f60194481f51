"""Periods of the live index at the ends of the calendar."""

import datetime as dt

import pytest

from motcua.measure.live.periods import MONTHS, period_of


@pytest.mark.parametrize("kind", MONTHS)
@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_a_day_at_the_end_of_all_calendars_has_a_period_with_one_before_and_after(kind, day):
    period = period_of(kind, day)
    assert 2000 <= period.first.year <= period.last.year <= 2199
    for beside in (period.first - dt.timedelta(days=1), period.last + dt.timedelta(days=1)):
        assert period_of(kind, beside).kind == kind

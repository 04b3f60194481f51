"""Working time: hand-computed cases, and properties over any start, amount and pause."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.working_time import (
    LOCAL,
    Calendar,
    Duration,
    Outcome,
    OutOfCalendar,
    Pause,
    Shift,
    WeeklyShifts,
    clock_state,
    outcome,
    total,
)
from motcua.web.cli.due import shipped_calendar

CALENDAR = shipped_calendar()
MORNING, AFTERNOON = Shift(dt.time(7, 30), dt.time(11, 30)), Shift(dt.time(13, 30), dt.time(17))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("received", "limit", "due"),
    [
        # The case of the field notes: Tết 2020 was off from 23 to 29 January.
        ("2020-01-22T15:30", "5wd", "2020-02-05T15:30"),
        # The first opening of a day: that day is the first, its last closing the end.
        ("2026-11-16T07:30", "1wd", "2026-11-16T17:00"),
        ("2026-11-16T07:30", "3wd", "2026-11-18T17:00"),
        ("2026-11-16T06:00", "3wd", "2026-11-18T17:00"),
        ("2026-11-14T10:00", "1wd", "2026-11-16T17:00"),
        # Any other start: the n-th working day after, at the same clock time.
        ("2026-11-16T07:31", "3wd", "2026-11-19T07:31"),
        ("2026-11-16T16:59", "1wd", "2026-11-17T16:59"),
        # An end at an opening is the closing of the shift before.
        ("2026-11-16T13:30", "1wd", "2026-11-17T11:30"),
        ("2026-11-16T12:00", "2wd", "2026-11-18T11:30"),
        # A shift is half-open: at its closing the next one is meant.
        ("2026-11-16T11:30", "1wd", "2026-11-17T11:30"),
        ("2026-11-16T17:00", "1wd", "2026-11-17T17:00"),
        # Working hours; an end at a closing stays there.
        ("2026-11-16T07:30", "4wh", "2026-11-16T11:30"),
        ("2026-11-16T10:30", "1wh", "2026-11-16T11:30"),
        ("2026-11-16T10:30", "2wh", "2026-11-16T14:30"),
        ("2026-11-20T16:00", "2wh", "2026-11-23T08:30"),
        # Days and months: the date, moved to a working day, at its last closing.
        ("2026-11-16T09:00", "0d", "2026-11-16T17:00"),
        ("2026-11-16T09:00", "4d", "2026-11-20T17:00"),
        ("2026-11-16T09:00", "5d", "2026-11-23T17:00"),
        ("2026-01-30T09:00", "1m", "2026-03-02T17:00"),
        ("2027-12-31T09:00", "2m", "2028-02-29T17:00"),
        # The swap of January 2026: the 2nd was off, Saturday the 10th was worked.
        ("2026-01-01T09:00", "1wd", "2026-01-05T17:00"),
        ("2025-12-31T09:00", "1wd", "2026-01-05T09:00"),
        ("2026-01-09T09:00", "1wd", "2026-01-10T09:00"),
    ],
)
def test_a_limit_ends_where_the_rule_says(received, limit, due):
    assert CALENDAR.promise(at(received), Duration.parse(limit)).due_at == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-16T14:59", "2026-11-17T14:59"),
        ("2026-11-16T15:00", "2026-11-17T17:00"),
        ("2026-11-20T16:00", "2026-11-23T17:00"),
        ("2026-11-14T16:00", "2026-11-16T17:00"),
    ],
)
def test_a_cut_off_moves_the_start_to_the_next_working_days_first_opening(received, due):
    assert CALENDAR.promise(at(received), Duration(1, "wd"), cut_off=dt.time(15)).due_at == at(due)


def test_a_pause_moves_the_end_by_the_working_time_it_covers():
    pause = Pause(at("2026-11-17T08:00"), at("2026-11-18T08:00"), "bổ sung")
    promise = CALENDAR.promise(at("2026-11-16T09:00"), Duration(3, "wd"), pauses=[pause])
    assert promise.due_at == at("2026-11-20T09:00")
    added = total(promise.proof)
    assert (added.days, added.paused_minutes, added.carried_minutes) == (3, 450, 450)


def test_overlapping_pauses_count_once_and_those_before_the_start_not_at_all():
    day = [Pause(at("2026-11-17T08:00"), at("2026-11-17T10:00"), "a"), Pause(at("2026-11-17T09:00"), at("2026-11-17T11:00"), "b"),
           Pause(at("2026-11-13T08:00"), at("2026-11-13T10:00"), "c")]  # fmt: skip
    promise = CALENDAR.promise(at("2026-11-16T09:00"), Duration(3, "wd"), pauses=day)
    assert total(promise.proof).paused_minutes == 180


def test_other_shifts_hold_from_their_date_on():
    summer = WeeklyShifts(dt.date(2026, 12, 1), {d: (Shift(dt.time(7), dt.time(14)),) for d in range(5)})
    usual = WeeklyShifts(dt.date(2010, 1, 1), dict.fromkeys(range(5), (MORNING, AFTERNOON)))
    calendar = Calendar("summer", [summer, usual], {}, {})
    assert calendar.add(at("2026-11-30T15:00"), 1, "wd") == at("2026-12-01T14:00")
    assert calendar.add(at("2026-11-30T16:00"), 2, "wh") == at("2026-12-01T08:00")


def test_a_clock_time_before_the_days_opening_ends_at_the_closing_before():
    early = WeeklyShifts(dt.date(2010, 1, 1), {0: (Shift(dt.time(6), dt.time(10)),), 1: (MORNING,)})
    calendar = Calendar("uneven", [early], {}, {})
    assert calendar.add(at("2026-11-16T06:30"), 1, "wd") == at("2026-11-16T10:00")


def test_a_made_up_saturday_has_mondays_shifts():
    assert CALENDAR.shifts_on(dt.date(2026, 1, 10)) == CALENDAR.shifts_on(dt.date(2026, 1, 12))
    assert CALENDAR.shifts_on(dt.date(2026, 1, 17)) == ()


def test_a_promise_beyond_the_calendars_years_is_refused():
    with pytest.raises(OutOfCalendar):
        CALENDAR.add(at("2100-12-01T09:00"), 90, "wd")
    with pytest.raises(OutOfCalendar):
        CALENDAR.add(at("1975-12-01T09:00"), 1, "wd")


@pytest.mark.parametrize("text", ["", "5", "wd", "-1wd", "1.5d", "5 days", "५wd"])
def test_a_limit_in_another_form_is_refused(text):
    with pytest.raises(ValueError, match="not a time limit"):
        Duration.parse(text)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="naive"):
        CALENDAR.add(dt.datetime(2026, 11, 16, 9), 1, "wd")


@pytest.mark.parametrize(
    ("finished", "now", "expected"),
    [
        ("2026-11-19T23:59", "2026-11-30T00:00", Outcome.EARLY),
        ("2026-11-20T23:59", "2026-11-30T00:00", Outcome.ON_TIME),
        ("2026-11-21T00:00", "2026-11-30T00:00", Outcome.LATE),
        (None, "2026-11-20T23:59", Outcome.IN_TIME),
        (None, "2026-11-21T00:00", Outcome.OPEN_LATE),
    ],
)
def test_early_on_time_and_late_compare_local_dates(finished, now, expected):
    due = at("2026-11-20T11:30")
    assert outcome(due, at(finished) if finished else None, at(now)) == expected


def test_a_page_says_stopped_before_late_and_soon_before_in_time():
    due, now = at("2026-11-20T11:30"), at("2026-11-23T08:00")
    assert clock_state(due_at=due, finished_at=None, paused=True, now=now) == "stopped"
    assert clock_state(due_at=due, finished_at=None, paused=False, now=now) == "late"
    assert clock_state(due_at=due, finished_at=None, paused=False, now=at("2026-11-19T08:00")) == "due_soon"
    assert clock_state(due_at=due, finished_at=None, paused=False, now=at("2026-11-16T08:00")) == "in_time"


# --- properties -----------------------------------------------------------------------------------------------

minutes = st.integers(0, 9 * 365 * 1440)
instants = minutes.map(lambda m: dt.datetime(2018, 1, 1, tzinfo=LOCAL) + dt.timedelta(minutes=m))
units = st.sampled_from(["wh", "wd", "d", "m"])
amounts = st.integers(0, 60)
few = settings(max_examples=150, deadline=None)


@few
@given(instants, instants, amounts, units)
def test_a_later_start_never_ends_earlier(a, b, amount, unit):
    first, second = sorted((a, b))
    assert CALENDAR.add(first, amount, unit) <= CALENDAR.add(second, amount, unit)


@few
@given(instants, amounts, amounts, units)
def test_more_time_never_ends_earlier(start, n, more, unit):
    assert CALENDAR.add(start, n, unit) <= CALENDAR.add(start, n + more, unit)


@few
@given(instants, st.integers(1, 100))
def test_between_undoes_working_hours(start, hours):
    begin, _reason = CALENDAR.starts_counting(start)
    assert CALENDAR.between(begin, CALENDAR.add(start, hours, "wh")) == hours * 60


@few
@given(instants, st.integers(1, 40), st.integers(1, 40))
def test_working_hours_add_up(start, a, b):
    assert CALENDAR.add(CALENDAR.add(start, a, "wh"), b, "wh") == CALENDAR.add(start, a + b, "wh")


@few
@given(instants, instants, instants)
def test_between_adds_up(a, b, c):
    assert CALENDAR.between(a, b) + CALENDAR.between(b, c) == CALENDAR.between(a, c)


@settings(max_examples=60, deadline=None)
@given(instants, st.integers(0, 5 * 1440))
def test_between_equals_a_count_of_minutes(start, length):
    """The count looks at each minute's date and clock time; it shares no code with the calendar's arrays."""
    counted = 0
    for n in range(length):
        minute = start + dt.timedelta(minutes=n)
        day, clock = minute.date(), minute.hour * 60 + minute.minute
        works = (day.weekday() < 5 and day not in CALENDAR.days_off) or day in CALENDAR.working_days
        counted += works and (450 <= clock < 690 or 810 <= clock < 1020)
    assert CALENDAR.between(start, start + dt.timedelta(minutes=length)) == counted


@few
@given(st.lists(instants, min_size=1, max_size=30), amounts, units)
def test_many_at_once_equal_one_by_one(starts, amount, unit):
    naive = np.array([s.replace(tzinfo=None) for s in starts], dtype="datetime64[s]")
    ends = CALENDAR.add_many(naive, amount, unit)
    expected = [CALENDAR.add(s, amount, unit).replace(tzinfo=None) for s in starts]
    assert ends.astype("datetime64[s]").tolist() == expected


@few
@given(
    instants,
    amounts,
    units,
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 9_000)), max_size=3),
)
def test_a_proof_adds_up_to_the_whole(start, amount, unit, with_cut_off, gaps):
    pauses = [Pause(start + dt.timedelta(minutes=a), start + dt.timedelta(minutes=a + n), "chờ") for a, n in gaps]
    cut_off = dt.time(15) if with_cut_off else None
    promise = CALENDAR.promise(start, Duration(amount, unit), cut_off=cut_off, pauses=pauses)
    parts = total(promise.proof)
    if unit == "wh":
        assert parts.minutes == amount * 60
    elif unit != "m":
        assert parts.days == amount
    assert parts.paused_minutes == parts.carried_minutes
    begin, _reason = CALENDAR.starts_counting(start, cut_off)
    assert CALENDAR.add_minutes(CALENDAR.add(begin, amount, unit), parts.paused_minutes) == promise.due_at
    assert promise.proof[-1].date == promise.due_at.date()


@few
@given(instants, amounts, units)
def test_a_proof_names_every_day_from_start_to_end(start, amount, unit):
    promise = CALENDAR.promise(start, Duration(amount, unit))
    named = {line.date for line in promise.proof}
    day = start.date()
    while day <= promise.due_at.date():
        assert day in named
        day += dt.timedelta(days=1)

"""Properties of working time over any calendar: uneven shifts that change by date, days off, made-up days, pauses.

The oracle is written without the product's arithmetic: it walks minute by minute and day by day.
"""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.working_time import LOCAL, Calendar, Duration, OutOfCalendar, Pause, Shift, WeeklyShifts, total

FIRST = dt.date(2026, 1, 1)
some = settings(max_examples=60, deadline=None)


# --- any calendar ---------------------------------------------------------------------------------------------


@st.composite
def days_shifts(draw) -> tuple[Shift, ...]:
    """No, one or two shifts of a day, on quarters of an hour; two may touch."""
    edges = sorted(draw(st.lists(st.integers(24, 80), min_size=0, max_size=4, unique=True)))
    times = [dt.time(edge // 4, edge % 4 * 15) for edge in edges]
    return tuple(Shift(a, b) for a, b in zip(times[::2], times[1::2], strict=False))


@st.composite
def calendars(draw) -> Calendar:
    """Two sets of weekly shifts, the second from a date on, with days off and made-up days around it."""
    monday = (Shift(dt.time(7, 30), dt.time(11, 30)), Shift(dt.time(13, 30), dt.time(17)))
    first = {day: draw(days_shifts()) for day in range(1, 7)} | {0: monday}
    second = {day: draw(days_shifts()) for day in range(1, 7)} | {0: draw(days_shifts())}
    dates = st.integers(0, 60).map(lambda n: FIRST + dt.timedelta(days=n))
    off = draw(st.sets(dates, max_size=12))
    made_up = draw(st.sets(dates, max_size=6)) - off
    changes = draw(dates)
    weekly = [
        WeeklyShifts(dt.date(2020, 1, 1), first),
        WeeklyShifts(changes, second),
        WeeklyShifts(dt.date(2026, 3, 5), first),
    ]
    return Calendar("any", weekly, dict.fromkeys(off, "off"), dict.fromkeys(made_up, "made up"))


instants = st.integers(0, 45 * 1440).map(lambda m: dt.datetime(2026, 1, 1, tzinfo=LOCAL) + dt.timedelta(minutes=m))
units = st.sampled_from(["wh", "wd", "d", "m"])
amounts = st.integers(0, 12)


# --- the oracle -----------------------------------------------------------------------------------------------


def is_working(calendar: Calendar, moment: dt.datetime) -> bool:
    return any(shift.opens <= moment.time() < shift.closes for shift in calendar.shifts_on(moment.date()))


def working_days_from(calendar: Calendar, day: dt.date) -> Iterator[dt.date]:
    while True:
        if calendar.shifts_on(day):
            yield day
        day += dt.timedelta(days=1)


def closing(calendar: Calendar, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, calendar.shifts_on(day)[-1].closes, LOCAL)


def slow_add(calendar: Calendar, start: dt.datetime, amount: int, unit: str) -> dt.datetime:
    """The rules as the decree's reader would carry them out with a pencil."""
    minute = dt.timedelta(minutes=1)
    while not is_working(calendar, start):
        start += minute
    if amount == 0 and unit in ("wh", "wd"):
        return start
    if unit == "wh":
        left, at = amount * 60, start
        while left:
            left -= is_working(calendar, at)
            at += minute
        return at
    days = working_days_from(calendar, start.date())
    if unit == "wd":
        if start.time() == calendar.shifts_on(start.date())[0].opens:
            return closing(calendar, [next(days) for _ in range(amount)][-1])
        wanted = dt.datetime.combine([next(days) for _ in range(amount + 1)][-1], start.time(), LOCAL)
        inside = any(shift.opens < wanted.time() < shift.closes for shift in calendar.shifts_on(wanted.date()))
        while not inside and not is_working(calendar, wanted - minute):
            wanted -= minute
        return wanted
    day = start.date() + dt.timedelta(days=amount)
    if unit == "m":
        day = later_month(start.date(), amount)
    return closing(calendar, next(working_days_from(calendar, day)))


def later_month(day: dt.date, months: int) -> dt.date:
    """The same number in a later month, or the highest that exists there."""
    years, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(day.year + years, month + 1, number)
        except ValueError:
            continue
    return dt.date(day.year + years, month + 1, day.day)


# --- properties -----------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(calendars(), instants, st.integers(0, 6), units)
def test_an_end_is_what_a_pencil_finds(calendar, start, amount, unit):
    assert calendar.add(start, amount, unit) == slow_add(calendar, start, amount, unit)


@some
@given(calendars(), instants, st.integers(0, 8 * 1440))
def test_between_is_a_count_of_minutes(calendar, start, length):
    counted = sum(is_working(calendar, start + dt.timedelta(minutes=n)) for n in range(length))
    assert calendar.between(start, start + dt.timedelta(minutes=length)) == counted


@some
@given(calendars(), instants, instants, amounts, units)
def test_a_later_start_never_ends_earlier(calendar, a, b, amount, unit):
    first, second = sorted((a, b))
    assert calendar.add(first, amount, unit) <= calendar.add(second, amount, unit)


@some
@given(calendars(), instants, instants, amounts, units, st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_a_later_receipt_is_never_promised_earlier_with_a_cut_off(calendar, a, b, amount, unit, cut_off):
    first, second = (calendar.promise(at, Duration(amount, unit), cut_off).due_at for at in sorted((a, b)))
    assert first <= second


@some
@given(calendars(), instants, amounts, amounts, units)
def test_more_time_never_ends_earlier(calendar, start, amount, more, unit):
    assert calendar.add(start, amount, unit) <= calendar.add(start, amount + more, unit)


@some
@given(calendars(), instants, amounts, amounts)
def test_working_hours_add_up_and_are_undone_by_between(calendar, start, a, b):
    end = calendar.add(start, a + b, "wh")
    assert calendar.add(calendar.add(start, a, "wh"), b, "wh") == calendar.add(end, 0, "wh") or b
    if b:
        assert calendar.add(calendar.add(start, a, "wh"), b, "wh") == end
    assert calendar.between(start, end) == (a + b) * 60


@some
@given(calendars(), instants, instants, instants)
def test_between_adds_up_and_turns_its_sign(calendar, a, b, c):
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


@some
@given(calendars(), st.lists(instants, min_size=1, max_size=20), amounts, units)
def test_many_at_once_equal_one_by_one(calendar, starts, amount, unit):
    naive = np.array([start.replace(tzinfo=None) for start in starts], dtype="datetime64[s]")
    expected = [calendar.add(start, amount, unit).replace(tzinfo=None) for start in starts]
    assert calendar.add_many(naive, amount, unit).tolist() == expected


gaps = st.lists(st.tuples(st.integers(-2_000, 20_000), st.integers(0, 9_000)), max_size=3)


def pauses_at(start: dt.datetime, found: list[tuple[int, int]]) -> list[Pause]:
    return [Pause(start + dt.timedelta(minutes=a), start + dt.timedelta(minutes=a + n), "waits") for a, n in found]


@some
@given(calendars(), instants, amounts, units, st.sampled_from([None, dt.time(15)]), gaps)
def test_a_proof_adds_up_to_the_whole(calendar, received, amount, unit, cut_off, found):
    promise = calendar.promise(received, Duration(amount, unit), cut_off, pauses_at(received, found))
    parts = total(promise.proof)
    begin, _moved = calendar.starts_counting(received, cut_off)
    base = calendar.add(begin, amount, unit)
    assert parts.minutes == (amount * 60 if unit == "wh" else 0)
    if unit == "m":
        assert parts.days == (later_month(begin.date(), amount) - begin.date()).days
    else:
        assert parts.days == (0 if unit == "wh" else amount)
    assert parts.paused_minutes == parts.carried_minutes == calendar.between(base, promise.due_at)
    assert (promise.proof[-1].kind, promise.proof[-1].date) == ("due", promise.due_at.date())


@some
@given(calendars(), instants, amounts, units, gaps)
def test_a_proof_names_every_day_and_says_why_one_is_skipped(calendar, received, amount, unit, found):
    promise = calendar.promise(received, Duration(amount, unit), pauses=pauses_at(received, found))
    named = {line.date for line in promise.proof}
    length = (promise.due_at.date() - received.date()).days
    assert {received.date() + dt.timedelta(days=n) for n in range(length + 1)} <= named
    for line in promise.proof:
        if line.kind == "skipped":
            assert not calendar.shifts_on(line.date)
            assert line.reason == (
                "holiday" if line.date in calendar.days_off else "weekend" if line.date.weekday() >= 5 else "no_shifts"
            )
        if line.kind == "counted" and line.reason != "calendar_day":
            assert calendar.shifts_on(line.date)
            assert line.name == calendar.working_days.get(line.date, "")


@some
@given(calendars(), instants, amounts, units, st.integers(0, 9_000), st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_longer_pause_never_ends_earlier(calendar, received, amount, unit, after, length, more):
    ends = [
        calendar.promise(received, Duration(amount, unit), pauses=pauses_at(received, [(after, n)])).due_at
        for n in (0, length, length + more)
    ]
    assert ends == sorted(ends)


@some
@given(calendars(), instants, amounts, units, gaps)
def test_pauses_move_the_end_by_the_minutes_in_which_the_clock_stood(calendar, received, amount, unit, found):
    """Each minute of working time is covered once, however many pauses lie over it."""
    begin, _moved = calendar.starts_counting(received)
    base = calendar.add(begin, amount, unit)
    before_due = [(a, n) for a, n in found if received + dt.timedelta(minutes=a) <= base]
    pauses = pauses_at(received, before_due)
    stood = {m for p in pauses for m in range(int((p.ends_at - p.starts_at).total_seconds() // 60))}
    covered = sum(
        is_working(calendar, minute)
        for minute in {
            max(p.starts_at, received) + dt.timedelta(minutes=m)
            for p in pauses
            for m in stood
            if max(p.starts_at, received) + dt.timedelta(minutes=m) < p.ends_at
        }
        if minute >= begin
    )
    promise = calendar.promise(received, Duration(amount, unit), pauses=pauses)
    assert calendar.between(base, promise.due_at) == covered


# --- single cases ---------------------------------------------------------------------------------------------

USUAL = WeeklyShifts(
    dt.date(2010, 1, 1),
    dict.fromkeys(range(5), (Shift(dt.time(7, 30), dt.time(11, 30)), Shift(dt.time(13, 30), dt.time(17)))),
)
CALENDAR = Calendar("usual", [USUAL], {}, {})


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def test_a_pause_after_the_due_date_does_not_make_a_late_dossier_timely():
    pause = Pause(at("2026-11-18T08:00"), at("2026-11-25T08:00"), "supplement")
    promise = CALENDAR.promise(at("2026-11-16T09:00"), Duration(1, "wd"), pauses=[pause])
    assert promise.due_at == at("2026-11-17T09:00")
    assert [(line.kind, line.reason) for line in promise.proof if line.kind == "paused"] == [("paused", "after_due")]


def test_a_pause_on_the_due_date_still_moves_it_for_dates_are_compared():
    pause = Pause(at("2026-11-17T16:00"), at("2026-11-18T16:00"), "supplement")
    promise = CALENDAR.promise(at("2026-11-16T09:00"), Duration(1, "wd"), pauses=[pause])
    assert promise.due_at == at("2026-11-18T09:00")


def test_a_pause_tells_from_when_until_when_it_stood():
    pause = Pause(at("2026-11-17T08:00"), at("2026-11-19T08:00"), "land tax")
    promise = CALENDAR.promise(at("2026-11-16T09:00"), Duration(3, "wd"), pauses=[pause])
    (line,) = [line for line in promise.proof if line.kind == "paused"]
    assert line.as_json() == {
        "date": "2026-11-17", "kind": "paused", "reason": "paused", "name": "land tax", "minutes": 900, "until": "2026-11-19",
    }  # fmt: skip


def test_the_hour_of_receipt_decides_on_a_cut_off_not_the_opening_it_moves_to():
    noon = CALENDAR.starts_counting(at("2026-11-16T12:00"), cut_off=dt.time(13))
    assert noon == (at("2026-11-16T13:30"), "outside_hours")
    assert CALENDAR.starts_counting(at("2026-11-16T13:00"), cut_off=dt.time(13)) == (at("2026-11-17T07:30"), "cut_off")


def test_a_cut_off_does_not_move_twice_what_comes_after_hours():
    assert CALENDAR.starts_counting(at("2026-11-16T20:00"), cut_off=dt.time(15)) == (
        at("2026-11-17T07:30"),
        "outside_hours",
    )
    assert CALENDAR.starts_counting(at("2026-11-14T20:00"), cut_off=dt.time(15)) == (
        at("2026-11-16T07:30"),
        "outside_hours",
    )


def test_a_made_up_day_works_mondays_shifts_or_its_own_weekdays():
    saturday_too = WeeklyShifts(
        dt.date(2010, 1, 1), {0: (Shift(dt.time(8), dt.time(16)),), 5: (Shift(dt.time(8), dt.time(12)),)}
    )
    calendar = Calendar(
        "saturdays", [saturday_too], {}, {dt.date(2026, 11, 21): "made up", dt.date(2026, 11, 22): "made up"}
    )
    assert [calendar.shifts_on(dt.date(2026, 11, day))[0].closes for day in (21, 22)] == [dt.time(12), dt.time(16)]


def test_seconds_of_receipt_are_kept():
    assert CALENDAR.add(at("2026-11-16T09:00:45"), 1, "wd") == at("2026-11-17T09:00:45")
    assert CALENDAR.between(at("2026-11-16T09:00:45"), CALENDAR.add(at("2026-11-16T09:00:45"), 9, "wh")) == 540


def test_years_without_data_have_their_weekly_shifts():
    assert CALENDAR.add(at("2077-06-01T09:00"), 5, "wd") == at("2077-06-08T09:00")
    assert CALENDAR.add(at("1988-06-01T09:00"), 1, "wd") == at("1988-06-02T09:00")


@pytest.mark.parametrize(
    ("weekly", "wrong"),
    [([], "needs weekly shifts"), ([WeeklyShifts(FIRST, {})], "without a working day"),
     ([WeeklyShifts(FIRST, {0: (Shift(dt.time(8), dt.time(12)), Shift(dt.time(11), dt.time(17)))})], "overlap")],
)  # fmt: skip
def test_a_calendar_that_cannot_be_is_refused(weekly, wrong):
    with pytest.raises(ValueError, match=wrong):
        Calendar("wrong", weekly, {}, {})


def test_a_shift_that_closes_before_it_opens_is_refused():
    with pytest.raises(ValueError, match="opens before it closes"):
        Shift(dt.time(17), dt.time(8))


def test_rows_become_days_off_and_made_up_days():
    rows = [
        {"date": "2026-01-02", "kind": "off", "name_vi": "Nghỉ"},
        {"date": "2026-01-10", "kind": "work", "name_vi": "Làm bù"},
    ]
    calendar = Calendar.from_rows("rows", [USUAL], rows)
    assert calendar.next_working_day(dt.date(2026, 1, 1)) == dt.date(2026, 1, 5)
    assert calendar.next_working_day(dt.date(2026, 1, 9)) == dt.date(2026, 1, 10)
    with pytest.raises(ValueError, match="neither off nor work"):
        Calendar.from_rows("rows", [USUAL], [{"date": "2026-01-02", "kind": "half", "name_vi": ""}])


@pytest.mark.parametrize(("amount", "unit"), [(-1, "wd"), (1, "h"), (1, "")])
def test_a_limit_that_is_none_is_refused_one_by_one_and_many(amount, unit):
    with pytest.raises(ValueError):
        CALENDAR.add(at("2026-11-16T09:00"), amount, unit)
    with pytest.raises(ValueError):
        CALENDAR.add_many(np.array(["2026-11-16T09:00"], dtype="datetime64[m]"), amount, unit)


@pytest.mark.parametrize("unit", ["wh", "wd", "d", "m"])
@pytest.mark.parametrize(
    ("start", "amount"), [("1970-01-01", 1), ("NaT", 1), ("2100-12-31T17:30", 1), ("2100-12-01", 9_000)]
)
def test_many_refuse_what_lies_outside_the_years(unit, start, amount):
    starts = np.array(["2026-11-16T09:00", start], dtype="datetime64[m]")
    with pytest.raises(OutOfCalendar):
        CALENDAR.add_many(starts, amount, unit)


def test_many_of_none_are_none():
    assert CALENDAR.add_many(np.array([], dtype="datetime64[m]"), 5, "wd").size == 0

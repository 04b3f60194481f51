"""A day off is decreed after promises were made: what follows from the calendar moves, what was set by hand stays."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.samples import birth, household

from motcua.record.ledger.models import Event
from motcua.record.organisation import queries as organisation
from motcua.record.organisation.actions import remove_calendar_day, set_calendar_day
from motcua.record.organisation.calendar_history import calendars_since
from motcua.record.organisation.errors import NotAllowed, NotFound, Refused
from motcua.record.organisation.models import Agency, CalendarUse, WorkCalendar
from motcua.serve.catalogue.queries import limit_of
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.common import calendar_of
from motcua.serve.dossiers.models import Dossier, Task
from motcua.serve.dossiers.repromising import carry_out, open_run, plan_repromising

pytestmark = pytest.mark.django_db
# A Monday, ten in the morning in Vietnam.
RECEIVED = dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def calendars_as_stored() -> Any:
    organisation._compiled.cache_clear()
    yield
    organisation._compiled.cache_clear()


@pytest.fixture
def by(actor_of: Any) -> Any:
    return actor_of("quantri")


@pytest.fixture
def underway(actor_of: Any) -> Dossier:
    """A household business with an officer, three working days from Monday."""
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=household(), now=RECEIVED)
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk, now=RECEIVED + dt.timedelta(hours=1))
    return Dossier.objects.get(pk=dossier.pk)


def decree(by: Any, day: dt.date, kind: str = "off") -> None:
    set_calendar_day(
        by=by,
        code="default",
        day=day,
        kind=kind,
        name_vi="Nghỉ bù",
        name_en="",
        source="QĐ 1/QĐ-TTg",
        now=timezone.now(),
    )


def run(by: Any) -> int:
    return carry_out(open_run(by=by, code="default", source="QĐ 1/QĐ-TTg", now=timezone.now()).pk, timezone.now())


def test_nothing_moves_while_the_calendar_is_as_it_was(by, underway):
    plan = plan_repromising(by=by, code="default")
    assert (plan.moving, plan.by_hand) == (0, 0)
    assert run(by) == 0


def test_a_decreed_day_off_moves_the_promise_by_a_working_day_and_the_slip_keeps_its_own(by, underway):
    task = Task.objects.get(dossier=underway, closed_at=None)
    off = underway.due_on
    decree(by, off)
    plan = plan_repromising(by=by, code="default")
    [promise] = plan.promises
    assert (promise.dossier.pk, promise.old_due_at, plan.moving, list(plan.days)) == (
        underway.pk,
        underway.due_at,
        1,
        [off],
    )
    assert run(by) == 1
    after = Dossier.objects.get(pk=underway.pk)
    assert after.due_at == promise.new_due_at
    assert after.due_on == next_working_day(underway, off)
    assert after.first_due_at == underway.first_due_at
    assert after.due_at - underway.due_at >= dt.timedelta(days=1)
    moved = Task.objects.get(pk=task.pk)
    assert task.due_at <= moved.due_at <= after.due_at
    event = Event.objects.get(kind="dossier.repromised")
    assert event.chain_id == underway.pk
    assert event.actor == by.key
    assert event.payload["facts"]["source"] == "QĐ 1/QĐ-TTg"
    assert dt.datetime.fromisoformat(event.payload["facts"]["old_due_at"]) == underway.due_at


def next_working_day(dossier: Dossier, day: dt.date) -> dt.date:
    dossier.agency_competent.__dict__.pop("_calendars", None)
    return calendar_of(dossier).next_working_day(day)


def test_running_again_does_nothing_twice(by, underway):
    decree(by, underway.due_on)
    assert (run(by), run(by)) == (1, 0)
    assert Event.objects.filter(kind="dossier.repromised").count() == 1


def test_taking_the_day_back_gives_the_old_promise_back(by, underway):
    decree(by, underway.due_on)
    run(by)
    remove_calendar_day(by=by, code="default", day=underway.due_on, now=timezone.now())
    assert run(by) == 1
    assert Dossier.objects.get(pk=underway.pk).due_at == underway.due_at


def test_a_promise_made_by_hand_keeps_its_time(by, underway, actor_of):
    given_time = underway.due_at + dt.timedelta(days=20, minutes=7)
    Dossier.objects.filter(pk=underway.pk).update(due_at=given_time, due_on=given_time.date())
    decree(by, underway.due_on)
    plan = plan_repromising(by=by, code="default")
    assert (plan.moving, plan.by_hand) == (0, 1)
    assert run(by) == 0
    assert Dossier.objects.get(pk=underway.pk).due_at == given_time


def test_a_day_off_within_a_pause_moves_nothing_twice(by, underway, actor_of):
    officer = actor_of("xa.truongphong")
    hour = dt.timedelta(hours=1)
    actions.request_supplement(by=officer, dossier_id=underway.pk, items=["x"], reason="y", now=RECEIVED + 3 * hour)
    back = RECEIVED + dt.timedelta(days=8)
    clerk = actor_of("xa.tiepnhan")
    actions.record_supplement(by=clerk, dossier_id=underway.pk, now=back)
    before = Dossier.objects.get(pk=underway.pk)
    # A day on which the clock stood anyway: the promise counts from the return, and stays.
    decree(by, (RECEIVED + dt.timedelta(days=3)).date())
    plan = plan_repromising(by=by, code="default")
    assert (plan.moving, plan.by_hand) == (0, 0)
    decree(by, before.due_on)
    [promise] = plan_repromising(by=by, code="default").promises
    assert promise.new_due_at > before.due_at


def test_agencies_that_work_by_another_calendar_keep_their_promises(by, underway, actor_of):
    other = WorkCalendar.objects.create(code="other", name_vi="Khác")
    CalendarUse.objects.create(
        agency=Agency.objects.get(pk=underway.agency_competent_id), calendar=other, valid_from=dt.date(2020, 1, 1)
    )
    decree(by, underway.due_on)
    assert plan_repromising(by=by, code="default").moving == 0


def test_finished_dossiers_are_not_touched(by, underway):
    Dossier.objects.filter(pk=underway.pk).update(finished_at=RECEIVED)
    decree(by, underway.due_on)
    assert run(by) == 0


def test_what_was_received_after_the_decree_is_right_already(by, actor_of):
    day = dt.date(2026, 11, 4)
    decree(by, day)
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household(), now=RECEIVED)
    plan = plan_repromising(by=by, code="default")
    assert (plan.moving, plan.by_hand, plan.same) == (0, 0, 1)


def test_a_run_tells_its_progress_to_the_end(by, underway, actor_of):
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=RECEIVED)
    decree(by, underway.due_on)
    asked = open_run(by=by, code="default", source="QĐ 1", now=timezone.now())
    carry_out(asked.pk, timezone.now())
    asked.refresh_from_db()
    assert asked.done == asked.total > 0
    assert asked.finished_at is not None
    assert asked.moved == 1


@pytest.mark.parametrize("source", ["", " ", "x" * 301])
def test_a_run_names_the_decision(source, by):
    with pytest.raises(Refused) as refused:
        open_run(by=by, code="default", source=source, now=timezone.now())
    assert refused.value.field == "source"


def test_only_an_administrator_asks_and_the_calendar_must_be_there(actor_of, by):
    with pytest.raises(NotAllowed):
        plan_repromising(by=actor_of("xa.lanhdao"), code="default")
    with pytest.raises(NotFound):
        plan_repromising(by=by, code="none")


days = st.dates(dt.date(2026, 11, 3), dt.date(2026, 11, 20))
changes = st.lists(st.tuples(days, st.sampled_from(["off", "work", "remove"])), min_size=1, max_size=6)


@given(changes=changes)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_changes_the_promise_is_what_the_calendar_of_now_gives(by, underway, changes):
    with transaction.atomic():
        for day, kind in changes:
            if kind == "remove":
                remove_calendar_day(by=by, code="default", day=day, now=timezone.now())
            else:
                decree(by, day, kind)
        run(by)
        organisation._compiled.cache_clear()
        after = Dossier.objects.get(pk=underway.pk)
        wanted = calendars_since("default", RECEIVED)[0]
        oldest = calendars_since("default", RECEIVED)[-1]
        transaction.set_rollback(True)
    limit = limit_of(after.version, after.channel)
    assert after.due_at == wanted.promise(after.received_at, limit, cut_off=after.version.cut_off).due_at
    assert underway.due_at == oldest.promise(after.received_at, limit, cut_off=after.version.cut_off).due_at

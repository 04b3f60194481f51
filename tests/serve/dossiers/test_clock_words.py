"""The word on a dossier's clock: the same on its page, on the lists and for the applicant."""

import datetime as dt

import pytest
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.presenting import clock_of, soon_day

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def trade(actor_of):
    """A household business received on a Monday and handed to its unit; due on Thursday."""
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-23T09:00"))
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk, now=at("2026-11-23T09:00"))
    dossier.refresh_from_db()
    return dossier


def test_due_on_monday_is_soon_on_friday(actor_of):
    dossier = actions.receive_dossier(
        by=actor_of("xa.tiepnhan"), filing=birth(), now=at("2026-11-27T15:30")
    )  # after the cut-off of a Friday
    friday = at("2026-11-27T16:00")
    assert dossier.due_on == dt.date(2026, 11, 30)
    assert soon_day(dossier, friday) == dt.date(2026, 11, 30)
    assert clock_of(dossier, friday, soon_day(dossier, friday)) == "due_soon"
    assert clock_of(dossier, friday) == "in_time", "by the calendar's next day alone it would not be"


def test_the_dossier_page_and_the_tracking_page_agree_with_the_lists(client, actor_of, monkeypatch):
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-11-20T15:30"))
    friday = at("2026-11-20T16:00")
    for module in ("dossier", "track", "lists"):
        monkeypatch.setattr(f"motcua.serve.dossiers.views.{module}.timezone.now", lambda: friday)
    monkeypatch.setattr("django.utils.timezone.now", lambda: friday)
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    for page in (
        f"/dossiers/{dossier.pk}/",
        f"/track/?code={dossier.code}&s={dossier.tracking_secret}",
        "/lists/?list=soon",
        "/desk/",
    ):
        assert 'class="clock due_soon"' in client.get(page).content.decode(), page


def test_a_dossier_late_before_its_clock_stopped_shows_both(trade, actor_of):
    late = trade.due_at + dt.timedelta(days=4)
    actor = actor_of("xa.truongphong")
    actions.request_supplement(by=actor, dossier_id=trade.pk, items=["x"], reason="y", now=late)
    trade.refresh_from_db()
    assert trade.paused_since == late
    assert clock_of(trade, late + dt.timedelta(days=1)) == "late_stopped"


def test_a_dossier_stopped_in_time_does_not_turn_late_while_it_waits(trade, actor_of):
    before = trade.due_at - dt.timedelta(days=1)
    actions.request_supplement(by=actor_of("xa.truongphong"), dossier_id=trade.pk, items=["x"], reason="y", now=before)
    trade.refresh_from_db()
    assert clock_of(trade, before + dt.timedelta(days=20)) == "stopped"


def test_the_next_working_day_is_the_calendars(trade):
    day = calendar_for(trade.agency_competent_id, trade.received_on).next_working_day(dt.date(2026, 12, 31))
    assert day > dt.date(2027, 1, 1), "New Year is no working day"
    assert soon_day(trade, at("2026-12-31T09:00")) == day

"""Identity numbers are masked; showing one asks why and is written down, and so is every list that leaves."""

import datetime as dt

import pytest
from django.utils import timezone
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import NotFound, Refused
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.revealing import REASONS, reveal_identity
from motcua.serve.dossiers.models import Party

pytestmark = pytest.mark.django_db
NUMBER = "066090012345"


@pytest.fixture
def clerk(actor_of):
    return actor_of("xa.tiepnhan")


@pytest.fixture
def dossier(clerk):
    return actions.receive_dossier(by=clerk, filing=birth())


def browser(client, username="xa.tiepnhan"):
    client.force_login(User.objects.get(username=username))
    return client


def reveals(dossier):
    return Event.objects.filter(chain_id=dossier.pk, kind="dossier.identity_revealed")


@pytest.mark.parametrize("username", ["xa.tiepnhan", "xa.canbo", "xa.lanhdao", "kiemtra"])
def test_no_page_holds_the_number_until_it_is_asked_for(client, dossier, username):
    page = browser(client, username).get(f"/dossiers/{dossier.pk}/").content.decode()
    assert NUMBER not in page
    assert "•••••••••345" in page


def test_a_reason_shows_it_once_and_leaves_an_event(client, dossier):
    desk = browser(client)
    answer = desk.post(f"/dossiers/{dossier.pk}/reveal/", {"reason": "counter"})
    assert answer.status_code == 200
    assert NUMBER in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    event = reveals(dossier).get()
    assert event.payload["facts"] == {"reason": "counter"}
    assert event.actor.startswith("post:")
    assert NUMBER not in desk.get(f"/dossiers/{dossier.pk}/").content.decode(), "the page masks it again"
    assert verify().ok


def test_the_timeline_says_who_saw_it_and_why(client, dossier):
    desk = browser(client)
    desk.post(f"/dossiers/{dossier.pk}/reveal/", {"reason": "complaint"})
    assert str(REASONS["complaint"]) in desk.get(f"/dossiers/{dossier.pk}/").content.decode()


@pytest.mark.parametrize("reason", ["", "because", "Nguyễn Văn Thử"])
def test_without_a_reason_of_the_list_nothing_is_shown(client, dossier, reason):
    answer = browser(client).post(f"/dossiers/{dossier.pk}/reveal/", {"reason": reason})
    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert not reveals(dossier).exists()


def test_another_agency_sees_nothing_and_leaves_no_trace(dossier, actor_of):
    with pytest.raises(NotFound):
        reveal_identity(by=actor_of("xa2.tiepnhan"), dossier_id=dossier.pk, reason="counter")
    with pytest.raises(Refused):
        reveal_identity(by=actor_of("quantri"), dossier_id=dossier.pk, reason="counter")
    assert not reveals(dossier).exists()


def test_a_correction_that_leaves_the_number_empty_keeps_it(client, dossier):
    form = {"owner_name": "Nguyễn Văn Thứ", "owner_identity_number": "", "owner_phone": "0905 123 456", "reason": "x"}
    assert browser(client).post(f"/dossiers/{dossier.pk}/do/correct/", form).status_code == 302
    owner = Party.objects.get(dossier=dossier, part="owner")
    assert (owner.name, owner.identity_number) == ("Nguyễn Văn Thứ", NUMBER)


def test_a_correction_can_still_change_the_number(client, dossier):
    form = {"owner_name": "Nguyễn Văn Thử", "owner_identity_number": "066090012346", "reason": "x"}
    assert browser(client).post(f"/dossiers/{dossier.pk}/do/correct/", form).status_code == 302
    assert Party.objects.get(dossier=dossier, part="owner").identity_number == "066090012346"


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_an_export_of_the_register_leaves_an_event(client, clerk, dossier, form):
    actions.receive_dossier(by=clerk, filing=household())
    today = timezone.localdate()
    desk = browser(client)
    desk.get("/register/")
    exported = Event.objects.filter(kind="agency.register_exported")
    assert not exported.exists(), "looking at it on the page is no export"
    since = today - dt.timedelta(days=3)
    assert desk.get(f"/register/?from={since}&to={today}&as={form}").status_code == 200
    event = exported.get()
    assert event.payload["facts"] == {"as": form, "from": str(since), "to": str(today), "rows": 2}
    assert event.actor == clerk.key
    assert verify().ok


def test_a_register_that_is_refused_is_no_export(client, dossier, monkeypatch):
    from motcua.formats.papers import forms

    monkeypatch.setattr(forms, "REGISTER_PDF_ROWS", 0)
    assert browser(client).get("/register/?as=pdf").status_code == 422
    assert not Event.objects.filter(kind="agency.register_exported").exists()


def test_a_hand_over_list_is_an_export_too(client, dossier):
    browser(client).get("/hand-over/")
    assert Event.objects.get(kind="agency.hand_over_exported").payload["facts"]["rows"] == 1

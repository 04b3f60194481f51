"""Filings that come by post or online: noted, then received, guided or refused at the desk."""

import datetime as dt

import pytest
from django.test import Client
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.arriving import accept_many, look_at_by
from motcua.serve.dossiers.filing import PaymentInput
from motcua.serve.dossiers.models import Channel, Dossier, State, Task

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
LATER = MONDAY + dt.timedelta(hours=1)


@pytest.fixture
def clerk(actor_of):
    return actor_of("xa.tiepnhan")


@pytest.fixture
def arrived(clerk):
    return actions.record_arrival(by=clerk, filing=birth(channel=Channel.POST), now=MONDAY)


def test_what_arrives_has_a_code_but_no_clock_and_no_slip(clerk, arrived):
    assert (arrived.state, arrived.due_at) == (State.NEW, None)
    assert not arrived.papers.exists()
    assert not Task.objects.filter(dossier=arrived).exists()
    assert [d.pk for d in queries.arrivals(by=clerk)] == [arrived.pk]


def test_it_is_looked_at_within_eight_working_hours(arrived):
    # Tuesday 24 November is a day off.
    assert look_at_by(arrived) == dt.datetime(2026, 11, 25, 9, 30, tzinfo=LOCAL)


def test_what_is_handed_in_at_the_counter_is_received_at_once(clerk):
    with pytest.raises(Refused, check=lambda e: e.code == "arrival.channel"):
        actions.record_arrival(by=clerk, filing=birth(), now=MONDAY)


def test_accepting_it_gives_the_slip_and_the_promise_counts_from_then(clerk, arrived):
    actions.accept_arrival(by=clerk, dossier_id=arrived.pk, now=LATER)
    arrived.refresh_from_db()
    assert (arrived.state, arrived.received_at) == (State.RECEIVED, LATER)
    assert arrived.due_at == arrived.first_due_at
    assert arrived.papers.get().form == "01"
    assert Task.objects.get(dossier=arrived).role == "receiving_clerk"
    assert not queries.arrivals(by=clerk).exists()
    assert verify().ok


def test_a_missing_paper_or_an_unpaid_fee_is_named(clerk):
    bare = actions.record_arrival(by=clerk, filing=birth(channel=Channel.POST, components=()), now=MONDAY)
    with pytest.raises(Invalid) as refusal:
        actions.accept_arrival(by=clerk, dossier_id=bare.pk, now=LATER)
    assert {e.field for e in refusal.value.errors} == {"components.declaration", "components.birth-certificate"}
    unpaid = actions.record_arrival(by=clerk, filing=household(channel=Channel.ONLINE, payment=None), now=MONDAY)
    with pytest.raises(Refused):
        actions.accept_arrival(by=clerk, dossier_id=unpaid.pk, now=LATER)
    actions.accept_arrival(by=clerk, dossier_id=unpaid.pk, payment=PaymentInput(how="transfer"), now=LATER)
    assert Dossier.objects.get(pk=unpaid.pk).fee_open == 0


def test_it_is_guided_once_in_writing_and_received_when_the_papers_come(clerk, arrived):
    actions.ask_before_receipt(by=clerk, dossier_id=arrived.pk, items=["Giấy chứng sinh"], reason="thiếu", now=LATER)
    arrived.refresh_from_db()
    assert arrived.state == State.SUPPLEMENT
    assert arrived.papers.get().form == "02"
    actions.record_supplement(by=clerk, dossier_id=arrived.pk, now=LATER)
    arrived.refresh_from_db()
    assert arrived.state == State.RECEIVED


def test_it_is_refused_with_reason_and_legal_basis_and_never_twice(clerk, arrived):
    with pytest.raises(Refused, check=lambda e: e.code == "legal_basis.missing"):
        actions.refuse_arrival(by=clerk, dossier_id=arrived.pk, reason="không thuộc thẩm quyền", legal_basis="")
    actions.refuse_arrival(by=clerk, dossier_id=arrived.pk, reason="sai nơi", legal_basis="Điều 13 Luật Hộ tịch")
    arrived.refresh_from_db()
    assert arrived.state == State.REFUSED
    assert arrived.papers.get().form == "03"
    with pytest.raises(Conflict):
        actions.accept_arrival(by=clerk, dossier_id=arrived.pk)


def test_another_desk_does_not_see_it(actor_of, arrived):
    other = actor_of("xa2.tiepnhan")
    assert not queries.arrivals(by=other).exists()
    with pytest.raises(NotFound):
        actions.accept_arrival(by=other, dossier_id=arrived.pk, now=LATER)


def test_of_several_those_that_are_complete_are_received(clerk, arrived):
    bare = actions.record_arrival(by=clerk, filing=birth(channel=Channel.POST, components=()), now=MONDAY)
    done, refused = accept_many(by=clerk, dossier_ids=[arrived.pk, bare.pk], now=LATER)
    assert done == [arrived.pk]
    assert set(refused) == {bare.pk}


class TestPages:
    @pytest.fixture
    def client(self):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(User.objects.get(username="xa.tiepnhan"))
        return client

    def test_the_intake_page_notes_what_came_by_post(self, client):
        form = {"procedure": "1.001193", "owner_name": "Nguyễn Văn Thử", "channel": "3", "decision": "arrive"}
        client.post("/intake/", form | {"agency": "H15.136"})
        dossier = Dossier.objects.get()
        assert dossier.state == State.NEW
        assert dossier.code in client.get("/arrivals/").content.decode()

    def test_it_is_received_asked_about_or_refused_from_its_page(self, client, arrived):
        page = client.get(f"/dossiers/{arrived.pk}/").content.decode()
        assert all(words in page for words in ("Receive it", "Ask for papers (form 02)", "Refuse (form 03)"))
        assert client.post(f"/dossiers/{arrived.pk}/do/refuse/", {"reason": "x"}).status_code == 422
        assert client.post(f"/dossiers/{arrived.pk}/do/accept/").status_code == 302
        assert Dossier.objects.get().state == State.RECEIVED

    def test_the_ticked_are_received_together(self, client, arrived):
        client.post("/arrivals/accept/", {"dossier": str(arrived.pk)})
        assert Dossier.objects.get().state == State.RECEIVED

    def test_the_citizen_reads_that_it_arrived(self, arrived):
        page = Client(headers={"Accept-Language": "en"}).get(f"/track/?code={arrived.code}&s={arrived.tracking_secret}")
        assert "has not been received yet" in page.content.decode()

"""A lost paper, an official's error: repaired at the agency's cost, and compensated where it did harm."""

import datetime as dt

import pytest
from django.test import Client
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


@pytest.fixture
def ward(actor_of):
    names = {"clerk": "xa.tiepnhan", "officer": "xa.canbo", "leader": "xa.lanhdao"}
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def lost(ward):
    dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
    what = "Thất lạc giấy chứng sinh bản chính"
    return actions.record_mishap(by=ward["clerk"], dossier_id=dossier.pk, kind="lost", what=what, now=MONDAY)


def claim(ward, lost, **changes):
    given = {"damage": "Đi lại xin cấp lại giấy chứng sinh", "amount": 300_000} | changes
    return actions.claim_compensation(
        by=ward["clerk"], dossier_id=lost.dossier_id, mishap_id=lost.pk, now=MONDAY, **given
    )


def decide(by, lost, amount=250_000, decision="12/QĐ-UBND"):
    return actions.decide_compensation(
        by=by, dossier_id=lost.dossier_id, mishap_id=lost.pk, amount=amount, decision=decision, now=MONDAY
    )


def pay(by, lost):
    return actions.pay_compensation(by=by, dossier_id=lost.dossier_id, mishap_id=lost.pk, now=MONDAY)


def test_a_lost_paper_is_repaired_and_the_harm_compensated(ward, lost):
    actions.repair_mishap(
        by=ward["officer"], dossier_id=lost.dossier_id, mishap_id=lost.pk, repair="xin bản sao", cost=50_000, now=MONDAY
    )
    claim(ward, lost)
    decide(ward["leader"], lost)
    paid = pay(ward["clerk"], lost)
    assert (paid.cost, paid.claimed, paid.compensation, paid.decision) == (50_000, 300_000, 250_000, "12/QĐ-UBND")
    kinds = Event.objects.filter(chain_id=lost.dossier_id, kind__contains="compensation").values_list("kind", flat=True)
    assert list(kinds) == ["dossier.compensation_asked", "dossier.compensation_decided", "dossier.compensation_paid"]
    assert verify().ok


def test_only_the_leader_of_the_agency_that_erred_decides(ward, lost, actor_of):
    claim(ward, lost)
    with pytest.raises(NotAllowed):
        decide(ward["clerk"], lost)
    with pytest.raises(NotFound):
        decide(actor_of("xa2.lanhdao"), lost)


def test_the_order_is_asked_decided_paid_each_once(ward, lost):
    with pytest.raises(Conflict, check=lambda e: e.code == "compensation.not_asked"):
        decide(ward["leader"], lost)
    claim(ward, lost)
    claim(ward, lost, amount=400_000)
    with pytest.raises(Conflict, check=lambda e: e.code == "compensation.nothing_due"):
        pay(ward["clerk"], lost)
    decide(ward["leader"], lost)
    with pytest.raises(Conflict, check=lambda e: e.code == "compensation.decided"):
        claim(ward, lost)
    pay(ward["clerk"], lost)
    with pytest.raises(Conflict):
        pay(ward["clerk"], lost)


def test_a_claim_may_be_turned_down_with_a_decision_and_then_nothing_is_paid(ward, lost):
    claim(ward, lost)
    with pytest.raises(Refused, check=lambda e: e.code == "decision.missing"):
        decide(ward["leader"], lost, decision=" ")
    with pytest.raises(Refused, check=lambda e: e.code == "amount.negative"):
        decide(ward["leader"], lost, amount=-1)
    decide(ward["leader"], lost, amount=0)
    with pytest.raises(Conflict):
        pay(ward["clerk"], lost)


def test_what_harm_was_done_stays_out_of_the_ledger(ward, lost):
    claim(ward, lost)
    event = Event.objects.filter(chain_id=lost.dossier_id).order_by("-number").first()
    assert "xin cấp lại" not in str(event.payload)


def test_the_pages_lead_through_it_and_the_citizen_reads_it(ward, lost):
    clerk, leader = Client(headers={"Accept-Language": "en"}), Client(headers={"Accept-Language": "en"})
    clerk.force_login(User.objects.get(username="xa.tiepnhan"))
    leader.force_login(User.objects.get(username="xa.lanhdao"))
    address = f"/dossiers/{lost.dossier_id}/"
    dossier = lost.dossier
    track = f"/track/?code={dossier.code}&s={dossier.tracking_secret}"

    def citizen():
        return Client(headers={"Accept-Language": "en"}).get(track).content.decode()

    assert "We lost a paper of yours." in citizen()
    assert "Thất lạc" not in citizen(), "what happened in detail is told at the desk"
    assert "The applicant asks for compensation" in clerk.get(address).content.decode()
    clerk.post(f"{address}do/claim/", {"mishap": lost.pk, "damage": "x", "amount": "300000"})
    assert "Decide the compensation" not in clerk.get(address).content.decode()
    assert "Decide the compensation" in leader.get(address).content.decode()
    assert leader.post(f"{address}do/compensate/", {"mishap": lost.pk, "amount": "1"}).status_code == 422
    leader.post(f"{address}do/compensate/", {"mishap": lost.pk, "amount": "250000", "decision": "12/QĐ-UBND"})
    assert "compensation granted: 250.000" in citizen()
    clerk.post(f"{address}do/pay_compensation/", {"mishap": lost.pk})
    assert "compensation paid: 250.000" in citizen()

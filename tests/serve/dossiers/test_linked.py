"""Linked procedures: one filing, one receipt, each part at its own agency with its own clock."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.samples import birth, linked_filings

from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Dossier, LinkedDossier, State, Task

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
BIRTH = "2.002621"


@pytest.fixture
def clerk(actor_of):
    return actor_of("xa.tiepnhan")


def receive(clerk, **changes):
    return actions.receive_linked(by=clerk, code=BIRTH, filings=linked_filings() | changes, now=MONDAY)


def finish_birth(actor_of, dossier, now, *, file=True):
    actions.forward_dossier(by=actor_of("xa.tiepnhan"), dossier_id=dossier.pk, now=now)
    actions.forward_dossier(by=actor_of("xa.canbo"), dossier_id=dossier.pk, now=now)
    leader = actor_of("xa.lanhdao")
    if file:
        paper = SimpleUploadedFile("khai-sinh.pdf", b"%PDF-1.7 x")
        actions.add_attachment(by=leader, dossier_id=dossier.pk, file=paper, purpose="result", now=now)
    return actions.finish_dossier(by=leader, dossier_id=dossier.pk, now=now)


def test_one_filing_makes_a_dossier_for_each_agency_on_one_receipt(clerk):
    first, residence, insurance = receive(clerk)
    agencies = [d.agency_competent.code for d in (first, residence, insurance)]
    assert agencies == ["H15.136", "H15.28", "H15.30"]
    assert [d.pk for d in queries.group_of(residence)] == [first.pk, residence.pk, insurance.pk]
    assert (first.state, residence.state, insurance.state) == (State.RECEIVED, State.NEW, State.NEW)
    assert verify().ok


def test_a_waiting_part_has_no_clock_but_the_receipt_names_the_last_date_of_all(clerk):
    first, residence, insurance = receive(clerk)
    assert residence.due_at is None
    assert not Task.objects.filter(dossier=residence).exists()
    whole = queries.linked_of(residence)
    expected = {d.pk: d.linked.expected_at for d in Dossier.objects.filter(linked__isnull=False)}
    assert expected[first.pk] == first.due_at
    assert expected[residence.pk] > expected[insurance.pk] > first.due_at
    assert whole.promised_at == whole.due_at == expected[residence.pk]


def test_the_result_of_the_first_becomes_a_paper_of_the_next_whose_clock_starts_then(
    clerk, actor_of, settings, tmp_path
):
    settings.UPLOADS = tmp_path
    first, residence, insurance = receive(clerk)
    tuesday = MONDAY + dt.timedelta(days=1)
    finish_birth(actor_of, first, tuesday)
    for part in (residence, insurance):
        part.refresh_from_db()
        assert (part.state, part.received_at) == (State.PROCESSING, tuesday)
        assert part.due_at == part.first_due_at > tuesday
        paper = part.components.get(component__key="birth-certificate")
        assert paper.from_store
        file = part.attachments.get()
        assert (tmp_path / file.stored_name[:2] / file.stored_name).read_bytes() == b"%PDF-1.7 x"
    held = [t.dossier_id for t in queries.inbox(by=actor_of("cu.canbo"))]
    assert held == [residence.pk]
    assert verify().ok


def test_the_whole_is_done_when_the_last_part_is(clerk, actor_of):
    first, residence, insurance = receive(clerk)
    finish_birth(actor_of, first, MONDAY, file=False)
    assert queries.linked_of(first).finished_at is None
    for part, officer, leader in ((residence, "cu.canbo", "ca.lanhdao"), (insurance, "bh.canbo", "bh.lanhdao")):
        actions.forward_dossier(by=actor_of(officer), dossier_id=part.pk, now=MONDAY)
        actions.finish_dossier(by=actor_of(leader), dossier_id=part.pk, now=MONDAY)
    assert queries.linked_of(first).finished_at == MONDAY


def test_a_part_is_not_started_by_hand_while_another_is_open(clerk):
    _first, residence, _insurance = receive(clerk)
    with pytest.raises(Conflict, check=lambda e: e.code == "linked.waits"):
        actions.start_part(by=clerk, dossier_id=residence.pk, now=MONDAY)


def test_where_the_first_ends_without_a_result_the_desk_says_what_was_brought_instead(clerk):
    first, residence, _insurance = receive(clerk)
    actions.withdraw_dossier(by=clerk, dossier_id=first.pk, reason="đã có giấy khai sinh", now=MONDAY)
    with pytest.raises(Refused, check=lambda e: e.code == "linked.no_result"):
        actions.start_part(by=clerk, dossier_id=residence.pk, now=MONDAY)
    actions.start_part(by=clerk, dossier_id=residence.pk, paper="Giấy khai sinh bản chính", now=MONDAY)
    residence.refresh_from_db()
    assert residence.state == State.PROCESSING
    with pytest.raises(Conflict, check=lambda e: e.code == "linked.started"):
        actions.start_part(by=clerk, dossier_id=residence.pk, now=MONDAY)


def test_an_optional_part_is_left_out_and_another_may_not_be(clerk):
    given = {key: filing for key, filing in linked_filings().items() if key != "insurance"}
    made = actions.receive_linked(by=clerk, code=BIRTH, filings=given, without=["insurance"], now=MONDAY)
    assert len(made) == 2
    with pytest.raises(Refused, check=lambda e: e.code == "linked.not_optional"):
        actions.receive_linked(by=clerk, code=BIRTH, filings=given, without=["residence"], now=MONDAY)


def test_what_is_missing_in_a_part_is_named_with_the_part_and_nothing_is_received(clerk):
    before = Dossier.objects.count()
    with pytest.raises(Invalid) as refusal:
        receive(clerk, residence=birth(components=()))
    assert [e.field for e in refusal.value.errors] == ["residence.components.declaration"]
    assert Dossier.objects.count() == before


def test_one_filing_is_for_one_applicant(clerk):
    other = replace(birth().owner, name="Trần Thị Khác")
    with pytest.raises(Invalid, check=lambda e: e.errors[0].code == "linked.owner"):
        receive(clerk, residence=replace(linked_filings()["residence"], owner=other))


def test_the_same_key_gives_the_same_dossiers_again(clerk):
    first = actions.receive_linked(by=clerk, code=BIRTH, filings=linked_filings(), key="k", now=MONDAY)
    again = actions.receive_linked(by=clerk, code=BIRTH, filings=linked_filings(), key="k", now=MONDAY)
    assert [d.pk for d in first] == [d.pk for d in again]
    with pytest.raises(Conflict):
        actions.receive_linked(by=clerk, code="2.002622", filings=linked_filings(), key="k", now=MONDAY)


def test_a_group_that_is_not_in_force_is_not_found(clerk):
    with pytest.raises(NotFound):
        actions.receive_linked(by=clerk, code="9.9", filings=linked_filings(), now=MONDAY)


def test_a_part_that_cannot_start_does_not_hold_up_the_result_it_waited_for(clerk, actor_of):
    first, residence, _insurance = receive(clerk)
    Dossier.objects.filter(pk=residence.pk).update(agency_competent=first.agency_received.parent)
    finish_birth(actor_of, first, MONDAY, file=False)
    first.refresh_from_db()
    assert first.state == State.FINISHED
    assert LinkedDossier.objects.get(dossier=residence).started_at is None

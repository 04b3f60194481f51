"""Papers that hands approve before they go out."""

import datetime as dt

import pytest
from tests.samples import household

from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Process
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Draft, State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


@pytest.fixture
def ward(actor_of):
    names = {"clerk": "xa.tiepnhan", "head": "xa.truongphong", "leader": "xa.lanhdao", "trade": "xa.kinhte"}
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def dossier(ward):
    """A dossier with the head of the unit, whose process wants supplements and stops approved."""
    dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
    Process.objects.filter(pk=dossier.process_id).update(
        drafts={"supplement": ["head_of_unit", "leader"], "stop": ["leader"], "apology": ["leader"]}
    )
    actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
    actions.forward_dossier(by=ward["head"], dossier_id=dossier.pk, now=MONDAY)
    dossier.refresh_from_db()
    return dossier


@pytest.fixture
def draft(ward, dossier):
    return actions.write_draft(
        by=ward["trade"], dossier_id=dossier.pk, kind="supplement", reason="thiếu", items=["Đơn"], now=MONDAY
    )


def test_a_paper_that_wants_approval_does_not_go_out_at_once(ward, dossier):
    with pytest.raises(Conflict, check=lambda e: e.code == "draft.needed"):
        actions.request_supplement(by=ward["trade"], dossier_id=dossier.pk, items=["Đơn"], reason="x", now=MONDAY)


def test_each_hand_approves_in_turn_and_the_last_one_issues_it(ward, dossier, draft):
    assert [d.pk for d in queries.drafts_to_approve(by=ward["head"])] == [draft.pk]
    assert not queries.drafts_to_approve(by=ward["leader"])
    with pytest.raises(NotAllowed):
        actions.approve_draft(by=ward["leader"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
    actions.approve_draft(by=ward["head"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
    dossier.refresh_from_db()
    assert dossier.state == State.PROCESSING, "the clock runs until the last hand has signed"
    actions.approve_draft(by=ward["leader"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
    dossier.refresh_from_db()
    draft.refresh_from_db()
    assert (dossier.state, draft.status) == (State.SUPPLEMENT, Draft.Status.ISSUED)
    assert dossier.supplements.get().items == ["Đơn"]
    assert dossier.papers.filter(form="02").count() == 1
    # The fixture set the hands behind the ledger's back; with that undone, every row agrees with it.
    Process.objects.filter(pk=dossier.process_id).update(drafts={})
    assert verify().ok


def test_a_draft_given_back_may_be_written_anew(ward, dossier, draft):
    actions.reject_draft(by=ward["head"], dossier_id=dossier.pk, draft_id=draft.pk, remark="ghi rõ hơn", now=MONDAY)
    again = actions.write_draft(
        by=ward["trade"], dossier_id=dossier.pk, kind="supplement", reason="thiếu", items=["Đơn đề nghị"], now=MONDAY
    )
    assert again.pk != draft.pk


def test_the_dossier_waits_for_a_draft(ward, dossier, draft):
    with pytest.raises(Conflict, check=lambda e: e.code == "draft.open"):
        actions.forward_dossier(by=ward["trade"], dossier_id=dossier.pk, now=MONDAY)


def test_two_drafts_of_a_kind_do_not_wait_at_once(ward, dossier, draft):
    with pytest.raises(Conflict, check=lambda e: e.code == "draft.waits"):
        actions.write_draft(
            by=ward["trade"], dossier_id=dossier.pk, kind="supplement", reason="x", items=["y"], now=MONDAY
        )


def test_a_decided_draft_is_not_decided_again(ward, dossier, draft):
    actions.reject_draft(by=ward["head"], dossier_id=dossier.pk, draft_id=draft.pk, remark="x", now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "draft.decided"):
        actions.approve_draft(by=ward["head"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)


def test_an_approved_apology_extends_before_the_date_and_apologises_after_it(ward, dossier):
    later = dossier.due_at + dt.timedelta(days=7)
    draft = actions.write_draft(
        by=ward["trade"], dossier_id=dossier.pk, kind="apology", reason="thẩm tra thêm", new_due_at=later, now=MONDAY
    )
    too_late = dossier.due_at + dt.timedelta(days=1)
    actions.approve_draft(by=ward["leader"], dossier_id=dossier.pk, draft_id=draft.pk, now=too_late)
    dossier.refresh_from_db()
    assert (dossier.extended_at, dossier.apologised_at) == (None, too_late)


def test_an_approved_stop_ends_the_dossier(ward, dossier):
    draft = actions.write_draft(by=ward["head"], dossier_id=dossier.pk, kind="stop", reason="theo đơn", now=MONDAY)
    actions.approve_draft(by=ward["leader"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
    dossier.refresh_from_db()
    assert dossier.state == State.STOPPED


def test_without_hands_a_draft_is_refused(ward, dossier):
    Process.objects.filter(pk=dossier.process_id).update(drafts={})
    with pytest.raises(Refused, check=lambda e: e.code == "draft.not_needed"):
        actions.write_draft(by=ward["head"], dossier_id=dossier.pk, kind="stop", reason="x", now=MONDAY)

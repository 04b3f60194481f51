"""Results and refusals that hands approve before they go out."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Process
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Attachment, Draft, State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOADS = tmp_path


@pytest.fixture
def ward(actor_of):
    names = {"clerk": "xa.tiepnhan", "head": "xa.truongphong", "leader": "xa.lanhdao", "trade": "xa.kinhte",
             "seal": "xa.vanthu"}  # fmt: skip
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def dossier(ward):
    """A dossier with the officer, whose process wants results approved, signed and numbered."""
    dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
    hands = {"result": ["head", "leader", "document_clerk"]}
    Process.objects.filter(pk=dossier.process_id).update(drafts=hands)
    for part in ("clerk", "head"):
        actions.forward_dossier(by=ward[part], dossier_id=dossier.pk, now=MONDAY)
    dossier.refresh_from_db()
    return dossier


def write(ward, dossier, **changes):
    file = SimpleUploadedFile("ket-qua.pdf", b"%PDF-1.7 x")
    by = ward["trade"]
    attached = actions.add_attachment(by=by, dossier_id=dossier.pk, file=file, purpose="draft", now=MONDAY)
    given = {"reason": "Cấp giấy chứng nhận", "attachment_id": attached.pk} | changes
    return actions.write_draft(by=by, dossier_id=dossier.pk, kind="result", now=MONDAY, **given)


def test_a_result_passes_head_leader_and_document_clerk_who_numbers_it(ward, dossier):
    draft = write(ward, dossier)
    assert draft.hands == ["head_of_unit", "leader", "document_clerk"]
    for part in ("head", "leader"):
        draft = actions.approve_draft(by=ward[part], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
        assert (draft.status, draft.number) == (Draft.Status.WAITING, "")
        assert draft.attachment.purpose == Attachment.Purpose.DRAFT
    assert [d.pk for d in queries.drafts_to_approve(by=ward["seal"])] == [draft.pk]
    draft = actions.approve_draft(by=ward["seal"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
    assert (draft.status, draft.number) == (Draft.Status.ISSUED, "01/KQ-2026")
    assert dossier.attachments.get().purpose == Attachment.Purpose.RESULT
    Process.objects.filter(pk=dossier.process_id).update(drafts={})
    assert verify().ok


def test_as_few_hands_as_the_process_says(ward, dossier):
    Process.objects.filter(pk=dossier.process_id).update(drafts={"result": ["leader"]})
    draft = write(ward, dossier)
    draft = actions.approve_draft(by=ward["leader"], dossier_id=dossier.pk, draft_id=draft.pk, now=MONDAY)
    assert draft.status == Draft.Status.ISSUED


def test_a_dossier_is_not_finished_before_its_result_is_approved(ward, dossier):
    while True:
        step = dossier.tasks.get(closed_at=None)
        by = next(a for a in ward.values() if (a.unit_id, a.role) == (step.unit_id, step.role))
        try:
            actions.forward_dossier(by=by, dossier_id=dossier.pk, now=MONDAY)
        except Conflict:
            break
    with pytest.raises(Refused, check=lambda e: e.code == "result.not_approved"):
        actions.finish_dossier(by=by, dossier_id=dossier.pk, now=MONDAY)


def test_a_result_needs_its_file_and_is_written_by_who_holds_the_task(ward, dossier):
    with pytest.raises(Refused, check=lambda e: e.code == "file.missing"):
        write(ward, dossier, attachment_id=None)
    with pytest.raises(NotAllowed):
        actions.write_draft(by=ward["head"], dossier_id=dossier.pk, kind="result", reason="x", now=MONDAY)


def test_a_result_given_back_is_no_result(ward, dossier):
    draft = write(ward, dossier)
    actions.reject_draft(by=ward["head"], dossier_id=dossier.pk, draft_id=draft.pk, remark="sai tên", now=MONDAY)
    assert not dossier.attachments.filter(purpose=Attachment.Purpose.RESULT).exists()
    assert write(ward, dossier).pk != draft.pk


def test_the_officer_writes_it_on_the_page_and_the_head_reads_it_there(ward, dossier):
    officer, head = Client(headers={"Accept-Language": "en"}), Client(headers={"Accept-Language": "en"})
    officer.force_login(User.objects.get(username="xa.kinhte"))
    head.force_login(User.objects.get(username="xa.truongphong"))
    address = f"/dossiers/{dossier.pk}/"
    assert "Write the result for approval" in officer.get(address).content.decode()
    assert officer.post(f"{address}do/draft_result/", {"reason": "x"}).status_code == 422
    file = SimpleUploadedFile("ket-qua.pdf", b"%PDF-1.7 x")
    assert officer.post(f"{address}do/draft_result/", {"reason": "Cấp", "file": file}).status_code == 302
    page = head.get(address).content.decode()
    assert "ket-qua.pdf" in page
    assert "Approve and pass on" in page
    assert "Write the result for approval" not in officer.get(address).content.decode(), "one draft at a time"


class TestRefusals:
    @pytest.fixture
    def arrived(self, ward):
        dossier = actions.record_arrival(by=ward["clerk"], filing=birth(channel=3), now=MONDAY)
        Process.objects.filter(pk=dossier.process_id).update(drafts={"refusal": ["leader"]})
        return dossier

    def test_a_refusal_waits_for_the_leader_and_is_issued_with_form_03(self, ward, arrived):
        given = {"reason": "không thuộc thẩm quyền", "legal_basis": "Điều 13 Luật Hộ tịch"}
        with pytest.raises(Conflict, check=lambda e: e.code == "draft.needed"):
            actions.refuse_arrival(by=ward["clerk"], dossier_id=arrived.pk, now=MONDAY, **given)
        draft = actions.write_draft(by=ward["clerk"], dossier_id=arrived.pk, kind="refusal", now=MONDAY, **given)
        actions.approve_draft(by=ward["leader"], dossier_id=arrived.pk, draft_id=draft.pk, now=MONDAY)
        arrived.refresh_from_db()
        assert arrived.state == State.REFUSED
        assert arrived.papers.get().form == "03"

    def test_the_form_on_the_page_writes_the_draft(self, arrived):
        clerk = Client()
        clerk.force_login(User.objects.get(username="xa.tiepnhan"))
        form = {"reason": "x", "legal_basis": "y"}
        assert clerk.post(f"/dossiers/{arrived.pk}/do/refuse/", form).status_code == 302
        assert Draft.objects.get().kind == Draft.Kind.REFUSAL

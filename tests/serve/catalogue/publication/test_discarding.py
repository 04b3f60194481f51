"""A draft that is not wanted any more is discarded: with who, when and why, and never what is published."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from tests.formats.national.catalogue_samples import as_json, record
from tests.web.api.test_api import Program

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import chain_of
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.record.organisation.models import Agency, Post
from motcua.serve.catalogue.actions import import_catalogue
from motcua.serve.catalogue.actions.discarding import discard_version
from motcua.serve.catalogue.actions.revising import draft_digest
from motcua.serve.catalogue.models import Competence, ProcedureVersion
from motcua.serve.catalogue.publication import actions
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.queries import version_on
from motcua.serve.catalogue.reading import content_of
from motcua.serve.catalogue.searching import Filters, find_versions

pytestmark = pytest.mark.django_db
BIRTH = "1.001193"
URL = f"/catalogue/procedures/{BIRTH}/draft/discard/"
RECORD = f"/catalogue/procedures/{BIRTH}/"
DAY = dt.timedelta(days=1)
Status = ProcedureVersion.Status


def discard(by: Any, version: ProcedureVersion, **changes: Any) -> ProcedureVersion:
    seen = draft_digest(ProcedureVersion.objects.get(pk=version.pk))
    asked = {"reason": "Luật mới hoãn lại", "seen": seen, "now": timezone.now()} | changes
    return discard_version(by=by, version_id=version.pk, **asked)


def pages_of(username: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username=username))
    return client


def last_kind(chain: Any) -> str:
    return str(Event.objects.filter(chain_id=chain).latest("number").kind)


def test_a_discarded_draft_says_who_when_and_why_and_serves_nobody(admin: Any, draft: Any, in_force: Any) -> None:
    now = timezone.now()
    discard(admin, draft, now=now)
    draft.refresh_from_db()
    assert (draft.status, draft.discarded_at, draft.discarded_by_id) == (Status.DISCARDED, now, admin.post.pk)
    assert draft.discard_reason == "Luật mới hoãn lại"
    event = Event.objects.filter(chain_id=chain_of("procedure", BIRTH)).latest("number")
    assert (event.kind, event.actor) == ("procedure.version_discarded", admin.key)
    assert event.payload["facts"]["number"] == draft.number
    assert "Luật mới" not in json.dumps(event.payload), "the ledger keeps a digest of what may name people"
    assert version_on(BIRTH, draft.valid_from) == in_force
    assert verify().ok


def test_the_reason_cannot_be_rewritten_behind_the_ledgers_back(admin: Any, draft: Any) -> None:
    discard(admin, draft)
    ProcedureVersion.objects.filter(pk=draft.pk).update(discard_reason="Lý do khác")
    assert not verify().ok


def test_a_published_version_is_never_discarded(admin: Any, in_force: Any, draft: Any, carry_on: Any) -> None:
    with pytest.raises(Conflict, match=r"version\.published"):
        discard(admin, in_force)
    carry_on("published")
    with pytest.raises(Conflict, match=r"version\.published"):
        discard(admin, draft)
    with pytest.raises(DatabaseError, match="does not become"), transaction.atomic():
        ProcedureVersion.objects.filter(pk=in_force.pk).update(status="discarded", discarded_at=timezone.now())


def test_a_discarded_one_is_neither_discarded_again_nor_brought_back(admin: Any, draft: Any) -> None:
    discard(admin, draft)
    with pytest.raises(Conflict, match=r"version\.discarded"):
        discard(admin, draft)
    with pytest.raises(DatabaseError, match="does not become"), transaction.atomic():
        ProcedureVersion.objects.filter(pk=draft.pk).update(status="draft", discarded_at=None)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 4001])
def test_without_a_reason_nothing_is_discarded(admin: Any, draft: Any, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        discard(admin, draft, reason=reason)
    assert refused.value.field == "reason"
    assert ProcedureVersion.objects.get(pk=draft.pk).status == Status.DRAFT


def test_what_somebody_else_saved_meanwhile_is_not_discarded_unseen(admin: Any, draft: Any) -> None:
    with pytest.raises(Conflict, match=r"version\.changed"):
        discard(admin, draft, seen="what was there before")


def test_those_who_do_not_draft_do_not_discard(actor_of: Any, draft: Any) -> None:
    for username in ("xa.tiepnhan", "xa.lanhdao", "kiemtra"):
        with pytest.raises(NotAllowed):
            discard(actor_of(username), draft)


def test_a_draft_is_taken_off_the_decision_that_is_a_draft_itself(admin: Any, draft: Any, decision: Any) -> None:
    discard(admin, draft)
    assert not decision.items.filter(removed=False).exists()
    assert last_kind(decision.pk) == "publication.item_removed"
    event = Event.objects.filter(chain_id=chain_of("procedure", BIRTH)).latest("number")
    assert event.payload["facts"]["decision"] == str(decision.pk)
    assert verify().ok


@pytest.mark.parametrize("stage", ["checking", "checked", "signed"])
def test_a_draft_in_its_check_or_past_it_stays(admin: Any, draft: Any, carry_on: Any, stage: str) -> None:
    carry_on(stage)
    with pytest.raises(Conflict, match=r"version\.held"):
        discard(admin, draft)
    page = pages_of("quantri").get(URL).content.decode()
    assert "cannot be discarded now" in page
    assert 'name="reason"' not in page


def test_returned_from_its_check_it_can_be_discarded(admin: Any, checker: Any, draft: Any, carry_on: Any) -> None:
    decision = carry_on("checking")
    actions.return_to_draft(by=checker, decision_id=decision.pk, reason="Hoãn", now=timezone.now())
    assert discard(admin, draft).status == Status.DISCARDED


@pytest.fixture
def department_head(actor_of: Any, in_force: Any, today: dt.date) -> Any:
    """The head of a unit of a department that decides the procedure too."""
    others = Agency.objects.on(today).filter(level="department").exclude(units=None)
    department = others.exclude(pk=actor_of("quantri").agency_id).order_by("code").first()
    Post.objects.filter(person__account__username="xa.lanhdao").update(unit=department.units.first())
    Competence.objects.create(
        procedure=in_force.procedure, level="department", agency=department, valid_from=today - DAY
    )
    return actor_of("xa.lanhdao")


def test_a_draft_on_a_decision_that_others_prepare_stays(draft: Any, decision: Any, department_head: Any) -> None:
    with pytest.raises(Conflict, match=r"version\.others_decision"):
        discard(department_head, draft)
    assert decision.items.filter(removed=False).exists()
    page = pages_of("xa.lanhdao").get(URL).content.decode()
    assert "others prepare" in page
    assert 'name="reason"' not in page


def test_a_department_discards_a_draft_of_a_procedure_that_it_decides(draft: Any, department_head: Any) -> None:
    assert discard(department_head, draft).discarded_by_id == department_head.post.pk


def test_a_discarded_draft_lies_on_no_decision_any_more(admin: Any, draft: Any, decision: Any, today: dt.date) -> None:
    discard(admin, draft)
    with pytest.raises(Refused, match=r"publication\.discarded"):
        actions.add_item(
            by=admin, decision_id=decision.pk, kind="amended", version_id=draft.pk, law_effective_on=today,
            now=timezone.now(),
        )  # fmt: skip


def test_a_draft_taken_off_a_decision_is_not_held_by_its_check(
    admin: Any, draft: Any, decision: Any, today: dt.date
) -> None:
    other = version_on("1.001612", today)
    now = timezone.now()
    item = decision.items.get()
    actions.remove_item(by=admin, decision_id=decision.pk, item_id=item.pk, now=now)
    actions.add_item(
        by=admin, decision_id=decision.pk, kind="abolished", version_id=other.pk, law_effective_on=today,
        ends_on=today + DAY, now=now,
    )  # fmt: skip
    actions.ask_for_check(by=admin, decision_id=decision.pk, now=now)
    assert discard(admin, draft).status == Status.DISCARDED


def test_the_next_draft_has_the_next_number_and_may_copy_the_discarded_one(
    admin: Any, draft: Any, today: dt.date
) -> None:
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_vi="Tên dự thảo")
    discard(admin, draft)
    copy = draft_next_version(by=admin, version_id=draft.pk, valid_from=today + DAY, now=timezone.now())
    assert (copy.number, copy.status, copy.name_vi) == (draft.number + 1, Status.DRAFT, "Tên dự thảo")
    assert (copy.discarded_at, copy.discarded_by, copy.discard_reason) == (None, None, "")
    assert copy.components.count() == draft.components.count()


def test_only_staff_who_ask_for_discarded_drafts_find_them(admin: Any, draft: Any, today: dt.date) -> None:
    discard(admin, draft)
    for when in ("in_force", "coming", "closed", "draft"):
        assert draft not in find_versions(Filters(when=when), today)
    assert list(find_versions(Filters(when="discarded"), today)) == [draft]
    assert Client().get("/procedures/", {"when": "discarded"}).status_code == 404
    assert Client().get(f"/procedures/{BIRTH}/", {"version": draft.number}).status_code == 404


# --- a file of the national catalogue


def put_in(by: Any, found: Any, days: int = 30, **other: Any) -> Any:
    now, since = timezone.now(), timezone.localdate() + days * DAY
    return import_catalogue(by=by, name="tthc.json", content=as_json(found), valid_from=since, now=now, **other)


def newest(code: str) -> ProcedureVersion:
    return ProcedureVersion.objects.filter(procedure__code=code).order_by("-number")[0]


def test_a_file_drafts_anew_what_was_discarded_before_it_was_ever_in_force(admin: Any) -> None:
    put_in(admin, record())
    first = newest("9.000002")
    discard(admin, first)
    assert [row.what for row in put_in(admin, record()).rows] == ["new"]
    again = newest("9.000002")
    assert (again.number, again.status) == (first.number + 1, Status.DRAFT)
    assert [row.what for row in put_in(admin, record()).rows] == ["same"]
    assert verify().ok


def test_a_file_is_compared_with_what_stands_not_with_what_was_discarded(admin: Any) -> None:
    put_in(admin, record(), days=0, announced=True)
    changed = record()
    changed["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0] |= {"THOIGIANGIAIQUYET": "3"}
    put_in(admin, changed)
    discard(admin, newest("9.000002"))
    assert [row.what for row in put_in(admin, record()).rows] == ["same"]
    assert [row.what for row in put_in(admin, changed).rows] == ["changed"]
    assert (newest("9.000002").number, content_of(newest("9.000002")).limit.amount) == (3, 3)


# --- pages and the API


def test_the_page_says_what_is_lost_and_asks_for_a_reason(draft: Any, today: dt.date) -> None:
    ProcedureVersion.objects.filter(pk=draft.pk).update(limit_amount=9, limit_unit="wd")
    client = pages_of("quantri")
    assert URL in client.get(f"/catalogue/procedures/{BIRTH}/draft/").content.decode()
    page = client.get(URL).content.decode()
    assert "9 working days" in page
    seen = draft_digest(ProcedureVersion.objects.get(pk=draft.pk))
    refused = client.post(URL, {"seen": seen, "reason": " "})
    assert (refused.status_code, 'id="reason-error"' in refused.content.decode()) == (422, True)
    stale = client.post(URL, {"seen": "older", "reason": "Hoãn <b>lại</b>"})
    assert (stale.status_code, "Hoãn &lt;b&gt;lại" in stale.content.decode()) == (409, True)
    done = client.post(URL, {"seen": seen, "reason": "Hoãn lại"})
    assert (done.status_code, done["Location"]) == (302, f"{RECORD}?version={draft.number}")
    shown = client.get(done["Location"]).content.decode()
    assert "was discarded at" in shown
    assert "Hoãn lại" in shown
    assert str(User.objects.get(username="quantri").person) in shown
    assert client.get(URL).status_code == 302, "there is no draft any more"


def test_the_page_of_the_record_goes_on_showing_what_is_in_force(admin: Any, draft: Any, in_force: Any) -> None:
    discard(admin, draft)
    page = pages_of("quantri").get(RECORD).content.decode()
    assert f"?version={draft.number}" in page
    assert "was discarded at" not in page
    compared = pages_of("quantri").get(f"/procedures/{BIRTH}/compare/", {"new": in_force.number})
    assert compared.status_code == 200


def test_the_next_draft_is_opened_as_a_copy_of_the_discarded_one_on_the_page(admin: Any, draft: Any) -> None:
    ProcedureVersion.objects.filter(pk=draft.pk).update(name_en="The copied one")
    discard(admin, draft)
    client, address = pages_of("quantri"), f"/catalogue/procedures/{BIRTH}/draft/"
    assert 'name="copy"' in client.get(address).content.decode()
    wrong = client.post(address, {"what": "open", "copy": draft.number, "valid_from": "31/02"})
    assert (wrong.status_code, f'value="{draft.number}" selected' in wrong.content.decode()) == (422, True)
    day = timezone.localdate() + DAY
    assert client.post(address, {"what": "open", "copy": draft.number, "valid_from": day}).status_code == 302
    assert "The copied one" in client.get(address).content.decode()


def test_a_program_discards_a_draft_and_copies_it(admin: Any, draft: Any) -> None:
    program = Program(admin, scopes=("catalogue:write",)).browser

    def send(path: str, **body: Any) -> Any:
        return program.post(f"/api/v1/catalogue/{BIRTH}/draft{path}", json.dumps(body), content_type="application/json")

    seen = program.get(f"/api/v1/catalogue/{BIRTH}/draft").json()["seen"]
    assert send("/discard", seen=seen, reason=" ").status_code == 422
    assert send("/discard", seen="older", reason="Hoãn").status_code == 409
    done = send("/discard", seen=seen, reason="Hoãn")
    assert (done.status_code, done.json()["status"]) == (200, "discarded")
    assert send("/discard", seen=seen, reason="Hoãn").status_code == 404
    day = str(timezone.localdate() + DAY)
    assert send("", valid_from=day, copy_of=99).status_code == 404
    assert send("", valid_from=day, copy_of=draft.number).json()["number"] == draft.number + 1
    reader = Program(admin, scopes=("dossiers:read",)).browser
    refused = reader.post(
        f"/api/v1/catalogue/{BIRTH}/draft/discard", json.dumps({"seen": "", "reason": "x"}),
        content_type="application/json",
    )  # fmt: skip
    assert refused.status_code == 403


def test_what_keeps_it_is_said_in_vietnamese_too(admin: Any, in_force: Any) -> None:
    with override("vi"), pytest.raises(Conflict) as refused:
        discard(admin, in_force)
    assert "ban hành" in refused.value.message or "công bố" in refused.value.message

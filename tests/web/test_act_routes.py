"""Each action of a dossier for each role: what it answers where the action is in place.

The dossier of each row stands where its action makes sense, and the form is complete: whoever is refused is refused
for who they are (403, 404), or because the task is not theirs. What an answer writes is taken back.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from tests.samples import birth, first_certificate, household, linked_filings
from tests.web.test_routes import ROLES, browser_of

from motcua.record.ledger.models import Event
from motcua.serve.catalogue.models import Process
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import ComponentInput
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.views.dossier import HANDLERS

PEOPLE = ROLES | {"another_ward": "xa2.lanhdao"}
Actors = Callable[[str], Any]


def received(actor_of: Actors, now: dt.datetime | None = None) -> Dossier:
    return actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=now)


def with_officer(actor_of: Actors, now: dt.datetime | None = None) -> Dossier:
    dossier = received(actor_of, now)
    actions.forward_dossier(by=actor_of("xa.tiepnhan"), dossier_id=dossier.pk, now=now)
    return dossier


def marrying(actor_of: Actors) -> Dossier:
    """A marriage lies with the officer, as one that needs no verifying."""
    clerk = actor_of("xa.tiepnhan")
    papers = (ComponentInput(key="declaration", originals=1),)
    filing = birth(procedure="1.000894", case="plain", components=papers)
    dossier = actions.receive_dossier(by=clerk, filing=filing)
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
    return dossier


def with_leader(actor_of: Actors) -> Dossier:
    dossier = with_officer(actor_of)
    actions.forward_dossier(by=actor_of("xa.canbo"), dossier_id=dossier.pk)
    return dossier


def finished(actor_of: Actors) -> Dossier:
    dossier = with_leader(actor_of)
    actions.finish_dossier(by=actor_of("xa.lanhdao"), dossier_id=dossier.pk)
    return dossier


def with_head(actor_of: Actors) -> Dossier:
    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household())
    actions.forward_dossier(by=actor_of("xa.tiepnhan"), dossier_id=dossier.pk)
    return dossier


def supplementing(actor_of: Actors, now: dt.datetime | None = None) -> Dossier:
    dossier = with_officer(actor_of, now)
    officer = actor_of("xa.canbo")
    actions.request_supplement(by=officer, dossier_id=dossier.pk, items=["x"], reason="y", now=now)
    return dossier


def expired(actor_of: Actors) -> Dossier:
    return supplementing(actor_of, timezone.now() - dt.timedelta(days=90))


def owing(actor_of: Actors) -> Dossier:
    dossier = with_officer(actor_of)
    actions.pause_for_fee(by=actor_of("xa.canbo"), dossier_id=dossier.pk, amount=0)
    return dossier


def late(actor_of: Actors) -> Dossier:
    return with_officer(actor_of, timezone.now() - dt.timedelta(days=30))


def agency_of(actor_of: Actors, username: str) -> Any:
    return actor_of(username).post.unit.agency


def asked(actor_of: Actors) -> Dossier:
    """The officer asked the other ward; its leader may answer."""
    dossier = with_officer(actor_of)
    other = agency_of(actor_of, "xa2.lanhdao").pk
    actions.consult_agency(by=actor_of("xa.canbo"), dossier_id=dossier.pk, agency_id=other, question="?")
    return dossier


def drafted(actor_of: Actors) -> Dossier:
    """The process wants a stop approved by the leader; the head wrote it."""
    dossier = with_head(actor_of)
    Process.objects.filter(pk=dossier.process_id).update(drafts={"stop": ["leader"]})
    actions.write_draft(by=actor_of("xa.truongphong"), dossier_id=dossier.pk, kind="stop", reason="x")
    return dossier


def mishap(actor_of: Actors) -> Dossier:
    dossier = with_officer(actor_of)
    actions.record_mishap(by=actor_of("xa.canbo"), dossier_id=dossier.pk, kind="lost", what="x")
    return dossier


def waiting(actor_of: Actors) -> Dossier:
    """A part of a linked filing whose first part was withdrawn: the desk may start it by hand."""
    clerk = actor_of("xa.tiepnhan")
    first, residence, _insurance = actions.receive_linked(by=clerk, code="2.002621", filings=linked_filings())
    actions.withdraw_dossier(by=clerk, dossier_id=first.pk, reason="x")
    return residence


def between_phases(actor_of: Actors) -> Dossier:
    """A first result was returned; the applicant is waited for."""
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=first_certificate())
    for by in (clerk, actor_of("dat.canbo")):
        actions.forward_dossier(by=by, dossier_id=dossier.pk)
    actions.finish_dossier(by=actor_of("dat.lanhdao"), dossier_id=dossier.pk)
    actions.return_result(by=clerk, dossier_id=dossier.pk, taken_by="x")
    return dossier


def arrived(actor_of: Actors) -> Dossier:
    return actions.record_arrival(by=actor_of("xa.tiepnhan"), filing=birth(channel=3))


def back_from_post(actor_of: Actors) -> Dossier:
    """A result that was handed to the post and came back."""
    clerk, dossier = actor_of("xa.tiepnhan"), finished(actor_of)
    made = actions.make_postal_list(by=clerk, items=[(dossier.pk, "")])
    actions.hand_to_post(by=clerk, list_id=made.pk, carried_by="x")
    actions.note_post_back(by=clerk, item_id=made.items.get().pk, reason="x")
    return dossier


def wants_approval(actor_of: Actors) -> Dossier:
    """The process wants results approved; the officer holds the dossier."""
    dossier = with_officer(actor_of)
    Process.objects.filter(pk=dossier.process_id).update(drafts={"result": ["leader"]})
    return dossier


def claimed(actor_of: Actors) -> Dossier:
    dossier = mishap(actor_of)
    found, by = dossier.mishaps.get(), actor_of("xa.canbo")
    actions.claim_compensation(by=by, dossier_id=dossier.pk, mishap_id=found.pk, damage="x", amount=1)
    return dossier


def granted(actor_of: Actors) -> Dossier:
    dossier = claimed(actor_of)
    found, by = dossier.mishaps.get(), actor_of("xa.lanhdao")
    actions.decide_compensation(by=by, dossier_id=dossier.pk, mishap_id=found.pk, amount=1, decision="1/QĐ")
    return dossier


@dataclass(frozen=True)
class Row:
    """Where the dossier stands, the answers in the order of PEOPLE, what the form holds."""

    stage: Callable[[Actors], Dossier]
    answers: tuple[int, ...]
    form: dict[str, Any] = field(default_factory=dict)


# In order: anonymous, clerk, officer, head, leader, document clerk, cashier, manager, auditor, administrator, and the
# leader of another ward. 302 of `anonymous` leads to the sign-in page, any other to the dossier's page: it is done.
# The cashier and the manager work at the centre, to which this ward's dossiers do not exist. Whoever handed nothing on
# has nothing to take back: 409.
NEXT_MONTH = str(timezone.localdate() + dt.timedelta(days=30))
ACTS: dict[str, Row] = {
    "forward": Row(with_officer, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"note": "x"}),
    "finish": Row(with_leader, (302, 403, 403, 403, 302, 403, 404, 404, 403, 403, 404), {"note": "x"}),
    "extend": Row(with_officer, (302, 403, 403, 302, 302, 403, 404, 404, 403, 403, 404), {"reason": "x", "new_due_on": NEXT_MONTH}),
    "apologise": Row(late, (302, 403, 403, 302, 302, 403, 404, 404, 403, 403, 404), {"reason": "x", "new_due_on": NEXT_MONTH}),
    "attach": Row(with_officer, (302, 302, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"file": "scan", "purpose": "other"}),
    "return_result": Row(finished, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"taken_by": "x", "method": "counter"}),
    "correct": Row(with_officer, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"reason": "x", "owner_name": "Nguyễn Văn Thứ"}),
    "send_back": Row(with_head, (302, 403, 403, 302, 403, 403, 404, 404, 403, 403, 404), {"to_step": "receive", "reason": "x"}),
    "recall": Row(with_officer, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"reason": "x"}),
    "choose_case": Row(marrying, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"case": "verified", "reason": "x"}),
    "assign": Row(with_head, (302, 403, 403, 302, 302, 403, 404, 404, 403, 403, 404), {"assignee": "xa.truongphong"}),
    "request_supplement": Row(with_officer, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"items": "x", "reason": "x", "days": "5"}),
    "record_supplement": Row(supplementing, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404)),
    "expire_supplement": Row(expired, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404)),
    "pause_for_fee": Row(with_officer, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"amount": "0"}),
    "settle_fee": Row(owing, (302, 302, 302, 403, 403, 403, 404, 404, 403, 403, 404)),
    "withdraw": Row(with_officer, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"reason": "x"}),
    "stop": Row(with_officer, (302, 403, 403, 302, 302, 403, 404, 404, 403, 403, 404), {"reason": "x"}),
    "void": Row(with_officer, (302, 403, 403, 302, 302, 403, 404, 404, 403, 403, 404), {"reason": "x"}),
    "consult": Row(with_officer, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"agency": "xa2.lanhdao", "question": "?"}),
    "move": Row(with_officer, (302, 302, 403, 302, 302, 403, 404, 404, 403, 403, 404), {"agency": "xa2.lanhdao", "reason": "x"}),
    "answer": Row(asked, (302, 403, 403, 403, 403, 403, 404, 404, 403, 403, 302), {"consultation": "consultations", "answer": "x"}),
    "cancel_question": Row(asked, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 403), {"consultation": "consultations"}),
    "approve_draft": Row(drafted, (302, 403, 403, 403, 302, 403, 404, 404, 403, 403, 404), {"draft": "drafts"}),
    "reject_draft": Row(drafted, (302, 403, 403, 403, 302, 403, 404, 404, 403, 403, 404), {"draft": "drafts", "remark": "x"}),
    "mishap": Row(with_officer, (302, 302, 302, 302, 302, 302, 404, 404, 403, 403, 404), {"kind": "error", "what": "x"}),
    "accept": Row(arrived, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404)),
    "ask_before": Row(arrived, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"items": "x", "reason": "x"}),
    "refuse": Row(arrived, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"reason": "x", "legal_basis": "x"}),
    "give_after_post": Row(back_from_post, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"taken_by": "x"}),
    "start_part": Row(waiting, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404), {"paper": "x"}),
    "start_phase": Row(between_phases, (302, 302, 403, 403, 403, 403, 404, 404, 403, 403, 404)),
    "draft_result": Row(wants_approval, (302, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404), {"file": "scan", "reason": "x"}),
    "claim": Row(mishap, (302, 302, 302, 302, 302, 302, 404, 404, 403, 403, 404), {"mishap": "mishaps", "damage": "x"}),
    "compensate": Row(claimed, (302, 403, 403, 403, 302, 403, 404, 404, 403, 403, 404), {"mishap": "mishaps", "amount": "1", "decision": "1"}),
    "pay_compensation": Row(granted, (302, 302, 302, 302, 302, 302, 404, 404, 403, 403, 404), {"mishap": "mishaps"}),
    "repair": Row(mishap, (302, 302, 302, 302, 302, 302, 404, 404, 403, 403, 404), {"mishap": "mishaps", "repair": "x"}),
}  # fmt: skip


def body(form: dict[str, Any], dossier: Dossier, actor_of: Actors) -> dict[str, Any]:
    """Return the form as it is sent: rows by their key, agencies by their code."""
    sent = dict(form)
    if "file" in sent:
        sent["file"] = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 x")
    if "assignee" in sent:
        sent["assignee"] = str(actor_of(sent["assignee"]).post.pk)
    if "agency" in sent:
        sent["agency"] = agency_of(actor_of, sent["agency"]).code
    for name in ("consultation", "draft", "mishap"):
        if name in sent and sent[name].endswith("s"):
            sent[name] = str(getattr(dossier, sent[name]).get().pk)
    return sent


def test_every_action_has_a_row_and_every_row_an_action():
    assert set(HANDLERS) - set(ACTS) == set(), "an action without a row"
    assert set(ACTS) - set(HANDLERS) == set(), "a row without an action"
    assert all(len(row.answers) == len(PEOPLE) for row in ACTS.values())
    assert all(302 in row.answers[1:] for row in ACTS.values()), "somebody can do it"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
def test_an_action_answers_each_role_as_the_table_says(name, actor_of, settings, tmp_path):
    settings.UPLOADS = tmp_path
    row = ACTS[name]
    dossier = row.stage(actor_of)
    events = Event.objects.filter(chain_id=dossier.pk).count()
    got, written = {}, {}
    for role, username in PEOPLE.items():
        client = browser_of(username)
        with transaction.atomic():
            answer = client.post(f"/dossiers/{dossier.pk}/do/{name}/", body(row.form, dossier, actor_of))
            got[role] = answer.status_code
            written[role] = Event.objects.filter(chain_id=dossier.pk).count() - events
            transaction.set_rollback(True)
    assert got == dict(zip(PEOPLE, row.answers, strict=True))
    done = {role for role, status in got.items() if status == 302 and role != "anonymous"}
    assert {role for role, count in written.items() if count} == done, "what is refused writes nothing"

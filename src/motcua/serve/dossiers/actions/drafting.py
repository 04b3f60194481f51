"""Papers that are approved before they go out: written by the officer, passed by each hand, issued by the last.

Which hands, the internal process says (`Process.drafts`); with none, the paper goes out at once.
"""

import datetime as dt
import uuid
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.record.series.actions import take_number
from motcua.serve.dossiers.actions.arriving import check_arrived, refuse
from motcua.serve.dossiers.actions.clock import (
    ask_supplement,
    check_switch,
    extend,
    hands_for,
    is_late,
    say_sorry,
)
from motcua.serve.dossiers.actions.common import changing, held_task, instant, local_day, need, open_tasks
from motcua.serve.dossiers.actions.ending import stop
from motcua.serve.dossiers.models import Attachment, Dossier, Draft
from motcua.serve.dossiers.policies import ANSWERS, APPROVES, holds_task


def write_draft(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    kind: str,
    reason: str,
    items: list[str] | None = None,
    days: int | None = None,
    new_due_at: dt.datetime | None = None,
    legal_basis: str = "",
    attachment_id: int | None = None,
    now: dt.datetime | None = None,
) -> Draft:
    """Write a supplement, an apology, a stop, a refusal or a result as a draft that the process's hands approve.

    Args:
        by: who holds an open task, or answers for the dossier.
        reason: printed on the paper; of a result, what it says in short.
        items, days: of a supplement; see `request_supplement`.
        new_due_at: of an apology; see `extend_with_apology`.
        legal_basis: of a refusal; see `refuse_arrival`.
        attachment_id: the file of a result, a draft until it is issued.

    Raises:
        NotAllowed: neither holds a task nor answers for the dossier.
        Refused: the reason, the items, the new date or the file is missing, or the process asks for no approval.
        Conflict: such a draft waits already.
    """
    moment = instant(now)
    content: dict[str, Any] = {"reason": need(reason, "reason")}
    if kind == Draft.Kind.SUPPLEMENT:
        content |= {"items": _named(items), "days": days}
    if kind == Draft.Kind.APOLOGY:
        content["new_due_at"] = new_due_at.isoformat() if new_due_at else None
    if kind == Draft.Kind.REFUSAL:
        content["legal_basis"] = need(legal_basis, "legal_basis")
    with changing(dossier_id, by=by, kind="draft_written", now=moment, facts={"draft": kind}) as (change, dossier):
        hands = hands_for(dossier, kind)
        if not hands:
            raise Refused("draft.not_needed", _("The process asks for no approval of this paper."), field="kind")
        _check_writer(by, dossier, kind)
        if dossier.drafts.filter(kind=kind, status=Draft.Status.WAITING).exists():
            raise Conflict("draft.waits", _("Such a draft waits for approval already."))
        draft = Draft(
            dossier=dossier,
            kind=kind,
            content=content,
            hands=hands,
            agency_id=by.agency_id or dossier.agency_competent_id,
            attachment=_file(dossier, attachment_id) if kind == Draft.Kind.RESULT else None,
            written_at=moment,
            written_by=by.post,
        )
        change.add(draft)
    return draft


def _named(items: list[str] | None) -> list[str]:
    wanted = [item.strip() for item in items or [] if item.strip()]
    if not wanted:
        raise Refused("items.missing", _("Say which papers are missing or wrong."), field="items")
    return wanted


def _file(dossier: Dossier, attachment_id: int | None) -> Attachment:
    """Return the file of a result, which is a draft until it is issued."""
    drafts = dossier.attachments.filter(purpose=Attachment.Purpose.DRAFT)
    found: Attachment | None = drafts.filter(pk=attachment_id or 0).first()
    if found is None:
        raise Refused("file.missing", _("Attach the draft of the result."), field="file")
    return found


def _check_writer(by: Actor, dossier: Dossier, kind: str) -> None:
    if kind == Draft.Kind.REFUSAL:
        check_arrived(by, dossier)
        return
    held = next((task for task in open_tasks(dossier) if holds_task(by, task)), None)
    if held is not None and kind == Draft.Kind.SUPPLEMENT:
        check_switch(held, may="may_supplement")
    if kind in (Draft.Kind.SUPPLEMENT, Draft.Kind.RESULT):
        held_task(dossier, by)
    elif held is None:
        ANSWERS.check(by, dossier)


def _waiting(dossier: Dossier, draft_id: int) -> Draft:
    draft = dossier.drafts.filter(pk=draft_id).first()
    if draft is None:
        raise NotFound("draft.not_found", _("There is no such draft."))
    if draft.status != Draft.Status.WAITING:
        raise Conflict("draft.decided", _("This draft was decided already."))
    return draft


def approve_draft(*, by: Actor, dossier_id: uuid.UUID, draft_id: int, now: dt.datetime | None = None) -> Draft:
    """Pass a draft on; the last hand issues the paper, with the effects of the action that it stands for.

    Raises:
        NotAllowed: it is another role's turn, or another agency's draft.
        Conflict: it was decided, or the paper is no longer possible (the state, the limit, the date).
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="draft_approved", now=moment) as (change, dossier):
        draft = _waiting(dossier, draft_id)
        APPROVES.check(by, draft)
        passed = [*draft.passed, {"role": by.role, "post": by.post.pk if by.post else None, "at": moment.isoformat()}]
        left = draft.hands[1:]
        change.set(draft, hands=left, passed=passed)
        if not left:
            _issue(change, dossier, draft, by, moment)
            change.set(draft, status=Draft.Status.ISSUED, decided_at=moment)
    return draft


def _issue(change: Change, dossier: Dossier, draft: Draft, by: Actor, now: dt.datetime) -> None:
    content = draft.content
    if draft.kind == Draft.Kind.SUPPLEMENT:
        ask_supplement(
            change,
            dossier,
            by=draft.written_by,
            items=content["items"],
            reason=content["reason"],
            days=content["days"],
            now=now,
        )
    elif draft.kind == Draft.Kind.STOP:
        stop(change, dossier, by=by, reason=content["reason"], now=now)
    elif draft.kind == Draft.Kind.REFUSAL:
        refuse(change, dossier, f"{content['reason']} ({content['legal_basis']})", now)
    elif draft.kind == Draft.Kind.RESULT:
        _issue_result(change, draft, now)
    else:
        _apologise(change, dossier, content, now)


def _issue_result(change: Change, draft: Draft, now: dt.datetime) -> None:
    """Number a result in the agency's yearly series; its file is the result from now on."""
    serial = take_number(kind="result", owner=f"agency:{draft.agency_id}", period=str(local_day(now).year))
    change.set(draft, number=f"{serial:02d}/KQ-{local_day(now).year}")
    if draft.attachment is not None:
        change.set(draft.attachment, purpose=Attachment.Purpose.RESULT, added_at=now)


def _apologise(change: Change, dossier: Dossier, content: dict[str, Any], now: dt.datetime) -> None:
    """An apology that was signed before the due date extends; one that was signed after it only apologises."""
    new = parse_datetime(content["new_due_at"]) if content["new_due_at"] else None
    if is_late(dossier, now):
        say_sorry(change, dossier, reason=content["reason"], new_due_at=new, now=now)
    elif new is None:
        raise Refused("new_due_at", _("Give the new date."), field="new_due_at")
    else:
        extend(change, dossier, reason=content["reason"], new_due_at=new, now=now)


def reject_draft(
    *, by: Actor, dossier_id: uuid.UUID, draft_id: int, remark: str, now: dt.datetime | None = None
) -> Draft:
    """Give a draft back with a remark; it may be written anew.

    Raises:
        NotAllowed: it is another role's turn.
        Refused: no remark.
    """
    moment = instant(now)
    why = need(remark, "remark")
    with changing(dossier_id, by=by, kind="draft_given_back", now=moment) as (change, dossier):
        draft = _waiting(dossier, draft_id)
        APPROVES.check(by, draft)
        change.set(draft, status=Draft.Status.REJECTED, decided_at=moment, remark=why)
    return draft

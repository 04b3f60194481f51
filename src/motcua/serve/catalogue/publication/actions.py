"""Every write of publication decisions: drafted, checked, signed, published; or returned to the draft with a reason."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.record.organisation.queries import agency_by_code
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Procedure, ProcedureVersion
from motcua.serve.catalogue.publication.coming_into_force import check_item, put_in_force
from motcua.serve.catalogue.publication.deadlines import check_due_at
from motcua.serve.catalogue.publication.models import (
    CheckAnswer,
    ChecklistItem,
    PublicationDecision,
    PublicationItem,
)
from motcua.serve.catalogue.publication.policies import CHECKS, DRAFTS, PUBLISHES, SIGNS

State, Verdict = PublicationDecision.State, CheckAnswer.Verdict
OPENED = "publication.opened"
ITEM_ADDED = "publication.item_added"
ITEM_REMOVED = "publication.item_removed"
CHECK_ASKED = "publication.check_asked"
CHECKED = "publication.checked"
RETURNED = "publication.returned"
SIGNED = "publication.signed"
PUBLISHED = "publication.published"


def open_decision(*, by: Actor, title: str, agency_code: str, now: dt.datetime) -> PublicationDecision:
    """Open a draft decision of an agency.

    Raises:
        NotAllowed: the post drafts no decisions.
        Invalid: no title, or no such agency, by field.
    """
    DRAFTS.check(by)
    agency = agency_by_code(agency_code.strip(), _day(now))
    errors = []
    if not title.strip():
        errors.append(Refused("publication.title", _("Say what the decision is about."), field="title"))
    if agency is None:
        errors.append(Refused("publication.agency", _("No agency has this code today."), field="agency"))
    if errors:
        raise Invalid(errors)
    prepared_by = by.post.unit.agency if by.post else None
    decision = PublicationDecision(title=title.strip()[:500], agency=agency, prepared_by=prepared_by, opened_at=now)
    with _event(OPENED, by, decision, now, new=True) as change:
        change.add(decision)
    return decision


def add_item(
    *,
    by: Actor,
    decision_id: uuid.UUID,
    kind: str,
    version_id: int,
    law_effective_on: dt.date,
    now: dt.datetime,
    ends_on: dt.date | None = None,
) -> PublicationItem:
    """Put a procedure on a draft decision.

    Args:
        kind: new, amended (both with a draft version) or abolished (with the version in force).
        law_effective_on: local date on which the latest legal basis of the procedure takes effect.
        ends_on: for an abolished one, the first local date on which it is no longer in force.

    Raises:
        NotAllowed, NotFound: the post may not; no such decision.
        Conflict: the decision is no draft any more.
        Refused: no such kind or version, a version that another open decision holds, or one that overlaps a version
            in force; the sentence names it.
    """
    DRAFTS.check(by)
    version = ProcedureVersion.objects.select_related("procedure").filter(pk=version_id).first()
    if kind not in PublicationItem.Kind.values:
        raise Refused("publication.kind", _("Choose new, amended or abolished."), field="kind")
    if version is None:
        raise Refused("publication.no_version", _("There is no such version."), field="version")
    abolished = kind == PublicationItem.Kind.ABOLISHED
    if abolished and ends_on is None:
        raise Refused("publication.ends_on", _("Give the date from which it is abolished."), field="ends_on")
    with _locked(ITEM_ADDED, by, decision_id, State.DRAFT, now) as (change, decision):
        DRAFTS.check(by, decision)
        DRAFTS.check(by, version.procedure)
        # Who discards or revises a draft waits for this lock; what they did is seen.
        Procedure.objects.select_for_update().get(pk=version.procedure_id)
        version.refresh_from_db(fields=["status"])
        item = PublicationItem(
            decision=decision,
            kind=kind,
            version=version,
            law_effective_on=law_effective_on,
            ends_on=ends_on if abolished else None,
        )
        check_item(item)
        change.add(item)
    return item


def remove_item(*, by: Actor, decision_id: uuid.UUID, item_id: int, now: dt.datetime) -> None:
    """Take a procedure off a draft decision; its version stays a draft.

    Raises:
        NotAllowed, NotFound, Conflict: as in `add_item`; no such item.
    """
    DRAFTS.check(by)
    with _locked(ITEM_REMOVED, by, decision_id, State.DRAFT, now) as (change, decision):
        DRAFTS.check(by, decision)
        item = decision.items.filter(pk=item_id, removed=False).first()
        if item is None:
            raise NotFound("publication.no_item", _("It is no longer on this decision."))
        change.set(item, removed=True)


def ask_for_check(*, by: Actor, decision_id: uuid.UUID, now: dt.datetime) -> PublicationDecision:
    """Send a draft to the quality check; its deadline is counted with the working calendar of the agency.

    Raises:
        NotAllowed, NotFound, Conflict: as in `add_item`.
        Refused: it holds no procedure, or one that overlaps a version in force.
    """
    DRAFTS.check(by)
    with _locked(CHECK_ASKED, by, decision_id, State.DRAFT, now) as (change, decision):
        DRAFTS.check(by, decision)
        items = _items(decision)
        if not items:
            raise Refused("publication.empty", _("Put at least one procedure on the decision first."), field="items")
        for item in items:
            check_item(item)
        change.set(
            decision,
            state=State.CHECKING,
            round=decision.round + 1,
            check_asked_at=now,
            check_asked_by_id=by.post.pk if by.post else None,
            check_due_at=check_due_at(decision.agency_id, now, _day(now)),
            checked_at=None,
        )
    return decision


def pass_check(
    *, by: Actor, decision_id: uuid.UUID, answers: Mapping[str, tuple[str, str]], now: dt.datetime
) -> PublicationDecision:
    """Record that a decision passed its check: each question answered, none of them "not met".

    Args:
        answers: verdict and remark by key of the checklist.

    Raises:
        NotAllowed: the post checks nothing, or it asked for this check itself.
        NotFound, Conflict: no such decision; it is not in its check.
        Invalid: a question without an answer, or one that is not met, by key; nothing is recorded.
    """
    CHECKS.check(by)
    with _locked(CHECKED, by, decision_id, State.CHECKING, now) as (change, decision):
        _another_than_asked(by, decision)
        questions = checklist_on(_day(now))
        errors = [error for q in questions if (error := _fault(q, answers.get(q.key, ("", ""))[0]))]
        if errors:
            raise Invalid(errors)
        _add_answers(change, by, decision, questions, answers, now)
        change.set(decision, state=State.CHECKED, checked_at=now, return_reason="")
    return decision


def return_to_draft(
    *,
    by: Actor,
    decision_id: uuid.UUID,
    reason: str,
    now: dt.datetime,
    answers: Mapping[str, tuple[str, str]] | None = None,
) -> PublicationDecision:
    """Return a decision that is in its check or waits for signature to whoever drafts it, with the reason.

    Args:
        answers: what the checker found so far; questions may stay open.

    Raises:
        NotAllowed, NotFound: the post checks nothing; no such decision.
        Conflict: it is a draft, or signed already.
        Refused: no reason.
    """
    CHECKS.check(by)
    if not reason.strip():
        raise Refused("publication.reason", _("Say why it goes back."), field="reason")
    with _locked(RETURNED, by, decision_id, (State.CHECKING, State.CHECKED), now) as (change, decision):
        if decision.state == State.CHECKING and answers:
            _add_answers(change, by, decision, checklist_on(_day(now)), answers, now)
        change.set(decision, state=State.DRAFT, return_reason=reason.strip()[:4000], check_due_at=None)
    return decision


def sign_decision(
    *, by: Actor, decision_id: uuid.UUID, number: str, signed_on: dt.date, signer: str, now: dt.datetime
) -> PublicationDecision:
    """Record number, date and signer of a decision that passed its check.

    Raises:
        NotAllowed, NotFound, Conflict: the post may not; no such decision; not checked.
        Invalid: no number, a number that the agency gave that day already, a date in the future, no signer, by field.
    """
    SIGNS.check(by)
    with _locked(SIGNED, by, decision_id, State.CHECKED, now) as (change, decision):
        SIGNS.check(by, decision)
        if errors := list(_signature_faults(decision, number.strip(), signed_on, signer, _day(now))):
            raise Invalid(errors)
        change.set(
            decision,
            state=State.SIGNED,
            number=number.strip()[:100],
            signed_on=signed_on,
            signer=signer.strip()[:200],
        )
    return decision


def publish_decision(
    *, by: Actor, decision_id: uuid.UUID, published_on: dt.date, now: dt.datetime
) -> PublicationDecision:
    """Make what a signed decision says public: its drafts are in force from their dates, abolished ones end.

    What was received before keeps the version it was received under.

    Args:
        published_on: local date on which it stands in the national catalogue.

    Raises:
        NotAllowed, NotFound, Conflict: the post may not; no such decision; not signed.
        Refused: a date before the signature or in the future, or a version that overlaps one in force meanwhile;
            nothing is published.
    """
    PUBLISHES.check(by)
    with _locked(PUBLISHED, by, decision_id, State.SIGNED, now) as (change, decision):
        if decision.signed_on is None or not decision.signed_on <= published_on <= _day(now):
            words = _("It is published between the day of its signature and today.")
            raise Refused("publication.published_on", words, field="published_on")
        for item in _items(decision):
            put_in_force(by, decision, item, now)
        change.set(decision, state=State.PUBLISHED, published_on=published_on)
    return decision


def checklist_on(day: dt.date) -> list[ChecklistItem]:
    """Return the questions of the check on a local date, in order."""
    return list(ChecklistItem.objects.on(day))


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(LOCAL).date()


def _items(decision: PublicationDecision) -> list[PublicationItem]:
    """Return the items by code: all who publish lock procedures in the same order."""
    items = decision.items.filter(removed=False).select_related("version__procedure", "decision")
    return list(items.order_by("version__procedure__code"))


@contextmanager
def _event(
    kind: str, by: Actor, decision: PublicationDecision, now: dt.datetime, *, new: bool = False
) -> Iterator[Change]:
    with record_change(
        chain_id=decision.pk,
        subject="publication",
        kind=kind,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=new,
    ) as change:
        yield change


@contextmanager
def _locked(
    kind: str, by: Actor, decision_id: uuid.UUID, states: str | tuple[str, ...], now: dt.datetime
) -> Iterator[tuple[Change, PublicationDecision]]:
    """Give a decision under the lock of its chain, in one of these states."""
    found = PublicationDecision.objects.select_related("agency").filter(pk=decision_id).first()
    if found is None:
        raise NotFound("publication.none", _("There is no such decision."))
    with transaction.atomic(), _event(kind, by, found, now) as change:
        found.refresh_from_db()
        if found.state not in ((states,) if isinstance(states, str) else states):
            words = _("The decision is at another stage now: %(state)s.")
            raise Conflict("publication.state", words, params={"state": State(found.state).label})
        yield change, found


def _another_than_asked(by: Actor, decision: PublicationDecision) -> None:
    if by.post and by.post.pk == decision.check_asked_by_id:
        raise NotAllowed("publication.own_check", _("Who asked for the check does not check it; a colleague does."))


def _fault(question: ChecklistItem, verdict: str) -> Refused | None:
    if verdict not in Verdict.values:
        words = _("%(question)s: give an answer.")
    elif verdict == Verdict.NOT_MET:
        words = _("%(question)s: not met, so the decision goes back to its draft.")
    else:
        return None
    params = {"question": question.name}
    return Refused("publication.answer", words, field=f"verdict-{question.key}", params=params)


def _add_answers(
    change: Change,
    by: Actor,
    decision: PublicationDecision,
    questions: list[ChecklistItem],
    answers: Mapping[str, tuple[str, str]],
    now: dt.datetime,
) -> None:
    change.add_all(
        [
            CheckAnswer(
                decision=decision,
                round=decision.round,
                item=question,
                verdict=answers[question.key][0],
                remark=answers[question.key][1].strip()[:4000],
                post_id=by.post.pk if by.post else None,
                answered_at=now,
            )
            for question in questions
            if answers.get(question.key, ("", ""))[0] in Verdict.values
        ]
    )


def _signature_faults(
    decision: PublicationDecision, number: str, signed_on: dt.date, signer: str, today: dt.date
) -> Iterator[Refused]:
    if not number:
        yield Refused("publication.number", _("Give the number of the decision."), field="number")
    same = PublicationDecision.objects.filter(agency_id=decision.agency_id, number=number, signed_on=signed_on)
    if number and same.exclude(pk=decision.pk).exists():
        words = _("The agency has another decision of this number and date.")
        yield Refused("publication.number_twice", words, field="number")
    if signed_on > today:
        yield Refused("publication.signed_on", _("The decision is dated in the future."), field="signed_on")
    if not signer.strip():
        yield Refused("publication.signer", _("Say who signed it."), field="signer")

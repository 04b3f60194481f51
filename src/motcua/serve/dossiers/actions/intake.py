"""From a filing to a dossier: receive, refuse, ask for papers before receipt, give a result at once."""

import datetime as dt
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.serve.catalogue.queries import steps_of
from motcua.serve.dossiers.actions.checking import Checked, check_filing
from motcua.serve.dossiers.actions.common import instant, issue_paper, local_day, need
from motcua.serve.dossiers.actions.phases import begin_phases
from motcua.serve.dossiers.actions.routing import open_step
from motcua.serve.dossiers.actions.writing import filing_event, new_dossier, write_filing
from motcua.serve.dossiers.filing import Filing
from motcua.serve.dossiers.models import Dossier, IdempotencyKey, State, Supplement
from motcua.serve.dossiers.policies import RECEIVES
from motcua.serve.dossiers.states import check_transition


def receive_dossier(*, by: Actor, filing: Filing, key: str = "", now: dt.datetime | None = None) -> Dossier:
    """Receive a dossier: code, promised time, slip (form 01) and the first task, or the result at once.

    Args:
        by: a clerk at a desk, or a client in a clerk's name.
        filing: what was handed in.
        key: the caller's idempotency key; the same content gives the same dossier again.
        now: the present.

    Raises:
        NotAllowed, Invalid: see `check_filing`.
        Conflict: the key came with other content.

    Source: NĐ 61/2018 (receipt, slip), TT 01/2018 art. 19 (code); NĐ 118/2025 art. 14 (any desk of the province).
    """
    RECEIVES.check(by)
    moment = instant(now)
    if key and (again := _same_key(by, key, filing)):
        return again
    checked = check_filing(by=by, filing=filing, now=moment)
    try:
        with transaction.atomic():
            dossier = receive_checked(checked, by, moment)
            if key:
                _remember(by, key, filing, dossier, moment)
        return dossier
    except IntegrityError:
        # Another request with this key was faster: its dossier is the answer.
        if key and (again := _same_key(by, key, filing)):
            return again
        raise


def _same_key(by: Actor, key: str, filing: Filing) -> Dossier | None:
    known = IdempotencyKey.objects.filter(caller=by.key, key=key).select_related("dossier").first()
    if known is None:
        return None
    if known.content_sha256 != filing.sha256():
        raise Conflict("idempotency.other_content", _("This key was used for another content."), field="key")
    return known.dossier


def _remember(by: Actor, key: str, filing: Filing, dossier: Dossier, now: dt.datetime) -> None:
    IdempotencyKey.objects.create(caller=by.key, key=key, content_sha256=filing.sha256(), dossier=dossier, made_at=now)


def receive_checked(checked: Checked, by: Actor, now: dt.datetime) -> Dossier:
    """Write the receipt of a filing that was checked; see `receive_dossier`."""
    at_once = checked.version.at_once
    state = State.RETURNED if at_once else State.RECEIVED
    check_transition(State.NEW, state)
    with filing_event("given_at_once" if at_once else "received", by, checked.received_at, now) as change:
        dossier = new_dossier(checked, by, state, change.chain.id)
        if at_once:
            dossier.finished_at = dossier.returned_at = checked.received_at
            dossier.finished_on = dossier.received_on
        write_filing(change, dossier, checked, now)
        if not at_once and checked.process is not None:
            open_step(change, dossier, steps_of(checked.process)[0], number=1, now=now)
            begin_phases(change, dossier, dossier.received_at)
            issue_paper(change, dossier, "01", now)
    return dossier


def refuse_filing(
    *, by: Actor, filing: Filing, reason: str, legal_basis: str, now: dt.datetime | None = None
) -> Dossier:
    """Refuse a filing in writing (form 03): the reason and its legal basis are printed; no time is promised.

    Raises:
        Refused: reason or legal basis is missing.
    """
    moment = instant(now)
    why = {"reason": need(reason, "reason"), "legal_basis": need(legal_basis, "legal_basis")}
    checked = check_filing(by=by, filing=filing, now=moment, complete=False)
    check_transition(State.NEW, State.REFUSED)
    with filing_event("refused", by, checked.received_at, moment) as change:
        dossier = new_dossier(checked, by, State.REFUSED, change.chain.id)
        dossier.ended_at = moment
        dossier.note = f"{why['reason']} ({why['legal_basis']})"[:1000]
        write_filing(change, dossier, replace(checked, fee_before=0), moment)
        issue_paper(change, dossier, "03", moment)
    return dossier


def request_papers_before_receipt(
    *, by: Actor, filing: Filing, items: list[str], reason: str, now: dt.datetime | None = None
) -> Dossier:
    """Guide an incomplete filing once and in writing (form 02): state 5, no clock runs yet.

    Raises:
        Refused: it does not say what is missing.
    """
    moment = instant(now)
    wanted = [item.strip() for item in items if item.strip()]
    if not wanted:
        raise Refused("items.missing", _("Say which papers are missing or wrong."), field="items")
    checked = check_filing(by=by, filing=filing, now=moment, complete=False)
    check_transition(State.NEW, State.SUPPLEMENT)
    with filing_event("supplement_requested", by, checked.received_at, moment) as change:
        dossier = new_dossier(checked, by, State.SUPPLEMENT, change.chain.id)
        dossier.supplements_asked = 1
        write_filing(change, dossier, replace(checked, fee_before=0), moment)
        supplement = Supplement(
            dossier=dossier,
            number=1,
            before_receipt=True,
            asked_at=moment,
            asked_by=by.post,
            due_on=local_day(moment) + dt.timedelta(days=checked.version.supplement_days),
            items=wanted,
            reason=reason.strip(),
        )
        change.add(supplement)
        issue_paper(change, dossier, "02", moment, {"supplement": supplement.pk})
    return dossier

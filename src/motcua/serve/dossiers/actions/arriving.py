"""Filings that come by post or online: noted when they arrive (state 1), then received, guided or refused at the desk.

Source: NĐ 61/2018/NĐ-CP art. 16–17 (ways to file; what came online is looked at within eight working hours).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.serve.dossiers.actions.checking import check_filing
from motcua.serve.dossiers.actions.clock import accept, check_goes_out_at_once
from motcua.serve.dossiers.actions.common import calendar_of, changing, instant, issue_paper, local_day, need
from motcua.serve.dossiers.actions.declaring import declaration_of, declared_faults
from motcua.serve.dossiers.actions.processing import each
from motcua.serve.dossiers.actions.writing import filing_event, new_dossier, write_filing
from motcua.serve.dossiers.filing import Filing, PaymentInput
from motcua.serve.dossiers.models import Channel, Dossier, LinkedDossier, State, Supplement
from motcua.serve.dossiers.models.papers import SOMETHING_IN
from motcua.serve.dossiers.policies import RECEIVES, RETURNS
from motcua.serve.dossiers.states import check_state, check_transition

LOOKED_AT_WITHIN_HOURS = 8


def record_arrival(*, by: Actor, filing: Filing, now: dt.datetime | None = None) -> Dossier:
    """Note what came by post or online: it has a code and can be tracked, but no clock runs and no slip is given yet.

    Args:
        by: a desk, or a client in a clerk's name.
        filing: what came; papers and answers may be missing and fees unpaid.

    Raises:
        NotAllowed: not a desk.
        Refused: it came over the counter, which receives at once.
        Invalid: see `check_filing`.
    """
    RECEIVES.check(by)
    moment = instant(now)
    if filing.channel not in (Channel.ONLINE, Channel.POST):
        raise Refused("arrival.channel", _("What is handed in at the counter is received at once."), field="channel")
    checked = check_filing(by=by, filing=filing, now=moment, complete=False, arriving=True)
    with filing_event("filed", by, checked.received_at, moment) as change:
        dossier = new_dossier(checked, by, State.NEW, change.chain.id)
        write_filing(change, dossier, checked, moment)
    return dossier


def look_at_by(dossier: Dossier) -> dt.datetime:
    """Return until when a filing that arrived is to be looked at: eight working hours."""
    return calendar_of(dossier).add(dossier.received_at, LOOKED_AT_WITHIN_HOURS, "wh")


def accept_arrival(
    *, by: Actor, dossier_id: uuid.UUID, payment: PaymentInput | None = None, now: dt.datetime | None = None
) -> Dossier:
    """Receive a filing that arrived: code and slip are the usual ones, the promise counts from now.

    Raises:
        NotAllowed: not the desk to which it came.
        Conflict: it was received or refused already, or waits for a linked part.
        Invalid: a required paper or answer is missing, the case is not chosen, or the fee before receipt is not met.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="received", now=moment) as (change, dossier):
        check_arrived(by, dossier)
        if lacking := lacks_of(dossier):
            raise Invalid(lacking)
        accept(change, dossier, payment, moment)
    return dossier


def check_arrived(by: Actor, dossier: Dossier) -> None:
    """Refuse what is no filing that waits for this desk; see `accept_arrival`."""
    RETURNS.check(by, dossier)
    check_state(dossier.state, State.NEW)
    if LinkedDossier.objects.filter(dossier=dossier, started_at=None).exists():
        raise Conflict("linked.waits_here", _("It is a part of a linked filing and waits for a result before it."))


def lacks_of(dossier: Dossier) -> list[Refused]:
    """Return what a filing that arrived still lacks to be received, each by its field; its fee is asked for then."""
    have = dossier.components.filter(SOMETHING_IN).values_list("component_id", flat=True)
    return [*papers_lacking(dossier, set(have)), *declared_faults(declaration_of(dossier))]


def papers_lacking(dossier: Dossier, have: Collection[int | None]) -> list[Refused]:
    """Return the case that is not chosen, and the required papers of the case that are missing.

    Args:
        have: keys of the papers that are there.
    """
    found = []
    if not dossier.case and len(dossier.version.cases.all()) > 1:
        found.append(Refused("case.missing", _("Choose the case: papers and process depend on it."), field="case"))
    of_case = Q(case=None) | Q(case__key=dossier.case)
    words = _("A required paper is missing: %(name)s.")
    asked = dossier.version.components.filter(of_case, required=True)
    return found + [
        Refused("component.missing", words, field=f"components.{c.key}", params={"name": c.name})
        for c in asked
        if c.pk not in have
    ]


def accept_many(
    *, by: Actor, dossier_ids: Sequence[uuid.UUID], now: dt.datetime | None = None
) -> tuple[list[uuid.UUID], dict[uuid.UUID, Refused]]:
    """Receive several filings that arrived, each in its own transaction; see `forward_many`."""
    return each(dossier_ids, lambda pk: accept_arrival(by=by, dossier_id=pk, now=now))


def ask_before_receipt(
    *, by: Actor, dossier_id: uuid.UUID, items: list[str], reason: str, now: dt.datetime | None = None
) -> Supplement:
    """Guide a filing that arrived incomplete, once and in writing (form 02): state 5, no clock runs yet.

    Raises:
        NotAllowed, Conflict: see `accept_arrival`.
        Refused: it does not say what is missing, or why.
    """
    moment = instant(now)
    wanted = [item.strip() for item in items if item.strip()]
    if not wanted:
        raise Refused("items.missing", _("Say which papers are missing or wrong."), field="items")
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="supplement_requested", now=moment) as (change, dossier):
        check_arrived(by, dossier)
        check_transition(dossier.state, State.SUPPLEMENT)
        supplement = Supplement(
            dossier=dossier,
            number=1,
            before_receipt=True,
            asked_at=moment,
            asked_by=by.post,
            due_on=local_day(moment) + dt.timedelta(days=dossier.version.supplement_days),
            items=wanted,
            reason=why,
        )
        change.add(supplement)
        change.set(dossier, state=State.SUPPLEMENT, supplements_asked=1)
        issue_paper(change, dossier, "02", moment, {"supplement": supplement.pk})
    return supplement


def refuse_arrival(
    *, by: Actor, dossier_id: uuid.UUID, reason: str, legal_basis: str, now: dt.datetime | None = None
) -> Dossier:
    """Refuse in writing what arrived (form 03), with reason and legal basis.

    Raises:
        NotAllowed, Conflict: see `accept_arrival`; or the process wants refusals approved first.
        Refused: reason or legal basis is missing.
    """
    moment = instant(now)
    why = f"{need(reason, 'reason')} ({need(legal_basis, 'legal_basis')})"
    with changing(dossier_id, by=by, kind="refused", now=moment) as (change, dossier):
        check_arrived(by, dossier)
        check_goes_out_at_once(dossier, "refusal")
        refuse(change, dossier, why, moment)
    return dossier


def refuse(change: Change, dossier: Dossier, why: str, now: dt.datetime) -> None:
    """Refuse what arrived with its paper; see `refuse_arrival`."""
    check_transition(dossier.state, State.REFUSED)
    change.set(dossier, state=State.REFUSED, ended_at=now, note=why[:1000])
    issue_paper(change, dossier, "03", now)

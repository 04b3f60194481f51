"""From a filing to a dossier: receive, refuse, ask for papers before receipt, give a result at once."""

import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import Change, lock_timeout, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.record.organisation.models import Agency, Desk
from motcua.record.organisation.queries import agency_by_code, calendar_for
from motcua.record.series.actions import take_number
from motcua.rules.identifiers import DossierCode
from motcua.rules.text import fold
from motcua.rules.working_time import Promise
from motcua.serve.catalogue.models import Component, Fee, ProcedureVersion, Process
from motcua.serve.catalogue.queries import competent_agencies, limit_of, process_for, steps_of, version_on
from motcua.serve.dossiers.actions.common import instant, issue_paper, local_day, need
from motcua.serve.dossiers.actions.routing import open_step
from motcua.serve.dossiers.filing import (
    ComponentInput,
    Filing,
    PartyInput,
    clean_components,
    clean_numbers,
    clean_party,
    fee_total,
    received_at,
)
from motcua.serve.dossiers.models import (
    Dossier,
    DossierComponent,
    IdempotencyKey,
    PaidHow,
    Party,
    Payment,
    State,
    Supplement,
)
from motcua.serve.dossiers.policies import RECEIVES
from motcua.serve.dossiers.states import check_transition

SECRET_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Checked:
    """A filing that may become a dossier: everything looked up, normalised and promised."""

    filing: Filing
    version: ProcedureVersion
    process: Process | None
    competent: Agency
    helped: Agency
    desk: Desk
    received_at: dt.datetime
    promise: Promise | None
    papers: list[tuple[Component | None, ComponentInput]]
    parties: list[tuple[str, PartyInput]]
    fees: list[Fee]
    fee_before: int
    fee_after: int
    warnings: tuple[str, ...]


def check_filing(*, by: Actor, filing: Filing, now: dt.datetime | None = None, complete: bool = True) -> Checked:
    """Check a filing and work out its promise, without writing anything.

    Args:
        by: who receives; a post at a desk.
        filing: what was handed in.
        now: the present.
        complete: whether missing papers and unpaid fees are errors (they are not before a refusal).

    Raises:
        NotAllowed: the post does not receive dossiers.
        Invalid: one error for each input at fault.
    """
    RECEIVES.check(by)
    moment = instant(now)
    errors: list[Refused] = []
    at = received_at(filing, moment, errors)
    desk = by.desk
    if desk is None:
        raise Invalid([Refused("desk.missing", _("Your post has no desk; the administrator can give it one."))])
    version = version_on(filing.procedure, local_day(at))
    if version is None:
        errors.append(
            Refused("procedure.unknown", _("There is no such procedure in force on that day."), field="procedure")
        )
        raise Invalid(errors)
    competent = _competent(filing, version, by, local_day(at), errors)
    parties, warnings = _parties(filing, errors)
    papers = clean_components(filing, version.components.all(), errors if complete else [])
    clean_numbers(filing, version, errors)
    fees = list(version.fees.all())
    before = fee_total(fees, Fee.When.BEFORE, filing)
    if complete:
        _check_payment(filing, before, errors)
    if errors or competent is None:
        raise Invalid(errors)
    process = process_for(version, competent.level, local_day(at))
    if process is None and not version.at_once:
        raise Invalid(
            [Refused("process.missing", _("No internal process is in force for this procedure at this agency."))]
        )
    return Checked(
        filing=filing,
        version=version,
        process=process,
        competent=competent,
        helped=_helped(filing, by, local_day(at)),
        desk=desk,
        received_at=at,
        promise=None if version.at_once else promise_for(version, competent, filing.channel, at),
        papers=papers,
        parties=parties,
        fees=fees,
        fee_before=before,
        fee_after=fee_total(fees, Fee.When.AFTER, filing),
        warnings=warnings,
    )


def promise_for(version: ProcedureVersion, competent: Agency, channel: int, at: dt.datetime) -> Promise:
    """Return the promised time of a procedure received at an instant, with its proof."""
    calendar = calendar_for(competent.pk, local_day(at))
    return calendar.promise(at, limit_of(version, channel), cut_off=version.cut_off)


def _competent(
    filing: Filing, version: ProcedureVersion, by: Actor, day: dt.date, errors: list[Refused]
) -> Agency | None:
    agencies = competent_agencies(version, day).select_related("parent")
    if filing.agency:
        found = agencies.filter(code=filing.agency).first()
    else:
        own = agencies.filter(pk=by.agency_id).first() if by.agency_id else None
        found = own or (agencies[0] if len(agencies[:2]) == 1 else None)
    if found is None:
        errors.append(
            Refused("agency.not_competent", _("Choose the agency that decides this procedure."), field="agency")
        )
        return None
    desk = by.desk
    if desk and not desk.whole_province and found.pk not in by.scope:
        errors.append(Refused("desk.not_served", _("This desk does not receive for that agency."), field="agency"))
    return found


def _helped(filing: Filing, by: Actor, day: dt.date) -> Agency:
    assert by.post is not None
    own = by.post.unit.agency
    return (agency_by_code(filing.agency_helped, day) if filing.agency_helped else None) or own


def _parties(filing: Filing, errors: list[Refused]) -> tuple[list[tuple[str, PartyInput]], tuple[str, ...]]:
    given = [
        (Party.Part.OWNER, filing.owner),
        (Party.Part.SUBMITTER, filing.submitter),
        (Party.Part.AUTHORISED, filing.authorised),
    ]
    parties: list[tuple[str, PartyInput]] = []
    warnings: list[str] = []
    for part, party in given:
        if party is not None:
            cleaned, found = clean_party(party, str(part), errors)
            parties.append((str(part), cleaned))
            warnings += found
    return parties, tuple(warnings)


def _check_payment(filing: Filing, before: int, errors: list[Refused]) -> None:
    payment = filing.payment
    if before and payment is None:
        errors.append(
            Refused(
                "fee.unpaid",
                _("The fee is paid before receipt: take it or record the exemption."),
                field="fee",
            )
        )
    if payment and payment.how not in PaidHow.values[1:]:
        errors.append(Refused("fee.how", _("Say how the fee was paid."), field="fee"))
    if payment and payment.how == PaidHow.EXEMPT and not payment.exempt_reason.strip():
        errors.append(Refused("fee.exempt_reason", _("An exemption needs its reason."), field="exempt_reason"))


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
            dossier = _receive(checked, by, moment)
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


def _receive(checked: Checked, by: Actor, now: dt.datetime) -> Dossier:
    at_once = checked.version.at_once
    state = State.RETURNED if at_once else State.RECEIVED
    check_transition(State.NEW, state)
    with _filing_event("given_at_once" if at_once else "received", by, checked.received_at, now) as change:
        dossier = _new_dossier(checked, by, state, change.chain.id)
        if at_once:
            dossier.finished_at = dossier.returned_at = checked.received_at
            dossier.finished_on = dossier.received_on
        _write(change, dossier, checked, now)
        if not at_once and checked.process is not None:
            open_step(change, dossier, steps_of(checked.process)[0], number=1, now=now)
            issue_paper(change, dossier, "01", now)
    return dossier


@contextmanager
def _filing_event(kind: str, by: Actor, occurred_at: dt.datetime, now: dt.datetime) -> Iterator[Change]:
    with transaction.atomic():
        lock_timeout(10)
        with record_change(
            chain_id=new_id(),
            subject="dossier",
            kind=f"dossier.{kind}",
            actor=by.key,
            occurred_at=occurred_at,
            recorded_at=now,
            new=True,
        ) as change:
            yield change


def _new_dossier(checked: Checked, by: Actor, state: State, pk: Any) -> Dossier:
    filing, version = checked.filing, checked.version
    due = checked.promise.due_at if checked.promise and state == State.RECEIVED else None
    owner = checked.parties[0][1]
    assert by.post is not None
    return Dossier(
        pk=pk,
        version=version,
        process=checked.process,
        agency_helped=checked.helped,
        agency_received=by.post.unit.agency,
        agency_competent=checked.competent,
        desk=checked.desk,
        state=state,
        channel=filing.channel,
        received_at=checked.received_at,
        received_on=local_day(checked.received_at),
        due_at=due,
        due_on=local_day(due) if due else None,
        first_due_at=due,
        service_level=version.service_level,
        e_result=version.e_result,
        sets=filing.sets,
        pages=filing.pages,
        copies=filing.copies,
        return_method=filing.return_method,
        return_place=filing.return_place[:300],
        summary=(filing.summary or version.name_vi)[:500],
        note=filing.note[:1000],
        owner_name=owner.name,
        owner_address=owner.address,
        identity_authenticated=any(party.authenticated for _part, party in checked.parties),
        fee_due=checked.fee_before + checked.fee_after,
        tracking_secret="".join(secrets.choice(SECRET_LETTERS) for _n in range(10)),
    )


def _write(change: Change, dossier: Dossier, checked: Checked, now: dt.datetime) -> None:
    """Insert the dossier and what hangs on it. The code is taken here, as late as its rows allow."""
    payments = _payments(dossier, checked, now)
    dossier.fee_paid = sum(p.amount for p in payments)
    dossier.paid_how = payments[0].how if payments else PaidHow.NONE
    dossier.code = take_code(dossier)
    dossier.search = search_vector(dossier, [party.name for _part, party in checked.parties])
    change.add(dossier)
    change.add_all([_party_row(dossier, part, party) for part, party in checked.parties])
    change.add_all([_component_row(dossier, component, item) for component, item in checked.papers])
    for payment in payments:
        if payment.how != PaidHow.EXEMPT:
            payment.receipt_number = issue_paper(change, dossier, "receipt", now).number
    change.add_all(payments)


def take_code(dossier: Dossier) -> str:
    """Take the next code of the receiving agency's series of the day (TT 01/2018, art. 19)."""
    serial = take_number(
        kind="dossier", owner=f"agency:{dossier.agency_received_id}", period=dossier.received_on.isoformat()
    )
    return DossierCode.format(dossier.agency_received.code, dossier.received_on, serial)


def search_vector(dossier: Dossier, names: list[str]) -> SearchVector:
    """Return what a dossier is found by: its code, the words of the names, of the request."""
    text = " ".join([dossier.code, dossier.code.rsplit("-", 1)[-1], *names, dossier.summary])
    return SearchVector(Value(fold(text)), config="simple")


def _payments(dossier: Dossier, checked: Checked, now: dt.datetime) -> list[Payment]:
    payment = checked.filing.payment
    if payment is None or not checked.fee_before:
        return []
    exempt = payment.how == PaidHow.EXEMPT
    return [
        Payment(
            dossier=dossier,
            fee=next((fee for fee in checked.fees if fee.when == Fee.When.BEFORE), None),
            amount=0 if exempt else checked.fee_before,
            how=payment.how,
            exempt_reason=payment.exempt_reason.strip()[:300] if exempt else "",
            paid_at=now,
        )
    ]


def _party_row(dossier: Dossier, part: str, party: PartyInput) -> Party:
    number = party.identity_number
    return Party(
        dossier=dossier,
        part=part,
        kind=party.kind,
        name=party.name,
        folded_name=fold(party.name),
        identity_kind={12: "cccd", 9: "cmnd"}.get(len(number), "other") if number else "",
        identity_number=number,
        tax_code=party.tax_code,
        born_on=party.born_on,
        sex=party.sex,
        phone=party.phone,
        email=party.email,
        address=party.address,
        authenticated=party.authenticated,
    )


def _component_row(dossier: Dossier, component: Component | None, item: ComponentInput) -> DossierComponent:
    return DossierComponent(
        dossier=dossier,
        component=component,
        name="" if component else item.name[:500],
        originals=item.originals,
        certified=item.certified,
        copies=item.copies,
        digitised=item.digitised,
        reused=item.reused,
        from_store=item.from_store,
    )


def register_filing(*, by: Actor, filing: Filing, now: dt.datetime | None = None) -> Dossier:
    """Enter a filing that came online or by post and waits for its check: state 1, no promise yet."""
    checked = check_filing(by=by, filing=filing, now=now, complete=False)
    moment = instant(now)
    with _filing_event("filed", by, checked.received_at, moment) as change:
        dossier = _new_dossier(checked, by, State.NEW, change.chain.id)
        _write(change, dossier, replace(checked, fee_before=0), moment)
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
    with _filing_event("refused", by, checked.received_at, moment) as change:
        dossier = _new_dossier(checked, by, State.REFUSED, change.chain.id)
        dossier.ended_at = moment
        dossier.note = f"{why['reason']} ({why['legal_basis']})"[:1000]
        _write(change, dossier, replace(checked, fee_before=0), moment)
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
    with _filing_event("supplement_requested", by, checked.received_at, moment) as change:
        dossier = _new_dossier(checked, by, State.SUPPLEMENT, change.chain.id)
        dossier.supplements_asked = 1
        _write(change, dossier, replace(checked, fee_before=0), moment)
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

"""Writing a filing's rows: the dossier, its parties, papers and payments, in one event that opens its chain."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import Change, lock_timeout, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.series.actions import take_number
from motcua.rules.identifiers import DossierCode
from motcua.rules.text import fold
from motcua.serve.catalogue.models import Component, Fee
from motcua.serve.dossiers.actions.checking import Checked
from motcua.serve.dossiers.actions.common import issue_paper, local_day
from motcua.serve.dossiers.actions.declaring import add_declaration
from motcua.serve.dossiers.filing import ComponentInput, PartyInput
from motcua.serve.dossiers.models import Dossier, DossierComponent, PaidHow, Party, Payment, State

SECRET_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@contextmanager
def filing_event(kind: str, by: Actor, occurred_at: dt.datetime, now: dt.datetime) -> Iterator[Change]:
    """Open the chain of a new dossier with the event of this kind."""
    with transaction.atomic(savepoint=False):
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


def new_dossier(checked: Checked, by: Actor, state: State, pk: uuid.UUID) -> Dossier:
    """Return the dossier of a filing, not yet stored and without its code."""
    filing, version = checked.filing, checked.version
    due = checked.promise.due_at if checked.promise and state == State.RECEIVED else None
    owner = checked.parties[0][1]
    assert by.post is not None
    return Dossier(
        pk=pk,
        version=version,
        process=checked.process,
        case=checked.case,
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


def write_filing(change: Change, dossier: Dossier, checked: Checked, now: dt.datetime) -> None:
    """Insert the dossier and what hangs on it. The code is taken here, as late as its rows allow."""
    payments = _payments(dossier, checked, now)
    dossier.fee_paid = sum(p.amount for p in payments)
    dossier.paid_how = payments[0].how if payments else PaidHow.NONE
    dossier.code = take_code(dossier)
    dossier.search = search_vector(dossier, [party.name for _part, party in checked.parties])
    change.add(dossier)
    change.add_all([party_row(dossier, part, party) for part, party in checked.parties])
    change.add_all([component_row(dossier, component, item) for component, item in checked.papers])
    for payment in payments:
        if payment.how != PaidHow.EXEMPT:
            payment.receipt_number = issue_paper(change, dossier, "receipt", now).number
    change.add_all(payments)
    add_declaration(change, dossier, checked.declared, now)


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


def party_row(dossier: Dossier, part: str, party: PartyInput) -> Party:
    """Return the row of a person or organisation, not yet stored."""
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


def component_row(dossier: Dossier, component: Component | None, item: ComponentInput) -> DossierComponent:
    """Return the row of a paper that is in, not yet stored."""
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

"""Fees at the desk: cash with a receipt's number, or an exemption with its reason."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.errors import Refused
from motcua.serve.catalogue.models import Fee
from motcua.serve.catalogue.queries import fee_amount, fees_on
from motcua.serve.dossiers.actions.common import issue_paper
from motcua.serve.dossiers.filing import PaymentInput
from motcua.serve.dossiers.models import Dossier, PaidHow, Payment


def amount_due(dossier: Dossier, when: str) -> tuple[Fee | None, int]:
    """Return the first fee of a moment and what all fees of that moment come to (đồng)."""
    fees = [fee for fee in fees_on(dossier.version, dossier.channel) if fee.when == when]
    return (fees[0] if fees else None), sum(fee_amount(fee, dossier.pages, dossier.copies) for fee in fees)


def take_fee_before(change: Change, dossier: Dossier, payment: PaymentInput | None, now: dt.datetime) -> Payment | None:
    """Take what is due before receipt."""
    return _take(change, dossier, Fee.When.BEFORE, payment, now)


def take_fee_after(change: Change, dossier: Dossier, payment: PaymentInput | None, now: dt.datetime) -> Payment | None:
    """Take what is due with the result."""
    return _take(change, dossier, Fee.When.AFTER, payment, now)


def _take(
    change: Change, dossier: Dossier, when: str, payment: PaymentInput | None, now: dt.datetime
) -> Payment | None:
    """Record a payment.

    Raises:
        Refused: a fee is due and neither paid nor exempt, or an exemption has no reason.
    """
    fee, amount = amount_due(dossier, when)
    if not amount:
        return None
    if payment is None or payment.how not in PaidHow.values[1:]:
        raise Refused("fee.unpaid", _("A fee is due: take it or record the exemption."), field="fee")
    exempt = payment.how == PaidHow.EXEMPT
    if exempt and not payment.exempt_reason.strip():
        raise Refused("fee.exempt_reason", _("An exemption needs its reason."), field="exempt_reason")
    receipt = "" if exempt else issue_paper(change, dossier, "receipt", now).number
    row = Payment(
        dossier=dossier,
        fee=fee,
        amount=0 if exempt else amount,
        how=payment.how,
        receipt_number=receipt,
        exempt_reason=payment.exempt_reason.strip()[:300] if exempt else "",
        paid_at=now,
    )
    change.add(row)
    change.set(dossier, fee_paid=dossier.fee_paid + row.amount, paid_how=payment.how)
    return row

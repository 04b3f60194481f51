"""What the administration owes an applicant whom its mistake has harmed: asked for, decided, paid.

Source: NĐ 61/2018/NĐ-CP art. 21 (the agency repairs and bears the cost); Law 10/2017/QH14 (state liability for harm).
"""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.serve.dossiers.actions.common import changing, instant, need
from motcua.serve.dossiers.models import Dossier, Mishap
from motcua.serve.dossiers.policies import COMPENSATES, MENDS


def claim_compensation(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    mishap_id: int,
    damage: str,
    amount: int = 0,
    now: dt.datetime | None = None,
) -> Mishap:
    """Write down what harm the applicant says a mishap did, and what they ask for.

    Args:
        amount: đồng; 0 where they name none.

    Raises:
        NotAllowed, NotFound: the actor does not serve this dossier, or there is no such record.
        Refused: no harm is named, or the amount is negative.
        Conflict: it was decided already.
    """
    moment = instant(now)
    words = need(damage, "damage")
    _check_amount(amount)
    facts = {"amount": amount}
    with changing(dossier_id, by=by, kind="compensation_asked", now=moment, facts=facts) as (change, dossier):
        MENDS.check(by, dossier)
        mishap = _mishap(dossier, mishap_id)
        if mishap.decided_at is not None:
            raise Conflict("compensation.decided", _("The compensation was decided already."))
        change.set(mishap, damage=words, claimed=amount, claimed_at=moment)
    return mishap


def decide_compensation(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    mishap_id: int,
    amount: int,
    decision: str,
    now: dt.datetime | None = None,
) -> Mishap:
    """Decide a claim: what is granted, by which decision; 0 grants nothing.

    Raises:
        NotAllowed: not the leader of the agency that answers for the mishap.
        Refused: no number of the decision, or a negative amount.
        Conflict: nothing was asked for, or it was decided before.
    """
    moment = instant(now)
    number = need(decision, "decision")[:60]
    _check_amount(amount)
    facts = {"amount": amount}
    with changing(dossier_id, by=by, kind="compensation_decided", now=moment, facts=facts) as (change, dossier):
        mishap = _mishap(dossier, mishap_id)
        COMPENSATES.check(by, mishap)
        if mishap.claimed_at is None:
            raise Conflict("compensation.not_asked", _("No compensation was asked for."))
        if mishap.decided_at is not None:
            raise Conflict("compensation.decided", _("The compensation was decided already."))
        change.set(mishap, compensation=amount, decision=number, decided_at=moment)
    return mishap


def pay_compensation(*, by: Actor, dossier_id: uuid.UUID, mishap_id: int, now: dt.datetime | None = None) -> Mishap:
    """Record that what was granted was paid.

    Raises:
        NotAllowed: the actor is not of the agency that answers for the mishap.
        Conflict: nothing was granted, or it was paid before.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="compensation_paid", now=moment) as (change, dossier):
        MENDS.check(by, dossier)
        mishap = dossier.mishaps.filter(pk=mishap_id, agency_id=by.agency_id or 0).first()
        if mishap is None:
            raise NotFound("mishap.not_found", _("There is no such record at your agency."))
        if mishap.paid_at is not None or mishap.decided_at is None or not mishap.compensation:
            raise Conflict("compensation.nothing_due", _("Nothing is left to be paid."))
        change.set(mishap, paid_at=moment)
    return mishap


def _check_amount(amount: int) -> None:
    if amount < 0:
        raise Refused("amount.negative", _("An amount is not negative."), field="amount")


def _mishap(dossier: Dossier, mishap_id: int) -> Mishap:
    found: Mishap | None = dossier.mishaps.filter(pk=mishap_id).first()
    if found is None:
        raise NotFound("mishap.not_found", _("There is no such record at your agency."))
    return found

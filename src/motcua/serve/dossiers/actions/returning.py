"""Giving the result back."""

import datetime as dt
import uuid
from collections.abc import Sequence

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.serve.dossiers.actions.common import changing, close_task, instant, need, open_tasks
from motcua.serve.dossiers.actions.money import take_fee_after
from motcua.serve.dossiers.actions.phases import after_return, running_phase
from motcua.serve.dossiers.actions.processing import each
from motcua.serve.dossiers.filing import PaymentInput
from motcua.serve.dossiers.models import Delivery, Dossier, Phase, ReturnMethod, State, Task
from motcua.serve.dossiers.policies import RETURNS
from motcua.serve.dossiers.states import check_transition


def return_result(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    taken_by: str,
    method: str = ReturnMethod.COUNTER,
    identity_number: str = "",
    tracking_number: str = "",
    payment: PaymentInput | None = None,
    now: dt.datetime | None = None,
) -> Dossier:
    """Return the result: who took it, how; the fee due with the result is taken first. State 10.

    Where a further phase follows, the first result goes out and the second appointment is made (state 4, or 6 while
    the applicant is waited for); the fee is taken with the last result.

    Args:
        taken_by: the name of who took it, or of the carrier.
        identity_number: of who took it, where shown.
        tracking_number: of the post.

    Raises:
        NotAllowed: not the desk that received it.
        Conflict: the result is not ready, or was returned.
        Refused: nobody is named, or a fee is unpaid.
    """
    moment = instant(now)
    who = need(taken_by, "taken_by")
    first = Phase.objects.filter(dossier_id=dossier_id, opened_at=None).exists()
    kind = "first_result_returned" if first else "returned"
    with changing(dossier_id, by=by, kind=kind, now=moment) as (change, dossier):
        RETURNS.check(by, dossier)
        check_transition(dossier.state, State.RETURNED)
        if not first:
            take_fee_after(change, dossier, payment, moment)
        for task in open_tasks(dossier):
            close_task(change, task, outcome=Task.Outcome.RETURNED, by=by, now=moment)
        change.add(
            Delivery(
                dossier=dossier,
                method=method,
                given_at=moment,
                given_by=by.post,
                taken_by=who[:200],
                identity_number=identity_number.strip()[:20],
                tracking_number=tracking_number.strip()[:40],
            )
        )
        if first:
            after_return(change, dossier, by, moment)
        else:
            _close_phase(change, dossier, moment)
            change.set(dossier, state=State.RETURNED, returned_at=moment)
    return dossier


def _close_phase(change: Change, dossier: Dossier, now: dt.datetime) -> None:
    phase = running_phase(dossier)
    if phase is not None:
        change.set(phase, returned_at=now)


def return_many(
    *, by: Actor, dossier_ids: Sequence[uuid.UUID], taken_by: str, now: dt.datetime | None = None
) -> tuple[list[uuid.UUID], dict[uuid.UUID, Refused]]:
    """Return several results to one taker (a post carrier, a service); see `forward_many`."""
    return each(dossier_ids, lambda pk: return_result(by=by, dossier_id=pk, taken_by=taken_by, now=now))

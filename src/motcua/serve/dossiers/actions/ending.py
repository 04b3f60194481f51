"""Ends without a result: the applicant withdraws, the agency stops."""

import datetime as dt
import uuid

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.serve.dossiers.actions.clock import check_goes_out_at_once, check_switch, end_dossier
from motcua.serve.dossiers.actions.common import changing, instant, need, open_tasks
from motcua.serve.dossiers.models import Dossier, State
from motcua.serve.dossiers.policies import RETURNS, STOPS


def withdraw_dossier(*, by: Actor, dossier_id: uuid.UUID, reason: str, now: dt.datetime | None = None) -> Dossier:
    """Record that the applicant takes the dossier back, at the desk that received it: state 7.

    Raises:
        NotAllowed, Conflict: not this desk, or there is a result already.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="withdrawn", now=moment) as (change, dossier):
        RETURNS.check(by, dossier)
        end_dossier(change, dossier, State.WITHDRAWN, by=by, now=moment, note=why)
    return dossier


def stop_dossier(*, by: Actor, dossier_id: uuid.UUID, reason: str, now: dt.datetime | None = None) -> Dossier:
    """Stop handling with a notice (form 05 of TT 03/2025): state 8.

    Raises:
        NotAllowed, Conflict: not head or leader of the competent agency, or the state forbids it.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="stopped", now=moment) as (change, dossier):
        STOPS.check(by, dossier)
        check_goes_out_at_once(dossier, "stop")
        stop(change, dossier, by=by, reason=why, now=moment)
    return dossier


def stop(change: Change, dossier: Dossier, *, by: Actor, reason: str, now: dt.datetime) -> None:
    """End the handling with its notice; see `stop_dossier`."""
    for task in open_tasks(dossier):
        check_switch(task, may="may_cancel")
    end_dossier(change, dossier, State.STOPPED, by=by, now=now, form="05", note=reason)

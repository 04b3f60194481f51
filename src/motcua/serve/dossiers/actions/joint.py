"""What several agencies do on one dossier: opinions, a move to the right agency, mishaps and their repair."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.record.organisation.models import Agency, UnitKind
from motcua.record.organisation.queries import calendar_for, unit_for
from motcua.serve.catalogue.models import Step, StepKind
from motcua.serve.catalogue.queries import process_for
from motcua.serve.dossiers.actions.common import (
    changing,
    close_task,
    held_task,
    instant,
    local_day,
    need,
    open_tasks,
)
from motcua.serve.dossiers.actions.routing import open_step, steps_of_dossier, take_part, tasks_of
from motcua.serve.dossiers.models import Consultation, Dossier, Mishap, State, Task
from motcua.serve.dossiers.policies import MENDS, MOVES, OPINES
from motcua.serve.dossiers.states import check_state, check_transition


def consult_agency(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    agency_id: int,
    question: str,
    days: int = 3,
    now: dt.datetime | None = None,
) -> Consultation:
    """Ask another agency's opinion; the asking step waits for it, the promise to the applicant stands.

    Args:
        by: who holds an open task.
        agency_id: whose opinion; its specialist unit for the field is asked, else its leadership.
        days: working days to answer, by that agency's calendar; the answer is due before the promise.

    Raises:
        NotAllowed: no open task is in the actor's hands.
        Refused: no question, no such agency, or no unit to answer.
    """
    moment = instant(now)
    words = need(question, "question")
    if not 1 <= days <= 60:
        raise Refused("days.range", _("Give between 1 and 60 working days."), field="days")
    with changing(dossier_id, by=by, kind="consulted", now=moment, facts={"agency": agency_id}) as (change, dossier):
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        task = held_task(dossier, by)
        day = local_day(moment)
        field = dossier.version.procedure.field.code
        unit = unit_for(agency_id, UnitKind.ROOM, day, field) or unit_for(agency_id, UnitKind.LEADERSHIP, day)
        if unit is None:
            raise Refused("agency.no_unit", _("This agency has no unit that could answer."), field="agency")
        due = calendar_for(agency_id, day).add(moment, days, "wd")
        asked = Consultation(
            dossier=dossier,
            task=task,
            agency_id=agency_id,
            unit=unit,
            question=words,
            asked_at=moment,
            asked_by=by.post,
            due_at=min(due, dossier.due_at) if dossier.due_at and dossier.due_at > moment else due,
        )
        change.add(asked)
        take_part(change, dossier, agency_id, moment)
    return asked


def _asked(dossier: Dossier, consultation_id: int) -> Consultation:
    found = dossier.consultations.filter(pk=consultation_id).select_related("task", "unit").first()
    if found is None:
        raise NotFound("consultation.not_found", _("There is no such question."))
    if found.answered_at or found.cancelled_at:
        raise Conflict("consultation.closed", _("This question is closed already."))
    return found


def answer_consultation(
    *, by: Actor, dossier_id: uuid.UUID, consultation_id: int, answer: str, now: dt.datetime | None = None
) -> Consultation:
    """Give the opinion that was asked for.

    Raises:
        NotAllowed: the actor is not of the unit that was asked.
        Conflict: it was answered or taken back.
    """
    moment = instant(now)
    words = need(answer, "answer")
    with changing(dossier_id, by=by, kind="opinion_given", now=moment) as (change, dossier):
        asked = _asked(dossier, consultation_id)
        OPINES.check(by, asked)
        change.set(asked, answer=words, answered_at=moment, answered_by_id=by.post.pk if by.post else None)
    return asked


def cancel_consultation(
    *, by: Actor, dossier_id: uuid.UUID, consultation_id: int, now: dt.datetime | None = None
) -> Consultation:
    """Take a question back: the step waits no longer.

    Raises:
        NotAllowed: the asking step is not in the actor's hands.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="consultation_cancelled", now=moment) as (change, dossier):
        held_task(dossier, by)
        asked = _asked(dossier, consultation_id)
        change.set(asked, cancelled_at=moment)
    return asked


def move_to_agency(
    *, by: Actor, dossier_id: uuid.UUID, agency_id: int, reason: str, now: dt.datetime | None = None
) -> Dossier:
    """Move a dossier that went to the wrong agency to the right one, with its time: the promise stands.

    Open tasks are closed; the first step after the receipt opens at the right agency, by the internal process
    that was in force there on the day of receipt.

    Raises:
        NotAllowed: neither the desk that received it nor head or leader of the agency that has it.
        Refused: it is the same agency, or it has no process for this procedure.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="moved", now=moment, facts={"agency": agency_id}) as (change, dossier):
        MOVES.check(by, dossier)
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        agency = Agency.objects.on(local_day(moment)).filter(pk=agency_id).first()
        if agency is None or agency_id == dossier.agency_competent_id:
            raise Refused("agency.same", _("Choose another agency that exists today."), field="agency")
        process = process_for(dossier.version, agency.level, dossier.received_on, dossier.case)
        if process is None:
            raise Refused(
                "agency.no_process",
                _("%(agency)s has no internal process for this procedure."),
                field="agency",
                params={"agency": agency.name},
            )
        take_part(change, dossier, agency_id, moment)
        number = _close_open(change, dossier, by, why, moment)
        left, same_process = dossier.agency_competent_id, dossier.process_id == process.pk
        change.set(dossier, agency_competent_id=agency_id, process_id=process.pk)
        dossier.agency_competent, dossier.process = agency, process
        take_part(change, dossier, left, moment)
        receipt, step = _first_steps(dossier)
        if not same_process:
            # The walk begins anew by the other table of steps, where the receipt is done.
            number += 1
            task = open_step(change, dossier, receipt, number=number, now=moment)
            close_task(change, task, outcome=Task.Outcome.FORWARDED, by=by, now=moment)
        open_step(change, dossier, step, number=number + 1, now=moment)
        if dossier.state == State.RECEIVED:
            check_transition(dossier.state, State.PROCESSING)
            change.set(dossier, state=State.PROCESSING)
    return dossier


def _first_steps(dossier: Dossier) -> tuple[Step, Step]:
    """Return the receipt and the first step after it."""
    steps = steps_of_dossier(dossier)
    return steps[0], next(step for step in steps if step.kind != StepKind.RECEIVE)


def _close_open(change: Change, dossier: Dossier, by: Actor, note: str, now: dt.datetime) -> int:
    """Close what is open and return the highest number of a task."""
    for task in open_tasks(dossier):
        received = task.step.kind == StepKind.RECEIVE
        outcome = Task.Outcome.FORWARDED if received else Task.Outcome.MOVED
        close_task(change, task, outcome=outcome, by=by, now=now, note=note)
    for question in dossier.consultations.filter(answered_at=None, cancelled_at=None):
        change.set(question, cancelled_at=now)
    return max((task.number for task in tasks_of(dossier)), default=0)


def record_mishap(*, by: Actor, dossier_id: uuid.UUID, kind: str, what: str, now: dt.datetime | None = None) -> Mishap:
    """Record an official's error, or a paper lost or damaged: the actor's agency repairs it at its own cost.

    Raises:
        NotAllowed: the actor does not serve this dossier.
        Refused: it does not say what happened.

    Source: NĐ 61/2018 art. 21.
    """
    moment = instant(now)
    words = need(what, "what")
    if kind not in Mishap.Kind.values:
        raise Refused("kind.unknown", _("Choose what happened."), field="kind")
    with changing(dossier_id, by=by, kind="mishap_recorded", now=moment, facts={"kind": kind}) as (change, dossier):
        MENDS.check(by, dossier)
        mishap = Mishap(
            dossier=dossier,
            kind=kind,
            agency_id=by.agency_id or dossier.agency_competent_id,
            what=words,
            found_at=moment,
            found_by=by.post,
        )
        change.add(mishap)
    return mishap


def repair_mishap(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    mishap_id: int,
    repair: str,
    cost: int = 0,
    now: dt.datetime | None = None,
) -> Mishap:
    """Record how a mishap was repaired and what it cost the agency; the applicant pays nothing.

    Args:
        cost: đồng.

    Raises:
        NotAllowed: the actor is not of the agency that repairs it.
        Refused: it does not say how, or the cost is negative.
        Conflict: it was repaired before.
    """
    moment = instant(now)
    words = need(repair, "repair")
    if cost < 0:
        raise Refused("cost.negative", _("An amount is not negative."), field="cost")
    with changing(dossier_id, by=by, kind="mishap_repaired", now=moment, facts={"cost": cost}) as (change, dossier):
        MENDS.check(by, dossier)
        mishap = dossier.mishaps.filter(pk=mishap_id, agency_id=by.agency_id or 0).first()
        if mishap is None:
            raise NotFound("mishap.not_found", _("There is no such record at your agency."))
        if mishap.repaired_at is not None:
            raise Conflict("mishap.repaired", _("It was repaired already."))
        change.set(mishap, repair=words, cost=cost, repaired_at=moment)
    return mishap

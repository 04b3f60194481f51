"""Under which case a dossier falls, said again while it is handled: the promise follows the case's limit.

Whether something must be verified often shows only when an officer looks: a marriage is then promised within five
working days (60/2014/QH13, Article 18).
"""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.rules.working_time import Pause as ClockPause
from motcua.serve.catalogue.queries import case_name, cases_of, components_of, process_for
from motcua.serve.dossiers.actions.common import calendar_of, changing, held_task, instant, local_day, need, open_tasks
from motcua.serve.dossiers.actions.phases import base_of
from motcua.serve.dossiers.models import Dossier, Pause, State
from motcua.serve.dossiers.models.papers import SOMETHING_IN
from motcua.serve.dossiers.states import check_state


def choose_case(*, by: Actor, dossier_id: uuid.UUID, case: str, reason: str, now: dt.datetime | None = None) -> Dossier:
    """Say that a dossier falls under another case than was said at the desk; the first promise is kept beside the new.

    Open tasks get the working time that the promise gains, and none ends after it.

    Args:
        case: key of a case of the dossier's version.
        reason: why; it joins the dossier's note, which the next hands see.

    Raises:
        NotAllowed: the dossier does not lie in the actor's hands.
        Conflict: the clock stands; the promise has passed or was moved by an apology; or the case has an internal
            process of its own, which cannot be changed under way.
        Refused: no reason, no such case, the same case, or one that asks for papers that are not there.
    """
    moment, why = instant(now), need(reason, "reason")
    with changing(dossier_id, by=by, kind="case_chosen", now=moment) as (change, dossier):
        held_task(dossier, by)
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        _check_promise(dossier, moment)
        _check_case(dossier, case.strip())
        before = dossier.due_at
        longest = Dossier._meta.get_field("note").max_length
        note = "\n".join(part for part in (dossier.note, why) if part)[:longest]
        change.set(dossier, case=case.strip(), note=note)
        due = _promised(dossier)
        change.facts |= {"old_due_at": before, "new_due_at": due}
        change.set(dossier, due_at=due, due_on=local_day(due))
        if before is not None:
            _shift_tasks(change, dossier, before, due)
    return dossier


def _check_promise(dossier: Dossier, now: dt.datetime) -> None:
    if dossier.extended_at is not None or dossier.apologised_at is not None:
        raise Conflict("case.moved", _("The promise was moved with an apology already; the case stays."))
    if dossier.due_at is not None and local_day(now) > local_day(dossier.due_at):
        raise Conflict("case.too_late", _("The due date has passed: apologise instead."))


def _check_case(dossier: Dossier, case: str) -> None:
    version, day = dossier.version, dossier.received_on
    if case == dossier.case:
        raise Refused("case.same", _("The dossier is of this case already."), field="case")
    if not case or not cases_of(version, day).has(case):
        raise Refused("case.unknown", _("The procedure has no such case."), field="case")
    here = set(dossier.components.filter(SOMETHING_IN).values_list("component_id", flat=True))
    missing = [paper.name for paper in components_of(version, case) if paper.required and paper.pk not in here]
    if missing:
        raise Refused(
            "case.papers",
            _("“%(case)s” asks for papers that are not there: %(papers)s. Ask for a supplement first."),
            field="case",
            params={"case": case_name(version, case), "papers": "; ".join(missing)},
        )
    process = process_for(version, dossier.agency_competent.level, day, case)
    if process is None or process.pk != dossier.process_id:
        raise Conflict("case.process", _("This case has an internal process of its own, or the process has changed."))


def _promised(dossier: Dossier) -> dt.datetime:
    """Return the promise that the case's limit gives, the pauses so far taken out."""
    start, limit = base_of(dossier)
    ended = [p for p in dossier.pauses.filter(starts_at__gte=start).order_by("starts_at") if p.ends_at is not None]
    if dossier.version.supplement_recomputes:
        start = max([start, *(p.ends_at for p in ended if p.ends_at and p.cause == Pause.Cause.SUPPLEMENT)])
    pauses = [ClockPause(p.starts_at, p.ends_at, p.cause) for p in ended if p.ends_at and p.starts_at >= start]
    return calendar_of(dossier).promise(start, limit, cut_off=dossier.version.cut_off, pauses=pauses).due_at


def _shift_tasks(change: Change, dossier: Dossier, before: dt.datetime, due: dt.datetime) -> None:
    calendar = calendar_of(dossier)
    gained = calendar.between(before, due) if due > before else 0
    for task in open_tasks(dossier):
        if task.due_at is not None:
            moved = min(calendar.add_minutes(task.due_at, gained), due)
            if moved != task.due_at:
                change.set(task, due_at=moved)

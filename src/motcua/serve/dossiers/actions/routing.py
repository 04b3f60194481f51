"""Where a dossier goes: which steps open next, at which unit of which agency, until when."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.history import successor_on
from motcua.record.organisation.models import Agency, Role, Unit
from motcua.record.organisation.queries import unit_for
from motcua.rules.processes import followers
from motcua.rules.walking import Visit, to_open
from motcua.serve.catalogue.models import Step, StepKind, Where
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers.actions.common import calendar_at, local_day
from motcua.serve.dossiers.models import Dossier, Participant, Task

DONE = (Task.Outcome.FORWARDED, Task.Outcome.FINISHED, Task.Outcome.SKIPPED)
DESK_ROLES = (Role.CLERK, Role.CASHIER)


def visits_of(tasks: Iterable[Task]) -> list[Visit]:
    """Return the tasks of a dossier as visits of its steps."""
    return [Visit(t.step.key, t.number, is_open=t.closed_at is None, is_done=t.outcome in DONE) for t in tasks]


def tasks_of(dossier: Dossier) -> list[Task]:
    """Return all tasks of a dossier with their steps, in order."""
    return list(dossier.tasks.select_related("step", "unit__agency", "assignee__person").order_by("number"))


def steps_of_dossier(dossier: Dossier) -> list[Step]:
    """Return the steps of the dossier's process in order."""
    return list(dossier.process.steps.all()) if dossier.process else []


def keys_after(steps: Sequence[Step], tasks: Sequence[Task], task: Task, skipped: Sequence[str] = ()) -> list[str]:
    """Return the steps that open once an open task is done; none while others are waited for."""
    visits = [v if v.number != task.number else Visit(v.key, v.number, is_done=True) for v in visits_of(tasks)]
    last = max((v.number for v in visits), default=0)
    visits += [Visit(key, last + n, is_done=True) for n, key in enumerate(skipped, 1)]
    return to_open(steps, visits)


def is_last_hand(steps: Sequence[Step], tasks: Sequence[Task], task: Task) -> bool:
    """Tell whether a result is ready once this task is done: no other is open, and only a return is left."""
    if any(other.closed_at is None and other.pk != task.pk for other in tasks):
        return False
    if switches_of(task.step.switches).first_result:
        return True
    following = set(keys_after(steps, tasks, task))
    return all(step.kind == StepKind.RETURN for step in steps if step.key in following)


def handed_on(post_id: int | None, steps: Sequence[Step], tasks: Sequence[Task]) -> tuple[Task | None, list[Task]]:
    """Return the task that a post handed on last, and those that were opened after it."""
    mine = [t for t in tasks if t.closed_by_id == post_id and t.outcome == Task.Outcome.FORWARDED]
    before = mine[-1] if mine and post_id is not None else None
    if before is None:
        return None, []
    later = followers(steps, before.step.key)
    return before, [t for t in tasks if t.number > before.number and t.step.key in later]


def may_recall(post_id: int | None, steps: Sequence[Step], tasks: Sequence[Task]) -> bool:
    """Tell whether a post may take back what it handed on: nobody has taken it over, and the step allows it."""
    before, opened = handed_on(post_id, steps, tasks)
    if before is None or not opened or not switches_of(before.step.switches).may_recall:
        return False
    return all(task.assignee_id is None and task.closed_at is None for task in opened)


def agency_of_step(dossier: Dossier, step: Step, chosen: Mapping[str, int] | None = None) -> int:
    """Return the agency that a step lies with.

    Args:
        chosen: step key → agency, as the forwarding officer chose; else as it was chosen before.

    Raises:
        Refused: the step wants an agency to be chosen, and none was.
    """
    if step.where == Where.RECEIVING:
        return dossier.agency_received_id
    if step.where == Where.NAMED and step.agency_id:
        return step.agency_id
    if step.where != Where.CHOSEN:
        return dossier.agency_competent_id
    before = dossier.tasks.filter(step=step).order_by("-number").values_list("agency_id", flat=True).first()
    agency_id = (chosen or {}).get(step.key) or before
    if agency_id is None:
        raise Refused(
            "agency.missing",
            _("Choose the agency for the step “%(step)s”."),
            field="agency",
            params={"step": step.name},
        )
    return agency_id


def unit_of_step(dossier: Dossier, step: Step, day: dt.date, chosen: Mapping[str, int] | None = None) -> Unit:
    """Return the unit that a step lies with: the desk for clerks, else the agency's unit of that kind.

    Raises:
        Refused: an agency must be chosen.
        Conflict: the agency has no such unit on that day.
    """
    if step.role in DESK_ROLES and step.where in (Where.COMPETENT, Where.RECEIVING):
        return dossier.desk.unit
    agency_id = agency_of_step(dossier, step, chosen)
    field_code = dossier.version.procedure.field.code
    unit = unit_for(agency_id, step.unit_kind, day, field_code)
    if unit is None and (heir := successor_on(agency_id, day)) not in (None, agency_id):
        # The agency that the process names has ended since.
        unit = unit_for(heir, step.unit_kind, day, field_code)
    if unit is None:
        raise Conflict(
            "organisation.no_unit",
            _("%(agency)s has no unit for the step “%(step)s”."),
            params={"agency": Agency.objects.get(pk=agency_id).name, "step": step.name},
        )
    return unit


def step_due(dossier: Dossier, step: Step, agency: Agency, now: dt.datetime) -> dt.datetime | None:
    """Return when a step is due: its time from now by its agency's calendar, never later than the promise."""
    if not step.amount:
        return dossier.due_at
    due = calendar_at(agency, dossier.received_on).add(now, step.amount, step.unit)
    return min(due, dossier.due_at) if dossier.due_at else due


def open_step(
    change: Change,
    dossier: Dossier,
    step: Step,
    *,
    number: int,
    now: dt.datetime,
    assignee_id: int | None = None,
    chosen: Mapping[str, int] | None = None,
) -> Task:
    """Open the task of a step; an agency that was not part of the dossier becomes one."""
    unit = unit_of_step(dossier, step, local_day(now), chosen)
    # Desks work by the competent agency's calendar: the promise was counted by it.
    own = step.role in DESK_ROLES or unit.agency_id == dossier.agency_competent_id
    works_by = dossier.agency_competent if own else unit.agency
    task = Task(
        dossier=dossier,
        number=number,
        step=step,
        agency_id=unit.agency_id,
        unit=unit,
        role=step.role,
        assignee_id=assignee_id,
        opened_at=now,
        due_at=step_due(dossier, step, works_by, now),
    )
    change.add(task)
    take_part(change, dossier, unit.agency_id, now)
    return task


def take_part(change: Change, dossier: Dossier, agency_id: int, now: dt.datetime) -> None:
    """Let an agency read the dossier from now on, where it is none of its three."""
    if agency_id in (dossier.agency_received_id, dossier.agency_competent_id, dossier.agency_helped_id):
        return
    if not dossier.participants.filter(agency_id=agency_id).exists():
        change.add(Participant(dossier=dossier, agency_id=agency_id, since=now))

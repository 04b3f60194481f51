"""Where a step goes: to which unit of which agency, until when."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.errors import Conflict
from motcua.record.organisation.models import Role, Unit
from motcua.record.organisation.queries import unit_for
from motcua.serve.catalogue.models import Step, StepKind
from motcua.serve.dossiers.actions.common import calendar_of, local_day
from motcua.serve.dossiers.models import Dossier, Task


def unit_of_step(dossier: Dossier, step: Step, day: dt.date) -> Unit:
    """Return the unit that a step lies with: the desk for clerks, else the competent agency's unit of that kind.

    Raises:
        Conflict: the agency has no such unit on that day.
    """
    if step.role in (Role.CLERK, Role.CASHIER):
        return dossier.desk.unit
    field = dossier.version.procedure.field.code
    unit = unit_for(dossier.agency_competent_id, step.unit_kind, day, field)
    if unit is None:
        raise Conflict(
            "organisation.no_unit",
            _("%(agency)s has no unit for the step “%(step)s”."),
            params={"agency": dossier.agency_competent.name, "step": step.name},
        )
    return unit


def step_due(dossier: Dossier, step: Step, now: dt.datetime) -> dt.datetime | None:
    """Return when a step is due: its allotted time from now, never later than the dossier's promise."""
    if not step.amount:
        return dossier.due_at
    due = calendar_of(dossier).add(now, step.amount, step.unit)
    return min(due, dossier.due_at) if dossier.due_at else due


def open_step(
    change: Change,
    dossier: Dossier,
    step: Step,
    *,
    number: int,
    now: dt.datetime,
    assignee_id: int | None = None,
) -> Task:
    """Open the task of a step."""
    unit = unit_of_step(dossier, step, local_day(now))
    task = Task(
        dossier=dossier,
        number=number,
        step=step,
        agency_id=unit.agency_id,
        unit=unit,
        role=step.role,
        assignee_id=assignee_id,
        opened_at=now,
        due_at=step_due(dossier, step, now),
    )
    change.add(task)
    return task


def step_after(dossier: Dossier, step: Step) -> Step | None:
    """Return the next step of the dossier's process."""
    return Step.objects.filter(process_id=step.process_id, order__gt=step.order).order_by("order").first()


def is_last_hand(dossier: Dossier, step: Step) -> bool:
    """Tell whether the result is ready after this step: only the return is left."""
    following = step_after(dossier, step)
    return following is None or following.kind == StepKind.RETURN

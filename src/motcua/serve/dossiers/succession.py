"""Open dossiers of an agency that ends: each goes to the successor with its tasks, its questions and its promises.

What was done stays with the agency that did it: closed tasks, papers and returned dossiers are not touched, and the
event of each move names the old agency.
"""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency, Desk, Unit
from motcua.record.organisation.queries import unit_for
from motcua.record.organisation.succession import SHOWN, Fault, Handing, Mover, Plan, register_mover
from motcua.serve.catalogue.models import Competence, Where
from motcua.serve.dossiers.actions.common import local_day
from motcua.serve.dossiers.actions.routing import take_part
from motcua.serve.dossiers.models import Consultation, Dossier, Draft, Mishap, Task

MOVED = "dossier.succeeded"
AT_ONCE = 500


def open_dossiers(agency_id: int) -> QuerySet[Dossier]:
    """Return the dossiers that are not at their end and lie with an agency in any part."""
    concerned = (
        Q(agency_competent=agency_id)
        | Q(agency_received=agency_id)
        | Q(tasks__agency=agency_id, tasks__closed_at=None)
        | Q(consultations__agency=agency_id, consultations__answered_at=None, consultations__cancelled_at=None)
        | Q(drafts__agency=agency_id, drafts__status=Draft.Status.WAITING)
        | Q(mishaps__agency=agency_id, mishaps__repaired_at=None)
    )
    standing = Dossier.objects.filter(returned_at=None, ended_at=None, voided_at=None)
    return standing.filter(pk__in=Dossier.objects.filter(concerned).values("pk")).order_by("received_at", "code")


def desk_at(dossier: Dossier, moment: dt.datetime, events: Sequence[Event]) -> tuple[Agency, Desk]:
    """Return the agency and desk where a dossier lay at an instant, the agency called what it was called then.

    A paper of before a merger, printed again, is the old agency's.

    Args:
        events: all of the dossier, in order.
    """
    agency, desk = dossier.agency_received, dossier.desk
    if any(event.kind == MOVED and event.recorded_at > moment for event in events):
        held: dict[str, int] = {}
        for event in (e for e in events if e.recorded_at <= moment):
            held |= event.payload["rows"].get(dossier.ledger_key(), {})
        agency = Agency.objects.select_related("parent").get(pk=held["agency_received_id"])
        desk = Desk.objects.get(pk=held["desk_id"])
    return dated([agency], local_day(moment))[0], desk


def first_desk(handing: Handing) -> Desk | None:
    """Return the successor's desk that takes over, None where it has none or nobody takes over."""
    desks = Desk.objects.on(handing.day).filter(unit__agency=handing.new).select_related("unit").order_by("pk")
    return desks.first() if handing.new else None


class Homes:
    """Where the parts of dossiers find a home at the successor; each question is asked of the database once."""

    def __init__(self, handing: Handing) -> None:
        self.handing = handing
        self._units: dict[tuple[str, str], Unit | None] = {}
        self._decides: dict[int, bool] = {}
        self.desk = first_desk(handing)
        # Most dossiers have nothing of the kind: those that have are asked for once.
        old = handing.old
        asked = Consultation.objects.filter(answered_at=None, cancelled_at=None)
        self.asking = set(asked.values_list("task_id", flat=True))
        self.waiting = {
            *asked.filter(agency=old).values_list("dossier_id", flat=True),
            *Draft.objects.filter(agency=old, status=Draft.Status.WAITING).values_list("dossier_id", flat=True),
            *Mishap.objects.filter(agency=old, repaired_at=None).values_list("dossier_id", flat=True),
        }

    def unit(self, kind: str, field_code: str) -> Unit | None:
        """Return the successor's unit of a kind for a field."""
        if self.handing.new is None:
            return None
        key = kind, field_code
        if key not in self._units:
            self._units[key] = unit_for(self.handing.new.pk, kind, self.handing.day, field_code)
        return self._units[key]

    def decides(self, procedure_id: int) -> bool:
        """Tell whether the successor decides a procedure: by its level, or by name as the old agency did."""
        new, old = self.handing.new, self.handing.old
        if new is None:
            return False
        if procedure_id not in self._decides:
            named = Q(agency__in=[new, old]) | Q(agency=None, level=new.level)
            rows = Competence.objects.on(self.handing.day).filter(named, procedure_id=procedure_id)
            self._decides[procedure_id] = rows.exists()
        return self._decides[procedure_id]


def plan_dossiers(handing: Handing) -> Plan:
    """Return which open dossiers would move, and those that would be left without a home."""
    homes = Homes(handing)
    tasks = Task.objects.filter(closed_at=None, agency=handing.old).select_related("unit", "step")
    dossiers = open_dossiers(handing.old.pk).select_related("version__procedure__field", "process")
    count, items, faults = 0, [], []
    for dossier in dossiers.prefetch_related(Prefetch("tasks", tasks, "open_here"), "process__steps"):
        count += 1
        if len(items) < SHOWN:
            items.append(dossier.code)
        if why := _why_orphaned(dossier, homes):
            faults.append(Fault(dossier.code, why))
    return Plan(count, items, faults)


def _why_orphaned(dossier: Dossier, homes: Homes) -> str:
    """Return why a dossier would have no home at the successor, "" where it has one."""
    new, old = homes.handing.new, homes.handing.old
    if new is None:
        return _("It is still open, and nobody takes over from %(agency)s.") % {"agency": old.name}
    field_code = dossier.version.procedure.field.code
    if dossier.agency_competent_id == old.pk and not homes.decides(dossier.version.procedure_id):
        return _("%(agency)s does not decide this procedure.") % {"agency": new.name}
    if dossier.agency_received_id == old.pk and homes.desk is None:
        return _("%(agency)s has no desk.") % {"agency": new.name}
    kinds = {task.unit.kind: task.step.name for task in dossier.open_here}
    if dossier.agency_competent_id == old.pk and dossier.process:
        kinds |= {s.unit_kind: s.name for s in dossier.process.steps.all() if s.where == Where.COMPETENT}
    for kind, step in kinds.items():
        if homes.unit(kind, field_code) is None:
            return _("%(agency)s has no unit for the step “%(step)s”.") % {"agency": new.name, "step": step}
    return ""


def move_dossiers(by: Actor, handing: Handing, now: dt.datetime) -> int:
    """Move every open dossier with one event each; promised times and the due times of tasks stay as they are."""
    if handing.new is None:
        return 0
    homes = Homes(handing)
    found = list(open_dossiers(handing.old.pk).values_list("pk", flat=True))
    for pk in found:
        facts = {"decision": handing.decision.pk, "old": handing.old.pk, "new": handing.new.pk}
        with record_change(
            chain_id=pk,
            subject="dossier",
            kind=MOVED,
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts=facts,
        ) as change:
            dossier = Dossier.objects.select_related("version__procedure__field").get(pk=pk)
            _move(change, dossier, homes, by, now)
    return len(found)


def _move(change: Change, dossier: Dossier, homes: Homes, by: Actor, now: dt.datetime) -> None:
    handing = homes.handing
    assert handing.new is not None
    new, old = handing.new.pk, handing.old.pk
    parts: dict[str, int] = {}
    if dossier.agency_competent_id == old:
        parts["agency_competent_id"] = new
    if dossier.agency_received_id == old:
        assert homes.desk is not None
        parts |= {"agency_received_id": new, "desk_id": homes.desk.pk}
    if parts:
        change.set(dossier, **parts)
        take_part(change, dossier, old, now)
    field_code = dossier.version.procedure.field.code
    _move_tasks(change, dossier, homes, field_code, by, now)
    if dossier.pk in homes.waiting:
        _move_waiting(change, dossier, homes, field_code)
    take_part(change, dossier, new, now)


def _move_waiting(change: Change, dossier: Dossier, homes: Homes, field_code: str) -> None:
    """Hand over questions, drafts and mishaps that wait for somebody of the old agency."""
    assert homes.handing.new is not None
    old, new = homes.handing.old, homes.handing.new.pk
    for asked in dossier.consultations.filter(agency=old, answered_at=None, cancelled_at=None).select_related("unit"):
        unit = homes.unit(asked.unit.kind, field_code) or homes.handing.unit_like(asked.unit)
        if unit is not None:
            change.set(asked, agency_id=new, unit_id=unit.pk)
    for row in (
        *dossier.drafts.filter(agency=old, status=Draft.Status.WAITING),
        *dossier.mishaps.filter(agency=old, repaired_at=None),
    ):
        change.set(row, agency_id=new)


def _move_tasks(change: Change, dossier: Dossier, homes: Homes, field_code: str, by: Actor, now: dt.datetime) -> None:
    """Close the open tasks of the old agency as moved, and open each at the successor with the same due time."""
    open_ones = list(dossier.tasks.filter(closed_at=None, agency=homes.handing.old).select_related("unit"))
    last = dossier.tasks.order_by("-number").values_list("number", flat=True).first() or 0
    for number, task in enumerate(open_ones, last + 1):
        unit = homes.unit(task.unit.kind, field_code)
        assert unit is not None  # the plan saw to it
        change.set(task, closed_at=now, outcome=Task.Outcome.MOVED, closed_by_id=by.post.pk if by.post else None)
        again = _again(task, unit, number, now)
        again.assignee_id = homes.handing.posts.get(task.assignee_id or 0)
        change.add(again)
        if task.pk in homes.asking:
            _rehang(change, dossier, task, again)


def _again(task: Task, unit: Unit, number: int, now: dt.datetime) -> Task:
    return Task(
        dossier_id=task.dossier_id,
        number=number,
        step_id=task.step_id,
        agency_id=unit.agency_id,
        unit=unit,
        role=task.role,
        opened_at=now,
        due_at=task.due_at,
    )


def _rehang(change: Change, dossier: Dossier, old: Task, new: Task) -> None:
    """Let the questions that an old task waits for be waited for by the new one."""
    waiting: Sequence = dossier.consultations.filter(task=old, answered_at=None, cancelled_at=None)
    for asked in waiting:
        change.set(asked, task_id=new.pk)


register_mover(Mover("dossiers", gettext_lazy("open dossiers"), 30, plan_dossiers, move_dossiers))

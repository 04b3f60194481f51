"""The open tasks of a leaver: each goes to the successor's post, or back to its unit, with one event for a dossier."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.handover import HandOver, Holding, register_holding
from motcua.record.organisation.models import Post
from motcua.record.organisation.succession import SHOWN, Fault, Plan
from motcua.serve.dossiers.models import Task

HANDED_OVER = "dossier.handed_over"


def tasks_held(post: Post) -> QuerySet[Task]:
    """Return the open tasks that are assigned to a post, what is due first on top within a dossier."""
    tasks = Task.objects.filter(closed_at=None, assignee=post).select_related("dossier", "step", "unit")
    return tasks.order_by("dossier__received_at", "dossier_id", "number")


def plan_tasks(over: HandOver) -> Plan:
    """Return the dossiers whose tasks would pass on, and those that the successor's post cannot do."""
    codes: dict[str, None] = {}
    faults = []
    for task in tasks_held(over.leaver):
        codes[task.dossier.code] = None
        if over.successor is not None and not _can_do(over.successor, task):
            sentence = _("the step “%(step)s” needs a post of the same role in %(unit)s.")
            faults.append(Fault(task.dossier.code, sentence % {"step": task.step.name, "unit": task.unit.name}))
    return Plan(len(codes), list(codes)[:SHOWN], faults)


def _can_do(post: Post, task: Task) -> bool:
    return post.unit_id == task.unit_id and post.role == task.role


def pass_tasks_on(by: Actor, over: HandOver, now: dt.datetime) -> int:
    """Give each task to the successor, or to the whole unit; steps and due times stay. Return the dossiers' number."""
    to = over.successor.pk if over.successor else None
    count = 0
    for pk, tasks in _by_dossier(tasks_held(over.leaver)):
        facts = {"from": over.leaver.pk, "to": to, "tasks": tasks}
        with record_change(
            chain_id=pk,
            subject="dossier",
            kind=HANDED_OVER,
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts=facts,
        ) as change:
            # The chain is locked now; a task that was closed or given away meanwhile stays as it is.
            for task in Task.objects.filter(pk__in=tasks, closed_at=None, assignee=over.leaver):
                change.set(task, assignee_id=to)
        count += 1
    return count


def _by_dossier(tasks: Iterable[Task]) -> list[tuple]:
    return [(pk, [task.pk for task in group]) for pk, group in groupby(tasks, key=lambda task: task.dossier_id)]


register_holding(Holding("tasks", gettext_lazy("dossiers with open tasks"), plan_tasks, pass_tasks_on))

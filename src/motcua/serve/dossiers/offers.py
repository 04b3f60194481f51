"""Which actions a person may take on a dossier now: only those are shown."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.serve.catalogue.models import Step, StepKind
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers.actions.clock import hands_for, judged_on
from motcua.serve.dossiers.actions.phases import next_phase
from motcua.serve.dossiers.actions.routing import is_last_hand, may_recall, steps_of_dossier, tasks_of
from motcua.serve.dossiers.models import Dossier, PostalItem, State, Task
from motcua.serve.dossiers.models.posting import at_the_desk_again
from motcua.serve.dossiers.policies import ANSWERS, ASSIGNS, CORRECTS, HOLDS, MENDS, MOVES, RETURNS, STOPS, VOIDS
from motcua.serve.dossiers.states import OPEN, RUNNING


@dataclass(frozen=True)
class Offer:
    """An action by its name; `main` is the one that carries the work on."""

    name: str
    label: Lazy | str
    main: bool = False
    danger: bool = False


def offers(
    actor: Actor,
    dossier: Dossier,
    task: Task | None,
    now: dt.datetime,
    *,
    last: bool | None = None,
    steps: Sequence[Step] | None = None,
    tasks: Sequence[Task] | None = None,
) -> list[Offer]:
    """Return the actions open to the actor, the one that carries on first.

    Args:
        task: the open task that concerns the actor.
        last: whether the result is ready after it; asked of the record if not given.
        steps, tasks: of the dossier; asked of the record if not given.
    """
    steps = steps_of_dossier(dossier) if steps is None else steps
    tasks = tasks_of(dossier) if tasks is None else tasks
    allowed = [switches_of(one.step.switches) for one in tasks if one.closed_at is None]
    return [
        *_task_offers(actor, dossier, task, last),
        *_case_offers(actor, dossier, task, now),
        *_recall_offers(actor, dossier, steps, tasks),
        *_desk_offers(actor, dossier),
        *_answer_offers(actor, dossier, now, extend=all(one.may_extend for one in allowed)),
        *_other_offers(actor, dossier, stop=all(one.may_cancel for one in allowed)),
    ]


def _recall_offers(actor: Actor, dossier: Dossier, steps: Sequence[Step], tasks: Sequence[Task]) -> list[Offer]:
    may = dossier.state in RUNNING and may_recall(actor.post.pk if actor.post else None, steps, tasks)
    return [Offer("recall", _("Take it back"))] if may else []


def _task_offers(actor: Actor, dossier: Dossier, task: Task | None, last: bool | None) -> list[Offer]:
    if task is None:
        return []
    found: list[Offer] = []
    holds = HOLDS.allows(actor, task)
    allowed = switches_of(task.step.switches)
    if holds and dossier.state in RUNNING:
        if last is None:
            last = is_last_hand(steps_of_dossier(dossier), tasks_of(dossier), task)
        found.append(
            Offer("finish", _("Finish with the result"), main=True)
            if last
            else Offer("forward", _("Hand on"), main=True)
        )
        if hands_for(dossier, "result") and not _has_result_draft(dossier):
            found.insert(0, Offer("draft_result", _("Write the result for approval")))
        found.append(Offer("consult", _("Ask another agency's opinion")))
        if allowed.may_supplement and dossier.supplements_asked < dossier.version.supplement_limit:
            found.append(Offer("request_supplement", _("Ask for a supplement")))
        if allowed.may_pause:
            found.append(Offer("pause_for_fee", _("Wait for a payment duty")))
    if holds and task.step.may_return_to and dossier.state in (*RUNNING, State.FINISHED):
        found.append(Offer("send_back", _("Send back")))
    if ASSIGNS.allows(actor, task) and dossier.state in RUNNING and task.step.kind != StepKind.RETURN:
        found.append(Offer("assign", _("Assign")))
    return found


def _case_offers(actor: Actor, dossier: Dossier, task: Task | None, now: dt.datetime) -> list[Offer]:
    """Offer another case while the promise stands: it moves with the case's limit."""
    if not dossier.case or task is None or not HOLDS.allows(actor, task) or dossier.state not in RUNNING:
        return []
    moved = dossier.extended_at is not None or dossier.apologised_at is not None
    late = dossier.due_on is not None and judged_on(dossier, now) > dossier.due_on
    others = any(case.key != dossier.case for case in dossier.version.cases.all())
    return [Offer("choose_case", _("It falls under another case"))] if others and not moved and not late else []


def _has_result_draft(dossier: Dossier) -> bool:
    return dossier.drafts.filter(kind="result").exclude(status="rejected").exists()


def _desk_offers(actor: Actor, dossier: Dossier) -> list[Offer]:
    if not RETURNS.allows(actor, dossier):
        return []
    found: list[Offer] = []
    if dossier.state == State.NEW and not is_waiting(dossier):
        found.append(Offer("accept", _("Receive it"), main=True))
        found.append(Offer("ask_before", _("Ask for papers (form 02)")))
        found.append(Offer("refuse", _("Refuse (form 03)"), danger=True))
    if dossier.state == State.NEW:
        found.append(Offer("withdraw", _("The applicant withdraws"), danger=True))
    if dossier.state == State.RETURNED and came_back(dossier):
        found.append(Offer("give_after_post", _("Give at the counter what came back"), main=True))
    if dossier.state == State.FINISHED:
        found.append(Offer("return_result", _("Return the result"), main=True))
    if dossier.state == State.SUPPLEMENT:
        found.append(Offer("record_supplement", _("The supplement has arrived"), main=True))
        found.append(Offer("expire_supplement", _("The time to supplement is over"), danger=True))
    if dossier.state == State.FEE and next_phase(dossier) is not None:
        found.append(Offer("start_phase", _("The applicant is back: make the second appointment"), main=True))
    elif dossier.state == State.FEE:
        found.append(Offer("settle_fee", _("The duty is paid"), main=True))
    if dossier.state in OPEN:
        found.append(Offer("withdraw", _("The applicant withdraws"), danger=True))
    return found


def is_waiting(dossier: Dossier) -> bool:
    """Tell whether it is a part of a linked filing that waits for a result before it."""
    linked = getattr(dossier, "linked", None)
    return linked is not None and linked.started_at is None


def came_back(dossier: Dossier) -> bool:
    """Tell whether its result came back from the post and lies at the desk."""
    under_way = [PostalItem.Status.LISTED, PostalItem.Status.POSTED]
    back = at_the_desk_again().filter(dossier=dossier)
    return back.exclude(dossier__postal_items__status__in=under_way).exists()


def _answer_offers(actor: Actor, dossier: Dossier, now: dt.datetime, *, extend: bool) -> list[Offer]:
    if not ANSWERS.allows(actor, dossier) or dossier.due_on is None or dossier.apologised_at:
        return []
    late = judged_on(dossier, now) > dossier.due_on
    if late and dossier.state in (*OPEN, State.FINISHED, State.RETURNED):
        return [Offer("apologise", _("Apologise for being late"))]
    if extend and not late and dossier.state in RUNNING and not dossier.extended_at:
        return [Offer("extend", _("Extend with an apology"))]
    return []


def _other_offers(actor: Actor, dossier: Dossier, *, stop: bool) -> list[Offer]:
    found: list[Offer] = []
    if dossier.state in RUNNING and MOVES.allows(actor, dossier):
        found.append(Offer("move", _("Move to the right agency")))
    if MENDS.allows(actor, dossier):
        found.append(Offer("mishap", _("Record an error or a lost paper")))
    if dossier.state in (*OPEN, State.FINISHED) and CORRECTS.allows(actor, dossier):
        found.append(Offer("correct", _("Correct a typing error")))
    if stop and dossier.state in OPEN and STOPS.allows(actor, dossier):
        found.append(Offer("stop", _("Stop handling"), danger=True))
    if dossier.state in OPEN and VOIDS.allows(actor, dossier):
        found.append(Offer("void", _("Void a mistaken receipt"), danger=True))
    return found

"""From hand to hand: forward, send back, recall, assign, finish."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import Post
from motcua.serve.catalogue.models import Step, StepKind
from motcua.serve.dossiers.actions.common import changing, close_task, instant, local_day, need, open_task
from motcua.serve.dossiers.actions.routing import is_last_hand, open_step, step_after
from motcua.serve.dossiers.models import Attachment, Dossier, State, Task
from motcua.serve.dossiers.policies import ASSIGNS, HOLDS
from motcua.serve.dossiers.states import check_state, check_transition


def _held_task(dossier: Dossier, by: Actor) -> Task:
    task = open_task(dossier)
    HOLDS.check(by, task)
    assert task is not None
    return task


def _move(change: Change, dossier: Dossier, step: Step, *, after: Task, now: dt.datetime, to: int | None) -> Task:
    """Open the next task and set the state that its place means."""
    task = open_step(change, dossier, step, number=after.number + 1, now=now, assignee_id=to)
    state = State.RECEIVED if step.kind == StepKind.RECEIVE else State.PROCESSING
    if dossier.state != state:
        check_transition(dossier.state, state)
        change.set(dossier, state=state)
    return task


def forward_dossier(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    assignee_id: int | None = None,
    note: str = "",
    now: dt.datetime | None = None,
) -> Task:
    """Hand a dossier to the next step of its process.

    Args:
        by: who holds the open task.
        assignee_id: the post that shall do it; None leaves it with the unit.
        note: for the next hand; personal, so the ledger keeps its digest only.

    Returns:
        The new task.

    Raises:
        NotAllowed: the task is not in the actor's hands.
        Conflict: the state forbids it, or only the return is left (then it is finished, not forwarded).
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="forwarded", now=moment) as (change, dossier):
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        task = _held_task(dossier, by)
        following = step_after(dossier, task.step)
        if following is None or is_last_hand(dossier, task.step):
            raise Conflict("step.last", _("This is the last step: finish the dossier with its result."))
        close_task(change, task, outcome=Task.Outcome.FORWARDED, by=by, now=moment, note=note)
        opened = _move(change, dossier, following, after=task, now=moment, to=None)
        if assignee_id is not None:
            _give(change, opened, assignee_id)
    return opened


def _give(change: Change, task: Task, assignee_id: int) -> None:
    post = Post.objects.filter(pk=assignee_id, unit_id=task.unit_id, role=task.role).first()
    if post is None:
        raise Refused("assignee.unfit", _("This post cannot do the step."), field="assignee")
    change.set(task, assignee_id=post.pk)


def send_back_dossier(
    *, by: Actor, dossier_id: uuid.UUID, to_step: str, reason: str, now: dt.datetime | None = None
) -> Task:
    """Send a dossier back to an earlier step that the process allows, with the reason.

    Raises:
        NotAllowed: the task is not in the actor's hands.
        Refused: no reason.
        Conflict: the process does not allow this way.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="sent_back", now=moment) as (change, dossier):
        check_state(dossier.state, State.RECEIVED, State.PROCESSING, State.FINISHED)
        task = _held_task(dossier, by)
        step = dossier.process.steps.filter(key=to_step).first() if dossier.process else None
        if step is None or to_step not in task.step.may_return_to:
            raise Conflict("step.no_way_back", _("The process does not allow to send it back there."))
        earlier = dossier.tasks.filter(step=step).exclude(closed_by=None).order_by("-number").first()
        close_task(change, task, outcome=Task.Outcome.SENT_BACK, by=by, now=moment, note=why)
        if dossier.state == State.FINISHED:
            change.set(dossier, finished_at=None, finished_on=None, state=State.PROCESSING)
        to = earlier.closed_by_id if earlier and earlier.role == step.role else None
        return _move(change, dossier, step, after=task, now=moment, to=to)


def recall_dossier(*, by: Actor, dossier_id: uuid.UUID, reason: str, now: dt.datetime | None = None) -> Task:
    """Take back what the actor handed on by mistake, while the next hand has not begun.

    Raises:
        Conflict: nothing was handed on by this post, or somebody has taken it over.
        Refused: no reason.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="recalled", now=moment) as (change, dossier):
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        task = open_task(dossier)
        before = dossier.tasks.exclude(closed_at=None).select_related("step").order_by("-number").first()
        mine = before is not None and by.post is not None and before.closed_by_id == by.post.pk
        if task is None or before is None or not mine or before.outcome != Task.Outcome.FORWARDED:
            raise Conflict("recall.not_yours", _("You did not hand this dossier on."))
        if task.assignee_id is not None:
            raise Conflict("recall.taken", _("Somebody has taken it over already; ask them to send it back."))
        close_task(change, task, outcome=Task.Outcome.RECALLED, by=by, now=moment, note=why)
        return _move(change, dossier, before.step, after=task, now=moment, to=before.closed_by_id)


def assign_task(*, by: Actor, dossier_id: uuid.UUID, assignee_id: int, now: dt.datetime | None = None) -> Task:
    """Assign or reassign the open task to a post of its unit; a holder may take a free task.

    Raises:
        NotAllowed: the actor neither heads the unit nor takes a free task.
        Refused: the post cannot do the step.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="assigned", now=moment) as (change, dossier):
        task = open_task(dossier)
        takes_it = by.post is not None and assignee_id == by.post.pk and HOLDS.allows(by, task)
        if not takes_it:
            ASSIGNS.check(by, task)
        assert task is not None
        _give(change, task, assignee_id)
    return task


def finish_dossier(*, by: Actor, dossier_id: uuid.UUID, note: str = "", now: dt.datetime | None = None) -> Dossier:
    """Finish: the result is signed and goes to the desk; this moment decides early, on time or late.

    Raises:
        NotAllowed: the task is not in the actor's hands.
        Conflict: it is not the last hand, or the state forbids it.
        Refused: the procedure needs a result file and there is none.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="finished", now=moment) as (change, dossier):
        check_transition(dossier.state, State.FINISHED)
        task = _held_task(dossier, by)
        if not is_last_hand(dossier, task.step):
            raise Conflict("step.not_last", _("Other steps come first: forward the dossier."))
        _check_result(dossier)
        close_task(change, task, outcome=Task.Outcome.FINISHED, by=by, now=moment, note=note)
        change.set(dossier, state=State.FINISHED, finished_at=moment, finished_on=local_day(moment))
        following = step_after(dossier, task.step)
        if following is not None:
            open_step(change, dossier, following, number=task.number + 1, now=moment)
    return dossier


def _check_result(dossier: Dossier) -> None:
    has_result = dossier.attachments.filter(purpose=Attachment.Purpose.RESULT).exists()
    if dossier.version.result_required and not has_result:
        raise Refused("result.missing", _("Attach the result first: this procedure asks for it."), field="result")


def forward_many(
    *, by: Actor, dossier_ids: Sequence[uuid.UUID], note: str = "", now: dt.datetime | None = None
) -> tuple[list[uuid.UUID], dict[uuid.UUID, Refused]]:
    """Forward each dossier, or finish it where only the return is left; each in its own transaction.

    Returns:
        Which went on, and why the others did not.
    """

    def one(dossier_id: uuid.UUID) -> None:
        try:
            forward_dossier(by=by, dossier_id=dossier_id, note=note, now=now)
        except Conflict as refusal:
            if refusal.code != "step.last":
                raise
            finish_dossier(by=by, dossier_id=dossier_id, note=note, now=now)

    return each(dossier_ids, one)


def each(
    dossier_ids: Sequence[uuid.UUID], action: Callable[[uuid.UUID], object]
) -> tuple[list[uuid.UUID], dict[uuid.UUID, Refused]]:
    """Run an action on each dossier; a refusal of one does not hold up the others."""
    done: list[uuid.UUID] = []
    refused: dict[uuid.UUID, Refused] = {}
    for dossier_id in dossier_ids:
        try:
            action(dossier_id)
            done.append(dossier_id)
        except Refused as refusal:
            refused[dossier_id] = refusal
    return done, refused

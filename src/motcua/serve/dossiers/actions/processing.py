"""From hand to hand: forward, send back, recall, assign, finish."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import Post
from motcua.rules.processes import followers
from motcua.serve.catalogue.models import Step, StepKind
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers.actions.clock import hands_for
from motcua.serve.dossiers.actions.common import (
    changing,
    close_task,
    held_task,
    instant,
    local_day,
    need,
    open_tasks,
    task_for,
)
from motcua.serve.dossiers.actions.linked import start_linked
from motcua.serve.dossiers.actions.phases import finish_phase, running_phase
from motcua.serve.dossiers.actions.routing import (
    handed_on,
    is_last_hand,
    keys_after,
    open_step,
    steps_of_dossier,
    tasks_of,
)
from motcua.serve.dossiers.models import Attachment, Dossier, DossierComponent, Draft, State, Task
from motcua.serve.dossiers.policies import ASSIGNS, HOLDS, RECALLS
from motcua.serve.dossiers.states import check_state, check_transition


def _state_of(step: Step) -> State:
    return State.RECEIVED if step.kind == StepKind.RECEIVE else State.PROCESSING


def _set_state(change: Change, dossier: Dossier, state: State) -> None:
    if dossier.state != state:
        check_transition(dossier.state, state)
        change.set(dossier, state=state)


def _reopen(change: Change, dossier: Dossier, step: Step, *, number: int, now: dt.datetime, to: int | None) -> Task:
    """Open a step again and set the state that its place means."""
    task = open_step(change, dossier, step, number=number, now=now, assignee_id=to)
    _set_state(change, dossier, _state_of(step))
    return task


def forward_dossier(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    assignee_id: int | None = None,
    note: str = "",
    agencies: Mapping[str, int] | None = None,
    skip: Collection[str] = (),
    now: dt.datetime | None = None,
) -> list[Task]:
    """Hand a dossier on: every step opens whose turn it is, side by side where the process says so.

    Args:
        by: who holds an open task.
        assignee_id: the post that shall do the next step; None leaves it with the unit.
        note: for the next hand; personal, so the ledger keeps its digest only.
        agencies: for steps whose agency is chosen: step key → agency.
        skip: keys of the next steps that may be skipped and shall be.

    Returns:
        The new tasks; none where other steps must be done first.

    Raises:
        NotAllowed: no open task is in the actor's hands.
        Refused: an agency, a person or a result is missing, or a step may not be skipped.
        Conflict: the state forbids it, an opinion is waited for, or only the return is left.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="forwarded", now=moment) as (change, dossier):
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        task = held_task(dossier, by)
        steps, tasks = steps_of_dossier(dossier), tasks_of(dossier)
        if switches_of(task.step.switches).first_result and not is_last_hand(steps, tasks, task):
            raise Conflict("phase.others_open", _("Other steps of this phase are still open."))
        _check_may_leave(dossier, task)
        _check_skips(steps, keys_after(steps, tasks, task), skip)
        following = keys_after(steps, tasks, task, sorted(skip, key=[s.key for s in steps].index))
        if is_last_hand(steps, tasks, task):
            raise Conflict("step.last", _("This is the last step: finish the dossier with its result."))
        if following and switches_of(task.step.switches).must_choose_person and assignee_id is None:
            raise Refused("assignee.missing", _("Choose who shall do the next step."), field="assignee")
        close_task(change, task, outcome=Task.Outcome.FORWARDED, by=by, now=moment, note=note)
        _hand_result_on(change, dossier, task)
        walk = _Walk(change, dossier, by, moment, number=tasks[-1].number)
        walk.skip(steps, skip)
        opened = [walk.open(step, agencies) for step in steps if step.key in following]
        if opened:
            _set_state(change, dossier, _state_of(opened[0].step))
        if assignee_id is not None and opened:
            _give(change, opened, assignee_id)
    return opened


@dataclass
class _Walk:
    """The tasks that one event opens: each takes the next number."""

    change: Change
    dossier: Dossier
    by: Actor
    now: dt.datetime
    number: int

    def open(self, step: Step, agencies: Mapping[str, int] | None) -> Task:
        self.number += 1
        return open_step(self.change, self.dossier, step, number=self.number, now=self.now, chosen=agencies)

    def skip(self, steps: Sequence[Step], keys: Collection[str]) -> None:
        for step in steps:
            if step.key in keys:
                task = self.open(step, {step.key: self.dossier.agency_competent_id})
                close_task(self.change, task, outcome=Task.Outcome.SKIPPED, by=self.by, now=self.now)


def _check_skips(steps: Sequence[Step], following: Collection[str], skip: Collection[str]) -> None:
    may = {step.key for step in steps if step.optional and step.key in following}
    if not set(skip) <= may:
        raise Refused("skip.not_optional", _("This step may not be skipped."), field="skip")


def _check_may_leave(dossier: Dossier, task: Task) -> None:
    """An opinion that was asked for is waited for; a step that must attach its result has one."""
    waiting = task.consultations.filter(answered_at=None, cancelled_at=None).select_related("unit__agency").first()
    if waiting is not None:
        raise Conflict(
            "consultation.open",
            _("The opinion of %(agency)s is waited for; take the question back if it is not needed."),
            params={"agency": waiting.unit.agency.name},
        )
    if dossier.drafts.filter(status=Draft.Status.WAITING).exists():
        raise Conflict("draft.open", _("A draft waits for approval; it is decided before the dossier goes on."))
    if not switches_of(task.step.switches).must_attach_result:
        return
    if not dossier.attachments.filter(purpose=Attachment.Purpose.RESULT, added_at__gte=task.opened_at).exists():
        raise Refused("result.missing", _("Attach the result of this step first."), field="result")


def _hand_result_on(change: Change, dossier: Dossier, task: Task) -> None:
    """The result of one agency is a paper for the next, where the step says so."""
    if not switches_of(task.step.switches).result_is_paper:
        return
    if dossier.attachments.filter(purpose=Attachment.Purpose.RESULT, added_at__gte=task.opened_at).exists():
        name = f"{task.step.name_vi} – {task.unit.agency.name_vi}"
        change.add(DossierComponent(dossier=dossier, name=name[:500], originals=1, digitised=True))


def _give(change: Change, tasks: Sequence[Task], assignee_id: int) -> None:
    post = Post.objects.filter(pk=assignee_id).first()
    fit = [task for task in tasks if post and (task.unit_id, task.role) == (post.unit_id, post.role)]
    if post is None or not fit:
        raise Refused("assignee.unfit", _("This post cannot do the step."), field="assignee")
    change.set(fit[0], assignee_id=post.pk)


def send_back_dossier(
    *, by: Actor, dossier_id: uuid.UUID, to_step: str, reason: str, now: dt.datetime | None = None
) -> Task:
    """Send a dossier back to an earlier step that the process allows, with the reason.

    What was begun after that step is closed with it and will be done again; branches beside it go on.

    Raises:
        NotAllowed: no open task is in the actor's hands.
        Refused: no reason.
        Conflict: the process does not allow this way.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="sent_back", now=moment) as (change, dossier):
        check_state(dossier.state, State.RECEIVED, State.PROCESSING, State.FINISHED)
        task = held_task(dossier, by)
        steps, tasks = steps_of_dossier(dossier), tasks_of(dossier)
        step = next((s for s in steps if s.key == to_step), None)
        if step is None or to_step not in task.step.may_return_to:
            raise Conflict("step.no_way_back", _("The process does not allow to send it back there."))
        later = followers(steps, to_step)
        for other in tasks:
            if other.closed_at is None and other.step.key in later:
                note = why if other.pk == task.pk else ""
                close_task(change, other, outcome=Task.Outcome.SENT_BACK, by=by, now=moment, note=note)
        if dossier.state == State.FINISHED:
            change.set(dossier, finished_at=None, finished_on=None, state=State.PROCESSING)
        to = _who_did(tasks, step)
        return _reopen(change, dossier, step, number=tasks[-1].number + 1, now=moment, to=to)


def _who_did(tasks: Sequence[Task], step: Step) -> int | None:
    """Return the post that did a step last."""
    earlier = [t for t in tasks if t.step_id == step.pk and t.closed_by_id and t.role == step.role]
    return earlier[-1].closed_by_id if earlier else None


def recall_dossier(*, by: Actor, dossier_id: uuid.UUID, reason: str, now: dt.datetime | None = None) -> Task:
    """Take back what the actor handed on by mistake, while the next hands have not begun.

    Raises:
        NotAllowed: this post handed nothing on.
        Conflict: it came back already, somebody has taken it over, or the step forbids it.
        Refused: no reason.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="recalled", now=moment) as (change, dossier):
        tasks, steps = tasks_of(dossier), steps_of_dossier(dossier)
        before, opened = handed_on(by.post.pk if by.post else None, steps, tasks)
        RECALLS.check(by, before)
        check_state(dossier.state, State.RECEIVED, State.PROCESSING)
        assert before is not None
        if not opened:
            raise Conflict("recall.nothing", _("Nothing that you handed on lies with another hand."))
        if not switches_of(before.step.switches).may_recall:
            raise Conflict("recall.forbidden", _("The process does not allow to take this step back."))
        if any(t.assignee_id is not None or t.closed_at is not None for t in opened):
            raise Conflict("recall.taken", _("Somebody has taken it over already; ask them to send it back."))
        for task in opened:
            close_task(change, task, outcome=Task.Outcome.RECALLED, by=by, now=moment, note=why)
        number = tasks[-1].number + 1
        return _reopen(change, dossier, before.step, number=number, now=moment, to=before.closed_by_id)


def assign_task(
    *, by: Actor, dossier_id: uuid.UUID, assignee_id: int, task_id: int | None = None, now: dt.datetime | None = None
) -> Task:
    """Assign or reassign an open task to a post of its unit; a holder may take a free task.

    Args:
        task_id: which of several open tasks; the one that concerns the actor if not given.

    Raises:
        NotAllowed: the actor neither heads the unit nor takes a free task.
        Refused: the post cannot do the step.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="assigned", now=moment) as (change, dossier):
        tasks = open_tasks(dossier)
        task = task_for(by, [t for t in tasks if task_id in (None, t.pk)])
        takes_it = by.post is not None and assignee_id == by.post.pk and HOLDS.allows(by, task)
        if not takes_it:
            ASSIGNS.check(by, task)
        assert task is not None
        _give(change, [task], assignee_id)
    return task


def finish_dossier(*, by: Actor, dossier_id: uuid.UUID, note: str = "", now: dt.datetime | None = None) -> Dossier:
    """Finish: the result is signed and goes to the desk; this moment decides early, on time or late.

    Raises:
        NotAllowed: no open task is in the actor's hands.
        Conflict: it is not the last hand, an opinion is waited for, or the state forbids it.
        Refused: the procedure needs a result file and there is none.
    """
    moment = instant(now)
    with transaction.atomic():
        first = _gives_first_result(by, dossier_id)
        dossier = _finish(by, dossier_id, note, moment, first=first)
        if not first:
            start_linked(dossier, moment)
    return dossier


def _gives_first_result(by: Actor, dossier_id: uuid.UUID) -> bool:
    """Tell whether the actor's step ends a phase with another after it: its event has a name of its own."""
    found = Dossier.objects.filter(pk=dossier_id).first()
    task = task_for(by, open_tasks(found)) if found else None
    return task is not None and switches_of(task.step.switches).first_result


def _finish(by: Actor, dossier_id: uuid.UUID, note: str, moment: dt.datetime, *, first: bool) -> Dossier:
    kind = "first_result_ready" if first else "finished"
    with changing(dossier_id, by=by, kind=kind, now=moment) as (change, dossier):
        check_transition(dossier.state, State.FINISHED)
        task = held_task(dossier, by)
        steps, tasks = steps_of_dossier(dossier), tasks_of(dossier)
        if not is_last_hand(steps, tasks, task):
            raise Conflict("step.not_last", _("Other steps come first: forward the dossier."))
        _check_may_leave(dossier, task)
        _check_result(dossier)
        following = keys_after(steps, tasks, task)
        close_task(change, task, outcome=Task.Outcome.FINISHED, by=by, now=moment, note=note)
        change.set(dossier, state=State.FINISHED, finished_at=moment, finished_on=local_day(moment))
        finish_phase(change, dossier, moment)
        if first:
            return dossier
        walk = _Walk(change, dossier, by, moment, number=tasks[-1].number)
        for step in steps:
            if step.key in following:
                walk.open(step, None)
    return dossier


def _check_result(dossier: Dossier) -> None:
    if hands_for(dossier, Draft.Kind.RESULT):
        phase = running_phase(dossier)
        issued = dossier.drafts.filter(kind=Draft.Kind.RESULT, status=Draft.Status.ISSUED)
        if not issued.filter(decided_at__gte=(phase and phase.opened_at) or dossier.received_at).exists():
            raise Refused("result.not_approved", _("The process wants the result approved: write it as a draft first."))
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
        """Hand a dossier on; at its last step finish it."""
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

"""What stops, starts and moves the clock: supplements, payment duties, extensions, apologies."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import Post, Role
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import Pause as ClockPause
from motcua.serve.catalogue.models import StepKind
from motcua.serve.catalogue.queries import steps_of
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers.actions.common import (
    calendar_of,
    changing,
    close_task,
    held_task,
    instant,
    issue_paper,
    local_day,
    need,
    open_tasks,
    task_for,
)
from motcua.serve.dossiers.actions.declaring import check_declared
from motcua.serve.dossiers.actions.money import take_fee_before
from motcua.serve.dossiers.actions.phases import base_of, begin_phases, first_limit, next_phase
from motcua.serve.dossiers.actions.routing import open_step
from motcua.serve.dossiers.filing import PaymentInput
from motcua.serve.dossiers.models import Apology, Dossier, Paper, Pause, State, Supplement, Task
from motcua.serve.dossiers.policies import ANSWERS, EXPIRES, HOLDS, RETURNS
from motcua.serve.dossiers.states import OPEN, check_state, check_transition


def request_supplement(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    items: list[str],
    reason: str,
    days: int | None = None,
    now: dt.datetime | None = None,
) -> Supplement:
    """Ask the applicant, once and completely, for what is missing (form 02); the clock stops.

    Args:
        items: what is missing or wrong, one line each.
        days: how many calendar days the applicant has; the procedure's own number if not given.

    Raises:
        Refused: nothing is named, or no reason.
        Conflict: the limit of requests is used up (Directive 10/CT-TTg 2019), or the state forbids it.
    """
    moment = instant(now)
    wanted = [item.strip() for item in items if item.strip()]
    if not wanted:
        raise Refused("items.missing", _("Say which papers are missing or wrong."), field="items")
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="supplement_requested", now=moment) as (change, dossier):
        check_goes_out_at_once(dossier, "supplement")
        check_switch(held_task(dossier, by), may="may_supplement")
        return ask_supplement(change, dossier, by=by.post, items=wanted, reason=why, days=days, now=moment)


def ask_supplement(
    change: Change,
    dossier: Dossier,
    *,
    by: Post | None,
    items: list[str],
    reason: str,
    days: int | None,
    now: dt.datetime,
) -> Supplement:
    """Write the request and stop the clock; see `request_supplement`."""
    check_transition(dossier.state, State.SUPPLEMENT)
    if dossier.supplements_asked >= dossier.version.supplement_limit:
        raise Conflict(
            "supplement.limit",
            _("A supplement was asked for %(count)d time(s) already; the procedure allows no more."),
            params={"count": dossier.supplements_asked},
        )
    number = dossier.supplements_asked + 1
    supplement = Supplement(
        dossier=dossier,
        number=number,
        asked_at=now,
        asked_by=by,
        due_on=local_day(now) + dt.timedelta(days=days or dossier.version.supplement_days),
        items=items,
        reason=reason,
    )
    change.add(supplement)
    _stop_clock(change, dossier, Pause.Cause.SUPPLEMENT, now)
    change.set(dossier, state=State.SUPPLEMENT, supplements_asked=number)
    issue_paper(change, dossier, "02", now, {"supplement": supplement.pk})
    return supplement


def hands_for(dossier: Dossier, kind: str) -> list[str]:
    """Return the roles that approve a paper of this kind before it goes out, by the dossier's process."""
    hands = dossier.process.drafts.get(kind, []) if dossier.process else []
    # The table of a process may say `head` for short.
    return [Role.HEAD.value if hand == "head" else hand for hand in hands]


def check_goes_out_at_once(dossier: Dossier, kind: str) -> None:
    """Refuse to issue what the process wants approved first.

    Raises:
        Conflict: hands have to approve it.
    """
    if hands_for(dossier, kind):
        raise Conflict("draft.needed", _("The process wants this paper approved first: write it as a draft."))


def _stop_clock(change: Change, dossier: Dossier, cause: Pause.Cause, now: dt.datetime) -> None:
    change.add(Pause(dossier=dossier, cause=cause, starts_at=now))
    change.set(dossier, paused_since=now)


def _start_clock(change: Change, dossier: Dossier, now: dt.datetime) -> None:
    """End the pause and shift the promise in force by the working time that the pause covers."""
    pause = dossier.pauses.get(ends_at=None)
    change.set(pause, ends_at=now)
    due = due_after_pauses(dossier, pause, now)
    change.set(dossier, paused_since=None, due_at=due, due_on=local_day(due) if due else None)
    for task in open_tasks(dossier):
        if task.due_at is not None:
            calendar = calendar_for(task.agency_id, dossier.received_on)
            shifted = calendar.add_minutes(task.due_at, calendar.between(pause.starts_at, now))
            change.set(task, due_at=min(shifted, due) if due else shifted)


def due_after_pauses(dossier: Dossier, pause: Pause, now: dt.datetime) -> dt.datetime | None:
    """Return the promise in force once `pause` has ended.

    Where the procedure says that a supplement starts the whole limit again, it is counted from now; else the
    promise moves by the working time between the two instants. A dossier that was late when its clock was stopped
    keeps its promise: asking for a paper makes nothing timely.
    """
    if dossier.due_at is None or local_day(pause.starts_at) > local_day(dossier.due_at):
        return dossier.due_at
    calendar = calendar_of(dossier)
    start, limit = base_of(dossier)
    if pause.cause == Pause.Cause.SUPPLEMENT and dossier.version.supplement_recomputes:
        return calendar.promise(now, limit, cut_off=dossier.version.cut_off).due_at
    if dossier.extended_at is not None or dossier.version.supplement_recomputes:
        return calendar.add_minutes(dossier.due_at, calendar.between(pause.starts_at, now))
    pauses = [
        ClockPause(p.starts_at, p.ends_at or now, p.get_cause_display())
        for p in dossier.pauses.filter(starts_at__gte=start).order_by("starts_at")
    ]
    return calendar.promise(start, limit, cut_off=dossier.version.cut_off, pauses=pauses).due_at


def record_supplement(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    payment: PaymentInput | None = None,
    note: str = "",
    now: dt.datetime | None = None,
) -> Dossier:
    """Record that the supplement has arrived: the clock goes on; before receipt, it starts now.

    Raises:
        NotAllowed: the post does not sit at the receiving desk.
        Conflict: no supplement is open.
        Invalid: the fee before receipt is not met.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="supplement_arrived", now=moment) as (change, dossier):
        RETURNS.check(by, dossier)
        check_state(dossier.state, State.SUPPLEMENT)
        supplement = dossier.supplements.filter(arrived_at=None, expired_at=None).get()
        change.set(supplement, arrived_at=moment)
        if supplement.before_receipt:
            accept(change, dossier, payment, moment)
        else:
            _start_clock(change, dossier, moment)
            change.set(dossier, state=state_of_hands(dossier))
        if note:
            change.set(dossier, note=note[:1000])
    return dossier


def state_of_hands(dossier: Dossier) -> State:
    """Return the state that the place of the open tasks means."""
    at_desk = any(task.step.kind == StepKind.RECEIVE for task in open_tasks(dossier))
    return State.RECEIVED if at_desk else State.PROCESSING


def check_switch(task: Task, *, may: str) -> None:
    """Refuse what the step's switches do not allow.

    Args:
        may: the name of the switch.

    Raises:
        Conflict: it is off for this step.
    """
    if not getattr(switches_of(task.step.switches), may):
        raise Conflict(
            f"step.{may}",
            _("The process does not allow this at the step “%(step)s”."),
            params={"step": task.step.name},
        )


def accept(change: Change, dossier: Dossier, payment: PaymentInput | None, now: dt.datetime) -> None:
    """Receive what was filed before: the time of receipt is now, the promise counts from it, the slip is given."""
    check_transition(dossier.state, State.RECEIVED)
    check_declared(dossier)
    take_fee_before(change, dossier, payment, now)
    limit = first_limit(dossier.version, dossier.process, dossier.channel, dossier.case)
    promise = calendar_of(dossier).promise(now, limit, cut_off=dossier.version.cut_off)
    change.set(
        dossier,
        state=State.RECEIVED,
        received_at=now,
        received_on=local_day(now),
        due_at=promise.due_at,
        due_on=local_day(promise.due_at),
        first_due_at=promise.due_at,
    )
    if dossier.process is not None:
        open_step(change, dossier, steps_of(dossier.process)[0], number=1, now=now)
    begin_phases(change, dossier, now)
    issue_paper(change, dossier, "01", now)


def expire_supplement(*, by: Actor, dossier_id: uuid.UUID, now: dt.datetime | None = None) -> Dossier:
    """Close a dossier whose supplement did not come in time: refused before receipt, stopped after it (form 05).

    Raises:
        Conflict: the applicant still has time, or no supplement is open.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="supplement_expired", now=moment) as (change, dossier):
        EXPIRES.check(by, dossier)
        check_state(dossier.state, State.SUPPLEMENT)
        supplement = dossier.supplements.filter(arrived_at=None, expired_at=None).get()
        if local_day(moment) <= supplement.due_on:
            raise Conflict("supplement.still_time", _("The applicant still has time to bring the papers."))
        change.set(supplement, expired_at=moment)
        end_dossier(
            change,
            dossier,
            State.REFUSED if supplement.before_receipt else State.STOPPED,
            by=by,
            now=moment,
            form="03" if supplement.before_receipt else "05",
        )
    return dossier


def end_dossier(
    change: Change,
    dossier: Dossier,
    state: State,
    *,
    by: Actor,
    now: dt.datetime,
    form: str = "",
    note: str = "",
) -> Paper | None:
    """Bring a dossier to an end without a result: task and pause are closed with it."""
    check_transition(dossier.state, state)
    for task in open_tasks(dossier):
        close_task(change, task, outcome=Task.Outcome.ENDED, by=by, now=now)
    for question in dossier.consultations.filter(answered_at=None, cancelled_at=None):
        change.set(question, cancelled_at=now)
    pause = dossier.pauses.filter(ends_at=None).first()
    if pause is not None:
        change.set(pause, ends_at=now)
    change.set(dossier, state=state, ended_at=now, paused_since=None)
    if note:
        change.set(dossier, note=note[:1000])
    return issue_paper(change, dossier, form, now) if form else None


def pause_for_fee(
    *, by: Actor, dossier_id: uuid.UUID, amount: int, note: str = "", now: dt.datetime | None = None
) -> Dossier:
    """Stop the clock until the applicant has met a payment duty (a land tax, say): state 6.

    Args:
        amount: đồng, 0 if another office sets it.
    """
    moment = instant(now)
    if amount < 0:
        raise Refused("fee.negative", _("An amount is not negative."), field="amount")
    with changing(dossier_id, by=by, kind="paused_for_fee", now=moment, facts={"amount": amount}) as (
        change,
        dossier,
    ):
        check_transition(dossier.state, State.FEE)
        check_switch(held_task(dossier, by), may="may_pause")
        _stop_clock(change, dossier, Pause.Cause.FEE, moment)
        change.set(dossier, state=State.FEE, note=note[:1000] or dossier.note)
    return dossier


def settle_fee(*, by: Actor, dossier_id: uuid.UUID, now: dt.datetime | None = None) -> Dossier:
    """Record that the payment duty is met: the clock goes on."""
    moment = instant(now)
    with changing(dossier_id, by=by, kind="fee_settled", now=moment) as (change, dossier):
        check_state(dossier.state, State.FEE)
        if next_phase(dossier) is not None:
            raise Conflict("phase.waits", _("The second appointment begins when the applicant has come back."))
        if not (RETURNS.allows(by, dossier) or HOLDS.allows(by, task_for(by, open_tasks(dossier)))):
            RETURNS.check(by, dossier)
        _start_clock(change, dossier, moment)
        change.set(dossier, state=state_of_hands(dossier))
    return dossier


def extend_with_apology(
    *, by: Actor, dossier_id: uuid.UUID, reason: str, new_due_at: dt.datetime, now: dt.datetime | None = None
) -> Apology:
    """Extend before the due date has passed, once, with an apology (form 04): a second promise.

    The dossier is judged by the promise in force; the first one is kept.

    Raises:
        NotAllowed: not head or leader of the competent agency.
        Conflict: extended before, or the due date has passed, or the clock stands.
        Refused: no reason, or the new time is not later.

    Source: NĐ 61/2018 (notice before the time is over, a new date at most once), TT 03/2025 form 04.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="extended", now=moment) as (change, dossier):
        ANSWERS.check(by, dossier)
        check_goes_out_at_once(dossier, "apology")
        return extend(change, dossier, reason=why, new_due_at=new_due_at, now=moment)


def extend(change: Change, dossier: Dossier, *, reason: str, new_due_at: dt.datetime, now: dt.datetime) -> Apology:
    """Make the second promise; see `extend_with_apology`."""
    check_state(dossier.state, State.RECEIVED, State.PROCESSING)
    if dossier.extended_at is not None or dossier.apologised_at is not None:
        raise Conflict("apology.once", _("The date was moved once already; the law allows no second time."))
    assert dossier.due_at is not None
    if local_day(now) > local_day(dossier.due_at):
        raise Conflict("extension.too_late", _("The due date has passed: apologise instead."))
    if local_day(new_due_at) <= local_day(dossier.due_at):
        raise Refused("new_due_at", _("The new date must be later than the promised one."), field="new_due_at")
    for task in open_tasks(dossier):
        check_switch(task, may="may_extend")
    old = dossier.due_at
    change.set(dossier, due_at=new_due_at, due_on=local_day(new_due_at), extended_at=now)
    return _apology(change, dossier, Apology.Kind.EXTENSION, reason, old, new_due_at, now)


def _apology(
    change: Change,
    dossier: Dossier,
    kind: Apology.Kind,
    reason: str,
    old: dt.datetime,
    new: dt.datetime | None,
    now: dt.datetime,
) -> Apology:
    paper = issue_paper(change, dossier, "04", now, {"kind": str(kind)})
    apology = Apology(
        dossier=dossier,
        kind=kind,
        number=paper.number,
        made_at=now,
        old_due_at=old,
        new_due_at=new,
        reason=reason,
    )
    change.add(apology)
    return apology


def judged_on(dossier: Dossier, now: dt.datetime) -> dt.date:
    """Return the local date that is compared with the due date: finished, else when the clock stopped, else today."""
    return dossier.finished_on or local_day(dossier.paused_since or now)


def apologise(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    reason: str,
    new_due_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Apology:
    """Apologise for a late dossier, once (form 04), with a new date while it is open; it stays late.

    Raises:
        NotAllowed: not head or leader of the competent agency.
        Conflict: not late, or apologised for before.
        Refused: no reason, or no new date after today for an open dossier.
    """
    moment = instant(now)
    why = need(reason, "reason")
    with changing(dossier_id, by=by, kind="apologised", now=moment) as (change, dossier):
        ANSWERS.check(by, dossier)
        check_goes_out_at_once(dossier, "apology")
        return say_sorry(change, dossier, reason=why, new_due_at=new_due_at, now=moment)


def is_late(dossier: Dossier, now: dt.datetime) -> bool:
    """Tell whether a dossier is or was finished after its due date, or stood late when its clock was stopped."""
    return dossier.due_on is not None and judged_on(dossier, now) > dossier.due_on


def say_sorry(
    change: Change, dossier: Dossier, *, reason: str, new_due_at: dt.datetime | None, now: dt.datetime
) -> Apology:
    """Write the apology of a late dossier; see `apologise`."""
    check_state(dossier.state, *OPEN, State.FINISHED, State.RETURNED)
    if dossier.apologised_at is not None:
        raise Conflict("apology.once", _("An apology was made already."))
    if not is_late(dossier, now):
        raise Conflict("apology.not_late", _("The dossier is not late: extend it before its date instead."))
    still_open = dossier.finished_at is None
    if still_open and (new_due_at is None or local_day(new_due_at) <= local_day(now)):
        raise Refused("new_due_at", _("Give a new date after today."), field="new_due_at")
    change.set(dossier, apologised_at=now)
    assert dossier.due_at is not None
    new = new_due_at if still_open else None
    return _apology(change, dossier, Apology.Kind.APOLOGY, reason, dossier.due_at, new, now)

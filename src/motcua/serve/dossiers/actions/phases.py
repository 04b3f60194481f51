"""Two-phase procedures: the first result is given back, then a second appointment is made with its own clock.

The internal process says where: a step with the switch `first_result` ends a phase; with `waits_for_applicant` the next
one begins when the applicant has come back (a tax was paid, say), else as soon as the first result is returned. The
appointment of a phase is the time that its steps take on their longest way.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from itertools import pairwise

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict
from motcua.rules import processes as rules
from motcua.rules.walking import to_open
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import ProcedureVersion, Process, Step
from motcua.serve.catalogue.queries import limit_of
from motcua.serve.catalogue.switches import switches_of
from motcua.serve.dossiers.actions.common import calendar_of, changing, instant, issue_paper, local_day
from motcua.serve.dossiers.actions.routing import open_step, steps_of_dossier, tasks_of, visits_of
from motcua.serve.dossiers.models import Dossier, Pause, Phase, State
from motcua.serve.dossiers.policies import RETURNS
from motcua.serve.dossiers.states import check_state, check_transition


def phase_steps(steps: Sequence[Step]) -> list[list[Step]]:
    """Return the steps of each phase in order; one list where no step gives a first result."""
    ends = [n for n, step in enumerate(steps, 1) if switches_of(step.switches).first_result]
    cuts = [0, *(n for n in ends if n < len(steps)), len(steps)]
    return [list(steps[a:b]) for a, b in pairwise(cuts)]


def phase_limit(steps: Sequence[Step]) -> Duration:
    """Return the time that the longest way through a phase's steps takes, in their unit where they share one."""
    rows = [rules.Step(s.key, s.kind, after=tuple(s.after), amount=s.amount, unit=s.unit) for s in steps]
    way = set(rules.longest_way(rows))
    timed = [row for row in rows if row.key in way and row.amount]
    units = {row.unit for row in timed}
    if len(units) == 1:
        return Duration(sum(row.amount for row in timed), units.pop())
    minutes = sum(rules.minutes_of(row) for row in timed)
    days, rest = divmod(minutes, rules.WORKING_DAY_MINUTES)
    return Duration(-(-minutes // 60), "wh") if rest else Duration(days, "wd")


def phase_limits(process: Process | None) -> tuple[Duration, ...]:
    """Return the limit of each phase of a process; empty where it has one phase only."""
    if process is None:
        return ()
    prefetch_related_objects([process], "steps")
    parts = phase_steps(list(process.steps.all()))
    return tuple(phase_limit(part) for part in parts) if len(parts) > 1 else ()


def first_limit(version: ProcedureVersion, process: Process | None, channel: int, case: str = "") -> Duration:
    """Return the limit that the receipt promises: of the first phase, else of the whole."""
    limits = phase_limits(process)
    return limits[0] if limits else limit_of(version, channel, case)


def begin_phases(change: Change, dossier: Dossier, now: dt.datetime) -> None:
    """Write the phases of a dossier that was received: the first has begun; none where the process has but one."""
    for number, limit in enumerate(phase_limits(dossier.process), 1):
        first = number == 1
        change.add(
            Phase(
                dossier=dossier,
                number=number,
                limit=str(limit),
                opened_at=now if first else None,
                due_at=dossier.due_at if first else None,
                due_on=dossier.due_on if first else None,
            )
        )


def running_phase(dossier: Dossier) -> Phase | None:
    """Return the phase that began last; None where the dossier has no phases."""
    return dossier.phases.exclude(opened_at=None).order_by("-number").first()


def next_phase(dossier: Dossier) -> Phase | None:
    """Return the phase that has not begun yet, if there is one."""
    return dossier.phases.filter(opened_at=None).order_by("number").first()


def base_of(dossier: Dossier) -> tuple[dt.datetime, Duration]:
    """Return from when the promise in force counts, and its limit."""
    phase = running_phase(dossier)
    if phase is None or phase.opened_at is None:
        return dossier.received_at, limit_of(dossier.version, dossier.channel, dossier.case)
    return phase.opened_at, Duration.parse(phase.limit)


def finish_phase(change: Change, dossier: Dossier, now: dt.datetime) -> None:
    """Note that the running phase has its result; nothing where there are no phases."""
    phase = running_phase(dossier)
    if phase is not None:
        change.set(phase, finished_at=now, finished_on=local_day(now))


def after_return(change: Change, dossier: Dossier, by: Actor, now: dt.datetime) -> None:
    """Go on after a first result was returned: wait for the applicant, or begin the next phase at once."""
    done = running_phase(dossier)
    ahead = next_phase(dossier)
    assert done is not None
    assert ahead is not None
    change.set(done, returned_at=now)
    last = phase_steps(steps_of_dossier(dossier))[done.number - 1][-1]
    if not switches_of(last.switches).waits_for_applicant:
        _begin(change, dossier, ahead, now)
        return
    check_transition(dossier.state, State.FEE)
    change.add(Pause(dossier=dossier, cause=Pause.Cause.FEE, starts_at=now))
    # No promise is in force while the applicant is waited for: nothing can be late.
    change.set(dossier, state=State.FEE, paused_since=now, due_at=None, due_on=None, finished_at=None, finished_on=None)


def start_phase(*, by: Actor, dossier_id: uuid.UUID, now: dt.datetime | None = None) -> Dossier:
    """Begin the next phase: the applicant has done their part, the second appointment is promised and printed.

    Raises:
        NotAllowed: not the desk that received it.
        Conflict: no further phase waits for the applicant.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="phase_started", now=moment) as (change, dossier):
        RETURNS.check(by, dossier)
        check_state(dossier.state, State.FEE)
        ahead = next_phase(dossier)
        if ahead is None:
            raise Conflict("phase.none", _("No second appointment waits for the applicant."))
        change.set(dossier.pauses.get(ends_at=None), ends_at=moment)
        change.set(dossier, paused_since=None)
        _begin(change, dossier, ahead, moment)
    return dossier


def _begin(change: Change, dossier: Dossier, phase: Phase, now: dt.datetime) -> None:
    check_transition(dossier.state, State.PROCESSING)
    promise = calendar_of(dossier).promise(now, Duration.parse(phase.limit), cut_off=dossier.version.cut_off)
    due_on = local_day(promise.due_at)
    change.set(phase, opened_at=now, due_at=promise.due_at, due_on=due_on)
    change.set(
        dossier, state=State.PROCESSING, due_at=promise.due_at, due_on=due_on, finished_at=None, finished_on=None
    )
    steps, tasks = steps_of_dossier(dossier), tasks_of(dossier)
    following = to_open(steps, visits_of(tasks))
    for number, step in enumerate([s for s in steps if s.key in following], tasks[-1].number + 1):
        open_step(change, dossier, step, number=number, now=now)
    issue_paper(change, dossier, "01", now, {"phase": phase.number})

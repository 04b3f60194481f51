"""How far a dossier is, step by step and hand by hand, and where its time went."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from motcua.record.organisation.models import Agency
from motcua.rules.walking import done
from motcua.rules.working_time import Calendar
from motcua.serve.catalogue.models import Step
from motcua.serve.dossiers.actions.routing import visits_of
from motcua.serve.dossiers.models import Pause, Task


@dataclass(frozen=True)
class StepLine:
    """A step as the page shows it: done, open now, skipped, or ahead; `task` is its newest."""

    step: Step
    state: str
    task: Task | None = None
    beside: bool = False


def step_lines(steps: Sequence[Step], tasks: Sequence[Task], *, ended: bool = False) -> list[StepLine]:
    """Return the steps with how far each is; `beside` marks a step that runs in parallel with the one before."""
    latest = {task.step_id: task for task in tasks}
    finished = done(steps, visits_of(tasks))
    lines = []
    before: Step | None = None
    for step in steps:
        task = latest.get(step.pk)
        beside = before is not None and bool(step.after) and step.after == before.after
        lines.append(StepLine(step, _state(step, task, step.key in finished, ended), task, beside))
        before = step
    return lines


def _state(step: Step, task: Task | None, finished: bool, ended: bool) -> str:
    if task is not None and task.closed_at is None:
        return "now"
    if task is not None and task.outcome == Task.Outcome.SKIPPED:
        return "skipped"
    if finished or (task is not None and task.outcome == Task.Outcome.RETURNED):
        return "done"
    return "done" if ended and task is not None else "ahead"


@dataclass(frozen=True)
class Stretch:
    """A part of a dossier's working time: who held it then, or why its clock stood."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    minutes: int
    agencies: tuple[Agency, ...] = ()
    waiting: str = ""


@dataclass(frozen=True)
class Shares:
    """Where the time went. `total` = the sum of `stretches`; an agency's own time may overlap another's."""

    stretches: tuple[Stretch, ...] = ()
    total: int = 0
    waiting: int = 0
    by_agency: dict[Agency, int] = field(default_factory=dict)


def shares_of(
    calendar: Calendar,
    tasks: Sequence[Task],
    pauses: Sequence[Pause],
    *,
    received_at: dt.datetime,
    until: dt.datetime,
) -> Shares:
    """Cut a dossier's time at every change of hands and every stop of the clock.

    Args:
        calendar: by which the whole is counted, in working minutes.
        tasks: with agency; open ones last until `until`.
        until: when it was finished, else the present.

    Returns:
        The stretches in order; their minutes add up to the whole between receipt and `until`.
    """
    if until <= received_at:
        return Shares()
    points = _edges([*tasks, *pauses], received_at, until)
    stretches = [_stretch(calendar, tasks, pauses, a, b) for a, b in itertools.pairwise(points)]
    by_agency: dict[Agency, int] = {}
    for stretch in stretches:
        for agency in stretch.agencies:
            by_agency[agency] = by_agency.get(agency, 0) + stretch.minutes
    return Shares(
        tuple(stretches),
        sum(s.minutes for s in stretches),
        sum(s.minutes for s in stretches if s.waiting),
        by_agency,
    )


def _edges(parts: Sequence[Task | Pause], received_at: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """Return the instants at which hands change or the clock stops or goes on, in order."""
    spans = [(p.opened_at, p.closed_at) if isinstance(p, Task) else (p.starts_at, p.ends_at) for p in parts]
    inner = {moment for start, end in spans for moment in (start, end or until) if received_at < moment < until}
    return sorted({received_at, until, *inner})


def _stretch(
    calendar: Calendar, tasks: Sequence[Task], pauses: Sequence[Pause], start: dt.datetime, end: dt.datetime
) -> Stretch:
    minutes = calendar.between(start, end)
    pause = next((p for p in pauses if p.starts_at <= start and (p.ends_at is None or p.ends_at >= end)), None)
    if pause is not None:
        return Stretch(start, end, minutes, waiting=pause.get_cause_display())
    held = [t for t in tasks if t.opened_at <= start and (t.closed_at is None or t.closed_at >= end)]
    return Stretch(start, end, minutes, tuple(dict.fromkeys(t.unit.agency for t in held)))

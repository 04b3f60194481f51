"""A calendar changed after promises were made: open dossiers get the time that the law gives under the new one.

A dossier moves only where its promise is what an earlier state of the calendar gave; what was promised by hand (an
extension with apology, a dossier moved with its time) keeps its time. The promise on the slip is never changed.

Source: NĐ 61/2018/NĐ-CP (limits in working days), Labour Code art. 112 and yearly decisions on days off.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import OperationalError, transaction
from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from motcua.record.ledger.recording import Change, lock_timeout, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.calendar_history import calendars_since, changed_days
from motcua.record.organisation.errors import NotFound, Refused
from motcua.record.organisation.followups import FollowUp, register_follow_up
from motcua.record.organisation.models import CalendarUse, WorkCalendar
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.queries import DEFAULT_CALENDAR
from motcua.rules.working_time import Calendar, Duration, to_local_date
from motcua.rules.working_time import Pause as ClockPause
from motcua.serve.catalogue.queries import limit_of
from motcua.serve.dossiers.models import Dossier, Pause, Phase, RepromiseRun, Task
from motcua.serve.dossiers.states import OPEN

REPROMISED = "dossier.repromised"
SHOWN = 200
AT_ONCE = 500


@dataclass(frozen=True)
class NewPromise:
    """A dossier whose promised time would move; instants are aware."""

    dossier: Dossier
    old_due_at: dt.datetime
    new_due_at: dt.datetime
    before: Calendar = field(repr=False)

    @property
    def later(self) -> bool:
        """Tell whether it moves later."""
        return self.new_due_at > self.old_due_at


@dataclass(frozen=True)
class RepromisePlan:
    """What a run would do: the first dossiers that move, how many there are, how many stay and why."""

    calendar: WorkCalendar
    days: Sequence[dt.date]
    promises: Sequence[NewPromise]
    moving: int
    same: int
    by_hand: int

    @property
    def more(self) -> int:
        """Return how many are not listed."""
        return self.moving - len(self.promises)


class Reckoner:
    """Reckons promises under a calendar as it is now and as it was; asks the database once for all."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        oldest = _open_dossiers().order_by("received_at").values_list("received_at", flat=True).first()
        self.since = oldest or timezone.now()
        self.now, *self.earlier = calendars_since(calendar.code, self.since)
        self._uses: dict[int, list[tuple[dt.date, dt.date | None, str]]] = defaultdict(list)
        rows = CalendarUse.objects.order_by("valid_from")
        for agency_id, since, until, code in rows.values_list("agency", "valid_from", "valid_to", "calendar__code"):
            self._uses[agency_id].append((since, until, code))

    def works_by_it(self, agency_id: int, on: dt.date) -> bool:
        """Tell whether an agency works by this calendar on a local date."""
        held = [code for a, b, code in self._uses.get(agency_id, []) if a <= on and (b is None or b > on)]
        return (held[-1] if held else DEFAULT_CALENDAR) == self.calendar.code

    def dossiers(self) -> QuerySet[Dossier]:
        """Return the open dossiers that the changes may concern, oldest first."""
        found = _open_dossiers()
        days = changed_days(self.calendar.code, self.since)
        if days and len(self.earlier) > 0:
            found = found.filter(received_on__lte=days[-1])
        return found if self.earlier else found.none()

    def new_promise(self, dossier: Dossier) -> NewPromise | None:
        """Return where a dossier's promise would move; None where it stays.

        Raises:
            SetByHand: no state of the calendar gives the promise in force.
        """
        assert dossier.due_at is not None
        due = self._promised(dossier, self.now)
        if due == dossier.due_at:
            return None
        for before in self.earlier:
            if self._promised(dossier, before) == dossier.due_at:
                return NewPromise(dossier, dossier.due_at, due, before)
        raise SetByHand

    def _promised(self, dossier: Dossier, calendar: Calendar) -> dt.datetime:
        start, limit = _base(dossier)
        ended = [p for p in dossier.pauses.all() if p.ends_at is not None and p.starts_at >= start]
        if dossier.version.supplement_recomputes:
            again = [p.ends_at for p in ended if p.cause == Pause.Cause.SUPPLEMENT and p.ends_at]
            start = max([start, *again])
        pauses = [ClockPause(p.starts_at, p.ends_at, p.cause) for p in ended if p.ends_at and p.starts_at >= start]
        return calendar.promise(start, limit, cut_off=dossier.version.cut_off, pauses=pauses).due_at


class SetByHand(Exception):
    """A promise that follows from no state of the calendar."""


def _base(dossier: Dossier) -> tuple[dt.datetime, Duration]:
    """Return from when the promise in force counts, and its limit; see `actions.phases.base_of`."""
    begun = [phase for phase in dossier.phases.all() if phase.opened_at is not None]
    if not begun:
        return dossier.received_at, limit_of(dossier.version, dossier.channel, dossier.case)
    phase = max(begun, key=lambda one: one.number)
    assert phase.opened_at is not None
    return phase.opened_at, Duration.parse(phase.limit)


def _open_dossiers() -> QuerySet[Dossier]:
    """Return the dossiers whose promise is still to be kept and was not extended by hand."""
    found = Dossier.objects.filter(state__in=OPEN, finished_at=None, extended_at=None, due_at__isnull=False)
    return found.select_related("version__procedure", "agency_competent").prefetch_related(
        Prefetch("pauses", Pause.objects.order_by("starts_at")), Prefetch("phases", Phase.objects.order_by("number"))
    )


def plan_repromising(*, by: Actor, code: str) -> RepromisePlan:
    """Return which promises would move after a calendar changed, old and new, and how many stay.

    Raises:
        NotAllowed: not an administrator.
        NotFound: there is no such calendar.
    """
    ADMINISTERS.check(by)
    reckoner = Reckoner(_calendar(code))
    moving: list[NewPromise] = []
    same = by_hand = 0
    for dossier in _of_calendar(reckoner):
        try:
            promise = reckoner.new_promise(dossier)
        except SetByHand:
            by_hand += 1
            continue
        if promise is None:
            same += 1
        else:
            moving.append(promise)
    days = changed_days(code, reckoner.since)
    return RepromisePlan(reckoner.calendar, days, moving[:SHOWN], len(moving), same, by_hand)


def _of_calendar(reckoner: Reckoner) -> Iterator[Dossier]:
    for dossier in reckoner.dossiers().order_by("received_at").iterator(chunk_size=AT_ONCE):
        if reckoner.works_by_it(dossier.agency_competent_id, dossier.received_on):
            yield dossier


def _calendar(code: str) -> WorkCalendar:
    found = WorkCalendar.objects.filter(code=code).first()
    if found is None:
        raise NotFound("calendar.none", _("There is no such calendar."))
    return found


def ask_repromising(*, by: Actor, code: str, source: str, now: dt.datetime) -> RepromiseRun:
    """Ask for the promises of a calendar's open dossiers to be made again, as a job with progress.

    Args:
        source: the decision that changed the calendar; it stands in the event of each dossier.

    Raises:
        NotAllowed: not an administrator.
        NotFound: there is no such calendar.
        Refused: no decision is named.
    """
    run = open_run(by=by, code=code, source=source, now=now)
    run_repromising.defer(run_id=run.pk)
    return run


def open_run(*, by: Actor, code: str, source: str, now: dt.datetime) -> RepromiseRun:
    """Open a run that the caller carries out with `carry_out`; see `ask_repromising`."""
    ADMINISTERS.check(by)
    source = source.strip()
    if not source or len(source) > 300 or "\0" in source:
        message = _("Name the decision that changed the calendar, in 300 characters at most.")
        raise Refused("repromise.source", message, field="source")
    post = by.post if by.post else None
    return RepromiseRun.objects.create(
        calendar=_calendar(code), source=source, asked_at=now, asked_by=post, actor=by.key
    )


@app.task(queue="dossiers", pass_context=False)
def run_repromising(run_id: int) -> int:
    """Carry a run out; it may be run again and does nothing twice."""
    return carry_out(run_id, timezone.now())


def carry_out(run_id: int, now: dt.datetime) -> int:
    """Make the promises of a run again, each dossier in its own transaction with its own event.

    Returns:
        How many moved.
    """
    run = RepromiseRun.objects.select_related("calendar").get(pk=run_id)
    if run.finished_at is not None:
        return run.moved
    reckoner = Reckoner(run.calendar)
    keys = [dossier.pk for dossier in _of_calendar(reckoner)]
    RepromiseRun.objects.filter(pk=run_id).update(total=len(keys), done=0, busy=0)
    rest = iter(keys)
    while part := list(islice(rest, 50)):
        moved = busy = 0
        for pk in part:
            try:
                moved += _repromise(run, reckoner, pk, now)
            except OperationalError as error:
                if "lock timeout" not in str(error):
                    raise
                busy += 1
        RepromiseRun.objects.filter(pk=run_id).update(
            done=F("done") + len(part), moved=F("moved") + moved, busy=F("busy") + busy
        )
    RepromiseRun.objects.filter(pk=run_id).update(finished_at=timezone.now())
    run.refresh_from_db()
    return run.moved


def _repromise(run: RepromiseRun, reckoner: Reckoner, pk: uuid.UUID, now: dt.datetime) -> bool:
    """Move one promise, looked at again under its lock; tell whether it moved."""
    dossier = _open_dossiers().filter(pk=pk).first()
    if dossier is None or not _moves(reckoner, dossier):
        return False
    with transaction.atomic():
        lock_timeout()
        facts = {"calendar": run.calendar.code, "source": run.source, "run": run.pk}
        with record_change(
            chain_id=pk,
            subject="dossier",
            kind=REPROMISED,
            actor=run.actor,
            occurred_at=now,
            recorded_at=now,
            facts=facts,
        ) as change:
            fresh = _open_dossiers().filter(pk=pk).first()
            promise = _moves(reckoner, fresh) if fresh else None
            if promise is None:
                transaction.set_rollback(True)
                return False
            change.facts |= {"old_due_at": promise.old_due_at, "new_due_at": promise.new_due_at}
            _move(change, reckoner, promise)
    return True


def _moves(reckoner: Reckoner, dossier: Dossier) -> NewPromise | None:
    try:
        return reckoner.new_promise(dossier)
    except SetByHand:
        return None


def _move(change: Change, reckoner: Reckoner, promise: NewPromise) -> None:
    dossier, due = promise.dossier, promise.new_due_at
    change.set(dossier, due_at=due, due_on=to_local_date(due))
    for task in Task.objects.filter(dossier=dossier, closed_at=None, due_at__isnull=False):
        assert task.due_at is not None
        moved = task.due_at
        if reckoner.works_by_it(task.agency_id, dossier.received_on) and task.due_at > task.opened_at:
            minutes = promise.before.between(task.opened_at, task.due_at)
            moved = reckoner.now.add_minutes(task.opened_at, minutes)
        # A step never ends after the whole.
        if (moved := min(moved, due)) != task.due_at:
            change.set(task, due_at=moved)


register_follow_up(FollowUp(_("See which open promises move"), "dossiers:repromise"))

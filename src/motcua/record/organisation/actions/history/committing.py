"""Preview, commit and carrying out: the tree changes with the commit, dated; what is open moves on the day or after."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actions.history.changing import Applying, Ending, apply_line
from motcua.record.organisation.actions.history.drafting import changing_decision
from motcua.record.organisation.actions.loading import agency_chain, rebuild_paths
from motcua.record.organisation.actor import Actor, system
from motcua.record.organisation.decision_models import AgencyStanding, Decision, DecisionLine, LineKind
from motcua.record.organisation.errors import Invalid, NotFound, Refused
from motcua.record.organisation.models import Agency
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.succession import Fault, Handing, Mover, Plan, movers
from motcua.rules.succession import SuccessionError

logger = logging.getLogger("motcua.organisation")
# One decision changes the tree at a time: each is checked against what the others left.
TREE_LOCK = 7_203_001
NAMED_FAULTS = 20
# More than this moves in the background: a page would wait for minutes.
MOVED_AT_ONCE = 300


@dataclass(frozen=True)
class Moving:
    """What one mover would move from one agency to another."""

    mover: Mover
    old: Agency
    new: Agency | None
    plan: Plan


@dataclass(frozen=True)
class Preview:
    """What a commit would do: agencies made and ended, what moves, and what stands in the way."""

    made: Sequence[Agency]
    endings: Sequence[Ending]
    moving: Sequence[Moving]
    faults: Sequence[Fault]

    @property
    def moves(self) -> int:
        """Return how many things would move."""
        return sum(one.plan.count for one in self.moving)

    @property
    def may_commit(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.faults


class _Undo(Exception):
    """Ends a preview: everything that was written is taken back."""


def preview_decision(*, by: Actor, decision_id: uuid.UUID, now: dt.datetime) -> Preview:
    """Return what a commit would do, by doing the tree's part and taking it back.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such decision.
    """
    ADMINISTERS.check(by)
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound("decision.not_found", _("There is no such decision."))
    found = Preview((), (), (), ())
    try:
        with transaction.atomic():
            endings, made = _change_tree(Applying(by, decision, now))
            moving = _plan(decision, endings, _working_day(decision, now))
            found = Preview(made, endings, moving, [fault for one in moving for fault in one.plan.faults])
            raise _Undo
    except _Undo:
        return found
    except Refused as refusal:
        return Preview((), (), (), [Fault(decision.number, refusal.message)])


def commit_decision(*, by: Actor, decision_id: uuid.UUID, now: dt.datetime) -> Decision:
    """Commit a draft: the tree changes from the decision's day on; if that day has come, what is open moves too.

    Where very much is open, it moves with the job that carries out what is due, again all of it or none.
    Everything or nothing: one line that does not fit, or one thing that cannot move, and nothing is changed.

    Raises:
        NotAllowed, NotFound, Conflict: as `changing_decision`.
        Refused: a line does not fit the tree of its day.
        Invalid: something open would be left without a home; each error names it.
    """
    with changing_decision(decision_id, by=by, kind="committed", now=now) as (change, decision):
        work = Applying(by, decision, now)
        lines = _lines(decision)
        if not lines:
            raise Refused("decision.empty", _("The decision has no line yet."))
        endings, _made = _change_tree(work, change)
        day = _working_day(decision, now)
        moving = _plan(decision, endings, day)
        _check(moving)
        change.set(
            decision,
            status=Decision.Status.COMMITTED,
            committed_at=_after_the_last(now),
            committed_by_id=by.post.pk if by.post else None,
        )
        few = sum(one.plan.count for one in moving) <= MOVED_AT_ONCE
        if few and decision.effective_on <= timezone.localdate(now):
            _carry_out(change, by, decision, endings, day, now)
    return decision


def carry_out_decision(*, by: Actor, decision_id: uuid.UUID, now: dt.datetime) -> Decision:
    """Move what is open to the successors, on the decision's day or after.

    Raises:
        NotAllowed, NotFound, Conflict: as `changing_decision`.
        Refused: its day has not come.
        Invalid: something open would be left without a home; each error names it.
    """
    committed = Decision.Status.COMMITTED
    with changing_decision(decision_id, by=by, kind="carried_out", now=now, status=committed) as (change, decision):
        if decision.effective_on > timezone.localdate(now):
            raise Refused("decision.not_yet", _("The decision's day has not come yet."))
        endings = [ending for line in _lines(decision) for ending in _endings_of(line)]
        day = _working_day(decision, now)
        _check(_plan(decision, endings, day))
        _carry_out(change, by, decision, endings, day, now)
    return decision


def carry_out_due(now: dt.datetime) -> int:
    """Carry out every committed decision whose day has come; return how many were."""
    today = timezone.localdate(now)
    due = Decision.objects.filter(status=Decision.Status.COMMITTED, effective_on__lte=today)
    done = 0
    for pk in list(due.order_by("effective_on", "committed_at").values_list("pk", flat=True)):
        try:
            carry_out_decision(by=system(today), decision_id=pk, now=now)
            done += 1
        except Refused as refusal:
            logger.warning("decision %s not carried out: %s", pk, refusal.code)
    return done


def _after_the_last(now: dt.datetime) -> dt.datetime:
    """Return an instant after every commit so far: decisions of one day are replayed in the order of their commits.

    Who waited for the tree's lock may have looked at the clock before the one who held it.
    """
    last: dt.datetime | None = Decision.objects.aggregate(last=Max("committed_at"))["last"]
    return max(now, last + dt.timedelta(microseconds=1)) if last else now


def _lines(decision: Decision) -> list[DecisionLine]:
    return list(decision.lines.filter(removed=False).order_by("order"))


def _working_day(decision: Decision, now: dt.datetime) -> dt.date:
    """Return the local date whose units are looked at: today, or the decision's day while that is to come."""
    return max(decision.effective_on, timezone.localdate(now))


def _change_tree(work: Applying, change: Change | None = None) -> tuple[list[Ending], list[Agency]]:
    """Apply every line in order; return what ends and what was made.

    Raises:
        Refused: a line does not fit, or an agency would stand above itself on a later day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    endings: list[Ending] = []
    made: list[int] = []
    for line in _lines(work.decision):
        new = [result for result in line.results if result.get("code")]
        endings += apply_line(work, line)
        made += [result["agency"] for result in new]
        if change is not None and new:
            change.set(line, results=line.results)
    try:
        rebuild_paths()
    except SuccessionError as error:
        name = Agency.objects.get(pk=error.agency).name
        message = _("%(agency)s would stand above itself on a later day.")
        raise Refused("decision.cycle_later", message, params={"agency": name}) from None
    return endings, list(Agency.objects.filter(pk__in=made).order_by("code"))


def _endings_of(line: DecisionLine) -> list[Ending]:
    """Return what a committed line ended, from what it keeps."""
    if line.kind not in (LineKind.MERGED, LineKind.SPLIT, LineKind.DISSOLVED) or line.continues:
        return []
    results = [result["agency"] for result in line.results]
    agencies = Agency.objects.in_bulk([*line.sources, *results])
    heir = agencies[results[0]] if results else None
    return [Ending(agencies[pk], heir) for pk in line.sources if pk not in results]


def _handings(decision: Decision, endings: Sequence[Ending], day: dt.date) -> list[Handing]:
    return [Handing(decision, ending.old, ending.new, day) for ending in endings]


def _plan(decision: Decision, endings: Sequence[Ending], day: dt.date) -> list[Moving]:
    handings = _handings(decision, endings, day)
    return [Moving(mover, one.old, one.new, mover.plan(one)) for one in handings for mover in movers()]


def _check(moving: Sequence[Moving]) -> None:
    faults = [fault for one in moving for fault in one.plan.faults]
    if not faults:
        return
    sentence = _("%(what)s: %(why)s")
    raise Invalid(
        [
            Refused("succession.orphan", sentence, params={"what": fault.subject, "why": fault.message})
            for fault in faults[:NAMED_FAULTS]
        ]
    )


def _carry_out(
    change: Change, by: Actor, decision: Decision, endings: Sequence[Ending], day: dt.date, now: dt.datetime
) -> None:
    """Move everything, agency by agency, and let the tree's rows say what holds today."""
    moved: dict[str, int] = {}
    for handing in _handings(decision, endings, day):
        for mover in movers():
            moved[mover.name] = moved.get(mover.name, 0) + mover.move(by, handing, now)
    take_effect(by, now)
    change.set(decision, status=Decision.Status.CARRIED_OUT, carried_out_at=now)
    change.facts["moved"] = moved


def take_effect(by: Actor, now: dt.datetime) -> None:
    """Let each agency's row say what it is called and stands under today."""
    for standing in AgencyStanding.objects.on(timezone.localdate(now)).select_related("agency"):
        agency = standing.agency
        new = {name: getattr(standing, name) for name in ("name_vi", "name_en", "parent_id")}
        if all(getattr(agency, name) == value for name, value in new.items()):
            continue
        with record_change(
            chain_id=agency_chain(agency.code, agency.valid_from),
            subject="agency",
            kind="agency.took_effect",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
        ) as change:
            change.set(agency, **new)

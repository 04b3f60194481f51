"""Preparing a round: its period and calendar, groups of units with their frameworks, sources, appraisers."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from motcua.formats.faults import in_language
from motcua.formats.frameworks import BadFramework
from motcua.measure.assessment.actions.changing import changing_round
from motcua.measure.assessment.frameworks import digest_of, framework_of, inputs_of_leaf
from motcua.measure.assessment.models import Assignment, Group, Member, Round, Stage
from motcua.measure.assessment.policies import PREPARES
from motcua.measure.metrics.counting import UnknownMeasure, measure_of
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.record.organisation.models import Agency, Post

STAGES = list(Stage.values)
Calendar = Mapping[str, tuple[dt.date, dt.date]]


@dataclass(frozen=True)
class GroupInput:
    """A group to be: its name, the text of its framework, its agencies, sources by leaf (see `Group.sources`)."""

    name: str
    text: str
    agencies: Sequence[Agency]
    sources: Mapping[str, Mapping[str, Any]] | None = None


def open_round(
    *,
    by: Actor,
    name: str,
    first: dt.date,
    last: dt.date,
    calendar: Calendar | None = None,
    late: str = Round.Late.REFUSED,
    previous: Round | None = None,
    now: dt.datetime,
) -> Round:
    """Begin the preparation of a round over a period of local dates, both included.

    Args:
        calendar: stage → first and last day; a stage without dates has no end by itself.
        previous: the round whose scores and ranks are set beside this one's.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name, the period or a stage ends before it begins, or stages stand out of order.
    """
    PREPARES.check(by)
    if not name.strip():
        raise Refused("assessment.no_name", _("Give the round a name."), field="name")
    if last < first:
        raise Refused("assessment.period", _("The period ends before it begins."), field="last")
    if late not in Round.Late.values:
        raise Refused("assessment.late_kind", _("Choose what happens to late entries."), field="late")
    found = Round(
        id=new_id(),
        name=name.strip()[:200],
        first=first,
        last=last,
        calendar=checked_calendar(calendar or {}),
        late=late,
        previous=previous,
        made_at=now,
    )
    with record_change(
        chain_id=found.pk,
        subject="assessment-round",
        kind="assessment.opened",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(found)
    return found


def checked_calendar(calendar: Calendar) -> dict[str, list[str]]:
    """Return a calendar as it is kept.

    Raises:
        Refused: a stage that does not exist, that ends before it begins, or that begins before an earlier one.
    """
    kept: dict[str, list[str]] = {}
    latest = dt.date.min
    for stage in STAGES:
        if stage not in calendar:
            continue
        first, last = calendar[stage]
        if last < first or first < latest:
            words = {"stage": Stage(stage).label}
            message = _("The dates of the stage “%(stage)s” are not in order.")
            raise Refused("assessment.calendar", message, field=f"{stage}_first", params=words)
        latest = first
        kept[stage] = [first.isoformat(), last.isoformat()]
    return kept


def set_calendar(*, by: Actor, round_id: uuid.UUID, calendar: Calendar, late: str, now: dt.datetime) -> Round:
    """Change the dates of the stages and what happens to late entries.

    Raises:
        NotAllowed: not an administrator.
        Refused: the dates are not in order.
        Conflict: the round is published.
    """
    PREPARES.check(by)
    kept = checked_calendar(calendar)
    with changing_round(round_id, "calendar_set", by, now) as (change, found):
        change.set(found, calendar=kept, late=late if late in Round.Late.values else found.late)
    return found


def add_group(*, by: Actor, round_id: uuid.UUID, group: GroupInput, now: dt.datetime) -> Group:
    """Add a group of agencies with their framework to a round in preparation.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name or agency, the framework has faults, or a source names what is not there.
        Conflict: the preparation is over, the name is taken, or an agency is in the round already.
    """
    PREPARES.check(by)
    if not group.name.strip():
        raise Refused("assessment.group_name", _("Give the group a name."), field="group_name")
    if not group.agencies:
        raise Refused("assessment.no_agency", _("Choose at least one agency."), field="agencies")
    framework = _read(group.text)
    for leaf, source in (group.sources or {}).items():
        check_source(group.text, leaf, source)
    with changing_round(round_id, "group_added", by, now) as (change, found):
        _preparing(found)
        row = Group(
            id=new_id(),
            round=found,
            name=group.name.strip()[:200],
            framework=framework.code,
            version=framework.version,
            text=group.text,
            sha256=digest_of(group.text),
            sources={leaf: dict(source) for leaf, source in (group.sources or {}).items()},
        )
        _check_new(found, row, group.agencies)
        change.add(row)
        for agency in group.agencies:
            _add_member(row, agency, by, now)
    return row


def _read(text: str) -> Any:
    try:
        return framework_of(text)
    except BadFramework as bad:
        message = _("The framework has faults: %(faults)s")
        raise Refused(
            "assessment.framework",
            message,
            field="framework",
            params={"faults": in_language(get_language() or "vi", bad)},
        ) from bad


def _preparing(found: Round) -> None:
    if found.stage != Stage.PREPARATION:
        raise Conflict("assessment.prepared", _("The preparation is over; reopen it to change the groups."))


def _check_new(found: Round, row: Group, agencies: Sequence[Agency]) -> None:
    if Group.objects.filter(round=found, name=row.name, taken_out_at=None).exists():
        raise Conflict("assessment.group_twice", _("The round has a group of this name already."), field="group_name")
    names = [agency.name for agency in agencies]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = _("Two units have the name %(name)s.")
        raise Conflict("assessment.two_of_name", message, field="agencies", params={"name": ", ".join(twice)})
    already = Member.objects.filter(round=found, agency__in=agencies, taken_out_at=None).select_related("agency")
    if taken := ", ".join(member.agency.name for member in already):
        message = _("In the round already: %(names)s.")
        raise Conflict("assessment.member_twice", message, field="agencies", params={"names": taken})


def _add_member(group: Group, agency: Agency, by: Actor, now: dt.datetime) -> None:
    """Add a unit; it has a chain of its own, so that units do not wait for each other."""
    member = Member(id=new_id(), round_id=group.round_id, group=group, agency=agency)
    with record_change(
        chain_id=member.pk,
        subject="assessment-member",
        kind="assessment.member_added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(member)


def take_group_out(*, by: Actor, group_id: uuid.UUID, now: dt.datetime) -> Group:
    """Take a group with its units out of a round that is still prepared; its rows stay in the record.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such group, or it is out already.
        Conflict: the preparation is over.
    """
    PREPARES.check(by)
    group = _group(group_id)
    with changing_round(group.round_id, "group_taken_out", by, now) as (change, found):
        _preparing(found)
        change.set(group, taken_out_at=now)
        for row in Assignment.objects.filter(group=group, ended_at=None):
            change.set(row, ended_at=now)
        for member in Member.objects.filter(group=group, taken_out_at=None).order_by("pk"):
            _take_member_out(member, by, now)
    return group


def _take_member_out(member: Member, by: Actor, now: dt.datetime) -> None:
    with record_change(
        chain_id=member.pk,
        subject="assessment-member",
        kind="assessment.member_taken_out",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(member, taken_out_at=now)


def _group(group_id: uuid.UUID) -> Group:
    group = Group.objects.filter(pk=group_id, taken_out_at=None).first()
    if group is None:
        raise NotFound("assessment.no_group", _("There is no such group."))
    return group


def check_source(text: str, leaf: str, source: Mapping[str, Any]) -> None:
    """Check where a leaf's inputs are to come from.

    Raises:
        Refused: no such leaf, measure, input or agency.
    """
    framework = _read(text)
    node = next((each for each in framework.root.leaves() if each.code == leaf), None)
    if node is None:
        raise Refused("assessment.no_leaf", _("The framework has no leaf %(leaf)s."), params={"leaf": leaf})
    if source.get("kind") == "measure":
        inputs = inputs_of_leaf(framework, node)
        for code, measure in source.get("inputs", {}).items():
            if code not in inputs or not _is_measure(measure):
                message = _("%(leaf)s: there is no such input, or no measure %(measure)s.")
                raise Refused("assessment.no_measure", message, params={"leaf": leaf, "measure": measure})
    elif source.get("kind") == "lead":
        if not Agency.objects.filter(pk=source.get("agency") or 0).exists():
            raise Refused("assessment.no_lead", _("Choose the lead agency."), field="lead")
    elif source.get("kind") != "table":
        raise Refused("assessment.no_kind", _("Choose where the inputs come from."), field="kind")


def _is_measure(code: str) -> bool:
    try:
        measure_of(code)
    except UnknownMeasure:
        return False
    return True


def set_source(
    *, by: Actor, group_id: uuid.UUID, leaf: str, source: Mapping[str, Any] | None, now: dt.datetime
) -> Group:
    """Say where a leaf's inputs come from; None: from the unit.

    Raises:
        NotAllowed: not an administrator.
        NotFound, Refused: no such group, leaf, measure or agency.
        Conflict: the preparation is over.
    """
    PREPARES.check(by)
    group = _group(group_id)
    if source is not None:
        check_source(group.text, leaf, source)
    with changing_round(group.round_id, "source_set", by, now) as (change, found):
        _preparing(found)
        others = {code: each for code, each in group.sources.items() if code != leaf}
        change.set(group, sources=others | ({leaf: dict(source)} if source is not None else {}))
    return group


def assign(
    *,
    by: Actor,
    round_id: uuid.UUID,
    post: Post,
    part: str,
    group: Group | None = None,
    leaves: Sequence[str] = (),
    now: dt.datetime,
) -> Assignment:
    """Give a post its part in a round: an appraiser of some leaves, or a member of the council.

    Args:
        group: for an appraiser, of which group; None for all.
        leaves: codes; empty for all.

    Raises:
        NotAllowed: not an administrator.
        Refused: an unknown part or leaf.
        Conflict: the round is published.
    """
    PREPARES.check(by)
    if part not in Assignment.Part.values:
        raise Refused("assessment.part", _("Choose appraiser or council member."), field="part")
    known = {leaf.code for leaf in framework_of(group.text).root.leaves()} if group else set()
    if unknown := [leaf for leaf in leaves if leaf not in known]:
        raise Refused(
            "assessment.no_leaf",
            _("The framework has no leaf %(leaf)s."),
            field="leaves",
            params={"leaf": ", ".join(unknown)},
        )
    with changing_round(round_id, "assigned", by, now) as (change, found):
        row = Assignment(id=new_id(), round=found, group=group, post=post, part=part, leaves=list(leaves))
        change.add(row)
    return row


def unassign(*, by: Actor, assignment_id: uuid.UUID, now: dt.datetime) -> None:
    """End a post's part in a round; what it appraised stays.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such assignment.
    """
    PREPARES.check(by)
    row = Assignment.objects.filter(pk=assignment_id, ended_at=None).first()
    if row is None:
        raise NotFound("assessment.no_assignment", _("There is no such assignment."))
    with transaction.atomic(), changing_round(row.round_id, "unassigned", by, now) as (change, _found):
        change.set(row, ended_at=now)

"""Values that units do not type: counted from the record with their recipe, or read from a table."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.formats.frameworks import Table
from motcua.measure.assessment.actions.changing import changing_member
from motcua.measure.assessment.actions.entering import OPEN, check_open, value_errors
from motcua.measure.assessment.frameworks import framework_of, inputs_of_leaf
from motcua.measure.assessment.models import Entry, Group, Member, Round, Step
from motcua.measure.assessment.policies import PREPARES
from motcua.measure.metrics.counting import figures
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import Change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, Refused
from motcua.record.organisation.queries import subtree


def count_measures(*, by: Actor, round_id: uuid.UUID, now: dt.datetime) -> int:
    """Count every measured leaf of every unit of a round anew, and keep the values with their recipe.

    A recipe names measure, period and position of the ledger: with these the same figure is counted again at any
    time. The agency and all below it on the period's last day count.

    Returns:
        How many leaves changed.

    Raises:
        NotAllowed: not an administrator.
        Conflict: the stage takes no values any more.
    """
    PREPARES.check(by)
    standing = Member.objects.filter(round_id=round_id, taken_out_at=None)
    members = standing.select_related("group", "round").order_by("pk")
    changed, position = 0, catch_up()
    with transaction.atomic():
        for member in members:
            measured = {leaf: s for leaf, s in member.group.sources.items() if s.get("kind") == "measure"}
            if measured:
                with changing_member(member.pk, "measured", by, now) as (change, held):
                    check_open(held.round, Step.SOURCE, now)
                    changed += _count(change, held, measured, position, now)
    return changed


def count_all(*, by: Actor, now: dt.datetime) -> int:
    """Count the measured leaves of every round that still takes values anew; return how many leaves changed.

    A round whose stage moves on meanwhile is left as it is.

    Raises:
        NotAllowed: neither the system nor an administrator.
    """
    PREPARES.check(by)
    changed = 0
    for found in Round.objects.filter(published_at=None, stage__in=OPEN[Step.SOURCE]):
        try:
            changed += count_measures(by=by, round_id=found.pk, now=now)
        except Conflict:
            continue
    return changed


def _count(change: Change, member: Member, measured: dict[str, Any], position: int, now: dt.datetime) -> int:
    found = member.round
    question = Question(found.first, found.last, position, subtree(member.agency_id, found.last))
    codes = sorted({measure for source in measured.values() for measure in source["inputs"].values()})
    answer = figures(live.rows, question, codes).get((), {})
    changed = 0
    for leaf, source in measured.items():
        values = {code: _plain(answer.get(measure)) for code, measure in source["inputs"].items()}
        recipe = {
            "kind": "measure",
            "measures": source["inputs"],
            "first": found.first.isoformat(),
            "last": found.last.isoformat(),
            "position": position,
        }
        changed += _keep(change, member, leaf, {c: v for c, v in values.items() if v}, recipe, None, now)
    return changed


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _keep(
    change: Change,
    member: Member,
    leaf: str,
    values: dict[str, str],
    recipe: dict[str, Any],
    post: Any,
    now: dt.datetime,
) -> int:
    """Keep values of a source; where they are what stands already, nothing is written (an older recipe gives them)."""
    row = Entry.objects.filter(member=member, leaf=leaf, step=Step.SOURCE).first()
    if row is None:
        entry = Entry(id=new_id(), member=member, leaf=leaf, step=Step.SOURCE, values=values, recipe=recipe, at=now)
        entry.by = post
        change.add(entry)
        return 1
    if row.values == values:
        return 0
    change.set(row, values=values, recipe=recipe, at=now, by_id=post.pk if post else None)
    return 1


def load_table(*, by: Actor, group_id: uuid.UUID, table: Table, now: dt.datetime) -> int:
    """Take the inputs of the leaves that a table gives, unit by unit; all of it or nothing.

    Args:
        table: a column `unit` with identity codes or names of agencies, a column per input.

    Returns:
        How many leaves changed.

    Raises:
        NotAllowed: not an administrator.
        Invalid: a unit that is not in the group or stands twice, or a value that cannot be read; each names its row.
        Conflict: the stage takes no values any more.
    """
    PREPARES.check(by)
    group = Group.objects.select_related("round").get(pk=group_id)
    framework = framework_of(group.text)
    leaves = {leaf.code: leaf for leaf in framework.root.leaves()}
    given = [code for code, source in group.sources.items() if source.get("kind") == "table"]
    members, errors = _members(group, table)
    rows: list[tuple[Member, str, dict[str, str]]] = []
    for number, member, cells in members:
        for code in given:
            held = {name: cells[name] for name in inputs_of_leaf(framework, leaves[code]) if cells.get(name)}
            errors += value_errors(framework, leaves[code], held, _("row %(row)d") % {"row": number})
            rows.append((member, code, held))
    if errors:
        raise Invalid(errors)
    digest = hashlib.sha256(repr((table.heads, table.rows)).encode()).hexdigest()
    return _keep_rows(by, rows, {"kind": "table", "file": table.name, "sha256": digest}, now)


def _members(group: Group, table: Table) -> tuple[list[tuple[int, Member, dict[str, str]]], list[Refused]]:
    known: dict[str, Member] = {}
    for member in group.members.filter(taken_out_at=None).select_related("agency"):
        known |= {member.agency.code: member, member.agency.name_vi: member}
    found, errors, seen = [], [], set()
    for number, cells in table.rows:
        row = dict(zip(table.heads, cells, strict=False))
        named = known.get(row.get("unit", ""))
        if named is None or named.pk in seen:
            message = (
                _("Row %(row)d: the unit “%(unit)s” stands twice.")
                if named
                else _("Row %(row)d: the unit “%(unit)s” is not in the group.")
            )
            errors.append(Refused("assessment.row", message, params={"row": number, "unit": row.get("unit", "")}))
            continue
        seen.add(named.pk)
        found.append((number, named, row))
    return found, errors


def _keep_rows(
    by: Actor,
    rows: Iterable[tuple[Member, str, dict[str, str]]],
    recipe: dict[str, Any],
    now: dt.datetime,
) -> int:
    by_member: dict[uuid.UUID, list[tuple[str, dict[str, str]]]] = {}
    for member, leaf, held in rows:
        by_member.setdefault(member.pk, []).append((leaf, held))
    changed = 0
    with transaction.atomic():
        for member_id in sorted(by_member):
            with changing_member(member_id, "table_loaded", by, now) as (change, member):
                check_open(member.round, Step.SOURCE, now)
                for leaf, held in by_member[member_id]:
                    changed += _keep(change, member, leaf, held, recipe, by.post, now)
    return changed

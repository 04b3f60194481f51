"""A province of 22 departments and 8 districts, and rounds over it with values that differ from unit to unit."""

import datetime as dt
import random
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from tests.measure.assessment.conftest import FIRST, LAST, move_to

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput, GroupInput
from motcua.measure.assessment.frameworks import framework_of, inputs_of_leaf, options_of_leaf, shipped_text
from motcua.measure.assessment.models import Assignment, Member, Round
from motcua.record.organisation.actions import add_agency, add_person, add_unit, give_post
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Agency, Level, Post, Role

SETS = {Level.DEPARTMENT: "par-index-departments-model", Level.DISTRICT: "par-index-districts-model"}
NAMES = {Level.DEPARTMENT: ("Sở", 22, 700), Level.DISTRICT: ("Huyện", 8, 800)}
GROUPS = {Level.DEPARTMENT: "Sở, ban, ngành", Level.DISTRICT: "Huyện, thị xã, thành phố"}


def agencies(people: SimpleNamespace, now: dt.datetime) -> dict[Level, list[Agency]]:
    """Return 22 departments and 8 districts; those that are not there are added."""
    root = Agency.objects.get(code="H15")
    there = {agency.code: agency for agency in Agency.objects.filter(code__startswith="H15.")}
    return {
        level: [
            there.get(f"H15.{base + n}")
            or add_agency(
                by=people.preparer,
                code=f"H15.{base + n}",
                name_vi=f"{name} mẫu số {n + 1}",
                level=level,
                parent=root,
                valid_from=FIRST,
                now=now,
            )
            for n in range(count)
        ]
        for level, (name, count, base) in NAMES.items()
    }


def values_of(framework: Any, leaf: Any, drawn: random.Random, good: float) -> dict[str, str]:
    """Return plausible inputs of a leaf for a unit that is so good (0 to 1)."""
    options = options_of_leaf(leaf)
    of = drawn.randint(20, 60)
    values = {}
    for code, kind in inputs_of_leaf(framework, leaf).items():
        if options:
            values[code] = options[0] if drawn.random() < good else options[1]
        elif kind == "flag":
            values[code] = "1" if drawn.random() < good else "0"
        elif code.endswith("_den"):
            values[code] = str(of)
        elif code.endswith("_num"):
            values[code] = str(round(of * min(1.0, good + drawn.uniform(-0.1, 0.12))))
        elif kind == "percent":
            values[code] = f"{100 * min(1.0, good + drawn.uniform(-0.05, 0.05)):.1f}"
        elif code.endswith("_survey"):
            values[code] = f"{1 + 4 * good:.2f}"
        else:
            values[code] = str(drawn.randint(0, 2))
    return values


def prepared_round(people: SimpleNamespace, name: str, previous: Round | None = None, calendar: Any = None) -> Round:
    """Open a round over the province with an appraiser and a council."""
    now, part = timezone.now(), Assignment.Part
    found = actions.open_round(
        by=people.preparer, name=name, first=FIRST, last=LAST, previous=previous, calendar=calendar, now=now
    )
    for level, units in agencies(people, now).items():
        group = GroupInput(GROUPS[level], shipped_text(SETS[level]), units)
        actions.add_group(by=people.preparer, round_id=found.pk, group=group, now=now)
    for post, what in ((people.appraiser.post, part.APPRAISER), (people.council.post, part.COUNCIL)):
        actions.assign(by=people.preparer, round_id=found.pk, post=post, part=what, now=now)
    return found


def drawn_entries(found: Round, seed: int) -> list[EntryInput]:
    """Return values for every leaf of every unit of a round, the same for the same seed."""
    drawn, rows = random.Random(seed), []
    for member in Member.objects.filter(round=found).select_related("group").order_by("agency__code"):
        framework, good = framework_of(member.group.text), drawn.uniform(0.72, 0.97)
        for leaf in framework.root.leaves():
            rows.append(EntryInput(member.pk, leaf.code, values_of(framework, leaf, drawn, good)))
    return rows


def published_round(people: SimpleNamespace, name: str, seed: int, previous: Round | None = None) -> Round:
    """Return a round over the province that is published: every value appraised."""
    found = prepared_round(people, name, previous)
    move_to(people, found.pk, "appraisal")
    entries = drawn_entries(found, seed)
    actions.save_entries(by=people.appraiser, step="appraisal", entries=entries, now=timezone.now())
    move_to(people, found.pk, "council")
    return actions.publish_round(by=people.council, round_id=found.pk, now=timezone.now())


def leader_of(people: SimpleNamespace, agency: Agency, now: dt.datetime) -> Actor:
    """Return a leader of an agency; one that has nobody gets one."""
    post = Post.objects.filter(unit__agency=agency, role=Role.LEADER).select_related("unit__agency").first()
    if post is None:
        by = people.preparer
        unit = add_unit(
            by=by, agency=agency, key="leadership", kind="leadership", name_vi="Lãnh đạo", valid_from=FIRST, now=now
        )
        person = add_person(by=by, staff_code=f"LD.{agency.code}", full_name=f"Lãnh đạo {agency.name_vi}", now=now)
        post = give_post(by=by, person=person, unit=unit, role=Role.LEADER, valid_from=FIRST, now=now)
    return Actor(post=post, on=timezone.localdate(now))


def self_assessed(people: SimpleNamespace, found: Round, entries: list[EntryInput], but: Agency) -> None:
    """Enter the self-assessment of every unit but one, each by a leader of its own, and sign it off."""
    now = timezone.now()
    by_member: dict[Any, list[EntryInput]] = {}
    for entry in entries:
        by_member.setdefault(entry.member_id, []).append(entry)
    for member in Member.objects.filter(round=found).exclude(agency=but).select_related("agency"):
        by = leader_of(people, member.agency, now)
        actions.save_entries(by=by, step="self", entries=by_member[member.pk], now=now)
        actions.submit_self_assessment(by=by, member_id=member.pk, now=now)

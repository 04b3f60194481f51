"""A round over a few agencies with a small framework, and the people who take part in it."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone, translation

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import GroupInput
from motcua.measure.assessment.models import Assignment, Group, Member, Round
from motcua.record.organisation.models import Agency

TEXT = (Path(__file__).parent / "model.yaml").read_text(encoding="utf-8")
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
SOURCES = {
    "B.1": {"kind": "measure", "inputs": {"on_time": "dossiers.resolved", "dossiers": "dossiers.counted"}},
    "B.2": {"kind": "table"},
}


@pytest.fixture
def people(actor_of: Callable[[str], Any]) -> SimpleNamespace:
    """Who takes part: `unit` and `head` belong to the ward that is assessed, the others do not."""
    return SimpleNamespace(
        preparer=actor_of("quantri"),
        unit=actor_of("xa.canbo"),
        head=actor_of("xa.lanhdao"),
        foreign=actor_of("xa2.canbo"),
        appraiser=actor_of("tc.canbo"),
        council=actor_of("giamdoc"),
    )


@pytest.fixture
def round_(db: None, people: SimpleNamespace) -> SimpleNamespace:
    """A prepared round: three wards and communes, an appraiser, a council."""
    return prepared(people)


def prepared(people: SimpleNamespace, **options: Any) -> SimpleNamespace:
    """Open a round, add its group and assign its people."""
    now = timezone.now()
    sources = options.pop("sources", SOURCES)
    options = {"name": "PAR 2026", "first": FIRST, "last": LAST} | options
    found = actions.open_round(by=people.preparer, now=now, **options)
    own = people.unit.post.unit.agency
    others = Agency.objects.on(now.date()).filter(level=own.level).exclude(pk=own.pk).order_by("code")
    agencies = [own, *others[:2]]
    group = actions.add_group(
        by=people.preparer,
        round_id=found.pk,
        group=GroupInput("Xã, phường", TEXT, agencies, sources),
        now=now,
    )
    part = Assignment.Part
    actions.assign(by=people.preparer, round_id=found.pk, post=people.appraiser.post, part=part.APPRAISER, now=now)
    actions.assign(by=people.preparer, round_id=found.pk, post=people.council.post, part=part.COUNCIL, now=now)
    members = {m.agency_id: m for m in Member.objects.filter(group=group)}
    return SimpleNamespace(
        id=found.pk, group=group, own=members[own.pk], others=[members[a.pk] for a in agencies[1:]], agencies=agencies
    )


def move_to(people: SimpleNamespace, round_id: Any, stage: str) -> None:
    """Sign stages off until this one is reached."""
    while Round.objects.get(pk=round_id).stage != stage:
        by = people.council if Round.objects.get(pk=round_id).stage == "council" else people.preparer
        actions.move_on(by=by, round_id=round_id, now=timezone.now())


def group_of(found: SimpleNamespace) -> Group:
    return Group.objects.get(pk=found.group.pk)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Let messages be English, whatever the translations say."""
    with translation.override("en"):
        yield

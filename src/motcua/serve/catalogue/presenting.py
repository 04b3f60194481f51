"""What pages say of a version: ways to hand in with times and fees, papers by case, versions with what changed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.record.organisation.models import Agency
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import ProcedureData
from motcua.serve.catalogue.difference_words import duration_words, level_words, sentence, texts
from motcua.serve.catalogue.differences import differences
from motcua.serve.catalogue.models import Channel, Competence, Component, Fee, ProcedureVersion, Process, Step


@dataclass(frozen=True)
class Way:
    """A channel with its times, each with a note, and what is paid there."""

    name: str
    times: tuple[tuple[str, str], ...]
    fees: tuple[Fee, ...]


def ways_of(version: ProcedureVersion) -> list[Way]:
    """Return the channels of a version that has ways of its own; none where all channels are alike."""
    methods, fees = list(version.methods.all()), list(version.fees.all())
    channels: dict[int, list[tuple[str, str]]] = {method.channel: [] for method in methods}
    for method in methods:
        time = "" if method.amount is None else limit_text(Duration(method.amount, method.unit))
        channels[method.channel].append((time, in_page_language(method, "note")))
    if not methods and (version.limits_by_channel or any(fee.channel for fee in fees)):
        usual = Duration(version.limit_amount, version.limit_unit)
        own = {int(channel): Duration.parse(text) for channel, text in version.limits_by_channel.items()}
        channels = {int(channel): [(limit_text(own.get(channel, usual)), "")] for channel in Channel.values}
    return [
        Way(str(Channel(channel).label), tuple(times), tuple(fee for fee in fees if fee.channel in (None, channel)))
        for channel, times in channels.items()
    ]


def limit_text(limit: Duration) -> str:
    """Return a time limit in words; none is the day of receipt."""
    return duration_words(limit) if limit.amount else _("the same working day")


def in_page_language(thing: Any, name: str) -> str:
    """Return a text of a thing in the page's language, the Vietnamese one where there is no other."""
    own = getattr(thing, f"{name}_{get_language() or 'vi'}", "")
    return str(own or getattr(thing, f"{name}_vi"))


def papers_by_case(version: ProcedureVersion) -> list[tuple[Any, list[Component]]]:
    """Return the papers of every case first, then those of each case, each with its case (None for every case)."""
    papers = list(version.components.all())
    groups: list[tuple[Any, list[Component]]] = [(None, [paper for paper in papers if paper.case_id is None])]
    groups += [(case, [paper for paper in papers if paper.case_id == case.pk]) for case in version.cases.all()]
    return [(case, found) for case, found in groups if found]


def tiers_of(version: ProcedureVersion) -> list[tuple[str, str, str]]:
    """Return the levels that carry a procedure out, in words, each with who and where."""
    return [(level_words(tier["level"]), tier["agency"], tier["address"]) for tier in version.levels]


def deciding_agencies(version: ProcedureVersion, day: dt.date, most: int) -> list[Agency]:
    """Return the first agencies that decide a procedure on a local date, in one query."""
    rows = Competence.objects.on(day).filter(procedure_id=version.procedure_id)
    decides = rows.filter(Q(agency_id=OuterRef("pk")) | Q(agency=None, level=OuterRef("level")))
    return list(Agency.objects.on(day).filter(Exists(decides)).order_by("code")[:most])


def processes_in_force(version: ProcedureVersion, day: dt.date) -> list[tuple[Process, list[Step]]]:
    """Return the internal processes of a version on a local date with their steps, in one query."""
    processes = Process.objects.on(day).filter(version=version, status__in=Process.SERVING)
    steps = Step.objects.filter(process__in=processes).select_related("process")
    found: dict[int, tuple[Process, list[Step]]] = {}
    for step in steps.order_by("process__level", "process__case", "process_id", "order"):
        found.setdefault(step.process_id, (step.process, []))[1].append(step)
    return list(found.values())


@dataclass(frozen=True)
class Change:
    """One difference as a page shows it; long texts stand side by side."""

    words: str
    old: str = ""
    new: str = ""


def changes_between(old: ProcedureData, new: ProcedureData) -> list[Change]:
    """Return what changes from one version to another, in the page's language."""
    found = []
    for difference in differences(old, new):
        long = texts(difference)
        found.append(Change(sentence(difference), *long) if long else Change(sentence(difference)))
    return found


@dataclass(frozen=True)
class Standing:
    """A version in the list of its procedure's versions, with the one before it."""

    version: ProcedureVersion
    before: ProcedureVersion | None
    word: str


def standings(versions: Sequence[ProcedureVersion], day: dt.date) -> list[Standing]:
    """Return versions, the newest first, each with the one before it and where it stands on a local date.

    What was discarded is before nothing: it never came into force.
    """
    found, before = [], None
    for version in sorted(versions, key=lambda version: (version.valid_from, version.number)):
        found.append(Standing(version, before, standing(version, day)))
        if version.status != ProcedureVersion.Status.DISCARDED:
            before = version
    return found[::-1]


def standing_ones(versions: Iterable[ProcedureVersion]) -> list[ProcedureVersion]:
    """Return the versions that were not discarded, in their order."""
    return [version for version in versions if version.status != ProcedureVersion.Status.DISCARDED]


def standing(version: ProcedureVersion, day: dt.date) -> str:
    """Return where a version stands on a local date: draft, discarded, in force, later, no longer."""
    if version.status != ProcedureVersion.Status.PUBLISHED:
        return str(version.get_status_display())
    if version.valid_from > day:
        return _("in force later")
    return _("no longer in force") if version.valid_to and version.valid_to <= day else _("in force")

"""Reads of the catalogue, each on a date."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from motcua.record.organisation.models import Agency
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import Competence, Component, Fee, ProcedureVersion, Process, Step
from motcua.serve.catalogue.searching import Filters, find_versions


def versions_on(day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the published versions in force on a local date, with procedure and field; a draft never is."""
    published = ProcedureVersion.objects.filter(status=ProcedureVersion.Status.PUBLISHED)
    return published.on(day).select_related("procedure__field")


def version_on(code: str, day: dt.date) -> ProcedureVersion | None:
    """Return the version of a procedure in force on a local date."""
    return versions_on(day).filter(procedure__code=code).first()


def search_versions(words: str, day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the versions in force in which every word begins one of the code, names or field, without diacritics."""
    return find_versions(Filters(words=words), day)


def competent_agencies(version: ProcedureVersion, day: dt.date) -> QuerySet[Agency]:
    """Return the agencies that decide this procedure on a local date."""
    rows = Competence.objects.on(day).filter(procedure_id=version.procedure_id)
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(pk=row.agency_id) if row.agency_id else Q(level=row.level)
    return Agency.objects.on(day).filter(wanted).order_by("code")


def process_for(version: ProcedureVersion, level: str, day: dt.date, case: str = "") -> Process | None:
    """Return the internal process of a version that is in force at an agency level on a local date.

    One that was replaced was in force until its last date; a draft never was. A case with a process of its own has
    that one, any other the process for every case.
    """
    found = Process.objects.on(day).filter(version=version, level=level, case__in={"", case})
    approved = found.filter(status__in=Process.SERVING)
    return approved.order_by("-case", "-valid_from", "-pk").first()


@dataclass(frozen=True)
class CaseChoice:
    """A case that a dossier may be received in."""

    key: str
    name: str


@dataclass(frozen=True)
class Cases:
    """The cases of a version; where `needed`, one must be chosen; `only` is the key of one that leaves no choice."""

    choices: tuple[CaseChoice, ...] = ()
    needed: bool = False
    only: str = ""

    def named(self, key: str) -> str:
        """Return a case's name, its key where it has none."""
        return next((choice.name for choice in self.choices if choice.key == key), key)

    def has(self, key: str) -> bool:
        """Tell whether a case is among them."""
        return any(choice.key == key for choice in self.choices)


def cases_of(version: ProcedureVersion, day: dt.date) -> Cases:
    """Return the cases of a version in its order, then those that only an internal process in force names."""
    own = [CaseChoice(case.key, case.name) for case in version.cases.all()]
    known = {choice.key for choice in own}
    approved = Process.objects.on(day).filter(version=version, status__in=Process.SERVING)
    others = set(approved.exclude(case="").values_list("case", flat=True)) - known
    choices = (*own, *(CaseChoice(key, key) for key in sorted(others)))
    return Cases(choices, needed=len(own) > 1, only=own[0].key if len(own) == 1 and not others else "")


def case_name(version: ProcedureVersion, key: str) -> str:
    """Return the name of a case, its key where the version has none of this key, "" for no case."""
    found = version.cases.filter(key=key).first() if key else None
    return found.name if found else key


def components_of(version: ProcedureVersion, case: str) -> list[Component]:
    """Return the papers asked for in a case: those of every case and its own."""
    papers = version.components.select_related("case")
    return [paper for paper in papers if paper.case is None or paper.case.key == case]


def steps_of(process: Process) -> list[Step]:
    """Return the steps of a process in order."""
    return list(process.steps.all())


def fees_on(version: ProcedureVersion, channel: int) -> list[Fee]:
    """Return what is paid by those who hand in on a channel: the fees of every channel and its own."""
    return [fee for fee in version.fees.all() if fee.channel in (None, channel)]


def limit_of(version: ProcedureVersion, channel: int) -> Duration:
    """Return the time limit of a version for a channel."""
    own = version.limits_by_channel.get(str(channel))
    return Duration.parse(own) if own else Duration(version.limit_amount, version.limit_unit)

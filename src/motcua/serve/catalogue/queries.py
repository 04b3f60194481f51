"""Reads of the catalogue, each on a date."""

import datetime as dt

from django.db.models import Q, QuerySet

from motcua.record.organisation.models import Agency
from motcua.rules.text import fold
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import Competence, ProcedureVersion, Process, Step


def versions_on(day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the published versions in force on a local date, with procedure and field; a draft never is."""
    published = ProcedureVersion.objects.filter(status=ProcedureVersion.Status.PUBLISHED)
    return published.on(day).select_related("procedure__field")


def version_on(code: str, day: dt.date) -> ProcedureVersion | None:
    """Return the version of a procedure in force on a local date."""
    return versions_on(day).filter(procedure__code=code).first()


def search_versions(words: str, day: dt.date) -> QuerySet[ProcedureVersion]:
    """Return the versions whose code or name holds every word, typed with or without diacritics."""
    found = versions_on(day)
    for word in fold(words).split():
        found = found.filter(Q(folded_name__contains=word) | Q(procedure__code__contains=word))
    return found.order_by("folded_name")


def competent_agencies(version: ProcedureVersion, day: dt.date) -> QuerySet[Agency]:
    """Return the agencies that decide this procedure on a local date."""
    rows = Competence.objects.on(day).filter(procedure_id=version.procedure_id)
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(pk=row.agency_id) if row.agency_id else Q(level=row.level)
    return Agency.objects.on(day).filter(wanted).order_by("code")


def process_for(version: ProcedureVersion, level: str, day: dt.date) -> Process | None:
    """Return the internal process of a version that is in force at an agency level on a local date.

    One that was replaced was in force until its last date; a draft never was.
    """
    found = Process.objects.on(day).filter(version=version, level=level, case="").exclude(status=Process.Status.DRAFT)
    return found.order_by("-valid_from", "-pk").first()


def steps_of(process: Process) -> list[Step]:
    """Return the steps of a process in order."""
    return list(process.steps.all())


def limit_of(version: ProcedureVersion, channel: int) -> Duration:
    """Return the time limit of a version for a channel."""
    own = version.limits_by_channel.get(str(channel))
    return Duration.parse(own) if own else Duration(version.limit_amount, version.limit_unit)

"""Reads behind the lists: one row per procedure in force on a date."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from motcua.record.organisation.models import Agency, Level
from motcua.serve.catalogue.lists.words import DECIDING
from motcua.serve.catalogue.models import Competence, Field, ProcedureVersion, ServiceLevel
from motcua.serve.catalogue.publication.models import Offering
from motcua.serve.catalogue.publication.queries import competent_procedures
from motcua.serve.catalogue.queries import versions_on

LISTS = ("all", "centre", "full", "partial", "portal", "restructured")


@dataclass(frozen=True)
class ListRow:
    """A procedure as lists show it."""

    version: ProcedureVersion
    code: str
    name: str
    field: str
    agencies: tuple[str, ...]
    level: str
    wholly_at_centre: bool
    on_portal: bool
    restructured: bool


def listed(
    which: str, day: dt.date, *, agency: Agency | None = None, field_code: str = ""
) -> QuerySet[ProcedureVersion]:
    """Return the versions of a list, by code.

    Args:
        which: one of `LISTS`; any other is "all".
        day: local date.
        agency: only what this agency decides.
        field_code: only this field.
    """
    found = versions_on(day).prefetch_related(
        Prefetch("procedure__competences", Competence.objects.on(day).select_related("agency")),
        Prefetch("procedure__offerings", Offering.objects.on(day)),
    )
    if which in OFFERED:
        found = found.filter(procedure__in=Offering.objects.on(day).filter(OFFERED[which]).values("procedure"))
    if which in ONLINE:
        found = found.filter(service_level=ONLINE[which])
    if agency is not None:
        found = found.filter(procedure__in=competent_procedures({agency.pk}, day))
    if field_code:
        found = found.filter(procedure__field__code=field_code)
    return found.order_by("procedure__field__name_vi", "procedure__code")


OFFERED = {
    "centre": Q(wholly_at_centre=True),
    "portal": Q(on_portal=True),
    "restructured": Q(restructured=True),
}
ONLINE = {"full": ServiceLevel.FULL, "partial": ServiceLevel.PARTIAL}


def rows_of(versions: Iterable[ProcedureVersion]) -> list[ListRow]:
    """Return versions of `listed` as rows, in the language of the moment."""
    return [_row(version) for version in versions]


def _row(version: ProcedureVersion) -> ListRow:
    offering = next(iter(version.procedure.offerings.all()), None)
    return ListRow(
        version=version,
        code=version.procedure.code,
        name=version.name,
        field=version.procedure.field.name,
        agencies=_agencies(version),
        level=str(ServiceLevel(version.service_level).label),
        wholly_at_centre=bool(offering and offering.wholly_at_centre),
        on_portal=bool(offering and offering.on_portal),
        restructured=bool(offering and offering.restructured),
    )


def _agencies(version: ProcedureVersion) -> tuple[str, ...]:
    """Return who decides: agencies by name, a whole level by its name, else what the national record names."""
    named = [c.agency.name if c.agency else str(DECIDING[Level(c.level)]) for c in version.procedure.competences.all()]
    return tuple(dict.fromkeys(named or [item.get("name", "") for item in version.agencies]))


def fields_posted(day: dt.date) -> QuerySet[Field]:
    """Return the fields that have procedures in force on a local date."""
    return Field.objects.filter(pk__in=versions_on(day).values("procedure__field")).order_by("name_vi")


def posted(field: Field, day: dt.date) -> list[ProcedureVersion]:
    """Return all that is posted of a field: its procedures in force with papers, fees, results, cases."""
    found = listed("all", day, field_code=field.code)
    return list(found.prefetch_related("components__case", "fees", "results", "methods"))


def competent_levels(day: dt.date) -> list[Agency]:
    """Return the agencies that the lists can be narrowed to: of province, departments and centre."""
    above = Agency.objects.on(day).exclude(level__in=[Level.COMMUNE, Level.DISTRICT])
    return list(above.order_by("code"))

"""Reads of the organisation, each on a date."""

import datetime as dt
from functools import lru_cache

from django.db import connection
from django.db.models import Count, F, Max, Q, Subquery
from django.db.models.functions import Coalesce

from motcua.record.organisation.models import (
    AdministrativeUnit,
    Agency,
    AgencyPath,
    CalendarUse,
    Level,
    Post,
    Role,
    Unit,
    WorkCalendar,
)
from motcua.record.organisation.people_models import Absence
from motcua.rules.identifiers import read_agency_code
from motcua.rules.working_time import Calendar, Shift, WeeklyShifts

DEFAULT_CALENDAR = "default"


def subtree(agency_id: int, on: dt.date) -> frozenset[int]:
    """Return the agency and all below it on a local date."""
    paths = AgencyPath.objects.on(on).filter(ancestor_id=agency_id)
    return frozenset(paths.values_list("descendant_id", flat=True)) | {agency_id}


# Below today, or until its own end; and whoever handed everything over to one of these alone. What was split is read by
# those it stood below, not by each of its successors.
SCOPE = """
    WITH RECURSIVE mine(id) AS (
        SELECT path.descendant_id FROM organisation_agencypath path
        JOIN organisation_agency below ON below.id = path.descendant_id
        WHERE path.ancestor_id = %(agency)s AND path.valid_from <= %(on)s
            AND (path.valid_to IS NULL OR path.valid_to > %(on)s OR path.valid_to = below.valid_to)
        UNION
        SELECT link.to_agency_id FROM organisation_agency_predecessors link
        JOIN mine ON mine.id = link.from_agency_id
        JOIN organisation_agency ended ON ended.id = link.to_agency_id AND ended.valid_to <= %(on)s
        WHERE NOT EXISTS (
            SELECT 1 FROM organisation_agency_predecessors other
            WHERE other.to_agency_id = link.to_agency_id AND other.from_agency_id <> link.from_agency_id
        )
    )
    SELECT id FROM mine
"""


def scope_of(agency_id: int, on: dt.date) -> frozenset[int]:
    """Return what an agency may read on a local date: itself, all below it, and those that these took over from."""
    with connection.cursor() as cursor:
        cursor.execute(SCOPE, {"agency": agency_id, "on": on})
        return frozenset(pk for (pk,) in cursor.fetchall()) | {agency_id}


def agency_by_code(code: str, on: dt.date) -> Agency | None:
    """Return the agency that has this identity code, written in either order, on a local date."""
    return Agency.objects.on(on).filter(code=read_agency_code(code)).first()


def province_on(day: dt.date) -> Agency | None:
    """Return the province's own agency on a local date.

    Of several (a province that was merged since is in the record too) the one that is there the longest; on a day
    before them all, the one that is there now.
    """
    found = Agency.objects.filter(level=Level.PROVINCE).order_by(F("valid_to").desc(nulls_first=True), "code")
    return found.on(day).first() or found.first()


def posts_of(person_id: int, on: dt.date) -> list[Post]:
    """Return a person's posts on a local date, with unit, agency and desk."""
    posts = Post.objects.on(on).filter(person_id=person_id)
    return list(posts.select_related("unit__agency", "desk__unit", "person").order_by("id"))


def posts_stood_in_for(person_id: int, on: dt.date) -> list[Post]:
    """Return the posts of absent people that a person may act in on a local date; see `posts_in_hands`."""
    return posts_in_hands(person_id, on)[1]


def posts_in_hands(person_id: int, on: dt.date) -> tuple[list[Post], list[Post]]:
    """Return a person's own posts on a local date, and those of absent people that they may act in, in one query.

    Posts of administrators and auditors are not among the second: these powers are given by a post only. Whoever
    holds no post of their own stands in for nobody.
    """
    away = Absence.objects.on(on).filter(stand_in_id=person_id, cancelled_at=None).values("person_id")
    lent = Q(person_id__in=away, person__active=True) & ~Q(role__in=[Role.ADMINISTRATOR, Role.AUDITOR])
    posts = Post.objects.on(on).filter(Q(person_id=person_id) | lent)
    found = list(posts.select_related("unit__agency", "desk__unit", "person").order_by("id"))
    own = [post for post in found if post.person_id == person_id]
    return own, [post for post in found if own and post.person_id != person_id]


def unit_for(agency_id: int, kind: str, on: dt.date, field_code: str = "") -> Unit | None:
    """Return the agency's unit of a kind that serves a field: one that names it, else one for all fields."""
    units = Unit.objects.on(on).filter(agency_id=agency_id, kind=kind).order_by("id")
    found = [u for u in units if field_code in u.fields_served] or [u for u in units if not u.fields_served]
    return found[0] if found else None


def holders(unit_id: int, role: str, on: dt.date) -> list[Post]:
    """Return the posts of a role in a unit on a local date."""
    return list(Post.objects.on(on).filter(unit_id=unit_id, role=role).select_related("person").order_by("id"))


def calendar_for(agency_id: int, on: dt.date) -> Calendar:
    """Return the compiled calendar that an agency works by on a local date.

    Compiled calendars are kept in the process, by the calendar's revision.
    """
    use = CalendarUse.objects.on(on).filter(agency_id=agency_id).order_by("-valid_from").values("calendar_id")[:1]
    default = WorkCalendar.objects.filter(code=DEFAULT_CALENDAR).values("pk")[:1]
    chosen = WorkCalendar.objects.filter(pk=Coalesce(Subquery(use), Subquery(default)))
    row = chosen.values_list("pk", "revision").first()
    if row is None:
        raise WorkCalendar.DoesNotExist("no calendar: load the province first")
    return _compiled(*row)


def calendar_by_code(code: str) -> Calendar:
    """Return the compiled calendar of this code.

    Raises:
        WorkCalendar.DoesNotExist: there is none.
    """
    row = WorkCalendar.objects.get(code=code)
    return _compiled(row.pk, row.revision)


@lru_cache(maxsize=256)
def _compiled(calendar_id: int, revision: int) -> Calendar:
    calendar = WorkCalendar.objects.get(pk=calendar_id)
    days = list(calendar.days.all())
    return Calendar(
        code=calendar.code,
        weekly=weekly_shifts(calendar),
        days_off={d.date: d.name_vi for d in days if d.kind == d.Kind.OFF},
        working_days={d.date: d.name_vi for d in days if d.kind == d.Kind.WORK},
    )


def weekly_shifts(calendar: WorkCalendar) -> list[WeeklyShifts]:
    """Return the weekly shifts of a calendar, each set from its date on."""
    sets: dict[dt.date, dict[int, tuple[Shift, ...]]] = {}
    for row in calendar.shifts.order_by("valid_from", "weekday", "opens"):
        week = sets.setdefault(row.valid_from, {})
        week[row.weekday] = (*week.get(row.weekday, ()), Shift(row.opens, row.closes))
    return [WeeklyShifts(valid_from=day, shifts=week) for day, week in sorted(sets.items())]


def newest_calendar_revision() -> int:
    """Return the highest revision of any calendar."""
    return WorkCalendar.objects.aggregate(newest=Max("revision"))["newest"] or 0


def count_administrative_units() -> dict[str, dict[str, int]]:
    """Return how many administrative units there are, by era and level."""
    counts: dict[str, dict[str, int]] = {}
    rows = AdministrativeUnit.objects.values_list("era", "level").order_by("era", "level").annotate(count=Count("pk"))
    for era, level, count in rows:
        counts.setdefault(era, {})[level] = count
    return counts

"""A province from plain data: agencies of every era with their units and desks, the common calendar."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.history import terms
from motcua.record.organisation.models import (
    Agency,
    AgencyPath,
    CalendarDay,
    CalendarShift,
    Desk,
    Unit,
    UnitKind,
    WorkCalendar,
)
from motcua.record.organisation.parsing import AgencyData, CalendarData, DayData, DeskData, UnitData
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.succession import closure

ONE_DESK = (DeskData(),)


def load_agencies(*, by: Actor, agencies: Sequence[AgencyData], now: dt.datetime) -> int:
    """Add agencies that are not there yet, parents before children; return how many were added.

    Each agency has a chain of its own; its first event holds its units and desks too.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    known = {(a.code, a.valid_from): a for a in Agency.objects.all()}
    by_code: dict[str, Agency] = {a.code: a for a in known.values()}
    new = [data for data in agencies if (data.code, data.valid_from) not in known]
    with transaction.atomic():
        for data in new:
            by_code[data.code] = _add_agency(by, data, by_code, now)
        if new:
            _link_predecessors(new, by_code)
            rebuild_paths()
    return len(new)


def agency_chain(code: str, valid_from: dt.date) -> UUID:
    """Return the chain of an agency."""
    return chain_of("agency", f"{code}@{valid_from.isoformat()}")


def _add_agency(by: Actor, data: AgencyData, by_code: Mapping[str, Agency], now: dt.datetime) -> Agency:
    agency = Agency(
        code=data.code,
        level=data.level,
        name_vi=data.name_vi,
        name_en=data.name_en,
        parent=by_code[data.parent] if data.parent else None,
        unit_code=data.unit_code,
        place=data.place,
        address=data.address,
        evidence=data.evidence,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
    )
    with record_change(
        chain_id=agency_chain(data.code, data.valid_from),
        subject="agency",
        kind="agency.added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
        facts={"predecessors": list(data.predecessors)},
    ) as change:
        change.add(agency)
        _add_units(change, agency, data.units)
    return agency


def _add_units(change: Change, agency: Agency, units: Sequence[UnitData]) -> None:
    rows = [
        Unit(
            agency=agency,
            key=unit.key,
            kind=unit.kind,
            name_vi=unit.name_vi,
            name_en=unit.name_en,
            fields_served=list(unit.fields_served),
            valid_from=agency.valid_from,
            valid_to=agency.valid_to,
        )
        for unit in units
    ]
    change.add_all(rows)
    pairs = [(row, data) for row, data in zip(rows, units, strict=True) if row.kind == UnitKind.DESK]
    change.add_all([_desk(agency, row, desk) for row, data in pairs for desk in data.desks or ONE_DESK])


def _desk(agency: Agency, unit: Unit, data: DeskData) -> Desk:
    """Return a desk; without a name of its own it is called after its unit and agency."""
    return Desk(
        unit=unit,
        name_vi=data.name_vi or f"{unit.name_vi} · {agency.name_vi}"[:500],
        name_en=data.name_en or f"{unit.name_en} · {agency.name_en or agency.name_vi}"[:500],
        address=data.address or agency.address,
        phone=agency.phone,
        whole_province=data.whole_province,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )


def _link_predecessors(new: Sequence[AgencyData], by_code: Mapping[str, Agency]) -> None:
    """Link each new agency with those whose work it took over; the event of its adding names them too."""
    link = Agency.predecessors.through
    link.objects.bulk_create(
        link(from_agency_id=by_code[data.code].pk, to_agency_id=by_code[code].pk)
        for data in new
        for code in data.predecessors
    )


def rebuild_paths() -> None:
    """Make the closure of the tree again from who stood below whom, and when.

    Raises:
        SuccessionError: an agency would stand above itself on some day.
    """
    paths = closure(terms())
    AgencyPath.objects.all().delete()
    AgencyPath.objects.bulk_create(
        (
            AgencyPath(
                ancestor_id=path.ancestor,
                descendant_id=path.descendant,
                depth=path.depth,
                valid_from=path.since,
                valid_to=path.until,
            )
            for path in paths
        ),
        batch_size=2_000,
    )


def load_calendar(*, by: Actor, calendar: CalendarData, now: dt.datetime) -> int:
    """Add a calendar with its shifts and dated exceptions, or the exceptions that a known one lacks.

    A day that is there already is left as it is: an administrator may have set it.

    Returns:
        How many dated exceptions were added.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    known = WorkCalendar.objects.filter(code=calendar.code).first()
    there = set(known.days.values_list("date", flat=True)) if known else set()
    days = [day for day in calendar.days if day.date not in there]
    if known is not None and not days:
        return 0
    with record_change(
        chain_id=chain_of("calendar", calendar.code),
        subject="calendar",
        kind="calendar.days_added" if known else "calendar.added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=known is None,
        facts={"days": [[day.date, day.kind] for day in days]},
    ) as change:
        if known is None:
            row = _add_calendar(change, calendar)
        else:
            row = known
            change.set(row, revision=row.revision + 1)
        _add_days(row, days)
    return len(days)


def _add_calendar(change: Change, data: CalendarData) -> WorkCalendar:
    row = WorkCalendar(code=data.code, name_vi=data.name_vi, name_en=data.name_en)
    change.add(row)
    CalendarShift.objects.bulk_create(
        CalendarShift(calendar=row, valid_from=since, weekday=weekday, opens=shift.opens, closes=shift.closes)
        for since, weekday, shift in data.shifts
    )
    return row


def _add_days(calendar: WorkCalendar, days: Sequence[DayData]) -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(
            calendar=calendar,
            date=day.date,
            kind=day.kind,
            name_vi=day.name_vi,
            name_en=day.name_en,
            source=day.source,
        )
        for day in days
    )

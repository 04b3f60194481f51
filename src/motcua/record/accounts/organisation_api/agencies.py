"""Agencies as of a date, units, desks, job positions; a province from the units. Agencies change by decision."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status

from motcua.record.accounts.organisation_api.common import Code as CodeInPath
from motcua.record.accounts.organisation_api.common import (
    RowId,
    Short,
    Text,
    agency_of,
    reader,
    unit_of,
    writer,
)
from motcua.record.organisation import actions
from motcua.record.organisation.actions.setting_up import setup_province
from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.history import dated, parent_on
from motcua.record.organisation.models import Agency, Desk, Level, Unit
from motcua.record.organisation.people_models import StaffingScheme, Streamlining
from motcua.record.organisation.policies import HAS_POST

router = Router(tags=["agencies"])


class AgencyLine(Schema):
    """An agency as it was called, and below whom it stood, on the date."""

    code: str
    name_vi: str
    name_en: str
    level: str
    kind: str
    parent: str
    valid_from: dt.date
    valid_to: dt.date | None


class UnitOut(Schema):
    """A unit; `fields_served` are codes of fields, none for all."""

    key: str
    kind: str
    name_vi: str
    fields_served: list[str]
    valid_from: dt.date
    valid_to: dt.date | None


class DeskOut(Schema):
    """A one-stop desk."""

    id: int
    unit: str
    name_vi: str
    address: str
    phone: str


class AgencyOut(AgencyLine):
    """An agency with its units, desks, and those before and after it."""

    unit_code: str
    address: str
    phone: str
    units: list[UnitOut]
    desks: list[DeskOut]
    predecessors: list[str]
    successors: list[str]


class UnitIn(Schema):
    """A new unit; it begins today where no date is given."""

    key: Short
    kind: Short = Field(description="desk, room, leadership or office")
    name_vi: Text
    name_en: Text = ""
    valid_from: dt.date | None = None


class DeskIn(Schema):
    """A new desk of a unit, by the unit's key."""

    unit: Short
    name_vi: Text
    name_en: Text = ""
    address: Text = ""
    phone: Short = ""
    valid_from: dt.date | None = None


class PositionIn(Schema):
    """A job position with its head-count."""

    code: Short
    name_vi: Text
    group: Short
    head_count: Annotated[int, Field(ge=0, le=100_000)]


class SchemeIn(Schema):
    """A scheme of job positions as approved."""

    number: Short
    signed_on: dt.date
    issuer: Text
    valid_from: dt.date
    positions: Annotated[list[PositionIn], Field(max_length=1000)]


class SchemeOut(Schema):
    """A scheme that was entered."""

    number: str
    valid_from: dt.date
    valid_to: dt.date | None
    positions: int


class StreamliningIn(Schema):
    """Units that a decision merged or cut."""

    kind: Short
    name_vi: Text
    units_before: Annotated[int, Field(ge=0, le=10_000)]
    units_after: Annotated[int, Field(ge=0, le=10_000)]
    heads_cut: Annotated[int, Field(ge=0, le=100_000)] = 0
    number: Short
    signed_on: dt.date
    effective_on: dt.date


class StreamliningOut(Schema):
    """An entry of units merged or cut."""

    id: int
    kind: str
    name_vi: str
    withdrawn_at: dt.datetime | None


class ProvinceIn(Schema):
    """A province of the two-tier era by its unit's code, with identity codes."""

    unit_code: Short
    identity_code: Short
    codes: dict[Short, Short] = Field({}, description="unit code of a commune → its identity code")
    calendar: Short = ""


class ProvinceOut(Schema):
    """What was set up."""

    code: str
    added: int
    kept: int


@router.get("", response=list[AgencyLine], summary="Agencies of a date", url_name="org_agencies")
def agencies(
    request: HttpRequest,
    on: dt.date | None = None,
    level: Annotated[str, Query(pattern=f"^({'|'.join(Level.values)})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[dict[str, Any]]:
    """Return the agencies of a local date (today) by code, with the names and places of that date."""
    reader(request, HAS_POST)
    day = on or timezone.localdate()
    found = Agency.objects.on(day).select_related("parent").order_by("code")
    found = found.filter(level=level) if level else found
    return [_line(agency) for agency in dated(found[:limit], day)]


@router.post("/provinces", response={201: ProvinceOut}, summary="Set up a province", url_name="org_province")
def province(request: HttpRequest, body: ProvinceIn) -> Any:
    """Set up a province with its communes; what is there already stays."""
    done = setup_province(by=writer(request), now=timezone.now(), **body.dict())
    return Status(201, {"code": done.province.code, "added": done.added, "kept": done.kept})


@router.get("/{code}", response=AgencyOut, summary="Read an agency", url_name="org_agency")
def agency_read(request: HttpRequest, code: CodeInPath, on: dt.date | None = None) -> dict[str, Any]:
    """Return an agency as of a local date (today)."""
    reader(request, HAS_POST)
    day = on or timezone.localdate()
    return _out(agency_of(code, day), day)


@router.post("/{code}/units", response={201: AgencyOut}, summary="Add a unit", url_name="org_unit_add")
def unit_add(request: HttpRequest, code: CodeInPath, body: UnitIn) -> Any:
    """Add a unit to an agency."""
    by, since = writer(request), body.valid_from or timezone.localdate()
    found = agency_of(code, since)
    names = body.dict(include={"key", "kind", "name_vi", "name_en"})
    actions.add_unit(by=by, agency=found, valid_from=since, now=timezone.now(), **names)
    return Status(201, _out(found, since))


@router.post("/{code}/desks", response={201: AgencyOut}, summary="Add a desk", url_name="org_desk_add")
def desk_add(request: HttpRequest, code: CodeInPath, body: DeskIn) -> Any:
    """Add a desk to a unit of an agency."""
    by, since = writer(request), body.valid_from or timezone.localdate()
    found = agency_of(code, since)
    unit = unit_of(found, body.unit, since)
    names = body.dict(include={"name_vi", "name_en", "address", "phone"})
    actions.add_desk(by=by, unit=unit, valid_from=since, now=timezone.now(), **names)
    return Status(201, _out(found, since))


@router.post("/{code}/schemes", response={201: SchemeOut}, summary="Enter job positions", url_name="org_scheme")
def scheme_approve(request: HttpRequest, code: CodeInPath, body: SchemeIn) -> Any:
    """Enter an approved scheme of job positions; the one before it ends on the day on which it begins."""
    by, found = writer(request), agency_of(code)
    positions = [actions.PositionInput(n, **one.dict()) for n, one in enumerate(body.positions, 1)]
    head = body.dict(include={"number", "signed_on", "issuer", "valid_from"})
    made = actions.approve_scheme(by=by, agency=found, positions=positions, now=timezone.now(), **head)
    return Status(201, _scheme(made))


@router.post(
    "/{code}/streamlinings", response={201: StreamliningOut}, summary="Enter units merged or cut", url_name="org_cut"
)
def streamlining_note(request: HttpRequest, code: CodeInPath, body: StreamliningIn) -> Any:
    """Enter units of an agency that a decision merged or cut."""
    by, found = writer(request), agency_of(code)
    return Status(201, _cut(actions.note_streamlining(by=by, agency=found, now=timezone.now(), **body.dict())))


@router.post(
    "/{code}/streamlinings/{row_id}/withdraw",
    response=StreamliningOut,
    summary="Take an entry back",
    url_name="org_cut_withdraw",
)
def streamlining_withdraw(request: HttpRequest, code: CodeInPath, row_id: RowId) -> dict[str, Any]:
    """Take back an entry that was made by mistake."""
    by = writer(request)
    found = Streamlining.objects.select_related("agency").filter(pk=row_id, agency=agency_of(code)).first()
    if found is None:
        raise NotFound("streamlining.none", _("There is no such entry."))
    actions.withdraw_streamlining(by=by, row=found, now=timezone.now())
    return _cut(found)


def _line(agency: Agency) -> dict[str, Any]:
    names = ("code", "name_vi", "name_en", "level", "kind", "valid_from", "valid_to")
    return {name: getattr(agency, name) for name in names} | {"parent": agency.parent.code if agency.parent else ""}


def _out(agency: Agency, on: dt.date) -> dict[str, Any]:
    named = dated([agency], on)[0]
    named.parent = parent_on(agency, on)
    desks = Desk.objects.on(on).filter(unit__agency=agency).select_related("unit").order_by("pk")
    return _line(named) | {
        **{name: getattr(agency, name) for name in ("unit_code", "address", "phone")},
        "units": [_unit(unit) for unit in Unit.objects.on(on).filter(agency=agency).order_by("pk")],
        "desks": [_desk(desk) for desk in desks],
        "predecessors": [one.code for one in agency.predecessors.order_by("code")],
        "successors": [one.code for one in agency.successors.order_by("code")],
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in UnitOut.model_fields}


def _desk(desk: Desk) -> dict[str, Any]:
    return {name: getattr(desk, name) for name in ("id", "name_vi", "address", "phone")} | {"unit": desk.unit.key}


def _scheme(scheme: StaffingScheme) -> dict[str, Any]:
    names = ("number", "valid_from", "valid_to")
    return {name: getattr(scheme, name) for name in names} | {"positions": scheme.positions.count()}


def _cut(row: Streamlining) -> dict[str, Any]:
    return {name: getattr(row, name) for name in StreamliningOut.model_fields}

"""The API of the lists: procedures in force, by list, agency and field. What is published is no secret: no token."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.queries import agency_by_code
from motcua.serve.catalogue.lists.queries import ListRow, listed, rows_of

router = Router(tags=["procedures"])


class ProcedureOut(Schema):
    """A procedure in force. `service_level`: 2 information, 3 partly online, 4 fully online (NĐ 42/2022/NĐ-CP)."""

    code: str
    number: int
    name_vi: str
    name_en: str
    field: str
    agencies: list[str]
    service_level: int
    limit_amount: int
    limit_unit: str
    wholly_at_centre: bool
    on_portal: bool
    restructured: bool
    valid_from: dt.date


class ProceduresOut(Schema):
    """A page of a list and how many there are."""

    count: int
    items: list[ProcedureOut]


class Asked(Schema):
    """Which procedures."""

    list: Annotated[str, Query("all", pattern="^(all|centre|full|partial|portal|restructured)$")] = "all"
    agency: Annotated[str, Query("", max_length=40, description="identity code of the agency that decides")] = ""
    field: Annotated[str, Query("", max_length=30, description="code of the field")] = ""
    on: dt.date | None = None
    limit: Annotated[int, Query(100, ge=1, le=1000)] = 100
    offset: Annotated[int, Query(0, ge=0, le=1_000_000)] = 0


@router.get("", response=ProceduresOut, auth=None, summary="List the procedures in force", url_name="procedures")
def procedures(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Return the procedures of a list on a local date, today if none is given."""
    day = asked.on or timezone.localdate()
    agency = agency_by_code(asked.agency, day) if asked.agency else None
    if asked.agency and agency is None:
        raise NotFound("agency.none", _("There is no such agency."))
    found = listed(asked.list, day, agency=agency, field_code=asked.field)
    part = rows_of(found[asked.offset : asked.offset + asked.limit])
    return {"count": found.count(), "items": [_out(row) for row in part]}


def _out(row: ListRow) -> dict[str, Any]:
    version = row.version
    return {
        "code": row.code,
        "field": version.procedure.field.code,
        "agencies": list(row.agencies),
        "wholly_at_centre": row.wholly_at_centre,
        "on_portal": row.on_portal,
        "restructured": row.restructured,
        **{
            name: getattr(version, name)
            for name in (
                "number",
                "name_vi",
                "name_en",
                "service_level",
                "limit_amount",
                "limit_unit",
                "valid_from",
            )
        },
    }

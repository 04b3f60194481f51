"""The API of the live index: standings of a period, one unit's tree with its recipe."""

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Path, Router, Schema

from motcua.measure.live import queries
from motcua.measure.live.models import Standing
from motcua.measure.live.periods import period_of
from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound

router = Router(tags=["live index"])
READ = "figures:read"
PeriodKind = Literal["month", "quarter", "year"]


class StandingOut(Schema):
    """A unit's result. `unit` is the agency's key or `province`; `applicable` is the most of what is scored."""

    unit: str
    code: str
    name: str
    level: str
    total: float | None
    applicable: float | None
    rating: str
    rank: int | None
    of: int | None
    first: dt.date
    last: dt.date
    framework: str
    digest: str = Field(description="SHA-256 of the framework's file")
    position: int = Field(description="of the ledger")
    computed_at: dt.datetime


class LineOut(Schema):
    """One node: points, what is lost, figures and where they come from."""

    code: str
    name: str
    score: float | None
    most: float
    lost: float | None
    today: float | None
    numerator: float | None
    denominator: float | None
    source: str


class TreeOut(StandingOut):
    """A unit's result with its tree, parents before children."""

    lines: list[LineOut]


def _out(row: Standing) -> dict[str, Any]:
    same = ("total", "applicable", "rating", "rank", "of", "first", "last", "framework", "digest", "position")
    agency = row.agency
    return {name: getattr(row, name) for name in (*same, "computed_at")} | {
        "unit": str(row.agency_id) if agency else "province",
        "code": agency.code if agency else "",
        "name": agency.name if agency else "",
        "level": agency.level if agency else "province",
    }


@router.get("", response=list[StandingOut], summary="Standings of a period, the province first")
def live_standings(
    request: HttpRequest, period: PeriodKind = "month", on: dt.date | None = None
) -> list[dict[str, Any]]:
    """Return the newest standings of the period in which `on` lies (today without it)."""
    need_scope(request, READ)
    return [_out(row) for row in queries.board(period_of(period, on or timezone.localdate()))]


@router.get("/{unit}", response=TreeOut, summary="One unit's tree")
def live_unit(
    request: HttpRequest,
    unit: str = Path(..., pattern="^(province|[0-9]{1,9})$"),
    period: PeriodKind = "month",
    on: dt.date | None = None,
) -> dict[str, Any]:
    """Return a unit's newest result with its tree; 404 where it was not scored."""
    need_scope(request, READ)
    key = None if unit == "province" else int(unit)
    found = queries.standing_of(period_of(period, on or timezone.localdate()), key)
    if found is None:
        raise NotFound("index.not_scored", _("This unit was not scored for the period."))
    names = LineOut.model_fields
    lines = [{name: getattr(line, name) for name in names} for line in queries.lines_of(found)]
    return _out(found) | {"lines": lines}

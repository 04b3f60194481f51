"""Pages of those who lead."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.measure.dashboards.findings import Part, change_in_percent, largest_share, stands_out
from motcua.measure.dashboards.looking import (
    HEAT_ROWS,
    Month,
    Viewpoint,
    step_address,
    steps,
    tiles,
    to_collect,
    waiting_at,
)
from motcua.measure.dashboards.policies import LEADS
from motcua.measure.dashboards.pulse import PULSE, scope_of_token, token_of
from motcua.measure.metrics.counting import measure_of
from motcua.measure.metrics.definitions import Measure
from motcua.measure.metrics.views import name_of
from motcua.record.accounts.access import access
from motcua.record.organisation.policies import ANYONE
from motcua.rules.text import sort_key_vi
from motcua.serve.dossiers.span_keeping import spans_position

TILE_WORDS = {
    "received": gettext_lazy("Received today"),
    "returned": gettext_lazy("Returned today"),
    "due_on_last_day": gettext_lazy("Due today"),
    "open_late": gettext_lazy("Open and late"),
    "waiting": gettext_lazy("Waiting for the applicant"),
}
TILE_KINDS = {"due_on_last_day": "soon", "open_late": "late"}
COLUMNS = (
    ("name", gettext_lazy("Agency")),
    ("received", gettext_lazy("Taken in")),
    ("resolved", gettext_lazy("Resolved")),
    ("late", gettext_lazy("Resolved late")),
    ("share", gettext_lazy("Share late")),
    ("open_late", gettext_lazy("Open and late")),
)
HEAT_HEADS = (
    gettext_lazy("Early"),
    gettext_lazy("On time"),
    gettext_lazy("Late"),
    gettext_lazy("Open in time"),
    gettext_lazy("Open and late"),
)
ROWS_SHOWN = 20
STEPS_A_PAGE = 50


@access(LEADS)
def overview(request: HttpRequest) -> HttpResponse:
    """Show today, the month, agencies, procedures and where dossiers wait."""
    view = Viewpoint.of(request.actor)
    month = Month(view)
    context = today_part(view) | month_part(month) | agencies_part(month, request) | heat_part(month, request)
    context |= {"whole_province": view.agencies is None}
    return render(request, "dashboards/overview.html", context | steps_part(view, timezone.now()))


@access(ANYONE)
def pulse(request: HttpRequest) -> HttpResponse:
    """Say whether anything happened since a position to the agencies of a token: 200 if so, 204 if not.

    Open pages ask it each second without their session; it tells no more than that.
    """
    try:
        scope, at = scope_of_token(request.GET.get("t", "")), int(request.GET.get("at", "")[:18])
    except (BadSignature, ValueError):
        return HttpResponse(status=404)
    return HttpResponse(status=200 if PULSE.since(scope, at) else 204)


@access(LEADS)
def today(request: HttpRequest) -> HttpResponse:
    """Return today's figures if anything happened since a position; 204 if not, and nothing is drawn anew."""
    position = spans_position()
    if request.GET.get("at") == str(position):
        return HttpResponse(status=204)
    return render(request, "dashboards/_today.html", today_part(Viewpoint.of(request.actor), position))


def today_part(view: Viewpoint, position: int | None = None) -> dict[str, Any]:
    """Return the figures of today with the position they stand for."""
    known_at = spans_position() if position is None else position
    shown = [
        {"tile": tile, "label": TILE_WORDS[tile.key], "kind": TILE_KINDS.get(tile.key, "") if tile.count else ""}
        for tile in tiles(view, known_at)
    ]
    return {
        "tiles": shown,
        "position": known_at,
        "token": token_of(view),
        "to_collect": to_collect(view.by),
        "at": timezone.now(),
    }


def month_part(month: Month) -> dict[str, Any]:
    """Return the month beside the same days last year, with what can be said of it."""
    rows = month.compared()
    for row in rows:
        measure: Measure = measure_of(row["measure"])
        row["name"] = name_of(measure)
        row["change"] = change_in_percent(row["now"], row["before"])
    return {"compared": rows, "month_title": _month_title(rows[0]["change"]), "month": month}


def _month_title(change: int | None) -> str:
    if change is None:
        return _("This month against the same days of last year")
    if change == 0:
        return _("As many received this month as in the same days of last year")
    if change > 0:
        return _("%(percent)d %% more received this month than in the same days of last year") % {"percent": change}
    return _("%(percent)d %% fewer received this month than in the same days of last year") % {"percent": -change}


def agencies_part(month: Month, request: HttpRequest) -> dict[str, Any]:
    """Return the table of agencies in the order asked for, with the one that stands out."""
    sort = request.GET.get("sort", "late")
    sort = sort if sort in dict(COLUMNS) else "late"
    down = request.GET.get("order", "up" if sort == "name" else "down") != "up"
    rows = month.agencies()
    found = stands_out([Part(row["name"], row["resolved"], row["late"]) for row in rows])
    rows.sort(key=lambda row: sort_key_vi(row["name"]))
    if sort == "name":
        rows = rows[::-1] if down else rows
    else:
        # What has no share stands last, whichever way.
        rows.sort(key=lambda row: (row[sort] is None, (row[sort] or 0) * (-1 if down else 1)))
    shown = rows if request.GET.get("all") == "1" else rows[:ROWS_SHOWN]
    title = _title(found, _("No agency stands out for lateness this month"))
    return {
        "agencies": shown,
        "agencies_all": len(rows),
        "every_agency": urlencode(request.GET.dict() | {"all": "1"}),
        "agencies_title": title,
        "heads": [_head(key, label, sort, down, request) for key, label in COLUMNS],
        "trend_months": [asked.first for asked in month.months],
    }


def _title(found: Any, otherwise: str) -> str:
    if found is None:
        return otherwise
    times = f"{found.times:g}".replace(".", _("."))
    return _("%(name)s is late %(times)s times as often as the rest") % {"name": found.name, "times": times}


def _head(key: str, label: Any, sort: str, down: bool, request: HttpRequest) -> dict[str, Any]:
    turned = ("up" if down else "down") if key == sort else "up" if key == "name" else "down"
    asked = request.GET.dict() | {"sort": key, "order": turned}
    said = ("descending" if down else "ascending") if key == sort else "none"
    return {"key": key, "label": label, "address": f"?{urlencode(asked)}#agencies", "said": said}


def heat_part(month: Month, request: HttpRequest) -> dict[str, Any]:
    """Return procedures by lateness, with the one that stands out."""
    rows = month.heat()
    found = stands_out([Part(row["name"], row["judged"], row["late"]) for row in rows])
    for row in rows:
        row["cells"] = list(zip(row["counts"], row["addresses"], HEAT_HEADS, (0, 0, 1, 0, 1), strict=True))
    shown = rows if request.GET.get("procedures") == "all" else rows[:HEAT_ROWS]
    return {
        "heat": shown,
        "heat_all": len(rows),
        "every_procedure": urlencode(request.GET.dict() | {"procedures": "all"}),
        "heat_heads": HEAT_HEADS,
        "heat_title": _title(found, _("No procedure stands out for lateness in the last 30 days")),
    }


def steps_part(view: Viewpoint, now: dt.datetime) -> dict[str, Any]:
    """Return the steps where dossiers lie, with the fullest one where it is a claim."""
    rows = steps(view, now)
    most = largest_share([(row["name"], row["count"]) for row in rows])
    title = _("Where dossiers wait now")
    if most is not None:
        words = {"name": most[0], "count": most[1], "all": most[2]}
        title = _("%(count)d of %(all)d open steps are “%(name)s”") % words
    return {"steps": rows, "steps_title": title, "steps_most": max((row["count"] for row in rows), default=1)}


@access(LEADS)
def step(request: HttpRequest) -> HttpResponse:
    """List the dossiers that lie at a step, those that wait longest first."""
    name, late, now = request.GET.get("step", "")[:500], request.GET.get("late") == "1", timezone.now()
    page = Paginator(waiting_at(Viewpoint.of(request.actor), name, now, late=late), STEPS_A_PAGE).get_page(
        request.GET.get("page")
    )
    for task in page:
        task.late = task.due_at is not None and task.due_at < now
    shown = next((task.step.name for task in page), name)
    context = {
        "page": page,
        "name": shown,
        "late": late,
        "all": step_address(name),
        "late_address": step_address(name, late="1"),
    }
    return render(request, "dashboards/step.html", context)

"""Pages of the live index: the board, one unit's tree, entering what the record cannot tell yet."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.measure.live import charting, queries
from motcua.measure.live.actions import compute_standings, enter_value
from motcua.measure.live.models import Kind
from motcua.measure.live.periods import Period, period_of
from motcua.measure.live.policies import ENTERS, MAY_ENTER, READS_INDEX
from motcua.measure.live.ranked import levels_of
from motcua.measure.live.sources import can_be_entered, framework
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency

PROVINCE = "province"


def _day(values: Any, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(values.get(name, ""))
    except ValueError:
        return None


def period_asked(values: Any) -> Period:
    """Return the period that an address or a form names: this month without one."""
    kind = values.get("period", "month")
    return period_of(kind if kind in Kind.values else "month", _day(values, "on") or timezone.localdate())


def until_asked(values: Any, period: Period) -> dt.date | None:
    """Return the past day of the period up to which it is to be counted, None for as far as it goes."""
    day = _day(values, "until")
    return day if day and period.first <= day < period.until(timezone.localdate()) else None


def agency_asked(unit: str) -> Agency | None:
    """Return the agency of an address, None for the province; 404 for what is neither."""
    if unit == PROVINCE:
        return None
    found = Agency.objects.filter(pk=int(unit)).first() if unit.isdecimal() and len(unit) < 10 else None
    if found is None:
        raise Http404
    return found


def _kinds(
    period: Period, to: str, until: dt.date | None = None, more: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    rest = f"&{urlencode(more)}" if more else ""
    return [
        {"label": label, "current": kind == period.kind, "url": f"{to}?{asked(period, until, kind)}{rest}"}
        for kind, label in Kind.choices
    ]


def asked(period: Period, until: dt.date | None, kind: str = "") -> str:
    """Return the part of an address that names a period; of another kind, the one that the same last day lies in."""
    day = (until or period.first) if kind and kind != period.kind else period.first
    return urlencode({"period": kind or period.kind, "on": day} | ({"until": until} if until else {}))


@access(READS_INDEX)
def board(request: HttpRequest) -> HttpResponse:
    """Rank the agencies of each level, the province above them."""
    period = period_asked(request.GET)
    until = until_asked(request.GET, period)
    rows = queries.board(period, until)
    of_agencies = [(row, queries.class_name(row.total)) for row in rows if row.agency is not None]
    own = request.actor.agency_id
    context = {
        **when(period, until, reverse("live:board")),
        "province": next((row for row in rows if row.agency is None), None),
        "rows": of_agencies,
        "levels": charting.levels_of([row for row, _class in of_agencies]),
        "own": next((row for row, _class in of_agencies if row.agency_id == own), None),
        "classed": queries.class_name(rows[0].total) if rows and rows[0].agency is None else "",
        "sure": levels_of(rows),
        "may_enter": MAY_ENTER.allows(request.actor),
    }
    return render(request, "live/board.html", context)


def when(
    period: Period, until: dt.date | None, to: str, more: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Return what every page of a period shows of it.

    Args:
        to: address of the page.
        more: what else its address names, kept when another period is chosen.
    """
    kinds = _kinds(period, to, until, more)
    return {"period": period, "until": until, "asked": asked(period, until), "kinds": kinds, "more": more.items()}


@access(READS_INDEX)
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """Show a unit's tree with what is lost, its trend, and where its year leads."""
    agency, period = agency_asked(unit), period_asked(request.GET)
    key, until = agency.pk if agency else None, until_asked(request.GET, period)
    found = queries.standing_of(period, key, until)
    points = queries.trend(key, period.first.year, timezone.localdate())
    lines = queries.lines_of(found) if found else []
    year_end = queries.year_end(key, points, period.first.year)
    context = {
        **when(period, until, reverse("live:unit", args=[unit])),
        "agency": agency,
        "unit": unit,
        "standing": found,
        "lines": lines,
        "groups": charting.groups_of(lines),
        "losses": charting.largest_losses(lines),
        "lost_since": charting.lost_since(lines),
        "classed": queries.class_name(found.total) if found else "",
        "points": points,
        "trend": charting.trend_of(points, year_end),
        "edges": [(rating.at_least, queries.class_name(rating.at_least)) for rating in framework()[0].classes],
        "year_end": year_end,
        "may_enter": ENTERS.allows(request.actor, key),
    }
    return render(request, "live/unit.html", context)


@access(READS_INDEX)
@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Score a period now."""
    period = period_asked(request.POST)
    until = until_asked(request.POST, period)
    try:
        done = compute_standings(by=request.actor, kind=period.kind, on=period.first, until=until, now=timezone.now())
        messages.success(request, _("%(n)s units scored.") % {"n": done})
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    unit = request.POST.get("unit", "")
    known = unit == PROVINCE or (unit.isdecimal() and len(unit) < 10)
    to = reverse("live:unit", args=[unit]) if known else reverse("live:board")
    return redirect(f"{to}?{asked(period, until)}")


@access(MAY_ENTER)
def entered(request: HttpRequest) -> HttpResponse:
    """List what was entered for a period, and enter more."""
    typed, errors = request.POST, {}
    period = period_asked(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        errors = _enter(request, period)
        if not errors:
            messages.success(request, _("Entered."))
            return redirect(f"{reverse('live:entered')}?period={period.kind}&on={period.first}")
    language = "en" if get_language() == "en" else "vi"
    leaves = [leaf for leaf in framework()[0].root.leaves() if can_be_entered(leaf.code)]
    agencies = Agency.objects.on(timezone.localdate()).order_by("level", "code")
    chosen = [agency for agency in agencies if ENTERS.allows(request.actor, agency.pk)]
    context = {
        "period": period,
        "kinds": _kinds(period, reverse("live:entered")),
        "rows": queries.entered_for(period)[:200],
        "leaves": [(leaf.code, leaf.name(language)) for leaf in leaves],
        "agencies": chosen,
        "for_province": ENTERS.allows(request.actor, None),
        "typed": typed,
        "leaf": typed.get("leaf") or request.GET.get("leaf", ""),
        "unit": typed.get("unit") or request.GET.get("unit", PROVINCE),
        "errors": errors,
    }
    return render(request, "live/entered.html", context, status=422 if errors else 200)


def _enter(request: HttpRequest, period: Period) -> dict[str, str]:
    """Enter what was sent; return the faults by field."""
    sent = request.POST
    figures, errors = {}, {}
    for name in ("numerator", "denominator"):
        text = sent.get(name, "").strip().replace(".", "").replace(" ", "")
        if not (text.isdecimal() and len(text) < 14):
            errors[name] = _("Give a whole number from 0.")
        else:
            figures[name] = int(text)
    if errors:
        return errors
    unit = sent.get("unit", PROVINCE)
    try:
        agency = agency_asked(unit)
        enter_value(
            by=request.actor,
            leaf=sent.get("leaf", ""),
            kind=period.kind,
            on=period.first,
            agency_id=agency.pk if agency else None,
            note=sent.get("note", ""),
            now=timezone.now(),
            **figures,
        )
    except NotAllowed:
        raise
    except Invalid as invalid:
        return {error.field: error.message for error in invalid.errors}
    except Refused as refusal:
        return {refusal.field or "leaf": refusal.message}
    return {}

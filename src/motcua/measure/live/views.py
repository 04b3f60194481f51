"""Pages of the live index: the board, one unit's tree, entering what the record cannot tell yet."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.measure.live import queries
from motcua.measure.live.actions import compute_standings, enter_value
from motcua.measure.live.models import Kind
from motcua.measure.live.periods import Period, period_of
from motcua.measure.live.policies import ENTERS, MAY_ENTER, READS_INDEX
from motcua.measure.live.sources import can_be_entered, framework
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency

PROVINCE = "province"


def _period(values: Any) -> Period:
    kind = values.get("period", "month")
    try:
        day = dt.date.fromisoformat(values.get("on", "") or timezone.localdate().isoformat())
    except ValueError:
        day = timezone.localdate()
    return period_of(kind if kind in Kind.values else "month", day)


def _agency(unit: str) -> Agency | None:
    """Return the agency of an address, None for the province; 404 for what is neither."""
    if unit == PROVINCE:
        return None
    found = Agency.objects.filter(pk=int(unit)).first() if unit.isdecimal() and len(unit) < 10 else None
    if found is None:
        raise Http404
    return found


def _kinds(period: Period, to: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "current": kind == period.kind, "url": f"{to}?period={kind}&on={period.first}"}
        for kind, label in Kind.choices
    ]


@access(READS_INDEX)
def board(request: HttpRequest) -> HttpResponse:
    """Rank the agencies of each level, the province above them."""
    period = _period(request.GET)
    rows = queries.board(period)
    context = {
        "period": period,
        "kinds": _kinds(period, reverse("live:board")),
        "province": next((row for row in rows if row.agency is None), None),
        "rows": [(row, queries.class_name(row.total)) for row in rows if row.agency is not None],
        "classed": queries.class_name(rows[0].total) if rows and rows[0].agency is None else "",
        "may_enter": MAY_ENTER.allows(request.actor),
    }
    return render(request, "live/board.html", context)


@access(READS_INDEX)
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """Show a unit's tree with what is lost, its trend, and where its year leads."""
    agency, period = _agency(unit), _period(request.GET)
    key, today = agency.pk if agency else None, timezone.localdate()
    found = queries.standing_of(period, key)
    points = queries.trend(key, period.first.year, today)
    context = {
        "period": period,
        "agency": agency,
        "unit": unit,
        "kinds": _kinds(period, reverse("live:unit", args=[unit])),
        "standing": found,
        "lines": queries.lines_of(found) if found else [],
        "classed": queries.class_name(found.total) if found else "",
        "points": points,
        "year_end": queries.year_end(key, points, period.first.year),
        "may_enter": ENTERS.allows(request.actor, key),
    }
    return render(request, "live/unit.html", context)


@access(READS_INDEX)
@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Score a period now."""
    period = _period(request.POST)
    try:
        done = compute_standings(by=request.actor, kind=period.kind, on=period.first, now=timezone.now())
        messages.success(request, _("%(n)s units scored.") % {"n": done})
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    unit = request.POST.get("unit", "")
    known = unit == PROVINCE or (unit.isdecimal() and len(unit) < 10)
    to = reverse("live:unit", args=[unit]) if known else reverse("live:board")
    return redirect(f"{to}?period={period.kind}&on={period.first}")


@access(MAY_ENTER)
def entered(request: HttpRequest) -> HttpResponse:
    """List what was entered for a period, and enter more."""
    typed, errors = request.POST, {}
    period = _period(request.POST if request.method == "POST" else request.GET)
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
        agency = _agency(unit)
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

"""The page that says how sure the ranks of a level are, and the part of it that the worker computes."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from motcua.measure.firmness.asking import seed_asked, with_seed
from motcua.measure.firmness.computing import sureness_of
from motcua.measure.firmness.telling import moves_told, told
from motcua.measure.live.firmness_actions import ask_what_moves
from motcua.measure.live.models import Firmness, Standing
from motcua.measure.live.periods import Period
from motcua.measure.live.policies import READS_INDEX
from motcua.measure.live.queries import board
from motcua.measure.live.ranked import Ranked, level_shown, levels_of, ranked_of
from motcua.measure.live.sources import framework
from motcua.measure.live.views import asked, period_asked, until_asked, when
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict


@access(READS_INDEX)
def firmness(request: HttpRequest) -> HttpResponse:
    """Show the intervals of ranks of a level, who cannot be told apart, and what moves ranks as far as it is known."""
    period, seed = period_asked(request.GET), seed_asked(request.GET)
    until = until_asked(request.GET, period)
    rows = board(period, until)
    level = level_shown(rows, request.GET.get("level", ""), request.actor.agency_id)
    ranked = ranked_of(rows, level)
    found = sureness_of(ranked.result, seed) if ranked.rows else None
    context = {
        **when(period, until, reverse("live:firmness"), {"level": level} if level else {}),
        "level": level,
        "levels": _levels(rows, level, period, until, seed),
        "standing": ranked.rows[0] if ranked.rows else None,
        "seed": seed,
        "digest": ranked.digest(seed),
        "ask_address": f"{reverse('live:firmness_ask')}?{_page(period, until, level)}",
        **(told(found, ranked.names) if found else {}),
        **_moves(period, until, ranked),
    }
    return render(request, "live/firmness.html", context)


def _page(period: Period, until: dt.date | None, level: str) -> str:
    return f"{asked(period, until)}&{urlencode({'level': level})}"


def _levels(rows: list[Standing], level: str, period: Period, until: dt.date | None, seed: int) -> list[dict[str, Any]]:
    page = reverse("live:firmness")
    return [
        {"name": name, "units": units, "current": code == level}
        | {"url": with_seed(f"{page}?{_page(period, until, code)}", seed)}
        for code, name, units in levels_of(rows)
    ]


def _moves(period: Period, until: dt.date | None, ranked: Ranked) -> dict[str, Any]:
    rows = Firmness.objects.filter(kind=period.kind, first=period.first, until=until, level=ranked.level)
    address = f"{reverse('live:firmness_moves')}?{_page(period, until, ranked.level)}"
    moved = moves_told(rows.first(), framework()[0], ranked.names, timezone.now(), codes=False)
    return {"moves_address": address, **moved}


@access(READS_INDEX)
def moves(request: HttpRequest) -> HttpResponse:
    """Return the part of the page that the worker computes: its progress, then its tables."""
    period = period_asked(request.GET)
    until = until_asked(request.GET, period)
    ranked = ranked_of(board(period, until), request.GET.get("level", ""))
    return render(request, "firmness/_moves.html", _moves(period, until, ranked))


@access(READS_INDEX)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the worker what moves the ranks of a level."""
    period, seed, level = period_asked(request.GET), seed_asked(request.POST), request.GET.get("level", "")
    until = until_asked(request.GET, period)
    try:
        ask_what_moves(by=request.actor, period=period, until=until, level=level, seed=seed, now=timezone.now())
    except Conflict as refusal:
        messages.error(request, refusal.message)
    return redirect(with_seed(f"{reverse('live:firmness')}?{_page(period, until, level)}", seed))

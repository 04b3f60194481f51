"""The page that supposes other figures for a unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.measure.live import queries
from motcua.measure.live.models import Standing
from motcua.measure.live.policies import READS_INDEX
from motcua.measure.live.sources import leaf_of
from motcua.measure.live.supposing import MOST_RANKS, NoWay, Supposing, peers_of, suppose, way_to
from motcua.measure.live.views import agency_asked, asked, period_asked, until_asked
from motcua.record.accounts.access import access

Values = Mapping[str, Any]
GOALS = ("class", "ranks")


@access(READS_INDEX)
def what_if(request: HttpRequest, unit: str) -> HttpResponse:
    """Show where a unit would stand with other figures, and the cheapest way to a goal. Stores nothing."""
    agency, period = agency_asked(unit), period_asked(request.GET)
    until = until_asked(request.GET, period)
    key = agency.pk if agency else None
    peers = peers_of(queries.board(period, until), key)
    context: dict[str, Any] = {
        "agency": agency,
        "unit": unit,
        "period": period,
        "until": until,
        "asked": asked(period, until),
    }
    if peers:
        context |= _supposed(request.GET, peers, unit)
    return render(request, "live/what_if.html", context)


def _supposed(sent: Values, peers: Sequence[Standing], unit: str) -> dict[str, Any]:
    now = suppose(peers, unit, {})
    given, errors = _given(sent, now)
    found = suppose(peers, unit, given) if given else now
    efforts, wrong = _efforts(sent, now)
    goal = sent.get("goal", "")
    rows = [
        (leaf, sent.get(f"n-{leaf.code}", leaf.supposed), sent.get(f"e-{leaf.code}", "1"), errors.get(leaf.code, ""))
        for leaf in found.leaves
    ]
    ranks = _ranks(sent)
    context = {
        "found": found,
        "rows": rows,
        "errors": {**errors, **wrong},
        "changed": bool(given),
        "class_now": queries.class_name(now.now.points),
        "class_then": queries.class_name(found.then.points),
        "goal": goal if goal in GOALS else "class",
        "ranks": ranks,
        "ranked": unit != "province",
    }
    if goal not in GOALS or wrong:
        return context
    return context | _way(peers, unit, goal, ranks, efforts, now)


def _way(
    peers: Sequence[Standing], unit: str, goal: str, ranks: int, efforts: Mapping[str, float], now: Supposing
) -> dict[str, Any]:
    """Return the cheapest way, or the sentence that there is none."""
    try:
        way = way_to(peers, unit, goal, ranks, efforts)
    except NoWay:
        return {"no_way": _("With these efforts no change of the figures leads there.")}
    except ValueError:
        return {"no_way": _("An effort is a number above 0.")}
    has = {leaf.code: leaf for leaf in now.leaves}
    steps = [(has[step.leaf], int(step.label), step.effort) for step in way.steps if step.leaf in has]
    return {"way": way, "steps": steps, "class_way": queries.class_name(way.standing.points)}


def _ranks(sent: Values) -> int:
    text = sent.get("ranks", "")
    return min(max(int(text), 1), MOST_RANKS) if text.isdecimal() and len(text) < 5 else 1


def _given(sent: Values, now: Supposing) -> tuple[dict[str, int], dict[str, str]]:
    """Return the figures that were changed, and what is wrong, by leaf."""
    given, errors = {}, {}
    for leaf in now.leaves:
        text = sent.get(f"n-{leaf.code}", "").strip().replace(".", "").replace(" ", "")
        if not text:
            continue
        if not (text.isdecimal() and len(text) < 14):
            errors[leaf.code] = _("Give a whole number from 0.")
        elif int(text) > leaf.denominator:
            errors[leaf.code] = _("The part is larger than the whole.")
        elif int(text) != leaf.numerator:
            given[leaf.code] = int(text)
    return given, errors


def _efforts(sent: Values, now: Supposing) -> tuple[dict[str, float], dict[str, str]]:
    """Return the efforts of the leaves that may be moved (blank: not to be moved), and what is wrong."""
    efforts, errors = {}, {}
    for leaf in now.leaves:
        text = sent.get(f"e-{leaf.code}", "1").strip().replace(",", ".")
        if not text or leaf_of(leaf.code) is None:
            continue
        try:
            efforts[leaf.code] = float(text)
        except ValueError:
            efforts[leaf.code] = 0.0
        if not 0 < efforts[leaf.code] < 10**9:
            errors[leaf.code] = _("An effort is a number above 0.")
    return efforts, errors

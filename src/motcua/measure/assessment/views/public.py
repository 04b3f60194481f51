"""What everybody sees of published rounds: rankings, score cards, open data."""

import csv
import io
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from motcua.formats.tables.cells import guard
from motcua.measure.assessment.models import Round
from motcua.measure.assessment.publishing.cards import card_of
from motcua.measure.assessment.queries import language
from motcua.record.accounts.access import access
from motcua.record.organisation.policies import ANYONE


@access(ANYONE)
def rankings(request: HttpRequest) -> HttpResponse:
    """List what was published."""
    found = Round.objects.exclude(published_at=None).order_by("-last", "-published_at")
    return render(request, "assessment/rankings.html", {"rounds": found.defer("content")})


def published(round_id: uuid.UUID) -> Round:
    """Return a published round; 404 for any other."""
    found = get_object_or_404(Round, pk=round_id)
    if found.published_at is None:
        raise Http404
    return found


@access(ANYONE)
def ranking(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Show a published round: each group's units by rank, with what changed, classes and their shares."""
    found = published(round_id)
    groups = []
    for group in found.content["groups"]:
        names = {row["code"]: row["name"].get(language()) or row["code"] for row in group["classes"]}
        units = [
            {
                **unit,
                "shown": unit["name"][language()],
                "class_name": names.get(unit["class"], ""),
                "fallen": abs(unit["rank_change"] or 0),
            }
            for unit in group["units"]
        ]
        classes = [(names[row["code"]], row) for row in group["classes"]]
        groups.append({**group, "units": units, "class_rows": classes, "apart": _bands(units)})
    context = {"round": found, "groups": groups, "previous": found.content.get("previous", "")}
    return render(request, "assessment/ranking.html", context)


def _bands(units: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the bands of two units or more that cannot be told apart; none for what was published without."""
    found: dict[int, list[dict[str, Any]]] = {}
    for unit in units:
        if unit.get("band") is not None:
            found.setdefault(unit["band"], []).append(unit)
    return [band for band in found.values() if len(band) > 1]


@access(ANYONE)
def card(request: HttpRequest, round_id: uuid.UUID, code: str) -> HttpResponse:
    """Show a unit's score card: domains beside the mean, strengths, weaknesses, where points were lost, gains."""
    found = published(round_id)
    try:
        told = card_of(found.content, code, language())
    except KeyError:
        raise Http404 from None
    return render(request, "assessment/card.html", {"round": found, "card": told, "unit": told.unit})


@access(ANYONE)
def data(request: HttpRequest, round_id: uuid.UUID, kind: str) -> HttpResponse:
    """Hand out what was published: JSON as it is frozen (with frameworks and inputs), or CSV in long form."""
    found = published(round_id)
    if kind == "json":
        return JsonResponse({"sha256": found.sha256, **found.content}, json_dumps_params={"ensure_ascii": False})
    if kind != "csv":
        raise Http404
    answer = HttpResponse("\ufeff" + long_form(found.content), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ranking-{found.pk}.csv"'
    return answer


def long_form(content: Mapping[str, Any]) -> str:
    """Return what was published as CSV, a row for each unit and node; no name is carried out by a spreadsheet."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("group", "unit", "name", "code", "score", "most", "rank", "class", "rank_low", "rank_high"))
    for group in content["groups"]:
        top = next(iter(group["units"][0]["nodes"])) if group["units"] else ""
        for unit in group["units"]:
            of_whole = (unit["rank"], unit["class"], unit.get("rank_low"), unit.get("rank_high"))
            for code, (points, most) in unit["nodes"].items():
                whole = of_whole if code == top else ("", "", "", "")
                names = (guard(group["name"]), unit["code"], guard(unit["name"]["vi"]))
                rows.writerow((*names, code, points, most, *whole))
    return text.getvalue()

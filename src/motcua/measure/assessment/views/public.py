"""What everybody sees of published rounds: rankings, score cards, open data."""

import csv
import io
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from motcua.formats.papers import Sheet as Paper
from motcua.formats.papers import Table as PaperTable
from motcua.formats.papers import render as render_paper
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Round
from motcua.measure.assessment.queries import language
from motcua.record.accounts.access import access
from motcua.record.organisation.policies import ANYONE

WORDS = 6


@access(ANYONE)
def rankings(request: HttpRequest) -> HttpResponse:
    """List what was published."""
    found = Round.objects.exclude(published_at=None).order_by("-last", "-published_at")
    return render(request, "assessment/rankings.html", {"rounds": found.defer("content")})


def _published(round_id: uuid.UUID) -> Round:
    found = get_object_or_404(Round, pk=round_id)
    if found.published_at is None:
        raise Http404
    return found


@access(ANYONE)
def ranking(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Show a published round: each group's units by rank, with what changed, classes and their shares."""
    found = _published(round_id)
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
        groups.append({**group, "units": units, "class_rows": [(names[row["code"]], row) for row in group["classes"]]})
    context = {"round": found, "groups": groups, "previous": found.content.get("previous", "")}
    return render(request, "assessment/ranking.html", context)


def _unit(found: Round, code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for group in found.content["groups"]:
        for unit in group["units"]:
            if unit["code"] == code:
                return group, unit
    raise Http404


def _lines(group: dict[str, Any], unit: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the leaves of a unit with points reached, the most and what was lost."""
    lines = []
    for leaf in framework_of(group["text"]).root.leaves():
        points, most = unit["nodes"][leaf.code]
        lost = (most or 0) - (points or 0)
        lines.append({"code": leaf.code, "name": leaf.name(language()), "points": points, "most": most, "lost": lost})
    return lines


def _domains(group: dict[str, Any], unit: dict[str, Any]) -> list[dict[str, Any]]:
    domains = []
    for node in framework_of(group["text"]).root.children:
        points, most = unit["nodes"][node.code]
        share = 100 * (points or 0) / most if most else 0
        domains.append({"name": node.name(language()), "points": points, "most": most, "share": round(share)})
    return domains


def _card(found: Round, code: str) -> dict[str, Any]:
    group, unit = _unit(found, code)
    lines = _lines(group, unit)
    lost = sorted((line for line in lines if line["lost"] > 1e-9), key=lambda line: -line["lost"])
    strong = [line for line in lines if line["most"] and line["lost"] <= 1e-9]
    names = {row["code"]: row["name"].get(language()) or row["code"] for row in group["classes"]}
    above = next((each for each in group["units"] if unit["rank"] and each["rank"] == unit["rank"] - 1), None)
    return {
        "round": found,
        "group": group,
        "unit": unit,
        "name": unit["name"][language()],
        "class_name": names.get(unit["class"], ""),
        "domains": _domains(group, unit),
        "lost": lost[:WORDS],
        "strong": sorted(strong, key=lambda line: -line["most"])[:WORDS],
        "lines": lines,
        "to_next": round(above["score"] - unit["score"], 2) if above else None,
        "count": len(group["units"]),
    }


@access(ANYONE)
def card(request: HttpRequest, round_id: uuid.UUID, code: str) -> HttpResponse:
    """Show a unit's score card: domains, where points were lost, strengths."""
    return render(request, "assessment/card.html", _card(_published(round_id), code))


@access(ANYONE)
def card_pdf(request: HttpRequest, round_id: uuid.UUID, code: str) -> HttpResponse:
    """Hand the score card out as one page."""
    told = _card(_published(round_id), code)
    unit, found = told["unit"], told["round"]
    paper = Paper(
        title="PHIẾU ĐIỂM",
        subtitle=found.name,
        agency=unit["name"]["vi"],
        facts=(
            ("Nhóm", told["group"]["name"]),
            ("Điểm", _figure(unit["score"])),
            ("Xếp hạng", f"{unit['rank']}/{told['count']}"),
            ("Xếp loại", told["class_name"] or "–"),
        ),
        strong=("Điểm", "Xếp hạng"),
        table_title="Điểm theo lĩnh vực",
        table=PaperTable(
            ("Lĩnh vực", "Đạt", "Tối đa", "%"),
            ("1fr", "50pt", "50pt", "40pt"),
            tuple((d["name"], _figure(d["points"]), _figure(d["most"]), str(d["share"])) for d in told["domains"]),
            ("left", "right", "right", "right"),
        ),
        paragraphs=(
            "Mất điểm nhiều nhất: " + ("; ".join(f"{x['name']} (−{_figure(x['lost'])})" for x in told["lost"]) or "–"),
            "Điểm mạnh: " + ("; ".join(x["name"] for x in told["strong"]) or "–"),
        ),
        seals=(("Mã kiểm chứng", found.sha256),),
        size="a4",
    )
    answer = HttpResponse(render_paper(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{unit["code"]}.pdf"'
    return answer


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace(".", ",")


@access(ANYONE)
def data(request: HttpRequest, round_id: uuid.UUID, kind: str) -> HttpResponse:
    """Hand out what was published: JSON as it is frozen (with frameworks and inputs), or CSV in long form."""
    found = _published(round_id)
    if kind == "json":
        return JsonResponse({"sha256": found.sha256, **found.content}, json_dumps_params={"ensure_ascii": False})
    if kind != "csv":
        raise Http404
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("group", "unit", "name", "code", "score", "most", "rank", "class"))
    for group in found.content["groups"]:
        top = next(iter(group["units"][0]["nodes"])) if group["units"] else ""
        for unit in group["units"]:
            for code, (points, most) in unit["nodes"].items():
                whole = (unit["rank"], unit["class"]) if code == top else ("", "")
                rows.writerow((group["name"], unit["code"], unit["name"]["vi"], code, points, most, *whole))
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ranking-{found.pk}.csv"'
    return answer

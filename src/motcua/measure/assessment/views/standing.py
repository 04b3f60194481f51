"""The province's own standing over the years: a table, and a line of ranks for each index."""

import tempfile
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import BadTable, Table, read_table
from motcua.measure.assessment import actions
from motcua.measure.assessment.models import Standing
from motcua.measure.assessment.policies import PREPARES
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid
from motcua.record.organisation.policies import ANYONE

WIDTH, HEIGHT, EDGE = 320, 120, 14


@access(ANYONE)
def standing(request: HttpRequest) -> HttpResponse:
    """Show a province's figures by index and year, with the change and the line of its ranks."""
    provinces = list(Standing.objects.order_by("province").values_list("province", flat=True).distinct())
    province = request.GET.get("province", "Đắk Lắk" if "Đắk Lắk" in provinces else next(iter(provinces), ""))
    rows = Standing.objects.filter(province=province, domain="").order_by("index", "year")
    indices = [_index(name, list(lines)) for name, lines in groupby(rows, key=lambda row: row.index)]
    context = {"provinces": provinces, "province": province, "indices": indices, "prepares": _prepares(request)}
    return render(request, "assessment/standing.html", context)


def _prepares(request: HttpRequest) -> bool:
    return PREPARES.allows(request.actor)


def _index(name: str, rows: list[Standing]) -> dict[str, Any]:
    lines = [{"row": rows[0], "rise": None, "gain": None}]
    for before, now in pairwise(rows):
        rise = before.rank - now.rank if before.rank and now.rank else None
        gain = now.score - before.score if before.score is not None and now.score is not None else None
        lines.append({"row": now, "rise": rise, "fallen": abs(rise or 0), "gain": gain})
    return {"name": name, "lines": lines[::-1], "points": _points(rows)}


def _points(rows: list[Standing]) -> list[dict[str, Any]]:
    """Return where the ranks stand in the picture: first at the top, years from left to right."""
    ranked = [row for row in rows if row.rank]
    if not ranked:
        return []
    first, last = ranked[0].year, ranked[-1].year
    most = max(row.of or row.rank for row in ranked)
    return [
        {
            "x": round(EDGE + (row.year - first) / ((last - first) or 1) * (WIDTH - 2 * EDGE), 1),
            "y": round(EDGE + (row.rank - 1) / ((most - 1) or 1) * (HEIGHT - 3 * EDGE), 1),
            "row": row,
        }
        for row in ranked
    ]


@access(PREPARES)
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Take in a table of published figures: a file, or the shipped examples."""
    try:
        count = actions.load_standing(by=request.actor, table=_table(request), now=timezone.now())
        messages.success(request, _("Figures taken in: %(count)d.") % {"count": count})
    except Invalid as invalid:
        messages.error(request, "; ".join(error.message for error in invalid.errors[:10]))
    except BadTable as bad:
        messages.error(request, str(bad))
    return redirect("assessment:standing")


def _table(request: HttpRequest) -> Table:
    file = request.FILES.get("table")
    if file is None:
        return read_table(datasets_folder() / "standing" / "published.csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name or "table.csv").name
        path.write_bytes(file.read())
        return read_table(path)

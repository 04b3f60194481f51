"""The province's own standing over the years: a table, and a line of ranks for each index."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats.datafiles import datasets_folder
from motcua.formats.faults import in_language
from motcua.formats.frameworks import BadTable, Table, read_table
from motcua.measure.assessment import actions
from motcua.measure.assessment.comparing import IndexStanding, standings_of
from motcua.measure.assessment.models import Standing
from motcua.measure.assessment.policies import PREPARES
from motcua.measure.assessment.queries import language
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid
from motcua.record.organisation.policies import ANYONE

WIDTH, HEIGHT, EDGE = 520, 170, 24


@access(ANYONE)
def standing(request: HttpRequest) -> HttpResponse:
    """Show a province's figures by index and year beside its neighbours, and where ranks were lost."""
    provinces = list(Standing.objects.order_by("province").values_list("province", flat=True).distinct())
    province = request.GET.get("province", "Đắk Lắk" if "Đắk Lắk" in provinces else next(iter(provinces), ""))
    indices = [{"told": told, "lines": _lines(told, province)} for told in standings_of(province)]
    context = {
        "provinces": provinces,
        "province": province,
        "indices": indices,
        "prepares": PREPARES.allows(request.actor),
    }
    return render(request, "assessment/standing.html", context)


def _lines(told: IndexStanding, province: str) -> dict[str, Any]:
    """Return the lines of ranks as they are drawn: first at the top, years from left to right."""
    rows = [row for _name, held in told.series for row in held]
    if not rows:
        return {}
    years = sorted({row.year for row in rows})
    most = max(row.of or row.rank or 1 for row in rows)

    def x(year: int) -> float:
        return round(EDGE + (year - years[0]) / ((years[-1] - years[0]) or 1) * (WIDTH - 2 * EDGE), 1)

    def y(rank: int) -> float:
        return round(EDGE + (rank - 1) / ((most - 1) or 1) * (HEIGHT - 3 * EDGE), 1)

    series = [
        {
            "name": name,
            "own": name == province,
            "points": [{"x": x(row.year), "y": y(row.rank or 1), "row": row} for row in held],
        }
        for name, held in told.series
    ]
    several = len(years) > 1
    return {"series": series, "years": [(x(year), year) for year in years]} if several else {}


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
        messages.error(request, in_language(language(), bad))
    return redirect("assessment:standing")


def _table(request: HttpRequest) -> Table:
    file = request.FILES.get("table")
    if file is None:
        return read_table(datasets_folder() / "standing" / "published.csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name or "table.csv").name
        path.write_bytes(file.read())
        return read_table(path)

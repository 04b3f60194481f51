"""The tables of agencies, units, people and posts by program: taken out, looked at, brought in, all or nothing."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile

from motcua.formats.tables import MOST_BYTES, TablesRead, read_tables
from motcua.record.accounts.organisation_api.common import reader, writer
from motcua.record.organisation.actions.tables import apply_import, export_tables, preview_import
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.tables.planning import ImportPlan
from motcua.record.organisation.tables.sheets import SHEETS
from motcua.record.organisation.tables.words import place_of, say

router = Router(tags=["agencies"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CellFaultOut(Schema):
    """A fault at its cell."""

    place: str
    value: str
    why: str


class PlanOut(Schema):
    """What a file would change; `digest` names exactly these changes."""

    digest: str
    counts: dict[str, dict[str, int]]
    same: int
    faults: list[CellFaultOut]


@router.get("", summary="Take the tables out", url_name="org_tables")
def tables_export(
    request: HttpRequest,
    sheet: Annotated[str, Query(pattern="^(agencies|units|people|posts)?$")] = "",
    language: Annotated[str, Query(pattern="^(vi|en)$")] = "vi",
) -> HttpResponse:
    """Return a workbook of all four tables, or one of them as CSV; the export is an event."""
    content = export_tables(by=reader(request), sheet=sheet, language=language, now=timezone.now())
    return HttpResponse(content, content_type="text/csv; charset=utf-8" if sheet else XLSX)


@router.post("/preview", response=PlanOut, summary="See what a file would change", url_name="org_tables_preview")
def tables_preview(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> dict[str, Any]:
    """Return what a file would change, with every fault at its cell; nothing is written."""
    return _plan(preview_import(by=writer(request), read=_read(file)))


@router.post("/apply", response=PlanOut, summary="Do what a file says", url_name="org_tables_apply")
def tables_apply(
    request: HttpRequest,
    file: Annotated[UploadedFile, File()],
    digest: Annotated[str, Query(max_length=64, pattern=r"^[0-9a-f]*$")] = "",
) -> dict[str, Any]:
    """Do what a file says, all or nothing; with the digest of a preview, only exactly what was shown."""
    by = writer(request)
    return _plan(apply_import(by=by, read=_read(file), digest=digest, now=timezone.now()))


def _read(file: UploadedFile) -> TablesRead:
    if (file.size or 0) > MOST_BYTES:
        raise Refused("table.large", _("Choose a file, 20 MB at most."), field="file")
    return read_tables(file.name or "", file.read(), SHEETS)


def _plan(plan: ImportPlan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "counts": {key: dict(found) for key, found in plan.counts.items()},
        "same": plan.same,
        "faults": [{"place": place_of(f), "value": str(f.value), "why": str(say(f))} for f in plan.faults],
    }

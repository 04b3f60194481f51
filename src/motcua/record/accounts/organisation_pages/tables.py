"""Pages of the tables: export, hand in a file, see what it would change, apply it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats.tables import MOST_BYTES, MOST_ROWS, TablesRead, read_tables
from motcua.record.accounts.access import access
from motcua.record.organisation.actions.tables import apply_import, export_tables, preview_import
from motcua.record.organisation.errors import NotAllowed, Refused
from motcua.record.organisation.people_models import TableUpload
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.tables.planning import Difference, ImportPlan
from motcua.record.organisation.tables.sheets import BY_KEY, SHEETS
from motcua.record.organisation.tables.showing import differences_shown
from motcua.record.organisation.tables.words import place_of, say

MOST_SHOWN = 300
KEPT = dt.timedelta(days=1)


@access(ADMINISTERS)
def tables(request: HttpRequest) -> HttpResponse:
    """Offer the tables, and take a file to be looked at."""
    context: dict[str, Any] = {"sheets": [(s.key, s.title(_language())) for s in SHEETS], "most": f"{MOST_ROWS:,}"}
    if request.method != "POST":
        return render(request, "organisation/tables.html", context)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        context["error"] = _("Choose a file, 20 MB at most.")
        return render(request, "organisation/tables.html", context, status=422)
    now, content = timezone.now(), file.read()
    plan = preview_import(by=request.actor, read=read_tables(file.name or "", content, SHEETS))
    if plan.faults:
        read = read_tables(file.name or "", content, SHEETS)
        context |= {"name": file.name, "faults": _faults(plan), "read": read}
        return render(request, "organisation/tables.html", context, status=422)
    # Whoever looked and did not apply: their file holds names, and goes.
    TableUpload.objects.filter(uploaded_at__lt=now - KEPT).delete()
    kept = TableUpload.objects.create(
        name=(file.name or "")[:200],
        content=content,
        uploaded_at=now,
        uploaded_by=request.actor.post,
        plan=plan.digest,
    )
    return redirect("organisation:tables_preview", kept.pk)


def _faults(plan: ImportPlan) -> list[dict[str, str]]:
    return [{"place": place_of(fault), "value": fault.value, "why": say(fault)} for fault in plan.faults]


def _language() -> str:
    return "en" if get_language() == "en" else "vi"


def _read(kept: TableUpload) -> TablesRead:
    return read_tables(kept.name, bytes(kept.content), SHEETS)


@access(ADMINISTERS)
def tables_preview(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show what a file would change, old beside new; a press of the button does all of it."""
    kept = get_object_or_404(TableUpload, pk=upload_id, uploaded_by__person=request.actor.post.person_id)
    read, status = _read(kept), 200
    if request.method == "POST":
        try:
            plan = apply_import(by=request.actor, read=read, digest=kept.plan, now=timezone.now())
            kept.delete()
            told = _("Applied: %(count)d rows changed.") % {"count": len(plan.differences)}
            messages.success(request, told)
            return redirect("organisation:tables")
        except NotAllowed:
            raise
        except Refused as refusal:
            status = refusal.status
            messages.error(request, refusal.message)
    plan = preview_import(by=request.actor, read=read)
    if plan.digest != kept.plan:
        TableUpload.objects.filter(pk=kept.pk).update(plan=plan.digest)
    return render(request, "organisation/tables_preview.html", _shown(kept, read, plan), status=status)


def _shown(kept: TableUpload, read: TablesRead, plan: ImportPlan) -> dict[str, Any]:
    language = _language()
    counts = [(BY_KEY[key].title(language), found) for key, found in plan.counts.items() if key in read.present]
    shown: tuple[Difference, ...] = plan.differences[:MOST_SHOWN]
    return {
        "kept": kept,
        "read": read,
        "delimiter": {"\t": "Tab"}.get(read.delimiter, read.delimiter),
        "plan": plan,
        "counts": counts,
        "rows": differences_shown(shown, language),
        "more": len(plan.differences) - len(shown),
        "faults": _faults(plan),
    }


@require_POST
@access(ADMINISTERS)
def tables_export(request: HttpRequest) -> HttpResponse:
    """Give the tables as a workbook, or one of them as CSV."""
    sheet = request.POST.get("sheet", "")
    content = export_tables(by=request.actor, sheet=sheet, language=_language(), now=timezone.now())
    kind, ending = ("text/csv; charset=utf-8", "csv") if sheet else (XLSX, "xlsx")
    answer = HttpResponse(content, content_type=kind)
    name = f"{sheet or 'organisation'}-{timezone.localdate()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

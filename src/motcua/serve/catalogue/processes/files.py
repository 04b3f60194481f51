"""Processes as files, and beside each other: BPMN written and read, the table as a workbook, two processes compared."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats import bpmn
from motcua.formats.bpmn.opening import MOST_BYTES
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.policies import ADMINISTERS, HAS_POST
from motcua.serve.catalogue.models import Process
from motcua.serve.catalogue.processes import queries
from motcua.serve.catalogue.processes.comparing import differences, draft_differences
from motcua.serve.catalogue.processes.importing import Imported, rows_from_bpmn
from motcua.serve.catalogue.processes.presenting import bpmn_rows, diagram_of
from motcua.serve.catalogue.processes.rows import StepRow, digest_of, form_rows
from motcua.serve.catalogue.processes.tables import workbook
from motcua.serve.catalogue.processes.views import form_page, process_or_404, put_faults

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def bpmn_file(process: Process, rows: Sequence[StepRow]) -> bytes:
    """Return a process as BPMN 2.0.

    Raises:
        Refused: its table has no order that could be drawn.
    """
    if diagram_of(rows) is None:
        words = _("A table that is not sound cannot be written as BPMN. Mend it first.")
        raise Refused("process.not_drawable", words)
    return bpmn.export(
        name=process.version.name,
        rows=bpmn_rows(rows),
        namespace=f"urn:motcua:process:{process.pk}",
        skip=_("skipped"),
        returned=_("sent back"),
    )


def _file(process: Process, content: bytes, kind: str, ending: str) -> HttpResponse:
    name = f"{process.version.procedure.code}-{process.level}-{process.pk}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@access(HAS_POST)
def process_bpmn(request: HttpRequest, process_id: int) -> HttpResponse:
    """Give a process as a BPMN 2.0 file; a table that has no order cannot be drawn and is shown instead."""
    found = process_or_404(process_id)
    try:
        content = bpmn_file(found, queries.rows_in(found))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("catalogue:process", process_id)
    return _file(found, content, "application/xml; charset=utf-8", "bpmn")


@access(HAS_POST)
def process_xlsx(request: HttpRequest, process_id: int) -> HttpResponse:
    """Give the table of a process as a workbook."""
    found = process_or_404(process_id)
    return _file(found, workbook(found, queries.rows_in(found), found.drafts), XLSX, "xlsx")


@access(ADMINISTERS)
@require_POST
def process_read(request: HttpRequest, process_id: int) -> HttpResponse:
    """Show what a BPMN file would make of a draft, in its form; nothing is saved before somebody does so."""
    found = process_or_404(process_id)
    if found.status != Process.Status.DRAFT:
        return redirect("catalogue:process", found.pk)
    stored = queries.rows_in(found)
    seen = digest_of(stored, found.drafts)
    try:
        read = _sent(request)
    except Refused as refusal:
        shown = form_rows(stored)
        return form_page(request, found, shown, found.drafts, seen, [refusal.message], status=refusal.status)
    shown = form_rows(read.rows)
    faults = put_faults(found, shown, read.rows)
    return form_page(request, found, shown, found.drafts, seen, faults=faults, notes=read.notes)


def _sent(request: HttpRequest) -> Imported:
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused("bpmn.no_file", _("Choose a BPMN file."), field="file")
    return rows_from_bpmn(sent.read(MOST_BYTES + 1))


@access(HAS_POST)
def process_compare(request: HttpRequest, process_id: int) -> HttpResponse:
    """Show what differs between a process and another one of the same procedure, the one before it if none is named."""
    found = process_or_404(process_id)
    others = list(queries.others_of(found))
    asked = request.GET.get("with", "")
    default = next((other for other in others if other.level == found.level and other.case == found.case), None)
    other = next((other for other in others if str(other.pk) == asked), default or (others[0] if others else None))
    rows = queries.rows_in(found)
    before = queries.rows_in(other) if other else []
    context = {
        "process": found,
        "version": found.version,
        "others": others,
        "other": other,
        "differences": differences(before, rows) if other else [],
        "drafts": draft_differences(other.drafts, found.drafts) if other else [],
        "today": timezone.localdate(),
    }
    return render(request, "catalogue/processes/compare.html", context)

"""Pages of exports: ask, watch, fetch."""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from motcua.measure.dashboards.exporting import access_export, ask_export, file_of
from motcua.measure.dashboards.models import Export
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import NotFound
from motcua.serve.dossiers.policies import READS

SHOWN = 50


@access(READS)
def exports(request: HttpRequest) -> HttpResponse:
    """Show the exports that this post asked for; the part alone where htmx asks."""
    rows = list(Export.objects.filter(post=request.actor.post).order_by("-asked_at")[:SHOWN])
    running = any(asked.finished_at is None and asked.deleted_at is None for asked in rows)
    template = "dashboards/_exports.html" if request.headers.get("HX-Request") else "dashboards/exports.html"
    return render(request, template, {"exports": rows, "running": running})


@require_POST
@access(READS)
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the list behind a figure as a file."""
    query, title = request.POST.get("query", ""), request.POST.get("title", "")
    ask_export(by=request.actor, query=query, title=title, kind=request.POST.get("kind", ""))
    return redirect("dashboards:exports")


@access(READS)
def export_file(request: HttpRequest, export_id: uuid.UUID) -> HttpResponseBase:
    """Give the file of an export to the post that asked for it."""
    asked = access_export(by=request.actor, export_id=export_id)
    path = file_of(asked)
    if asked.finished_at is None or asked.fault or not path.exists():
        raise NotFound("export.no_file", "")
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"dossiers-{asked.asked_at:%Y%m%d}.{asked.kind}")

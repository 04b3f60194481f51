"""Pages of the import: hand in a file, read what it would do, carry it out."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.serve.catalogue.actions import carry_out_import, upload_catalogue
from motcua.serve.catalogue.difference_words import sentence
from motcua.serve.catalogue.fault_words import sentence as fault_sentence
from motcua.serve.catalogue.models import CatalogueImport
from motcua.serve.catalogue.previewing import CHANGED, NEW, SAME, Preview, preview_import
from motcua.serve.catalogue.publication.policies import IMPORTS

# Rows that a preview shows one by one; the counts are of all.
MOST_SHOWN = 500
# Changes of one procedure that are shown before the rest is folded away.
MOST_TOLD = 6


@access(IMPORTS)
def import_catalogue(request: HttpRequest) -> HttpResponse:
    """Hand in a file of the national catalogue; below, the files of before."""
    status, error, typed = 200, "", request.POST.get("valid_from", timezone.localdate().isoformat())
    if request.method == "POST":
        try:
            kept, _found = upload_catalogue(
                by=request.actor,
                name=request.FILES["file"].name if "file" in request.FILES else "",
                content=request.FILES["file"].read() if "file" in request.FILES else b"",
                valid_from=_date(typed),
                now=timezone.now(),
            )
            return redirect("catalogue:import_preview", kept.pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            status, error = refusal.status, refusal.message
    files = CatalogueImport.objects.defer("content").select_related("uploaded_by__person")[:20]
    context = {"files": files, "error": error, "typed": typed}
    return render(request, "catalogue/import.html", context, status=status)


def _date(text: str) -> dt.date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Refused("import.date", _("Give a date as day, month and year."), field="valid_from")
    return found


@access(IMPORTS)
def import_preview(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Show what a file would do, every fault with its place; a press of the button does all of it."""
    kept = CatalogueImport.objects.filter(pk=import_id).first()
    if kept is None:
        raise NotFound("import.none", _("There is no such file."))
    if kept.done_at is not None:
        messages.info(request, _("This file was imported already."))
        return redirect("catalogue:import")
    status = 200
    if request.method == "POST":
        try:
            done = carry_out_import(by=request.actor, import_id=import_id, now=timezone.now())
            messages.success(request, _("Imported: %(new)s new, %(changed)s changed, as drafts.") % _counts(done))
            response = redirect("catalogue:record_list")
            response["Location"] += "?when=draft"
            return response
        except (NotAllowed, NotFound):
            raise
        except (Invalid, Refused) as refusal:
            status = refusal.status
    found = preview_import(kept.name, bytes(kept.content), kept.valid_from)
    return render(request, "catalogue/import_preview.html", _shown(kept, found), status=status)


def _counts(found: Preview) -> dict[str, int]:
    return {what: found.count(what) for what in (NEW, CHANGED, SAME)}


def _shown(kept: CatalogueImport, found: Preview) -> dict[str, Any]:
    rows = [row for row in found.rows if row.what != SAME]
    changes = [[sentence(difference) for difference in row.differences] for row in rows[:MOST_SHOWN]]
    return {
        "kept": kept,
        "counts": _counts(found),
        "faults": [{"place": fault.place, "words": fault_sentence(fault)} for fault in found.faults],
        "rows": [
            {
                "what": row.what,
                "data": row.data,
                "draft": row.draft,
                "in_force": row.base,
                "changes": told[:MOST_TOLD],
                "further": told[MOST_TOLD:],
            }
            for row, told in zip(rows, changes, strict=False)
        ],
        "more": max(len(rows) - MOST_SHOWN, 0),
    }

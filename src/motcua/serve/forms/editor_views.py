"""The editor of a draft: a table of fields beside their preview.

Every button of the table is a round trip that gives back all that was typed; nothing is stored until it is saved. With
a script the preview follows the typing; without one a button draws it.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.answers import KINDS, check_definition
from motcua.serve.forms.actions import save_draft
from motcua.serve.forms.editing import (
    EditRow,
    blank_row,
    fault_lines,
    numbered,
    parse_rows,
    put_faults,
    rearrange,
    rows_of,
    sent_rows,
)
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.rendering import Page, blank_page
from motcua.serve.forms.views import digest_of, seen_fields, version_or_404
from motcua.serve.forms.words import KIND_WORDS, OP_WORDS


@access(ADMINISTERS)
def edit(request: HttpRequest, version_id: int) -> HttpResponse:
    """Edit a draft."""
    found = version_or_404(version_id)
    if found.status != FormVersion.Status.DRAFT:
        return redirect("forms:version", found.pk)
    if request.method == "POST":
        rows, what = sent_rows(request.POST), request.POST.get("what", "save")
        if what in ("save", "done"):
            return _save(request, found, rows, what)
        return _page(request, found, rearrange(rows, what), saved=False)
    rows = rows_of(found.definition) or numbered([blank_row()])
    return _page(request, found, rows)


def _save(request: HttpRequest, found: FormVersion, rows: list[EditRow], what: str) -> HttpResponse:
    fields = parse_rows(rows)
    if any(row.errors for row in rows):
        return _page(request, found, rows, saved=False, status=422)
    seen = seen_fields(found, request.POST.get("seen", ""))
    try:
        save_draft(by=request.actor, version_id=found.pk, fields=fields, seen=seen, now=timezone.now())
    except (NotAllowed, NotFound):
        raise
    except Invalid as invalid:
        return _page(request, found, rows, refused=[e.message for e in invalid.errors], saved=False, status=422)
    except Conflict as conflict:
        # Saving again is a decision of the person who has read this.
        found = version_or_404(found.pk)
        return _page(request, found, rows, refused=[conflict.message], saved=False, status=409)
    messages.success(request, _("The draft is saved."))
    return redirect("forms:version" if what == "done" else "forms:edit", found.pk)


def _page(
    request: HttpRequest,
    found: FormVersion,
    rows: list[EditRow],
    *,
    refused: list[str] | None = None,
    saved: bool = True,
    status: int = 200,
) -> HttpResponse:
    page, whole = _drawn(rows)
    context = {
        "version": found,
        "form": found.form,
        "rows": rows,
        "tables": [r.typed["key"] for r in rows if r.typed["kind"] == "rows" and not r.typed["within"]],
        "kinds": [(kind, KIND_WORDS[kind]) for kind in KINDS],
        "ops": OP_WORDS.items(),
        "seen": digest_of(found.fields),
        "refused": refused or [],
        "whole": whole,
        "lines": fault_lines(rows),
        "saved": saved,
        "page": page,
    }
    return render(request, "forms/edit.html", context, status=status)


def _drawn(rows: list[EditRow]) -> tuple[Page, list[str]]:
    """Return the preview of what was typed, as far as it can be read, and what is wrong with the form as a whole."""
    fields = parse_rows(rows)
    whole = put_faults(rows, check_definition(fields))
    sound = [one for one in fields if one.kind in KINDS and one.label_vi]
    return blank_page(sound, timezone.localdate(), prefix="p-"), whole


@access(ADMINISTERS)
@require_POST
def preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """Answer a part of the editor: the preview of what is typed now."""
    version_or_404(version_id)
    rows = sent_rows(request.POST)
    page, whole = _drawn(rows)
    context: dict[str, Any] = {"page": page, "whole": whole, "lines": fault_lines(rows)}
    return render(request, "forms/_preview.html", context)

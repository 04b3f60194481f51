"""Pages of internal processes for staff; the administrator edits drafts and approves them."""

import datetime as dt
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.record.organisation.models import Agency, Level
from motcua.record.organisation.policies import ADMINISTERS, HAS_POST
from motcua.serve.catalogue.models import ProcedureVersion, Process
from motcua.serve.catalogue.processes import queries
from motcua.serve.catalogue.processes.actions import approve_process, create_draft, discard_draft, save_draft
from motcua.serve.catalogue.processes.presenting import (
    diagram_of,
    draft_words,
    drafts_sent,
    form_context,
    gap_words,
    shown_rows,
)
from motcua.serve.catalogue.processes.rows import (
    FormRow,
    StepRow,
    blank_row,
    digest_of,
    form_rows,
    read_rows,
    sent_rows,
)
from motcua.serve.catalogue.processes.words import by_step
from motcua.serve.catalogue.queries import version_on


def _version(code: str) -> ProcedureVersion:
    version = version_on(code, timezone.localdate())
    if version is None:
        raise Http404
    return version


def process_or_404(process_id: int) -> Process:
    """Return a process with its version and procedure."""
    process = queries.process_with_version(process_id)
    if process is None:
        raise Http404
    return process


@access(HAS_POST)
def processes(request: HttpRequest, code: str) -> HttpResponse:
    """List the processes of a procedure by level; the administrator opens a draft."""
    version = _version(code)
    status, typed = 200, {"level": "", "case": ""}
    if request.method == "POST":
        ADMINISTERS.check(request.actor)
        typed = {name: request.POST.get(name, "").strip() for name in typed}
        try:
            draft = create_draft(by=request.actor, version_id=version.pk, now=timezone.now(), **typed)
            return redirect("catalogue:process_edit", draft.pk)
        except Refused as refusal:
            messages.error(request, refusal.message)
            status = refusal.status
    found = list(queries.processes_of(version))
    # Who opens a draft mostly means a level that has one already.
    typed["level"] = typed["level"] or next((one.level for one in found), "")
    today = timezone.localdate()
    context = {
        "version": version,
        "processes": found,
        "cases": list(version.cases.all()),
        "today": today,
        "levels": Level.choices,
        "typed": typed,
        "may_edit": ADMINISTERS.allows(request.actor),
    }
    return render(request, "catalogue/processes/list.html", context, status=status)


@access(HAS_POST)
def process(request: HttpRequest, process_id: int) -> HttpResponse:
    """Show a process: its diagram, its table, what is wrong with it, its decision."""
    return _show(request, process_or_404(process_id))


def _show(request: HttpRequest, found: Process, typed: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    rows = queries.rows_in(found)
    is_draft = found.status == Process.Status.DRAFT
    gaps = queries.role_gaps(found, rows, today)
    faults = queries.faults_of(found, rows, gaps) if is_draft else []
    context = {
        "process": found,
        "version": found.version,
        "rows": shown_rows(rows, by_step(faults), gaps),
        "diagram": diagram_of(rows),
        "faults": faults,
        "table_faults": by_step(faults).get("", []),
        "gaps": gap_words(rows, gaps),
        "drafts": draft_words(found.drafts),
        "seen": digest_of(rows, found.drafts),
        "is_draft": is_draft,
        "may_edit": ADMINISTERS.allows(request.actor),
        "today": today,
        "typed": typed or {"decision": "", "decided_on": today.isoformat(), "valid_from": today.isoformat()},
    }
    return render(request, "catalogue/processes/process.html", context, status=status)


@access(ADMINISTERS)
def process_edit(request: HttpRequest, process_id: int) -> HttpResponse:
    """Edit a draft as a table; what is wrong is shown beside its row, and nothing that was typed is lost."""
    found = process_or_404(process_id)
    if found.status != Process.Status.DRAFT:
        return redirect("catalogue:process", found.pk)
    if request.method == "POST":
        return _save(request, found)
    rows = queries.rows_in(found)
    shown = form_rows(rows)
    table_faults = put_faults(found, shown, rows)
    if request.GET.get("add"):
        shown.append(blank_row(len(shown) + 1))
    return form_page(request, found, shown, found.drafts, digest_of(rows, found.drafts), faults=table_faults)


def _save(request: HttpRequest, found: Process) -> HttpResponse:
    sent = sent_rows(request.POST)
    rows = read_rows(sent)
    drafts, seen = drafts_sent(request.POST), request.POST.get("seen", "")
    refused: list[str] = []
    if not any(row.errors for row in sent):
        try:
            save_draft(by=request.actor, process_id=found.pk, rows=rows, drafts=drafts, seen=seen, now=timezone.now())
            messages.success(request, _("The draft is saved."))
            return _after_saving(request, found)
        except (NotAllowed, NotFound):
            raise
        except Invalid as invalid:
            refused = _put_errors(sent, invalid.errors)
        except Conflict as conflict:
            refused = [conflict.message]
            # Saving again is a decision of the person who has read this.
            found = process_or_404(found.pk)
            seen = digest_of(queries.rows_in(found), found.drafts)
    return form_page(request, found, sent, drafts, seen, refused, status=422)


def _after_saving(request: HttpRequest, found: Process) -> HttpResponse:
    if request.POST.get("what") == "add":
        response = redirect("catalogue:process_edit", found.pk)
        response["Location"] += "?add=1#last"
        return response
    return redirect("catalogue:process_edit" if request.POST.get("what") != "done" else "catalogue:process", found.pk)


def _put_errors(sent: Sequence[FormRow], errors: Sequence[Refused]) -> list[str]:
    """Put errors beside the fields that they name; return the rest."""
    rest = []
    for error in errors:
        name, _dash, number = error.field.rpartition("-")
        if name and number.isdecimal() and 0 < int(number) <= len(sent):
            sent[int(number) - 1].errors[name] = error.message
        else:
            rest.append(error.message)
    return rest


def put_faults(found: Process, shown: Sequence[FormRow], rows: Sequence[StepRow]) -> list[str]:
    """Put faults beside their rows; return those of the whole table."""
    gaps = queries.role_gaps(found, rows, timezone.localdate())
    faults = by_step(queries.faults_of(found, rows, gaps))
    for row in shown:
        row.faults = faults.get(row.typed["key"], [])
    return faults.get("", [])


def form_page(
    request: HttpRequest,
    found: Process,
    shown: Sequence[FormRow],
    drafts: dict[str, list[str]],
    seen: str,
    refused: Sequence[str] = (),
    faults: Sequence[str] = (),
    status: int = 200,
    notes: Sequence[str] | None = None,
) -> HttpResponse:
    """Show the form; `notes` are what to look at in a table that was read from a file."""
    context = form_context(shown, drafts) | {
        "process": found,
        "version": found.version,
        "seen": seen,
        "refused": refused,
        "notes": notes,
        "was_read": notes is not None,
        "table_faults": faults,
        "wrong": any(row.errors for row in shown),
        "agencies": Agency.objects.on(timezone.localdate()).exclude(level=Level.COMMUNE).order_by("code"),
    }
    return render(request, "catalogue/processes/edit.html", context, status=status)


@access(ADMINISTERS)
@require_POST
def process_approve(request: HttpRequest, process_id: int) -> HttpResponse:
    """Approve a draft by a decision."""
    typed = {name: request.POST.get(name, "").strip()[:200] for name in ("decision", "decided_on", "valid_from")}
    found = process_or_404(process_id)
    try:
        approve_process(
            by=request.actor,
            process_id=found.pk,
            decision=typed["decision"],
            decided_on=_date(typed["decided_on"], "decided_on"),
            valid_from=_date(typed["valid_from"], "valid_from"),
            seen=request.POST.get("seen", ""),
            now=timezone.now(),
        )
    except (NotAllowed, NotFound):
        raise
    except Invalid as invalid:
        for error in invalid.errors:
            messages.error(request, error.message)
        return _show(request, found, typed, invalid.status)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _show(request, process_or_404(process_id), typed, refusal.status)
    messages.success(request, _("The process is approved; new dossiers follow it from its date on."))
    return redirect("catalogue:process", process_id)


def _date(text: str, field: str) -> dt.date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Refused("process.date", _("Give a date as day, month and year."), field=field)
    return found


@access(ADMINISTERS)
@require_POST
def process_discard(request: HttpRequest, process_id: int) -> HttpResponse:
    """Give a draft up."""
    found = process_or_404(process_id)
    try:
        discard_draft(by=request.actor, process_id=found.pk, seen=request.POST.get("seen", ""), now=timezone.now())
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect("catalogue:process", process_id)
    messages.success(request, _("The draft is discarded; the next one begins afresh."))
    return redirect("catalogue:processes", found.version.procedure.code)

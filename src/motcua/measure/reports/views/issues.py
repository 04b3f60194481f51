"""Reports on their way out: the list, one issue, its signatures, its editions."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats.reportforms import Column, Figure
from motcua.measure.reports import actions
from motcua.measure.reports.asking import ask
from motcua.measure.reports.closing import overlapping
from motcua.measure.reports.columns import adds_up
from motcua.measure.reports.counts import alarm
from motcua.measure.reports.laying import shown_figure
from motcua.measure.reports.making import TooManyRows, forms
from motcua.measure.reports.models import Issue
from motcua.measure.reports.policies import CHECKS, MAKES, READS_REPORTS, SEES_COUNTS, SIGNS, sees_all
from motcua.measure.reports.verifying import verify_report
from motcua.measure.reports.views.common import asked_again, language, shown_table
from motcua.measure.reports.views.files import as_file
from motcua.measure.reports.views.making import chosen_form
from motcua.measure.reports.writing import FILES
from motcua.record.accounts.access import access
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotAllowed, Refused

PEOPLE = ("agency", "made_by__person", "checked_by__person", "signed_by__person", "replaces")


def readable_issues(by: Actor) -> QuerySet[Issue]:
    """Return the issues that the actor may read, without their contents."""
    found = Issue.objects.select_related("agency").defer("content").exclude(status=Issue.Status.DISCARDED)
    if sees_all(by):
        return found
    return found.filter(Q(agency_id__in=by.scope) | Q(agency=None, status=Issue.Status.ISSUED))


@access(READS_REPORTS)
def reports(request: HttpRequest) -> HttpResponse:
    """Show the forms, and the reports that were made."""
    issues = readable_issues(request.actor).order_by("-made_at")
    wanted = request.GET.get("status", "")
    if wanted in Issue.Status.values:
        issues = issues.filter(status=wanted)
    shown = sorted(forms().values(), key=lambda form: form.code)
    context = {
        "forms": [(form, form.title(language())) for form in shown],
        "page": Paginator(issues, 50).get_page(request.GET.get("page")),
        "status": wanted,
        "statuses": [choice for choice in Issue.Status.choices if choice[0] != Issue.Status.DISCARDED],
        "sees_counts": SEES_COUNTS.allows(request.actor),
        "alarm": alarm() if SEES_COUNTS.allows(request.actor) else None,
    }
    return render(request, "reports/reports.html", context)


def issue_for(by: Actor, issue_id: uuid.UUID) -> Issue:
    """Return an issue that the actor may read.

    Raises:
        Http404: there is none, or it is another agency's.
    """
    found = Issue.objects.select_related(*PEOPLE).filter(pk=issue_id).first()
    if found is None or not READS_REPORTS.allows(by, found):
        raise Http404
    return found


@access(READS_REPORTS)
def issue(request: HttpRequest, issue_id: uuid.UUID) -> HttpResponse:
    """Show a report that was made or issued: its frozen figures, each of which opens."""
    found = issue_for(request.actor, issue_id)
    form = chosen_form(found.form, found.form_version)
    if (kind := request.GET.get("as", "")) in FILES:
        return as_file(kind, form, found.content, found.agency, found)
    by, status = request.actor, found.status
    waits = status in (Issue.Status.MADE, Issue.Status.CHECKED)
    context: dict[str, Any] = {
        "issue": found,
        "form": form,
        "title": form.title(language()),
        "newer": Issue.objects.filter(replaces=found).exclude(status=Issue.Status.DISCARDED).defer("content").first(),
        "may": {
            "check": status == Issue.Status.MADE and CHECKS.allows(by, found),
            "sign": status == Issue.Status.CHECKED and SIGNS.allows(by, found),
            "discard": waits and MAKES.allows(by, found),
            "edition": status == Issue.Status.ISSUED and MAKES.allows(by, found),
        },
        "own": by.post is not None and found.made_by_id == by.post.pk,
        **shown_table(form, found.content, {"issue": str(found.pk)}),
    }
    return render(request, "reports/issue.html", context)


@require_POST
@access(MAKES)
def draft(request: HttpRequest, form: str) -> HttpResponse:
    """Freeze what is asked as a report to be checked and signed."""
    chosen = chosen_form(form)
    asked = ask(request.POST, by=request.actor, today=timezone.localdate())
    if asked.question is None:
        for fault in asked.faults.values():
            messages.error(request, fault)
        return redirect("reports:live", form)
    others = overlapping(chosen, asked.agency, asked.first, asked.last)
    try:
        made = actions.draft_report(
            by=request.actor, form=chosen.code, first=asked.first, last=asked.last, agency=asked.agency
        )
    except TooManyRows:
        return redirect(f"{reverse('reports:live', args=[form])}?{urlencode(asked_again(chosen, asked))}")
    messages.success(request, _("The report is made; now somebody else checks it."))
    for other in others:
        messages.warning(request, _("The period overlaps with that of %(other)s.") % {"other": other})
    return redirect("reports:issue", made.pk)


@access(READS_REPORTS)
def differences(request: HttpRequest, issue_id: uuid.UUID) -> HttpResponse:
    """Show what an edition changed in the one before, cell by cell."""
    found = issue_for(request.actor, issue_id)
    if found.replaces is None:
        raise Http404
    form = chosen_form(found.form, found.form_version)
    return render(request, "reports/differences.html", {"issue": found, "form": form, "rows": changed(found)})


def changed(issue: Issue) -> list[dict[str, Any]]:
    """Return the cells that an edition changed: row, column, figure before and now."""
    assert issue.replaces is not None
    form = chosen_form(issue.form, issue.form_version)
    old, new = issue.replaces.content, issue.content
    rows: dict[Any, list[Any]] = {}
    for side, content in enumerate((old, new)):
        for row in (*content["rows"], {**content["totals"], "key": {}, "names": []}):
            key = tuple(sorted(row["key"].items(), key=str))
            rows.setdefault(key, [None, None, " · ".join(row.get("names", ())) or _("Total")])[side] = row
    return [
        {
            "row": name,
            "column": column,
            "title": column.title(language()),
            "group": form.group_title(column.group, language()),
            "old": a,
            "new": b,
            "old_shown": shown_figure(column, a, language()),
            "new_shown": shown_figure(column, b, language()),
        }
        for before, after, name in rows.values()
        for column in form.values
        if (a := _told(column, before)) != (b := _told(column, after))
    ]


def _told(column: Column, row: Mapping[str, Any] | None) -> Figure:
    """Return a row's figure; a count of a row that is not there is nothing."""
    value: Figure = (row or {}).get(str(column.number))
    return 0 if value is None and adds_up(column) else value


def _check(request: HttpRequest, issue: Issue) -> Issue:
    done = actions.check_report(by=request.actor, issue_id=issue.pk)
    messages.success(request, _("Checked. Now it waits for the signature."))
    return done


def _sign(request: HttpRequest, issue: Issue) -> Issue:
    done = actions.sign_report(by=request.actor, issue_id=issue.pk)
    messages.success(request, _("Issued as %(number)s. Its figures stand from now on.") % {"number": done.number})
    return done


def _discard(request: HttpRequest, issue: Issue) -> None:
    actions.discard_report(by=request.actor, issue_id=issue.pk)
    messages.success(request, _("The report was taken back."))


def _edition(request: HttpRequest, issue: Issue) -> Issue:
    made = actions.draft_report(by=request.actor, form=issue.form, first=issue.first, last=issue.last, replaces=issue)
    messages.success(request, _("A new edition is made with today's figures; the differences are below."))
    return made


def _verify(request: HttpRequest, issue: Issue) -> Issue:
    found = verify_report(issue, from_ledger=False)
    if found.ok:
        messages.success(request, _("Computed again as it was known then: every cell agrees, and nothing was edited."))
    for finding in found.findings:
        where = "; ".join(finding.cells) or _("the frozen content")
        messages.error(request, _("Not as it was issued: %(where)s") % {"where": where})
    return issue


ACTS: dict[str, Callable[[HttpRequest, Issue], Issue | None]] = {
    "check": _check,
    "sign": _sign,
    "discard": _discard,
    "edition": _edition,
    "verify": _verify,
}


@require_POST
@access(READS_REPORTS)
def act(request: HttpRequest, issue_id: uuid.UUID, name: str) -> HttpResponse:
    """Check, sign, take back, make a new edition, or verify a report."""
    found = issue_for(request.actor, issue_id)
    if name not in ACTS:
        raise Http404
    try:
        shown = ACTS[name](request, found)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        shown = found
    return redirect("reports:issue", shown.pk) if shown else redirect("reports:reports")

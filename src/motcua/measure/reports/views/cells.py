"""A cell opened: the dossiers behind a figure, a page at a time, or all of them as a file."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.formats.reportforms import Column, Form
from motcua.formats.tables import write_csv, write_xlsx
from motcua.measure.metrics.counting import UnknownMeasure, measure_of
from motcua.measure.metrics.opening import address as figure_address
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.actions import note_list
from motcua.measure.reports.asking import ask, question_of
from motcua.measure.reports.cell_files import DOSSIERS, dossier_rows
from motcua.measure.reports.closing import issue_before
from motcua.measure.reports.columns import opens, words_of
from motcua.measure.reports.failing import MOST, DossiersOfCheck, Term, terms_of, terms_of_opening
from motcua.measure.reports.laying import shown_figure
from motcua.measure.reports.models import Issue
from motcua.measure.reports.naming import names_of
from motcua.measure.reports.opening import Cell, DossiersBehind, row_key
from motcua.measure.reports.policies import READS_REPORTS
from motcua.measure.reports.registers import entries_of
from motcua.measure.reports.views.common import language
from motcua.measure.reports.views.issues import issue_for
from motcua.measure.reports.views.making import chosen_form
from motcua.record.accounts.access import access
from motcua.record.organisation.models import Agency, Level, Role
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.dossiers.presenting import clock_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 50
MOST_AT_ONCE = 5_000


@access(READS_REPORTS)
def cell(request: HttpRequest) -> HttpResponse:
    """List the dossiers behind a cell of a live report or of an issue, as they were known at its position."""
    chosen, agency, figure = _chosen(request)
    if chosen.column.register:
        return _register(request, chosen, agency)
    behind = DossiersBehind(chosen, request.actor)
    if (kind := request.GET.get("as", "")) in ("csv", "xlsx"):
        if len(behind) > MOST_AT_ONCE:
            # What would take long is written by the worker, with a progress bar.
            messages.info(request, _("The list is long: ask for it here, and it is written in the background."))
            return redirect(figure_address(chosen.column.measure, chosen.asked))
        return _exported(request, chosen, behind, kind)
    page = Paginator(behind, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    for dossier in page.object_list:
        dossier.clock = clock_of(dossier, timezone.now())
    names = names_of(tuple(chosen.key), [chosen.key], language(), chosen.question.last)
    found = measure_of(chosen.column.measure)
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "form": chosen.form,
        "column": chosen.column,
        "title": found.name_en if language() == "en" else found.name_vi,
        "words": found.words_en if language() == "en" else found.words_vi,
        "source": found.source,
        "row": " · ".join(names[axis][value] for axis, value in chosen.key.items()),
        "question": chosen.question,
        "agency": agency,
        "page": page,
        "figure": figure,
        "query": query.urlencode(),
        "back": _back(request, chosen),
        "differs": figure is not None and figure != page.paginator.count,
        "no_right": request.actor.role == Role.ADMINISTRATOR,
        "shown": shown_figure(chosen.column, figure, language()) if figure is not None else "",
    }
    return render(request, "reports/cell.html", context)


def _register(request: HttpRequest, chosen: Cell, agency: Agency | None) -> HttpResponse:
    """List the procedures behind a figure of the catalogue."""
    entries = entries_of(chosen.column, chosen.question, dict(chosen.key))
    page = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    versions = ProcedureVersion.objects.select_related("procedure__field").in_bulk([entry[3] for entry in page])
    levels = dict(Level.choices)
    title, words, source = words_of(chosen.column, language())
    names = names_of(tuple(chosen.key), [chosen.key], language(), chosen.question.last)
    group = chosen.form.group_title(chosen.column.group, language())
    context = {
        "form": chosen.form,
        "column": chosen.column,
        "title": f"{group}: {title}" if group else title,
        "words": words,
        "source": source,
        "row": " · ".join(names[axis][value] for axis, value in chosen.key.items()),
        "question": chosen.question,
        "agency": agency,
        "page": page,
        "rows": [(versions[key], levels.get(level, level)) for _field, level, _code, key in page if key in versions],
        "back": _back(request, chosen),
    }
    return render(request, "reports/register.html", context)


def _chosen(request: HttpRequest) -> tuple[Cell, Agency | None, Any]:
    """Return the cell that the address names, whose it is, and its frozen figure where it is an issue's."""
    form, question, agency, issue = asked_report(request)
    key, column = row_key(form, request.GET), _column(form, request.GET.get("column", ""))
    figure = _frozen(issue.content, key, column) if issue and column.measure else None
    return Cell(form, column, question, key), agency, figure


def asked_report(request: HttpRequest) -> tuple[Form, Question, Agency | None, Issue | None]:
    """Return the report that an address names: its form, what it asks, whose it is, and the issue if it is one.

    Raises:
        Http404: there is no such report, or it is not the actor's to see.
    """
    if text := request.GET.get("issue", ""):
        try:
            issue = issue_for(request.actor, uuid.UUID(text))
        except ValueError as error:
            raise Http404 from error
        form = chosen_form(issue.form, issue.form_version)
        return form, question_of(issue.first, issue.last, issue.agency, issue.position), issue.agency, issue
    form = chosen_form(request.GET.get("form", ""))
    asked = ask(request.GET, by=request.actor, today=timezone.localdate())
    if asked.question is None:
        raise Http404
    return form, asked.question, asked.agency, None


@access(READS_REPORTS)
def check(request: HttpRequest) -> HttpResponse:
    """List the dossiers for which the two sides of a check disagree: those alone."""
    form, question, agency, _issue = asked_report(request)
    text = request.GET.get("check", "")
    if text == "opening":
        before = issue_before(form, agency, question.first)
        if before is None:
            raise Http404
        asked_before = question_of(before.first, before.last, before.agency, before.position)
        terms, words = terms_of_opening(form, question, asked_before), _opening_words(form)
    else:
        if not text.isdecimal() or len(text) > 3 or int(text) >= len(form.checks):
            raise Http404
        chosen = form.checks[int(text)]
        terms, words = terms_of(form, chosen, question), str(chosen)
    if not terms:
        raise Http404
    page = Paginator(DossiersOfCheck(terms, request.actor), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "check": words,
        "columns": _named(form, terms),
        "question": question,
        "agency": agency,
        "page": page,
        "most": MOST,
        "back": _report_address(request, form),
        "no_right": request.actor.role == Role.ADMINISTRATOR,
    }
    return render(request, "reports/check.html", context)


def _opening_words(form: Form) -> str:
    assert form.opening is not None
    return f"{form.opening[0]} = {form.opening[1]}"


def _named(form: Form, terms: tuple[Term, ...]) -> list[str]:
    """Return each column of a check in words: its number, the head above it, its own."""
    heads = []
    for term in terms:
        group, title = form.group_title(term.column.group, language()), term.column.title(language())
        heads.append(f"({term.column.number}) {group}: {title}" if group else f"({term.column.number}) {title}")
    return heads


def _back(request: HttpRequest, chosen: Cell) -> str:
    return _report_address(request, chosen.form)


def _report_address(request: HttpRequest, form: Form) -> str:
    """Return the address of the report that a list belongs to."""
    if issue := request.GET.get("issue", ""):
        return reverse("reports:issue", args=[issue])
    kept = {name: request.GET[name] for name in ("period", "from", "to", "agency", "as_of") if name in request.GET}
    return f"{reverse('reports:live', args=[form.code])}?{urlencode(kept)}"


def _column(form: Any, text: str) -> Column:
    found = form.column(int(text)) if text.isdecimal() and len(text) < 5 else None
    try:
        if found is not None and opens(found):
            return found
    except UnknownMeasure as error:
        raise Http404 from error
    raise Http404


def _frozen(content: dict[str, Any], key: dict[str, Any], column: Column) -> Any:
    """Return the figure that the issue holds: the total, or the sum of the rows that the cell stands for."""
    if not key:
        return content["totals"][str(column.number)]
    rows = [row for row in content["rows"] if all(row["key"].get(axis) == value for axis, value in key.items())]
    return sum(row[str(column.number)] or 0 for row in rows)


def _exported(request: HttpRequest, chosen: Cell, behind: DossiersBehind, kind: str) -> HttpResponse:
    rows = list(dossier_rows(behind.every()))
    content = write_csv(DOSSIERS, rows, language()) if kind == "csv" else write_xlsx([(DOSSIERS, rows)], language())
    question = chosen.question
    note_list(by=request.actor, form=chosen.form.code, column=chosen.column.number, kind=kind, rows=len(rows))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    name = f"{chosen.form.code}-{chosen.column.number}-{question.first}-{question.last}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

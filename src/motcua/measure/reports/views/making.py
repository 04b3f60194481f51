"""A live report, and a form in words."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from motcua.formats.reportforms import Column, Form
from motcua.measure.reports.asking import PRESETS, Asked, agencies_offered, ask
from motcua.measure.reports.closing import opening_against, overlapping
from motcua.measure.reports.columns import words_of
from motcua.measure.reports.entering import entered_values
from motcua.measure.reports.making import TooManyRows, UnknownForm, as_json, form_of, make
from motcua.measure.reports.policies import ENTERS, MAKES, READS_REPORTS, sees_all
from motcua.measure.reports.views.common import asked_again, language, shown_table
from motcua.measure.reports.views.files import as_file
from motcua.measure.reports.writing import FILES
from motcua.record.accounts.access import access
from motcua.serve.dossiers.span_keeping import spans_position


def chosen_form(code: str, version: int | None = None) -> Form:
    """Return a form.

    Raises:
        Http404: there is none of this code.
    """
    try:
        return form_of(code, version)
    except UnknownForm as error:
        raise Http404(str(error)) from error


@access(READS_REPORTS)
def live(request: HttpRequest, form: str) -> HttpResponse:
    """Make a report of the chosen period and agency, as it stands now or as it was known; as a page or a file."""
    chosen = chosen_form(form)
    asked = ask(request.GET, by=request.actor, today=timezone.localdate())
    context: dict[str, Any] = {
        "form": chosen,
        "title": chosen.title(language()),
        "asked": asked,
        "presets": PRESETS.items(),
        "agencies": agencies_offered(by=request.actor, on=asked.last),
        "makes": MAKES.allows(request.actor),
        "enters": bool(chosen.entered) and ENTERS.allows(request.actor),
        "whole_province": sees_all(request.actor),
    }
    if asked.question is None:
        return render(request, "reports/live.html", context, status=422)
    try:
        content = content_of(chosen, asked)
    except TooManyRows as error:
        return render(request, "reports/live.html", context | {"too_many": error.args}, status=422)
    if (kind := request.GET.get("as", "")) in FILES:
        return as_file(kind, chosen, content, asked.agency)
    again = asked_again(chosen, asked)
    context |= shown_table(chosen, content, again)
    context |= {
        "again": again,
        "newest": spans_position(),
        "again_query": urlencode(again),
        "overlapping": overlapping(chosen, asked.agency, asked.first, asked.last),
    }
    return render(request, "reports/live.html", context)


def content_of(form: Form, asked: Asked) -> dict[str, Any]:
    """Return a live report's content, in the page's language, with its opening held against the last closing."""
    assert asked.question is not None
    typed = entered_values(form, asked.agency, asked.first, asked.last, asked.question.known_at)
    content = as_json(make(form, asked.question, language(), entered=typed), language())
    content["opening"] = opening_against(form, asked.agency, asked.first, content)
    return content


@access(READS_REPORTS)
def definition(request: HttpRequest, form: str) -> HttpResponse:
    """Show a form in words: what each column counts, by which source, and which sums must hold."""
    chosen = chosen_form(form)
    columns = [_described(chosen, column) for column in chosen.columns]
    context = {"form": chosen, "title": chosen.title(language()), "columns": columns}
    return render(request, "reports/definition.html", context)


def _described(form: Form, column: Column) -> dict[str, Any]:
    group = form.group_title(column.group, language())
    told: dict[str, Any] = {"number": column.number, "title": column.title(language()), "group": group}
    name, words, source = words_of(column, language())
    told |= {
        "code": column.measure,
        "name": name,
        "words": words,
        "source": source,
        "where": ", ".join(f"{cut}: {' '.join(map(str, values))}" for cut, values in column.where.items()),
    }
    return told | {"entered": column.role == "entered"}

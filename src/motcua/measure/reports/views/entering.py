"""The page on which people type what the record does not hold."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from motcua.formats.reportforms import Form
from motcua.measure.metrics.positions import catch_up
from motcua.measure.reports.asking import Asked, ask
from motcua.measure.reports.entering import enter_values, entered_values, row_text
from motcua.measure.reports.laying import Cell, Line, lay_out
from motcua.measure.reports.making import as_json, make
from motcua.measure.reports.policies import ENTERS
from motcua.measure.reports.views.common import asked_again, language
from motcua.measure.reports.views.making import chosen_form
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid

ROWS_A_PAGE = 50
FIELD = "cell."


@require_http_methods(["GET", "POST"])
@access(ENTERS)
def enter(request: HttpRequest, form: str) -> HttpResponse:
    """Show the cells of a form that people fill in, and keep what they typed."""
    chosen = chosen_form(form)
    asked = ask(request.GET, by=request.actor, today=timezone.localdate())
    if not chosen.entered or asked.question is None:
        raise Http404
    again = {name: value for name, value in asked_again(chosen, asked).items() if name not in ("as_of", "form")}
    faults: dict[str, str] = {}
    typed = {name[len(FIELD) :]: text for name, text in request.POST.items() if name.startswith(FIELD)}
    if request.method == "POST":
        faults = _keep(request, chosen, asked, typed)
        if not faults:
            return redirect(f"{reverse('reports:live', args=[chosen.code])}?{urlencode(again)}")
    page, groups = _rows(request, chosen, asked, typed, faults)
    context = {
        "form": chosen,
        "title": chosen.title(language()),
        "asked": asked,
        "again_query": urlencode(again),
        "page": page,
        "groups": groups,
        "faults": len(faults),
    }
    return render(request, "reports/enter.html", context, status=422 if faults else 200)


def _keep(request: HttpRequest, form: Form, asked: Asked, typed: dict[str, str]) -> dict[str, str]:
    """Keep what was typed; return the faults by cell."""
    values = {}
    for name, text in typed.items():
        number, _dot, row = name.partition(".")
        if not number.isdecimal() or len(number) > 4:
            raise Http404
        values[int(number), row] = text
    whole = {"by": request.actor, "form": form, "first": asked.first, "last": asked.last, "agency": asked.agency}
    try:
        kept = enter_values(**whole, values=values)
    except Invalid as invalid:
        return {fault.field: str(fault.message) for fault in invalid.errors}
    catch_up()  # The report that is shown next stands at a sealed position, and that one must hold the values.
    told = ngettext("%(n)d value is kept.", "%(n)d values are kept.", len(kept)) % {"n": len(kept)}
    messages.success(request, told if kept else _("Nothing was changed."))
    return {}


def _rows(
    request: HttpRequest, form: Form, asked: Asked, typed: dict[str, str], faults: dict[str, str]
) -> tuple[Page, list[dict[str, Any]]]:
    """Return a page of rows, each with its cells to fill in: name, what stands there, who typed it, what is wrong."""
    assert asked.question is not None
    values = entered_values(form, asked.agency, asked.first, asked.last)
    made = make(form, asked.question, language(), entered=values)
    laid = lay_out(form, as_json(made, language()), language())
    lines = [line for line in laid.lines if line.kind == "row" or not form.rows]
    page = Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return page, [{"name": line.name, "cells": _inputs(form, line, typed, faults)} for line in page]


def _inputs(form: Form, line: Line, typed: dict[str, str], faults: dict[str, str]) -> list[dict[str, Any]]:
    key = row_text(line.key)
    return [_input(form, cell, f"{cell.number}.{key}", typed, faults) for cell in line.cells if cell.entered]


def _input(form: Form, cell: Cell, name: str, typed: dict[str, str], faults: dict[str, str]) -> dict[str, Any]:
    column = form.column(cell.number)
    assert column is not None
    standing = "" if cell.value is None else cell.shown
    return {
        "cell": cell,
        "name": f"{FIELD}{name}",
        "key": "".join(c if c.isalnum() else "-" for c in name),
        "text": typed.get(name, standing),
        "fault": faults.get(name, ""),
        "words": column.text,
        "bounds": "" if column.text or column.most > 1e11 else f"{column.least:g}–{column.most:g}",
    }

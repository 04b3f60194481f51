"""What several pages of reports show: the laid-out table with its addresses, the checks with their rows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.formats.reportforms import Form
from motcua.measure.reports.asking import Asked
from motcua.measure.reports.columns import opens
from motcua.measure.reports.laying import Cell, Laid, Line, lay_out
from motcua.measure.reports.writing import FILES


def language() -> str:
    """Return the language in which forms are shown: "vi" or "en"."""
    return "en" if get_language() == "en" else "vi"


def shown_table(form: Form, content: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """Return a report for the page: heads, lines whose cells carry their address, checks.

    Args:
        asked: what opens the report again (an issue, or form, period, agency and position), for the addresses.
    """
    laid = lay_out(form, content, language())
    return {
        "heads": laid.heads,
        "numbers": laid.numbers,
        "has_index": any(column.role == "index" for column in form.columns),
        "lines": [_shown(line, asked) for line in laid.lines],
        "checks": _checks(form, content, asked),
        "as_lines": form.layout == "lines",
        "sides": [side[f"title_{language()}"] for side in form.sides] or [_("Figure")],
        "line_rows": _stacked(laid, asked) if form.layout == "lines" else [],
        "kinds": FILES,
    }


def _stacked(laid: Laid, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the lines of a form with one row, with a line of its own before each new group."""
    total, form = laid.lines[-1], laid.form
    cells = {cell.number: cell for cell in total.cells}
    sides = range(1, max(len(form.sides), 1) + 1)
    found: list[dict[str, Any]] = []
    group = ""
    for columns in form.lines:
        first = columns[0]
        if first.group and first.group != group:
            found.append({"group": form.group_title(first.group, language())})
        group = first.group
        at = {column.side: cells[column.number] for column in columns}
        shown = [(at[side], _address(at[side], total, asked)) if side in at else (None, "") for side in sides]
        number = first.line or first.number
        found.append({"number": number, "title": first.title(language()), "cells": shown})
    return found


def _shown(line: Line, asked: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "index": line.index,
        "name": line.name if line.kind != "total" else _("Total"),
        "cells": [(cell, _address(cell, line, asked)) for cell in line.cells],
    }


def _address(cell: Cell, line: Line, asked: Mapping[str, str]) -> str:
    if not cell.opens:
        return ""
    if dossier := line.key.get("dossier_id"):
        return reverse("dossiers:dossier", args=[dossier])
    row = {f"row.{axis}": "" if value is None else value for axis, value in line.key.items()}
    return f"{reverse('reports:cell')}?{urlencode({**asked, 'column': cell.number, **row})}"


def _checks(form: Form, content: Mapping[str, Any], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the checks with the rows in which they fail, and where the dossiers of a failing one are listed."""
    known = {str(check): n for n, check in enumerate(form.checks)}
    found = [
        {
            "check": c["check"],
            "holds": c["holds"],
            "fails": [name or _("Total") for name in c["fails"]][:20],
            "address": "" if c["holds"] else _check_address(form, known.get(c["check"]), asked),
        }
        for c in content["checks"]
    ]
    if opening := content.get("opening"):
        told = _("%(opening)s carried over, %(remaining)s left open by report %(number)s") % opening
        address = "" if opening["holds"] else f"{reverse('reports:check')}?{urlencode({**asked, 'check': 'opening'})}"
        found.append({"check": opening["check"], "holds": opening["holds"], "fails": [told], "address": address})
    return found


def _check_address(form: Form, number: int | None, asked: Mapping[str, str]) -> str:
    """Return where the dossiers of a failing check are listed; empty where no dossiers stand behind its columns."""
    if number is None:
        return ""
    check = form.checks[number]
    columns = [form.column(n) for n in (check.left, *check.right)]
    if not all(column is not None and column.measure and opens(column) for column in columns):
        return ""
    return f"{reverse('reports:check')}?{urlencode({**asked, 'check': number})}"


def asked_again(form: Form, asked: Asked) -> dict[str, str]:
    """Return what opens a live report again: the same period, agency and position."""
    assert asked.question is not None
    return {
        "form": form.code,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "as_of": str(asked.question.known_at),
        **({"agency": str(asked.agency.pk)} if asked.agency else {}),
    }

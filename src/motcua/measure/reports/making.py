"""Making a report: one statement for all cells, the row names, the totals, the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from motcua.formats.datafiles import datasets_folder
from motcua.formats.reportforms import Form, read_form
from motcua.measure.metrics.counting import column, table_of
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.naming import names_of, sort_key


class UnknownForm(LookupError):
    """There is no report form of this code."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is of (cut → value), its name, and its cells by column number."""

    key: Mapping[str, Any]
    names: tuple[str, ...]
    cells: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check of the form, and the rows in which it fails (their names; "" is the total)."""

    check: str
    fails: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether it holds everywhere."""
        return not self.fails


@dataclass(frozen=True, slots=True)
class Report:
    """A form over a period, as known at a position."""

    form: Form
    question: Question
    rows: tuple[Row, ...]
    totals: Mapping[int, int]
    checks: tuple[CheckResult, ...]


@lru_cache
def forms() -> dict[str, Form]:
    """Return the shipped forms by code.

    Raises:
        FormFault: a file is wrong.
    """
    found = [read_form(path) for path in sorted((datasets_folder() / "reports").glob("*.yaml"))]
    return {form.code: form for form in found}


def form_of(code: str) -> Form:
    """Return a form by its code, in any case.

    Raises:
        UnknownForm: there is none.
    """
    for known, form in forms().items():
        if known.casefold() == code.casefold():
            return form
    raise UnknownForm(code)


def make(form: Form, question: Question, language: str = "vi") -> Report:
    """Return the report of a form over a question.

    Args:
        language: of the rows' names.
    """
    found = live.rows(table_of(question, form.measures, form.rows))
    names = names_of(form.rows, found, language)
    rows = tuple(
        Row(
            key={axis: row[axis] for axis in form.rows},
            names=tuple(names[axis][row[axis]] for axis in form.rows),
            cells={c.number: int(row[column(c.measure)] or 0) for c in form.figures},
        )
        for row in sorted(found, key=lambda row: [sort_key(axis, row[axis], names) for axis in form.rows])
    )
    totals = {c.number: sum(row.cells[c.number] for row in rows) for c in form.figures}
    return Report(form, question, rows, totals, _checked(form, rows, totals))


def _checked(form: Form, rows: Sequence[Row], totals: Mapping[int, int]) -> tuple[CheckResult, ...]:
    every = [*((" · ".join(row.names), row.cells) for row in rows), ("", totals)]
    return tuple(
        CheckResult(str(check), tuple(name for name, cells in every if not check.holds(cells))) for check in form.checks
    )


def as_json(report: Report, language: str = "vi") -> dict[str, Any]:
    """Return a report as JSON holds it: columns, rows and totals by the form's own column numbers."""
    index, name = _number(report.form, "index"), _number(report.form, "name")
    rows = [
        {
            **({index: n} if index else {}),
            **({name: " · ".join(row.names)} if name else {}),
            **{str(number): value for number, value in row.cells.items()},
            "key": dict(row.key),
        }
        for n, row in enumerate(report.rows, start=1)
    ]
    return {
        "form": report.form.code,
        "form_version": report.form.version,
        "title": report.form.title(language),
        "from": report.question.first.isoformat(),
        "to": report.question.last.isoformat(),
        "position": report.question.known_at,
        "columns": {str(c.number): c.title(language) for c in report.form.columns},
        "rows": rows,
        "totals": {str(number): value for number, value in report.totals.items()},
        "checks": [{"check": c.check, "holds": c.holds, "fails": list(c.fails)} for c in report.checks],
    }


def _number(form: Form, role: str) -> str:
    return next((str(c.number) for c in form.columns if c.role == role), "")

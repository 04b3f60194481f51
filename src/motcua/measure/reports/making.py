"""Making a report: one statement for all cells, the row names, the totals, the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from motcua.formats.datafiles import datasets_folder
from motcua.formats.reportforms import Column, Figure, Form, read_form
from motcua.measure.metrics.caching import quick_figures
from motcua.measure.metrics.counting import figures, measure_of
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
    cells: Mapping[int, Figure]


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
    totals: Mapping[int, Figure]
    checks: tuple[CheckResult, ...]


@lru_cache
def all_forms() -> dict[tuple[str, int], Form]:
    """Return the shipped forms by code and version.

    Raises:
        FormFault: a file is wrong.
    """
    found = [read_form(path) for path in sorted((datasets_folder() / "reports").glob("*.yaml"))]
    return {(form.code, form.version): form for form in sorted(found, key=lambda form: form.version)}


def forms() -> dict[str, Form]:
    """Return the newest version of each form by code."""
    return {code: form for (code, _version), form in all_forms().items()}


def form_of(code: str, version: int | None = None) -> Form:
    """Return a form by its code, in any case.

    Args:
        version: the newest if not given, or if this one is no longer shipped.

    Raises:
        UnknownForm: there is none.
    """
    for known, form in forms().items():
        if known.casefold() == code.casefold():
            return all_forms().get((known, version or form.version), form)
    raise UnknownForm(code)


def question_for(question: Question, chosen: Column) -> Question:
    """Return what a column asks: the report's question with the column's own parameters."""
    return replace(question, where=(*question.where, *chosen.where.items()))


def make(form: Form, question: Question, language: str = "vi", *, anew: bool = False) -> Report:
    """Return the report of a form over a question.

    Args:
        language: of the rows' names.
        anew: count now, whatever was counted for the same question and position before.
    """
    found = _counted(question, form.figures, form.rows, anew)
    keys = [dict(zip(form.rows, key, strict=True)) for key in found]
    names = names_of(form.rows, keys, language)
    rows = tuple(
        Row(
            key=key,
            names=tuple(names[axis][key[axis]] for axis in form.rows),
            cells={c.number: _figure(c, cells.get(c.number)) for c in form.figures},
        )
        for key, cells in sorted(
            zip(keys, found.values(), strict=True),
            key=lambda pair: [sort_key(axis, pair[0][axis], names) for axis in form.rows],
        )
    )
    totals = _totals(form, question, rows, anew)
    return Report(form, question, rows, totals, _checked(form, rows, totals))


def _counted(
    question: Question, columns: Sequence[Column], by: Sequence[str], anew: bool
) -> dict[tuple[Any, ...], dict[int, Any]]:
    """Return the figures of columns: values of the cut → column number → figure; one statement for like columns."""
    alike: dict[tuple[Any, ...], list[Column]] = {}
    for each in columns:
        alike.setdefault(tuple(sorted(each.where.items())), []).append(each)
    found: dict[tuple[Any, ...], dict[int, Any]] = {}
    for group in alike.values():
        measures = tuple(dict.fromkeys(each.measure for each in group))
        asked = question_for(question, group[0])
        answer = figures(live.rows, asked, measures, by) if anew else quick_figures(asked, measures, by)
        for key, values in answer.items():
            found.setdefault(key, {}).update({each.number: values[each.measure] for each in group})
    return found


def _figure(chosen: Column, value: Any) -> Figure:
    if not measure_of(chosen.measure).adds_up:
        return None if value is None else float(value)
    return int(value or 0)


def _totals(form: Form, question: Question, rows: Sequence[Row], anew: bool) -> dict[int, Figure]:
    """Return the totals: sums, and for what does not add up (shares, medians) the figure of the whole."""
    whole = [c for c in form.figures if not measure_of(c.measure).adds_up]
    once = _counted(question, whole, (), anew).get((), {}) if whole else {}
    return {
        c.number: _figure(c, once.get(c.number)) if c in whole else sum(int(row.cells[c.number] or 0) for row in rows)
        for c in form.figures
    }


def _checked(form: Form, rows: Sequence[Row], totals: Mapping[int, Figure]) -> tuple[CheckResult, ...]:
    every = [*((" · ".join(row.names) or "Σ", row.cells) for row in rows), ("", totals)]
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
            "names": list(row.names),
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

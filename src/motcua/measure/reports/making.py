"""Making a report: one statement for all cells, the row names, the totals, the checks."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from motcua.formats.datafiles import datasets_folder
from motcua.formats.reportforms import Column, Figure, Form, read_form
from motcua.measure.metrics.caching import quick_figures
from motcua.measure.metrics.counting import figures
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.columns import adds_up, computed, cut_off, ranked
from motcua.measure.reports.entering import Entered, row_text
from motcua.measure.reports.naming import names_of, sort_key
from motcua.measure.reports.registers import count_registers


class UnknownForm(LookupError):
    """There is no report form of this code."""


class TooManyRows(ValueError):
    """The form holds fewer rows: (how many at most, how many there are)."""


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
    entered: Mapping[tuple[int, str], Entered] = field(default_factory=dict)


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


def make(
    form: Form,
    question: Question,
    language: str = "vi",
    *,
    anew: bool = False,
    entered: Mapping[tuple[int, str], Entered] | None = None,
) -> Report:
    """Return the report of a form over a question.

    Args:
        language: of the rows' names.
        anew: count now, whatever was counted for the same question and position before.
        entered: what people typed for its cells.

    Raises:
        TooManyRows: more than the form holds.
    """
    typed = entered or {}
    found = _counted(question, form.figures, form.rows, anew)
    if form.rows == ("dossier_id",):
        found = {key: cells for key, cells in found.items() if any(value is not None for value in cells.values())}
    if len(found) > form.most_rows:
        raise TooManyRows(form.most_rows, len(found))
    keys = [dict(zip(form.rows, map(_plain, key), strict=True)) for key in found]
    names = names_of(form.rows, keys, language, question.last)
    pairs = sorted(
        zip(keys, found.values(), strict=True),
        key=lambda pair: [sort_key(axis, pair[0][axis], names) for axis in form.rows],
    )
    cells = ranked(form, [_row_cells(form, key, counted, typed) for key, counted in pairs])
    rows = tuple(
        Row(key=key, names=tuple(names[axis][key[axis]] for axis in form.rows), cells=cells[n])
        for n, (key, _counted_cells) in enumerate(pairs)
    )
    totals = _totals(form, question, rows, anew, typed)
    return Report(form, question, rows, totals, _checked(form, rows, totals), typed)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


def _row_cells(
    form: Form, key: Mapping[str, Any], counted: Mapping[int, Any], typed: Mapping[tuple[int, str], Entered]
) -> dict[int, Figure]:
    """Return every cell of a row in the order of the columns: counted, typed, computed."""
    row = row_text(key)
    cells: dict[int, Figure] = {}
    for column in form.values:
        value = counted.get(column.number)
        if column.role == "entered":
            cells[column.number] = typed[column.number, row].value if (column.number, row) in typed else None
        else:
            cells[column.number] = cut_off(column, 0 if value is None and adds_up(column) else value)
    return computed(form, cells)


def _counted(
    question: Question, columns: Sequence[Column], by: Sequence[str], anew: bool
) -> dict[tuple[Any, ...], dict[int, Any]]:
    """Return the figures of columns: values of the cut → column number → figure; one statement for like columns."""
    alike: dict[tuple[Any, ...], list[Column]] = {}
    for each in columns:
        if each.measure:
            alike.setdefault(tuple(sorted(each.where.items())), []).append(each)
    found: dict[tuple[Any, ...], dict[int, Any]] = {}
    for group in alike.values():
        measures = tuple(dict.fromkeys(each.measure for each in group))
        asked = question_for(question, group[0])
        answer = figures(live.rows, asked, measures, by) if anew else quick_figures(asked, measures, by)
        for key, values in answer.items():
            found.setdefault(key, {}).update({each.number: values[each.measure] for each in group})
    if registers := [each for each in columns if each.register]:
        for key, counts in count_registers(question, registers, by).items():
            found.setdefault(key, {}).update(counts)
    return found


def _totals(
    form: Form,
    question: Question,
    rows: Sequence[Row],
    anew: bool,
    typed: Mapping[tuple[int, str], Entered],
) -> dict[int, Figure]:
    """Return the totals: sums, and for what does not add up (shares, medians) the figure of the whole."""
    if not form.rows:
        counted = _counted(question, form.figures, (), anew).get((), {})
        return _row_cells(form, {}, counted, typed)
    whole = [c for c in form.figures if not adds_up(c)]
    once = _counted(question, whole, (), anew).get((), {}) if whole else {}
    sums = {c.number: sum(int(row.cells[c.number] or 0) for row in rows) for c in form.figures if adds_up(c)}
    return _row_cells(form, {}, {**once, **sums}, typed)


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
        "entered": {
            f"{number}.{row}": {"value": each.value, "by": each.by, "at": each.at}
            for (number, row), each in report.entered.items()
        },
        "checks": [{"check": c.check, "holds": c.holds, "fails": list(c.fails)} for c in report.checks],
    }


def _number(form: Form, role: str) -> str:
    return next((str(c.number) for c in form.columns if c.role == role), "")


def entered_in(content: Mapping[str, Any]) -> dict[tuple[int, str], Entered]:
    """Return what people had typed into a frozen report."""
    found = {}
    for cell, each in content.get("entered", {}).items():
        number, _dot, row = cell.partition(".")
        found[int(number), row] = Entered(each["value"], each["by"], each["at"])
    return found

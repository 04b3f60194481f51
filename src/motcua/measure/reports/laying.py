"""A report in its form's own layout, for page and file: grouped heads, sections with their sums, failing cells."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motcua.formats.reportforms import Column, Figure, Form
from motcua.measure.reports.columns import adds_up, opens, unit_of
from motcua.measure.reports.entering import row_text
from motcua.rules.working_time import LOCAL


@dataclass(frozen=True, slots=True)
class Head:
    """A head of one column or of a group."""

    title: str
    columns: int = 1
    rows: int = 1
    scope: str = "col"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure: its column, whether a check fails here, whether dossiers stand behind it, who typed it and when."""

    number: int
    title: str
    value: Figure
    shown: str
    fails: bool = False
    opens: bool = False
    entered: bool = False
    by: str = ""
    at: str = ""
    words: bool = False

    @property
    def is_text(self) -> bool:
        """Tell whether it holds words."""
        return isinstance(self.value, str)

    @property
    def at_local(self) -> str:
        """Return when it was typed, as people here write it."""
        return dt.datetime.fromisoformat(self.at).astimezone(LOCAL).strftime("%H:%M %d/%m/%Y") if self.at else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: of a section (all its rows together), of a cut, or the total; `key` is what it is of."""

    kind: str
    index: str
    name: str
    cells: tuple[Cell, ...]
    key: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Laid:
    """A whole table: heads in rows, the numbers under them, the lines."""

    heads: tuple[tuple[Head, ...], ...]
    numbers: tuple[str, ...]
    lines: tuple[Line, ...]
    form: Form


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def lay_out(form: Form, content: Mapping[str, Any], language: str = "vi") -> Laid:
    """Return a report's content (see `making.as_json`) as its form lays it out."""
    return Laid(_heads(form, language), _numbers(form), tuple(_lines(form, content, language)), form)


def shown_figure(column: Column, value: Figure, language: str = "vi") -> str:
    """Return a figure as people read it: 1.094.944 in Vietnamese, 1,094,944 in English; shares as per cent."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    unit = unit_of(column)
    if isinstance(value, float) and value.is_integer() and column.role != "figure":
        value = int(value)
    text = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    if unit == "share":
        text = f"{value * 100:,.1f}%"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def _heads(form: Form, language: str) -> tuple[tuple[Head, ...], ...]:
    above: list[Head] = []
    below: list[Head] = []
    grouped = any(column.group for column in form.columns)
    last = ""
    for column in form.columns:
        if not column.group:
            above.append(Head(column.title(language), rows=2 if grouped else 1))
        else:
            below.append(Head(column.title(language)))
            if column.group == last:
                above[-1] = Head(above[-1].title, above[-1].columns + 1, scope="colgroup")
            else:
                above.append(Head(form.group_title(column.group, language), scope="colgroup"))
        last = column.group
    return (tuple(above), tuple(below)) if grouped else (tuple(above),)


def _numbers(form: Form) -> tuple[str, ...]:
    """Return "(3)=(4)+(5)+(6)" for a column that the form's checks call a sum of later ones, else its number."""
    return tuple(
        f"({c.number})" + (f"={'+'.join(f'({n})' for n in form.sum_of(c.number))}" if form.sum_of(c.number) else "")
        for c in form.columns
    )


def _lines(form: Form, content: Mapping[str, Any], language: str) -> Iterator[Line]:
    rows: Sequence[Mapping[str, Any]] = content["rows"]
    if form.rows:
        sectioned = len(form.rows) > 1
        for count, section in enumerate(_sections(form, rows) if sectioned else [rows]):
            if sectioned:
                yield _section(form, content, section, ROMAN[min(count, len(ROMAN) - 1)], language)
            for n, row in enumerate(section, start=1):
                name = row["names"][-1] if sectioned else " · ".join(row["names"])
                yield Line("row", str(n), name, _cells(form, content, row, row["key"], language), row["key"])
    yield Line("total", "", "", _cells(form, content, content["totals"], {}, language), {})


def _sections(form: Form, rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    sections: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        sections.setdefault(row["key"][form.rows[0]], []).append(row)
    return list(sections.values())


def _section(
    form: Form, content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], index: str, language: str
) -> Line:
    sums = {str(c.number): _sum([row[str(c.number)] for row in rows]) if adds_up(c) else None for c in form.figures}
    key = {form.rows[0]: rows[0]["key"][form.rows[0]]}
    return Line("section", index, rows[0]["names"][0], _cells(form, content, sums, key, language), key)


def _sum(figures: Sequence[Figure]) -> Figure:
    """Return the sum of a section's figures; what is masked in one of them masks it."""
    if masks := [figure for figure in figures if isinstance(figure, str)]:
        return masks[0]
    return sum(figure for figure in figures if figure is not None and not isinstance(figure, str))


def _cells(
    form: Form, content: Mapping[str, Any], row: Mapping[str, Any], key: Mapping[str, Any], language: str
) -> tuple[Cell, ...]:
    values: dict[int, Figure] = {c.number: row.get(str(c.number)) for c in form.values}
    checks = () if content.get("public") else form.checks
    failing = {n for check in checks if not check.holds(values) for n in (check.left, *check.right)}
    typed: Mapping[str, Any] = content.get("entered", {})
    found = []
    for column in form.values:
        value = values[column.number]
        mark = typed.get(f"{column.number}.{row_text(key)}", {})
        found.append(
            Cell(
                column.number,
                column.title(language),
                value,
                shown_figure(column, value, language),
                column.number in failing,
                opens(column) and (bool(value) or (value is not None and not adds_up(column))),
                column.role == "entered",
                mark.get("by", ""),
                mark.get("at", ""),
                column.text,
            )
        )
    return tuple(found)

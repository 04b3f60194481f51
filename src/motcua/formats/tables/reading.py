"""Sheets of raw cells as rows of values, with every fault at its cell."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from motcua.formats.tables.cells import CellWrong, read_cell, shown
from motcua.formats.tables.columns import CellFault, Column, Row, Sheet, TablesRead, Value, letters, normal
from motcua.formats.tables.limits import MOST_FAULTS, MOST_ROWS
from motcua.formats.tables.opening import NoTable, Opened, open_table

Place = tuple[int, Column]


def read_tables(name: str, content: bytes, sheets: Sequence[Sheet]) -> TablesRead:
    """Return the rows of a file by sheet; a sheet is known by its name or, where it has another, by its heads.

    Args:
        name: the file's name; its ending tells the format.
        sheets: those that may stand in it. A CSV file holds one of them, a workbook any of them.

    Never raises for what a file holds: what cannot be read is a fault with its place.
    """
    heads = [head for sheet in sheets for column in sheet.columns for head in _names(column)]
    rows: dict[str, tuple[Row, ...]] = {sheet.key: () for sheet in sheets}
    faults: list[CellFault] = []
    present: set[str] = set()
    try:
        opened = open_table(name, content, heads)
        for title, lines in opened.sheets:
            _read_sheet(opened, title, lines, sheets, rows, faults, present)
    except NoTable as refused:
        return TablesRead({}, (CellFault(refused.code, params=refused.params),))
    if not present and not faults:
        faults.append(CellFault("empty"))
    found = rows if not faults else {}
    return TablesRead(found, tuple(faults[:MOST_FAULTS]), opened.encoding, opened.delimiter, frozenset(present))


def _names(column: Column) -> tuple[str, str, str]:
    return column.vi, column.en, column.key


def _read_sheet(
    opened: Opened,
    title: str,
    lines: Iterator[Sequence[Any]],
    sheets: Sequence[Sheet],
    rows: dict[str, tuple[Row, ...]],
    faults: list[CellFault],
    present: set[str],
) -> None:
    numbered = _filled(lines)
    start, head = next(numbered, (0, ()))
    if not head:
        return
    sheet = _which(title, head, sheets)
    if sheet is None:
        known = ", ".join(one.vi for one in sheets)
        code, row = ("head_missing", start) if opened.is_csv else ("sheet", 0)
        needed = ", ".join(column.vi for column in sheets[0].columns if column.required)
        faults.append(CellFault(code, title, row, value=title, params={"known": known, "value": needed}))
    elif sheet.key in present:
        faults.append(CellFault("sheet_twice", title, value=title))
    else:
        present.add(sheet.key)
        rows[sheet.key] = _rows_of(sheet, title, start, head, numbered, faults)


def _filled(lines: Iterator[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield rows in which something stands, with their number in the file."""
    for number, line in enumerate(lines, 1):
        if any(shown(cell).strip() for cell in line):
            yield number, line


def _which(title: str, head: Sequence[Any], sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the sheet of this name; without one, the one whose needed heads stand here."""
    for sheet in sheets:
        if normal(title) and normal(title) in (normal(sheet.vi), normal(sheet.en), normal(sheet.key)):
            return sheet
    there = {normal(shown(cell)) for cell in head}
    fitting = [
        (sum(_known_in(column, there) for column in sheet.columns), sheet)
        for sheet in sheets
        if all(_known_in(column, there) for column in sheet.columns if column.required)
    ]
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    return sheets[0] if len(sheets) == 1 else None


def _known_in(column: Column, there: set[str]) -> bool:
    return not there.isdisjoint(normal(name) for name in _names(column))


def _rows_of(
    sheet: Sheet,
    title: str,
    start: int,
    head: Sequence[Any],
    numbered: Iterator[tuple[int, Sequence[Any]]],
    faults: list[CellFault],
) -> tuple[Row, ...]:
    places = _places(sheet, title, start, head, faults)
    if places is None:
        return ()
    by_key = {column.key: letters(index) for index, column in places}
    taken = list(itertools.islice(numbered, MOST_ROWS + 1))
    if len(taken) > MOST_ROWS:
        faults.append(CellFault("rows", title, taken[MOST_ROWS][0], letter="A", params={"most": f"{MOST_ROWS:,}"}))
        return ()
    return tuple(Row(title, number, _values(title, number, places, line, faults), by_key) for number, line in taken)


def _places(sheet: Sheet, title: str, start: int, head: Sequence[Any], faults: list[CellFault]) -> list[Place] | None:
    """Return which column stands where; None where heads are unknown, twice or missing."""
    by_name = {normal(name): column for column in sheet.columns for name in _names(column)}
    before, found, seen = len(faults), [], set()
    for index, cell in enumerate(head):
        text = shown(cell).strip()
        column = by_name.get(normal(text))
        if text and column is None:
            known = ", ".join(one.vi for one in sheet.columns)
            faults.append(CellFault("head", title, start, text[:60], letters(index), text[:60], {"known": known}))
        elif column is not None and column.key in seen:
            faults.append(CellFault("head_twice", title, start, column.key, letters(index), text[:60]))
        elif column is not None:
            seen.add(column.key)
            found.append((index, column))
    for column in sheet.columns:
        if column.required and column.key not in seen:
            faults.append(CellFault("head_missing", title, start, column.key, params={"value": column.vi}))
    return found if len(faults) == before else None


def _values(
    title: str, number: int, places: Sequence[Place], line: Sequence[Any], faults: list[CellFault]
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for index, column in places:
        raw = line[index] if index < len(line) else None
        try:
            values[column.key] = read_cell(column, raw)
        except CellWrong as wrong:
            faults.append(
                CellFault(wrong.code, title, number, column.key, letters(index), shown(raw)[:100], wrong.params)
            )
    known = {index for index, _column in places}
    for index, raw in enumerate(line):
        if index not in known and shown(raw).strip():
            faults.append(CellFault("surplus", title, number, "", letters(index), shown(raw)[:100]))
    return values

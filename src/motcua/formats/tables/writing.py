"""Tables written: every cell is text, and none is read as a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rustpy_xlsxwriter import write_worksheets

from motcua.formats.tables.cells import written
from motcua.formats.tables.columns import Sheet, Value

Values = Mapping[str, Value]


def write_xlsx(tables: Sequence[tuple[Sheet, Iterable[Values]]], language: str = "vi") -> bytes:
    """Return a workbook with one sheet for each table, heads in a language ("vi" or "en").

    Args:
        tables: sheets with their rows, values by the column's key; what a row does not name stays empty.
    """
    target = io.BytesIO()
    names = [sheet.title(language) for sheet, _rows in tables]
    write_worksheets(
        [(name, _records(sheet, rows, language)) for name, (sheet, rows) in zip(names, tables, strict=True)],
        target,
        freeze_panes={"general": {"row": 1, "col": 0}},
        bold_headers=True,
        column_widths={sheet.title(language): [column.width for column in sheet.columns] for sheet, _rows in tables},
    )
    return target.getvalue()


def _records(sheet: Sheet, rows: Iterable[Values], language: str) -> list[dict[str, Any]]:
    heads = [(column, column.head(language)) for column in sheet.columns]
    found = [{head: written(column, row.get(column.key), language) for column, head in heads} for row in rows]
    return found or [{head: "" for _column, head in heads}]


def write_csv(sheet: Sheet, rows: Iterable[Values], language: str = "vi") -> bytes:
    """Return a table as CSV: commas, UTF-8 with the mark that spreadsheets need to show Vietnamese."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(column.head(language) for column in sheet.columns)
    for row in rows:
        writer.writerow(written(column, row.get(column.key), language) for column in sheet.columns)
    return target.getvalue().encode("utf-8-sig")

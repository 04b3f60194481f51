"""The lists as a workbook: every cell is text, so that none is read as a formula."""

import datetime as dt
import io
from collections.abc import Sequence

from rustpy_xlsxwriter import Format, write_worksheet

from motcua.serve.catalogue.lists.queries import ListRow
from motcua.serve.catalogue.lists.words import HEADS, LEVELS, TITLES, limit_vi

WIDTHS = (6.0, 14.0, 60.0, 24.0, 34.0, 18.0, 16.0, 14.0, 14.0, 14.0)


def workbook(which: str, day: dt.date, rows: Sequence[ListRow], agency: str = "") -> bytes:
    """Return a list as XLSX, in Vietnamese.

    Args:
        which: one of `LISTS`.
        day: local date of the list, under its title.
        agency: name of the agency that the list is narrowed to.
    """
    records = [dict(zip(HEADS, _cells(number, row), strict=True)) for number, row in enumerate(rows, 1)]
    target, last = io.BytesIO(), len(HEADS) - 1
    write_worksheet(
        records or [dict.fromkeys(HEADS, "")],
        target,
        sheet_name="Danh muc",
        header_row=3,
        freeze_row=4,
        bold_headers=True,
        autofilter=bool(records),
        column_widths=list(WIDTHS),
        merge_ranges=[
            (0, 0, 0, last, TITLES[which].upper(), Format().set_bold().set_font_size(14)),
            (1, 0, 1, last, f"{agency + ' · ' if agency else ''}Ngày {day:%d/%m/%Y}", Format().set_italic()),
        ],
    )
    return target.getvalue()


def _cells(number: int, row: ListRow) -> tuple[str, ...]:
    version = row.version
    agencies = "; ".join(row.agencies)
    marks = ("x" if mark else "" for mark in (row.wholly_at_centre, row.on_portal, row.restructured))
    field = version.procedure.field.name_vi
    level = LEVELS[version.service_level]
    return (str(number), row.code, version.name_vi, field, agencies, limit_vi(version), level, *marks)

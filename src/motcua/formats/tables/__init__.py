"""Tables as XLSX and CSV with declared columns: written safely, read with every fault at its cell.

    PEOPLE = Sheet("people", "Nhân sự", "People", (
        Column("staff_code", "Mã nhân sự", "Staff code", required=True),
        Column("born_on", "Ngày sinh", "Born", kind="date"),
    ))
    read = read_tables("people.xlsx", content, [PEOPLE])
    read.faults          # CellFault: sheet, row, column, letter, value, code, params; `place` is "Nhân sự!B7"
    read.rows["people"]  # Row: number in the file, values by the column's key
    read.encoding        # of a CSV file: "UTF-8", "UTF-8-BOM", "UTF-16" or "Windows-1258"; read.delimiter , ; or tab
    write_xlsx([(PEOPLE, rows)])  # rows: values by key; bytes
    write_csv(PEOPLE, rows)

Kinds of columns: text, integer, date, boolean, choice. Heads are known in Vietnamese, in English and by key, whatever
their case, marks and spaces. Nothing raises for what a file holds; with faults, nothing may be done with the rows.
At most 20,000 rows a sheet; macro files, encrypted ones, and those that unpack without end are refused. What begins
like a formula is written with an apostrophe before it, which reading takes away: what is written comes back the same.
"""

from motcua.formats.tables.columns import CellFault, Column, Row, Sheet, TablesRead
from motcua.formats.tables.limits import MOST_BYTES, MOST_FAULTS, MOST_ROWS
from motcua.formats.tables.reading import read_tables
from motcua.formats.tables.writing import write_csv, write_xlsx

__all__ = [
    "MOST_BYTES",
    "MOST_FAULTS",
    "MOST_ROWS",
    "CellFault",
    "Column",
    "Row",
    "Sheet",
    "TablesRead",
    "read_tables",
    "write_csv",
    "write_xlsx",
]

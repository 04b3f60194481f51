"""Procedures as the national catalogue gives them: JSON of `LayThuTuc`, or the same fields as tables (XLSX, CSV).

`read_catalogue` returns the records with the place of each value that was read wrong; it writes nothing and knows no
database. Fields and codes: the catalogue's interface as provinces use it (`docs/reference/catalogue-record.md`).
"""

from motcua.formats.national.reading import MOST_BYTES, Reading, read_catalogue
from motcua.formats.national.record import CaseOrder, Fee, Method, Paper, Record, Time
from motcua.formats.national.tables import MOST_ROWS
from motcua.formats.national.values import Fault

__all__ = [
    "MOST_BYTES", "MOST_ROWS", "CaseOrder", "Fault", "Fee", "Method", "Paper", "Reading", "Record", "Time",
    "read_catalogue",
]  # fmt: skip

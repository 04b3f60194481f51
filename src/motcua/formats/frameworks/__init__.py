"""Frameworks of indices as text: one YAML format with a JSON Schema, and the tables that go in and come out."""

from .places import FrameworkFault
from .printing import differences, tree_lines
from .reading import BadFramework, read_framework, schema
from .runs import read_runs, spread_of, write_runs
from .tables import BadTable, Table, add_firmness, read_data, read_table, result_rows, write_rows

__all__ = (
    "BadFramework",
    "BadTable",
    "FrameworkFault",
    "Table",
    "add_firmness",
    "differences",
    "read_data",
    "read_framework",
    "read_runs",
    "read_table",
    "result_rows",
    "schema",
    "spread_of",
    "tree_lines",
    "write_rows",
    "write_runs",
)

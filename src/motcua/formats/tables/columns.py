"""What a table is declared to hold, and what was read of one."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from motcua.formats.tables.limits import LONGEST_TEXT
from motcua.rules.text import fold

Kind = Literal["text", "integer", "date", "boolean", "choice"]
Value = str | int | bool | dt.date | None


def normal(text: str) -> str:
    """Return a head or a choice without marks, spaces, signs and case."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def letters(index: int) -> str:
    """Return the letters of a column that is counted from 0: A … Z, AA …"""
    found = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


@dataclass(frozen=True)
class Column:
    """A column: its key, its heads in both languages, and what its cells hold.

    `choices` map the stored value to what it is called in Vietnamese and English; either is read, and the value itself.
    """

    key: str
    vi: str
    en: str
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    longest: int = LONGEST_TEXT
    width: float = 18.0

    def head(self, language: str) -> str:
        """Return the head in a language ("vi" or "en"), with an asterisk where the column must be filled in."""
        return (self.en if language == "en" else self.vi) + (" *" if self.required else "")


@dataclass(frozen=True)
class Sheet:
    """A sheet with its columns, in the order in which they are written."""

    key: str
    vi: str
    en: str
    columns: tuple[Column, ...]

    def title(self, language: str) -> str:
        """Return the sheet's name in a language; workbooks allow 31 characters."""
        return (self.en if language == "en" else self.vi)[:31]


@dataclass(frozen=True)
class CellFault:
    """What is wrong at a cell. `code` is stable; the room that shows it says it in words.

    Codes of a file: large, ending, workbook, encrypted, old_workbook, macro, bomb, encoding, sheet, sheet_twice,
    sheet_missing, empty. Codes of heads: head, head_twice, head_missing. Of rows and cells: rows, required, integer,
    date, boolean, choice, long, character, surplus.
    """

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    letter: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Return the cell as spreadsheets name it: `Nhân sự!B7`."""
        cell = f"{self.letter}{self.row or ''}"
        return f"{self.sheet}!{cell}" if self.sheet and cell else self.sheet or cell


@dataclass(frozen=True)
class Row:
    """A row: the sheet as the file calls it, its number in the file, its values by key, the letters of its columns."""

    sheet: str
    number: int
    values: Mapping[str, Value]
    letters: Mapping[str, str] = field(default_factory=dict)

    def fault(self, key: str, code: str, **params: str) -> CellFault:
        """Return a fault at a cell of this row, for what only the reader of the rows can know."""
        value = self.values.get(key)
        shown = "" if value is None else str(value)
        return CellFault(code, self.sheet, self.number, key, self.letters.get(key, ""), shown[:100], params)


@dataclass(frozen=True)
class TablesRead:
    """What a file says; nothing may be done with its rows while there are faults."""

    rows: Mapping[str, tuple[Row, ...]]
    faults: tuple[CellFault, ...]
    encoding: str = ""
    delimiter: str = ""
    present: frozenset[str] = frozenset()

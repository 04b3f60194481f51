"""Differences as they are shown: the table's and columns' names, old beside new."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from motcua.formats.tables import Column
from motcua.record.organisation.tables.planning import ADDED, Difference
from motcua.record.organisation.tables.sheets import BY_KEY, KINDS, LEVELS, ROLES, UNIT_KINDS

NAMES = {**LEVELS, **KINDS, **UNIT_KINDS, **ROLES}


@dataclass(frozen=True)
class Shown:
    """One row that would change, in words; `changes` are (column, old, new)."""

    sheet: str
    what: str
    name: str
    changes: tuple[tuple[str, str, str], ...]


def differences_shown(differences: Iterable[Difference], language: str) -> list[Shown]:
    """Return differences in words; of a new row only the cells that are filled in."""
    return [_shown(difference, language) for difference in differences]


def _shown(difference: Difference, language: str) -> Shown:
    sheet = BY_KEY[difference.sheet]
    changes = tuple(
        (_head(column, language), value(difference.old.get(column.key), language), value(new, language))
        for column in sheet.columns
        if column.key in difference.new
        and ((new := difference.new[column.key]) is not None or difference.what != ADDED)
    )
    parts = [value(part, language) for part in difference.key]
    return Shown(sheet.title(language), difference.what, " · ".join(parts), changes)


def _head(column: Column, language: str) -> str:
    return column.en if language == "en" else column.vi


def value(cell: Any, language: str) -> str:
    """Return a value as a person reads it."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    return NAMES[cell][language == "en"] if cell in NAMES else str(cell)

"""The sets of legal papers by era, as data: which form is which on a day, what it is called, what it must hold.

A paper belongs to the era of its own date: a register printed today of dossiers of 2020 is today's form. Papers older
than the first set get the first set. Each form says how sure we are of it (`evidence`): the circulars' bodies were not
at hand, their lists of forms and the print templates of a working product were.
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from motcua.formats.papers.model import Size

HERE = Path(__file__).parent
# The forms by their number in the set of TT 03/2025.
FORMS = ("01", "02", "03", "04", "05", "06", "07")


@dataclass(frozen=True)
class FormField:
    """Something that a form must hold: its name, and the words by which it is found on our paper, "" if it is not."""

    name: str
    shown: str


@dataclass(frozen=True)
class LegalForm:
    """A form of an era: `key` is its number in the set of TT 03/2025, `number` its own, "" where the set lacks it."""

    key: str
    number: str
    title: str
    size: Size
    source: str
    evidence: dict[str, str]
    fields: tuple[FormField, ...]

    @property
    def mark(self) -> str:
        """Return what stands at the top of the paper: "Mẫu số 06 (TT 03/2025/TT-VPCP)", "" without a number."""
        return f"Mẫu số {self.number} ({self.source})" if self.number else ""


@dataclass(frozen=True)
class Era:
    """A set of forms from a day until the next set."""

    source: str
    since: dt.date
    forms: dict[str, LegalForm]


@cache
def eras() -> tuple[Era, ...]:
    """Return the sets, the oldest first."""
    data = json.loads((HERE / "sets.json").read_text(encoding="utf-8"))
    return tuple(_era(one, data["fields"]) for one in data["sets"])


def _era(data: dict[str, Any], fields: dict[str, list[list[str]]]) -> Era:
    forms = {key: _form(key, form, data["source"], fields[key]) for key, form in data["forms"].items()}
    return Era(data["source"], dt.date.fromisoformat(data["from"]), forms)


def _form(key: str, data: dict[str, Any], source: str, fields: list[list[str]]) -> LegalForm:
    if data["size"] not in get_args(Size):
        raise ValueError(f"form {key}: no size {data['size']}")
    known = tuple(FormField(name, shown) for name, shown in fields)
    return LegalForm(key, data["number"], data["title"], data["size"], source, data["evidence"], known)


def era_on(day: dt.date) -> Era:
    """Return the set that papers of a day follow; before the first set, the first."""
    return next((era for era in reversed(eras()) if era.since <= day), eras()[0])


def form_on(key: str, day: dt.date) -> LegalForm:
    """Return a form as it is on a day.

    Args:
        key: its number in the set of TT 03/2025 ("01" to "07").

    Raises:
        KeyError: no such form.
    """
    return era_on(day).forms[key]

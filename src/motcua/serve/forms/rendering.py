"""A form as a page shows it, and the answers as a page sends them.

The page is right without JavaScript: fields whose condition is not met are left out when the server draws the form, and
appear when it is drawn again. Conditions are written into the page as `data-show-if`, for a script to come.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from motcua.rules.answers import Field, Wrong, shown_fields, validate
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.words import wrong_words

BLANK_ROWS = 2


@dataclass(frozen=True)
class Option:
    """One of the answers offered, as shown."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Shown:
    """One field as the template draws it. `name` is the input's name and id; `condition` is read by the script."""

    field: Field
    name: str
    label: str
    hint: str
    value: Any
    error: str
    hidden: bool = False
    condition: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[tuple["Shown", ...], ...] = ()

    @property
    def described(self) -> str:
        """Return the ids that describe the input: its hint, its error."""
        ids = [f"{self.name}-hint"] * bool(self.hint) + [f"{self.name}-error"] * bool(self.error)
        return " ".join(ids)


@dataclass(frozen=True)
class Summary:
    """One line of the list of faults above a form, with the input it leads to."""

    target: str
    message: str


@dataclass(frozen=True)
class Page:
    """A form with answers and faults."""

    fields: tuple[Shown, ...]
    faults: tuple[Summary, ...] = field(default=())


def read_sent(fields: Sequence[Field], sent: QueryDict) -> dict[str, Any]:
    """Return the answers of a sent page by key, as `rules.answers.validate` takes them; nothing is judged here."""
    return {one.key: _read(one, sent, one.key) for one in fields if one.kind != "heading"}


def _read(one: Field, sent: QueryDict, name: str) -> Any:
    if one.kind == "choices":
        return sent.getlist(name)
    if one.kind == "address":
        return {part: sent.get(f"{name}.{part}", "") for part in ("line", "unit")}
    if one.kind == "rows":
        count = _count(sent.get(f"{name}.count", "0"))
        return [{c.key: _read(c, sent, f"{name}.{n}.{c.key}") for c in one.columns} for n in range(1, count + 1)]
    return sent.get(name, "")


def _count(text: str) -> int:
    return min(int(text), 200) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def take(version: FormVersion, sent: QueryDict, today: dt.date) -> tuple[dict[str, Any], Page]:
    """Check a sent page by a version: what may be stored beside the version's id, and the page to show again.

    The answers may be stored only if the page has no faults. Intake, online filing and surveys call this.
    """
    fields = version.definition
    answers = read_sent(fields, sent)
    clean, wrong = validate(fields, answers, today)
    return clean, page_of(fields, answers, wrong, today)


def page_of(fields: Sequence[Field], answers: Mapping[str, Any], wrong: Mapping[str, Wrong], today: dt.date) -> Page:
    """Return a form as it is drawn: all fields, the hidden ones marked, and the faults in the order of the fields."""
    visible = {one.key for one in shown_fields(fields, answers, today)}
    shown = tuple(_shown(one, one.key, answers.get(one.key), wrong, one.key not in visible) for one in fields)
    labels = {one.name: one.label for one in shown}
    faults = (Summary(place, f"{labels[place.split('.')[0]]}: {wrong_words(w)}") for place, w in wrong.items())
    return Page(shown, tuple(faults))


def _shown(one: Field, name: str, value: Any, wrong: Mapping[str, Wrong], hidden: bool = False) -> Shown:
    conditions = {"match": one.match, "show_if": [asdict(c) for c in one.show_if]}
    fault = wrong.get(name)
    return Shown(
        field=one,
        name=name,
        label=in_language(one.label_vi, one.label_en),
        hint=in_language(one.hint_vi, one.hint_en),
        value=_value(one, value),
        error=wrong_words(fault) if fault else "",
        hidden=hidden,
        condition=json.dumps(conditions) if one.show_if else "",
        options=_options(one, value),
        rows=_rows(one, name, value, wrong) if one.kind == "rows" else (),
    )


def in_language(vi: str, en: str) -> str:
    """Return the words in the language of the page; Vietnamese where there are no others."""
    return (en or vi) if get_language() == "en" else vi


def _value(one: Field, value: Any) -> Any:
    if one.kind == "address":
        return value if isinstance(value, Mapping) else {"line": value or "", "unit": ""}
    if one.kind == "yes_no" and isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _options(one: Field, value: Any) -> tuple[Option, ...]:
    chosen = value if isinstance(value, list) else [value]
    return tuple(Option(c.value, in_language(c.label_vi, c.label_en), c.value in chosen) for c in one.choices)


def _rows(one: Field, name: str, value: Any, wrong: Mapping[str, Wrong]) -> tuple[tuple[Shown, ...], ...]:
    sent = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    # Empty rows to write in stand below; sending the page gives more.
    while sent and not any(sent[-1].values()):
        sent.pop()
    padded = [*sent, *({} for _ in range(BLANK_ROWS))][: int(one.most or 200)]
    return tuple(
        tuple(_shown(c, f"{name}.{n}.{c.key}", row.get(c.key), wrong) for c in one.columns)
        for n, row in enumerate(padded, 1)
    )

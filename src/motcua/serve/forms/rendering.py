"""A form as a page shows it, and the answers as a page sends them.

The page is right without JavaScript: fields whose condition is not met are left out when the server draws the form, and
appear when it is drawn again. Conditions are written into the page as `data-show-if` and followed by
`static/forms/show_if.js`. A prefix keeps the names of a form's inputs apart from those of the page that it stands in.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from motcua.rules.answers import Field, Wrong, check_definition, shown_fields, validate
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
    """One field as the template draws it. `name` is the input's name and id.

    `condition` and `rule` (what an answer to it must be) are JSON that the script reads.
    """

    field: Field
    name: str
    label: str
    hint: str
    value: Any
    error: str
    hidden: bool = False
    condition: str = ""
    rule: str = ""
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
    prefix: str = ""
    today: str = ""


def read_sent(fields: Sequence[Field], sent: QueryDict, prefix: str = "") -> dict[str, Any]:
    """Return the answers of a sent page by key, as `rules.answers.validate` takes them; nothing is judged here."""
    return {one.key: _read(one, sent, prefix + one.key) for one in fields if one.kind != "heading"}


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


def take(version: FormVersion, sent: QueryDict, today: dt.date, prefix: str = "") -> tuple[dict[str, Any], Page]:
    """Check a sent page by a version: what may be stored beside the version's id, and the page to show again.

    The answers may be stored only if the page has no faults. Intake, online filing and surveys call this.

    Args:
        prefix: stands before each input's name.
    """
    fields = version.definition
    answers = read_sent(fields, sent, prefix)
    clean, wrong = validate(fields, answers, today)
    return clean, page_of(fields, answers, wrong, today, prefix)


def page_of(
    fields: Sequence[Field],
    answers: Mapping[str, Any],
    wrong: Mapping[str, Wrong],
    today: dt.date,
    prefix: str = "",
) -> Page:
    """Return a form as it is drawn: all fields, the hidden ones marked, and the faults in the order of the fields."""
    visible = {one.key for one in shown_fields(fields, answers, today)}
    placed = {prefix + place: fault for place, fault in wrong.items()}
    shown = tuple(_shown(one, prefix + one.key, answers.get(one.key), placed, one.key not in visible) for one in fields)
    labels = {one.field.key: one.label for one in shown}
    faults = (Summary(prefix + at, f"{labels[at.split('.')[0]]}: {wrong_words(w)}") for at, w in wrong.items())
    return Page(shown, tuple(faults), prefix, today.isoformat())


def blank_page(fields: Sequence[Field], today: dt.date, prefix: str = "") -> Page:
    """Return a form without answers; of a draft that is not sound, as much as can be drawn."""
    unsound = {fault.place.split(".")[0] for fault in check_definition(fields)}
    drawn = [
        replace(one, least="", most="", show_if=(), columns=tuple(replace(c, least="", most="") for c in one.columns))
        if str(number) in unsound
        else one
        for number, one in enumerate(fields, 1)
    ]
    return page_of(drawn, {}, {}, today, prefix)


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
        rule=json.dumps({"kind": one.kind, "least": one.least, "most": one.most, "columns": _column_rules(one)}),
        options=_options(one, value),
        rows=_rows(one, name, value, wrong) if one.kind == "rows" else (),
    )


def _column_rules(one: Field) -> list[dict[str, str]]:
    return [{"key": c.key, "kind": c.kind, "least": c.least, "most": c.most} for c in one.columns]


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

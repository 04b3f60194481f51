"""What a field of a form is, and how a definition is read from stored data and written back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "text", "long_text", "number", "money", "date", "yes_no", "choice", "choices", "citizen_id", "tax_code", "phone",
    "email", "address", "unit_code", "rows", "heading",
)  # fmt: skip
# What a condition compares: `is` and `is_not` with any single answer, `has` with several choices, the rest by order.
CONDITION_OPS = ("is", "is_not", "has", "lt", "le", "gt", "ge", "filled", "empty")
BOUNDED = {"text", "long_text", "number", "money", "date", "choices", "rows"}
CHOOSING = {"choice", "choices"}
ORDERED = {"number", "money", "date"}
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
VALUE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_FIELDS = 200
MOST_CHOICES = 500
MOST_CONDITIONS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a definition: the rule's code and the place, `3.show_if.1` for field 3, condition 1."""

    code: str
    place: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers offered."""

    value: str
    label_vi: str
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """An earlier field compared with a value."""

    field: str
    op: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `least` and `most` bound letters, a number, a date (ISO or `today`), choices or rows by kind."""

    key: str
    kind: str
    label_vi: str
    label_en: str = ""
    hint_vi: str = ""
    hint_en: str = ""
    required: bool = False
    least: str = ""
    most: str = ""
    choices: tuple[Choice, ...] = ()
    columns: tuple["Field", ...] = ()
    match: str = "all"
    show_if: tuple[Condition, ...] = ()


TEXTS = ("label_vi", "label_en", "hint_vi", "hint_en", "least", "most")


def read_definition(data: Any) -> tuple[tuple[Field, ...], list[Fault]]:
    """Read stored or sent data: a list of mappings.

    Returns:
        The fields that could be read, and a fault for each thing of another form; content is for `check_definition`.
    """
    faults: list[Fault] = []
    fields = _read_fields(data, "", faults)
    return fields, faults


def _read_fields(data: Any, within: str, faults: list[Fault]) -> tuple[Field, ...]:
    if not isinstance(data, list):
        faults.append(Fault("shape", within.rstrip(".") or "fields"))
        return ()
    if len(data) > MOST_FIELDS:
        faults.append(Fault("too_many", within.rstrip(".") or "fields", {"most": str(MOST_FIELDS)}))
        return ()
    read = [_read_field(one, f"{within}{number}", faults) for number, one in enumerate(data, 1)]
    return tuple(one for one in read if one is not None)


def _read_field(data: Any, place: str, faults: list[Fault]) -> Field | None:
    if not isinstance(data, Mapping) or not _texts(data, ("key", "kind", *TEXTS, "match")):
        faults.append(Fault("shape", place))
        return None
    # Columns have no columns: one level is all that a table of a paper form has.
    nested = place.count(".") > 0 and bool(data.get("columns"))
    if nested:
        faults.append(Fault("table_in_table", place))
    columns = _read_fields(data["columns"], f"{place}.", faults) if data.get("columns") and not nested else ()
    return Field(
        key=data.get("key", ""),
        kind=data.get("kind", ""),
        required=data.get("required") is True,
        choices=tuple(_read_parts(data.get("choices"), Choice, f"{place}.choices", faults)),
        columns=columns,
        match=data.get("match", "all"),
        show_if=tuple(_read_parts(data.get("show_if"), Condition, f"{place}.show_if", faults)),
        **{name: data.get(name, "") for name in TEXTS},
    )


def _texts(data: Mapping[Any, Any], names: Sequence[str]) -> bool:
    return all(isinstance(data.get(name, ""), str) and "\x00" not in data.get(name, "") for name in names)


def _read_parts(data: Any, kind: type[Any], place: str, faults: list[Fault]) -> list[Any]:
    names = list(kind.__dataclass_fields__)
    if data in (None, []):
        return []
    if not isinstance(data, list) or not all(isinstance(d, Mapping) and _texts(d, names) for d in data):
        faults.append(Fault("shape", place))
        return []
    return [kind(**{name: one.get(name, "") for name in names}) for one in data]


def as_data(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Return fields as they are stored: what is empty is left out. `read_definition` reads the same fields back."""
    return [_field_data(one) for one in fields]


def _field_data(one: Field) -> dict[str, Any]:
    data: dict[str, Any] = {"key": one.key, "kind": one.kind}
    data.update({name: getattr(one, name) for name in TEXTS if getattr(one, name)})
    if one.required:
        data["required"] = True
    if one.choices:
        data["choices"] = [_part(c) for c in one.choices]
    if one.columns:
        data["columns"] = as_data(one.columns)
    if one.match != "all":
        data["match"] = one.match
    if one.show_if:
        data["show_if"] = [_part(c) for c in one.show_if]
    return data


def _part(part: Choice | Condition) -> dict[str, str]:
    return {name: value for name in part.__slots__ if (value := getattr(part, name))}

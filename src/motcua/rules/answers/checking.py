"""Whether a definition is sound: each fault with its place."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from motcua.rules.answers.fields import (
    BOUNDED,
    CHOOSING,
    CONDITION_OPS,
    KEY,
    KINDS,
    MOST_CHOICES,
    MOST_CONDITIONS,
    ORDERED,
    VALUE,
    Condition,
    Fault,
    Field,
)

LETTERS = 500
NUMBER_BOUND = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
WHOLE_BOUND = re.compile(r"[0-9]{1,15}")
# Operators that want a value beside them.
VALUED = {"is", "is_not", "has", "lt", "le", "gt", "ge"}
UNSEEN = {"heading", "rows", "address"}


def check_definition(fields: Sequence[Field]) -> list[Fault]:
    """Return what is wrong with a definition; an empty list says that it may be published.

    A condition may ask only for fields above it: a missing one, its own, a later one, and a circle of conditions are
    each named at the condition's place.
    """
    if not any(one.kind != "heading" for one in fields):
        return [Fault("nothing_asked", "fields")]
    return [*_faults(fields, ""), *_condition_faults(fields)]


def _faults(fields: Sequence[Field], within: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, one in enumerate(fields, 1):
        place = f"{within}{number}"
        yield from _field_faults(one, place)
        if one.key in seen:
            yield Fault("key_twice", f"{place}.key", {"key": one.key})
        seen.add(one.key)


def _field_faults(one: Field, place: str) -> Iterator[Fault]:
    if not KEY.fullmatch(one.key):
        yield Fault("key", f"{place}.key")
    if one.kind not in KINDS:
        yield Fault("kind", f"{place}.kind")
    if not one.label_vi.strip():
        yield Fault("label", f"{place}.label_vi")
    for name in ("label_vi", "label_en", "hint_vi", "hint_en"):
        if len(getattr(one, name)) > LETTERS:
            yield Fault("too_long", f"{place}.{name}", {"most": str(LETTERS)})
    yield from _bound_faults(one, place)
    yield from _choice_faults(one, place)
    yield from _column_faults(one, place)


def _bound_faults(one: Field, place: str) -> Iterator[Fault]:
    bounds = {}
    for name in ("least", "most"):
        text = getattr(one, name)
        if text and one.kind not in BOUNDED:
            yield Fault("no_bounds", f"{place}.{name}")
        elif text:
            bounds[name] = _bound(one.kind, text)
            if bounds[name] is None:
                yield Fault("bound_date" if one.kind == "date" else "bound", f"{place}.{name}")
    low, high = bounds.get("least"), bounds.get("most")
    # `today` moves: the other bound may be on either side of it on another day.
    if low is not None and high is not None and "today" not in (low, high) and low > high:  # type: ignore[operator]
        yield Fault("bounds_turned", f"{place}.most")


def _bound(kind: str, text: str) -> Decimal | str | None:
    """Return a bound that can be compared, None for one that cannot."""
    if kind == "date":
        return text if text == "today" or _is_date(text) else None
    form = NUMBER_BOUND if kind == "number" else WHOLE_BOUND
    return Decimal(text) if form.fullmatch(text) else None


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _choice_faults(one: Field, place: str) -> Iterator[Fault]:
    place = f"{place}.choices"
    if (one.kind in CHOOSING) != bool(one.choices):
        yield Fault("choices_missing" if one.kind in CHOOSING else "choices_unused", place)
    if len(one.choices) > MOST_CHOICES:
        yield Fault("too_many", place, {"most": str(MOST_CHOICES)})
    for value, times in Counter(choice.value for choice in one.choices).items():
        if times > 1:
            yield Fault("choice_twice", place, {"value": value})
    for number, choice in enumerate(one.choices, 1):
        if not VALUE.fullmatch(choice.value) or not 0 < len(choice.label_vi.strip()) <= LETTERS:
            yield Fault("choice", f"{place}.{number}")


def _column_faults(one: Field, place: str) -> Iterator[Fault]:
    if (one.kind == "rows") != bool(one.columns):
        yield Fault("columns_missing" if one.kind == "rows" else "columns_unused", f"{place}.columns")
    yield from _faults(one.columns, f"{place}.")
    for number, column in enumerate(one.columns, 1):
        if column.kind in UNSEEN:
            yield Fault("column_kind", f"{place}.{number}.kind")
        if column.show_if:
            yield Fault("column_condition", f"{place}.{number}.show_if")


def _condition_faults(fields: Sequence[Field]) -> Iterator[Fault]:
    places: dict[str, int] = {}
    for number, one in enumerate(fields, 1):
        places.setdefault(one.key, number)
    wants = {one.key: {c.field for c in one.show_if} for one in fields}
    for number, one in enumerate(fields, 1):
        if one.match not in ("all", "any"):
            yield Fault("match", f"{number}.match")
        if len(one.show_if) > MOST_CONDITIONS:
            yield Fault("too_many", f"{number}.show_if", {"most": str(MOST_CONDITIONS)})
        for index, condition in enumerate(one.show_if, 1):
            place = f"{number}.show_if.{index}"
            asked = places.get(condition.field)
            if asked is None:
                yield Fault("condition_missing", place, {"key": condition.field})
            elif asked >= number:
                circle = _reaches(wants, condition.field, one.key)
                yield Fault("condition_circle" if circle else "condition_later", place, {"key": condition.field})
            else:
                yield from _compare_faults(condition, fields[asked - 1], place)


def _reaches(wants: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Return whether the conditions of `start` lead, step by step, to `goal`."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        key = ahead.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            ahead.extend(wants.get(key, ()))
    return False


def _compare_faults(condition: Condition, asked: Field, place: str) -> Iterator[Fault]:
    params = {"key": asked.key, "value": condition.value}
    if condition.op not in CONDITION_OPS or not _op_fits(condition.op, asked.kind):
        yield Fault("operator", place, params)
    elif condition.op in VALUED and not _comparable(condition.value, asked):
        yield Fault("condition_value", place, params)


def _op_fits(op: str, kind: str) -> bool:
    if op in ("lt", "le", "gt", "ge"):
        return kind in ORDERED
    if op in ("has", "is", "is_not"):
        return (kind == "choices") == (op == "has")
    return kind != "heading"


def _comparable(value: str, asked: Field) -> bool:
    if asked.kind in CHOOSING:
        return value in {choice.value for choice in asked.choices}
    if asked.kind == "yes_no":
        return value in ("yes", "no")
    if asked.kind in ORDERED:
        return value != "today" and _bound(asked.kind, value) is not None
    return asked.kind not in UNSEEN and bool(value.strip())

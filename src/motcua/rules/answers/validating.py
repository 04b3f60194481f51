"""A form's answers as a whole: which fields are shown, and what was answered rightly."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from motcua.rules.answers.fields import Condition, Field
from motcua.rules.answers.values import Unfit, Wrong, clean_value, is_blank, read_date

MOST_ROWS = 200


def validate(
    fields: Sequence[Field], answers: Mapping[str, Any], today: dt.date
) -> tuple[dict[str, Any], dict[str, Wrong]]:
    """Check answers against a sound definition (`check_definition` finds nothing).

    Args:
        answers: by key, as typed or as stored; a table is a list of mappings, an address `{"line", "unit"}`.
        today: the local date of filing.

    Returns:
        What may be stored, by key: only fields that are shown and answered, in canonical form. And what is wrong, by
        field: `key`, or `key.2.column` for the second row of a table. Without errors, validating the first again
        gives the same.
    """
    clean: dict[str, Any] = {}
    wrong: dict[str, Wrong] = {}
    kinds = {one.key: one.kind for one in fields}
    for one in fields:
        if one.kind == "heading" or not _is_shown(one, clean, kinds):
            continue
        _take(one, answers.get(one.key), today, one.key, clean, wrong)
    return clean, wrong


def shown_fields(fields: Sequence[Field], answers: Mapping[str, Any], today: dt.date) -> list[Field]:
    """Return the fields, headings too, that these answers show; answers may be half typed."""
    clean, _ = validate(fields, answers, today)
    kinds = {one.key: one.kind for one in fields}
    return [one for one in fields if _is_shown(one, clean, kinds)]


def _take(one: Field, value: Any, today: dt.date, place: str, clean: dict[str, Any], wrong: dict[str, Wrong]) -> None:
    if one.kind == "rows":
        _take_rows(one, value, today, place, clean, wrong)
    elif is_blank(value):
        if one.required:
            wrong[place] = Wrong("required")
    else:
        try:
            clean[one.key] = clean_value(one, value, today)
        except Unfit as unfit:
            wrong[place] = unfit.wrong


def _take_rows(
    one: Field, value: Any, today: dt.date, place: str, clean: dict[str, Any], wrong: dict[str, Wrong]
) -> None:
    """Take a table; its empty rows do not count, and the place of a fault is the row as it was sent."""
    sent = [] if is_blank(value) else value
    if not isinstance(sent, list) or not all(isinstance(row, Mapping) for row in sent):
        wrong[place] = Wrong("shape")
        return
    rows = []
    for number, row in enumerate(sent, 1):
        if is_blank(row):
            continue
        cells: dict[str, Any] = {}
        for column in one.columns:
            _take(column, row.get(column.key), today, f"{place}.{number}.{column.key}", cells, wrong)
        rows.append(cells)
    if fault := _count_fault(one, len(rows)):
        wrong[place] = fault
    elif rows := [cells for cells in rows if cells]:
        clean[one.key] = rows


def _count_fault(one: Field, count: int) -> Wrong | None:
    least, most = int(one.least or one.required), int(one.most or MOST_ROWS)
    if count < least and (count or one.required):
        return Wrong("fewer_rows", {"least": str(least)})
    return Wrong("more_rows", {"most": str(most)}) if count > most else None


def _is_shown(one: Field, clean: Mapping[str, Any], kinds: Mapping[str, str]) -> bool:
    """Return whether the clean answers so far fulfil a field's condition; a hidden field counts as not answered."""
    if not one.show_if:
        return True
    met = (_is_met(c, clean.get(c.field), kinds.get(c.field, "")) for c in one.show_if)
    return any(met) if one.match == "any" else all(met)


def _is_met(condition: Condition, answer: Any, kind: str) -> bool:
    if condition.op in ("filled", "empty"):
        return is_blank(answer) == (condition.op == "empty")
    if condition.op == "has":
        return isinstance(answer, list) and condition.value in answer
    if condition.op in ("is", "is_not"):
        # What was not answered is not the value either.
        return (not is_blank(answer) and _same(answer, condition.value, kind)) == (condition.op == "is")
    return not is_blank(answer) and _compare(condition, answer)


def _same(answer: Any, value: str, kind: str) -> bool:
    if isinstance(answer, bool):
        return ("yes" if answer else "no") == value
    if kind in ("number", "money"):
        return Decimal(str(answer)) == Decimal(value)
    return bool(answer == value)


def _compare(condition: Condition, answer: Any) -> bool:
    left, right = _sortable(answer), _sortable(condition.value)
    order: dict[str, Callable[[], bool]] = {
        "lt": lambda: left < right,
        "le": lambda: left <= right,
        "gt": lambda: left > right,
        "ge": lambda: left >= right,
    }
    return order[condition.op]()


def _sortable(value: Any) -> Decimal:
    """Return a date or a number as one that can be compared: answers are clean, values were checked."""
    try:
        return Decimal(read_date(str(value)).toordinal())
    except Unfit:
        return Decimal(str(value))

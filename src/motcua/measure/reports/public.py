"""A report for the public: small counts of people are masked, and whatever would give them away."""

from collections.abc import Mapping
from typing import Any

from motcua.formats.reportforms import Column, Form
from motcua.measure.reports.columns import adds_up, unit_of
from motcua.rules.disclosure import LEAST, masked

MASK = "*"
TOTAL = -1
Key = tuple[int, int]
"""A cell: the row's place (`TOTAL` for the total) and the column's number."""


def as_public(form: Form, content: Mapping[str, Any], least: int = LEAST) -> dict[str, Any]:
    """Return a report's content with an asterisk in place of every figure that is not to be published.

    Dossiers are people who asked for something, so counts of dossiers are masked; shares, averages and what was typed
    go with a row in which anything is masked. A form whose rows are single dossiers keeps its total alone.

    Args:
        least: from so many on a count is published.
    """
    people = [column for column in form.figures if unit_of(column) == "dossiers" and adds_up(column)]
    rows = [] if form.rows == ("dossier_id",) else [dict(row) for row in content["rows"]]
    table = dict(enumerate(rows)) | {TOTAL: dict(content["totals"])}
    counts = {(n, c.number): int(row.get(str(c.number)) or 0) for n, row in table.items() for c in people}
    hidden = masked(counts, _sums(form, people, counts, len(rows)), least)
    for n, row in table.items():
        _mask(form, row, {number for place, number in hidden if place == n}, people)
    return {
        **content,
        "rows": rows,
        "totals": table[TOTAL],
        "checks": [],
        "opening": None,
        "entered": {},
        "public": True,
        "masked_below": least,
    }


def _sums(form: Form, people: list[Column], counts: Mapping[Key, int], rows: int) -> list[tuple[Key, list[Key]]]:
    """Return which counts are the sums of which: the total of its rows, and what the form's checks say of each row."""
    numbers = {column.number for column in people}
    sums = [((TOTAL, number), [(n, number) for n in range(rows)]) for number in sorted(numbers)] if rows else []
    for check in form.checks:
        if {check.left, *check.right} <= numbers:
            sums += [((n, check.left), [(n, right) for right in check.right]) for n in (*range(rows), TOTAL)]
    # A sum that does not hold tells nothing.
    return [(whole, parts) for whole, parts in sums if counts[whole] == sum(counts[part] for part in parts)]


def _mask(form: Form, row: dict[str, Any], hidden: set[int], people: list[Column]) -> None:
    counted = {column.number for column in people}
    for column in form.values:
        derived = bool(hidden) and column.number not in counted and column.computes != "constant"
        if (column.number in hidden or derived) and row.get(str(column.number)) is not None:
            row[str(column.number)] = MASK

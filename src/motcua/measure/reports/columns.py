"""What a column's figures are: whether they add up, in what unit, whether something stands behind them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from motcua.formats.reportforms import Column, Figure, Form
from motcua.measure.metrics.counting import measure_of
from motcua.measure.reports.registers import REGISTERS


def adds_up(column: Column) -> bool:
    """Tell whether the whole is the sum over the rows."""
    return bool(column.register) or (bool(column.measure) and measure_of(column.measure).adds_up)


def unit_of(column: Column) -> str:
    """Return the unit of a column's figures; empty where people type it or it is computed."""
    return measure_of(column.measure).unit if column.measure else ""


def opens(column: Column) -> bool:
    """Tell whether a list stands behind a column's figures."""
    return bool(column.register) or (bool(column.measure) and measure_of(column.measure).opens is not None)


def words_of(column: Column, language: str) -> tuple[str, str, str]:
    """Return what a column counts: its name, in words, and the source."""
    if column.register:
        register = REGISTERS[column.register]
        return column.title(language), str(register.words), register.source
    if column.measure:
        found = measure_of(column.measure)
        english = language == "en"
        return found.name_en if english else found.name_vi, found.words_en if english else found.words_vi, found.source
    return column.title(language), _computed_words(column), ""


def _computed_words(column: Column) -> str:
    of = ", ".join(f"({number})" for number in column.of)
    told = {
        "constant": _("Given by the form."),
        "sum": _("The sum of %(of)s."),
        "class": _("The class by the points of %(of)s."),
        "rank": _("The place by %(of)s, the most first; who has the same shares a place."),
    }
    return told.get(column.computes, "") % {"of": of} if column.computes != "constant" else told["constant"]


def cut_off(column: Column, value: Any) -> Figure:
    """Return a counted figure as the form holds it: cut off after its decimals where it says so."""
    if value is None:
        return None
    if adds_up(column):
        return int(value)
    if column.cut < 0:
        return float(value)
    # A float just below a tenth is that tenth: 1.9 is stored as 1.8999…
    return math.floor(round(float(value) * 10**column.cut, 6)) / 10**column.cut


def computed(form: Form, cells: Mapping[int, Figure]) -> dict[int, Figure]:
    """Return a row's cells with those that are computed of others in the row; a sum of nothing is nothing."""
    done: dict[int, Figure] = dict(cells)
    for column in form.columns:
        if column.computes == "constant":
            done[column.number] = column.value
        elif column.computes == "sum":
            known = [done.get(number) for number in column.of]
            # A total that lacks a part would pass for one: only what is whole is summed.
            done[column.number] = None if None in known else round(sum(_number(value) for value in known), 4)
        elif column.computes == "class":
            done[column.number] = _class(form, done.get(column.of[0]))
    return done


def _number(value: Figure) -> float:
    return 0 if value is None or isinstance(value, str) else value


def _class(form: Form, points: Figure) -> str | None:
    if points is None or isinstance(points, str):
        return None
    reached = [each for each in form.classes if points >= each.get("at_least", 0)]
    return str(max(reached, key=lambda each: each.get("at_least", 0))["name_vi"]) if reached else None


def ranked(form: Form, rows: Sequence[Mapping[int, Figure]]) -> list[dict[int, Figure]]:
    """Return rows with their places in columns that rank: the most first, the same shares a place."""
    done = [dict(row) for row in rows]
    for column in (c for c in form.columns if c.computes == "rank"):
        values = [row.get(column.of[0]) for row in rows]
        for row, value in zip(done, values, strict=True):
            known = value is not None and not isinstance(value, str)
            row[column.number] = 1 + sum(_number(v) > _number(value) for v in values) if known else None
    return done

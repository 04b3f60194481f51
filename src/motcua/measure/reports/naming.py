"""The names of a report's rows: levels, fields, agencies, procedures."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import override

from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency, Level, Unit
from motcua.rules.text import sort_key_vi
from motcua.serve.catalogue.models import Field
from motcua.serve.dossiers.models import Channel, Dossier, State

Names = Mapping[str, Mapping[Any, str]]


def names_of(axes: Sequence[str], rows: Sequence[Mapping[str, Any]], language: str, on: dt.date) -> Names:
    """Return for each axis the name of each of its values.

    Args:
        on: agencies are called what they were called on this local date.
    """
    with override(language):
        return {axis: _names(axis, {row[axis] for row in rows}, on) for axis in axes}


def _names(axis: str, values: set[Any], on: dt.date) -> dict[Any, str]:
    known: dict[Any, str] = {}
    if axis == "level":
        known = {level.value: str(level.label).capitalize() for level in Level}
    elif axis == "field":
        known = {field.code: field.name for field in Field.objects.filter(code__in=values)}
    elif axis in ("agency", "received_by"):
        known = {agency.pk: agency.name for agency in dated(Agency.objects.filter(pk__in=values), on)}
    elif axis == "unit":
        known = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=values)}
    elif axis == "dossier_id":
        known = {str(pk): code for pk, code in Dossier.objects.filter(pk__in=values).values_list("pk", "code")}
    elif axis == "channel":
        known = {channel.value: str(channel.label) for channel in Channel}
    elif axis == "state":
        known = {state.value: str(state.label) for state in State}
    return {value: known.get(value, "–" if value is None else str(value)) for value in values}


LEVELS = {level.value: n for n, level in enumerate(Level)}


def sort_key(axis: str, value: Any, names: Names) -> tuple[int, str]:
    """Return where a value stands among its axis: levels from the province down, the rest by name."""
    return (LEVELS.get(value, len(LEVELS)) if axis == "level" else 0, sort_key_vi(names[axis][value]))

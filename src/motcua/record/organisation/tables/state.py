"""What is stored, as rows of the tables; the same rows are exported and compared with a file."""

import datetime as dt
from collections import defaultdict
from typing import Any

from motcua.record.organisation.models import Agency, Person, Post, Unit

Values = dict[str, Any]
Key = tuple[Any, ...]


def agency_key(values: Values) -> Key:
    """Return what an agency is known by: its code and first day."""
    return values["code"], values["valid_from"]


def unit_key(values: Values) -> Key:
    """Return what a unit is known by."""
    return values["agency"], values["key"], values["valid_from"]


def person_key(values: Values) -> Key:
    """Return what a person is known by."""
    return (values["staff_code"],)


def post_key(values: Values) -> Key:
    """Return what a post is known by."""
    return values["staff_code"], values["agency"], values["unit"], values["role"], values["valid_from"]


KEYS = {"agencies": agency_key, "units": unit_key, "people": person_key, "posts": post_key}


def rows_of(sheet: str) -> list[tuple[Any, Values]]:
    """Return the stored rows of a table (agencies, units, people, posts) in its order, each with what is shown."""
    return _ROWS[sheet]()


def _agencies() -> list[tuple[Any, Values]]:
    rows = Agency.objects.select_related("parent").order_by("valid_from", "code")
    names = ("code", "valid_from", "valid_to", "name_vi", "name_en", "level", "kind", "unit_code", "address", "phone")
    found = []
    for row in rows:
        values = _shown(row, (*names, "place"))
        found.append((row, values | {"parent": row.parent.code if row.parent else None}))
    return found


def _units() -> list[tuple[Any, Values]]:
    rows = Unit.objects.select_related("agency").order_by("agency__code", "valid_from", "pk")
    names = ("key", "valid_from", "valid_to", "kind", "name_vi", "name_en")
    return [
        (row, _shown(row, names) | {"agency": row.agency.code, "fields_served": "; ".join(row.fields_served) or None})
        for row in rows
    ]


def _people() -> list[tuple[Any, Values]]:
    names = ("staff_code", "full_name", "email", "phone", "active")
    return [(row, _shown(row, names)) for row in Person.objects.order_by("staff_code")]


def _posts() -> list[tuple[Any, Values]]:
    rows = Post.objects.select_related("person", "unit__agency").order_by("person__staff_code", "valid_from", "pk")
    names = ("role", "valid_from", "valid_to", "title", "acting", "position")
    return [
        (
            row,
            _shown(row, names)
            | {"staff_code": row.person.staff_code, "agency": row.unit.agency.code, "unit": row.unit.key},
        )
        for row in rows
    ]


def _shown(row: Any, names: tuple[str, ...]) -> Values:
    """Return fields as a table shows them: what is empty is None."""
    return {name: None if (value := getattr(row, name)) == "" else value for name in names}


_ROWS = {"agencies": _agencies, "units": _units, "people": _people, "posts": _posts}


class Known:
    """Agencies and units by their codes at a date, stored ones and those that a file adds."""

    def __init__(self) -> None:
        self._agencies: dict[str, list[Values]] = defaultdict(list)
        self._units: dict[tuple[str, str], list[Values]] = defaultdict(list)

    def add_agency(self, values: Values) -> None:
        """Make an agency known."""
        self._agencies[values["code"]].append(values)

    def add_unit(self, values: Values) -> None:
        """Make a unit known."""
        self._units[values["agency"], values["key"]].append(values)

    def agency(self, code: str | None, on: dt.date) -> Values | None:
        """Return the agency of a code on a date; where only one ever had it, that one."""
        return _at(self._agencies.get(code or "", []), on)

    def others(self, values: Values) -> list[Values]:
        """Return the other agencies, or units, of the same code that are there on one of a row's days."""
        unit = "key" in values
        found = self._units[values["agency"], values["key"]] if unit else self._agencies[values["code"]]
        return [other for other in found if other["valid_from"] != values["valid_from"] and _overlap(other, values)]

    def unit(self, agency: str, key: str, on: dt.date) -> Values | None:
        """Return the unit of an agency on a date; where only one ever had the key, that one."""
        return _at(self._units.get((agency, key), []), on)


def _at(found: list[Values], on: dt.date) -> Values | None:
    held = [v for v in found if v["valid_from"] <= on and (v.get("valid_to") is None or v["valid_to"] > on)]
    return held[-1] if held else found[0] if len(found) == 1 else None


def _overlap(one: Values, other: Values) -> bool:
    first, second = sorted((one, other), key=lambda values: values["valid_from"])
    return first.get("valid_to") is None or first["valid_to"] > second["valid_from"]

"""What a row of a table must keep to beyond the kind of each cell; each fault names its column."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Level, Post
from motcua.record.organisation.tables.state import Known, Values

AGENCY_CODE = re.compile(r"[A-Z]\d{2}(\.\d{1,3}){0,3}")
UNIT_KEY = re.compile(r"[a-z0-9-]+")
STAFF_CODE = re.compile(r"[\w.-]{1,30}")
EARLIEST, LATEST = dt.date(1945, 9, 2), dt.date(2199, 12, 31)
# Column, code, what the message names.
Wrong = tuple[str, str, dict[str, str]]


@dataclass(frozen=True)
class About:
    """A row that would be added (`changed` is None), or the fields of a stored one that would change."""

    by: Actor
    known: Known
    people: set[str]
    positions: set[tuple[str, str]]
    values: Values
    stored: Any = None
    changed: frozenset[str] | None = None

    @property
    def adds(self) -> bool:
        """Tell whether the row is new."""
        return self.changed is None

    def touches(self, name: str) -> bool:
        """Tell whether a field is new or changes."""
        return self.changed is None or name in self.changed


def _dates(about: About) -> list[Wrong]:
    since, until = about.values["valid_from"], about.values.get("valid_to")
    found: list[Wrong] = [
        (name, "far", {}) for name in ("valid_from", "valid_to") if (day := about.values.get(name)) and _far(day)
    ]
    if until is not None and until <= since and about.touches("valid_to"):
        found.append(("valid_to", "order", {}))
    return found


def _far(day: dt.date) -> bool:
    return not EARLIEST <= day <= LATEST


def check_agency(about: About) -> list[Wrong]:
    """Return what is wrong with an agency."""
    values = about.values
    found: list[Wrong] = []
    if about.touches("name_vi") and about.stored is not None and about.stored.standings.exists():
        found.append(("name_vi", "decision", {}))
    if not about.adds:
        return found
    found += _dates(about)
    if not AGENCY_CODE.fullmatch(values["code"]):
        found.append(("code", "agency_code", {}))
    if values["parent"] is None and values["level"] != Level.PROVINCE:
        found.append(("parent", "required", {}))
    elif values["parent"] and about.known.agency(values["parent"], values["valid_from"]) is None:
        found.append(("parent", "no_agency", {}))
    elif values["parent"] and _loops(about):
        found.append(("parent", "loop", {}))
    if about.known.others(values):
        found.append(("code", "code_taken", {}))
    return found


def _loops(about: About) -> bool:
    """Tell whether an agency would stand above itself."""
    day, code = about.values["valid_from"], about.values["parent"]
    seen = {about.values["code"]}
    while code:
        if code in seen:
            return True
        seen.add(code)
        above = about.known.agency(code, day)
        code = above.get("parent") if above else None
    return False


def check_unit(about: About) -> list[Wrong]:
    """Return what is wrong with a unit."""
    values, found = about.values, _dates(about)
    if about.adds and about.known.agency(values["agency"], values["valid_from"]) is None:
        found.append(("agency", "no_agency", {}))
    if about.adds and not UNIT_KEY.fullmatch(values["key"]):
        found.append(("key", "unit_key", {}))
    if about.adds and about.known.others(values):
        found.append(("key", "key_taken", {}))
    return found


def check_person(about: About) -> list[Wrong]:
    """Return what is wrong with a person."""
    values = about.values
    found: list[Wrong] = []
    if about.adds and not STAFF_CODE.fullmatch(values["staff_code"]):
        found.append(("staff_code", "staff_code", {}))
    if values["email"] and about.touches("email"):
        try:
            validate_email(values["email"])
        except ValidationError:
            found.append(("email", "email", {}))
    own = about.stored is not None and about.by.post is not None and about.by.post.person_id == about.stored.pk
    if own and values["active"] is False:
        found.append(("active", "own_post", {}))
    return found


def check_post(about: About) -> list[Wrong]:
    """Return what is wrong with a post."""
    values, found = about.values, _dates(about)
    if values["staff_code"] not in about.people:
        found.append(("staff_code", "no_person", {}))
    if about.known.unit(values["agency"], values["unit"], values["valid_from"]) is None:
        found.append(("unit", "no_unit", {"agency": values["agency"]}))
    if values["acting"] and values["valid_to"] is None:
        found.append(("valid_to", "acting_ends", {}))
    if values["position"] and about.touches("position") and not _has_position(about):
        found.append(("position", "no_position", {}))
    own = about.stored is not None and about.by.post is not None and about.by.post.pk == about.stored.pk
    if own and about.touches("valid_to"):
        found.append(("valid_to", "own_post", {}))
    if about.adds and not found and _held_already(values):
        found.append(("role", "held", {}))
    return found


def _has_position(about: About) -> bool:
    return (about.values["agency"], about.values["position"]) in about.positions


def _held_already(values: Values) -> bool:
    """Tell whether the person holds this post on one of the days."""
    posts = Post.objects.on(values["valid_from"]).filter(person__staff_code=values["staff_code"], role=values["role"])
    return posts.filter(unit__agency__code=values["agency"], unit__key=values["unit"]).exists()


CHECKS: dict[str, Callable[[About], list[Wrong]]] = {
    "agencies": check_agency,
    "units": check_unit,
    "people": check_person,
    "posts": check_post,
}

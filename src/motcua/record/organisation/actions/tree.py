"""The tree of agencies: one more agency or unit, and the closure that keeps who stands above whom, and when."""

import datetime as dt
import re

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actions.loading import agency_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import Agency, AgencyPath, Level, Unit, UnitKind
from motcua.record.organisation.policies import ADMINISTERS

CODE = re.compile(r"^[A-Z]\d{2}(\.\d{1,3}){0,3}$")
LONGEST_NAME = 500
LONGEST_KEY = 40


def check_name(name: str) -> str:
    """Return a name without needless spaces.

    Raises:
        Refused: empty, or longer than 500 characters.
    """
    cleaned = " ".join(name.split())
    if not cleaned or "\0" in cleaned:
        raise Refused("name.missing", _("Give the name."), field="name_vi")
    if len(cleaned) > LONGEST_NAME:
        raise Refused("name.long", _("A name has at most 500 characters."), field="name_vi")
    return cleaned


def add_agency(
    *,
    by: Actor,
    code: str,
    name_vi: str,
    level: str,
    parent: Agency,
    valid_from: dt.date,
    name_en: str = "",
    now: dt.datetime,
) -> Agency:
    """Add an agency below another from a date, with its paths in the tree.

    Args:
        code: identity code in canonical order, `H15.14` (Decision 20/2020/QĐ-TTg).

    Raises:
        NotAllowed: not an administrator.
        Refused: a wrong code, level or name, or a parent that does not exist on that date.
        Conflict: an agency has this code on that date.
    """
    ADMINISTERS.check(by)
    if not CODE.match(code):
        raise Refused("agency.code", _("An identity code looks like H15.14."), field="code")
    if level not in Level.values:
        raise Refused("agency.level", _("Choose a level."), field="level")
    if not Agency.objects.on(valid_from).filter(pk=parent.pk).exists():
        raise Refused("agency.parent", _("The agency above it does not exist on that date."), field="parent")
    if Agency.objects.on(valid_from).filter(code=code).exists():
        raise Conflict("agency.code_taken", _("An agency has this code on that date."), field="code")
    agency = Agency(
        code=code,
        name_vi=check_name(name_vi),
        name_en=name_en[:LONGEST_NAME],
        level=level,
        parent=parent,
        valid_from=valid_from,
    )
    with record_change(
        chain_id=agency_chain(code, valid_from),
        subject="agency",
        kind="agency.added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(agency)
        add_paths(agency)
    return agency


def add_paths(agency: Agency) -> None:
    """Add the paths of a new leaf of the tree: to itself, and to all that stand above its parent."""
    above = AgencyPath.objects.on(agency.valid_from).filter(descendant_id=agency.parent_id)
    paths = [(path.ancestor_id, path.depth + 1, path.valid_to) for path in above]
    AgencyPath.objects.bulk_create(
        AgencyPath(
            ancestor_id=ancestor, descendant=agency, depth=depth, valid_from=agency.valid_from, valid_to=valid_to
        )
        for ancestor, depth, valid_to in [(agency.pk, 0, agency.valid_to), *paths]
    )


def add_unit(
    *,
    by: Actor,
    agency: Agency,
    key: str,
    kind: str,
    name_vi: str,
    name_en: str = "",
    valid_from: dt.date,
    now: dt.datetime,
) -> Unit:
    """Add a unit to an agency from a date.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name, a wrong key or kind.
        Conflict: the agency has a unit of this key on that date.
    """
    ADMINISTERS.check(by)
    if not re.match(r"^[a-z0-9-]+$", key) or len(key) > LONGEST_KEY:
        raise Refused("unit.key", _("A unit's key has small letters, digits and hyphens."), field="key")
    if kind not in UnitKind.values:
        raise Refused("unit.kind", _("Choose what the unit is for."), field="kind")
    if Unit.objects.on(valid_from).filter(agency=agency, key=key).exists():
        raise Conflict("unit.key_taken", _("The agency has a unit of this key already."), field="key")
    unit = Unit(
        agency=agency,
        key=key,
        kind=kind,
        name_vi=check_name(name_vi),
        name_en=name_en[:LONGEST_NAME],
        valid_from=valid_from,
    )
    with record_change(
        chain_id=agency_chain(agency.code, agency.valid_from),
        subject="agency",
        kind="unit.added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.add(unit)
    return unit

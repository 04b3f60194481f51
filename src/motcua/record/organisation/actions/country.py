"""The administrative units of the whole country, from plain data."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import AdministrativeUnit, Level
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.unit_files import AdministrativeUnitData

UNITS_CHAIN = chain_of("administrative_units", "country")


def load_administrative_units(*, by: Actor, units: Sequence[AdministrativeUnitData], now: dt.datetime) -> int:
    """Add the units that are not there yet, all or none, with one event; return how many were added.

    Args:
        units: parents before children, as `read_units` gives them.
        now: aware instant of the record.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        ids = {(u.era, u.level, u.code): u.pk for u in AdministrativeUnit.objects.all()}
        new = [unit for unit in units if (unit.era, unit.level, unit.code) not in ids]
        if not new:
            return 0
        with record_change(
            chain_id=UNITS_CHAIN,
            subject="administrative_units",
            kind="administrative_units.loaded",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            new=not Chain.objects.filter(pk=UNITS_CHAIN).exists(),
            facts={"added": len(new)},
        ):
            for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
                _add_level([unit for unit in new if unit.level == level], ids)
    return len(new)


def _add_level(units: Sequence[AdministrativeUnitData], ids: dict[tuple[str, str, str], int]) -> None:
    """Add the units of one level; the level above has its rows already."""
    rows = [
        AdministrativeUnit(
            era=unit.era, level=unit.level, code=unit.code, name_vi=unit.name_vi, parent_id=_parent(unit, ids)
        )
        for unit in units
    ]
    for row in AdministrativeUnit.objects.bulk_create(rows, batch_size=2_000):
        ids[row.era, row.level, row.code] = row.pk


def _parent(unit: AdministrativeUnitData, ids: dict[tuple[str, str, str], int]) -> int | None:
    """Return the row above: a commune's is its district where the era has districts, else its province."""
    if not unit.parent:
        return None
    district = ids.get((unit.era, Level.DISTRICT, unit.parent)) if unit.level == Level.COMMUNE else None
    return district or ids[unit.era, Level.PROVINCE, unit.parent]

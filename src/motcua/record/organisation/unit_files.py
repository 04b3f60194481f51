"""Reading the shipped files of administrative units: the whole country in both eras."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from motcua.formats.datafiles import DataFault
from motcua.record.organisation.models import Era, Level

BEFORE = "vn_units_before_2025-07_province_district_ward.csv"
PROVINCES, COMMUNES = "vn_provinces_2025.csv", "vn_communes_2025.csv"


@dataclass(frozen=True)
class AdministrativeUnitData:
    """A unit as the files name it; `parent` is the code one level above, "" for a province."""

    era: str
    level: str
    code: str
    name_vi: str
    parent: str = ""


def read_units(folder: Path) -> list[AdministrativeUnitData]:
    """Return every unit of both eras once, parents before children.

    Raises:
        DataFault: a unit without a code or name, or whose unit above is unknown; it names file and line.
    """
    found: dict[tuple[str, str, str], AdministrativeUnitData] = {}
    for file, line, unit in _named(folder):
        above = {Level.DISTRICT: Level.PROVINCE, Level.COMMUNE: _above_commune(unit.era)}.get(Level(unit.level))
        if not unit.code or not unit.name_vi:
            raise DataFault(file, line, "", "a unit needs a code and a name")
        if above and (unit.era, above, unit.parent) not in found:
            raise DataFault(file, line, unit.code, f"there is no {above} {unit.parent!r}")
        found.setdefault((unit.era, unit.level, unit.code), unit)
    return list(found.values())


def _above_commune(era: str) -> Level:
    return Level.DISTRICT if era == Era.THREE_TIERS else Level.PROVINCE


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from enumerate(csv.DictReader(lines), 2)


def _named(folder: Path) -> Iterator[tuple[Path, int, AdministrativeUnitData]]:
    old, new = Era.THREE_TIERS.value, Era.TWO_TIERS.value
    file = folder / BEFORE
    for line, row in _rows(file):
        province, district = row["province_code"], row["district_code"]
        yield file, line, AdministrativeUnitData(old, Level.PROVINCE, province, row["province"])
        yield file, line, AdministrativeUnitData(old, Level.DISTRICT, district, row["district"], province)
        if row["ward_code"]:  # five island districts have no wards
            yield file, line, AdministrativeUnitData(old, Level.COMMUNE, row["ward_code"], row["ward"], district)
    file = folder / PROVINCES
    for line, row in _rows(file):
        yield file, line, AdministrativeUnitData(new, Level.PROVINCE, row["province_code"], row["full_name"])
    file = folder / COMMUNES
    for line, row in _rows(file):
        commune, province = row["commune_code"], row["province_code"]
        yield file, line, AdministrativeUnitData(new, Level.COMMUNE, commune, row["full_name"], province)

"""Cut a province's tables of units from the country tables in `datasets/units/`. Run once for each new province:
    python datasets/provinces/make.py dak-lak

Writes `units_before_2025-07.csv` (districts and their communes until 30 June 2025, of every old province that the
new one took over) and `communes_2025.csv` (since 1 July 2025). The identity codes below the province's are samples of
ours, given in the order of the unit codes; replace them by the codes of the province's decision. A row keeps its code:
the files are edited by hand afterwards, and this script is not part of loading.
"""

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
UNITS = HERE.parent / "units"
COLUMNS = ("agency_code", "parent", "level", "kind", "unit_code", "name_vi", "name_en", "predecessors")

# Kinds of units by the first words of their names, the longer ones first: word, kind, English.
KINDS = (
    ("Thành phố", "city", "City"),
    ("Thị trấn", "township", "Township"),
    ("Thị xã", "town", "Town"),
    ("Huyện", "district", "District"),
    ("Phường", "ward", "Ward"),
    ("Quận", "urban_district", "District"),
    ("Xã", "commune", "Commune"),
)


@dataclass(frozen=True)
class Cut:
    """What belongs to a province: identity code, unit code, the old provinces it took over (unit code → identity)."""

    code: str
    unit_code: str
    before: dict[str, str]
    first_district: int
    first_commune: int


CUTS = {"dak-lak": Cut("H15", "66", {"66": "H15", "54": "H45"}, first_district=31, first_commune=101)}


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a country table."""
    with (UNITS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def described(full_name: str) -> tuple[str, str]:
    """Return the kind of a unit and its English name: `Phường 1` → ward, `Ward 1`; `Xã Ea Kar` → `Ea Kar Commune`."""
    word, kind, english = next(row for row in KINDS if full_name.startswith(row[0] + " "))
    own = full_name.removeprefix(word + " ")
    return kind, f"{english} {own}" if own.isdigit() else f"{own} {english}"


def row(code: str, parent: str, level: str, unit_code: str, name: str, predecessors: tuple[str, ...] = ()) -> tuple:
    """Return one row of a cut table."""
    kind, name_en = described(name)
    return (code, parent, level, kind, unit_code, name, name_en, " ".join(predecessors))


def before(cut: Cut) -> list[tuple]:
    """Return districts, each followed by its communes."""
    rows: list[tuple] = []
    table = read("vn_units_before_2025-07_province_district_ward.csv")
    for province, identity in cut.before.items():
        own = sorted((r for r in table if r["province_code"] == province), key=lambda r: r["ward_code"])
        districts = dict(sorted({r["district_code"]: r["district"] for r in own}.items()))
        for number, (unit_code, name) in enumerate(districts.items(), start=cut.first_district):
            code = f"{identity}.{number}"
            rows.append(row(code, identity, "district", unit_code, name))
            wards = [r for r in own if r["district_code"] == unit_code]
            rows += [
                row(f"{code}.{serial:02d}", code, "commune", ward["ward_code"], ward["ward"])
                for serial, ward in enumerate(wards, start=1)
            ]
    return rows


def since(cut: Cut, old: list[tuple]) -> list[tuple]:
    """Return the communes of today. Predecessors: the commune that had the same unit code, and its district."""
    by_unit = {unit_code: (code, parent) for code, parent, level, _, unit_code, *_ in old if level == "commune"}
    own = sorted(
        (r for r in read("vn_communes_2025.csv") if r["province_code"] == cut.unit_code),
        key=lambda r: r["commune_code"],
    )
    return [
        row(
            f"{cut.code}.{number}",
            cut.code,
            "commune",
            r["commune_code"],
            r["full_name"],
            by_unit.get(r["commune_code"], ()),
        )
        for number, r in enumerate(own, start=cut.first_commune)
    ]


def write(path: Path, rows: list[tuple]) -> None:
    """Write a table with the common columns."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def main(name: str) -> None:
    """Write both tables of a province."""
    old = before(CUTS[name])
    write(HERE / name / "units_before_2025-07.csv", old)
    write(HERE / name / "communes_2025.csv", since(CUTS[name], old))


if __name__ == "__main__":
    main(sys.argv[1])

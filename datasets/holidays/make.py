"""Make `vn.csv` again: days off and made-up working days of Viet Nam, 2018–2027.

Seeded from the package `holidays`; what it lacks stands in `GAPS`, each row with its source. Run:
    python datasets/holidays/make.py          # writes the file
    python datasets/holidays/make.py --check  # exit code 1 if the file is not what would be written
"""

import csv
import datetime as dt
import io
import sys
from pathlib import Path

import holidays

FILE = Path(__file__).with_name("vn.csv")
COLUMNS = ("date", "kind", "name_vi", "name_en", "source")
YEARS = range(2018, 2028)
PACKAGE = f"holidays {holidays.__version__}"
# Years whose days follow from the Labour Code alone: the yearly notice was not seen.
UNANNOUNCED = (2027,)

# Working days swapped with Saturdays: day off, day worked instead, the paper that says so.
SWAPS = {
    dt.date(2018, 12, 31): (dt.date(2019, 1, 5), "6519/VPCP-KGVX 2018"),
    dt.date(2019, 4, 29): (dt.date(2019, 5, 4), "6519/VPCP-KGVX 2018"),
    dt.date(2024, 4, 29): (dt.date(2024, 5, 4), "2450/VPCP-KGVX 2024"),
    dt.date(2025, 5, 2): (dt.date(2025, 4, 26), "6150/TB-BLĐTBXH 2024"),
    dt.date(2026, 1, 2): (dt.date(2026, 1, 10), "12729/VPCP-KGVX 2025"),
    dt.date(2026, 8, 31): (dt.date(2026, 8, 22), "yearly notice for 2026"),
}
# Those of them that the package does not have.
GAPS = (dt.date(2026, 1, 2),)

Row = tuple[str, str, str, str, str]


def rows() -> list[Row]:
    """Return all rows in order of date.

    Raises:
        ValueError: the package disagrees with the list of swapped days.
    """
    vietnamese = holidays.country_holidays("VN", years=YEARS, language="vi")
    english = holidays.country_holidays("VN", years=YEARS, language="en_US")
    made_up = {day for day in vietnamese.weekend_workdays if day.year in YEARS}
    known = {worked for off, (worked, _paper) in SWAPS.items() if off not in GAPS}
    if made_up != known or any(day in vietnamese for day in GAPS):
        raise ValueError(f"the package's made-up days changed: {sorted(made_up ^ known)}; look at SWAPS and GAPS")
    seeded = [_holiday(day, vietnamese[day], english[day]) for day in vietnamese if day not in SWAPS]
    return sorted([*seeded, *(row for off in SWAPS for row in _swap(off))])


def _holiday(day: dt.date, name_vi: str, name_en: str) -> Row:
    source = f"{PACKAGE}, by the Labour Code; notice not seen" if day.year in UNANNOUNCED else PACKAGE
    return (day.isoformat(), "off", name_vi, name_en, source)


def _swap(off: dt.date) -> list[Row]:
    worked, paper = SWAPS[off]
    source = paper if off in GAPS else f"{PACKAGE}; {paper}"
    free = (f"Nghỉ hoán đổi, làm bù ngày {worked:%d/%m/%Y}", f"Day off, made up on {_long(worked)}")
    made_up = (f"Làm bù cho ngày {off:%d/%m/%Y}", f"Made up for {_long(off)}")
    return [(off.isoformat(), "off", *free, source), (worked.isoformat(), "work", *made_up, source)]


def _long(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def text() -> str:
    """Return the file's content."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    """Write the file beside this one, or compare it."""
    if "--check" in arguments:
        return int(FILE.read_text(encoding="utf-8") != text())
    FILE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

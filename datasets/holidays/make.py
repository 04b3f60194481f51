"""Make `vn.csv` again: days off and made-up working days of Viet Nam, 2018–2027.

Seeded from the package `holidays`; what it lacks is added from `GAPS` below, each with its source. Run:
    python datasets/holidays/make.py
"""

import csv
import datetime as dt
from pathlib import Path

import holidays

YEARS = range(2018, 2028)
PACKAGE = f"holidays {holidays.__version__}"

# Days that the package does not have. `notice` marks what was announced for the civil service that year.
GAPS = [
    ("2026-01-02", "off", "Nghỉ bù Tết Dương lịch (hoán đổi)", "Swapped day off, New Year", "notice for 2026"),
    ("2026-01-10", "work", "Làm bù cho ngày 02/01/2026", "Made up for 2 January 2026", "notice for 2026"),
]


def rows() -> list[tuple[str, str, str, str, str]]:
    """Return all rows in order of date."""
    vietnamese = holidays.country_holidays("VN", years=YEARS, language="vi")
    english = holidays.country_holidays("VN", years=YEARS, language="en_US")
    days = {
        day.isoformat(): (day.isoformat(), "off", name, english.get(day, ""), PACKAGE)
        for day, name in vietnamese.items()
    }
    for day in vietnamese.weekend_workdays:
        if day.year in YEARS:
            days[day.isoformat()] = (day.isoformat(), "work", "Ngày làm bù", "Made-up working day", PACKAGE)
    days |= {row[0]: row for row in GAPS}
    return sorted(days.values())


def main() -> None:
    """Write the file beside this one."""
    with Path(__file__).with_name("vn.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("date", "kind", "name_vi", "name_en", "source"))
        writer.writerows(rows())


if __name__ == "__main__":
    assert dt.date(2026, 1, 2) not in holidays.country_holidays("VN", years=2026), "the package has it now"
    main()

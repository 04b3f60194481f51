"""The identity codes of provinces as far as they are known, and tables of codes that a province brings itself."""

import csv
from pathlib import Path

from motcua.formats.datafiles import DataFault, datasets_folder

FILE = "identity_codes.csv"


def province_codes() -> dict[str, str]:
    """Return unit code → identity code of the provinces since 1 July 2025; see the file's column `evidence`."""
    return {unit: code for unit, code in read_codes(datasets_folder() / "units" / FILE).items() if code}


def read_codes(file: Path) -> dict[str, str]:
    """Return unit code → identity code from a CSV file with these columns.

    Raises:
        DataFault: the columns are not there, or a unit is named twice; it names the line.
        OSError: the file cannot be read.
    """
    codes: dict[str, str] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if not {"unit_code", "identity_code"} <= set(rows.fieldnames or ()):
            raise DataFault(file, 1, "", "the columns unit_code and identity_code are needed")
        for line, row in enumerate(rows, 2):
            unit = (row["unit_code"] or "").strip()
            if not unit or unit in codes:
                raise DataFault(file, line, "unit_code", "a unit code is missing or named twice")
            codes[unit] = (row["identity_code"] or "").strip()
    return codes

"""`motcua units load`: the administrative units of the whole country, in both eras."""

import argparse
import json
import sys
from typing import Any


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    units = subparsers.add_parser("units", help="administrative units of the country")
    parts = units.add_subparsers(dest="part", required=True)
    load = parts.add_parser("load", help="load provinces, districts and communes of both eras; known ones stay")
    load.add_argument("--json", action="store_true", help="print the counts per era and level as JSON")
    load.set_defaults(run=run_load, needs_database=True)


def run_load(args: argparse.Namespace) -> int:
    """Load; 2 where a file cannot be read, with its place, and nothing is loaded."""
    from django.utils import timezone

    from motcua.formats.datafiles import DataFault, datasets_folder
    from motcua.record.organisation.actions.country import load_administrative_units
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.queries import count_administrative_units
    from motcua.record.organisation.unit_files import read_units

    try:
        units = read_units(datasets_folder() / "units")
    except (DataFault, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    now = timezone.now()
    added = load_administrative_units(by=system(timezone.localdate(now)), units=units, now=now)
    counts = count_administrative_units()
    if args.json:
        sys.stdout.write(json.dumps({"added": added, **counts}) + "\n")
    else:
        lines = [f"{era} {level} {count}" for era, levels in counts.items() for level, count in levels.items()]
        sys.stdout.write("\n".join([*lines, f"added {added}"]) + "\n")
    return 0

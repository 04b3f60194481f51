"""`motcua units load`, `motcua units setup`: the administrative units of the country, and a province from them."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from motcua.web.cli.speaking import language, translate
from motcua.web.cli.words import _, ngettext

# The shipped calendar of holidays and hours is the same for every province.
COMMON = "dak-lak"


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    units = subparsers.add_parser("units", help="administrative units of the country")
    parts = units.add_subparsers(dest="part", required=True)
    load = parts.add_parser("load", help="load provinces, districts and communes of both eras; known ones stay")
    load.add_argument("--json", action="store_true", help="print the counts per era and level as JSON")
    load.set_defaults(run=run_load, needs_database=True)
    setup = parts.add_parser("setup", help="set up a province and its communes as agencies, by its unit's code")
    setup.add_argument("code", help="the province's code in the table of units, such as 66 for Đắk Lắk")
    setup.add_argument("--identity-code", default="", help="its identity code, such as H15, if ours is not right")
    setup.add_argument("--codes", type=Path, help="a CSV file unit_code,identity_code of its communes")
    setup.add_argument("--calendar", default="", help="code of the calendar that its agencies work by")
    setup.add_argument("--json", action="store_true", help="print what was done as JSON")
    setup.set_defaults(run=run_setup, needs_database=True)


def run_load(args: argparse.Namespace) -> int:
    """Load; 2 where a file cannot be read, with its place, and nothing is loaded."""
    from django.utils import timezone

    from motcua.formats.datafiles import DataFault
    from motcua.record.organisation.models import Level
    from motcua.record.organisation.queries import count_administrative_units

    try:
        added = _load(timezone.now())
    except (DataFault, OSError) as error:
        sys.stderr.write(f"{translate(language(args), str(error))}\n")
        return 2
    counts = count_administrative_units()
    if args.json:
        sys.stdout.write(json.dumps({"added": added, **counts}) + "\n")
    else:
        each = [(era, Level(level).label, count) for era, found in counts.items() for level, count in found.items()]
        lines = [f"{era} {level} {count}" for era, level, count in each]
        sys.stdout.write("\n".join([*lines, _("added %(count)s") % {"count": added}]) + "\n")
    return 0


def _load(now: dt.datetime) -> int:
    from django.utils import timezone

    from motcua.formats.datafiles import datasets_folder
    from motcua.record.organisation.actions.country import load_administrative_units
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.unit_files import read_units

    units = read_units(datasets_folder() / "units")
    return load_administrative_units(by=system(timezone.localdate(now)), units=units, now=now)


def _load_common_calendar(now: dt.datetime) -> None:
    """Load the calendar that agencies without one of their own work by, where there is none."""
    from django.utils import timezone

    from motcua.formats.datafiles import datasets_folder
    from motcua.record.organisation.actions import load_calendar
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.models import WorkCalendar
    from motcua.record.organisation.parsing import parse_calendar
    from motcua.record.organisation.queries import DEFAULT_CALENDAR

    if not WorkCalendar.objects.filter(code=DEFAULT_CALENDAR).exists():
        calendar = parse_calendar(datasets_folder() / "provinces" / COMMON)
        load_calendar(by=system(timezone.localdate(now)), calendar=calendar, now=now)


def run_setup(args: argparse.Namespace) -> int:
    """Set up a province; the units are loaded first where they are not. 2: one sentence says what is wrong."""
    from django.utils import timezone

    from motcua.formats.datafiles import DataFault
    from motcua.record.organisation.actions.setting_up import setup_province
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.errors import Refused
    from motcua.record.organisation.identity_codes import province_codes, read_codes
    from motcua.record.organisation.models import AdministrativeUnit

    now = timezone.now()
    try:
        if not AdministrativeUnit.objects.exists():
            _load(now)
        _load_common_calendar(now)
        done = setup_province(
            by=system(timezone.localdate(now)),
            unit_code=args.code,
            identity_code=args.identity_code or province_codes().get(args.code, ""),
            codes=read_codes(args.codes) if args.codes else None,
            calendar=args.calendar,
            now=now,
        )
    except (DataFault, OSError) as error:
        sys.stderr.write(f"{translate(language(args), str(error))}\n")
        return 2
    except Refused as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return 2
    told = {"province": done.province.code, "name": done.province.name_vi, "added": done.added, "kept": done.kept}
    line = ngettext(
        "%(code)s %(name)s: %(added)s agency added, %(kept)s were there",
        "%(code)s %(name)s: %(added)s agencies added, %(kept)s were there",
        done.added,
    )
    values = {"code": done.province.code, "name": done.province.name_vi, "added": done.added, "kept": done.kept}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n" if args.json else f"{line % values}\n")
    return 0

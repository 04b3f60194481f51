"""`motcua organisation export|import|repromise`: the tables of agencies and people, and new promises."""

import argparse
import sys
from pathlib import Path
from typing import Any

from motcua.web.cli.speaking import language, translate
from motcua.web.cli.words import _


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    room = subparsers.add_parser("organisation", help="agencies, units, people and posts as tables")
    parts = room.add_subparsers(dest="part", required=True)
    export = parts.add_parser("export", help="write the tables: all as .xlsx, or one as .csv")
    export.add_argument("file", type=Path, help="the file to write: .xlsx or .csv")
    export.add_argument("--sheet", default="", help="for .csv: agencies, units, people or posts")
    export.set_defaults(run=run_export, needs_database=True)
    bring = parts.add_parser("import", help="apply a file, all or nothing")
    bring.add_argument("file", type=Path, help="the file to read: .xlsx or .csv")
    bring.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    bring.set_defaults(run=run_import, needs_database=True)
    again = parts.add_parser("repromise", help="promise again what a changed calendar moves")
    again.add_argument("source", help="the decision that changed the calendar")
    again.add_argument("--calendar", default="default", help="code of the calendar whose promises are counted anew")
    again.add_argument("--dry-run", action="store_true", help="tell what would move, and move nothing")
    again.set_defaults(run=run_repromise, needs_database=True)


def _now_and_system() -> tuple[Any, Any]:
    from django.utils import timezone

    from motcua.record.organisation.actor import system

    now = timezone.now()
    return now, system(timezone.localdate(now))


def run_export(args: argparse.Namespace) -> int:
    """Write the tables; 2 where that cannot be, with one sentence."""
    from motcua.record.organisation.actions.tables import export_tables
    from motcua.record.organisation.errors import Refused

    now, by = _now_and_system()
    wanted = ".csv" if args.sheet else ".xlsx"
    if args.file.suffix.lower() != wanted:
        told = _("The file's name must end in %(ending)s.") % {"ending": wanted}
        sys.stderr.write(f"{told}\n")
        return 2
    try:
        args.file.write_bytes(export_tables(by=by, sheet=args.sheet, now=now))
    except Refused as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{args.file}: {translate(language(args), error.strerror or '')}\n")
        return 2
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Apply a file; 1 where it has faults, each with its cell on a line, and nothing is applied."""
    from motcua.formats.tables import read_tables
    from motcua.record.organisation.actions.tables import apply_import, preview_import
    from motcua.record.organisation.tables.sheets import SHEETS
    from motcua.record.organisation.tables.words import place_of, say

    now, by = _now_and_system()
    try:
        read = read_tables(args.file.name, args.file.read_bytes(), SHEETS)
    except OSError as error:
        sys.stderr.write(f"{args.file}: {translate(language(args), error.strerror or '')}\n")
        return 2
    plan = preview_import(by=by, read=read)
    if plan.faults:
        sys.stderr.writelines(f"{place_of(fault)}: {say(fault)}\n" for fault in plan.faults)
        return 1
    if not args.dry_run:
        plan = apply_import(by=by, read=read, now=now)
    sheets = {"agencies": _("agencies"), "units": _("units"), "people": _("people"), "posts": _("posts")}
    for sheet, found in plan.counts.items():
        line = _("%(table)s: %(added)s added, %(changed)s changed, %(closed)s closed")
        sys.stdout.write(f"{line % {**found, 'table': sheets[sheet]}}\n")
    return 0


def run_repromise(args: argparse.Namespace) -> int:
    """Move the promises of open dossiers; 2 where that cannot be, with one sentence."""
    from motcua.record.organisation.errors import Refused
    from motcua.serve.dossiers.repromising import carry_out, open_run, plan_repromising

    now, by = _now_and_system()
    try:
        plan = plan_repromising(by=by, code=args.calendar)
        for one in plan.promises:
            sys.stdout.write(f"{one.dossier.code} {one.old_due_at:%Y-%m-%dT%H:%MZ} {one.new_due_at:%Y-%m-%dT%H:%MZ}\n")
        moved = plan.moving
        if not args.dry_run:
            moved = carry_out(open_run(by=by, code=args.calendar, source=args.source, now=now).pk, now)
    except Refused as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return 2
    line = _("moved %(moved)s, stay %(same)s, promised by hand %(by_hand)s")
    sys.stdout.write(f"{line % {'moved': moved, 'same': plan.same, 'by_hand': plan.by_hand}}\n")
    return 0

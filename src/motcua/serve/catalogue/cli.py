"""`motcua catalogue …`: the national catalogue as files."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

# Differences that are printed of one procedure.
MOST_TOLD = 8


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    catalogue = subparsers.add_parser("catalogue", help="procedures of the national catalogue")
    parts = catalogue.add_subparsers(dest="part", required=True)
    load = parts.add_parser("import", help="make draft versions out of the national catalogue: JSON, XLSX or CSV")
    load.add_argument("file", type=Path, help="the catalogue: XLSX, CSV or JSON")
    load.add_argument("--dry-run", action="store_true", help="only tell what would be new, changed or wrong")
    load.add_argument(
        "--from",
        dest="valid_from",
        type=_day,
        help="date (2026-01-01) from which versions hold where the file gives none; today without it",
    )
    load.add_argument(
        "--announced",
        action="store_true",
        help="procedures that are new here were announced already: in force at once, not drafts",
    )
    load.add_argument("--json", action="store_true", help="print what was done, or what is wrong, as JSON")
    load.set_defaults(run=run_import, needs_database=True)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-01") from None


def run_import(args: argparse.Namespace) -> int:
    """Import or preview; 2 where the file cannot be read or something in it is wrong, and then nothing is written."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from motcua.record.organisation.actor import system
    from motcua.record.organisation.errors import Invalid
    from motcua.serve.catalogue.actions import import_catalogue
    from motcua.serve.catalogue.fault_words import refused
    from motcua.serve.catalogue.previewing import preview_import

    try:
        content = args.file.read_bytes()
    except OSError as error:
        told = _("%(file)s cannot be read: %(why)s") % {"file": args.file, "why": error.strerror}
        sys.stderr.write(f"{told}\n")
        return 2
    now = timezone.now()
    day = args.valid_from or timezone.localdate(now)
    try:
        if args.dry_run:
            found = preview_import(args.file.name, content, day)
            errors = [refused(fault) for fault in found.faults]
        else:
            found, errors = (
                import_catalogue(
                    by=system(timezone.localdate(now)),
                    name=args.file.name,
                    content=content,
                    valid_from=day,
                    now=now,
                    announced=args.announced,
                ),
                [],
            )
    except Invalid as invalid:
        found, errors = None, invalid.errors
    if errors:
        _tell_errors(errors, args.json)
        return 2
    _tell(found, args.json)
    return 0


def _tell_errors(errors: Any, as_json: bool) -> None:
    if as_json:
        rows = [{"code": error.code, "place": error.field, "message": error.message} for error in errors]
        sys.stdout.write(json.dumps({"errors": rows}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write("".join(f"{error.message}\n" for error in errors))


def _tell(found: Any, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    from motcua.serve.catalogue.difference_words import sentence

    counts = {what: found.count(what) for what in ("new", "changed", "same")}
    if as_json:
        rows = [
            {
                "code": row.data.code,
                "name": row.data.name.vi,
                "what": row.what,
                "version": row.data.number,
                "differences": [sentence(difference) for difference in row.differences],
            }
            for row in found.rows
            if row.what != "same"
        ]
        sys.stdout.write(json.dumps({**counts, "procedures": rows}, ensure_ascii=False) + "\n")
        return
    words = {"new": _("new"), "changed": _("changed"), "same": _("same")}
    lines = []
    for row in (row for row in found.rows if row.what != "same"):
        lines.append(f"{words[row.what]} {row.data.code} {row.data.name.vi}")
        lines += [f"    {sentence(difference)}" for difference in row.differences[:MOST_TOLD]]
        if len(row.differences) > MOST_TOLD:
            lines.append(f"    … {len(row.differences) - MOST_TOLD}")
    lines.append(" ".join(f"{words[what]} {count}" for what, count in counts.items()))
    sys.stdout.write("\n".join(lines) + "\n")

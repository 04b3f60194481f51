"""`motcua ledger …`: verify the record, close and export roots."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

FEW_EVENTS = 20_000
"""So many one process checks before others have started."""


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    ledger = subparsers.add_parser("ledger", help="verify the record; close and export its roots")
    commands = ledger.add_subparsers(dest="ledger_command", required=True)
    verify = commands.add_parser("verify", help="check chains, positions, roots and every row against its events")
    verify.add_argument("--roots", type=Path, help="roots exported earlier, kept elsewhere")
    verify.add_argument("--json", action="store_true", help="print the report as JSON")
    verify.set_defaults(run=run_verify, needs_database=True)
    roots = commands.add_parser("roots", help="export the daily roots")
    roots.add_argument("--out", type=Path, help="file to write; standard output if not given")
    roots.add_argument("--day", type=dt.date.fromisoformat, help="only the roots of this day")
    roots.add_argument("--close", action="store_true", help="close what is sealed so far under today first")
    roots.set_defaults(run=run_roots, needs_database=True)


def run_verify(args: argparse.Namespace) -> int:
    """Print the report; 0 if all is well, 1 if something is wrong, 2 if the roots file cannot be read."""
    from django.utils.translation import gettext

    from motcua.record.ledger.apart import cores
    from motcua.record.ledger.sealing import last_position
    from motcua.record.ledger.verifying import verify

    exported: list[dict[str, Any]] = []
    if args.roots:
        try:
            exported = json.loads(args.roots.read_text())["roots"]
        except (OSError, ValueError, KeyError, TypeError):
            told = gettext("%(file)s is not a file of exported roots.") % {"file": args.roots}
            sys.stderr.write(f"{told}\n")
            return 2
    processes = cores() if last_position() > FEW_EVENTS else 1
    report = verify(exported, _progress(not args.json and sys.stderr.isatty()), processes)
    if args.json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_sentence(report) + "\n")
    return 0 if report.ok else 1


def _progress(shown: bool) -> Any:
    from django.utils.translation import ngettext

    from motcua.record.ledger.numbers import grouped

    def tell(done: int) -> None:
        if shown:
            told = ngettext("%(count)s event checked", "%(count)s events checked", done)
            sys.stderr.write(f"\r{told % {'count': grouped(done)}}")
            sys.stderr.flush()

    return tell


def _sentence(report: Any) -> str:
    """Return the report in words; `ok:` and `WRONG` stay as they are, for programs."""
    from django.utils.translation import gettext as _

    from motcua.record.ledger.numbers import grouped

    checked = {
        _("events"): report.events,
        _("chains"): report.chains,
        _("rows"): report.rows,
        _("positions"): report.positions,
        _("roots"): report.roots,
    }
    counts = ", ".join(f"{grouped(count)} {name}" for name, count in checked.items())
    if report.ok:
        return f"ok: {counts}"
    place = ", ".join(f"{name} {value}" for name, value in report.first.place.items())
    at, before = _("at %(place)s") % {"place": place}, _("checked before: %(counts)s") % {"counts": counts}
    return f"WRONG ({report.first.kind}): {report.first.said}\n{at}\n{before}"


def run_roots(args: argparse.Namespace) -> int:
    """Write the roots as JSON."""
    from django.utils import timezone

    from motcua.record.ledger.sealing import close_root, seal
    from motcua.record.ledger.verifying import export_roots

    if args.close:
        now = timezone.now()
        while seal(now):
            pass
        close_root(timezone.localdate(now), now)
    text = json.dumps({"roots": export_roots(args.day)}, indent=1) + "\n"
    if args.out:
        args.out.write_text(text)
    else:
        sys.stdout.write(text)
    return 0

"""`motcua import dossiers`: dossiers with their histories from files of another record."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from motcua.web.cli.words import _, grouped

# As the table of runs has it.
LONGEST_SOURCE, LONGEST_NAME = 60, 300


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    imports = subparsers.add_parser("import", help="bring in what another record holds")
    parts = imports.add_subparsers(dest="part", required=True)
    load = parts.add_parser("dossiers", help="dossiers with their histories: JSON, CSV, XLSX, Parquet")
    load.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV, XLSX, JSON, JSON Lines or Parquet")
    load.add_argument("--source", default="", help="name of the other record, the same in every run; known by it")
    load.add_argument("--mapping", type=Path, help="YAML file for foreign columns and values")
    load.add_argument("--dry-run", action="store_true", help="only tell what would come in and what is wrong")
    load.add_argument("--errors", type=Path, help="CSV file for the rows that are not taken in, with the reason")
    load.add_argument("--json", action="store_true", help="print what was done as JSON")
    load.set_defaults(run=run_import, needs_database=True)


class Errors:
    """The file of rows that were not taken in; the first few are told on the terminal too."""

    SHOWN = 5

    def __init__(self, path: Path | None) -> None:
        self.count = 0
        self.file = path.open("w", newline="", encoding="utf-8-sig") if path else None
        self.writer = csv.writer(self.file) if self.file else None
        if self.writer:
            self.writer.writerow(["place", "code", "reason", "message"])

    def tell(self, faults: Sequence[Any]) -> None:
        """Write faults; what a spreadsheet would carry out is guarded."""
        from motcua.formats.tables.cells import guard

        for fault in faults:
            self.count += 1
            if self.writer:
                self.writer.writerow([guard(str(part)) for part in fault])
            if self.count <= self.SHOWN:
                sys.stderr.write(f"{fault.row}: {fault.code}: {fault.message}\n")

    def close(self) -> None:
        """Say how many more there are, and end the file."""
        if self.count > self.SHOWN:
            more = _("… and %(count)s more") % {"count": grouped(self.count - self.SHOWN)}
            sys.stderr.write(f"{more}\n")
        if self.file:
            self.file.close()


def run_import(args: argparse.Namespace) -> int:
    """Import; 1 where some rows were not taken in, 2 where a file cannot be read, 130 where it was stopped."""
    from motcua.borders.exchange.columns import BadMapping, read_mapping
    from motcua.borders.exchange.files import BadFile
    from motcua.serve.dossiers.actions.bulk import Outcome

    try:
        names, errors = read_mapping(args.mapping), _begin(args)
    except (BadMapping, OSError, Unusable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    kept = Outcome()
    try:
        source = _source(args.source or names.source)
        done = _import(args, names, source, errors, kept)
    except (BadFile, Unusable) as bad:
        sys.stderr.write(f"{bad}\n")
        if kept.written and not args.dry_run:
            stays = _("%(written)s written before it stay; the same command goes on from there.")
            sys.stderr.write(f"{stays % {'written': grouped(kept.written)}}\n")
        return 2
    finally:
        errors.close()
    _tell(done, errors.count, args)
    if done.stopped:
        tell_stopped()
        return 130
    return 1 if errors.count else 0


def tell_stopped() -> None:
    """Say what stays where somebody asked to stop."""
    stays = _("Stopped. What was told as written stays; the same command goes on from there.")
    sys.stderr.write(f"{stays}\n")


class Unusable(ValueError):
    """An argument that cannot be used; the sentence says why."""


def _begin(args: argparse.Namespace) -> Errors:
    missing = next((path for path in args.files if not path.is_file()), None)
    if missing:
        raise Unusable(_("%(file)s is no file.") % {"file": missing})
    read = [*args.files, *([args.mapping] if args.mapping else [])]
    if args.errors and args.errors.resolve() in {path.resolve() for path in read}:
        told = _("%(file)s is read: name another file for the rows that are not taken in.")
        raise Unusable(told % {"file": args.errors})
    return Errors(args.errors)


def _source(name: str) -> str:
    if not name:
        raise Unusable(_("Name the other record: --source, or “source:” in the mapping file."))
    if len(name) > LONGEST_SOURCE or not name.isprintable():
        told = _("The source's name has more than %(most)d characters, or some that cannot be printed.")
        raise Unusable(told % {"most": LONGEST_SOURCE})
    return name


def _import(args: argparse.Namespace, names: Any, source: str, errors: Errors, kept: Any) -> Any:
    """Import; `kept` says at any time what is written."""
    from django.utils import timezone

    from motcua.borders.exchange.progress import Reading
    from motcua.borders.exchange.reading import read_portions
    from motcua.record.organisation.actor import system
    from motcua.serve.dossiers.actions.bulk import import_histories
    from motcua.web.cli.progress import Bar
    from motcua.web.cli.stopping import stop_between_portions

    bar, unread, reading = Bar(), [], Reading(args.files)

    def portions() -> Iterator[Any]:
        """Yield each portion; tells what could not be read before it, and how many there will be."""
        for portion in read_portions(args.files, names, unread, reading):
            errors.tell(unread)
            unread.clear()
            bar.total = reading.expected()
            yield portion
        errors.tell(unread)

    def progress(outcome: Any) -> None:
        kept.written = outcome.written
        bar.show(outcome.read)

    with stop_between_portions() as stop, closing(bar):
        return import_histories(
            by=system(timezone.localdate()),
            source=source,
            name=", ".join(path.name for path in args.files)[:LONGEST_NAME],
            portions=portions(),
            dry_run=args.dry_run,
            tell_faults=errors.tell,
            progress=progress,
            stop=stop.asked,
        )


def _tell(done: Any, wrong: int, args: argparse.Namespace) -> None:
    told = {"read": done.read, "written": done.written, "known": done.known, "wrong": wrong, "dry_run": args.dry_run}
    if args.json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    counts = {"written": grouped(done.written), "known": grouped(done.known), "wrong": grouped(wrong)}
    if args.dry_run:
        line = _("%(written)s would be written, %(known)s were here, %(wrong)s not taken in")
    else:
        line = _("%(written)s written, %(known)s were here, %(wrong)s not taken in")
    more = f"; {_('see %(file)s') % {'file': args.errors}}" if args.errors and wrong else ""
    sys.stdout.write(f"{line % counts}{more}\n")

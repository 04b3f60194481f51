"""`motcua export dossiers`: dossiers with their histories, for a sister installation or another product."""

import argparse
import datetime as dt
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from motcua.web.cli.speaking import language, translate
from motcua.web.cli.words import _, grouped, ngettext

ENDINGS = (".json", ".jsonl", ".csv")


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    exports = subparsers.add_parser("export", help="write what the record holds for another one")
    parts = exports.add_subparsers(dest="part", required=True)
    write = parts.add_parser("dossiers", help="dossiers with their histories, as `import dossiers` takes them")
    write.add_argument("file", type=Path, metavar="FILE", help=f"ends in {', '.join(ENDINGS)}; holds personal data")
    write.add_argument("--from", dest="first", type=dt.date.fromisoformat, help="first day of receipt, YYYY-MM-DD")
    write.add_argument("--to", dest="last", type=dt.date.fromisoformat, help="last day of receipt, YYYY-MM-DD")
    write.add_argument("--agency", action="append", default=[], help="code of who received or decides; again for more")
    write.set_defaults(run=run_export, needs_database=True)


def run_export(args: argparse.Namespace) -> int:
    """Export; 2 where an agency is not known or the file cannot be written."""
    from django.utils import timezone

    from motcua.borders.exchange.exporting import dossiers_between, export_dossiers
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.models import Agency
    from motcua.rules.identifiers import read_agency_code
    from motcua.web.cli.progress import Bar

    if args.file.suffix.lower() not in ENDINGS:
        return _fault(_("%(file)s: the ending is none of %(known)s"), file=args.file, known=", ".join(ENDINGS))
    codes = {read_agency_code(code) for code in args.agency}
    agencies = dict(Agency.objects.filter(code__in=codes).values_list("pk", "code"))
    if unknown := codes - set(agencies.values()):
        return _fault(_("There is no agency of this code: %(codes)s"), codes=", ".join(sorted(unknown)))
    dossiers = dossiers_between(args.first, args.last, agencies)
    try:
        with closing(Bar(dossiers.count())) as bar:
            count = export_dossiers(
                by=system(timezone.localdate()), dossiers=dossiers, path=args.file, progress=bar.show
            )
    except OSError as error:
        return _fault("%(file)s: %(why)s", file=args.file, why=translate(language(args), error.strerror or ""))
    line = ngettext("%(count)s dossier written to %(file)s", "%(count)s dossiers written to %(file)s", count)
    sys.stdout.write(f"{line % {'count': grouped(count), 'file': args.file}}\n")
    return 0


def _fault(sentence: str, **values: object) -> int:
    sys.stderr.write(f"{sentence % values}\n")
    return 2

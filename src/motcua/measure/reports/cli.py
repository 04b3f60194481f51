"""`motcua report make`: a report on the terminal or in a file."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    report = subparsers.add_parser("report", help="make reports from the record")
    parts = report.add_subparsers(dest="part", required=True)
    make = parts.add_parser("make", help="make a report of a form over a period")
    make.add_argument("form", help="its code, such as II.06a")
    make.add_argument("--from", dest="first", type=dt.date.fromisoformat, required=True, help="first day")
    make.add_argument("--to", dest="last", type=dt.date.fromisoformat, required=True, help="last day")
    make.add_argument("--as-of", default="", help="as known at a date, an instant or a position of the ledger")
    make.add_argument("--agency", default="", help="identity code of an agency: it and all below it")
    make.add_argument(
        "--format", choices=["json", "csv", "xlsx", "pdf", "docx"], default="json", help="json if not given"
    )
    make.add_argument("--out", type=Path, help="file to write; the terminal if not given (json and csv)")
    make.add_argument("--public", action="store_true", help="for the public: counts below 5 masked (not as XLSX)")
    make.set_defaults(run=run_make, needs_database=True)
    verify = parts.add_parser("verify", help="compute an issued report again, from the spans and from the ledger")
    verify.add_argument("issue", help="its identifier, or its number")
    verify.add_argument("--json", action="store_true", help="print as JSON")
    verify.set_defaults(run=run_verify, needs_database=True)
    listed = parts.add_parser("list", help="list the forms, and the reports that were made")
    listed.set_defaults(run=run_list, needs_database=True)
    again = parts.add_parser("recount", help="count a period a second time, straight from the ledger")
    again.add_argument("--from", dest="first", type=dt.date.fromisoformat, required=True, help="first day")
    again.add_argument("--to", dest="last", type=dt.date.fromisoformat, required=True, help="last day")
    again.set_defaults(run=run_recount, needs_database=True)


def run_make(args: argparse.Namespace) -> int:
    """Print the report; 2 for a wrong argument, 1 where a check fails."""
    from django.utils.translation import gettext as _

    from motcua.measure.metrics.positions import BeforeTheRecord, before_the_record
    from motcua.measure.reports.making import TooManyRows, UnknownForm, form_of, forms, make
    from motcua.record.ledger.numbers import grouped

    if args.public and args.format == "xlsx":
        told = _("a workbook sums by itself and would give masked counts away: choose json, csv, pdf or docx")
        return _fault(told)
    if args.last < args.first:
        return _fault(_("the period ends before it begins"))
    try:
        report = make(form_of(args.form), _question(args), _language(args))
    except UnknownForm as error:
        told = _("there is no report form %(code)s; there are %(known)s")
        return _fault(told % {"code": error.args[0], "known": ", ".join(sorted(forms()))})
    except BeforeTheRecord:
        return _fault(before_the_record(args.as_of))
    except TooManyRows as error:
        most, here = error.args
        told = _("%(form)s holds %(most)s rows, and there are %(here)s: choose a shorter period or an agency")
        return _fault(told % {"form": args.form, "most": grouped(most), "here": grouped(here)})
    except (ValueError, OverflowError) as error:
        return _fault(str(error))
    try:
        if not _written(args, report):
            return _fault(_("%(format)s is no text: name a file with --out") % {"format": args.format})
    except OSError as error:
        return _fault(_("%(file)s cannot be written: %(why)s") % {"file": args.out, "why": error.strerror})
    return 0 if all(check.holds for check in report.checks) else 1


def _language(args: argparse.Namespace) -> str:
    """Return the language of the report: Vietnamese, as the forms are, unless another one is asked for."""
    return getattr(args, "language", "") or "vi"


def _written(args: argparse.Namespace, report: Any) -> bool:
    """Write the report as a file or on the terminal; tell whether it could be."""
    from motcua.measure.reports.making import as_json
    from motcua.measure.reports.public import as_public
    from motcua.measure.reports.writing import FILES

    if args.out is None and args.format not in ("json", "csv"):
        return False
    content = as_json(report, _language(args))
    if args.public:
        content = as_public(report.form, content)
    made = FILES[args.format][1](report.form, content, _agency(args.agency, args.last), None, _language(args))
    if args.out is None:
        sys.stdout.write(made.decode("utf-8-sig"))
    else:
        args.out.write_bytes(made)
    return True


def _question(args: argparse.Namespace) -> Any:
    from motcua.measure.metrics.positions import catch_up, position_of
    from motcua.measure.reports.asking import question_of

    newest = catch_up()
    agency = _agency(args.agency, args.last)
    return question_of(args.first, args.last, agency, position_of(args.as_of) if args.as_of else newest)


def _agency(code: str, on: dt.date) -> Any:
    from django.utils.translation import gettext as _

    from motcua.record.organisation.queries import agency_by_code

    if not code:
        return None
    agency = agency_by_code(code, on)
    if agency is None:
        raise ValueError(_("no agency has the code %(code)s on %(day)s") % {"code": code, "day": on})
    return agency


def run_list(args: argparse.Namespace) -> int:
    """Print forms and reports, the newest report first."""
    from motcua.measure.reports.making import forms
    from motcua.measure.reports.models import Issue

    sys.stdout.writelines(
        f"{form.code}\t{form.title('vi')}\n" for form in sorted(forms().values(), key=lambda f: f.code)
    )
    for issue in Issue.objects.defer("content").select_related("agency").order_by("-made_at")[:200]:
        sys.stdout.write(f"{_line(issue)}\n")
    return 0


def _line(issue: Any) -> str:
    """Return what is told of a report in a list."""
    whose = issue.agency.name_vi if issue.agency else "-"
    told = (issue.pk, issue.form, issue.first, issue.last, whose, issue.status, issue.number or "-", issue.edition)
    return "\t".join(map(str, told))


def run_verify(args: argparse.Namespace) -> int:
    """Say whether an issued report stands; 1 where it does not, 2 where there is none."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from motcua.measure.reports.verifying import verify_report

    found_issues = _issues(args.issue)
    if not found_issues:
        return _fault(_("there is no report %(name)s") % {"name": args.issue})
    if len(found_issues) > 1:
        told = _("several agencies have issued a report %(name)s; name it by its identifier:") % {"name": args.issue}
        return _fault("\n".join([told, *map(_line, found_issues)]))
    (issue,) = found_issues
    on_terminal = sys.stderr.isatty()

    def progress(done: int) -> None:
        if on_terminal:
            told = ngettext("%(count)s dossier replayed", "%(count)s dossiers replayed", done)
            sys.stderr.write(f"\r{told % {'count': done}}")

    found = verify_report(issue, progress=progress)
    if args.json:
        told = {"ok": found.ok, "findings": [{"kind": f.kind, "cells": list(f.cells)} for f in found.findings]}
        sys.stdout.write(json.dumps({"report": str(issue.pk), **told}, ensure_ascii=False) + "\n")
    else:
        differs, content = _("%(kind)s differs: %(places)s"), _("the frozen content")
        lines = [differs % {"kind": f.kind, "places": "; ".join(f.cells) or content} for f in found.findings]
        sys.stdout.write("\n".join(lines or ["ok"]) + "\n")
    return 0 if found.ok else 1


def _issues(text: str) -> list[Any]:
    """Return the reports of an identifier or a number; each agency has numbers of its own."""
    import uuid

    from motcua.measure.reports.models import Issue

    try:
        return list(Issue.objects.filter(pk=uuid.UUID(text)))
    except ValueError:
        return list(Issue.objects.filter(number=text).select_related("agency").order_by("-signed_at"))


def run_recount(args: argparse.Namespace) -> int:
    """Compare the spans of a period with the ledger; 1 where they differ, each dossier named."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from motcua.measure.metrics.positions import catch_up
    from motcua.measure.metrics.questions import Question
    from motcua.measure.metrics.second_count import count_again
    from motcua.serve.dossiers.models import Dossier

    if args.last < args.first:
        return _fault(_("the period ends before it begins"))
    found = count_again(Question(args.first, args.last, catch_up()))
    line = ngettext(
        "%(count)s dossier counted from the ledger, %(differing)s told otherwise",
        "%(count)s dossiers counted from the ledger, %(differing)s told otherwise",
        found.dossiers,
    )
    sys.stdout.write(f"{line % {'count': found.dossiers, 'differing': found.differing}}\n")
    keys = [each.dossier_id for each in found.examples]
    codes = {str(pk): code for pk, code in Dossier.objects.filter(pk__in=keys).values_list("pk", "code")}
    for each in found.examples:
        line = _("%(dossier)s %(field)s: %(spans)s in spans, %(ledger)s in the ledger")
        values = {"spans": each.spans, "ledger": each.ledger, "field": each.field or _("there")}
        sys.stdout.write(f"{line % {'dossier': codes.get(each.dossier_id, each.dossier_id), **values}}\n")
    return 1 if found.differing else 0


def _fault(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 2

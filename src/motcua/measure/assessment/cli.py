"""`motcua assessment verify`: does a published round stand."""

import argparse
import json
import sys
import uuid
from typing import Any


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    assessment = subparsers.add_parser("assessment", help="check published rounds of assessment")
    parts = assessment.add_subparsers(dest="part", required=True)
    verify = parts.add_parser("verify", help="compute a published round again, and compare it with the ledger")
    verify.add_argument("round", help="its identifier, or its name")
    verify.add_argument("--json", action="store_true", help="print as JSON")
    verify.set_defaults(run=run_verify, needs_database=True)


def run_verify(args: argparse.Namespace) -> int:
    """Say whether a published round stands; 1 where it does not, 2 where there is none."""
    from django.utils.translation import gettext as _

    from motcua.measure.assessment.verifying import verify_round

    found = _round(args.round)
    if found is None:
        told = _("there is no published round %(name)s") % {"name": args.round}
        sys.stderr.write(f"{told}\n")
        return 2
    findings = verify_round(found)
    if args.json:
        told = [{"kind": f.kind, "places": list(f.places)} for f in findings]
        answer = {"round": str(found.pk), "sha256": found.sha256, "ok": not findings, "findings": told}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        differs, content = _("%(kind)s differs: %(places)s"), _("the frozen content")
        lines = [differs % {"kind": f.kind, "places": "; ".join(f.places) or content} for f in findings]
        sys.stdout.write("\n".join(lines or [f"ok {found.sha256}"]) + "\n")
    return 1 if findings else 0


def _round(text: str) -> Any:
    from motcua.measure.assessment.models import Round

    published = Round.objects.exclude(published_at=None)
    try:
        return published.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return published.filter(name=text).order_by("-published_at").first()

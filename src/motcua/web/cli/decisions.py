"""`motcua decisions commit FILE`: a decision that changes agencies, written as YAML, carried out or only previewed."""

import argparse
import datetime as dt
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from motcua.web.cli.speaking import language, translate
from motcua.web.cli.words import _

LARGEST = 1_000_000
HEAD = ("number", "signed_on", "effective_on", "legal_basis", "issuer", "series", "lines")
NEEDED = ("number", "signed_on", "effective_on", "legal_basis", "lines")
LINE = ("kind", "sources", "results", "continues")
RESULT = ("code", "name_vi", "name_en", "level", "parent", "unit_code")


class BadDecision(ValueError):
    """A file that cannot be read as a decision; the sentence begins with the place."""


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    room = subparsers.add_parser("decisions", help="decisions that create, merge, split, rename, move agencies")
    parts = room.add_subparsers(dest="part", required=True)
    commit = parts.add_parser("commit", help="commit the decision of a YAML file, all or nothing")
    commit.add_argument("file", type=Path, help="the decision, as YAML")
    commit.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    commit.set_defaults(run=run_commit, needs_database=True)


def run_commit(args: argparse.Namespace) -> int:
    """Commit a decision and say what moved; 2 where that cannot be, a sentence for each reason, nothing changed."""
    from motcua.record.organisation.errors import Invalid, Refused

    try:
        lines = _carried(read_decision(args.file), args.dry_run)
    except OSError as error:
        return _faults([f"{args.file}: {translate(language(args), error.strerror or '')}"])
    except BadDecision as error:
        return _faults([f"{args.file}: {error}"])
    except Invalid as invalid:
        return _faults(error.message for error in invalid.errors)
    except Refused as refusal:
        return _faults([refusal.message])
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _faults(sentences: Iterable[str]) -> int:
    sys.stderr.writelines(f"{sentence}\n" for sentence in sentences)
    return 2


# --- the file -------------------------------------------------------------------------------------------------


def read_decision(file: Path) -> Mapping[str, Any]:
    """Return a decision's file: its head as text and dates, its lines as mappings of the known words.

    Raises:
        OSError: it cannot be opened.
        BadDecision: it is no YAML, or a word is unknown, missing or of another kind than it must be.
    """
    try:
        text = file.read_text(encoding="utf-8")
        if len(text) > LARGEST:
            raise BadDecision(_("the file is too large"))
        data = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadDecision(_("no YAML: %(why)s") % {"why": " ".join(str(error).split())}) from None
    head = _mapping(data, HEAD, _("the file"))
    for name in NEEDED:
        if not head.get(name):
            raise BadDecision(_("%(name)s is missing") % {"name": name})
    for name in ("signed_on", "effective_on"):
        if type(head[name]) is not dt.date:
            told = _("%(name)s: %(value)s is not a date such as 2026-01-31")
            raise BadDecision(told % {"name": name, "value": head[name]})
    head["lines"] = [_line(line, f"lines[{number}]") for number, line in enumerate(_list(head["lines"], "lines"), 1)]
    return head


def _mapping(data: Any, known: Sequence[str], place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadDecision(_("%(place)s has no words such as %(known)s: …") % {"place": place, "known": known[0]})
    for name in data:
        if name not in known:
            told = _("%(place)s: %(name)s is not known; known are %(known)s")
            raise BadDecision(told % {"place": place, "name": name, "known": ", ".join(known)})
    return data


def _list(data: Any, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise BadDecision(_("%(place)s is not a list") % {"place": place})
    return data


def _line(data: Any, place: str) -> dict[str, Any]:
    line = _mapping(data, LINE, place)
    sources = [str(code) for code in _list(line.get("sources") or [], f"{place}.sources")]
    results = [
        {name: str(value) for name, value in _mapping(result, RESULT, f"{place}.results[{number}]").items()}
        for number, result in enumerate(_list(line.get("results") or [], f"{place}.results"), 1)
    ]
    kind, continues = str(line.get("kind", "")), line.get("continues") is True
    return {"kind": kind, "sources": sources, "results": results, "continues": continues, "place": place}


# --- carrying it out ------------------------------------------------------------------------------------------


def _carried(data: Mapping[str, Any], dry_run: bool) -> list[str]:
    """Draft, preview and commit in one transaction; return what is to be told.

    Raises:
        Refused, Invalid: as the actions of decisions; nothing is kept.
    """
    from django.db import transaction
    from django.utils import timezone

    from motcua.record.organisation.actions.history import add_line, commit_decision, draft_decision, preview_decision
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.errors import Invalid, Refused

    now = timezone.now()
    by = system(timezone.localdate(now))
    head = {name: value for name, value in data.items() if name != "lines"}
    head |= {name: str(head[name]) for name in ("number", "legal_basis", "issuer") if name in head}
    with transaction.atomic():
        decision = draft_decision(by=by, now=now, **head)
        for line in data["lines"]:
            add_line(by=by, decision_id=decision.pk, line=_input(line, decision.effective_on), now=now)
        found = preview_decision(by=by, decision_id=decision.pk, now=now)
        if found.faults:
            raise Invalid([Refused("decision.fault", f"{fault.subject}: {fault.message}") for fault in found.faults])
        told = _told(found)
        if dry_run:
            transaction.set_rollback(True)
            return [*told, _("nothing was changed")]
        done = commit_decision(by=by, decision_id=decision.pk, now=now)
    return [*told, f"{done.number}: {done.get_status_display()}"]


def _input(line: Mapping[str, Any], day: dt.date) -> Any:
    from motcua.record.organisation.actions.history import LineInput, Outcome

    results = []
    for number, result in enumerate(line["results"], 1):
        place = f"{line['place']}.results[{number}]"
        words = {name: value for name, value in result.items() if name not in ("code", "parent")}
        if "parent" in result:
            words["parent"] = _agency(result["parent"], day, f"{place}.parent") if result["parent"] else 0
        # Without a name a code means an agency that is there; with one, an agency that comes to be.
        if result.get("code") and not result.get("name_vi"):
            words["agency"] = _agency(result["code"], day, f"{place}.code")
        elif "code" in result:
            words["code"] = result["code"]
        results.append(Outcome(**words))
    sources = [_agency(code, day, f"{line['place']}.sources") for code in line["sources"]]
    return LineInput(line["kind"], sources, results, line["continues"])


def _agency(code: str, day: dt.date, place: str) -> int:
    """Return the agency of a code on the eve of the decision's day."""
    from motcua.record.organisation.queries import agency_by_code

    agency = agency_by_code(code, day - dt.timedelta(days=1))
    if agency is None:
        told = _("%(place)s: no agency has the code %(code)s on the eve of %(day)s")
        raise BadDecision(told % {"place": place, "code": code, "day": day})
    return int(agency.pk)


def _told(found: Any) -> list[str]:
    """Return a line for each agency that begins or ends, and how much moves of each kind."""
    begin = [_("begins: %(agency)s") % {"agency": f"{new.code} {new.name_vi}"} for new in found.made]
    end = [_("ends: %(agency)s") % {"agency": f"{end.old.code} {end.old.name_vi}"} for end in found.endings]
    counts: dict[str, int] = {}
    for one in found.moving:
        counts[str(one.mover.label)] = counts.get(str(one.mover.label), 0) + one.plan.count
    moves = ", ".join(f"{count} {name}" for name, count in counts.items()) or _("nothing")
    return [*begin, *end, _("moves: %(what)s") % {"what": moves}]

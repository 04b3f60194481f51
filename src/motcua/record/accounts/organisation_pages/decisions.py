"""Pages of decisions that change agencies, and of a province that is set up from the country's units."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.formats.datafiles import DataFault, datasets_folder
from motcua.record.accounts.access import access
from motcua.record.accounts.organisation_pages.decision_words import lines_of
from motcua.record.accounts.organisation_pages.views import date_in, number_in
from motcua.record.organisation.actions.country import load_administrative_units
from motcua.record.organisation.actions.history import (
    LineInput,
    Outcome,
    Preview,
    add_line,
    carry_out_decision,
    change_decision,
    commit_decision,
    discard_decision,
    draft_decision,
    preview_decision,
    remove_line,
)
from motcua.record.organisation.actions.history.drafting import MOST_AGENCIES
from motcua.record.organisation.actions.setting_up import setup_province
from motcua.record.organisation.decision_models import Decision, LineKind
from motcua.record.organisation.errors import Invalid, NotFound, Refused
from motcua.record.organisation.history import dated
from motcua.record.organisation.identity_codes import province_codes
from motcua.record.organisation.jobs import carry_out_decisions
from motcua.record.organisation.models import AdministrativeUnit, Agency, Era, Level
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.unit_files import read_units
from motcua.rules.identifiers import IdentifierError, canonical_agency_code

# How many agencies the form of a line offers places for; "More lines" gives as many again, up to what a line may name.
PLACES = {LineKind.MERGED: 6, LineKind.SPLIT: 1}
PARTS = 4


@access(ADMINISTERS)
def decisions(request: HttpRequest) -> HttpResponse:
    """List the decisions, the newest day first; begin a draft."""
    errors: list[Refused] = []
    if request.method == "POST":
        try:
            made = draft_decision(by=request.actor, **_head_of(request.POST), now=timezone.now())
            return redirect("organisation:decision", made.pk)
        except Refused as refusal:
            errors = [refusal]
    rows = Decision.objects.order_by("-effective_on", "-drafted_at")
    context = {
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "typed": request.POST,
        "series": Decision.Series.choices,
        "errors": _shown(errors),
    }
    return render(request, "organisation/decisions.html", context, status=422 if errors else 200)


# Where the page has the input that an error names.
INPUTS = {
    "number": "d-number",
    "signed_on": "d-signed",
    "effective_on": "d-effective",
    "legal_basis": "d-basis",
    "issuer": "d-issuer",
    "series": "d-series",
    "source": "source-1",
    "sources": "source-1",
    "results": "pc-1",
    "part_agency": "pa-1",
    **{name: name for name in ("result", "code", "level", "name_vi", "parent")},
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and the input to go to."""

    message: str
    target: str


def _shown(errors: Iterable[Refused]) -> list[Wrong]:
    return [Wrong(error.message, INPUTS.get(error.field, "main")) for error in errors]


def _head_of(typed: QueryDict) -> dict[str, object]:
    return {
        "number": typed.get("number", ""),
        "signed_on": date_in(typed.get("signed_on", "")),
        "effective_on": date_in(typed.get("effective_on", "")),
        "legal_basis": typed.get("legal_basis", ""),
        "issuer": typed.get("issuer", ""),
        "series": typed.get("series", Decision.Series.ANEW),
    }


@access(ADMINISTERS)
def decision(request: HttpRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Show a decision; change, preview, commit or discard a draft; give the form of a line more places."""
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    what = request.POST.get("what", "")
    if what == "more":
        return _page(request, found)
    if what == "preview":
        preview = preview_decision(by=request.actor, decision_id=found.pk, now=timezone.now())
        return _page(request, found, preview=preview)
    try:
        messages.success(request, DO.get(what, _unknown)(request, found))
    except Invalid as invalid:
        return _page(request, found, errors=invalid.errors)
    except Refused as refusal:
        return _page(request, found, errors=[refusal])
    return redirect("organisation:decision", found.pk)


def _page(
    request: HttpRequest, found: Decision, *, errors: Iterable[Refused] = (), preview: Preview | None = None
) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    kind = kind if kind in LineKind.values else ""
    wrong = list(errors)
    sources = _places(request.POST, LineKind(kind)) if kind else []
    parts = _parts(request.POST) if kind == LineKind.SPLIT else []
    asked = request.POST.get("what") == "more"
    context = {
        "decision": found,
        "lines": lines_of(found),
        "errors": _shown(wrong),
        "preview": preview,
        "typed": request.POST,
        "kind": kind,
        "kinds": LineKind.choices,
        "kind_label": dict(LineKind.choices).get(kind, ""),
        "series": Decision.Series.choices,
        "levels": Level.choices,
        "sources": sources,
        "parts": parts,
        "most": MOST_AGENCIES,
        # After "More lines" one types on where the blank ones begin.
        "first_blank": _first_blank(parts if kind == LineKind.SPLIT else sources) if asked else 0,
        "agencies": _offered(found) if kind and found.is_draft else [],
        "is_due": found.effective_on <= timezone.localdate(),
    }
    return render(request, "organisation/decision.html", context, status=422 if wrong else 200)


def _offered(found: Decision) -> list[Agency]:
    """Return the agencies that a line may name, as they are called on the decision's day."""
    return dated(Agency.objects.on(found.effective_on).order_by("code"), found.effective_on)


def _places(typed: QueryDict, kind: LineKind) -> list[str]:
    """Return the places for agencies, what was typed first; as many again where more are asked for."""
    sent, step = typed.getlist("source"), PLACES.get(kind, 1)
    more = step if kind == LineKind.MERGED else 0
    return _padded([text for text in sent if text.strip()], _count(typed, len(sent), step, more), "")


def _parts(typed: QueryDict) -> list[tuple[str, str, str]]:
    """Return the places for what comes of a split, what was typed first; as many again where more are asked for."""
    columns = [typed.getlist(name) for name in ("part_agency", "part_code", "part_name")]
    sent = list(zip(*columns, strict=False))
    kept = [part for part in sent if any(text.strip() for text in part)]
    return _padded(kept, _count(typed, len(sent), PARTS, PARTS), ("", "", ""))


def _count(typed: QueryDict, sent: int, least: int, more: int) -> int:
    """Return how many places the page shows: those that it had, and more where they are asked for."""
    wanted = max(sent, least) + (more if typed.get("what") == "more" else 0)
    return min(wanted, MOST_AGENCIES)


def _padded(kept: list[Any], count: int, blank: Any) -> list[Any]:
    return [*kept, *[blank] * max(count - len(kept), 0)]


def _first_blank(places: Sequence[str | tuple[str, str, str]]) -> int:
    """Return the number of the first place in which nothing stands, from 1; 0 where there is none."""
    return next((n for n, place in enumerate(places, 1) if not any(place)), 0)


def _change(request: HttpRequest, found: Decision) -> str:
    change_decision(by=request.actor, decision_id=found.pk, **_head_of(request.POST), now=timezone.now())
    return _("The draft is changed.")


def _add(request: HttpRequest, found: Decision) -> str:
    line = LineReader(request.POST, found).line()
    add_line(by=request.actor, decision_id=found.pk, line=line, now=timezone.now())
    return _("The line is added.")


def _remove(request: HttpRequest, found: Decision) -> str:
    order = number_in(request.POST.get("line"))
    remove_line(by=request.actor, decision_id=found.pk, order=order, now=timezone.now())
    return _("The line is taken out.")


def _discard(request: HttpRequest, found: Decision) -> str:
    discard_decision(by=request.actor, decision_id=found.pk, now=timezone.now())
    return _("The draft is discarded; nothing has changed.")


def _commit(request: HttpRequest, found: Decision) -> str:
    done = commit_decision(by=request.actor, decision_id=found.pk, now=timezone.now())
    if done.status == Decision.Status.CARRIED_OUT:
        return _("The decision is carried out.")
    if done.effective_on <= timezone.localdate():
        transaction.on_commit(carry_out_decisions.defer)
        return _("The decision is committed; so much is open that it moves in the background, in a few minutes.")
    return _("The decision is committed; what is open moves on its day.")


def _carry_out(request: HttpRequest, found: Decision) -> str:
    carry_out_decision(by=request.actor, decision_id=found.pk, now=timezone.now())
    return _("The decision is carried out.")


def _unknown(request: HttpRequest, found: Decision) -> str:
    raise Refused("decision.what", _("Choose what to do."))


DO: dict[str, Callable[[HttpRequest, Decision], str]] = {
    "change": _change,
    "add": _add,
    "remove": _remove,
    "discard": _discard,
    "commit": _commit,
    "carry_out": _carry_out,
}


class LineReader:
    """The form of a line, read for its kind; agencies are typed by code, in either order, or by their whole name."""

    def __init__(self, typed: QueryDict, found: Decision) -> None:
        self.typed = typed
        self.decision = found

    def line(self) -> LineInput:
        """Return the line as typed.

        Raises:
            Refused: an agency that does not exist; it names the field.
        """
        kind = self.typed.get("kind", "")
        sources = [self.agency(text, "source") for text in self.typed.getlist("source") if text.strip()]
        return LineInput(kind, sources, self._results(kind), continues=bool(self.typed.get("continues")))

    def _results(self, kind: str) -> list[Outcome]:
        name = {"name_vi": self.typed.get("name_vi", ""), "name_en": self.typed.get("name_en", "")}
        if kind == LineKind.RENAMED:
            return [Outcome(**name)]
        if kind == LineKind.MOVED:
            return [Outcome(parent=self._parent() or 0)]
        if kind == LineKind.SPLIT:
            return [self._part(*part) for part in _parts(self.typed) if any(part)]
        existing = self.typed.get("result", "").strip()
        if existing:
            return [Outcome(agency=self.agency(existing, "result"))]
        if kind == LineKind.DISSOLVED:
            return []
        level, parent = self.typed.get("level", ""), self._parent()
        return [Outcome(code=self.typed.get("code", ""), **name, level=level, parent=parent)]

    def _part(self, existing: str, code: str, name: str) -> Outcome:
        if existing.strip():
            return Outcome(agency=self.agency(existing, "part_agency"))
        return Outcome(code=code, name_vi=name, level=self.typed.get("level", ""), parent=self._parent())

    def _parent(self) -> int | None:
        text = self.typed.get("parent", "").strip()
        return self.agency(text, "parent") if text else None

    def agency(self, text: str, field: str) -> int:
        """Return the agency that was typed or chosen: `H15.14 Sở …`, `000.00.14.H15`, or a name."""
        words = text.split()
        there = Agency.objects.on(self.decision.effective_on)
        try:
            found = there.filter(code=canonical_agency_code(words[0])).first()
        except IdentifierError:
            found = there.filter(name_vi__iexact=text.strip()).first()
        if found is None:
            raise NotFound(
                "agency.typed",
                _("There is no agency “%(typed)s” on that date; choose one from the list."),
                field=field,
                params={"typed": text[:100]},
            )
        return int(found.pk)


@access(ADMINISTERS)
def setup(request: HttpRequest) -> HttpResponse:
    """Set up a province with its communes by its unit's code; load the country's units first."""
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _load(request) if request.POST.get("what") == "load" else _set_up(request))
            return redirect("organisation:setup")
        except Refused as refusal:
            error = refusal.message
        except DataFault as fault:
            error = str(fault)
    known = province_codes()
    provinces = AdministrativeUnit.objects.filter(era=Era.TWO_TIERS, level=Level.PROVINCE).order_by("code")
    there = Agency.objects.on(timezone.localdate()).filter(level=Level.PROVINCE)
    done = set(there.values_list("unit_code", flat=True))
    context = {
        "error": error,
        "typed": request.POST,
        "provinces": [(unit, known.get(unit.code, ""), unit.code in done) for unit in provinces],
    }
    return render(request, "organisation/setup.html", context, status=422 if error else 200)


def _load(request: HttpRequest) -> str:
    units = read_units(datasets_folder() / "units")
    added = load_administrative_units(by=request.actor, units=units, now=timezone.now())
    return _("%(added)d units of the country were loaded.") % {"added": added}


def _set_up(request: HttpRequest) -> str:
    code = request.POST.get("unit_code", "")
    done = setup_province(
        by=request.actor,
        unit_code=code,
        identity_code=request.POST.get("identity_code", "").strip() or province_codes().get(code, ""),
        now=timezone.now(),
    )
    return _("%(name)s: %(added)d agencies were added, %(kept)d were there already.") % {
        "name": done.province.name,
        "added": done.added,
        "kept": done.kept,
    }

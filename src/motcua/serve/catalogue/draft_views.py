"""The page on which the next version of a procedure is drafted: names, limits, fees, papers, legal bases, form."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.serve.catalogue.actions.discarding import discard_version
from motcua.serve.catalogue.actions.revising import draft_digest, revise_draft
from motcua.serve.catalogue.content import ProcedureData
from motcua.serve.catalogue.draft_forms import DraftRow, bases_text, data_from, rows_of, sent_rows
from motcua.serve.catalogue.models import Channel, Fee, Procedure, ProcedureVersion, ServiceLevel, TimeUnit
from motcua.serve.catalogue.presenting import changes_between
from motcua.serve.catalogue.publication.drafting import draft_next_version, sources_of
from motcua.serve.catalogue.publication.models import PublicationDecision
from motcua.serve.catalogue.publication.parsing import date_of
from motcua.serve.catalogue.publication.policies import DRAFTS
from motcua.serve.catalogue.publication.queries import open_decision_of, open_item_of
from motcua.serve.catalogue.reading import PARTS, content_of, with_parts
from motcua.serve.forms.models import FormDefinition

TITLES = {
    "case": gettext_lazy("Cases"),
    "method": gettext_lazy("Ways to hand in"),
    "component": gettext_lazy("Papers"),
    "fee": gettext_lazy("Fees"),
    "result": gettext_lazy("Results"),
}
LABELS = {
    "name": gettext_lazy("Name"),
    "name_en": gettext_lazy("Name (English)"),
    "note_en": gettext_lazy("Note (English)"),
    "terms_en": gettext_lazy("When it applies (English)"),
    "channel": gettext_lazy("Way of handing in"),
    "amount": gettext_lazy("Number"),
    "unit": gettext_lazy("Unit"),
    "note": gettext_lazy("Note"),
    "originals": gettext_lazy("Originals"),
    "certified": gettext_lazy("Certified"),
    "copies": gettext_lazy("Copies"),
    "optional": gettext_lazy("If it applies"),
    "form_name": gettext_lazy("Form's number"),
    "case": gettext_lazy("Case"),
    "per": gettext_lazy("For each"),
    "later_from": gettext_lazy("From page"),
    "later_amount": gettext_lazy("then a page"),
    "most": gettext_lazy("At most a copy"),
    "when": gettext_lazy("Paid when"),
    "terms": gettext_lazy("When it applies"),
    "paper_only": gettext_lazy("On paper only"),
}
HIDDEN, TICKED, LONG = ("key",), ("optional", "paper_only"), ("note", "terms", "note_en", "terms_en")
# English words stand below the Vietnamese ones, in their cell.
BELOW = ("name_en", "note_en", "terms_en")
SIZES = {
    **dict.fromkeys(("amount", "later_amount", "most"), 7),
    **dict.fromkeys(("later_from", "originals", "certified", "copies"), 3),
    "form_name": 12,
}


@dataclass(frozen=True)
class Cell:
    """One input of a table's row as the page shows it."""

    id: str
    label: str
    kind: str
    value: str
    error: str = ""
    size: int = 24
    choices: tuple[tuple[str, str], ...] = ()
    english: bool = False


@access(DRAFTS)
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Show the draft of a procedure's next version, open one, or save what was typed."""
    procedure = _procedure(request, code)
    found = _draft_of(procedure)
    if found is None:
        return _open(request, procedure)
    if request.method == "POST" and request.POST.get("what") != "open":
        return _save(request, found)
    return _show(request, found, rows_of(content_of(found)))


def _procedure(request: HttpRequest, code: str) -> Procedure:
    """Return a procedure whose next version the actor may draft."""
    procedure = Procedure.objects.select_related("field").filter(code=code).first()
    if procedure is None:
        raise Http404
    DRAFTS.check(request.actor, procedure)
    return procedure


def _draft_of(procedure: Procedure) -> ProcedureVersion | None:
    drafts = with_parts(procedure.versions.filter(status=ProcedureVersion.Status.DRAFT))
    return drafts.order_by("-number").first()


def _open(request: HttpRequest, procedure: Procedure) -> HttpResponse:
    """Offer to draft the next version, as a copy of the newest that is published or of one that was discarded."""
    sources = list(sources_of(procedure))
    error = ""
    if request.method == "POST" and sources:
        chosen = next((one for one in sources if str(one.number) == request.POST.get("copy")), sources[0])
        try:
            day = date_of(request.POST, "valid_from")
            draft_next_version(by=request.actor, version_id=chosen.pk, valid_from=day, now=timezone.now())
            return redirect("catalogue:draft", procedure.code)
        except Refused as refusal:
            error = refusal.message
    context = {"procedure": procedure, "sources": sources, "error": error, "typed": request.POST}
    return render(request, "catalogue/draft_open.html", context, status=422 if error else 200)


@access(DRAFTS)
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Ask why the draft of a procedure is discarded, say what is lost, and discard it."""
    found = _draft_of(_procedure(request, code))
    if found is None:
        messages.info(request, _("This procedure has no draft."))
        return redirect("catalogue:record", code)
    sent = request.POST
    if request.method != "POST":
        return _ask_discard(request, found)
    same = {"by": request.actor, "version_id": found.pk, "now": timezone.now()}
    try:
        discard_version(reason=sent.get("reason", ""), seen=sent.get("seen", ""), **same)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _ask_discard(request, found, refusal)
    messages.success(request, _("The draft is discarded. It stays readable and can be copied."))
    response = redirect("catalogue:record", code)
    response["Location"] += f"?version={found.number}"
    return response


def _ask_discard(request: HttpRequest, found: ProcedureVersion, refusal: Refused | None = None) -> HttpResponse:
    item, before = open_item_of(found.pk), _before(found)
    if before is not None:
        prefetch_related_objects([before], *PARTS)
    context = {
        "version": found,
        "before": before,
        "changes": changes_between(content_of(before), content_of(found)) if before else [],
        "decision": item.decision if item else None,
        "held": bool(item and item.decision.state != PublicationDecision.State.DRAFT),
        "others": bool(item and not DRAFTS.allows(request.actor, item.decision)),
        "reason": request.POST.get("reason", ""),
        # After a conflict the page shows what the draft holds now; it is discarded by a second press.
        "seen": draft_digest(found),
        "refusal": refusal,
    }
    return render(request, "catalogue/draft_discard.html", context, status=refusal.status if refusal else 200)


def _before(found: ProcedureVersion) -> ProcedureVersion | None:
    """Return the version that a draft is compared with: the newest before it that was not discarded."""
    earlier = found.procedure.versions.filter(number__lt=found.number)
    return earlier.exclude(status=ProcedureVersion.Status.DISCARDED).order_by("-number").first()


def _save(request: HttpRequest, found: ProcedureVersion) -> HttpResponse:
    rows, base = sent_rows(request.POST), content_of(found)
    try:
        data = data_from(request.POST, base, rows)
        seen = request.POST.get("seen", "")
        revise_draft(by=request.actor, version_id=found.pk, data=data, seen=seen, now=timezone.now())
    except Invalid as invalid:
        return _show(request, found, rows, invalid.errors, invalid.status)
    except Conflict as conflict:
        return _show(request, found, rows, [conflict], conflict.status)
    messages.success(request, _("The draft is saved."))
    return redirect("catalogue:draft", found.procedure.code)


def _show(
    request: HttpRequest,
    found: ProcedureVersion,
    rows: dict[str, list[DraftRow]],
    errors: list[Refused] | None = None,
    status: int = 200,
) -> HttpResponse:
    data = content_of(found)
    by_field = {error.field: error.message for error in errors or []}
    if errors:
        # What was typed is shown again, with blank rows to add.
        rows = {table: [*known, DraftRow(len(known) + 1, {})] for table, known in rows.items()}
    cases = tuple((row.typed["key"], row.typed["name"]) for row in rows["case"] if row.typed.get("key"))
    context = {
        "version": found,
        "typed": request.POST if errors else _typed(data),
        "tables": [_table(table, rows[table], by_field, cases) for table in TITLES],
        "errors": by_field,
        "seen": request.POST.get("seen", "") if errors else draft_digest(found),
        "units": TimeUnit.choices,
        "levels": [(str(value), label) for value, label in ServiceLevel.choices],
        "forms": FormDefinition.objects.order_by("name_vi"),
        "decision": open_decision_of(found.pk),
        "before": _before(found),
    }
    return render(request, "catalogue/draft.html", context, status=status)


def _typed(data: ProcedureData) -> dict[str, Any]:
    return {
        "name_vi": data.name.vi,
        "name_en": data.name.en,
        "limit_amount": str(data.limit.amount),
        "limit_unit": data.limit.unit,
        "cut_off": f"{data.cut_off:%H:%M}" if data.cut_off else "",
        "at_once": data.at_once,
        "outline": data.outline,
        "service_level": str(data.service_level),
        "form": data.form,
        "valid_from": data.valid_from.isoformat(),
        "requirements_vi": data.requirements.vi,
        "requirements_en": data.requirements.en,
        "order_vi": data.order.vi,
        "order_en": data.order.en,
        "legal_bases": bases_text(data),
    }


def _table(
    table: str, rows: list[DraftRow], errors: dict[str, str], cases: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    names = [name for name in COLUMNS[table] if name != "case" or cases]
    return {
        "key": table,
        "title": TITLES[table],
        "heads": [LABELS[name] for name in names if name not in (*HIDDEN, *BELOW)],
        "rows": [_row(table, names, row, errors, cases) for row in rows],
        "count": len(rows),
    }


def _row(
    table: str, names: list[str], row: DraftRow, errors: dict[str, str], cases: tuple[tuple[str, str], ...]
) -> list[list[Cell]]:
    """Return the inputs of a row by the cell that they stand in; the first of each is the one that the cell is for."""
    found: list[list[Cell]] = []
    hidden: list[Cell] = []
    for name in names:
        cell = _cell(table, name, row, errors, cases)
        if name in HIDDEN:
            hidden.append(cell)
        elif name in BELOW:
            found[-1].append(cell)
        else:
            found.append([cell, *hidden])
            hidden = []
    return found


COLUMNS = {
    "case": ("key", "name", "name_en", "amount", "unit"),
    "method": ("channel", "amount", "unit", "note", "note_en"),
    "component": (
        "key", "name", "name_en", "originals", "certified", "copies", "optional", "form_name", "case", "note",
        "note_en",
    ),
    "fee": (
        "name", "name_en", "amount", "per", "later_from", "later_amount", "most", "when", "channel", "terms",
        "terms_en",
    ),
    "result": ("name", "name_en", "paper_only"),
}  # fmt: skip


def _cell(table: str, name: str, row: DraftRow, errors: dict[str, str], cases: tuple[tuple[str, str], ...]) -> Cell:
    key = f"{table}-{name}-{row.number}"
    choices = _choices(table, name, cases)
    kinds = ((HIDDEN, "hidden"), (TICKED, "tick"), (LONG, "long"))
    kind = next((kind for names, kind in kinds if name in names), "choice" if choices else "text")
    # A blank row counts in working days, as most limits do.
    value, label = row.typed.get(name) or ("wd" if name == "unit" else ""), f"{LABELS.get(name, '')} {row.number}"
    return Cell(key, label, kind, value, errors.get(key, ""), SIZES.get(name, 24), choices, name in BELOW)


def _choices(table: str, name: str, cases: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    channels = tuple((str(value), str(label)) for value, label in Channel.choices)
    every = ("", _("every one"))
    found = {
        ("method", "channel"): (("", "–"), *channels),
        ("method", "unit"): tuple(TimeUnit.choices),
        ("case", "unit"): tuple(TimeUnit.choices),
        ("component", "case"): (every, *cases),
        ("fee", "per"): tuple(Fee.Per.choices),
        ("fee", "when"): tuple(Fee.When.choices),
        ("fee", "channel"): (every, *channels),
    }
    return found.get((table, name), ())

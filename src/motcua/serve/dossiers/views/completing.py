"""The page on which a clerk completes what arrived, before it is received: who asks, papers, case, declaration."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.formats.papers.forms import national
from motcua.record.accounts.access import access
from motcua.record.organisation.errors import NotAllowed, NotFound, Refused
from motcua.rules.answers import Wrong, validate
from motcua.rules.working_time import to_local_date
from motcua.serve.catalogue.queries import cases_of, components_of
from motcua.serve.dossiers.actions import complete_arrival, receive_completed
from motcua.serve.dossiers.actions.completing import as_noted
from motcua.serve.dossiers.actions.declaring import declaration_of, form_of
from motcua.serve.dossiers.declarations import applicant_of, reused, with_kept_numbers, without_numbers
from motcua.serve.dossiers.filing import Completion, ComponentInput, PartyInput
from motcua.serve.dossiers.models import Declaration, Dossier, DossierComponent, PaidHow, Party, ReturnMethod, State
from motcua.serve.dossiers.offers import is_waiting
from motcua.serve.dossiers.policies import RETURNS
from motcua.serve.dossiers.queries import access_dossier
from motcua.serve.dossiers.views import parsing
from motcua.serve.dossiers.views.answering import all_of, errors_of, lacking_words, paper_rows
from motcua.serve.dossiers.views.declaring import PREFIX
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.rendering import page_of, read_sent

OWN = "own-"
TEXTS = ("name", "address", "email")
COUNTS = ("originals", "certified", "copies")


@dataclass(frozen=True)
class Named:
    """A paper outside the procedure's list, as a row of the page shows it."""

    key: str
    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    required: bool = False


@access(RETURNS)
def complete(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Show what arrived as a form, keep what is put to it, or keep it and receive the whole."""
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    RETURNS.check(request.actor, dossier)
    if dossier.state != State.NEW or is_waiting(dossier):
        messages.info(request, _("Only what arrived and is not received yet can be completed."))
        return redirect("dossiers:dossier", dossier_id)
    if request.method == "POST" and request.POST.get("decision") in ("save", "receive"):
        return _take(request, dossier)
    return _show(request, dossier)


def _take(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    post, page = request.POST, redirect("dossiers:dossier", dossier.pk)
    try:
        same = {"by": request.actor, "dossier_id": dossier.pk, "completion": completion_of(post, dossier)}
        if post["decision"] == "receive":
            receive_completed(payment=parsing.payment(post), **same)
            messages.success(request, _("Received: %(code)s") % {"code": dossier.code})
            page["Location"] += "?fresh=1"
        else:
            complete_arrival(**same)
            messages.success(request, _("It is recorded."))
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        return _show(request, dossier, refusal)
    return page


# --- what the page sends


def completion_of(post: QueryDict, dossier: Dossier) -> Completion:
    """Return what was typed; numbers that the page hides stay as they are where nothing was typed.

    Raises:
        Refused: a date of birth that is none.
    """
    if post.get("owner_born_on", "").strip() and parsing.date(post, "owner_born_on") is None:
        raise Refused("party.born_on", _("Give a date."), field="owner.born_on")
    return Completion(
        parties=_parties(post, dossier),
        components=tuple(_named_again(item, dossier) for item in parsing.components(post)),
        case=post["case"].strip()[:40] if "case" in post else None,
        sets=parsing.number(post, "sets", 1),
        pages=parsing.number(post, "pages") if "pages" in post else None,
        copies=parsing.number(post, "copies") if "copies" in post else None,
        return_method=_method(post),
        return_place=post.get("return_place", ""),
        summary=post.get("summary", ""),
        note=post.get("note", ""),
        answers=_answers(post, dossier),
    )


def _method(post: QueryDict) -> str | None:
    method = post.get("return_method", "")
    return method if method in ReturnMethod.values else None


def _parties(post: QueryDict, dossier: Dossier) -> dict[str, PartyInput]:
    """Return the parties that are noted or typed now, each with what the page does not show."""
    noted = {party.part: as_noted(party) for party in dossier.parties.all()}
    found = {}
    for part in Party.Part.values:
        typed = parsing.party(post, part)
        if part in noted:
            found[part] = _over(noted[part], typed or PartyInput(name=""), post, part)
        elif typed is not None:
            found[part] = typed
    return found


def _over(noted: PartyInput, typed: PartyInput, post: QueryDict, part: str) -> PartyInput:
    """Return a party with what the page sent; a hidden number that was left empty stays."""
    names = ("name", "kind", "born_on", "sex", "phone", "email", "address")
    sent = {name: getattr(typed, name) for name in names if f"{part}_{name}" in post}
    sent |= {
        name: post[f"{part}_{name}"].strip() for name in ("identity_number", "tax_code") if post.get(f"{part}_{name}")
    }
    ticked = typed.authenticated if part == Party.Part.OWNER else noted.authenticated
    return replace(noted, **sent, authenticated=ticked)


def _named_again(item: ComponentInput, dossier: Dossier) -> ComponentInput:
    """Return a paper outside the list under the name by which it was noted."""
    if not item.key.startswith(OWN):
        return item
    named = {f"{OWN}{row.pk}": row.name for row in dossier.components.filter(component=None)}
    return replace(item, key="", name=named.get(item.key, ""))


def _answers(post: QueryDict, dossier: Dossier) -> dict[str, Any] | None:
    form, kept = _form(dossier)
    if form is None or post.get("declare") != "on":
        return None
    sent = read_sent(form.definition, post, PREFIX)
    return with_kept_numbers(form.definition, sent, kept.answers) if kept else sent


def _form(dossier: Dossier) -> tuple[FormVersion | None, Declaration | None]:
    """Return the version of the form that asks, and what was answered so far."""
    kept = declaration_of(dossier)
    return (kept.form if kept else form_of(dossier.version, to_local_date(dossier.received_at))), kept


# --- what the page shows


def _show(request: HttpRequest, dossier: Dossier, refusal: Refused | None = None) -> HttpResponse:
    prefetch_related_objects([dossier.version], "cases", "components", "processes")
    cases = cases_of(dossier.version, dossier.received_on)
    parties = {party.part: party for party in dossier.parties.all()}
    papers = list(dossier.components.select_related("component").order_by("pk"))
    typed: Mapping[str, Any] = request.POST if request.method == "POST" else _noted(dossier, parties, papers)
    case = typed["case"] if cases.has(typed.get("case", "")) else cases.only
    asked = _asked(dossier, case, papers)
    context = {
        "dossier": dossier,
        "version": dossier.version,
        "v": typed,
        "sets": typed.get("sets", "1"),
        "kinds": Party.Kind.choices,
        "return_methods": ReturnMethod.choices,
        "cases": cases.choices,
        "case": case,
        "papers": paper_rows(asked, typed),
        "hidden": {part: _hidden(party) for part, party in parties.items()},
        "pay_choices": [(how, PaidHow(how).label) for how in (PaidHow.CASH, PaidHow.TRANSFER, PaidHow.EXEMPT)],
        "errors": errors_of(refusal) if refusal else {},
        "summary_errors": all_of(refusal) if refusal else [],
        **_declaration(request, dossier, parties),
    }
    context["lacks"] = lacking_words(dossier, [row for row in papers if row.is_in], context.get("kept"))
    return render(request, "dossiers/complete.html", context, status=refusal.status if refusal else 200)


def _asked(dossier: Dossier, case: str, papers: list[DossierComponent]) -> list[Any]:
    """Return the papers of the case, then others that were noted: of another case, or outside the list."""
    asked: list[Any] = list(components_of(dossier.version, case))
    known = {component.pk for component in asked}
    for row in papers:
        if row.component is None and row.is_in:
            asked.append(Named(f"{OWN}{row.pk}", row.name))
        elif row.component is not None and row.component.pk not in known and row.is_in:
            asked.append(row.component)
    return asked


def _noted(dossier: Dossier, parties: Mapping[str, Party], papers: list[DossierComponent]) -> dict[str, Any]:
    """Return what is noted so far, by the names of the page's inputs; identity numbers are not shown."""
    names = ("case", "sets", "return_method", "return_place", "note")
    typed: dict[str, Any] = {name: str(getattr(dossier, name)) for name in names}
    typed |= {name: str(getattr(dossier, name) or "") for name in ("pages", "copies")}
    typed["summary"] = "" if dossier.summary == dossier.version.name_vi[:500] else dossier.summary
    for part, party in parties.items():
        typed |= {f"{part}_{name}": getattr(party, name) for name in ("name", "kind", "sex", "email", "address")}
        typed[f"{part}_phone"] = national(party.phone) if party.phone else ""
        typed[f"{part}_born_on"] = party.born_on.isoformat() if party.born_on else ""
        typed |= {f"{part}_authenticated": "on"} if party.authenticated else {}
    for row in papers:
        if row.is_in:
            typed |= _noted_paper(row)
    return typed


def _noted_paper(row: DossierComponent) -> dict[str, Any]:
    key = row.component.key if row.component else f"{OWN}{row.pk}"
    counts = {f"{name}_{key}": str(getattr(row, name)) for name in COUNTS}
    ticks = {f"paper_{key}": any(getattr(row, name) for name in COUNTS), f"reused_{key}": row.reused}
    return counts | {name: "on" for name, on in ticks.items() if on}


def _hidden(party: Party) -> dict[str, str]:
    """Return the numbers that the page does not show in full."""
    return {"identity_number": party.identity_number, "tax_code": party.tax_code}


def _declaration(request: HttpRequest, dossier: Dossier, parties: Mapping[str, Party]) -> dict[str, Any]:
    form, kept = _form(dossier)
    if form is None:
        return {}
    post, fields, day = request.POST, form.definition, to_local_date(dossier.received_at)
    answers = read_sent(fields, post, PREFIX) if post else without_numbers(fields, kept.answers) if kept else {}
    wrong: Mapping[str, Wrong] = {}
    if post.get("decision") == "prefill":
        owner = parties.get(Party.Part.OWNER)
        answers = reused(fields, answers, _applicant(post, owner))
    elif post.get("decision") in ("save", "receive") and post.get("declare") == "on":
        whole = with_kept_numbers(fields, answers, kept.answers) if kept else answers
        found = validate(fields, whole, day)[1]
        # What may still be missing is marked only where it is to be received.
        wrong = {at: one for at, one in found.items() if post["decision"] == "receive" or one.code != "required"}
    declare = bool(kept) or post.get("declare") == "on" or post.get("decision") == "prefill"
    return {
        "form": form.form,
        "kept": kept,
        "declare": declare,
        "form_page": page_of(fields, answers, wrong, day, PREFIX),
    }


def _applicant(post: QueryDict, owner: Party | None) -> dict[str, str]:
    """Return what the form may take from the applicant: what was typed, else what is noted; no hidden number."""
    noted = applicant_of(owner) if owner else {}
    shown = {name: value for name, value in noted.items() if name not in ("identity_number", "tax_code")}
    typed = {name: post[f"owner_{name}"] for name in noted if post.get(f"owner_{name}")}
    return shown | typed

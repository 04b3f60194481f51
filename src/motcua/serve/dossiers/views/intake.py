"""The clerk's page: find the procedure, take the applicant, tick papers, see the promise, receive and print."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Refused
from motcua.rules.working_time import to_local_date
from motcua.serve.catalogue.models import Fee, ProcedureVersion
from motcua.serve.catalogue.presenting import limit_text
from motcua.serve.catalogue.queries import (
    Cases,
    cases_of,
    competent_agencies,
    components_of,
    fees_on,
    limit_of,
    process_for,
    version_for_receipt,
    versions_on,
)
from motcua.serve.dossiers.actions import (
    receive_dossier,
    receive_with,
    record_arrival,
    refuse_filing,
    request_papers_before_receipt,
)
from motcua.serve.dossiers.actions.checking import check_filing, promise_for
from motcua.serve.dossiers.actions.linked import group_on
from motcua.serve.dossiers.filing import Filing
from motcua.serve.dossiers.models import Channel, Dossier, PaidHow, Party, ReturnMethod
from motcua.serve.dossiers.policies import RECEIVES
from motcua.serve.dossiers.queries import access_dossier, earlier_parties
from motcua.serve.dossiers.views import parsing
from motcua.serve.dossiers.views.answering import all_of, errors_of, paper_rows
from motcua.serve.dossiers.views.declaring import declaration_context, sent_answers
from motcua.serve.dossiers.views.linked import groups_named, linked_intake

WARNINGS = {
    "citizen_id_birth_year": gettext_lazy("The identity number's birth year differs from the date of birth."),
    "citizen_id_sex": gettext_lazy("The identity number's sex digit differs."),
    "citizen_id_province": gettext_lazy("The identity number begins with no known province."),
}


@access(RECEIVES)
def intake(request: HttpRequest) -> HttpResponse:
    """Show the form for a procedure, and take it in."""
    code = request.POST.get("procedure") or request.GET.get("procedure", "")
    if code and (group := group_on(code, timezone.localdate())):
        return linked_intake(request, group)
    if request.method == "POST" and code and request.POST.get("decision") != "prefill":
        return _take(request, code)
    return _show(request, code)


def _show(request: HttpRequest, code: str, refusal: Refused | None = None) -> HttpResponse:
    """Show the form of a procedure with what was wrong, or the list of procedures where there is none of this code."""
    version = version_for_receipt(code, timezone.localdate()) if code else None
    if version is None:
        found = versions_on(timezone.localdate()).order_by("folded_name")[:200]
        status = 422 if code else 200
        context = {"versions": found, "groups": groups_named(""), "unknown": code, "first": _first_of(request)}
        return render(request, "dossiers/choose.html", context, status=status)
    cases = cases_of(version, timezone.localdate())
    case = request.POST.get("case") or request.GET.get("case", "")
    if refusal is None and cases.choices and not cases.only and not cases.has(case) and not _said_none(request):
        return _ask_case(request, version, cases)
    context = form_context(request, version, case if cases.has(case) else cases.only, cases)
    if refusal is not None:
        context |= {"errors": errors_of(refusal), "summary_errors": all_of(refusal)}
    status = refusal.status if refusal is not None else 200
    return render(request, "dossiers/intake.html", context, status=status)


def _said_none(request: HttpRequest) -> bool:
    """Tell whether the page was already asked which case it is."""
    return "case" in request.GET or "case" in request.POST


def _ask_case(request: HttpRequest, version: ProcedureVersion, cases: Cases) -> HttpResponse:
    """Ask which case it is, each with the papers that it wants and its time limit at the counter."""
    limits = (
        {}
        if version.at_once or version.outline
        else {c.key: limit_of(version, Channel.COUNTER, c.key) for c in cases.choices}
    )
    words = {key: limit_text(limit) for key, limit in limits.items()}
    shown = [(c, components_of(version, c.key), words.get(c.key, "")) for c in cases.choices]
    context = {"version": version, "cases": shown, "needed": cases.needed, "first": _first_of(request)}
    return render(request, "dossiers/choose_case.html", context)


def _take(request: HttpRequest, code: str) -> HttpResponse:
    filing = _filing(request)
    try:
        dossier = _decide(request, filing)
    except Refused as refusal:
        return _show(request, code, refusal)
    _warn(request, filing)
    messages.success(request, _("Received: %(code)s") % {"code": dossier.code})
    return redirect(f"/dossiers/{dossier.pk}/?fresh=1")


def _filing(request: HttpRequest) -> Filing:
    return replace(parsing.filing(request.POST), answers=sent_answers(request.POST, timezone.localdate()))


def _decide(request: HttpRequest, filing: Any) -> Dossier:
    post, by, now = request.POST, request.actor, timezone.now()
    decision = post.get("decision", "receive")
    if decision == "refuse":
        return refuse_filing(
            by=by, filing=filing, reason=post.get("reason", ""), legal_basis=post.get("legal_basis", ""), now=now
        )
    if decision == "ask":
        items = post.get("items", "").splitlines()
        return request_papers_before_receipt(
            by=by, filing=filing, items=items, reason=post.get("ask_reason", ""), now=now
        )
    if decision == "arrive":
        return record_arrival(by=by, filing=filing, now=now)
    key = post.get("form_key", "")
    if first := _first_of(request):
        return receive_with(by=by, first_id=first.pk, filing=filing, key=key, now=now)
    return receive_dossier(by=by, filing=filing, key=key, now=now)


def _first_of(request: HttpRequest) -> Dossier | None:
    """Return the dossier whose receipt this one shall share."""
    text = request.POST.get("with") or request.GET.get("with", "")
    try:
        return access_dossier(by=request.actor, dossier_id=uuid.UUID(text)) if text else None
    except (ValueError, Refused):
        return None


def _typed(request: HttpRequest, first: Dossier | None) -> Any:
    """Return what was typed, or the applicant of the dossier that this one goes with."""
    if request.method == "POST" or first is None:
        return request.POST
    owner = first.parties.get(part=Party.Part.OWNER)
    names = ("kind", "name", "identity_number", "tax_code", "sex", "phone", "email", "address")
    typed = {f"owner_{name}": getattr(owner, name) for name in names}
    return typed | {"owner_born_on": owner.born_on.isoformat() if owner.born_on else ""}


def _warn(request: HttpRequest, filing: Any) -> None:
    from motcua.serve.dossiers.filing import clean_party

    _party, warnings = clean_party(filing.owner, "owner", [])
    for code in warnings:
        messages.warning(request, str(WARNINGS.get(code, code)))


def form_context(request: HttpRequest, version: ProcedureVersion, case: str, cases: Cases) -> dict[str, Any]:
    """Return what the form shows: papers, fees, agencies, the promise, and what was typed before."""
    today, first = timezone.localdate(), _first_of(request)
    post = _typed(request, first)
    agencies = list(competent_agencies(version, today))
    own = next((a for a in agencies if a.pk == request.actor.agency_id), None)
    chosen = next(
        (a for a in agencies if a.code == post.get("agency")), own or (agencies[0] if len(agencies) == 1 else None)
    )
    fees = fees_on(version, parsing.number(post, "channel", 1))
    return {
        "version": version,
        "agencies": agencies,
        "chosen": chosen,
        "papers": paper_rows(components_of(version, case), post),
        "fees": fees,
        "fee_before": [f for f in fees if f.when == Fee.When.BEFORE],
        "case": case,
        "case_name": cases.named(case),
        "v": post,
        "first": first,
        "sets": post.get("sets", "1"),
        **declaration_context(request, version, today),
        "form_key": post.get("form_key") or uuid.uuid4().hex,
        "channels": Channel.choices,
        "return_methods": ReturnMethod.choices,
        "kinds": Party.Kind.choices,
        "pay_choices": [(PaidHow.CASH, PaidHow.CASH.label), (PaidHow.TRANSFER, PaidHow.TRANSFER.label),
                        (PaidHow.EXEMPT, PaidHow.EXEMPT.label)],
        **promise_context(version, chosen, parsing.number(post, "channel", 1), case),
    }  # fmt: skip


def promise_context(version: ProcedureVersion, agency: Any, channel: int, case: str = "") -> dict[str, Any]:
    """Return the promise that would be made now, with its proof; nothing for a result at once."""
    if version.at_once or agency is None:
        return {"promise": None}
    now = timezone.now()
    process = process_for(version, agency.level, to_local_date(now), case)
    promise = promise_for(version, agency, channel, now, process, case)
    return {"promise": promise, "received_now": now, "due_on": to_local_date(promise.due_at)}


@access(RECEIVES)
def promise(request: HttpRequest) -> HttpResponse:
    """Answer a part of the intake page: the promise for the agency and channel that are chosen now."""
    version = version_for_receipt(request.GET.get("procedure", ""), timezone.localdate())
    if version is None:
        return HttpResponse(status=204)
    agency = competent_agencies(version, timezone.localdate()).filter(code=request.GET.get("agency", "")).first()
    channel, case = parsing.number(request.GET, "channel", 1), request.GET.get("case", "")[:40]
    context = {"version": version} | promise_context(version, agency, channel, case)
    return render(request, "dossiers/_promise.html", context)


@require_POST
@access(RECEIVES)
def applicant(request: HttpRequest) -> HttpResponse:
    """Offer an applicant who filed before, by identity number; what they gave last is shown, not filled in.

    By POST: the number is personal, and addresses end up in logs.
    """
    number = request.POST.get("owner_identity_number", "").strip()
    found = earlier_parties(number).first() if len(number) >= 9 else None
    return render(request, "dossiers/_applicant.html", {"found": found})


@require_POST
@access(RECEIVES)
def check(request: HttpRequest) -> JsonResponse:
    """Check a filing without receiving it: its errors by field, its promise."""
    try:
        checked = check_filing(by=request.actor, filing=_filing(request))
    except Refused as refusal:
        return JsonResponse({"errors": errors_of(refusal)}, status=refusal.status)
    due = checked.promise.due_at.isoformat() if checked.promise else None
    return JsonResponse({"due_at": due, "warnings": checked.warnings})

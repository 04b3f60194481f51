"""Pages of publication for staff: decisions, one decision with what may be done with it, the shares."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.record.organisation.models import Agency, Level
from motcua.rules.identifiers import read_agency_code
from motcua.serve.catalogue.models import Competence
from motcua.serve.catalogue.publication import actions, queries
from motcua.serve.catalogue.publication.models import CheckAnswer, PublicationDecision, PublicationItem
from motcua.serve.catalogue.publication.parsing import answers_of, date_of, optional_date, period_of
from motcua.serve.catalogue.publication.policies import CHECKS, DRAFTS, IMPORTS, PUBLISHES, READS_DECISIONS, SIGNS
from motcua.serve.catalogue.publication.presenting import history_of, item_rows, question_rows, share_rows
from motcua.serve.catalogue.publication.words import SHARES
from motcua.serve.catalogue.queries import versions_on

State = PublicationDecision.State
PAGE_SIZE = 50


@access(READS_DECISIONS)
def publications(request: HttpRequest) -> HttpResponse:
    """List the decisions, by stage if one is asked for; whoever drafts opens a new one."""
    typed = {name: request.POST.get(name, "").strip()[:500] for name in ("title", "agency")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            opened = actions.open_decision(
                by=request.actor, title=typed["title"], agency_code=typed["agency"], now=timezone.now()
            )
            return redirect("catalogue:publication", opened.pk)
        except Invalid as invalid:
            errors = {error.field: error.message for error in invalid.errors}
    state = request.GET.get("state", "")
    found = queries.decisions().filter(state=state) if state in State.values else queries.decisions()
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "states": State.choices,
        "typed": typed if request.method == "POST" else {"agency": _own_province(request)},
        "errors": errors,
        "agencies": _publishing_agencies(),
        "may_draft": DRAFTS.allows(request.actor),
        "now": timezone.now(),
    }
    return render(request, "catalogue/publication/list.html", context, status=422 if errors else 200)


def _publishing_agencies() -> list[Agency]:
    """Return the agencies that publish: the province's committee first, then its departments."""
    levels = [Level.PROVINCE, Level.DEPARTMENT]
    found = Agency.objects.on(timezone.localdate()).filter(level__in=levels)
    return sorted(found, key=lambda agency: (levels.index(agency.level), agency.code))


def _own_province(request: HttpRequest) -> str:
    return str(next((agency.code for agency in _publishing_agencies()), ""))


@access(READS_DECISIONS)
def publication(request: HttpRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Show a decision: its procedures, its check, its dates, and the next thing to do."""
    return _show(request, decision_id)


def _show(
    request: HttpRequest, decision_id: uuid.UUID, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    decision = queries.decision_with_items(decision_id)
    if decision is None:
        raise Http404
    actor, today = request.actor, timezone.localdate()
    context = {
        "decision": decision,
        "items": item_rows(decision),
        "questions": question_rows(decision, actions.checklist_on(today), request.POST),
        "verdicts": CheckAnswer.Verdict.choices,
        "history": history_of(decision),
        "errors": errors or {},
        "typed": request.POST or {"signed_on": today.isoformat(), "published_on": today.isoformat()},
        "today": today,
        "now": timezone.now(),
        "may_draft": DRAFTS.allows(actor, decision) and decision.state == State.DRAFT,
        "may_check": CHECKS.allows(actor) and decision.state == State.CHECKING,
        "own_check": bool(actor.post and actor.post.pk == decision.check_asked_by_id),
        "may_sign": SIGNS.allows(actor, decision) and decision.state == State.CHECKED,
        "may_return": CHECKS.allows(actor) and decision.state == State.CHECKED,
        "may_publish": PUBLISHES.allows(actor) and decision.state == State.SIGNED,
        **_choices(request, decision),
    }
    return render(request, "catalogue/publication/decision.html", context, status=status)


def _choices(request: HttpRequest, decision: PublicationDecision) -> dict[str, Any]:
    """Return what may be put on a draft: drafts that lie on no decision, and what is in force, to be abolished."""
    if decision.state != State.DRAFT or not DRAFTS.allows(request.actor, decision):
        return {}
    today = timezone.localdate()
    drafts, in_force = queries.drafts_without_decision(), versions_on(today).order_by("procedure__code")
    if not IMPORTS.allows(request.actor):
        own = Competence.objects.on(today).filter(agency_id=request.actor.agency_id).values("procedure_id")
        drafts, in_force = drafts.filter(procedure_id__in=own), in_force.filter(procedure_id__in=own)
    return {"drafts": drafts, "in_force": in_force, "kinds": PublicationItem.Kind.choices}


@access(READS_DECISIONS)
@require_POST
def publication_act(request: HttpRequest, decision_id: uuid.UUID, name: str) -> HttpResponse:
    """Do one thing with a decision; where it is refused, show the page again with what was typed."""
    handler = HANDLERS.get(name)
    if handler is None:
        raise Http404
    try:
        said = handler(request, decision_id)
    except (NotAllowed, NotFound):
        raise
    except Invalid as invalid:
        return _show(request, decision_id, {e.field: e.message for e in invalid.errors}, invalid.status)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return _show(request, decision_id, status=conflict.status)
    except Refused as refusal:
        return _show(request, decision_id, {refusal.field or "page": refusal.message}, refusal.status)
    messages.success(request, said)
    return redirect("catalogue:publication", decision_id)


def _same(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    return {"by": request.actor, "decision_id": decision_id, "now": timezone.now()}


def _add_item(request: HttpRequest, decision_id: uuid.UUID) -> str:
    version = request.POST.get("version", "")
    actions.add_item(
        kind=request.POST.get("kind", ""),
        version_id=int(version) if version.isdecimal() and len(version) < 18 else 0,
        law_effective_on=date_of(request.POST, "law_effective_on"),
        ends_on=optional_date(request.POST, "ends_on"),
        **_same(request, decision_id),
    )
    return _("The procedure is on the decision.")


def _remove_item(request: HttpRequest, decision_id: uuid.UUID) -> str:
    item = request.POST.get("item", "")
    actions.remove_item(item_id=int(item) if item.isdecimal() and len(item) < 18 else 0, **_same(request, decision_id))
    return _("The procedure is off the decision; its draft stays.")


def _ask(request: HttpRequest, decision_id: uuid.UUID) -> str:
    actions.ask_for_check(**_same(request, decision_id))
    return _("The decision is in its quality check.")


def _pass(request: HttpRequest, decision_id: uuid.UUID) -> str:
    actions.pass_check(answers=answers_of(request.POST), **_same(request, decision_id))
    return _("The decision passed its check; it waits for signature.")


def _return(request: HttpRequest, decision_id: uuid.UUID) -> str:
    reason = request.POST.get("reason", "")
    actions.return_to_draft(reason=reason, answers=answers_of(request.POST), **_same(request, decision_id))
    return _("The decision went back to its draft.")


def _sign(request: HttpRequest, decision_id: uuid.UUID) -> str:
    actions.sign_decision(
        number=request.POST.get("number", ""),
        signed_on=date_of(request.POST, "signed_on"),
        signer=request.POST.get("signer", ""),
        **_same(request, decision_id),
    )
    return _("Number, date and signer are recorded.")


def _publish(request: HttpRequest, decision_id: uuid.UUID) -> str:
    actions.publish_decision(published_on=date_of(request.POST, "published_on"), **_same(request, decision_id))
    return _("The decision is published; its procedures are in force from their dates.")


HANDLERS: dict[str, Callable[[HttpRequest, uuid.UUID], str]] = {
    "add_item": _add_item,
    "remove_item": _remove_item,
    "ask": _ask,
    "pass": _pass,
    "return": _return,
    "sign": _sign,
    "publish": _publish,
}


@access(READS_DECISIONS)
def publication_shares(request: HttpRequest) -> HttpResponse:
    """Show the shares of Decision 766, group 1, for a period; each number opens to its list."""
    today = timezone.localdate()
    period = period_of(request.GET, today)
    code = read_agency_code(request.GET.get("agency", "")[:40])
    agency = Agency.objects.filter(code=code).order_by("-valid_from").first()
    shares = queries.publication_shares(period, {agency.pk} if agency else None, today)
    opened = shares.of(request.GET.get("share", ""))
    only = request.GET.get("only", "")
    lines = [line for line in opened.lines if not only or line.good == (only == "good")] if opened else []
    context = {
        "period": period,
        "agency": agency,
        "agencies": _publishing_agencies(),
        "shares": share_rows(shares, request.GET),
        "opened": opened,
        "opened_name": SHARES[opened.key] if opened else "",
        "only": only,
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "catalogue/publication/shares.html", context)

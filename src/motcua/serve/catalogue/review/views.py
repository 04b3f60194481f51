"""Pages of reviews for staff: the list, one review with its costs and proposals, the draft that came of it."""

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
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.serve.catalogue.models import ServiceLevel, TimeUnit
from motcua.serve.catalogue.publication.parsing import date_of
from motcua.serve.catalogue.queries import versions_on
from motcua.serve.catalogue.review import actions, queries
from motcua.serve.catalogue.review.costing import costing_of
from motcua.serve.catalogue.review.models import Review
from motcua.serve.catalogue.review.parsing import FormLine, data_of, form_lines, sent_lines
from motcua.serve.catalogue.review.policies import APPROVES_REVIEWS, READS_REVIEWS, REVIEWS
from motcua.serve.catalogue.review.words import EVENTS

State = Review.State


@access(READS_REVIEWS)
def reviews(request: HttpRequest) -> HttpResponse:
    """List the reviews with what they save; whoever examines opens one by the procedure's code."""
    typed, error = request.POST.get("code", "").strip()[:40], ""
    if request.method == "POST":
        try:
            opened = actions.open_review(by=request.actor, code=typed.split(" ")[0], now=timezone.now())
            return redirect("catalogue:review", opened.pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            error = refusal.message
    page = Paginator(queries.reviews(), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(review, costing_of(review, review.lines.all())) for review in page.object_list],
        "typed": typed,
        "error": error,
        "may_review": REVIEWS.allows(request.actor),
    }
    if context["may_review"]:
        context["versions"] = versions_on(timezone.localdate()).order_by("procedure__code")
    return render(request, "catalogue/review/list.html", context, status=422 if error else 200)


@access(READS_REVIEWS)
def review(request: HttpRequest, review_id: uuid.UUID) -> HttpResponse:
    """Show a review; while it is open, whoever examines edits it here."""
    return _show(request, review_id)


def _show(
    request: HttpRequest,
    review_id: uuid.UUID,
    *,
    lines: list[FormLine] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = queries.review_with_parts(review_id)
    if found is None:
        raise Http404
    actor, sent = request.actor, request.POST
    may_edit = REVIEWS.allows(actor, found) and found.state == State.OPEN
    shown = lines if lines is not None else form_lines(found)
    context = {
        "review": found,
        "version": found.version,
        "costing": costing_of(found, found.lines.all()),
        "lines": shown,
        "papers": _papers(found, sent if lines is not None else None),
        "typed": sent if lines is not None else _typed(found),
        "approval": sent if errors and lines is None else {"decided_on": timezone.localdate().isoformat()},
        "errors": errors or {},
        "units": TimeUnit.choices,
        "levels": [(value, label) for value, label in ServiceLevel.choices if value > found.version.service_level],
        "level_after": ServiceLevel(found.service_level).label if found.service_level else "",
        "history": _history(found),
        "may_edit": may_edit,
        "may_propose": may_edit and actions.proposes(found),
        "may_approve": APPROVES_REVIEWS.allows(actor, found) and found.state == State.PROPOSED,
    }
    return render(request, "catalogue/review/review.html", context, status=status)


def _typed(found: Review) -> dict[str, Any]:
    names = ("times_a_year", "wage_an_hour", "limit_amount", "limit_unit", "service_level", "restructures", "findings")
    return {name: getattr(found, name) for name in names}


def _papers(found: Review, sent: Any) -> list[tuple[Any, bool, str]]:
    """Return each paper of the version, whether it is to go, and why."""
    reasons = {d.component_id: d.reason for d in found.dropped.all()} if sent is None else _dropped(sent)
    return [(c, c.pk in reasons, reasons.get(c.pk, "")) for c in found.version.components.all()]


def _dropped(sent: Any) -> dict[int, str]:
    keys = [int(key) for key in sent.getlist("drop") if key.isdecimal() and len(key) < 18]
    return {key: sent.get(f"why-{key}", "") for key in keys}


def _history(found: Review) -> list[dict[str, Any]]:
    events = Event.objects.filter(chain_id=found.pk).exclude(kind=actions.SAVED).order_by("number")
    return [{"state": "done", "at": e.occurred_at, "sentence": EVENTS.get(e.kind, e.kind), "who": ""} for e in events]


@access(READS_REVIEWS)
@require_POST
def review_act(request: HttpRequest, review_id: uuid.UUID, name: str) -> HttpResponse:
    """Do one thing with a review; where it is refused, show the page again with what was typed."""
    handler = HANDLERS.get(name)
    if handler is None:
        raise Http404
    lines = sent_lines(request.POST) if name == "save" else None
    try:
        said = handler(request, review_id)
    except (NotAllowed, NotFound):
        raise
    except Invalid as invalid:
        return _refused(request, review_id, lines, {e.field: e.message for e in invalid.errors}, invalid.status)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return _show(request, review_id, status=conflict.status)
    except Refused as refusal:
        return _refused(request, review_id, lines, {refusal.field or "page": refusal.message}, refusal.status)
    messages.success(request, said)
    return redirect("catalogue:review", review_id)


def _refused(
    request: HttpRequest, review_id: uuid.UUID, lines: list[FormLine] | None, errors: dict[str, str], status: int
) -> HttpResponse:
    """Show the page again; an error of a line stands in its cell."""
    for line in lines or []:
        line.errors = {n.rpartition("-")[0]: e for n, e in errors.items() if n.endswith(f"-{line.number}")}
    return _show(request, review_id, lines=lines, errors=errors, status=status)


def _same(request: HttpRequest, review_id: uuid.UUID) -> dict[str, Any]:
    return {"by": request.actor, "review_id": review_id, "now": timezone.now()}


def _save(request: HttpRequest, review_id: uuid.UUID) -> str:
    REVIEWS.check(request.actor)
    data = data_of(request.POST, _dropped(request.POST), sent_lines(request.POST))
    actions.save_review(data=data, **_same(request, review_id))
    return _("The review is saved.")


def _propose(request: HttpRequest, review_id: uuid.UUID) -> str:
    actions.propose_review(**_same(request, review_id))
    return _("The proposals wait for approval.")


def _approve(request: HttpRequest, review_id: uuid.UUID) -> str:
    APPROVES_REVIEWS.check(request.actor)
    actions.approve_review(
        decision=request.POST.get("decision", ""),
        decided_on=date_of(request.POST, "decided_on"),
        valid_from=date_of(request.POST, "valid_from"),
        **_same(request, review_id),
    )
    return _("Approved: the next version is a draft now; a publication decision puts it in force.")


def _reject(request: HttpRequest, review_id: uuid.UUID) -> str:
    actions.reject_review(reason=request.POST.get("reason", ""), **_same(request, review_id))
    return _("The proposals are rejected.")


def _reopen(request: HttpRequest, review_id: uuid.UUID) -> str:
    actions.reopen_review(reason=request.POST.get("reason", ""), **_same(request, review_id))
    return _("The review is open again.")


HANDLERS: dict[str, Callable[[HttpRequest, uuid.UUID], str]] = {
    "save": _save,
    "propose": _propose,
    "approve": _approve,
    "reject": _reject,
    "reopen": _reopen,
}

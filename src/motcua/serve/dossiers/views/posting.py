"""Results by public post: the lists of a desk, one list with its items, its print."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.formats.papers import forms
from motcua.record.accounts.access import access
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.posting import DEFAULT_CARRIER, access_list
from motcua.serve.dossiers.actions.revealing import note_export
from motcua.serve.dossiers.models import PostalItem, PostalList
from motcua.serve.dossiers.policies import POSTS
from motcua.serve.dossiers.post_succession import signed_for
from motcua.serve.dossiers.printing import local, superior_of
from motcua.serve.dossiers.views import parsing
from motcua.serve.dossiers.views.lists import ticked
from motcua.serve.dossiers.views.papers import pdf


@access(POSTS)
def post_page(request: HttpRequest) -> HttpResponse:
    """Show what goes by post and is on no list yet, and the lists made before."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    waiting = list(queries.for_the_post(by=request.actor)[:200])
    for dossier in waiting:
        dossier.typed = request.POST.get(f"tracking-{dossier.pk}", "")
        dossier.ticked = request.method != "POST" or str(dossier.pk) in request.POST.getlist("dossier")
    errors = refusal.errors if isinstance(refusal, Invalid) else [refusal] if refusal else []
    context = {
        "waiting": waiting,
        "page": Paginator(queries.postal_lists(by=request.actor), 30).get_page(request.GET.get("page")),
        "carrier": request.POST.get("carrier", DEFAULT_CARRIER),
        "errors": [error.message for error in errors],
    }
    return render(request, "dossiers/post.html", context, status=refusal.status if refusal else 200)


@require_POST
@access(POSTS)
def make_list(request: HttpRequest) -> HttpResponse:
    """Put the ticked results on a new list; a refusal shows the page again with what was typed."""
    items = [(pk, request.POST.get(f"tracking-{pk}", "")) for pk in ticked(request)]
    try:
        made = actions.make_postal_list(by=request.actor, items=items, carrier=request.POST.get("carrier", ""))
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, _("List %(number)s was made.") % {"number": made.number})
    return redirect("dossiers:post_list", made.pk)


@access(POSTS)
def list_page(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show one list: its items with where they are, and what can be done now."""
    return _list(request, access_list(by=request.actor, list_id=list_id))


def _list(request: HttpRequest, made: PostalList, refusal: Refused | None = None) -> HttpResponse:
    items = made.items.exclude(status=PostalItem.Status.REMOVED, posted_at=None)
    rows = list(items.select_related("dossier__version").order_by("order"))
    errors = refusal.errors if isinstance(refusal, Invalid) else [refusal] if refusal else []
    context = {
        "made": made,
        "agency": signed_for(made),
        "rows": rows,
        "listed": sum(row.status == PostalItem.Status.LISTED for row in rows),
        "errors": [error.message for error in errors],
        "v": request.POST,
    }
    return render(request, "dossiers/post_list.html", context, status=refusal.status if refusal else 200)


Handler = Callable[[Actor, uuid.UUID, HttpRequest], object]


def _number(request: HttpRequest) -> int:
    return parsing.number(request.POST, "item")


HANDLERS: dict[str, Handler] = {
    "hand_over": lambda by, pk, r: actions.hand_to_post(by=by, list_id=pk, carried_by=r.POST.get("carried_by", "")),
    "cancel": lambda by, pk, r: actions.cancel_list(by=by, list_id=pk),
    "take_off": lambda by, pk, r: actions.take_off_list(by=by, item_id=_number(r)),
    "tracking": lambda by, pk, r: actions.set_tracking(
        by=by, item_id=_number(r), tracking_number=r.POST.get("tracking_number", "")
    ),
    "arrived": lambda by, pk, r: actions.note_post_arrived(by=by, item_id=_number(r)),
    "back": lambda by, pk, r: actions.note_post_back(by=by, item_id=_number(r), reason=r.POST.get("reason", "")),
}


@require_POST
@access(POSTS)
def list_act(request: HttpRequest, list_id: uuid.UUID, name: str) -> HttpResponse:
    """Do one thing with a list or an item of it; a refusal shows the page again."""
    handler = HANDLERS.get(name)
    made = access_list(by=request.actor, list_id=list_id)
    if handler is None:
        raise Http404
    try:
        handler(request.actor, list_id, request)
    except Refused as refusal:
        return _list(request, made, refusal)
    messages.success(request, _("Done."))
    return redirect("dossiers:post_list", list_id)


@access(POSTS)
def list_pdf(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Print a list, to be signed by the desk and the carrier; the record remembers that it left the system."""
    made = access_list(by=request.actor, list_id=list_id)
    items = made.items.exclude(status=PostalItem.Status.REMOVED, posted_at=None).select_related("dossier")
    rows = [
        (
            str(number),
            item.dossier.code,
            item.dossier.summary,
            item.dossier.owner_name,
            item.address,
            item.tracking_number,
        )
        for number, item in enumerate(items.order_by("order"), 1)
    ]
    day, agency = local(made.handed_at or made.made_at).date(), signed_for(made)
    sheet = forms.postal_list(
        agency=agency.name_vi,
        superior=superior_of(agency),
        place=agency.place,
        day=day,
        number=made.number,
        carrier=made.carrier,
        clerk=request.actor.post.person.full_name,
        carried_by=made.carried_by,
        rows=rows,
    )
    today = timezone.localdate()
    note_export(by=request.actor, what="postal_list", form="pdf", since=today, until=today, rows=len(rows))
    return pdf(sheet, name=f"post-{made.number.replace('/', '-')}")

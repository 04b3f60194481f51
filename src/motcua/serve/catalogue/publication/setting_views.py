"""Pages of what publication goes by: deadlines, checklist, wage; and how procedures are offered."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.serve.catalogue.publication import setting
from motcua.serve.catalogue.publication.models import ChecklistItem, Offering, PublicationDeadline
from motcua.serve.catalogue.publication.offering import set_offering
from motcua.serve.catalogue.publication.parsing import date_of
from motcua.serve.catalogue.publication.policies import PUBLISHES, SETS_RULES
from motcua.serve.catalogue.queries import versions_on
from motcua.serve.catalogue.review.models import WageRate


@access(SETS_RULES)
def publication_settings(request: HttpRequest) -> HttpResponse:
    """Show and change deadlines, checklist and wage; each change holds from a date and names its source."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        handler = HANDLERS.get(request.POST.get("what", ""))
        errors = _do(request, handler) if handler else {"page": _("That request was not understood")}
        if not errors:
            messages.success(request, _("It is recorded."))
            return redirect("catalogue:publication_settings")
    today = timezone.localdate()
    context = {
        "deadlines": PublicationDeadline.objects.order_by("key", "-valid_from"),
        "keys": PublicationDeadline.Key.choices,
        "units": [(unit.value, unit.label) for unit in setting.UNITS],
        "questions": ChecklistItem.objects.on(today),
        "wages": WageRate.objects.order_by("-valid_from"),
        "today": today,
        "errors": errors,
        "typed": request.POST,
        "what": request.POST.get("what", ""),
    }
    return render(request, "catalogue/publication/settings.html", context, status=422 if errors else 200)


def _do(request: HttpRequest, handler: Callable[[HttpRequest, dict[str, Any]], object]) -> dict[str, str]:
    """Carry out a change; return what is wrong by field."""
    try:
        handler(request, {"by": request.actor, "now": timezone.now()})
    except NotAllowed:
        raise
    except Invalid as invalid:
        return {error.field: error.message for error in invalid.errors}
    except Refused as refusal:
        return {refusal.field or "page": refusal.message}
    return {}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").replace(".", "").strip()
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _deadline(request: HttpRequest, same: dict[str, Any]) -> object:
    sent = request.POST
    return setting.set_deadline(
        key=sent.get("key", ""),
        amount=_number(request, "amount"),
        unit=sent.get("unit", ""),
        source=sent.get("source", ""),
        valid_from=date_of(sent, "valid_from"),
        **same,
    )


def _question(request: HttpRequest, same: dict[str, Any]) -> object:
    sent = request.POST
    return setting.set_question(
        key=sent.get("key", "").strip(),
        name_vi=sent.get("name_vi", ""),
        name_en=sent.get("name_en", ""),
        source=sent.get("source", ""),
        order=_number(request, "order"),
        valid_from=date_of(sent, "valid_from"),
        **same,
    )


def _end(request: HttpRequest, same: dict[str, Any]) -> object:
    return setting.end_question(item_id=_number(request, "item"), valid_to=date_of(request.POST, "valid_to"), **same)


def _wage(request: HttpRequest, same: dict[str, Any]) -> object:
    return setting.set_wage(
        amount_an_hour=_number(request, "amount"),
        source=request.POST.get("source", ""),
        valid_from=date_of(request.POST, "valid_from"),
        **same,
    )


HANDLERS: dict[str, Callable[[HttpRequest, dict[str, Any]], object]] = {
    "deadline": _deadline,
    "question": _question,
    "end": _end,
    "wage": _wage,
}
MARKS = ("wholly_at_centre", "on_portal", "restructured")


@access(PUBLISHES)
def offerings(request: HttpRequest) -> HttpResponse:
    """Show and set how procedures are offered: wholly at the Centre, on the national portal, restructured."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _do(request, _offer)
        if not errors:
            messages.success(request, _("It is recorded."))
            return redirect("catalogue:offerings")
    today = timezone.localdate()
    context = {
        "offerings": Offering.objects.select_related("procedure").order_by("procedure__code", "-valid_from"),
        "versions": versions_on(today).order_by("procedure__code"),
        "typed": request.POST or {"valid_from": today.isoformat()},
        "errors": errors,
    }
    return render(request, "catalogue/publication/offerings.html", context, status=422 if errors else 200)


def _offer(request: HttpRequest, same: dict[str, Any]) -> object:
    sent = request.POST
    return set_offering(
        code=sent.get("code", "").strip().split(" ")[0],
        decision=sent.get("decision", ""),
        valid_from=date_of(sent, "valid_from"),
        **{name: bool(sent.get(name)) for name in MARKS},
        **same,
    )

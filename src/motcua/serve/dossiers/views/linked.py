"""Linked procedures at the desk: found in the same search, filed on one page, received on one receipt."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Refused
from motcua.rules.text import fold
from motcua.rules.working_time import to_local_date
from motcua.serve.catalogue.models import Fee
from motcua.serve.catalogue.queries import components_of, fees_on, search_versions
from motcua.serve.dossiers.actions.linked import Planned, plan_linked, receive_linked
from motcua.serve.dossiers.filing import Filing
from motcua.serve.dossiers.models import Channel, LinkedGroup, PaidHow, Party, ReturnMethod
from motcua.serve.dossiers.policies import RECEIVES
from motcua.serve.dossiers.views import parsing
from motcua.serve.dossiers.views.answering import all_of, errors_of, paper_rows


@access(RECEIVES)
def intake_options(request: HttpRequest) -> JsonResponse:
    """Answer the intake page's search: procedures first, then groups of linked ones, whose name or code fits."""
    words, today = request.GET.get("q", "")[:200], timezone.localdate()
    found = [
        {"value": v.procedure.code, "label": v.name, "hint": f"{v.procedure.code} · {v.procedure.field.name}"}
        for v in search_versions(words, today)[:12]
    ]
    for group in groups_named(words):
        count = group.parts.count()
        hint = ngettext("%(count)d linked procedure", "%(count)d linked procedures", count) % {"count": count}
        found.append({"value": group.code, "label": group.name, "hint": f"{group.code} · {hint}"})
    return JsonResponse(found, safe=False)


def groups_named(words: str) -> list[LinkedGroup]:
    """Return the groups in force today whose name or code holds every word."""
    found = LinkedGroup.objects.on(timezone.localdate()).order_by("folded_name")
    wanted = fold(words).split()
    return [g for g in found if all(word in g.folded_name or word in g.code for word in wanted)]


def linked_intake(request: HttpRequest, group: LinkedGroup) -> HttpResponse:
    """Show the form of a group, and take it in."""
    if request.method != "POST":
        return _show(request, group)
    post = request.POST
    parts = list(group.parts.all())
    without = [part.key for part in parts if part.optional and post.get(f"without.{part.key}")]
    filings = {part.key: parsing.filing(part_post(post, part.key)) for part in parts if part.key not in without}
    return _take(request, group, filings, without)


def _take(request: HttpRequest, group: LinkedGroup, filings: dict[str, Filing], without: list[str]) -> HttpResponse:
    key = request.POST.get("form_key", "")
    try:
        made = receive_linked(by=request.actor, code=group.code, filings=filings, without=without, key=key)
    except Refused as refusal:
        return _show(request, group, refusal)
    codes = ", ".join(dossier.code for dossier in made)
    messages.success(request, _("Received: %(code)s") % {"code": codes})
    return redirect(f"/dossiers/{made[0].pk}/?fresh=1")


def part_post(post: QueryDict, key: str) -> QueryDict:
    """Return what was typed for one part: its own fields (`birth.paper_x`) and those that all parts share."""
    own = QueryDict(mutable=True)
    for name, values in post.lists():
        part, dot, rest = name.partition(".")
        if not dot:
            own.setlist(name, values)
        elif part == key:
            own.setlist(rest, values)
    return own


def _show(request: HttpRequest, group: LinkedGroup, refusal: Refused | None = None) -> HttpResponse:
    post, now = request.POST, timezone.now()
    channel = parsing.number(post, "channel", 1)
    try:
        planned = plan_linked(group, by=request.actor, channel=channel, now=now)
    except Refused as fault:
        return render(request, "dossiers/choose.html", {"versions": [], "fault": fault.message}, status=fault.status)
    context = {
        "group": group,
        "parts": [_part(plan, post, planned) for plan in planned],
        "due_at": max(plan.due_at for plan in planned),
        "received_now": now,
        "v": post,
        "form_key": post.get("form_key") or uuid.uuid4().hex,
        "channels": Channel.choices,
        "return_methods": ReturnMethod.choices,
        "kinds": Party.Kind.choices,
        "pay_choices": [(how, how.label) for how in (PaidHow.CASH, PaidHow.TRANSFER, PaidHow.EXEMPT)],
    }
    if refusal is not None:
        context |= {"errors": _shared(errors_of(refusal)), "summary_errors": _named(refusal, planned)}
    status = refusal.status if refusal is not None else 200
    return render(request, "dossiers/intake_linked.html", context, status=status)


def _part(plan: Planned, post: QueryDict, planned: Sequence[Planned]) -> dict[str, Any]:
    """Return what the page shows of a part; papers that another part's result will be are not asked for."""
    coming = {paper: key for key, paper in plan.part.takes.items()}
    names = {other.part.key: other.version.name for other in planned}
    typed = part_post(post, plan.part.key)
    cases = [(case.key, case.name) for case in plan.version.cases.all()]
    case = typed.get("case", "") if len(cases) > 1 else ""
    # Until a case is chosen the papers of all are shown: the page works without a script.
    asked = components_of(plan.version, case) if case or len(cases) < 2 else plan.version.components.all()
    own = [c for c in asked if c.key not in coming]
    fees = [fee for fee in fees_on(plan.version, parsing.number(post, "channel", 1)) if fee.when == Fee.When.BEFORE]
    return {
        "key": plan.part.key,
        "plan": plan,
        "due_on": to_local_date(plan.due_at),
        "cases": cases if len(cases) > 1 else [],
        "case": case,
        "papers": paper_rows(own, typed),
        "coming": [(c, names[coming[c.key]]) for c in plan.version.components.all() if c.key in coming],
        "fees": fees,
        "pay": typed.get("pay", ""),
        "exempt_reason": typed.get("exempt_reason", ""),
        "optional": plan.part.optional,
        "left_out": bool(post.get(f"without.{plan.part.key}")),
        "waits": [names[key] for key in plan.part.waits_for],
    }


def _shared(errors: dict[str, str]) -> dict[str, str]:
    """Return the errors of the applicant, which each part names, once and without the part."""
    found = dict(errors)
    for name, message in errors.items():
        _part, _underscore, rest = name.partition("_")
        if rest.startswith(("owner_", "submitter_", "authorised_")):
            found.setdefault(rest, message)
    return found


def _named(refusal: Refused, planned: Sequence[Planned]) -> list[str]:
    """Return every message once, with the procedure that it is about."""
    names = {plan.part.key: plan.version.name for plan in planned}
    errors = getattr(refusal, "errors", None)
    if errors is None:
        return all_of(refusal)
    found: dict[str, None] = {}
    for error in errors:
        part, _dot, rest = error.field.partition(".")
        shared = rest.startswith(("owner.", "submitter.", "authorised."))
        found[error.message if shared or part not in names else f"{names[part]}: {error.message}"] = None
    return list(found)

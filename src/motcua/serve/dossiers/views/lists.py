"""Lists of work: the desk, the inbox, what is due or late, results to return, search, the register."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import LOCAL, to_local_date
from motcua.serve.dossiers import queries, searching
from motcua.serve.dossiers.actions import forward_many, return_many
from motcua.serve.dossiers.models import DayTally, Dossier, State, Task
from motcua.serve.dossiers.policies import READS, RECEIVES, SERVES
from motcua.serve.dossiers.presenting import clock_of

# More names than anybody reads through; who does not find his among them types another word.
SHOWN = 50
LISTS = {
    "soon": gettext_lazy("Due within a day"),
    "late": gettext_lazy("Late"),
    "apology": gettext_lazy("Apology owed"),
    "call": gettext_lazy("Results to call about"),
    "supplement": gettext_lazy("Waiting for a supplement"),
}


def next_working_day(agency_id: int, today: dt.date) -> dt.date:
    """Return the next working day after a local date."""
    start = dt.datetime.combine(today, dt.time(23, 59), tzinfo=LOCAL)
    return to_local_date(calendar_for(agency_id, today).add(start, 0, "wh"))


def listed(request: HttpRequest, name: str) -> Any:
    """Return the dossiers of a list that the actor may read."""
    today = timezone.localdate()
    rows = queries.readable(request.actor)
    if name == "late":
        return queries.late(rows, today=today)
    if name == "apology":
        return queries.apology_owed(rows, today=today)
    if name == "call":
        return queries.results_to_call_about(rows)
    if name == "supplement":
        return rows.filter(state=State.SUPPLEMENT).order_by("paused_since")
    until = next_working_day(request.actor.agency_id, today)
    return queries.due_within(rows, today=today, until=until)


def with_clock(dossiers: list[Dossier], soon_on: dt.date | None = None) -> list[Dossier]:
    """Give each dossier the word of its clock."""
    now = timezone.now()
    for dossier in dossiers:
        dossier.clock = clock_of(dossier, now, soon_on)
    return dossiers


@access(SERVES)
def desk(request: HttpRequest) -> HttpResponse:
    """The first page of a day: what waits, what is due, what is late."""
    today = timezone.localdate()
    counts = {name: listed(request, name).count() for name in LISTS}
    tasks = list(queries.inbox(by=request.actor)[:10])
    with_clock([t.dossier for t in tasks], next_working_day(request.actor.agency_id, today))
    tally = DayTally.objects.filter(agency_id=request.actor.agency_id, day=today)
    context = {
        "tasks": tasks,
        "inbox_count": queries.inbox(by=request.actor).count(),
        "counts": [(name, str(LISTS[name]), counts[name]) for name in LISTS],
        "tally": {t.kind.replace("dossier.", ""): t.count for t in tally},
        "receives": RECEIVES.allows(request.actor),
        "arrived": queries.arrivals(by=request.actor).count() if RECEIVES.allows(request.actor) else 0,
    }
    return render(request, "dossiers/desk.html", context)


@access(SERVES)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the open tasks, what is due first on top; those who assign see their whole unit too."""
    whole = request.GET.get("unit") == "1"
    tasks = queries.unit_tasks(by=request.actor) if whole else queries.inbox(by=request.actor)
    page = Paginator(tasks, 50).get_page(request.GET.get("page"))
    with_clock([t.dossier for t in page], next_working_day(request.actor.agency_id, timezone.localdate()))
    context = {
        "page": page,
        "whole": whole,
        "opinions": list(queries.opinions_asked(by=request.actor)[:50]),
        "drafts": list(queries.drafts_to_approve(by=request.actor)[:50]),
    }
    return render(request, "dossiers/inbox.html", context)


def ticked(request: HttpRequest) -> list[uuid.UUID]:
    """Return the dossiers that were ticked; what is no key is left out."""
    found = []
    for text in request.POST.getlist("dossier")[:200]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def tell(request: HttpRequest, done: list[uuid.UUID], refused: dict[uuid.UUID, Any]) -> None:
    """Say how many went on, and of each of the others why it did not."""
    if done:
        text = ngettext("%(count)d dossier went on.", "%(count)d dossiers went on.", len(done))
        messages.success(request, text % {"count": len(done)})
    codes = dict(Dossier.objects.filter(pk__in=list(refused)[:20]).values_list("pk", "code"))
    for pk, code in codes.items():
        messages.error(request, f"{code}: {refused[pk].message}")
    if not done and not refused:
        messages.warning(request, _("Tick the dossiers first."))


@require_POST
@access(SERVES)
def bulk_forward(request: HttpRequest) -> HttpResponse:
    """Hand on every ticked dossier."""
    tell(request, *forward_many(by=request.actor, dossier_ids=ticked(request), note=request.POST.get("note", "")))
    return redirect("dossiers:inbox")


@access(RECEIVES)
def returns(request: HttpRequest) -> HttpResponse:
    """Show results that wait at this desk; return several to one taker."""
    rows = queries.results_to_call_about(queries.readable(request.actor)).filter(
        agency_received_id=request.actor.agency_id
    )
    page = Paginator(rows.prefetch_related("parties"), 50).get_page(request.GET.get("page"))
    with_clock(list(page))
    return render(request, "dossiers/returns.html", {"page": page})


@require_POST
@access(RECEIVES)
def bulk_return(request: HttpRequest) -> HttpResponse:
    """Return every ticked result to one taker."""
    taken_by = request.POST.get("taken_by", "")
    tell(request, *return_many(by=request.actor, dossier_ids=ticked(request), taken_by=taken_by))
    return redirect("dossiers:returns")


@access(SERVES)
def lists(request: HttpRequest) -> HttpResponse:
    """Show one of the lists that ask for attention."""
    name = request.GET.get("list", "soon")
    name = name if name in LISTS else "soon"
    page = Paginator(listed(request, name).values_list("pk", flat=True), 100).get_page(request.GET.get("page"))
    page.object_list = queries.in_order(request.actor, page.object_list)
    with_clock(list(page), next_working_day(request.actor.agency_id, timezone.localdate()))
    context = {"page": page, "name": name, "title": LISTS[name], "lists": LISTS.items()}
    return render(request, "dossiers/lists.html", context)


@access(READS)
def search(request: HttpRequest) -> HttpResponse:
    """Find dossiers by code, name, phone, identity number. The words are sent by POST: they are personal."""
    words = request.POST.get("q", "")[:200]
    found = searching.find_dossiers(by=request.actor, words=words, most=SHOWN + 1) if words else []
    if len(found) == 1:
        return redirect("dossiers:dossier", found[0].pk)
    context = {"found": with_clock(found[:SHOWN]), "q": words, "shown": SHOWN, "more": len(found) > SHOWN}
    return render(request, "dossiers/search.html", context)


def tasks_with_clock(tasks: list[Task]) -> list[Task]:
    """Give the dossier of each task the word of its clock."""
    with_clock([t.dossier for t in tasks])
    return tasks

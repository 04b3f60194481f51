"""Pages of job positions: figures of all agencies, one agency's scheme, units merged or cut."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.accounts.organisation_pages.parsing import date_in, day_of, number_in, whole_number_in
from motcua.record.organisation.actions import (
    PositionInput,
    approve_scheme,
    assign_position,
    note_streamlining,
    withdraw_streamlining,
)
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency, Post
from motcua.record.organisation.people_models import PositionGroup, StaffingScheme, Streamlining
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.staffing import position_figures, staffing_figures, streamlining_figures

BLANK_ROWS, MOST_ROWS = 5, 200


@access(ADMINISTERS)
def staffing(request: HttpRequest) -> HttpResponse:
    """Show the head-count given and used of each agency on a date, and units merged or cut that year."""
    on = day_of(request)
    agencies = Agency.objects.on(on).order_by("level", "code")
    if words := request.GET.get("q", "").strip():
        agencies = agencies.filter(name_vi__icontains=words)
    if request.GET.get("only") == "schemes":
        agencies = agencies.filter(pk__in=StaffingScheme.objects.on(on).values("agency_id"))
    page = Paginator(agencies, 100).get_page(request.GET.get("page"))
    ids = [agency.pk for agency in page]
    figures = staffing_figures(on, ids)
    cut = streamlining_figures(on.replace(month=1, day=1), on.replace(month=12, day=31), ids)
    rows = [(agency, figures[agency.pk], cut[agency.pk]) for agency in dated(page.object_list, on)]
    context = {"page": page, "rows": rows, "on": on, "q": words, "only": request.GET.get("only", "")}
    return render(request, "organisation/staffing.html", context)


@access(ADMINISTERS)
def scheme(request: HttpRequest, agency_id: int) -> HttpResponse:
    """Show an agency's job positions with who fills them; enter a new scheme, a position of a post, a cut."""
    agency = get_object_or_404(Agency, pk=agency_id)
    typed, errors, status = _typed(agency), [], 200
    if request.method == "POST":
        try:
            FORMS.get(request.POST.get("what", ""), _approve)(request, agency)
            return redirect("organisation:scheme", agency_id)
        except NotAllowed:
            raise
        except Refused as refusal:
            errors = [e.message for e in refusal.errors] if isinstance(refusal, Invalid) else [refusal.message]
            status, typed = refusal.status, _rows_of(request.POST) or typed
    today = timezone.localdate()
    current = StaffingScheme.objects.on(today).filter(agency=agency).first()
    context: dict[str, Any] = {
        "agency": agency,
        "current": current,
        "figures": position_figures(current, today) if current else [],
        "figure": staffing_figures(today, [agency.pk])[agency.pk],
        "schemes": agency.staffing_schemes.order_by("-valid_from"),
        "streamlinings": agency.streamlinings.order_by("-effective_on"),
        "posts": _posts(agency, today),
        "groups": PositionGroup.choices,
        "kinds": Streamlining.Kind.choices,
        "typed": [*typed, *[PositionInput(n, "", "", "", None) for n in range(1, BLANK_ROWS + 1)]],
        "sent": request.POST,
        "errors": errors,
        "today": today,
    }
    return render(request, "organisation/scheme.html", context, status=status)


def _posts(agency: Agency, today: Any) -> list[Post]:
    posts = Post.objects.on(today).filter(unit__agency=agency, acting=False, person__active=True)
    return list(posts.select_related("person", "unit").order_by("unit_id", "person__folded_name"))


def _typed(agency: Agency) -> list[PositionInput]:
    """Return the positions of the newest scheme, from which the next one is made."""
    newest = agency.staffing_schemes.order_by("-valid_from").first()
    rows = newest.positions.all() if newest else []
    return [PositionInput(n, p.code, p.name_vi, p.group, p.head_count) for n, p in enumerate(rows, 1)]


def _rows_of(post: QueryDict) -> list[PositionInput]:
    """Return the rows in which something was typed, with their numbers on the page."""
    names = ("code", "name", "group", "heads")
    columns = [post.getlist(name)[:MOST_ROWS] for name in names]
    found = []
    for number, (code, name, group, heads) in enumerate(zip(*columns, strict=False), 1):
        if code.strip() or name.strip() or heads.strip():
            found.append(PositionInput(number, code, name, group, whole_number_in(heads)))
    return found


def _approve(request: HttpRequest, agency: Agency) -> None:
    post = request.POST
    signed_on, valid_from = date_in(post.get("signed_on", "")), date_in(post.get("valid_from", ""))
    if signed_on is None or valid_from is None:
        raise Refused("scheme.dates", _("Give the day of signing and the first day."), field="valid_from")
    approve_scheme(
        by=request.actor,
        agency=agency,
        number=post.get("number", ""),
        signed_on=signed_on,
        issuer=post.get("issuer", ""),
        valid_from=valid_from,
        positions=_rows_of(post),
        now=timezone.now(),
    )
    messages.success(request, _("The scheme is entered."))


def _assign(request: HttpRequest, agency: Agency) -> None:
    posts = {post.pk: post for post in _posts(agency, timezone.localdate())}
    changed = 0
    for pk, post in posts.items():
        wanted = request.POST.get(f"position.{pk}")
        if wanted is not None and wanted != post.position:
            assign_position(by=request.actor, post=post, position=wanted, now=timezone.now())
            changed += 1
    messages.success(request, _("%(count)d posts changed.") % {"count": changed})


def _streamline(request: HttpRequest, agency: Agency) -> None:
    post = request.POST
    signed_on, effective_on = date_in(post.get("signed_on", "")), date_in(post.get("effective_on", ""))
    if signed_on is None or effective_on is None:
        raise Refused("streamlining.dates", _("Give the day of signing and the first day."), field="effective_on")
    note_streamlining(
        by=request.actor,
        agency=agency,
        kind=post.get("kind", ""),
        name_vi=post.get("name_vi", ""),
        units_before=whole_number_in(post.get("units_before", "")) or 0,
        units_after=whole_number_in(post.get("units_after", "")) or 0,
        heads_cut=whole_number_in(post.get("heads_cut", "")) or 0,
        number=post.get("number", ""),
        signed_on=signed_on,
        effective_on=effective_on,
        now=timezone.now(),
    )
    messages.success(request, _("It is entered in the register."))


def _withdraw(request: HttpRequest, agency: Agency) -> None:
    row = get_object_or_404(agency.streamlinings.select_related("agency"), pk=number_in(request.POST.get("row")))
    withdraw_streamlining(by=request.actor, row=row, now=timezone.now())
    messages.success(request, _("The entry was taken back; it counts no more."))


FORMS = {"assign": _assign, "streamline": _streamline, "withdraw": _withdraw}

"""Pages of the administrator: people and posts, agencies, the calendar."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.accounts.actions import close_account
from motcua.record.organisation.actions import (
    add_desk,
    add_person,
    add_unit,
    change_person,
    end_person,
    end_post,
    give_post,
    remove_calendar_day,
    set_calendar_day,
)
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.followups import CALENDAR_FOLLOW_UPS
from motcua.record.organisation.history import dated, decisions_about
from motcua.record.organisation.models import (
    Agency,
    AgencyKind,
    CalendarDay,
    Desk,
    Level,
    Person,
    Post,
    Role,
    Unit,
    UnitKind,
    WorkCalendar,
)
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.identifiers import read_agency_code
from motcua.rules.text import fold


def day_of(request: HttpRequest, name: str = "on") -> dt.date:
    """Return the date that the page asks for, today if none or nonsense."""
    return date_in(request.GET.get(name, "")) or timezone.localdate()


def date_in(text: str) -> dt.date | None:
    """Return the date that was typed, None if none or no such day."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def number_in(text: str | None) -> int:
    """Return the row's number that a form sends, 0 for nonsense."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


EARLIEST, LATEST = 2000, 2100


@access(ADMINISTERS)
def people(request: HttpRequest) -> HttpResponse:
    """Find people; add one."""
    if request.method == "POST":
        try:
            person = add_person(
                by=request.actor,
                staff_code=request.POST.get("staff_code", "").strip(),
                full_name=request.POST.get("full_name", ""),
                email=request.POST.get("email", "").strip(),
                phone=request.POST.get("phone", "").strip(),
                now=timezone.now(),
            )
            return redirect("organisation:person", person.pk)
        except Refused as refusal:
            messages.error(request, refusal.message)
    words = request.GET.get("q", "")
    rows = Person.objects.select_related("account").order_by("folded_name")
    for word in fold(words).split():
        rows = rows.filter(folded_name__contains=word)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "organisation/people.html", {"page": page, "q": words})


@access(ADMINISTERS)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person: posts from and to, account."""
    found = get_object_or_404(Person.objects.select_related("account"), pk=person_id)
    if request.method == "POST":
        PERSON_FORMS.get(request.POST.get("what", ""), _give_post)(request, found)
        return redirect("organisation:person", person_id)
    today = timezone.localdate()
    posts = found.posts.select_related("unit__agency", "desk").order_by("-valid_from")
    agency = Agency.objects.on(today).filter(code=request.GET.get("agency", "")).first()
    context = {
        "person": found,
        "shown_once": request.session.pop("shown_once", ""),
        "account": getattr(found, "account", None),
        "posts": posts,
        "today": today,
        "roles": Role.choices,
        "agency": agency,
        "agencies": Agency.objects.on(today).order_by("code"),
        "units": Unit.objects.on(today).filter(agency=agency) if agency else [],
    }
    return render(request, "organisation/person.html", context)


def _give_post(request: HttpRequest, found: Person) -> None:
    post = request.POST
    try:
        give_post(
            by=request.actor,
            person=found,
            unit=get_object_or_404(Unit, pk=number_in(post.get("unit"))),
            role=post.get("role", ""),
            valid_from=date_in(post.get("valid_from", "")) or timezone.localdate(),
            valid_to=date_in(post.get("valid_to", "")),
            title=post.get("title", ""),
            acting=bool(post.get("acting")),
            now=timezone.now(),
        )
        messages.success(request, _("The post is given."))
    except Refused as refusal:
        messages.error(request, refusal.message)


def _change_person(request: HttpRequest, found: Person) -> None:
    post = request.POST
    try:
        change_person(
            by=request.actor,
            person=found,
            full_name=post.get("full_name", ""),
            email=post.get("email", "").strip(),
            phone=post.get("phone", "").strip(),
            now=timezone.now(),
        )
        messages.success(request, _("The particulars are changed."))
    except Refused as refusal:
        messages.error(request, refusal.message)


def _end_person(request: HttpRequest, found: Person) -> None:
    now = timezone.now()
    last_day = date_in(request.POST.get("last_day", "")) or timezone.localdate()
    try:
        with transaction.atomic():
            end_person(by=request.actor, person=found, last_day=last_day, now=now)
            if hasattr(found, "account") and last_day <= timezone.localdate():
                close_account(by=request.actor, user=found.account, active=False, now=now)
        messages.success(request, _("The person has left; all posts end."))
    except Refused as refusal:
        messages.error(request, refusal.message)


PERSON_FORMS = {"change": _change_person, "leave": _end_person}


@require_POST
@access(ADMINISTERS)
def end_post_view(request: HttpRequest, post_id: int) -> HttpResponse:
    """End a post from tomorrow on, or from a given day."""
    found = get_object_or_404(Post.objects.select_related("person"), pk=post_id)
    until = date_in(request.POST.get("valid_to", "")) or timezone.localdate() + dt.timedelta(days=1)
    try:
        end_post(by=request.actor, post=found, valid_to=until, now=timezone.now())
        messages.success(request, _("The post ends."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("organisation:person", found.person_id)


@access(ADMINISTERS)
def agencies(request: HttpRequest) -> HttpResponse:
    """Show the agencies on a date."""
    on = day_of(request)
    rows = Agency.objects.on(on).select_related("parent").order_by("level", "code")
    if (level := request.GET.get("level", "")) in Level.values:
        rows = rows.filter(level=level)
    if (kind := request.GET.get("kind", "")) in AgencyKind.values:
        rows = rows.filter(kind=kind)
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(Q(name_vi__icontains=words) | Q(code=read_agency_code(words)))
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    page.object_list = dated(page.object_list, on)
    context = {"page": page, "on": on, "levels": Level.choices, "level": level, "q": words}
    context |= {"kinds": AgencyKind.choices, "kind": kind}
    return render(request, "organisation/agencies.html", context)


@access(ADMINISTERS)
def agency(request: HttpRequest, agency_id: int) -> HttpResponse:
    """Show an agency: units, desks, who holds posts; add a desk."""
    found = get_object_or_404(Agency.objects.select_related("parent"), pk=agency_id)
    if request.method == "POST":
        _add_unit(request, found) if request.POST.get("what") == "unit" else _add_desk(request)
        return redirect("organisation:agency", agency_id)
    today = timezone.localdate()
    context = {
        "agency": found,
        "units": found.units.order_by("pk"),
        "unit_kinds": UnitKind.choices,
        "desks": Desk.objects.filter(unit__agency=found).select_related("unit"),
        "posts": Post.objects.on(today).filter(unit__agency=found).select_related("person", "unit"),
        "predecessors": found.predecessors.all(),
        "successors": found.successors.all(),
        "standings": found.standings.select_related("parent", "decision").order_by("valid_from"),
        "decisions": decisions_about(found.pk),
    }
    return render(request, "organisation/agency.html", context)


def _add_unit(request: HttpRequest, found: Agency) -> None:
    post = request.POST
    try:
        add_unit(
            by=request.actor,
            agency=found,
            key=post.get("key", "").strip(),
            kind=post.get("kind", ""),
            name_vi=post.get("unit_name", ""),
            valid_from=timezone.localdate(),
            now=timezone.now(),
        )
        messages.success(request, _("The unit is added."))
    except Refused as refusal:
        messages.error(request, refusal.message)


def _add_desk(request: HttpRequest) -> None:
    post = request.POST
    try:
        add_desk(
            by=request.actor,
            unit=get_object_or_404(Unit.objects.select_related("agency"), pk=number_in(post.get("unit"))),
            name_vi=post.get("name_vi", ""),
            address=post.get("address", ""),
            phone=post.get("phone", ""),
            valid_from=timezone.localdate(),
            now=timezone.now(),
        )
        messages.success(request, _("The desk is added."))
    except Refused as refusal:
        messages.error(request, refusal.message)


@access(ADMINISTERS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a year's days off and made-up days; add one, take one away."""
    code = request.GET.get("code", "default")
    found = get_object_or_404(WorkCalendar, code=code)
    year = number_in(request.GET.get("year"))
    if not EARLIEST <= year <= LATEST:
        year = timezone.localdate().year
    if request.method == "POST":
        _change_day(request, code)
        return redirect(f"{request.path}?year={year}")
    context = {
        "calendar": found,
        "year": year,
        "days": found.days.filter(date__year=year).order_by("date"),
        "shifts": found.shifts.order_by("valid_from", "weekday", "opens"),
        "kinds": CalendarDay.Kind.choices,
        "follow_ups": CALENDAR_FOLLOW_UPS,
    }
    return render(request, "organisation/calendar.html", context)


def _change_day(request: HttpRequest, code: str) -> None:
    post, now = request.POST, timezone.now()
    day = date_in(post.get("date", ""))
    if day is None:
        messages.error(request, _("Give a date."))
        return
    try:
        if post.get("what") == "remove":
            remove_calendar_day(by=request.actor, code=code, day=day, now=now)
        else:
            set_calendar_day(
                by=request.actor,
                code=code,
                day=day,
                kind=post.get("kind", ""),
                name_vi=post.get("name_vi", ""),
                name_en=post.get("name_en", ""),
                source=post.get("source", ""),
                now=now,
            )
        messages.success(request, _("The calendar is changed; promises made before keep their time."))
    except Refused as refusal:
        messages.error(request, refusal.message)

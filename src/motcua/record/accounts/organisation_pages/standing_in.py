"""Pages of hand-over and absence: who does the work of somebody who leaves or is away."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.accounts.organisation_pages.parsing import date_in, number_in
from motcua.record.organisation.actions import cancel_absence, hand_over, note_absence, preview_hand_over
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotAllowed, Refused
from motcua.record.organisation.models import Person, Post, Role
from motcua.record.organisation.people_models import Absence
from motcua.record.organisation.policies import HANDS_OVER, HAS_POST
from motcua.rules.text import fold

MOST_FOUND = 50


def posts_to_hand_over(by: Actor) -> QuerySet[Post]:
    """Return the posts held today that an actor may hand over."""
    posts = Post.objects.on(by.on).select_related("person", "unit__agency").order_by("unit_id", "person__folded_name")
    if by.role == Role.ADMINISTRATOR:
        return posts
    posts = posts.exclude(role__in=[Role.ADMINISTRATOR, Role.AUDITOR])
    return posts.filter(unit__agency=by.agency_id) if by.role == Role.LEADER else posts.filter(unit=by.unit_id)


@access(HANDS_OVER)
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """Choose a leaver's post and a successor, see what passes on, pass it on."""
    asked = request.POST if request.method == "POST" else request.GET
    mine = posts_to_hand_over(request.actor)
    leaver = mine.filter(pk=number_in(asked.get("post"))).first()
    successor, status = _successor(leaver, number_in(asked.get("successor"))), 200
    if request.method == "POST" and leaver is not None:
        try:
            counts = hand_over(by=request.actor, leaver=leaver, successor=successor, now=timezone.now())
            told = _("Handed over: %(count)d dossiers.") % {"count": sum(counts.values())}
            messages.success(request, told)
            return redirect(f"{request.path}?post={leaver.pk}")
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.error(request, refusal.message)
            status = refusal.status
    context: dict[str, Any] = {
        "words": asked.get("q", ""),
        "posts": _found(mine, asked.get("q", "")) if leaver is None else [],
        "leaver": leaver,
        "successor": successor,
        "chosen": "successor" in asked,
        "successors": _successors(leaver) if leaver else [],
        "lines": preview_hand_over(by=request.actor, leaver=leaver, successor=successor) if leaver else [],
    }
    context["faulty"] = any(line.plan.faults for line in context["lines"])
    context["count"] = sum(line.plan.count for line in context["lines"])
    return render(request, "organisation/hand_over.html", context, status=status)


def _found(posts: QuerySet[Post], words: str) -> list[Post]:
    for word in fold(words).split():
        posts = posts.filter(person__folded_name__contains=word)
    return list(posts[:MOST_FOUND])


def _successors(leaver: Post) -> QuerySet[Post]:
    """Return who could do the leaver's steps: posts of the same role in the same unit, held today."""
    posts = Post.objects.on(timezone.localdate()).filter(unit=leaver.unit_id, role=leaver.role, person__active=True)
    return posts.exclude(pk=leaver.pk).select_related("person", "unit")


def _successor(leaver: Post | None, pk: int) -> Post | None:
    return _successors(leaver).filter(pk=pk).first() if leaver and pk else None


@access(HAS_POST)
def absences(request: HttpRequest) -> HttpResponse:
    """Show one's own absences and whom one stands in for; note an absence with a stand-in."""
    person, status = _whose(request), 200
    if request.method == "POST":
        try:
            _note(request, person)
            messages.success(request, _("The absence is noted."))
            return redirect(f"{request.path}?person={person.pk}" if _other(request, person) else request.path)
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.error(request, refusal.message)
            status = refusal.status
    today = timezone.localdate()
    context = {
        "person": person,
        "other": _other(request, person),
        "today": today,
        "rows": Absence.objects.filter(person=person).select_related("stand_in").order_by("-valid_from")[:50],
        "for_others": _for_others(person, today),
        "colleagues": colleagues(person, today),
        "typed": request.POST,
    }
    return render(request, "organisation/absences.html", context, status=status)


def _whose(request: HttpRequest) -> Person:
    """Return whose absences are shown: one's own, or those of a person whom one heads."""
    asked = number_in(request.GET.get("person") or request.POST.get("person"))
    own = request.user.person
    if not asked or asked == own.pk:
        return own
    if HANDS_OVER.allows(request.actor):
        post = posts_to_hand_over(request.actor).filter(person_id=asked).first()
        if post is not None:
            return post.person
    raise NotAllowed("absence.whose", _("Your post does not allow this."))


def _other(request: HttpRequest, person: Person) -> bool:
    return bool(person.pk != request.user.person_id)


def colleagues(person: Person, today: Any) -> QuerySet[Person]:
    """Return who holds a post at the same agencies today."""
    agencies = Post.objects.on(today).filter(person=person).values("unit__agency_id")
    posts = Post.objects.on(today).filter(unit__agency_id__in=agencies, person__active=True)
    return Person.objects.filter(pk__in=posts.values("person_id")).exclude(pk=person.pk).order_by("folded_name")


def _for_others(person: Person, today: Any) -> QuerySet[Absence]:
    rows = Absence.objects.filter(stand_in=person, cancelled_at=None, valid_to__gt=today)
    return rows.select_related("person").order_by("valid_from")


def _note(request: HttpRequest, person: Person) -> None:
    post = request.POST
    first_day, last_day = date_in(post.get("first_day", "")), date_in(post.get("last_day", ""))
    if first_day is None or last_day is None:
        raise Refused("absence.days", _("Give the first and the last day."), field="first_day")
    stand_in = None
    if post.get("stand_in"):
        stand_in = colleagues(person, timezone.localdate()).filter(pk=number_in(post.get("stand_in"))).first()
        if stand_in is None:
            raise Refused("absence.stand_in", _("Choose the stand-in from the list."), field="stand_in")
    note_absence(
        by=request.actor,
        person=person,
        stand_in=stand_in,
        first_day=first_day,
        last_day=last_day,
        reason=post.get("reason", ""),
        now=timezone.now(),
    )


@require_POST
@access(HAS_POST)
def cancel_absence_view(request: HttpRequest, absence_id: int) -> HttpResponse:
    """End an absence from now on."""
    row = get_object_or_404(Absence.objects.select_related("person"), pk=absence_id)
    try:
        cancel_absence(by=request.actor, absence=row, now=timezone.now())
        messages.success(request, _("The absence is cancelled."))
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    query = f"?person={row.person_id}" if row.person_id != request.user.person_id else ""
    response = redirect("organisation:absences")
    response["Location"] += query
    return response

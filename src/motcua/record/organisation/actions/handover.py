"""Who does the work of somebody who leaves or is away: hand-over to a successor, absence with a stand-in."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import lock_timeout, record_change
from motcua.record.organisation.actions.people import person_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.record.organisation.handover import HOLDINGS, HandOver, Holding
from motcua.record.organisation.models import Person, Post
from motcua.record.organisation.people_models import Absence
from motcua.record.organisation.policies import HANDS_OVER
from motcua.record.organisation.succession import Plan

LONGEST_REASON = 300
LONGEST_ABSENCE_DAYS = 366


@dataclass(frozen=True)
class HandOverLine:
    """One kind of thing that would pass on."""

    holding: Holding
    plan: Plan


def preview_hand_over(*, by: Actor, leaver: Post, successor: Post | None) -> list[HandOverLine]:
    """Return what would pass on from one post to another, with counts and what stands in the way.

    Raises:
        NotAllowed: neither an administrator nor who heads the leaver's unit or agency.
        Refused: the successor is the leaver, or holds the post no longer.
    """
    HANDS_OVER.check(by, leaver)
    _check_successor(by, leaver, successor)
    return [HandOverLine(holding, holding.plan(HandOver(leaver, successor))) for holding in HOLDINGS.values()]


def hand_over(*, by: Actor, leaver: Post, successor: Post | None, now: dt.datetime) -> dict[str, int]:
    """Pass on what lies with a leaver's post: to a successor's post, or back to the unit. All or nothing.

    Returns:
        How many passed on, by kind of thing.

    Raises:
        NotAllowed: neither an administrator nor who heads the leaver's unit or agency.
        Refused: the successor is the leaver, or holds the post no longer.
        Invalid: something cannot pass on; each error names it.
    """
    with transaction.atomic():
        lock_timeout()
        lines = preview_hand_over(by=by, leaver=leaver, successor=successor)
        faults = [Refused("handover.fault", f"{f.subject}: {f.message}") for line in lines for f in line.plan.faults]
        if faults:
            raise Invalid(faults)
        over = HandOver(leaver, successor)
        counts = {holding.name: holding.pass_on(by, over, now) for holding in HOLDINGS.values()}
        with record_change(
            chain_id=person_chain(leaver.person.staff_code),
            subject="person",
            kind="post.handed_over",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"post": leaver.pk, "successor": successor.pk if successor else None, "counts": counts},
        ):
            pass
    return counts


def _check_successor(by: Actor, leaver: Post, successor: Post | None) -> None:
    if successor is None:
        return
    if successor.pk == leaver.pk:
        raise Refused("handover.same", _("Choose another post than the leaver's."), field="successor")
    if not Post.objects.on(by.on).filter(pk=successor.pk, person__active=True).exists():
        raise Refused("handover.gone", _("The successor holds this post no longer."), field="successor")


def note_absence(
    *,
    by: Actor,
    person: Person,
    stand_in: Person | None,
    first_day: dt.date,
    last_day: dt.date,
    reason: str = "",
    now: dt.datetime,
) -> Absence:
    """Note that a person is away, and who stands in on those dates.

    Args:
        first_day, last_day: local dates, both away.

    Raises:
        NotAllowed: neither the person, nor who heads one of their posts, nor an administrator.
        Refused: dates the wrong way round, over a year or in the past; a stand-in who is the person, holds no post
            at the same agency on the first day, or is away themselves.
        Conflict: the person is noted as away on one of these days.
    """
    _check_may_note(by, person)
    _check_days(by, first_day, last_day)
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise Refused("absence.reason", _("A reason has at most 300 characters."), field="reason")
    until = last_day + dt.timedelta(days=1)
    if stand_in is not None:
        _check_stand_in(person, stand_in, first_day, until)
    with (
        transaction.atomic(),
        record_change(
            chain_id=person_chain(person.staff_code),
            subject="person",
            kind="absence.noted",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
        ) as change,
    ):
        if _away(person, first_day, until):
            raise Conflict("absence.twice", _("An absence is noted on one of these days already."), field="first_day")
        row = Absence(person=person, stand_in=stand_in, reason=reason.strip(), valid_from=first_day, valid_to=until)
        change.add(row)
    return row


def _check_may_note(by: Actor, person: Person) -> None:
    # A stand-in may do the absent one's tasks, but not decide when they are away.
    if by.is_system or (by.post is not None and by.post.person_id == person.pk and by.stand_in is None):
        return
    posts = Post.objects.on(by.on).filter(person=person).select_related("unit")
    if not any(HANDS_OVER.allows(by, post) for post in posts):
        raise NotAllowed("absence.whose", _("Your post does not allow this."))


def _check_days(by: Actor, first_day: dt.date, last_day: dt.date) -> None:
    if last_day < first_day:
        raise Refused("absence.dates", _("The last day comes before the first."), field="last_day")
    if last_day < by.on:
        raise Refused("absence.past", _("These days are over; note an absence before it ends."), field="last_day")
    if (last_day - first_day).days > LONGEST_ABSENCE_DAYS:
        raise Refused(
            "absence.long", _("An absence lasts a year at most; hand the post over instead."), field="last_day"
        )


def _check_stand_in(person: Person, stand_in: Person, first_day: dt.date, until: dt.date) -> None:
    if stand_in.pk == person.pk:
        raise Refused("absence.self", _("Nobody stands in for themselves."), field="stand_in")
    agencies = Post.objects.on(first_day).filter(person=person).values("unit__agency_id")
    posts = Post.objects.on(first_day).filter(person=stand_in, unit__agency_id__in=agencies, person__active=True)
    if not posts.exists():
        message = _("The stand-in holds no post at the same agency on that day.")
        raise Refused("absence.stand_in", message, field="stand_in")
    if _away(stand_in, first_day, until):
        raise Refused("absence.both_away", _("The stand-in is away on one of these days too."), field="stand_in")


def _away(person: Person, first_day: dt.date, until: dt.date) -> bool:
    absences = Absence.objects.filter(person=person, cancelled_at=None)
    return absences.filter(Q(valid_to=None) | Q(valid_to__gt=first_day), valid_from__lt=until).exists()


def cancel_absence(*, by: Actor, absence: Absence, now: dt.datetime) -> Absence:
    """End an absence from today on: the stand-in may nothing more, and what they did stays.

    Raises:
        NotAllowed: as for `note_absence`.
        Conflict: it was cancelled, or is over.
    """
    _check_may_note(by, absence.person)
    with (
        transaction.atomic(),
        record_change(
            chain_id=person_chain(absence.person.staff_code),
            subject="person",
            kind="absence.cancelled",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
        ) as change,
    ):
        absence.refresh_from_db()
        if absence.cancelled_at is not None or (absence.valid_to and absence.valid_to <= by.on):
            raise Conflict("absence.over", _("This absence is over already."))
        change.set(absence, cancelled_at=now)
    return absence

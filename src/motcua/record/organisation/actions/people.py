"""People, their posts, and desks."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actions.loading import agency_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import Desk, Person, Post, Role, Unit
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.text import fold

DESK_ROLES = (Role.CLERK, Role.CASHIER, Role.CENTRE_MANAGER)


def person_chain(staff_code: str) -> UUID:
    """Return the chain of a person; accounts and posts hang on it too."""
    return chain_of("person", staff_code)


def add_person(
    *,
    by: Actor,
    staff_code: str,
    full_name: str,
    email: str = "",
    phone: str = "",
    now: dt.datetime,
) -> Person:
    """Add a member of the staff.

    Raises:
        NotAllowed: not an administrator.
        Conflict: the staff code is taken.
        Refused: no name.
    """
    ADMINISTERS.check(by)
    if not full_name.strip():
        raise Refused("person.name_missing", _("Give the name."), field="full_name")
    if Person.objects.filter(staff_code=staff_code).exists():
        raise Conflict("person.staff_code", _("This staff code is taken."), field="staff_code")
    name = " ".join(full_name.split())
    person = Person(staff_code=staff_code, full_name=name, folded_name=fold(name), email=email, phone=phone)
    with record_change(
        chain_id=person_chain(staff_code),
        subject="person",
        kind="person.added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(person)
    return person


def give_post(
    *,
    by: Actor,
    person: Person,
    unit: Unit,
    role: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    title: str = "",
    desk: Desk | None = None,
    now: dt.datetime,
) -> Post:
    """Give a person a post from a date; one at a desk sits at the unit's first desk unless another is named.

    Raises:
        NotAllowed: not an administrator.
        Refused: an unknown role, or dates the wrong way round.
        Conflict: the person holds this post on that day already.
    """
    ADMINISTERS.check(by)
    if role not in Role.values:
        raise Refused("post.role", _("Choose a role."), field="role")
    if valid_to is not None and valid_to <= valid_from:
        raise Refused("post.dates", _("The last day comes before the first."), field="valid_to")
    if Post.objects.on(valid_from).filter(person=person, unit=unit, role=role).exists():
        raise Conflict("post.twice", _("The person holds this post on that day already."))
    if role in DESK_ROLES and desk is None:
        desk = Desk.objects.on(valid_from).filter(unit=unit).first()
    post = Post(person=person, unit=unit, desk=desk, role=role, title=title, valid_from=valid_from, valid_to=valid_to)
    with record_change(
        chain_id=person_chain(person.staff_code),
        subject="person",
        kind="post.given",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.add(post)
    return post


def end_post(*, by: Actor, post: Post, valid_to: dt.date, now: dt.datetime) -> Post:
    """End a post: `valid_to` is the first day on which it is no longer held.

    Raises:
        NotAllowed: not an administrator.
        Refused: before the post began.
    """
    ADMINISTERS.check(by)
    if valid_to <= post.valid_from:
        raise Refused("post.dates", _("The last day comes before the first."), field="valid_to")
    with record_change(
        chain_id=person_chain(post.person.staff_code),
        subject="person",
        kind="post.ended",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(post, valid_to=valid_to)
    return post


def add_desk(
    *,
    by: Actor,
    unit: Unit,
    name_vi: str,
    name_en: str = "",
    address: str = "",
    phone: str = "",
    valid_from: dt.date,
    now: dt.datetime,
) -> Desk:
    """Add a desk to a unit.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name.
    """
    ADMINISTERS.check(by)
    if not name_vi.strip():
        raise Refused("desk.name", _("Give the name."), field="name_vi")
    desk = Desk(unit=unit, name_vi=name_vi, name_en=name_en, address=address, phone=phone, valid_from=valid_from)
    with record_change(
        chain_id=agency_chain(unit.agency.code, unit.agency.valid_from),
        subject="agency",
        kind="desk.added",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.add(desk)
    return desk

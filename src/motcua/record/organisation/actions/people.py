"""People, their posts, and desks."""

import datetime as dt
import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actions.loading import agency_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import DatedQuerySet, Desk, Person, Post, Role, Unit
from motcua.record.organisation.people_models import StaffingScheme
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.text import fold

LONGEST_NAME, LONGEST_PHONE, LONGEST_TITLE = 200, 20, 200
DESK_ROLES = (Role.CLERK, Role.CASHIER, Role.CENTRE_MANAGER)


STAFF_CODE = re.compile(r"^[\w.-]{1,30}$")


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
        Refused: no name, a name over 200 characters, a wrong staff code, e-mail or phone.
    """
    ADMINISTERS.check(by)
    staff_code = staff_code.strip()
    if not STAFF_CODE.match(staff_code):
        message = _("A staff code has up to thirty letters, digits, dots and hyphens.")
        raise Refused("person.staff_code_wrong", message, field="staff_code")
    _check_particulars(full_name, email, phone)
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


def _check_particulars(full_name: str, email: str, phone: str) -> None:
    """Refuse particulars that cannot be kept.

    Raises:
        Refused: names the field.
    """
    if not full_name.strip():
        raise Refused("person.name_missing", _("Give the name."), field="full_name")
    if len(full_name) > LONGEST_NAME or "\0" in full_name:
        raise Refused("person.name_long", _("A name has at most 200 characters."), field="full_name")
    if len(phone) > LONGEST_PHONE or "\0" in phone:
        raise Refused("person.phone", _("A phone number has at most 20 characters."), field="phone")
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise Refused("person.email", _("This is not an e-mail address."), field="email") from error


def change_person(
    *, by: Actor, person: Person, full_name: str, email: str = "", phone: str = "", now: dt.datetime
) -> Person:
    """Change a person's particulars; the staff code stays, since the chain hangs on it.

    Raises:
        NotAllowed: not an administrator.
        Refused: as for `add_person`.
    """
    ADMINISTERS.check(by)
    _check_particulars(full_name, email, phone)
    name = " ".join(full_name.split())
    with record_change(
        chain_id=person_chain(person.staff_code),
        subject="person",
        kind="person.changed",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(person, full_name=name, folded_name=fold(name), email=email, phone=phone)
    return person


def end_person(*, by: Actor, person: Person, last_day: dt.date, now: dt.datetime) -> Person:
    """Let a person leave: every post ends after `last_day`, those that had not begun fall away on their first day.

    The account is closed by `accounts.actions.close_account`.

    Raises:
        NotAllowed: not an administrator.
        Refused: the last administrator, or oneself.
    """
    ADMINISTERS.check(by)
    if by.post is not None and by.post.person_id == person.pk:
        raise Refused("person.self", _("You cannot end your own posts. Ask another administrator."))
    end = last_day + dt.timedelta(days=1)
    with record_change(
        chain_id=person_chain(person.staff_code),
        subject="person",
        kind="person.left",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        for post in person.posts.filter(Q(valid_to=None) | Q(valid_to__gt=end)):
            change.set(post, valid_to=max(end, post.valid_from + dt.timedelta(days=1)))
        change.set(person, active=False)
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
    acting: bool = False,
    position: str = "",
    now: dt.datetime,
) -> Post:
    """Give a person a post from a date; one at a desk sits at the unit's first desk unless another is named.

    Args:
        acting: the person does the role's work for a time (quyền, phụ trách), with its powers; such a post has an end.
        position: code of a job position of the agency's scheme.

    Raises:
        NotAllowed: not an administrator.
        Refused: an unknown role or position, dates the wrong way round, or an acting post without an end.
        Conflict: the person holds this post on that day already.
    """
    ADMINISTERS.check(by)
    if role in DESK_ROLES and desk is None:
        desk = Desk.objects.on(valid_from).filter(unit=unit).first()
    post = Post(
        person=person,
        unit=unit,
        desk=desk,
        role=role,
        title=title,
        acting=acting,
        position=position,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _check_post(post)
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


def _check_post(post: Post) -> None:
    if post.role not in Role.values:
        raise Refused("post.role", _("Choose a role."), field="role")
    if post.valid_to is not None and post.valid_to <= post.valid_from:
        raise Refused("post.dates", _("The last day comes before the first."), field="valid_to")
    if post.acting and post.valid_to is None:
        raise Refused("post.acting_ends", _("An acting post needs a last day."), field="valid_to")
    check_position(post.unit, post.position, post.valid_from)
    if len(post.title) > LONGEST_TITLE or "\0" in post.title:
        raise Refused("post.title", _("A title has at most 200 characters."), field="title")
    held = _overlapping(post.valid_from, post.valid_to)
    if held.filter(person=post.person, unit=post.unit, role=post.role).exists():
        raise Conflict("post.twice", _("The person holds this post on that day already."))


def check_position(unit: Unit, position: str, on: dt.date) -> None:
    """Refuse a job position that the scheme in force does not name; none is always right.

    Raises:
        Refused: the agency's scheme of that date has no such position.
    """
    schemes = StaffingScheme.objects.on(on).filter(agency_id=unit.agency_id)
    if position and not schemes.filter(positions__code=position).exists():
        message = _("The agency's scheme has no job position “%(code)s” on that date.")
        raise Refused("post.position", message, field="position", params={"code": position[:30]})


def assign_position(*, by: Actor, post: Post, position: str, now: dt.datetime) -> Post:
    """Say which job position a post fills; "" for none.

    Raises:
        NotAllowed: not an administrator.
        Refused: the agency's scheme has no such position today.
    """
    ADMINISTERS.check(by)
    check_position(post.unit, position, max(by.on, post.valid_from))
    with record_change(
        chain_id=person_chain(post.person.staff_code),
        subject="person",
        kind="post.position_assigned",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(post, position=position)
    return post


def _overlapping(valid_from: dt.date, valid_to: dt.date | None) -> DatedQuerySet:
    """Return the posts that are held on some day of [valid_from, valid_to)."""
    posts = Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    return posts.filter(valid_from__lt=valid_to) if valid_to else posts


def end_post(*, by: Actor, post: Post, valid_to: dt.date, now: dt.datetime) -> Post:
    """End a post: `valid_to` is the first day on which it is no longer held.

    Raises:
        NotAllowed: not an administrator.
        Refused: before the post began; one's own post as administrator, which nobody might be left to give again.
    """
    ADMINISTERS.check(by)
    if by.post is not None and by.post.pk == post.pk:
        raise Refused("post.own", _("You cannot end the post you act in. Ask another administrator."))
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
        Refused: no name, or a text that is too long.
    """
    ADMINISTERS.check(by)
    if not name_vi.strip():
        raise Refused("desk.name", _("Give the name."), field="name_vi")
    if max(len(name_vi), len(name_en)) > 500 or len(address) > 300 or len(phone) > 30 or "\0" in name_vi + address:
        raise Refused("desk.long", _("That is too long: a name has 500 characters at most, an address 300."))
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

"""People, their accounts and posts, hand-over and absence by program."""

import datetime as dt
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status

from motcua.record.accounts.actions import close_account, open_account, reset_password
from motcua.record.accounts.models import User
from motcua.record.accounts.organisation_api.common import Code as CodeInPath
from motcua.record.accounts.organisation_api.common import (
    Key,
    RowId,
    Short,
    Text,
    agency_of,
    person_of,
    post_of,
    reader,
    unit_of,
    writer,
)
from motcua.record.organisation import actions
from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.models import Person, Post
from motcua.record.organisation.people_models import Absence
from motcua.record.organisation.policies import HANDS_OVER, HAS_POST
from motcua.rules.text import fold

router = Router(tags=["people"])
post_router = Router(tags=["people"])
absence_router = Router(tags=["people"])
DAY = dt.timedelta(days=1)


class ParticularsIn(Schema):
    """What can be changed of a person."""

    full_name: Text
    email: Text = ""
    phone: Short = ""


class PersonIn(ParticularsIn):
    """A new member of the staff."""

    staff_code: Short


class PostIn(Schema):
    """A post from a local date; `last_day` is the last one on which it is held."""

    agency: Short
    unit: Short
    role: Short
    valid_from: dt.date | None = None
    last_day: dt.date | None = None
    title: Text = ""
    acting: bool = False
    position: Short = ""


class PostOut(Schema):
    """A post; it is held on `valid_from` and on every day before `valid_to`."""

    id: int
    staff_code: str
    agency: str
    unit: str
    role: str
    title: str
    acting: bool
    position: str
    valid_from: dt.date
    valid_to: dt.date | None


class PersonLine(Schema):
    """A person in a list."""

    staff_code: str
    full_name: str
    active: bool


class PersonOut(PersonLine):
    """A person with posts and account."""

    email: str
    phone: str
    username: str
    account_open: bool
    posts: list[PostOut]


class LastDayIn(Schema):
    """The last local day; today where none is given."""

    last_day: dt.date | None = None


class AccountIn(Schema):
    """The name to sign in with."""

    username: Short


class PasswordOut(Schema):
    """A first password: shown once, to be changed at the first sign-in."""

    username: str
    first_password: str


@router.get("", response=list[PersonLine], summary="Find people", url_name="org_people")
def people(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[dict[str, Any]]:
    """Return people by words of their names, in either spelling."""
    reader(request)
    found = Person.objects.order_by("folded_name")
    for word in fold(q).split():
        found = found.filter(folded_name__contains=word)
    return [_line(person) for person in found[:limit]]


@router.post("", response={201: PersonOut}, summary="Add a person", url_name="org_person_add")
def person_add(request: HttpRequest, body: PersonIn) -> Any:
    """Add a member of the staff."""
    made = actions.add_person(by=writer(request), now=timezone.now(), **body.dict())
    return Status(201, _out(made.staff_code))


@router.get("/{staff_code}", response=PersonOut, summary="Read a person", url_name="org_person")
def person_read(request: HttpRequest, staff_code: CodeInPath) -> dict[str, Any]:
    """Return a person with posts and account."""
    reader(request)
    return _out(staff_code)


@router.put("/{staff_code}", response=PersonOut, summary="Change particulars", url_name="org_person")
def person_change(request: HttpRequest, staff_code: CodeInPath, body: ParticularsIn) -> dict[str, Any]:
    """Change name, e-mail and phone."""
    by = writer(request)
    actions.change_person(by=by, person=person_of(staff_code), now=timezone.now(), **body.dict())
    return _out(staff_code)


@router.post("/{staff_code}/leave", response=PersonOut, summary="Let a person leave", url_name="org_person_leave")
def person_leave(request: HttpRequest, staff_code: CodeInPath, body: LastDayIn) -> dict[str, Any]:
    """End every post after the last day; the account closes where that day has come."""
    by, now = writer(request), timezone.now()
    found, last_day = person_of(staff_code), body.last_day or timezone.localdate(now)
    with transaction.atomic():
        actions.end_person(by=by, person=found, last_day=last_day, now=now)
        if hasattr(found, "account") and last_day <= timezone.localdate(now):
            close_account(by=by, user=found.account, active=False, now=now)
    return _out(staff_code)


@router.post("/{staff_code}/posts", response={201: PostOut}, summary="Give a post", url_name="org_post_give")
def post_give(request: HttpRequest, staff_code: CodeInPath, body: PostIn) -> Any:
    """Give a person a post in a unit of an agency."""
    by, since = writer(request), body.valid_from or timezone.localdate()
    made = actions.give_post(
        by=by,
        person=person_of(staff_code),
        unit=unit_of(agency_of(body.agency, since), body.unit, since),
        valid_from=since,
        valid_to=body.last_day + DAY if body.last_day else None,
        now=timezone.now(),
        **body.dict(include={"role", "title", "acting", "position"}),
    )
    return Status(201, _post(made))


@router.post(
    "/{staff_code}/account", response={201: PasswordOut}, summary="Open an account", url_name="org_account_open"
)
def account_open(request: HttpRequest, staff_code: CodeInPath, body: AccountIn) -> Any:
    """Open the account of a person with a first password."""
    by = writer(request)
    user, secret = open_account(by=by, person=person_of(staff_code), username=body.username, now=timezone.now())
    return Status(201, {"username": user.username, "first_password": secret})


@router.post(
    "/{staff_code}/account/reset-password",
    response=PasswordOut,
    summary="Give a new first password",
    url_name="org_account_reset",
)
def account_reset(request: HttpRequest, staff_code: CodeInPath) -> dict[str, Any]:
    """Give an account a new first password; its sessions end."""
    by, user = writer(request), _user(staff_code)
    return {"username": user.username, "first_password": reset_password(by=by, user=user, now=timezone.now())}


@router.post(
    "/{staff_code}/account/close", response=PersonOut, summary="Close an account", url_name="org_account_close"
)
def account_close(request: HttpRequest, staff_code: CodeInPath) -> dict[str, Any]:
    """Close an account; its sessions end."""
    close_account(by=writer(request), user=_user(staff_code), active=False, now=timezone.now())
    return _out(staff_code)


@router.post(
    "/{staff_code}/account/open-again", response=PersonOut, summary="Open it again", url_name="org_account_again"
)
def account_again(request: HttpRequest, staff_code: CodeInPath) -> dict[str, Any]:
    """Open a closed account again."""
    close_account(by=writer(request), user=_user(staff_code), active=True, now=timezone.now())
    return _out(staff_code)


class EndIn(Schema):
    """The last local day on which the post is held."""

    last_day: dt.date


class PositionIn(Schema):
    """A code of the agency's scheme of job positions; "" for none."""

    position: Short


class HandOverIn(Schema):
    """The post that takes over; none: what lies there goes back to the unit."""

    successor: Key | None = None


class HandOverLine(Schema):
    """One kind of thing that would pass on, with what stands in the way."""

    name: str
    count: int
    faults: list[str]


@post_router.post("/{post_id}/end", response=PostOut, summary="End a post", url_name="org_post_end")
def post_end(request: HttpRequest, post_id: RowId, body: EndIn) -> dict[str, Any]:
    """End a post after a day."""
    by = writer(request)
    return _post(actions.end_post(by=by, post=post_of(post_id), valid_to=_next(body.last_day), now=timezone.now()))


@post_router.post("/{post_id}/position", response=PostOut, summary="Say its job position", url_name="org_post_position")
def post_position(request: HttpRequest, post_id: RowId, body: PositionIn) -> dict[str, Any]:
    """Say which job position a post fills."""
    by = writer(request)
    return _post(actions.assign_position(by=by, post=post_of(post_id), position=body.position, now=timezone.now()))


@post_router.post(
    "/{post_id}/preview-hand-over",
    response=list[HandOverLine],
    summary="See what would pass on",
    url_name="org_hand_over_preview",
)
def hand_over_preview(request: HttpRequest, post_id: RowId, body: HandOverIn) -> list[dict[str, Any]]:
    """Return what would pass on to a successor; nothing is written."""
    by = writer(request, HANDS_OVER)
    lines = actions.preview_hand_over(by=by, leaver=post_of(post_id), successor=_successor(body))
    return [
        {
            "name": line.holding.name,
            "count": line.plan.count,
            "faults": [f"{fault.subject}: {fault.message}" for fault in line.plan.faults],
        }
        for line in lines
    ]


@post_router.post("/{post_id}/hand-over", response=dict[str, int], summary="Hand over", url_name="org_hand_over")
def post_hand_over(request: HttpRequest, post_id: RowId, body: HandOverIn) -> dict[str, int]:
    """Pass on what lies with a post, all or nothing; returns how many of each kind."""
    by = writer(request, HANDS_OVER)
    return actions.hand_over(by=by, leaver=post_of(post_id), successor=_successor(body), now=timezone.now())


class AbsenceIn(Schema):
    """Who is away on which local dates, and who stands in."""

    staff_code: Short
    stand_in: Short = ""
    first_day: dt.date
    last_day: dt.date
    reason: Text = ""


class AbsenceOut(Schema):
    """An absence."""

    id: int
    staff_code: str
    stand_in: str
    first_day: dt.date
    last_day: dt.date
    cancelled_at: dt.datetime | None


@absence_router.post("", response={201: AbsenceOut}, summary="Note an absence", url_name="org_absence_note")
def absence_note(request: HttpRequest, body: AbsenceIn) -> Any:
    """Note that a person is away, and who stands in."""
    by = writer(request, HAS_POST)
    made = actions.note_absence(
        by=by,
        person=person_of(body.staff_code),
        stand_in=person_of(body.stand_in, field="stand_in") if body.stand_in else None,
        now=timezone.now(),
        **body.dict(include={"first_day", "last_day", "reason"}),
    )
    return Status(201, _absence(made))


@absence_router.post(
    "/{absence_id}/cancel", response=AbsenceOut, summary="Cancel an absence", url_name="org_absence_cancel"
)
def absence_cancel(request: HttpRequest, absence_id: RowId) -> dict[str, Any]:
    """End an absence from today on."""
    by = writer(request, HAS_POST)
    found = Absence.objects.select_related("person", "stand_in").filter(pk=absence_id).first()
    if found is None:
        raise NotFound("absence.none", _("There is no such absence."))
    return _absence(actions.cancel_absence(by=by, absence=found, now=timezone.now()))


def _next(day: dt.date) -> dt.date:
    return day + DAY if day < dt.date.max else day


def _successor(body: HandOverIn) -> Post | None:
    return post_of(body.successor, field="successor") if body.successor else None


def _user(staff_code: str) -> User:
    found = getattr(person_of(staff_code), "account", None)
    if found is None:
        raise NotFound("account.none", _("This person has no account."))
    return found


def _line(person: Person) -> dict[str, Any]:
    return {"staff_code": person.staff_code, "full_name": person.full_name, "active": person.active}


def _out(staff_code: str) -> dict[str, Any]:
    person = person_of(staff_code.strip())
    account = getattr(person, "account", None)
    posts = person.posts.select_related("person", "unit__agency").order_by("valid_from", "pk")
    return _line(person) | {
        "email": person.email,
        "phone": person.phone,
        "username": account.username if account else "",
        "account_open": bool(account and account.is_active),
        "posts": [_post(post) for post in posts],
    }


def _post(post: Post) -> dict[str, Any]:
    names = ("id", "role", "title", "acting", "position", "valid_from", "valid_to")
    places = {"agency": post.unit.agency.code, "unit": post.unit.key, "staff_code": post.person.staff_code}
    return {name: getattr(post, name) for name in names} | places


def _absence(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.pk,
        "staff_code": absence.person.staff_code,
        "stand_in": absence.stand_in.staff_code if absence.stand_in else "",
        "first_day": absence.valid_from,
        "last_day": absence.last_day,
        "cancelled_at": absence.cancelled_at,
    }

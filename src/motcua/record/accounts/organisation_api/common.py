"""What the routes of the organisation share: types of fields, and how people, units and agencies are found."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Path

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.models import Agency, Person, Post, Unit, WorkCalendar
from motcua.record.organisation.policies import ADMINISTERS, Policy
from motcua.record.organisation.queries import agency_by_code

READ, WRITE = "organisation:read", "organisation:write"
Short = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Key = Annotated[int, Field(ge=1, le=2**62)]
RowId = Annotated[int, Path(ge=1, le=2**62)]
Code = Annotated[str, Path(max_length=40, pattern=r"^[^\x00]*$")]


def reader(request: HttpRequest, policy: Policy = ADMINISTERS) -> Actor:
    """Return who reads, if the token and the post allow it.

    Raises:
        NotAllowed: one of them does not.
    """
    by = need_scope(request, READ)
    policy.check(by)
    return by


def writer(request: HttpRequest, policy: Policy = ADMINISTERS) -> Actor:
    """Return who writes, if the token and the post allow it; a post that may not learns nothing of what is there.

    Raises:
        NotAllowed: one of them does not.
    """
    by = need_scope(request, WRITE)
    policy.check(by)
    return by


def agency_of(code: str, on: dt.date | None = None, *, field: str = "agency") -> Agency:
    """Return the agency of an identity code, in either order, on a local date (today).

    Raises:
        NotFound: there is none on that date; it names the field.
    """
    found = agency_by_code(code, on or timezone.localdate())
    if found is None:
        message = _("There is no agency with the code %(code)s on that date.")
        raise NotFound("agency.none", message, field=field, params={"code": code})
    return found


def unit_of(agency: Agency, key: str, on: dt.date) -> Unit:
    """Return the unit of an agency that has this key on a local date.

    Raises:
        NotFound: there is none.
    """
    found = Unit.objects.on(on).filter(agency=agency, key=key).select_related("agency").first()
    if found is None:
        raise NotFound("unit.none", _("The agency has no unit of this key on that date."), field="unit")
    return found


def person_of(staff_code: str, *, field: str = "staff_code") -> Person:
    """Return the person of a staff code.

    Raises:
        NotFound: there is none.
    """
    found = Person.objects.select_related("account").filter(staff_code=staff_code).first()
    if found is None:
        raise NotFound("person.none", _("There is no person with this staff code."), field=field)
    return found


def post_of(post_id: int, *, field: str = "post") -> Post:
    """Return a post by its number.

    Raises:
        NotFound: there is none.
    """
    found = Post.objects.select_related("person", "unit__agency").filter(pk=post_id).first()
    if found is None:
        raise NotFound("post.none", _("There is no such post."), field=field)
    return found


def calendar_of(code: str) -> WorkCalendar:
    """Return the calendar of a code.

    Raises:
        NotFound: there is none.
    """
    found = WorkCalendar.objects.filter(code=code).first()
    if found is None:
        raise NotFound("calendar.none", _("There is no such calendar."), field="calendar")
    return found

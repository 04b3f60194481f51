"""The first administrator of an installation: somebody must be there before anybody can let others in."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.accounts.actions.accounts import open_account
from motcua.record.accounts.models import User
from motcua.record.organisation.actions.people import add_person, give_post
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict
from motcua.record.organisation.models import Post, Role, Unit
from motcua.record.organisation.policies import ADMINISTERS

# Two who type the command at the same moment do not both find nobody.
FIRST_LOCK = 7_203_002


def administrator_exists(on: dt.date) -> bool:
    """Tell whether somebody can sign in as an administrator on a local date."""
    accounts = User.objects.filter(is_active=True, person__active=True).values("person_id")
    return Post.objects.on(on).filter(role=Role.ADMINISTRATOR, person_id__in=accounts).exists()


def create_administrator(
    *,
    by: Actor,
    unit: Unit,
    username: str,
    full_name: str,
    staff_code: str,
    another: bool = False,
    now: dt.datetime,
) -> tuple[User, str]:
    """Add a person with an administrator's post in a unit and an account; return it with its first password.

    Args:
        another: whether to do so although somebody can sign in as an administrator already.

    Raises:
        NotAllowed: not an administrator, and not the system itself.
        Conflict: there is an administrator already, or the staff code or user name is taken; nothing is written.
        Refused: a name, staff code or user name that cannot be kept.
    """
    ADMINISTERS.check(by)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_LOCK])
        if not another and administrator_exists(by.on):
            raise Conflict("account.administrator_there", _("There is an administrator already."))
        person = add_person(by=by, staff_code=staff_code, full_name=full_name, now=now)
        give_post(by=by, person=person, unit=unit, role=Role.ADMINISTRATOR, valid_from=by.on, now=now)
        return open_account(by=by, person=person, username=username, now=now)

"""Accounts: opened with a first password that must be changed, reset by an administrator, closed."""

import datetime as dt
import re
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from motcua.record.accounts.models import User, UserSession
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actions.people import person_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Refused
from motcua.record.organisation.models import Person
from motcua.record.organisation.policies import ADMINISTERS

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{2,59}$")


def first_password() -> str:
    """Return a password to be used once: easy to read out, hard to guess (59 bits)."""
    groups = ["".join(secrets.choice(LETTERS) for _n in range(4)) for _g in range(3)]
    return "-".join(groups)


def open_account(
    *, by: Actor, person: Person, username: str, now: dt.datetime, password: str = "", must_change: bool = True
) -> tuple[User, str]:
    """Open a person's account; return it with its first password.

    Raises:
        NotAllowed: not an administrator.
        Refused: a user name with other characters than small letters, digits, dot, hyphen.
        Conflict: the name is taken.
    """
    ADMINISTERS.check(by)
    name = username.strip().lower()
    if not USERNAME.match(name):
        raise Refused(
            "account.username", _("A user name has small letters, digits, dots and hyphens."), field="username"
        )
    if User.objects.filter(username=name).exists():
        raise Conflict("account.username_taken", _("This user name is taken."), field="username")
    secret = password or first_password()
    user = User(username=name, person=person, must_change_password=must_change)
    user.set_password(secret)
    with record_change(
        chain_id=person_chain(person.staff_code),
        subject="person",
        kind="account.opened",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.add(user)
    return user, secret


def reset_password(*, by: Actor, user: User, now: dt.datetime) -> str:
    """Give an account a new first password, shown once; its open sessions end.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    secret = first_password()
    _set_password(by, user, secret, must_change=True, kind="account.password_reset", now=now)
    end_sessions(user)
    return secret


def choose_password(*, by: Actor, user: User, password: str, now: dt.datetime) -> User:
    """Set the password that its owner has chosen.

    Raises:
        Refused: too short, too common, or too like the name.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("password.weak", " ".join(error.messages), field="new_password") from error
    if user.check_password(password):
        raise Refused("password.same", _("Choose another password than the one you have."), field="new_password")
    _set_password(by, user, password, must_change=False, kind="account.password_chosen", now=now)
    return user


def _set_password(by: Actor, user: User, password: str, *, must_change: bool, kind: str, now: dt.datetime) -> None:
    user.set_password(password)
    with record_change(
        chain_id=person_chain(user.person.staff_code),
        subject="person",
        kind=kind,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(user, password=user.password, must_change_password=must_change)


def close_account(*, by: Actor, user: User, active: bool, now: dt.datetime) -> User:
    """Close an account or open it again; closing ends its sessions.

    Raises:
        NotAllowed: not an administrator.
        Refused: one's own account, since nobody might be left to open it again.
    """
    ADMINISTERS.check(by)
    if not active and by.post is not None and by.post.person_id == user.person_id:
        raise Refused("account.own", _("You cannot close your own account. Ask another administrator."))
    with record_change(
        chain_id=person_chain(user.person.staff_code),
        subject="person",
        kind="account.opened_again" if active else "account.closed",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(user, is_active=active)
    if not active:
        end_sessions(user)
    return user


def end_sessions(user: User, *, keep: str = "", only: int | None = None) -> int:
    """End the account's open sessions; return how many ended.

    Args:
        keep: key of the session that stays.
        only: number of the one session to end; all if not given.
    """
    from django.contrib.sessions.models import Session

    sessions = user.open_sessions.exclude(session_key=keep)
    if only is not None:
        sessions = sessions.filter(pk=only)
    ending = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=ending).delete()
    UserSession.objects.filter(session_key__in=ending).delete()
    return len(ending)

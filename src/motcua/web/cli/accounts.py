"""`motcua account create-administrator|open`: the first administrator, and accounts of people who are there."""

import argparse
import sys
from typing import Any

from motcua.web.cli.words import _


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    room = subparsers.add_parser("account", help="accounts: the first administrator, and everybody's")
    parts = room.add_subparsers(dest="part", required=True)
    first = parts.add_parser("create-administrator", help="let the first administrator in; the password is shown once")
    first.add_argument("username", help="small letters, digits, dots and hyphens")
    first.add_argument("--name", required=True, help="full name of the person")
    first.add_argument("--staff-code", default="", help="the person's staff code; the user name if not given")
    first.add_argument("--agency", default="", help="identity code of the agency; the one at the top if not given")
    first.add_argument("--unit", default="", help="key of the unit; the agency's or its Centre's office if not given")
    first.add_argument("--another", action="store_true", help="although there is an administrator already")
    first.set_defaults(run=run_create_administrator, needs_database=True)
    opening = parts.add_parser("open", help="open accounts, all or none; each first password is shown once")
    opening.add_argument("pairs", nargs="+", metavar="STAFF_CODE=USERNAME", help="whose account, by what name")
    opening.set_defaults(run=run_open, needs_database=True)


def _now_and_system() -> tuple[Any, Any]:
    from django.utils import timezone

    from motcua.record.organisation.actor import system

    now = timezone.now()
    return now, system(timezone.localdate(now))


def run_create_administrator(args: argparse.Namespace) -> int:
    """Print user name and first password; 2 where that cannot be, with one sentence."""
    from motcua.record.accounts.actions import create_administrator
    from motcua.record.organisation.errors import Refused

    now, by = _now_and_system()
    try:
        user, secret = create_administrator(
            by=by,
            unit=_unit(args.agency, args.unit, by.on),
            username=args.username,
            full_name=args.name,
            staff_code=args.staff_code or args.username,
            another=args.another,
            now=now,
        )
    except Refused as refusal:
        hint = _("Add another one with --another.") if refusal.code == "account.administrator_there" else ""
        sys.stderr.write(f"{refusal.message} {hint}".rstrip() + "\n")
        return 2
    sys.stdout.write(f"{user.username}\t{secret}\n")
    return 0


def _unit(agency_code: str, key: str, on: Any) -> Any:
    """Return the unit of these words; without words the office of the agency at the top, or of its Centre.

    Raises:
        NotFound: there is none, or several agencies stand at the top.
    """
    from django.db.models import Case, Q, When

    from motcua.record.organisation.errors import NotFound
    from motcua.record.organisation.models import Agency, Level, Unit, UnitKind
    from motcua.record.organisation.queries import agency_by_code

    tops = list(Agency.objects.on(on).filter(parent=None)[:2])
    agency = agency_by_code(agency_code, on) if agency_code else tops[0] if len(tops) == 1 else None
    if agency is None:
        told = _("Name the agency with --agency; motcua units setup makes those of a province.")
        raise NotFound("account.agency", told)
    own = Q(agency=agency)
    if key:
        units = Unit.objects.on(on).filter(own, key=key)
    else:
        units = Unit.objects.on(on).filter(own | Q(agency__parent=agency, agency__level=Level.CENTRE))
    # An office first; a province without an office of its own is administered from its Centre's.
    office, here = Case(When(kind=UnitKind.OFFICE, then=0), default=1), Case(When(own, then=0), default=1)
    unit = units.order_by(office, here, "pk").first()
    if unit is None:
        told = _("%(code)s has no such unit; name one with --unit.")
        raise NotFound("account.unit", told, params={"code": agency.code})
    return unit


def run_open(args: argparse.Namespace) -> int:
    """Print a line per account, user name and first password; 2: one sentence, and no account is opened."""
    from django.db import transaction

    from motcua.record.organisation.errors import Refused

    now, by = _now_and_system()
    try:
        with transaction.atomic():
            opened = [_open(pair, by, now) for pair in args.pairs]
    except Refused as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return 2
    sys.stdout.writelines(f"{username}\t{secret}\n" for username, secret in opened)
    return 0


def _open(pair: str, by: Any, now: Any) -> tuple[str, str]:
    from motcua.record.accounts.actions import open_account
    from motcua.record.accounts.models import User
    from motcua.record.organisation.errors import Conflict, NotFound, Refused
    from motcua.record.organisation.models import Person

    staff_code, _sign, username = pair.partition("=")
    person = Person.objects.filter(staff_code=staff_code, active=True).first()
    if person is None:
        told = _("%(pair)s: there is no person with the staff code “%(code)s” in service.")
        raise NotFound("account.person", told, params={"pair": pair, "code": staff_code})
    if User.objects.filter(person=person).exists():
        raise Conflict("account.there", _("%(pair)s: this person has an account already."), params={"pair": pair})
    try:
        user, secret = open_account(by=by, person=person, username=username, now=now)
    except Refused as refusal:
        raise Refused(refusal.code, f"{pair}: {refusal.message}") from None
    return user.username, secret

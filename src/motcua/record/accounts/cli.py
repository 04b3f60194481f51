"""`motcua token …`: tokens for API clients."""

import argparse
import datetime as dt
import sys
from typing import Any


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    token = subparsers.add_parser("token", help="tokens of API clients")
    commands = token.add_subparsers(dest="token_command", required=True)
    create = commands.add_parser("create", help="issue a token; its secret is printed once")
    create.add_argument("--client", required=True, help="name of the program")
    create.add_argument("--user", required=True, help="account whose post the program acts for")
    create.add_argument("--scopes", default="dossiers:read,dossiers:search", help="words separated by commas")
    create.add_argument("--days", type=int, default=365, help="how long it is valid")
    create.set_defaults(run=run_create, needs_database=True)
    listing = commands.add_parser("list", help="show clients and their tokens, never a secret")
    listing.set_defaults(run=run_list, needs_database=True)
    revoke = commands.add_parser("revoke", help="make a token worthless from now on")
    revoke.add_argument("number", type=int, help="number of the token, as `list` shows it")
    revoke.set_defaults(run=run_revoke, needs_database=True)


def run_create(args: argparse.Namespace) -> int:
    """Issue a token; 2 where the account or a scope is unknown."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from motcua.record.accounts.actions import create_client, issue_token
    from motcua.record.accounts.models import User
    from motcua.record.organisation.actor import system
    from motcua.record.organisation.errors import Refused
    from motcua.record.organisation.queries import posts_of

    now = timezone.now()
    today: dt.date = timezone.localdate(now)
    user = User.objects.filter(username=args.user).first()
    posts = posts_of(user.person_id, today) if user else []
    if not posts:
        told = _("There is no account “%(name)s” with a post today.") % {"name": args.user}
        sys.stderr.write(f"{told}\n")
        return 2
    by = system(today)
    try:
        client = create_client(by=by, name=args.client, post=posts[0], now=now)
        scopes = [scope.strip() for scope in args.scopes.split(",") if scope.strip()]
        _token, secret = issue_token(by=by, client=client, scopes=scopes, now=now, days=args.days)
    except Refused as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return 2
    sys.stdout.write(f"{secret}\n")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print a line per token: number, client, scopes, state, valid until; programs read it, so that it is English."""
    from django.utils import timezone

    from motcua.record.accounts.models import Token

    now = timezone.now()
    for token in Token.objects.select_related("client").order_by("pk"):
        state = "revoked" if token.revoked_at else "valid"
        if state == "valid" and token.expires_at and token.expires_at <= now:
            state = "expired"
        until = timezone.localtime(token.expires_at).isoformat(timespec="minutes") if token.expires_at else "-"
        line = (str(token.pk), token.client.name, ",".join(token.scopes), state, until)
        sys.stdout.write("\t".join(line) + "\n")
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """Revoke a token; 2 where there is none of that number that still works."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from motcua.record.accounts.actions import revoke_token
    from motcua.record.accounts.models import Token
    from motcua.record.organisation.actor import system

    now = timezone.now()
    token = Token.objects.select_related("client").filter(pk=args.number, revoked_at=None).first()
    if token is None:
        told = _("There is no token %(number)s that still works.") % {"number": args.number}
        sys.stderr.write(f"{told}\n")
        return 2
    revoke_token(by=system(timezone.localdate(now)), token=token, now=now)
    return 0

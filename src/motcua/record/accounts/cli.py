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


def run_create(args: argparse.Namespace) -> int:
    """Issue a token; 2 where the account or a scope is unknown."""
    from django.utils import timezone

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
        sys.stderr.write(f"There is no account {args.user!r} with a post today.\n")
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

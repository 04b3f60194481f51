"""API clients and their tokens."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from motcua.record.accounts.models import Client, Token
from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Post
from motcua.record.organisation.policies import ADMINISTERS

SCOPES = (
    "dossiers:receive",
    "dossiers:read",
    "dossiers:act",
    "dossiers:forward",
    "dossiers:finish",
    "dossiers:return",
    "dossiers:search",
    "processes:read",
    "processes:write",
    "publication:read",
    "publication:write",
    "catalogue:write",
    "organisation:read",
    "organisation:write",
    "figures:read",
)
PREFIX = "mc_"
LONGEST_NAME = 100


def digest_of(secret: str) -> str:
    """Return what is stored of a token's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_client(*, by: Actor, name: str, post: Post, now: dt.datetime) -> Client:
    """Add a program that acts in the name of a post; the one of that name if it is there.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name, or one that belongs to a client of another post.
    """
    ADMINISTERS.check(by)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise Refused("client.name", _("Name the program, in at most 100 characters."), field="name")
    known = Client.objects.filter(name=name).first()
    if known is not None:
        if known.post_id != post.pk:
            raise Refused("client.other_post", _("A client of this name acts for another post."), field="name")
        return known
    client = Client(name=name, post=post)
    with record_change(
        chain_id=chain_of("client", name),
        subject="client",
        kind="client.created",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(client)
    return client


def issue_token(
    *, by: Actor, client: Client, scopes: Sequence[str], now: dt.datetime, days: int | None = 365
) -> tuple[Token, str]:
    """Issue a token with scopes; return it with its secret, which is not stored.

    Raises:
        NotAllowed: not an administrator.
        Refused: an unknown scope, or none.
    """
    ADMINISTERS.check(by)
    if not scopes:
        raise Refused("token.no_scope", _("Choose what the program may do."), field="scopes")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise Refused(
            "token.scope",
            _("Unknown scope “%(scope)s”; known are: %(known)s."),
            field="scopes",
            params={"scope": ", ".join(unknown), "known": ", ".join(SCOPES)},
        )
    secret = PREFIX + secrets.token_urlsafe(30)
    token = Token(
        client=client,
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + dt.timedelta(days=days) if days else None,
    )
    with record_change(
        chain_id=chain_of("client", client.name),
        subject="client",
        kind="client.token_issued",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.add(token)
    return token, secret


def revoke_token(*, by: Actor, token: Token, now: dt.datetime) -> Token:
    """Make a token worthless from now on.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    with record_change(
        chain_id=chain_of("client", token.client.name),
        subject="client",
        kind="client.token_revoked",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
    ) as change:
        change.set(token, revoked_at=now)
    return token

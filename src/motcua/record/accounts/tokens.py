"""Who calls the API: a bearer token names a client, which acts in the name of a post and within its scopes."""

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from motcua.record.accounts.actions.clients import digest_of
from motcua.record.accounts.models import Token
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotAllowed
from motcua.record.organisation.models import Post


class BearerToken(HttpBearer):
    """`Authorization: Bearer mc_…`. Sets `request.actor` and `request.scopes`."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token if it is valid now, else None (401)."""
        now = timezone.now()
        found = valid_token(token, now)
        if found is None:
            return None
        today = timezone.localdate(now)
        post = Post.objects.on(today).select_related("unit__agency__parent", "desk__unit", "person")
        held = post.filter(pk=found.client.post_id).first()
        if held is None:
            return None
        request.actor = Actor(post=held, on=today, client_id=found.client_id)
        request.scopes = frozenset(found.scopes)
        return found


def valid_token(secret: str, now: dt.datetime) -> Token | None:
    """Return the token of a secret: neither revoked nor expired, of an active client."""
    tokens = Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, client__active=True)
    return tokens.filter(digest=digest_of(secret)).select_related("client").first()


def need_scope(request: HttpRequest, scope: str) -> Actor:
    """Return the actor if the token has the scope.

    Raises:
        NotAllowed: it has not.
    """
    if scope not in request.scopes:
        raise NotAllowed("token.scope_missing", _("The token lacks the scope %(scope)s."), params={"scope": scope})
    actor: Actor = request.actor
    return actor

"""Whether anything happened to the agencies that somebody looks at: asked each second by every open overview.

A process asks the database at most four times a second, whoever asks it: for the position of the spans and, if that
moved, for the agencies of the dossiers behind it. A page says from where it looks in a signed token, so that asking
needs no session (and does not keep an unattended one alive); what is told is yes or no.
"""

import threading
import time
from dataclasses import dataclass, field

from django.core import signing
from django.utils import timezone

from motcua.measure.dashboards.looking import Viewpoint
from motcua.record.ledger.models import Event, Seal
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Post
from motcua.serve.dossiers.models.spans import Span
from motcua.serve.dossiers.span_keeping import spans_position

EVERY_SECONDS = 0.25
# More positions than these at once (an import) are taken to concern everybody.
MOST_POSITIONS = 5_000
SCOPES, SCOPE_SECONDS = 2_000, 300
SALT = "dashboards.pulse"
TOKEN_SECONDS = 16 * 3_600

Scope = frozenset[int] | None


@dataclass
class Pulse:
    """For each agency the last position at which one of its dossiers moved, as far as this process has followed."""

    followed: int = 0
    everybody: int = 0
    moved: dict[int, int] = field(default_factory=dict)
    asked_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def position(self) -> int:
        """Return the position of the spans, at most a quarter of a second old."""
        with self._lock:
            if time.monotonic() - self.asked_at >= EVERY_SECONDS:
                self._follow(spans_position())
                self.asked_at = time.monotonic()
            return self.followed

    def _follow(self, position: int) -> None:
        if position == self.followed:
            return
        before, self.followed = self.followed, position
        if not 0 < position - before <= MOST_POSITIONS or before == 0:
            self.everybody = position
            return
        for agency in agencies_between(before, position):
            self.moved[agency] = position

    def since(self, scope: Scope, at: int) -> bool:
        """Tell whether anything happened to a dossier of these agencies (None: of any) after a position."""
        position = self.position()
        if position == at:
            return False
        if position < at or self.everybody > at:
            return True
        moved = self.moved.values() if scope is None else (self.moved.get(agency, 0) for agency in scope)
        return max(moved, default=0) > at


PULSE = Pulse()


def agencies_between(after: int, until: int) -> set[int]:
    """Return the agencies that receive, help or decide (or did) the dossiers of the events between two positions."""
    sealed = Seal.objects.filter(position__gt=after, position__lte=until).values("event_id")
    chains = Event.objects.filter(id__in=sealed).values("chain_id")
    rows = Span.objects.filter(dossier_id__in=chains).values_list(
        "agency_competent_id", "agency_received_id", "agency_helped_id"
    )
    return {agency for row in rows.distinct() for agency in row}


# --- from where a page looks --------------------------------------------------------------------------------------

_scopes: dict[int, tuple[float, Scope]] = {}


def token_of(view: Viewpoint) -> str:
    """Return the token that an open page of this viewpoint asks with."""
    post = view.by.post
    return signing.dumps(post.pk if post is not None else 0, salt=SALT)


def scope_of_token(token: str) -> Scope:
    """Return the agencies that a token looks at; None: all.

    Raises:
        signing.BadSignature: not a token of this house, older than a long day, or of a post that has ended.
    """
    key = signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS)
    held, now = _scopes.get(key), time.monotonic()
    if held is not None and now - held[0] < SCOPE_SECONDS:
        return held[1]
    today = timezone.localdate()
    post = Post.objects.on(today).filter(pk=key).select_related("unit__agency").first()
    if post is None:
        raise signing.BadSignature("the post has ended")
    scope = Viewpoint.of(Actor(post=post, on=today)).agencies
    if len(_scopes) >= SCOPES:
        _scopes.clear()
    _scopes[key] = (now, scope)
    return scope

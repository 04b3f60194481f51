"""Who acts: a post, a client of the API in a post's name, or the system itself."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from motcua.record.organisation.models import Desk, Post, Role


@dataclass(frozen=True)
class Actor:
    """The one who acts, on a local date. Policies ask it; the ledger keeps its `key`.

    `is_system` marks a job behind which no person stands; an anonymous visitor has neither post nor that mark.
    A stand-in acts in the post of somebody who is absent; `stand_in` is their own post, and the ledger keeps both.
    """

    post: Post | None
    on: dt.date
    client_id: int | None = None
    is_system: bool = False
    stand_in: Post | None = None

    @property
    def key(self) -> str:
        """Return what the ledger keeps: identifiers, no name."""
        if self.client_id is not None:
            return f"client:{self.client_id}"
        if self.is_system:
            return "system"
        if self.post and self.stand_in:
            return f"stand-in:{self.stand_in.pk}:{self.post.pk}"
        return f"post:{self.post.pk}" if self.post else "anonymous"

    @property
    def role(self) -> str:
        """Return the post's role, "" without a post."""
        return self.post.role if self.post else ""

    @property
    def unit_id(self) -> int | None:
        """Return the unit of the post."""
        return self.post.unit_id if self.post else None

    @property
    def agency_id(self) -> int | None:
        """Return the agency of the post's unit."""
        return self.post.unit.agency_id if self.post else None

    @property
    def desk(self) -> Desk | None:
        """Return the desk that the post sits at."""
        return self.post.desk if self.post else None

    def has_role(self, *roles: Role) -> bool:
        """Tell whether the post has one of these roles."""
        return self.role in roles

    @cached_property
    def scope(self) -> frozenset[int]:
        """Return the agencies of the post's subtree on that date with those they took over from, resolved once."""
        from motcua.record.organisation.queries import scope_of

        return scope_of(self.agency_id, self.on) if self.agency_id else frozenset()


def system(on: dt.date) -> Actor:
    """Return the actor of a job."""
    return Actor(post=None, on=on, is_system=True)

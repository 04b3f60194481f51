"""Policies: predicates with names over an actor (and, where given, a thing). Every view and action names one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotAllowed
from motcua.record.organisation.models import Role


@dataclass(frozen=True)
class Policy:
    """A named rule: `allows(actor, thing)`; `public` ones need no sign-in."""

    name: str
    predicate: Callable[[Actor, Any], bool]
    public: bool = False

    def allows(self, actor: Actor, thing: Any = None) -> bool:
        """Tell whether the actor may."""
        return self.predicate(actor, thing)

    def check(self, actor: Actor, thing: Any = None) -> None:
        """Refuse with a named error.

        Raises:
            NotAllowed: the actor may not.
        """
        if not self.allows(actor, thing):
            raise NotAllowed(f"policy.{self.name}", _("Your post does not allow this."))


def roles(name: str, *allowed: Role) -> Policy:
    """Return a policy that asks for one of these roles."""
    return Policy(name, lambda actor, _thing: actor.is_system or actor.role in allowed)


ANYONE = Policy("anyone", lambda actor, thing: True, public=True)
SIGNED_IN = Policy("signed_in", lambda actor, thing: True)
HAS_POST = Policy("has_post", lambda actor, thing: actor.post is not None)
ADMINISTERS = roles("organisation.administers", Role.ADMINISTRATOR)
AUDITS = roles("ledger.audits", Role.AUDITOR, Role.ADMINISTRATOR)


def _hands_over(actor: Actor, post: Any) -> bool:
    """An administrator anywhere; a head for the unit, a leader for the agency, never for an administrator's post."""
    if actor.is_system or actor.role == Role.ADMINISTRATOR:
        return True
    if post is None:
        return actor.role in (Role.HEAD, Role.LEADER, Role.CENTRE_MANAGER)
    if post.role in (Role.ADMINISTRATOR, Role.AUDITOR):
        return False
    if actor.role in (Role.HEAD, Role.CENTRE_MANAGER):
        return bool(post.unit_id == actor.unit_id)
    return actor.role == Role.LEADER and bool(post.unit.agency_id == actor.agency_id)


HANDS_OVER = Policy("organisation.hands_over", _hands_over)

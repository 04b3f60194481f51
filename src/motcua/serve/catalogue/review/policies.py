"""Who examines procedures, and who approves what is proposed: people of the agency that examines."""

from typing import Any

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import HAS_POST, Policy

READS_REVIEWS = HAS_POST


def _of_agency(*allowed: Role) -> Any:
    """Return a predicate: one of these roles at the agency of the review; the administrator everywhere."""

    def allows(actor: Actor, review: Any) -> bool:
        if actor.is_system or actor.has_role(Role.ADMINISTRATOR):
            return True
        return actor.has_role(*allowed) and (review is None or review.agency_id == actor.agency_id)

    return allows


REVIEWS = Policy("review.examines", _of_agency(Role.AUDITOR, Role.HEAD, Role.CENTRE_MANAGER))
APPROVES_REVIEWS = Policy("review.approves", _of_agency(Role.LEADER))

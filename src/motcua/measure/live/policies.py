"""Who reads the live index, and who enters what the record cannot tell yet."""

from typing import Any

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import HAS_POST, Policy

READS_INDEX = HAS_POST
WHOLE_PROVINCE = (Role.CENTRE_MANAGER, Role.ADMINISTRATOR)
OWN_AGENCY = (Role.HEAD, Role.LEADER)


def _enters(actor: Actor, agency_id: Any) -> bool:
    """For any unit: the centre's manager and administrators. For their own agency: its heads and leaders."""
    if actor.is_system or actor.role in WHOLE_PROVINCE:
        return True
    return actor.role in OWN_AGENCY and agency_id is not None and agency_id == actor.agency_id


ENTERS = Policy("live.enters", _enters)
MAY_ENTER = Policy(
    "live.may_enter", lambda actor, _thing: actor.is_system or actor.role in (*WHOLE_PROVINCE, *OWN_AGENCY)
)
COMPUTES = Policy("live.computes", lambda actor, _thing: actor.is_system or actor.post is not None)

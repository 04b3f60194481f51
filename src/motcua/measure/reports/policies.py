"""Who may make, check, sign and read reports, and of which agencies."""

from typing import Any

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import Policy, roles

WHOLE_PROVINCE = (Role.AUDITOR, Role.ADMINISTRATOR)
MAKING_ROLES = (
    Role.HEAD,
    Role.LEADER,
    Role.CENTRE_MANAGER,
    Role.DOCUMENT_CLERK,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


def sees_all(actor: Actor) -> bool:
    """Tell whether figures of every agency are the actor's to see."""
    return actor.is_system or actor.role in WHOLE_PROVINCE


def covers(actor: Actor, agency_id: int | None) -> bool:
    """Tell whether an agency's figures are the actor's to see; None stands for the whole province."""
    return sees_all(actor) or (agency_id is not None and agency_id in actor.scope)


def _in_reach(name: str, *allowed: Role) -> Policy:
    def predicate(actor: Actor, issue: Any) -> bool:
        if not (actor.is_system or actor.role in allowed):
            return False
        return issue is None or covers(actor, issue.agency_id)

    return Policy(name, predicate)


def _reads(actor: Actor, issue: Any) -> bool:
    if actor.is_system:
        return True
    if actor.post is None or issue is None:
        return actor.post is not None
    # The province's own report is for everybody once it is issued.
    return covers(actor, issue.agency_id) or (issue.agency_id is None and issue.status == issue.Status.ISSUED)


READS_REPORTS = Policy("reports.reads", _reads)
MAKES = _in_reach("reports.makes", *MAKING_ROLES)
ENTERS = _in_reach(
    "reports.enters", Role.HEAD, Role.LEADER, Role.CENTRE_MANAGER, Role.DOCUMENT_CLERK, Role.ADMINISTRATOR
)
CHECKS = _in_reach("reports.checks", Role.HEAD, Role.CENTRE_MANAGER, Role.AUDITOR)
SIGNS = _in_reach("reports.signs", Role.LEADER, Role.CENTRE_MANAGER)
SEES_COUNTS = roles("reports.sees_counts", Role.AUDITOR, Role.ADMINISTRATOR)

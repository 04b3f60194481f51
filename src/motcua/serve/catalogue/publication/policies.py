"""Who may do what with publication decisions: who drafts, who checks, who records the signature, who publishes."""

from typing import Any

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import HAS_POST, Policy, roles


def _signs(actor: Actor, decision: Any) -> bool:
    if actor.is_system or actor.has_role(Role.ADMINISTRATOR):
        return True
    own = decision is None or decision.agency_id == actor.agency_id
    return actor.has_role(Role.DOCUMENT_CLERK) and own


READS_DECISIONS = HAS_POST
DRAFTS = roles("publication.drafts", Role.ADMINISTRATOR)
# Another one than who asked for the check: see `actions.pass_check`.
CHECKS = roles("publication.checks", Role.AUDITOR, Role.ADMINISTRATOR)
# The document clerk of the agency that decides records number and signature.
SIGNS = Policy("publication.signs", _signs)
PUBLISHES = roles("publication.publishes", Role.ADMINISTRATOR)
# Whose menu has publication and reviews; others reach the pages by links.
KEEPS_CATALOGUE = roles("catalogue.keeps", Role.AUDITOR, Role.ADMINISTRATOR)

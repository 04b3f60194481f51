"""Who may do what with publication decisions: who drafts, who checks, who records the signature, who publishes."""

from typing import Any

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Level, Role
from motcua.record.organisation.policies import HAS_POST, Policy, roles
from motcua.serve.catalogue.models import Procedure

# Departments prepare what the province publishes (NĐ 63/2010/NĐ-CP art. 15); communes publish nothing.
PREPARING = (Level.PROVINCE, Level.DEPARTMENT)


def _signs(actor: Actor, decision: Any) -> bool:
    if actor.is_system or actor.has_role(Role.ADMINISTRATOR):
        return True
    own = decision is None or decision.agency_id == actor.agency_id
    return actor.has_role(Role.DOCUMENT_CLERK) and own


def _drafts(actor: Actor, thing: Any) -> bool:
    """The administrator; heads and leaders of an agency for its own decisions, and for procedures that it decides."""
    if actor.is_system or actor.has_role(Role.ADMINISTRATOR):
        return True
    if actor.post is None or not actor.has_role(Role.HEAD, Role.LEADER):
        return False
    agency = actor.post.unit.agency
    if agency.level not in PREPARING:
        return False
    if isinstance(thing, Procedure):
        return bool(thing.competences.filter(agency=agency).on(actor.on).exists())
    return thing is None or bool(thing.prepared_by_id == agency.pk)


READS_DECISIONS = HAS_POST
# Thing: a decision, a procedure whose next version is drafted, or none where it is only asked who drafts at all.
DRAFTS = Policy("publication.drafts", _drafts)
IMPORTS = roles("catalogue.imports", Role.ADMINISTRATOR)
SETS_RULES = roles("publication.sets_rules", Role.ADMINISTRATOR)
# Another one than who asked for the check: see `actions.pass_check`.
CHECKS = roles("publication.checks", Role.AUDITOR, Role.ADMINISTRATOR)
# The document clerk of the agency that decides records number and signature.
SIGNS = Policy("publication.signs", _signs)
PUBLISHES = roles("publication.publishes", Role.ADMINISTRATOR)
# Whose menu has the record and reviews; others reach the pages by links.
KEEPS_CATALOGUE = roles("catalogue.keeps", Role.AUDITOR, Role.ADMINISTRATOR)
# Whose menu has publication: those, and the agencies that send their own drafts.
SEES_PUBLICATION = Policy(
    "publication.sees", lambda actor, thing: KEEPS_CATALOGUE.allows(actor) or DRAFTS.allows(actor, thing)
)

"""Who may do what with publication decisions: who drafts, who checks, who records the signature, who publishes."""

from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import HAS_POST, roles

READS_DECISIONS = HAS_POST
DRAFTS = roles("publication.drafts", Role.ADMINISTRATOR)
# Another one than who asked for the check: see `actions.pass_check`.
CHECKS = roles("publication.checks", Role.AUDITOR, Role.ADMINISTRATOR)
SIGNS = roles("publication.signs", Role.DOCUMENT_CLERK, Role.ADMINISTRATOR)
PUBLISHES = roles("publication.publishes", Role.ADMINISTRATOR)
# Whose menu has publication and reviews; others reach the pages by links.
KEEPS_CATALOGUE = roles("catalogue.keeps", Role.AUDITOR, Role.ADMINISTRATOR)

"""Who may make, check, sign and read reports."""

from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import HAS_POST, roles

READS_REPORTS = HAS_POST
MAKES = roles(
    "reports.makes", Role.HEAD, Role.LEADER, Role.CENTRE_MANAGER, Role.DOCUMENT_CLERK, Role.AUDITOR, Role.ADMINISTRATOR
)
CHECKS = roles("reports.checks", Role.HEAD, Role.CENTRE_MANAGER, Role.AUDITOR)
SIGNS = roles("reports.signs", Role.LEADER, Role.CENTRE_MANAGER)

"""Who looks at dashboards."""

from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import roles

LEADS = roles("dashboards.leads", Role.HEAD, Role.LEADER, Role.CENTRE_MANAGER, Role.AUDITOR)

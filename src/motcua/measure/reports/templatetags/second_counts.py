"""The alarm of the second count, for the first pages of those who audit."""

from typing import Any

from django import template

from motcua.measure.reports.counts import alarm
from motcua.measure.reports.policies import SEES_COUNTS

register = template.Library()


@register.inclusion_tag("reports/_alarm.html", takes_context=True)
def second_count_alarm(context: template.Context) -> dict[str, Any]:
    """Show that figures and ledger differ, to those whose post sees second counts; to others nothing."""
    request = context.get("request")
    actor = getattr(request, "actor", None)
    return {"alarm": alarm() if actor is not None and SEES_COUNTS.allows(actor) else None}

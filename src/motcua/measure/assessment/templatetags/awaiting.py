"""The place for what assessments ask of a person, on the first page of their day."""

from typing import Any

from django import template

from motcua.measure.assessment.policies import IS_ASKED

register = template.Library()


@register.inclusion_tag("assessment/_awaits_here.html", takes_context=True)
def assessment_awaits(context: template.Context) -> dict[str, Any]:
    """Leave a place that fills itself once the page is there, for those whose posts are ever asked for something."""
    actor = getattr(context.get("request"), "actor", None)
    return {"asked": actor is not None and actor.post is not None and IS_ASKED.allows(actor)}

"""How pages speak of dossiers."""

from django import template
from django.utils.translation import ngettext

from motcua.rules.working_time import Duration

register = template.Library()


@register.simple_tag
def limit_said(limit: str) -> str:
    """Return a time limit such as `5wd` in words."""
    time = Duration.parse(limit)
    words = {
        "wh": ngettext("%(n)d working hour", "%(n)d working hours", time.amount),
        "wd": ngettext("%(n)d working day", "%(n)d working days", time.amount),
        "d": ngettext("%(n)d day", "%(n)d days", time.amount),
        "m": ngettext("%(n)d month", "%(n)d months", time.amount),
    }
    return words[time.unit] % {"n": time.amount}

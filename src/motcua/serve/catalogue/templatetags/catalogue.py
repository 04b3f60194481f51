"""How pages speak of procedures."""

from typing import Any

from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from motcua.serve.catalogue.models import ProcedureVersion, TimeUnit

register = template.Library()


@register.simple_tag
def limit_words(version: ProcedureVersion) -> str:
    """Return a time limit in words."""
    amount = version.limit_amount
    if version.at_once:
        return _("at once")
    if not amount:
        return _("the same working day")
    words = {
        TimeUnit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", amount),
        TimeUnit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", amount),
        TimeUnit.DAY: ngettext("%(n)d day", "%(n)d days", amount),
        TimeUnit.MONTH: ngettext("%(n)d month", "%(n)d months", amount),
    }
    return words[TimeUnit(version.limit_unit)] % {"n": amount}


@register.simple_tag
def in_language(thing: Any, name: str) -> str:
    """Return a text of a thing in the page's language, the Vietnamese one where there is no other."""
    own = getattr(thing, f"{name}_{get_language() or 'vi'}", "")
    return own or getattr(thing, f"{name}_vi")

"""How pages speak of procedures."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.presenting import in_page_language, limit_text

register = template.Library()


@register.simple_tag
def limit_words(version: ProcedureVersion) -> str:
    """Return a time limit in words."""
    if version.outline:
        return _("not stated")
    return _("at once") if version.at_once else limit_text(Duration(version.limit_amount, version.limit_unit))


@register.simple_tag
def in_language(thing: Any, name: str) -> str:
    """Return a text of a thing in the page's language, the Vietnamese one where there is no other."""
    return in_page_language(thing, name)

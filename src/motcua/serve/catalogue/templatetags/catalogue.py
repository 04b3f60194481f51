"""How pages speak of procedures."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from motcua.rules.working_time import Duration
from motcua.serve.catalogue.difference_words import fee_steps_words
from motcua.serve.catalogue.models import Case, Fee, ProcedureVersion
from motcua.serve.catalogue.presenting import in_page_language, limit_text
from motcua.serve.catalogue.reading import own_limit

register = template.Library()


@register.simple_tag
def limit_words(version: ProcedureVersion) -> str:
    """Return a time limit in words."""
    if version.outline:
        return _("not stated")
    return _("at once") if version.at_once else limit_text(Duration(version.limit_amount, version.limit_unit))


@register.simple_tag
def fee_steps(fee: Fee) -> str:
    """Return what later pages cost and the cap of a copy."""
    return fee_steps_words(fee.later_from, fee.later_amount, fee.most)


@register.simple_tag
def case_limit(case: Case) -> str:
    """Return the time limit of a case that has one of its own."""
    limit = own_limit(case)
    return limit_text(limit) if limit is not None else ""


@register.simple_tag
def in_language(thing: Any, name: str) -> str:
    """Return a text of a thing in the page's language, the Vietnamese one where there is no other."""
    return in_page_language(thing, name)

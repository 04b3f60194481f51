"""How pages speak of publication and reviews: per cents, parts of a procedure."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.translation import get_language

from motcua.serve.catalogue.publication.words import PARTS

register = template.Library()


@register.filter
def percent(value: Decimal | None) -> str:
    """Return a share as 71,64% (71.64% in English); a dash for none."""
    if value is None:
        return "–"
    return f"{value}%" if get_language() == "en" else f"{value}%".replace(".", ",")


@register.simple_tag
def part_words(keys: Iterable[str]) -> str:
    """Return the names of constituent parts, with commas."""
    return ", ".join(str(PARTS[key]) for key in keys)

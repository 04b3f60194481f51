"""Figures and options as pages of assessment show them."""

import re

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.formats.frameworks.tables import FALSE, TRUE
from motcua.measure.assessment.words import option_in_words
from motcua.measure.firmness.templatetags.firmness import as_percent, figure, plain, whole_number

register = template.Library()
for shared in (figure, plain, as_percent, whole_number):
    register.filter(shared)
# A number with decimals that stands by itself, not a code such as D1.1.
DECIMAL = re.compile(r"(?<![\w.])(\d+)\.(\d+)(?![\w.])")


@register.filter
def decimals(text: str) -> str:
    """Return a sentence of a derivation with the decimal mark of the page's language in its figures."""
    return text if get_language() == "en" else DECIMAL.sub(r"\1,\2", text)


@register.filter
def signed(value: float | None) -> str:
    """Return a change with its sign."""
    if value is None:
        return "–"
    return ("+" if value > 0 else "−" if value < 0 else "") + figure(abs(value))


@register.filter
def option_words(code: str) -> str:
    """Return an option of a ladder in words; other values as they are."""
    return option_in_words(str(code))


@register.filter
def in_groups(digest: str) -> str:
    """Return a digest in groups of eight, so that it breaks where the page is narrow."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


@register.filter
def fallen(change: int) -> int:
    """Return how many ranks a unit fell."""
    return abs(change)


@register.filter
def is_yes(text: str) -> bool:
    """Tell whether a cell says yes."""
    return str(text).strip().lower() in TRUE


@register.filter
def is_no(text: str) -> bool:
    """Tell whether a cell says no."""
    return str(text).strip().lower() in FALSE


@register.filter
def flag_words(text: str) -> str:
    """Return a yes or no in words; anything else as it is."""
    return _("yes") if is_yes(text) else _("no") if is_no(text) else str(text)

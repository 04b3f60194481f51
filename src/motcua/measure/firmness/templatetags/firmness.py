"""Figures of intervals and indices as pages show them."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Return a figure with at most two decimals, in the writing of the page's language."""
    if value is None or value == "":
        return "–"
    text = f"{round(float(value), 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0: what rounds to nothing has no sign
    return text if get_language() == "en" else text.replace(".", ",")


@register.filter
def plain(value: float) -> str:
    """Return a number as drawings need it, with a point in every language."""
    return f"{value:g}"


@register.filter
def as_percent(share: float) -> str:
    """Return a share in per cent with at most one decimal."""
    return figure(round(100 * float(share), 1))


@register.filter
def whole_number(number: int | None) -> str:
    """Return a count with thousands marked as people here write them."""
    return f"{number or 0:,}".replace(",", _(","))

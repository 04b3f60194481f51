"""Numbers as the language of the moment writes them."""

from django.utils.formats import get_format


def grouped(number: float) -> str:
    """Return a whole number with the thousands apart: 1.120.322 in Vietnamese, 1,120,322 in English."""
    return f"{number:,.0f}".replace(",", str(get_format("THOUSAND_SEPARATOR")))

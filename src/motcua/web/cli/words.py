"""Words of commands that run with Django, which is loaded once something is said: other commands start fast."""


def _(text: str) -> str:
    """Return a sentence in the language that was chosen."""
    from django.utils.translation import gettext

    return gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the sentence for a count in the language that was chosen."""
    from django.utils import translation

    return translation.ngettext(one, many, count)


def grouped(number: float) -> str:
    """Return a whole number with the thousands apart, as the language writes it."""
    from motcua.record.ledger import numbers

    return numbers.grouped(number)

"""What the organisation's pages read from forms and addresses; nonsense is nothing."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date


def date_in(text: str) -> dt.date | None:
    """Return the date that was typed, None if none or no such day."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def day_of(request: HttpRequest, name: str = "on") -> dt.date:
    """Return the date that the page asks for, today if none or nonsense."""
    return date_in(request.GET.get(name, "")) or timezone.localdate()


def whole_number_in(text: str) -> int | None:
    """Return the whole number from 0 that was typed, None if none."""
    stripped = text.strip()
    return int(stripped) if stripped.isdecimal() and len(stripped) < 10 else None


def number_in(text: str | None) -> int:
    """Return the row's number that a form sends, 0 for nonsense."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0

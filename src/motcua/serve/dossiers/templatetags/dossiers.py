"""How pages speak of dossiers."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

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


@register.simple_tag
def mark(dossier: Any) -> SafeString:
    """Return the word of a dossier's clock, or of its state where no clock runs.

    A list shows a hundred of them and there are few different ones: each is rendered once for a language.
    """
    clock = getattr(dossier, "clock", "")
    word = "" if clock else str(dossier.get_state_display())
    return _mark(get_language() or "", str(clock or ""), dossier.state, word)


@lru_cache(maxsize=512)
def _mark(language: str, clock: str, state: int, word: str) -> SafeString:
    return render_to_string("dossiers/_mark.html", {"clock": clock, "state": state, "word": word})

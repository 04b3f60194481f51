"""Words and figures as pages show them."""

import datetime as dt

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.rules.working_time import LOCAL, ProofLine

register = template.Library()

CLOCK_WORDS = {
    "in_time": gettext_lazy("in time"),
    "due_soon": gettext_lazy("due soon"),
    "late": gettext_lazy("late"),
    "stopped": gettext_lazy("clock stopped"),
    "done_early": gettext_lazy("done early"),
    "done_on_time": gettext_lazy("done on time"),
    "done_late": gettext_lazy("done late"),
}
CLOCK_ICONS = {
    "in_time": "M8 4v4l3 2M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13",
    "due_soon": "M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 4-6 4-6 6s6 2 6 6",
    "late": "M8 1.500 15 14H1zM8 6v4M8 11.500v.5",
    "stopped": "M5.500 3v10M10.500 3v10",
    "done_early": "M2 8.500 6 12.500 14 4",
    "done_on_time": "M2 8.500 6 12.500 14 4",
    "done_late": "M2 8.500 6 12.500 14 4M13 10v2M13 13.500v.5",
}
PROOF_WORDS = {
    ("skipped", "weekend"): gettext_lazy("weekend"),
    ("moved", "outside_hours"): gettext_lazy("after hours"),
    ("moved", "cut_off"): gettext_lazy("after the cut-off"),
    ("start", ""): gettext_lazy("start"),
    ("due", ""): gettext_lazy("due"),
}


@register.filter
def local_datetime(moment: dt.datetime | None) -> str:
    """Return an instant as 14:05 21/11/2026, local."""
    return f"{moment.astimezone(LOCAL):%H:%M %d/%m/%Y}" if moment else "–"


@register.filter
def local_date(day: dt.date | None) -> str:
    """Return a date as 21/11/2026."""
    if isinstance(day, dt.datetime):
        day = day.astimezone(LOCAL).date()
    return f"{day:%d/%m/%Y}" if day else "–"


@register.filter
def dong(amount: int | None) -> str:
    """Return an amount as 1.234.567 ₫."""
    return f"{amount or 0:,}".replace(",", ".") + " ₫"


@register.filter
def masked(number: str) -> str:
    """Return an identity number with all but its last three digits hidden."""
    return "•" * max(len(number) - 3, 0) + number[-3:] if number else "–"


@register.simple_tag
def clock_word(state: str) -> str:
    """Return the word of a clock's state."""
    return str(CLOCK_WORDS.get(state, state))


@register.simple_tag
def clock_icon(state: str) -> SafeString:
    """Return the icon of a clock's state."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>',
        CLOCK_ICONS.get(state, CLOCK_ICONS["in_time"]),
    )


@register.simple_tag
def proof_word(line: ProofLine) -> str:
    """Return a line of a proof in a word or two."""
    if line.kind == "counted":
        return _("day") if line.days else _("%(minutes)d min") % {"minutes": line.minutes}
    if line.kind in ("paused", "carried"):
        word = line.name or _("added")
        return f"{word} {_('%(minutes)d min') % {'minutes': line.minutes}}"
    if line.name:
        return line.name
    return str(PROOF_WORDS.get((line.kind, line.reason)) or PROOF_WORDS.get((line.kind, ""), line.reason))


@register.simple_tag
def with_page(request: HttpRequest, number: int) -> str:
    """Return the query of this page with another page number."""
    query = request.GET.copy()
    query["page"] = str(number)
    return query.urlencode()

"""Words and figures as pages show them."""

import datetime as dt

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcua.record.ledger.numbers import grouped
from motcua.rules.working_time import LOCAL, ProofLine

register = template.Library()

CLOCK_WORDS = {
    "in_time": gettext_lazy("in time"),
    "due_soon": gettext_lazy("due soon"),
    "late": gettext_lazy("late"),
    "stopped": gettext_lazy("clock stopped"),
    "late_stopped": gettext_lazy("late, waiting"),
    "done_early": gettext_lazy("done early"),
    "done_on_time": gettext_lazy("done on time"),
    "done_late": gettext_lazy("done late"),
}
CLOCK_ICONS = {
    "in_time": "clock",
    "due_soon": "hourglass",
    "late": "warning",
    "stopped": "pause",
    "late_stopped": "pause-late",
    "done_early": "check-early",
    "done_on_time": "check",
    "done_late": "check-late",
}
NOTICE_ICONS = {"good": "check", "warn": "warning", "bad": "warning"}
PROOF_WORDS = {
    ("skipped", "weekend"): gettext_lazy("weekend"),
    ("skipped", "holiday"): gettext_lazy("holiday"),
    ("skipped", "no_shifts"): gettext_lazy("no working hours"),
    ("moved", "outside_hours"): gettext_lazy("after hours"),
    ("moved", "cut_off"): gettext_lazy("after the cut-off"),
    ("moved", "next_working_day"): gettext_lazy("moved to the next working day"),
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
def thousands(number: int | None) -> str:
    """Return a count with thousands marked as the language writes them."""
    return grouped(number or 0)


@register.filter
def dong(amount: int | None) -> str:
    """Return an amount as 1.234.567 ₫."""
    return f"{amount or 0:,}".replace(",", ".") + " ₫"


@register.filter
def phone(number: str | None) -> str:
    """Return a stored number (E.164) as people here write it: +84905123456 is 0905 123 456; others stay."""
    if not number or not number.startswith("+84"):
        return number or ""
    local = "0" + number.removeprefix("+84")
    return f"{local[:-6]} {local[-6:-3]} {local[-3:]}"


@register.filter
def masked(number: str) -> str:
    """Return an identity number with all but its last three digits hidden."""
    return "•" * max(len(number) - 3, 0) + number[-3:] if number else "–"


@register.simple_tag
def clock_word(state: str) -> str:
    """Return the word of a clock's state."""
    return str(CLOCK_WORDS.get(state, state))


@register.simple_tag
def icon(name: str, style: str = "") -> SafeString:
    """Return an icon of the sprite, hidden from screen readers: the word beside it speaks.

    Args:
        name: id of a symbol of `static/shell/icons.svg`.
        style: another class, such as `big`.
    """
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        style,
        static("shell/icons.svg"),
        name,
    )


@register.simple_tag
def clock_icon(state: str) -> SafeString:
    """Return the icon of a clock's state."""
    return icon(CLOCK_ICONS.get(state, "clock"))


@register.simple_tag
def notice_icon(kind: str) -> SafeString:
    """Return the icon of a notice's kind."""
    return icon(NOTICE_ICONS.get(kind, "info"))


@register.filter
def relative_due(due_at: dt.datetime | None, today: dt.date | None = None) -> str:
    """Return how far a due time is, in days between local dates: what is due at 17:00 today is due today.

    Args:
        due_at: aware due time, or none.
        today: local date to count from; today if it is not given.
    """
    if due_at is None:
        return "–"
    days = (due_at.astimezone(LOCAL).date() - (today or timezone.localdate())).days
    if days in (0, 1):
        return _("due tomorrow") if days else _("due today")
    if days > 0:
        return ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}


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

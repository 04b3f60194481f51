"""Differences between two versions as sentences: "Time limit: from 5 working days to 3 working days"."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from motcua.record.organisation.models import Level
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import FeeData, MethodData, Words
from motcua.serve.catalogue.differences import ADDED, CHANGED, LOWERED, RAISED, REMOVED, Difference
from motcua.serve.catalogue.models import Channel, Fee, ServiceLevel, TimeUnit

LABELS: dict[str, Lazy | str] = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind of procedure"),
    "announced_by": gettext_lazy("Announced by"),
    "limit": gettext_lazy("Time limit"),
    "cut_off": gettext_lazy("Hour from which the next working day counts"),
    "at_once": gettext_lazy("Given at once"),
    "counts_copies": gettext_lazy("Pages and copies are counted"),
    "supplement_limit": gettext_lazy("How often a supplement may be asked for"),
    "supplement_days": gettext_lazy("Days to bring a supplement"),
    "supplement_recomputes": gettext_lazy("Whole time limit again after a supplement"),
    "service_level": gettext_lazy("Online level"),
    "e_result": gettext_lazy("Electronic result"),
    "result_required": gettext_lazy("A result file is needed to finish"),
    "subjects_note": gettext_lazy("Who may ask"),
    "requirements": gettext_lazy("Conditions"),
    "order": gettext_lazy("Order of work"),
    "form": gettext_lazy("Form to fill in"),
}
CAME_AND_WENT: dict[str, dict[str, Lazy | str]] = {
    "component": {
        ADDED: gettext_lazy("Component added: %(about)s"),
        REMOVED: gettext_lazy("Component dropped: %(about)s"),
    },
    "case": {
        ADDED: gettext_lazy("Case added: %(about)s"),
        REMOVED: gettext_lazy("Case dropped: %(about)s"),
        CHANGED: gettext_lazy("Case “%(about)s”: its text was changed"),
    },
    "result": {
        ADDED: gettext_lazy("Result added: %(about)s"),
        REMOVED: gettext_lazy("Result dropped: %(about)s"),
        CHANGED: gettext_lazy("Result “%(about)s”: its text was changed"),
    },
    "subject": {ADDED: gettext_lazy("May ask now: %(about)s"), REMOVED: gettext_lazy("May no longer ask: %(about)s")},
    "level": {
        ADDED: gettext_lazy("Level added: %(about)s"),
        REMOVED: gettext_lazy("Level dropped: %(about)s"),
        CHANGED: gettext_lazy("Level “%(about)s”: who does it, or where, was changed"),
    },
    "agency": {
        ADDED: gettext_lazy("Agency added: %(about)s"),
        REMOVED: gettext_lazy("Agency dropped: %(about)s"),
        CHANGED: gettext_lazy("Agency renamed: %(about)s"),
    },
    "legal_basis": {
        ADDED: gettext_lazy("Legal basis added: %(about)s"),
        REMOVED: gettext_lazy("Legal basis dropped: %(about)s"),
    },
    "method": {
        ADDED: gettext_lazy("May now be handed in %(about)s"),
        REMOVED: gettext_lazy("May no longer be handed in %(about)s"),
        CHANGED: gettext_lazy("Handed in %(about)s: from “%(old)s” to “%(new)s”"),
    },
    "limit_by_channel": {
        ADDED: gettext_lazy("Time limit %(about)s: now %(new)s of its own"),
        REMOVED: gettext_lazy("Time limit %(about)s: no longer %(old)s of its own"),
        CHANGED: gettext_lazy("Time limit %(about)s: from %(old)s to %(new)s"),
    },
    "fee": {
        ADDED: gettext_lazy("Fee added: %(about)s, %(new)s"),
        REMOVED: gettext_lazy("Fee dropped: %(about)s, %(old)s"),
        RAISED: gettext_lazy("Fee of “%(about)s” raised from %(old)s to %(new)s"),
        LOWERED: gettext_lazy("Fee of “%(about)s” lowered from %(old)s to %(new)s"),
    },
    "fee_when": {CHANGED: gettext_lazy("Fee of “%(about)s”: paid %(new)s, before %(old)s")},
    "fee_steps": {CHANGED: gettext_lazy("Fee of “%(about)s”: now %(new)s, before %(old)s")},
    "fee_terms": {CHANGED: gettext_lazy("Fee of “%(about)s”: applies now “%(new)s”, before “%(old)s”")},
    "component_name": {CHANGED: gettext_lazy("Component renamed: from “%(old)s” to “%(new)s”")},
    "component_originals": {CHANGED: gettext_lazy("Component “%(about)s”: originals from %(old)s to %(new)s")},
    "component_certified": {CHANGED: gettext_lazy("Component “%(about)s”: certified copies from %(old)s to %(new)s")},
    "component_copies": {CHANGED: gettext_lazy("Component “%(about)s”: copies from %(old)s to %(new)s")},
    "component_form_name": {CHANGED: gettext_lazy("Component “%(about)s”: form from “%(old)s” to “%(new)s”")},
    "component_case": {CHANGED: gettext_lazy("Component “%(about)s”: case from “%(old)s” to “%(new)s”")},
    "component_note": {CHANGED: gettext_lazy("Component “%(about)s”: note from “%(old)s” to “%(new)s”")},
    "component_url": {CHANGED: gettext_lazy("Component “%(about)s”: the form is found at another address")},
}
# Texts that are shown side by side rather than in one sentence.
LONG = ("requirements", "order", "subjects_note")


def sentence(difference: Difference) -> str:
    """Return one difference in the words of the page's language."""
    part, what = difference.part, difference.what
    if part == "component_required":
        words = (
            _("Component “%(about)s”: now always asked for")
            if difference.new
            else _("Component “%(about)s”: now only asked for where it applies")
        )
        return words % {"about": in_words(difference.about)}
    if part in LONG:
        return _("%(label)s: the text was changed") % {"label": LABELS[part]}
    if part in LABELS:
        said = {"label": LABELS[part], "old": _value(part, difference.old), "new": _value(part, difference.new)}
        return _("%(label)s: from %(old)s to %(new)s") % said
    about = _about(part, difference.about)
    said = {"about": about, "old": _value(part, difference.old), "new": _value(part, difference.new)}
    return str(CAME_AND_WENT[part][what]) % said


def texts(difference: Difference) -> tuple[str, str] | None:
    """Return the old and the new text of a part that is too long for a sentence."""
    return (in_words(difference.old), in_words(difference.new)) if difference.part in LONG else None


def _about(part: str, about: Any) -> str:
    if part in ("limit_by_channel", "method"):
        return str(Channel(about).label)
    if part == "level":
        return level_words(about)
    if isinstance(about, FeeData):
        where = f", {Channel(about.channel).label}" if about.channel else ""
        return f"{in_words(about.name)}{where}"
    return in_words(about)


def _value(part: str, value: Any) -> str:
    if part == "limit" and isinstance(value, Duration):
        return duration_words(value) if value.amount else _("the same working day")
    if part == "limit_by_channel" and value is not None:
        return duration_words(Duration.parse(value))
    if part == "fee" and value is not None:
        return _("%(amount)s đồng") % {"amount": _grouped(value)}
    if part == "fee_when":
        return str(Fee.When(value).label)
    if part == "fee_steps":
        return fee_steps_words(*value)
    if part == "service_level":
        return str(ServiceLevel(value).label)
    if part == "method" and value:
        return "; ".join(_method(method) for method in value)
    return in_words(value)


def fee_steps_words(later_from: int, later_amount: int, most: int | None) -> str:
    """Return what later pages cost and the cap of a copy, in words."""
    words = []
    if later_from:
        numbers = {"page": later_from, "amount": _grouped(later_amount)}
        words.append(_("%(amount)s đồng a page from page %(page)d on") % numbers)
    if most is not None:
        words.append(_("at most %(amount)s đồng a copy") % {"amount": _grouped(most)})
    return ", ".join(words) or _("the same for every page")


def _method(method: MethodData) -> str:
    time = duration_words(method.time) if method.time else ""
    note = in_words(method.note) if method.note.vi else ""
    return ", ".join(text for text in (time, note) if text) or "–"


def _grouped(amount: int) -> str:
    """Return an amount with its thousands parted, by points in Vietnamese."""
    return f"{amount:,}" if get_language() == "en" else f"{amount:,}".replace(",", ".")


def in_words(value: Any) -> str:
    """Return a plain value in words: a text of the page's language, yes or no, an hour, a dash for nothing."""
    if isinstance(value, Words):
        return ((value.en or value.vi) if get_language() == "en" else value.vi) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return "–" if value in (None, "") else str(value)


def level_words(level: str) -> str:
    """Return a level of those who carry a procedure out, ministries and others included."""
    further: dict[str, Callable[[], str]] = {"ministry": lambda: _("ministry"), "other": lambda: _("other agencies")}
    return further[level]() if level in further else str(Level(level).label)


def duration_words(limit: Duration) -> str:
    """Return a time limit in words: "5 working days"."""
    amount = limit.amount
    words = {
        TimeUnit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", amount),
        TimeUnit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", amount),
        TimeUnit.DAY: ngettext("%(n)d day", "%(n)d days", amount),
        TimeUnit.MONTH: ngettext("%(n)d month", "%(n)d months", amount),
    }
    return words[TimeUnit(limit.unit)] % {"n": amount}

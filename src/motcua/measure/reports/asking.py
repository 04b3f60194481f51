"""What a person asks a report of: which period, which agency, as known when. Read from a form, faults named."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.measure.metrics.positions import BeforeTheRecord, before_the_record, position_of
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.policies import covers, sees_all
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Agency
from motcua.record.organisation.queries import scope_of
from motcua.serve.dossiers.span_keeping import spans_position

PRESETS = {
    "month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "quarter": gettext_lazy("this quarter"),
    "last_quarter": gettext_lazy("last quarter"),
    "half": gettext_lazy("this half-year"),
    "last_half": gettext_lazy("last half-year"),
    "year": gettext_lazy("this year"),
    "last_year": gettext_lazy("last year"),
    "dates": gettext_lazy("the dates beside"),
}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass
class Asked:
    """What was asked; `faults` name what was wrong, by the field's name. With faults there is no question."""

    first: dt.date
    last: dt.date
    agency: Agency | None
    as_of: str = ""
    preset: str = "month"
    question: Question | None = None
    faults: dict[str, str] = field(default_factory=dict)


def period_of(preset: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a period: the one that `today` lies in, or with `last_` the one before.

    Raises:
        KeyError: no such preset.
    """
    name = preset.removeprefix("last_")
    months = MONTHS[name]
    index = (today.year * 12 + today.month - 1) // months * months
    if preset.startswith("last_"):
        index -= months
    return _month(index), _month(index + months) - dt.timedelta(days=1)


def _month(index: int) -> dt.date:
    return dt.date(index // 12, index % 12 + 1, 1)


def ask(values: Mapping[str, str], *, by: Actor, today: dt.date) -> Asked:
    """Read what a person asks: `period` (a preset or "dates" with `from` and `to`), `agency` (key), `as_of`.

    What is not given is this month, the person's own agency (the province for those who see all), the present. Whoever
    changes the dates of the page (`was_from`, `was_to`) means these, whatever period stands beside them.
    """
    asked = _period(values, today)
    asked.agency = _agency(values, asked.faults, by)
    asked.as_of = values.get("as_of", "").strip()
    position = spans_position()
    if asked.as_of:
        try:
            position = position_of(asked.as_of)
        except BeforeTheRecord:
            asked.faults["as_of"] = before_the_record(asked.as_of)
        except ValueError:
            asked.faults["as_of"] = _("Give a date, such as 2026-07-05.")
    if not asked.faults:
        asked.question = question_of(asked.first, asked.last, asked.agency, position)
    return asked


# Beyond these years a date is a slip of the pen, and the period before it may not be there.
YEARS = range(1900, 2200)


def _in_years(day: dt.date) -> dt.date:
    if day.year not in YEARS:
        told = _("%(day)s lies outside the years %(first)s to %(last)s")
        raise ValueError(told % {"day": day, "first": YEARS[0], "last": YEARS[-1]})
    return day


def _period(values: Mapping[str, str], today: dt.date) -> Asked:
    preset = values.get("period") or ("dates" if values.get("from") else "month")
    changed = any(f"was_{name}" in values and values.get(name) != values[f"was_{name}"] for name in ("from", "to"))
    if preset in PRESETS and preset != "dates" and not changed:
        return Asked(*period_of(preset, today), agency=None, preset=preset)
    asked = Asked(*period_of("month", today), agency=None, preset="dates")
    for name, attribute in (("from", "first"), ("to", "last")):
        try:
            setattr(asked, attribute, _in_years(dt.date.fromisoformat(values.get(name, ""))))
        except ValueError:
            asked.faults[name] = _("Give a date, such as 2026-07-05.")
    if not asked.faults and asked.last < asked.first:
        asked.faults["to"] = _("The period ends before it begins.")
    return asked


def _agency(values: Mapping[str, str], faults: dict[str, str], by: Actor) -> Agency | None:
    text = values.get("agency", "")
    if not text:
        return by.post.unit.agency if by.post and not sees_all(by) else None
    found = Agency.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 10 else None
    if found is None or not covers(by, found.pk):
        faults["agency"] = _("There is no such agency among those whose figures you see.")
        return None
    return found


def agencies_offered(*, by: Actor, on: dt.date) -> QuerySet[Agency]:
    """Return the agencies of which the actor may make reports."""
    agencies = Agency.objects.on(on).order_by("level", "code")
    return agencies if sees_all(by) else agencies.filter(pk__in=by.scope)


def question_of(first: dt.date, last: dt.date, agency: Agency | None, position: int) -> Question:
    """Return what a report asks: the agency, all below it on the last day, and those that these took over from.

    Raises:
        ValueError: the period ends before it begins, or lies outside the years that reports have.
    """
    first, last = _in_years(first), _in_years(last)
    return Question(first, last, position, scope_of(agency.pk, last) if agency else None)

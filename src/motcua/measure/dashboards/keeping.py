"""Keeping dear figures: by agency and month, by agency and procedure, made anew every ten minutes by the worker.

A page reads what is kept and counts only what belongs to today. Where nothing is kept yet it counts itself.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.measure.dashboards.models import Kept
from motcua.measure.metrics.caching import quick_figures
from motcua.measure.metrics.questions import Question
from motcua.record.ledger.models import Event, Seal
from motcua.serve.dossiers.span_keeping import spans_position

SIDES = {"competent": "agency", "received": "received_by"}
MONTHS = 12
HEAT_DAYS = 30
PAST = ("month", "last_year")
MONTH_MEASURES = ("dossiers.received", "dossiers.resolved", "dossiers.resolved_late", "dossiers.open_late")
HEAT_MEASURES = (
    "dossiers.resolved_early",
    "dossiers.resolved_on_time",
    "dossiers.resolved_late",
    "dossiers.open_in_time",
    "dossiers.open_late",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One dear question: its name, its days, what it counts by what beside the agency."""

    name: str
    first: dt.date
    last: dt.date
    measures: tuple[str, ...] = MONTH_MEASURES
    by: tuple[str, ...] = ()


def wanted(today: dt.date) -> list[Wanted]:
    """Return the dear questions of a day: this month, the same days last year, twelve months before, procedures."""
    first = today.replace(day=1)
    months = [Wanted("month", *month_before(first, n)) for n in range(MONTHS, 0, -1)]
    before = Wanted("last_year", first.replace(year=first.year - 1), same_day_last_year(today))
    heat = Wanted("heat", today - dt.timedelta(days=HEAT_DAYS - 1), today, HEAT_MEASURES, ("procedure",))
    return [Wanted("this_month", first, today), before, *months, heat]


def month_before(first: dt.date, n: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the n-th month before the one that begins on `first`."""
    index = first.year * 12 + first.month - 1 - n
    begins = dt.date(index // 12, index % 12 + 1, 1)
    after = dt.date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return begins, after - dt.timedelta(days=1)


def same_day_last_year(day: dt.date) -> dt.date:
    """Return the same day a year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def count(asked: Wanted, side: str, position: int) -> list[list[Any]]:
    """Count a dear question for all agencies: rows of agency, further values of the cut, counts."""
    question = Question(asked.first, asked.last, position)
    found = quick_figures(question, asked.measures, (SIDES[side], *asked.by))
    return [[*key, *values.values()] for key, values in found.items()]


def keep(today: dt.date, now: dt.datetime) -> int:
    """Make kept answers anew; return how many. Those of past months once a day, and when something came in later."""
    position, made = spans_position(), 0
    for side in SIDES:
        for asked in wanted(today):
            held = Kept.objects.filter(name=asked.name, side=side, first=asked.first, last=asked.last)
            made_today = held.filter(made_at__gte=_midnight(now)).first() if asked.name in PAST else None
            if made_today is not None and not came_later(made_today.position, asked.last):
                continue
            values = {"last": asked.last, "position": position, "made_at": now, "figures": count(asked, side, position)}
            Kept.objects.update_or_create(name=asked.name, side=side, first=asked.first, defaults=values)
            made += 1
    Kept.objects.filter(made_at__lt=now - dt.timedelta(days=2)).delete()
    return made


def came_later(position: int, last: dt.date) -> bool:
    """Tell whether something that happened by the end of a local day became known after a position: an import, say."""
    sealed = Seal.objects.filter(position__gt=position).values("event_id")
    after = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()))
    return Event.objects.filter(id__in=sealed, occurred_at__lt=after).exists()


def _midnight(now: dt.datetime) -> dt.datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="dashboards", queueing_lock="dashboards.keep", pass_context=False)
def keep_figures(timestamp: int) -> int:
    """Keep the dear figures, every ten minutes."""
    return keep(timezone.localdate(), timezone.now())

"""The numbered series of an agency that ends: carried on at the successor, or started anew, as the decision says."""

import datetime as dt

from django.utils.translation import gettext_lazy

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.succession import SHOWN, Handing, Mover, Plan, register_mover
from motcua.record.series.models import Counter


def _running(handing: Handing) -> list[Counter]:
    """Return the counters of the old agency that still run on the day: of its year, or without a period."""
    if handing.new is None or handing.decision.series != Decision.Series.CARRY_ON:
        return []
    periods = ("", str(handing.day.year), handing.day.isoformat())
    found = Counter.objects.filter(owner=f"agency:{handing.old.pk}", period__in=periods)
    return list(found.order_by("kind", "period"))


def plan_series(handing: Handing) -> Plan:
    """Return the series that carry on, with the number that each stands at."""
    rows = _running(handing)
    return Plan(len(rows), [f"{row.kind} {row.period}: {row.last}" for row in rows[:SHOWN]])


def carry_on_series(by: Actor, handing: Handing, now: dt.datetime) -> int:
    """Let the successor's next number follow the highest that it or an old agency gave out; none is given twice."""
    rows = _running(handing)
    for row in rows:
        assert handing.new is not None
        owner = f"agency:{handing.new.pk}"
        Counter.objects.get_or_create(kind=row.kind, owner=owner, period=row.period)
        ours = Counter.objects.select_for_update().get(kind=row.kind, owner=owner, period=row.period)
        ours.last = max(ours.last, row.last)
        ours.save(update_fields=["last"])
    return len(rows)


register_mover(Mover("series", gettext_lazy("numbered series"), 15, plan_series, carry_on_series))

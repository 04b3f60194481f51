"""Second counts: run each night, kept, and an alarm where the ledger tells otherwise than the figures."""

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.metrics.second_count import count_again
from motcua.measure.reports.asking import period_of
from motcua.measure.reports.models import SecondCount


def count_period(first: dt.date, last: dt.date, *, now: dt.datetime | None = None) -> SecondCount:
    """Count a period a second time, straight from the ledger, and keep what was found.

    Args:
        first, last: local dates, both included.
    """
    position = catch_up()
    found = count_again(Question(first, last, position))
    return SecondCount.objects.create(
        counted_at=now or timezone.now(),
        first=first,
        last=last,
        position=position,
        dossiers=found.dossiers,
        differing=found.differing,
        examples=[
            {
                "id": each.dossier_id,
                "field": each.field,
                "spans": None if each.spans is None else str(each.spans),
                "ledger": None if each.ledger is None else str(each.ledger),
            }
            for each in found.examples
        ],
    )


@app.periodic(cron="40 1 * * *")
@app.task(queue="metrics", pass_context=False)
def count_by_night(timestamp: int) -> int:
    """Count the last closed month and the current one a second time; return how many dossiers differ."""
    today = timezone.localdate()
    return sum(count_period(*period_of(name, today)).differing for name in ("last_month", "month"))


def alarm() -> SecondCount | None:
    """Return the worst of the newest counts of each period, if it found a difference."""
    newest = SecondCount.objects.order_by("first", "last", "-counted_at", "-pk").distinct("first", "last")
    differing = [count for count in newest if count.differing]
    return max(differing, key=lambda count: count.differing, default=None)

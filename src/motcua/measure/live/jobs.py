"""Background work of the live index: each hour the month, quarter and year that last, and months not scored yet.

Registered when the product starts, so what scores is loaded only once a job runs.
"""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from motcua.measure.live.periods import Period

# A month that is over is scored again for some days, for what is recorded late.
SETTLES = dt.timedelta(days=7)


@app.periodic(cron="17 * * * *")
@app.task(queue="measure", queueing_lock="live.compute", pass_context=False)
def compute_live_index(timestamp: int) -> int:
    """Score what lasts; return how many results were stored."""
    return compute_all(timezone.now())


@app.task(queue="measure", pass_context=False)
def compute_what_moves(firmness_id: int, seed: int) -> bool:
    """Compute what moves the ranks of a level; False: it was not asked for (any more)."""
    from motcua.measure.live.firmness_actions import carry_out

    return carry_out(firmness_id=firmness_id, seed=seed, now=timezone.now())


def compute_all(now: dt.datetime) -> int:
    """Score the month, quarter and year of an instant, and the months of the year that were not scored since."""
    from motcua.measure.live.actions import compute_standings
    from motcua.measure.live.periods import period_of
    from motcua.record.organisation.actor import system

    today = timezone.localdate(now)
    by = system(today)
    stored = sum(compute_standings(by=by, kind=kind, on=today, now=now) for kind in ("month", "quarter", "year"))
    for month in period_of("year", today).months():
        if month.over(today) and not _settled(month):
            stored += compute_standings(by=by, kind="month", on=month.first, now=now)
    return stored


def _settled(month: "Period") -> bool:
    from motcua.measure.live.models import Standing
    from motcua.measure.live.sources import NAME

    after = month.last + SETTLES
    found = Standing.objects.filter(framework=NAME, kind="month", first=month.first, agency=None, last=month.last)
    return found.filter(computed_on__gte=after).exists()

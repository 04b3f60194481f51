"""Background work of assessment: measured leaves counted anew each hour, reminders each morning, what moves ranks.

Registered when the product starts, so what computes is loaded only once a job runs.
"""

import uuid

from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.record.organisation.actor import system


@app.periodic(cron="37 * * * *")
@app.task(queue="measure", queueing_lock="assessment.count", pass_context=False)
def count_measured_leaves(timestamp: int) -> int:
    """Count the measured leaves of rounds that still take values; return how many changed."""
    from motcua.measure.assessment.actions import count_all

    now = timezone.now()
    return count_all(by=system(timezone.localdate(now)), now=now)


# Seven in the morning in Vietnam is midnight for the server's clock (UTC).
@app.periodic(cron="0 0 * * *")
@app.task(queue="measure", pass_context=False)
def remind_of_stages(timestamp: int) -> int:
    """Remind whoever has something left before a stage ends; return how many reminders were written."""
    from motcua.measure.assessment.actions import remind

    now = timezone.now()
    return remind(by=system(timezone.localdate(now)), now=now)


@app.task(queue="measure", pass_context=False)
def compute_what_moves(group_id: str, seed: int) -> bool:
    """Compute what moves the ranks of a group; False: it was not asked for (any more)."""
    from motcua.measure.assessment.actions import carry_out

    return carry_out(group_id=uuid.UUID(group_id), seed=seed, now=timezone.now())

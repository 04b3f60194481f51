"""Background work of assessment: measured leaves counted anew each hour, reminders each morning."""

from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.measure.assessment.actions import count_all, remind
from motcua.record.organisation.actor import system


@app.periodic(cron="37 * * * *")
@app.task(queue="measure", pass_context=False)
def count_measured_leaves(timestamp: int) -> int:
    """Count the measured leaves of rounds that still take values; return how many changed."""
    now = timezone.now()
    return count_all(by=system(timezone.localdate(now)), now=now)


# Seven in the morning in Vietnam is midnight for the server's clock (UTC).
@app.periodic(cron="0 0 * * *")
@app.task(queue="measure", pass_context=False)
def remind_of_stages(timestamp: int) -> int:
    """Remind whoever has something left before a stage ends; return how many reminders were written."""
    now = timezone.now()
    return remind(by=system(timezone.localdate(now)), now=now)

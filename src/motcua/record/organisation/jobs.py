"""Background work of the organisation: decisions whose day has come."""

from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.record.organisation.actions.history import carry_out_due


# Every hour: the day begins in Vietnam while it is still the day before for the server's clock.
@app.periodic(cron="2 * * * *")
@app.task(queue="organisation", pass_context=False)
def carry_out_decisions(timestamp: int) -> int:
    """Move what is open to the successors once a committed decision's day has come; return how many were done."""
    return carry_out_due(timezone.now())

"""Background work of accounts: what the log of sign-ins keeps no longer, sessions that are over."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.record.accounts.models import SignIn, UserSession

KEPT = dt.timedelta(days=90)


@app.periodic(cron="40 0 * * *")
@app.task(queue="accounts", pass_context=False)
def forget_sign_ins(timestamp: int) -> int:
    """Remove sign-ins older than ninety days and sessions that are over; return how many sign-ins went."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    open_keys = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=open_keys).delete()
    gone, _by_model = SignIn.objects.filter(at__lt=now - KEPT).delete()
    return gone

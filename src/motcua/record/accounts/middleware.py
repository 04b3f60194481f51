"""Limits of a session: idle time, longest time, how many at once; the first password comes before anything else."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from motcua.record.accounts.models import UserSession

FREE = ("accounts:set_password", "accounts:sign_out", "set_language", "shell:healthz", "shell:readyz")
SEEN_EVERY = 60


class SessionLimitsMiddleware:
    """Ends sessions that are idle or old; writes at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._limit(request)
        return self.get_response(request)

    def _limit(self, request: HttpRequest) -> None:
        now = int(timezone.now().timestamp())
        seen, started = request.session.get("seen", now), request.session.get("started", now)
        idle = now - seen > settings.SESSION_IDLE_MINUTES * 60
        old = now - started > settings.SESSION_LONGEST_HOURS * 3600
        if idle or old or not request.user.is_active:
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            logout(request)
        elif now - seen > SEEN_EVERY or "seen" not in request.session:
            request.session["seen"] = now
            UserSession.objects.filter(session_key=request.session.session_key).update(seen_at=timezone.now())

    def process_view(self, request: HttpRequest, view: object, *_: object) -> HttpResponse | None:
        """Lead to the page of the first password."""
        user = request.user
        match = request.resolver_match
        if user.is_authenticated and user.must_change_password and match and match.view_name not in FREE:
            return redirect("accounts:set_password")
        return None


def remember_session(request: HttpRequest) -> None:
    """Note a new session and end the oldest ones over the limit."""
    now = timezone.now()
    request.session["started"] = request.session["seen"] = int(now.timestamp())
    request.session.set_expiry(settings.SESSION_LONGEST_HOURS * 3600)
    if not request.session.session_key:
        request.session.create()
    UserSession.objects.create(user=request.user, session_key=request.session.session_key, started_at=now, seen_at=now)
    end_surplus(request.user, now)


def end_surplus(user: object, now: dt.datetime) -> None:
    """Keep an account's newest sessions, up to the limit."""
    from django.contrib.sessions.models import Session

    sessions = UserSession.objects.filter(user=user).order_by("-started_at")
    surplus = list(sessions.values_list("session_key", flat=True)[settings.SESSIONS_PER_USER :])
    if surplus:
        Session.objects.filter(session_key__in=surplus).delete()
        UserSession.objects.filter(session_key__in=surplus).delete()

"""Sign-in, passwords, sessions, the log of sign-ins."""

import datetime as dt
import math

from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.accounts.actions import choose_password, close_account, open_account, reset_password
from motcua.record.accounts.actions.accounts import end_sessions
from motcua.record.accounts.forms import SignInForm
from motcua.record.accounts.middleware import remember_session
from motcua.record.accounts.models import SignIn, User
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Person
from motcua.record.organisation.policies import ADMINISTERS, ANYONE, AUDITS, SIGNED_IN


def note(request: HttpRequest, result: str, username: str, user: User | None = None) -> None:
    """Enter an attempt into the log of sign-ins."""
    SignIn.objects.create(
        user=user,
        username=username[:60],
        result=result,
        at=timezone.now(),
        address=request.META.get("REMOTE_ADDR") or None,
        agent=request.headers.get("User-Agent", "")[:200],
    )


def safe_next(request: HttpRequest) -> str:
    """Return where to go after signing in: a page of ours that was asked for, else the start."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    if ours and target.startswith("/"):
        return target
    return "shell:start"


@sensitive_post_parameters("password")
@access(ANYONE)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password; five wrong ones close the door for fifteen minutes."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request))
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            login(request, form.get_user())
            remember_session(request)
            note(request, SignIn.Result.OK, form.get_user().username, form.get_user())
            return redirect(safe_next(request))
        note(request, SignIn.Result.WRONG, form.attempted)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", ""), "demo": settings.DEMO}
    return render(request, "accounts/sign_in.html", context, status=200 if request.method == "GET" else 422)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, str]) -> HttpResponse:
    """Say that the door is closed, and for how long."""
    note(request, SignIn.Result.LOCKED, SignInForm(request, data=request.POST).attempted)
    ends_at = lock_ends_at(request, credentials)
    minutes = max(math.ceil((ends_at - timezone.now()) / dt.timedelta(minutes=1)), 1)
    answer = render(request, "accounts/locked.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def lock_ends_at(request: HttpRequest, credentials: dict[str, str]) -> dt.datetime:
    """Return when enough wrong attempts will be forgotten for the door to open again (aware).

    An attempt is forgotten a cool-off after it was made; attempts of different browsers are kept apart and added up.
    """
    now, cool_off = timezone.now(), get_cool_off(request)
    kept = AccessAttempt.objects.filter(
        username=get_client_username(request, credentials),
        ip_address=getattr(request, "axes_ip_address", None),
        attempt_time__gte=now - cool_off,
    ).order_by("attempt_time")
    attempts = list(kept.values_list("attempt_time", "failures_since_start"))
    left = sum(failures for _at, failures in attempts)
    for attempted_at, failures in attempts:
        left -= failures
        if left < settings.AXES_FAILURE_LIMIT:
            return attempted_at + cool_off
    return now + cool_off


@require_POST
@access(SIGNED_IN)
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    note(request, SignIn.Result.OUT, request.user.username, request.user)
    request.user.open_sessions.filter(session_key=request.session.session_key).delete()
    logout(request)
    return redirect("shell:home")


@sensitive_post_parameters()
@access(SIGNED_IN)
def set_password(request: HttpRequest) -> HttpResponse:
    """Choose a password: the first one before anything else, another one at any time."""
    error = ""
    if request.method == "POST":
        error = _try_password(request)
        if not error:
            messages.success(request, _("Your password is set."))
            return redirect("shell:start")
    context = {"error": error, "first": request.user.must_change_password}
    return render(request, "accounts/set_password.html", context, status=422 if error else 200)


def _try_password(request: HttpRequest) -> str:
    post = request.POST
    if not request.user.check_password(post.get("old_password", "")):
        return _("The present password is wrong.")
    if post.get("new_password") != post.get("again"):
        return _("The two new passwords differ.")
    try:
        choose_password(by=request.actor, user=request.user, password=post.get("new_password", ""), now=timezone.now())
    except Refused as refusal:
        return refusal.message
    before = request.session.session_key
    update_session_auth_hash(request, request.user)
    request.user.open_sessions.filter(session_key=before).update(session_key=request.session.session_key)
    end_sessions(request.user, keep=request.session.session_key or "")
    return ""


@require_POST
@access(SIGNED_IN)
def choose_post(request: HttpRequest) -> HttpResponse:
    """Change to another post of the same person."""
    wanted = request.POST.get("post", "")
    if any(str(post.pk) == wanted for post in request.posts):
        request.session["post_id"] = int(wanted)
    return redirect("shell:start")


@access(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own posts, sessions and last sign-ins."""
    context = {
        "sessions": request.user.open_sessions.order_by("-seen_at"),
        "sign_ins": request.user.sign_ins.order_by("-at")[:10],
        "this_session": request.session.session_key,
    }
    return render(request, "accounts/me.html", context)


@require_POST
@access(SIGNED_IN)
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of one's other sessions, or all of them."""
    one = request.POST.get("session", "")
    only = int(one) if one.isdecimal() and len(one) < 19 else None
    ended = end_sessions(request.user, keep=request.session.session_key or "", only=only)
    messages.success(request, _("%(count)d other sessions were ended.") % {"count": ended})
    return redirect("accounts:me")


@access(AUDITS)
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show the log of sign-ins, newest first."""
    rows = SignIn.objects.order_by("-at")
    if who := request.GET.get("who", "").strip().replace("\0", ""):
        rows = rows.filter(username__icontains=who)
    if (result := request.GET.get("result", "")) in SignIn.Result.values:
        rows = rows.filter(result=result)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"page": page, "results": SignIn.Result.choices, "who": who, "result": result}
    return render(request, "accounts/sign_ins.html", context)


@require_POST
@access(ADMINISTERS)
def account_action(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open, reset, unlock, close or reopen a person's account."""
    person = get_object_or_404(Person, pk=person_id)
    what = request.POST.get("what", "")
    now = timezone.now()
    try:
        if what == "open":
            user, secret = open_account(
                by=request.actor, person=person, username=request.POST.get("username", ""), now=now
            )
            _show_once(request, user, secret)
        else:
            user = get_object_or_404(User, person=person)
            _change_account(request, user, what)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("organisation:person", person_id)


def _change_account(request: HttpRequest, user: User, what: str) -> None:
    from axes.utils import reset

    now = timezone.now()
    if what == "reset":
        _show_once(request, user, reset_password(by=request.actor, user=user, now=now))
        reset(username=user.username)
    elif what == "unlock":
        reset(username=user.username)
        messages.success(request, _("The account may sign in again."))
    elif what in ("close", "reopen"):
        close_account(by=request.actor, user=user, active=what == "reopen", now=now)
        messages.success(request, _("The account is changed."))


def _show_once(request: HttpRequest, user: User, secret: str) -> None:
    text = _("User name %(name)s, first password %(secret)s. It is shown once; it must be changed at sign-in.")
    # Not as a message: messages travel in a cookie, the session stays on the server.
    request.session["shown_once"] = text % {"name": user.username, "secret": secret}

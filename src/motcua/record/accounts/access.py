"""The gate of every page: `@access(policy)` names who may enter; a view without it does not answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Post
from motcua.record.organisation.policies import Policy
from motcua.record.organisation.queries import posts_in_hands
from motcua.rules.working_time import LOCAL

View = Callable[..., HttpResponse]


def access(policy: Policy) -> Callable[[View], View]:
    """Name a view's policy. Without an account a person is led to sign in; without the right, told so (403).

    Sets `request.actor`. The decorated view carries `policy`, which `PolicyMiddleware` and the route test read.
    """

    def decorate(view: View) -> View:
        """Return the view behind the policy."""

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            """Answer who the policy allows; lead others to the sign-in page, or refuse them."""
            request.actor = actor_of(request)
            if not policy.public and not request.user.is_authenticated:
                return to_sign_in(request)
            policy.check(request.actor)
            return view(request, *args, **kwargs)

        guarded.policy = policy
        return guarded

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back; a part of a page (htmx) is told by a header, so that nothing typed is lost."""
    target = f"{redirect(settings.LOGIN_URL).url}?{urlencode({'next': _page_of(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"X-Sign-In": target})
    return redirect(target)


def _page_of(request: HttpRequest) -> str:
    """Return the page to come back to: for what was sent, the page with the form, where the browser keeps a draft."""
    referer = request.headers.get("Referer", "")
    if request.method in ("GET", "HEAD") or not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return request.get_full_path()
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request: the chosen post of the signed-in person, today."""
    today = timezone.now().astimezone(LOCAL).date()
    if not request.user.is_authenticated:
        return Actor(post=None, on=today)
    own, others = posts_in_hands(request.user.person_id, today)
    for post in others:
        post.stood_in_for = True
    request.posts = [*own, *others]
    chosen = _chosen(request, request.posts)
    return Actor(post=chosen, on=today, stand_in=own[0] if chosen in others else None)


def _chosen(request: HttpRequest, posts: list[Post]) -> Post | None:
    wanted = request.session.get("post_id")
    return next((p for p in posts if p.pk == wanted), posts[0] if posts else None)

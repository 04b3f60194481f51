"""The first page, the way to one's desk, and the pages of errors."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import ANYONE, SIGNED_IN
from motcua.serve.catalogue.queries import versions_on
from motcua.web.shell.navigation import DESK, FIRST_PAGES

OFTEN_ASKED = 6


@access(ANYONE)
def home(request: HttpRequest) -> HttpResponse:
    """Show what anyone can do here: track a dossier, look up a procedure."""
    often = versions_on(timezone.localdate()).order_by("folded_name")[:OFTEN_ASKED]
    return render(request, "shell/home.html", {"procedures": often})


@access(SIGNED_IN)
def start(request: HttpRequest) -> HttpResponse:
    """Lead each role to the first page of its day."""
    actor = request.actor
    if actor.post is None:
        return render(request, "shell/no_post.html")
    return redirect(FIRST_PAGES.get(Role(actor.role), DESK))


def _error(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": heading, "status": status, "detail": sentence}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"heading": heading, "sentence": sentence, "status": status}
    return render(request, "shell/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 where the request is larger than this house takes."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return _error(request, 400, _("That request was not understood"), _("Go back and try once more."))


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    limit = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
    sentence = _("A file may have up to %(limit)d MB. Make it smaller and send it once more.") % {"limit": limit}
    return _error(request, 413, _("That is too large"), sentence)


def too_many(request: HttpRequest) -> HttpResponse:
    """429."""
    return _error(request, 429, _("Too many requests"), _("Wait a minute, then try once more."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _error(request, 403, _("Your post does not allow this"), _("Ask your administrator if you need it."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _error(request, 404, _("There is no such page"), _("It may have moved, or it is not yours to see."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the database or the session."""
    return HttpResponse(render_to_string("shell/plain_error.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token: usually the session expired; the browser keeps what was typed."""
    return _error(
        request,
        403,
        _("This form has expired"),
        _("Go back, load the page again and send it once more: what you typed is still there."),
    )

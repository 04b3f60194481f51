"""The first page, the way to one's desk, and the pages of errors."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.organisation.models import Role
from motcua.record.organisation.policies import ANYONE, SIGNED_IN

FIRST_PAGES = {
    Role.AUDITOR: "ledger:roots",
    Role.ADMINISTRATOR: "organisation:people",
}


@access(ANYONE)
def home(request: HttpRequest) -> HttpResponse:
    """Show what anyone can do here."""
    return render(request, "shell/home.html")


@access(SIGNED_IN)
def start(request: HttpRequest) -> HttpResponse:
    """Lead each role to the first page of its day."""
    actor = request.actor
    if actor.post is None:
        return render(request, "shell/no_post.html")
    return redirect(FIRST_PAGES.get(Role(actor.role), "dossiers:desk"))


def _error(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": heading, "status": status, "detail": sentence}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "shell/error.html", {"heading": heading, "sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _error(request, 400, _("That request was not understood"), _("Go back and try once more."))


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

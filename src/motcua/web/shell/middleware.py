"""What every request passes: a view that names no policy does not answer, and refusals become pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from motcua.record.organisation.errors import Refused
from motcua.web.shell.views import bad_request

# Views of libraries that guard themselves: the API's routes name their scopes, static files are public.
SELF_GUARDED = ("ninja.", "django.views.i18n", "django.contrib.staticfiles", "django.views.static")


def is_guarded(view: Callable[..., HttpResponse]) -> bool:
    """Tell whether a view names its policy or guards itself."""
    inner = getattr(view, "func", view)  # a partial of the framework's view
    return hasattr(view, "policy") or getattr(inner, "__module__", "").startswith(SELF_GUARDED)


def too_large(request: HttpRequest) -> bool:
    """Tell whether the announced body is larger than any form or file may be, or has no announced length."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    length = str(request.headers.get("Content-Length") or "0")
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "")
    return chunked or not length.isdigit() or int(length) > settings.REQUEST_LIMIT_BYTES


def answer_too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413 as a page, or as problem+json where a program asks."""
    heading = _("That is too much at once")
    limit = settings.UPLOAD_LIMIT_BYTES // 1_048_576
    sentence = _("A file may have at most %(limit)d MB. Scan at a lower resolution.") % {"limit": limit}
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": heading, "status": 413, "detail": sentence, "code": "file.too_large"}
        return JsonResponse(body, status=413, content_type="application/problem+json")
    text = render_to_string("shell/plain_page.html", {"heading": heading, "sentence": sentence})
    answer = HttpResponse(text, status=413)
    answer["Connection"] = "close"
    return answer


def holds_nul(error: Exception) -> bool:
    """Tell whether a request was answered with an error because some text in it has a NUL; no keyboard makes one."""
    return isinstance(error, DataError | ValueError) and "NUL (0x00)" in str(error)


class PolicyMiddleware:
    """Refuse to run a view without a policy; turn `Refused` into a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if too_large(request):
            # Said before a byte of the body is read: a 2 GB upload costs nothing.
            return answer_too_large(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> None:
        """Fail on a route that names no policy."""
        if not is_guarded(view):
            raise ImproperlyConfigured(f"{request.path}: the view names no policy")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show a refusal that no view has caught; answer 400 to text that no database keeps."""
        if holds_nul(error):
            return bad_request(request)
        if not isinstance(error, Refused):
            return None
        return render(request, "shell/refused.html", {"error": error}, status=error.status)

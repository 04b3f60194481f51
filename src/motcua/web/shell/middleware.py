"""What every request passes: a view that names no policy does not answer, and refusals become pages."""

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.record.organisation.errors import Refused

# Views of libraries that guard themselves: the API's routes name their scopes, static files are public.
SELF_GUARDED = ("ninja.", "django.views.i18n", "django.contrib.staticfiles", "django.views.static")


def is_guarded(view: Callable[..., HttpResponse]) -> bool:
    """Tell whether a view names its policy or guards itself."""
    inner = getattr(view, "func", view)  # a partial of the framework's view
    return hasattr(view, "policy") or getattr(inner, "__module__", "").startswith(SELF_GUARDED)


class PolicyMiddleware:
    """Refuse to run a view without a policy; turn `Refused` into a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> None:
        """Fail on a route that names no policy."""
        if not is_guarded(view):
            raise ImproperlyConfigured(f"{request.path}: the view names no policy")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show a refusal that no view has caught."""
        if not isinstance(error, Refused):
            return None
        return render(request, "shell/refused.html", {"error": error}, status=error.status)

"""What every template knows."""

from typing import Any

from django.http import HttpRequest

from motcua.web.shell.navigation import DESK, FIRST_PAGES, items_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the menu of the actor, and whether this is a page on which somebody's day begins."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {"navigation": items_for(request), "first_page": here in (DESK, *FIRST_PAGES.values())}

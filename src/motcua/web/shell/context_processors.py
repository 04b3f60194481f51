"""What every template knows."""

from typing import Any

from django.http import HttpRequest

from motcua.web.shell.navigation import items_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the menu of the actor."""
    return {"navigation": items_for(request)}

"""Errors a person can cause, in their words, with what to do next."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise as Lazy


class Refused(Exception):
    """An action that may not be done. `code` is stable for programs; `message` is a translated sentence.

    `status` is the HTTP answer that a page or the API gives; `field` names the input at fault.
    """

    status = 422

    def __init__(
        self, code: str, message: "str | Lazy", *, field: str = "", params: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.template = message
        self.field = field
        self.params = dict(params or {})

    @property
    def message(self) -> str:
        """Return the sentence in the language of the moment."""
        return str(self.template) % self.params if self.params else str(self.template)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotAllowed(Refused):
    """The post may not do this."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or this post may not know of it: the two are not told apart."""

    status = 404


class Conflict(Refused):
    """Somebody else was faster, or the same key came with other content."""

    status = 409


class Invalid(Refused):
    """Several inputs are wrong; each error names its field."""

    def __init__(self, errors: list[Refused]) -> None:
        super().__init__("invalid", "; ".join(e.message for e in errors))
        self.errors = errors

"""What intake pages show alike: errors by field, the rows of papers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.catalogue.models import Component


def errors_of(refusal: Refused) -> dict[str, str]:
    """Return message by field, names with underscores as templates read them."""
    errors = refusal.errors if isinstance(refusal, Invalid) else [refusal]
    return {e.field.replace(".", "_").replace("-", "_"): e.message for e in errors if e.field}


def all_of(refusal: Refused) -> list[str]:
    """Return every message, in order."""
    return [e.message for e in refusal.errors] if isinstance(refusal, Invalid) else [refusal.message]


def paper_rows(components: Iterable[Component], post: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each paper that is asked for, with what was typed."""
    return [
        {
            "it": c,
            "ticked": f"paper_{c.key}" in post,
            "reused": f"reused_{c.key}" in post,
            "error_key": f"components_{c.key}".replace("-", "_"),
            "counts": [
                ("originals", _("originals"), post.get(f"originals_{c.key}", c.originals)),
                ("certified", _("certified copies"), post.get(f"certified_{c.key}", c.certified)),
                ("copies", _("copies"), post.get(f"copies_{c.key}", c.copies)),
            ],
        }
        for c in components
    ]

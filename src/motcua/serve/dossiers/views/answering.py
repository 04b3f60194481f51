"""What intake pages show alike: errors by field, the rows of papers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.catalogue.models import Component
from motcua.serve.dossiers.actions.arriving import papers_lacking
from motcua.serve.dossiers.actions.declaring import declared_faults
from motcua.serve.dossiers.models import Declaration, Dossier, DossierComponent


def errors_of(refusal: Refused) -> dict[str, str]:
    """Return message by field, names with underscores as templates read them."""
    errors = refusal.errors if isinstance(refusal, Invalid) else [refusal]
    return {e.field.replace(".", "_").replace("-", "_"): e.message for e in errors if e.field}


def all_of(refusal: Refused) -> list[str]:
    """Return every message, in order."""
    return [e.message for e in refusal.errors] if isinstance(refusal, Invalid) else [refusal.message]


def lacking_words(dossier: Dossier, papers: Iterable[DossierComponent], declared: Declaration | None) -> list[str]:
    """Return what a filing that arrived still lacks to be received: its case, its papers, answers by their number.

    Args:
        papers: those that are in.
    """
    lacking = [fault.message for fault in papers_lacking(dossier, {row.component_id for row in papers})]
    if count := len(declared_faults(declared)):
        words = ngettext("The declaration lacks %(n)d answer.", "The declaration lacks %(n)d answers.", count)
        lacking.append(words % {"n": count})
    return lacking


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

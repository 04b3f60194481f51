"""How posted procedures speak of fees."""

from django import template
from django.utils.translation import gettext as _

from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.queries import totals_of

register = template.Library()


@register.simple_tag
def fees_in_short(version: ProcedureVersion) -> str:
    """Return what a dossier costs, from the cheapest way of handing in to the dearest, or that it is free."""
    shown = [f"{total:,} ₫".replace(",", ".") if total else _("free") for total in totals_of(version)]
    return " – ".join(shown if len(shown) < 3 else [shown[0], shown[-1]])

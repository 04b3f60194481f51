"""How posted procedures speak of fees."""

from django import template
from django.utils.translation import gettext as _

from motcua.serve.catalogue.models import ProcedureVersion

register = template.Library()


@register.simple_tag
def fees_in_short(version: ProcedureVersion) -> str:
    """Return the sum of fees that everybody pays, or that there is none."""
    total = sum(fee.amount for fee in version.fees.all())
    return f"{total:,} ₫".replace(",", ".") if total else _("free")

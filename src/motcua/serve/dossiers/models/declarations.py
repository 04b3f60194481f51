"""What was answered to a procedure's form, beside the version that asked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.serve.dossiers.models.dossier import Dossier
from motcua.serve.forms.models import FormVersion


class Declaration(Recorded):
    """The answers of a dossier: clean by `motcua.rules.answers`, personal, in the ledger as a digest."""

    LEDGER_NAME = "declaration"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "form_id", "filled_at", "corrected_at")
    DIGEST_FIELDS = ("answers",)

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="declaration")
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField(default=dict, blank=True)
    filled_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("declaration")

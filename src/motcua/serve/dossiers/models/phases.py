"""Two-phase procedures: a first result, then a second appointment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.serve.dossiers.models.dossier import Dossier


class Phase(Recorded):
    """One appointment of a dossier whose process has several: its own clock, its own result.

    A dossier of an ordinary process has none. `opened_at` is empty while the applicant is waited for.
    """

    LEDGER_NAME = "phase"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "number",
        "limit",
        "opened_at",
        "due_at",
        "due_on",
        "finished_at",
        "finished_on",
        "returned_at",
    )

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="phases")
    number = models.PositiveSmallIntegerField()
    limit = models.CharField(max_length=10, help_text="5wd; see rules.working_time.Duration")
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="as promised when it began")
    due_on = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    finished_on = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("phase")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="one_phase_a_number"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(due_at__isnull=False), name="an_open_phase_is_promised"
            ),
        ]

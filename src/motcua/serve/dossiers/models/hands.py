"""The hands a dossier goes through, and where its clock stood still."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.record.organisation.models import Agency, Post, Role, Unit
from motcua.serve.catalogue.models import Step
from motcua.serve.dossiers.models.dossier import Dossier


class Task(Recorded):
    """A step in the hands of a unit, with its own due time. Parallel steps are open side by side, each once."""

    LEDGER_NAME = "task"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "number",
        "step_id",
        "agency_id",
        "unit_id",
        "role",
        "assignee_id",
        "opened_at",
        "due_at",
        "closed_at",
        "outcome",
        "closed_by_id",
    )
    DIGEST_FIELDS = ("note",)

    class Outcome(models.TextChoices):
        """How a task ended."""

        OPEN = "", _("open")
        FORWARDED = "forwarded", _("forwarded")
        SENT_BACK = "sent_back", _("sent back")
        RECALLED = "recalled", _("recalled")
        FINISHED = "finished", _("finished")
        RETURNED = "returned", _("returned")
        SKIPPED = "skipped", _("skipped")
        MOVED = "moved", _("moved to another agency")
        ENDED = "ended", _("ended with the dossier")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    step = models.ForeignKey(Step, models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=30, choices=Role)
    assignee = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("task")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="one_task_a_number"),
            models.UniqueConstraint(fields=["dossier", "step"], condition=Q(closed_at=None), name="one_open_task"),
        ]
        indexes = [models.Index(fields=["unit", "role", "due_at"], name="task_inbox", condition=Q(closed_at=None))]


class Pause(Recorded):
    """The dossier's clock stood still from … to …, and why."""

    LEDGER_NAME = "pause"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "cause", "starts_at", "ends_at")

    class Cause(models.TextChoices):
        """Why the clock stood still."""

        SUPPLEMENT = "supplement", _("waiting for the applicant's supplement")
        FEE = "fee", _("waiting for the applicant's payment duty")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="pauses")
    cause = models.CharField(max_length=12, choices=Cause)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class Supplement(Recorded):
    """One request to complete the papers (mẫu 02). `items` are what is missing, in words."""

    LEDGER_NAME = "supplement"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "number",
        "before_receipt",
        "asked_at",
        "due_on",
        "arrived_at",
        "expired_at",
    )
    DIGEST_FIELDS = ("items", "reason")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    before_receipt = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField()
    items = models.JSONField(default=list)
    reason = models.TextField(_("reason"), blank=True)
    arrived_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="one_supplement_a_number")]


class Apology(Recorded):
    """An apology in writing (mẫu 04): before the due date it extends the promise, after it gives a new date."""

    LEDGER_NAME = "apology"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "kind", "number", "made_at", "old_due_at", "new_due_at")
    DIGEST_FIELDS = ("reason",)

    class Kind(models.TextChoices):
        """Which of the two."""

        EXTENSION = "extension", _("extension with apology")
        APOLOGY = "apology", _("apology for being late")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="apologies")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(_("number of the paper"), max_length=40)
    made_at = models.DateTimeField()
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField(null=True, help_text="empty where the result is ready already")
    reason = models.TextField(_("reason"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "kind"], name="each_apology_once")]


class Delivery(Recorded):
    """Who took the result, and how."""

    LEDGER_NAME = "delivery"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "method", "given_at", "given_by_id")
    DIGEST_FIELDS = ("taken_by", "identity_number", "tracking_number")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="deliveries")
    method = models.CharField(max_length=10)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    taken_by = models.CharField(_("taken by"), max_length=200)
    identity_number = models.CharField(max_length=20, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)

"""Papers that came in, papers that went out, and money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.serve.catalogue.models import Component, Fee
from motcua.serve.dossiers.models.dossier import Dossier


class DossierComponent(Recorded):
    """A paper that was handed in: how many, and whether it was digitised or reused (Decision 766, group 4).

    One that was noted by mistake before receipt keeps its row with nothing in it; see `SOMETHING_IN`.
    """

    LEDGER_NAME = "component"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "component_id",
        "originals",
        "certified",
        "copies",
        "digitised",
        "reused",
        "from_store",
    )
    DIGEST_FIELDS = ("name",)

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="components")
    component = models.ForeignKey(Component, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=500, blank=True, help_text="of a paper outside the list")
    originals = models.PositiveSmallIntegerField(default=0)
    certified = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    digitised = models.BooleanField(default=False)
    reused = models.BooleanField(default=False)
    from_store = models.BooleanField(default=False)

    @property
    def is_in(self) -> bool:
        """Tell whether anything of it was handed in."""
        return any(getattr(self, name) for name in WAYS_IN)


# How a paper may be in. The condition holds for rows of which anything is.
WAYS_IN = ("originals", "certified", "copies", "digitised", "reused", "from_store")
SOMETHING_IN = Q(originals__gt=0) | Q(certified__gt=0) | Q(copies__gt=0) | Q(digitised=True) | Q(reused=True)
SOMETHING_IN |= Q(from_store=True)


class Attachment(Recorded):
    """A file: stored outside the web root under a random name, checked by content."""

    LEDGER_NAME = "attachment"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "component_id", "purpose", "sha256", "size", "content_type", "added_at")
    DIGEST_FIELDS = ("original_name",)

    class Purpose(models.TextChoices):
        """What the file is."""

        SCAN = "scan", _("scan of a component")
        RESULT = "result", _("result")
        DRAFT = "draft", _("draft of a result")
        OTHER = "other", _("other paper")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="attachments")
    component = models.ForeignKey(Component, models.PROTECT, null=True, related_name="+", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    stored_name = models.CharField(max_length=60, unique=True)
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()


class Payment(Recorded):
    """A fee taken in cash with its receipt's number, or an exemption with its reason. Amounts in đồng."""

    LEDGER_NAME = "payment"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "fee_id", "amount", "how", "receipt_number", "paid_at")
    DIGEST_FIELDS = ("exempt_reason",)

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="payments")
    fee = models.ForeignKey(Fee, models.PROTECT, null=True, related_name="+", db_index=False)
    amount = models.PositiveBigIntegerField()
    how = models.CharField(max_length=10)
    receipt_number = models.CharField(max_length=40, blank=True)
    exempt_reason = models.CharField(_("reason of the exemption"), max_length=300, blank=True)
    paid_at = models.DateTimeField()


class Paper(Recorded):
    """A legal paper that was issued; printing it again is counted and marked on the print."""

    LEDGER_NAME = "paper"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "form", "number", "issued_at", "prints", "facts")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="papers")
    form = models.CharField(max_length=20, help_text="01 … 07 of TT 03/2025, or receipt, delivery")
    number = models.CharField(max_length=40, blank=True)
    issued_at = models.DateTimeField()
    prints = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)


class IdempotencyKey(models.Model):
    """A key that a caller sent with a receipt: the same content gives the same dossier."""

    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    content_sha256 = models.CharField(max_length=64)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_dossier_a_key")]


class DayTally(models.Model):
    """How many events of a kind an agency had on a local date: kept by a subscriber, for the live boards."""

    agency = models.ForeignKey("organisation.Agency", models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day", "kind"], name="one_tally_a_day")]

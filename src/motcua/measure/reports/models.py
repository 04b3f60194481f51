"""Issued reports: frozen with their recipe (form, period, scope, position) and their cells."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Post


class Issue(Recorded):
    """A report on its way out: made, checked, signed; then nothing of it changes, a later edition takes its place.

    `content` is the report as JSON holds it, `sha256` its digest, which the ledger keeps.
    """

    LEDGER_NAME = "report"
    LEDGER_FIELDS = (
        "form",
        "form_version",
        "agency_id",
        "first",
        "last",
        "position",
        "edition",
        "replaces_id",
        "status",
        "number",
        "sha256",
        "made_at",
        "checked_at",
        "signed_at",
    )

    class Status(models.TextChoices):
        """How far it is."""

        MADE = "made", _("made")
        CHECKED = "checked", _("checked")
        ISSUED = "issued", _("issued")
        DISCARDED = "discarded", _("discarded")

    id = models.UUIDField(primary_key=True, default=new_id)
    form = models.CharField(_("form"), max_length=40)
    form_version = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", help_text="empty: the province")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    position = models.BigIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.MADE)
    number = models.CharField(_("number"), max_length=40, blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("report")
        indexes = [models.Index(fields=["form", "first", "last"], name="report_of_period")]

    def __str__(self) -> str:
        return f"{self.form} {self.first}–{self.last}"


class EnteredValue(Recorded):
    """A value of a form that the record does not hold: typed by a person for one form, agency, period and row.

    Rows stay as they are; a later one for the same cell takes the place of the earlier, an empty one empties the cell.
    """

    LEDGER_NAME = "entered_value"
    LEDGER_FIELDS = ("batch_id", "form", "agency_id", "first", "last", "column", "row", "figure", "entered_at")
    DIGEST_FIELDS = ("text",)
    LEDGER_CHAIN = "batch_id"

    batch_id = models.UUIDField()
    form = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", help_text="empty: the province")
    first = models.DateField()
    last = models.DateField()
    column = models.PositiveSmallIntegerField()
    row = models.CharField(max_length=200, blank=True, help_text="what the row is of, empty for the whole")
    figure = models.CharField(max_length=30, blank=True, help_text="a decimal number; the ledger holds no fractions")
    text = models.CharField(max_length=500, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["form", "first", "last"], name="value_of_period")]


class SecondCount(models.Model):
    """One run of the second count: which period, at which position, how many dossiers are told otherwise."""

    counted_at = models.DateTimeField()
    first = models.DateField()
    last = models.DateField()
    position = models.BigIntegerField()
    dossiers = models.PositiveBigIntegerField()
    differing = models.PositiveIntegerField()
    examples = models.JSONField(default=list, help_text="the first dossiers that differ: id, field, spans, ledger")

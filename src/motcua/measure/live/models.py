"""What is stored: values entered for leaves without a source, and standings with their recipe."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.measure.firmness.models import WorkedOut
from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Level, Post


class Kind(models.TextChoices):
    """The length of a period."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class Entered(Recorded):
    """The numerator and denominator of one leaf, entered by somebody for a period; the newest entry counts."""

    LEDGER_NAME = "index_entry"
    LEDGER_FIELDS = (
        "framework",
        "leaf",
        "agency_id",
        "kind",
        "first",
        "last",
        "numerator",
        "denominator",
        "entered_at",
        "note",
    )

    id = models.UUIDField(primary_key=True, default=new_id)
    framework = models.CharField(max_length=60)
    leaf = models.CharField(_("criterion"), max_length=60)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", help_text="empty: the province")
    kind = models.CharField(_("period"), max_length=10, choices=Kind)
    first = models.DateField()
    last = models.DateField()
    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"))
    note = models.CharField(_("where the figures come from"), max_length=300, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("entered value")
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator__gte=0) & Q(denominator__gte=F("numerator")), name="part_within_whole"
            )
        ]
        indexes = [models.Index(fields=["framework", "last"], name="entered_by_period")]

    def __str__(self) -> str:
        return f"{self.leaf} {self.numerator}/{self.denominator}"


class Standing(models.Model):
    """A result of one unit for one period, the last one of a day; made again at any time from its recipe."""

    framework = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the framework's file")
    position = models.BigIntegerField(help_text="of the ledger")
    kind = models.CharField(max_length=10, choices=Kind)
    first = models.DateField()
    last = models.DateField(help_text="up to which day it was counted")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", help_text="empty: the province")
    total = models.FloatField(null=True)
    applicable = models.FloatField(null=True, help_text="the most of what is scored")
    rating = models.CharField(max_length=30, blank=True)
    rank = models.PositiveIntegerField(null=True)
    of = models.PositiveIntegerField(null=True)
    content = models.JSONField()
    computed_on = models.DateField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "kind", "first", "agency", "computed_on"],
                nulls_distinct=False,
                name="one_standing_a_day",
            )
        ]
        indexes = [models.Index(fields=["agency", "kind", "first"], name="standing_of_unit")]

    def __str__(self) -> str:
        return f"{self.framework} {self.first} {self.total}"


class Firmness(WorkedOut):
    """What moves the ranks of a level in a period, as the worker computed it; one row for each page that asks."""

    kind = models.CharField(max_length=10, choices=Kind)
    first = models.DateField()
    until = models.DateField(null=True, help_text="counted up to this past day; empty: as far as it goes")
    level = models.CharField(max_length=20, choices=Level)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first", "until", "level"], nulls_distinct=False, name="one_firmness_a_page"
            )
        ]

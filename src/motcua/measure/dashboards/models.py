"""Figures that are dear to count, kept for a while; lists that are taken out as files."""

from django.db import models

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Post


class Kept(models.Model):
    """The answer to one dear question for the whole province, by agency; derived, and thrown away at will.

    `figures` holds a list for each row of the answer: the key of the agency, further values of the cut, the counts.
    """

    name = models.CharField(max_length=20)
    side = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField()
    position = models.BigIntegerField()
    made_at = models.DateTimeField()
    figures = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "side", "first"], name="one_kept_answer")]


class Export(Recorded):
    """A list taken out as a file: who asked for what, recorded; how far it is, beside that."""

    LEDGER_NAME = "export"
    LEDGER_FIELDS = ("post_id", "address", "kind", "position", "asked_at")

    class Kind(models.TextChoices):
        """The formats."""

        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"
        PARQUET = "parquet", "Parquet"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    address = models.CharField(max_length=4000)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=2, default="vi")
    position = models.BigIntegerField()
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=30, blank=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["post", "-asked_at"], name="export_of_post")]

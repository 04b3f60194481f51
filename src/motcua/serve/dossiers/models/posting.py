"""What goes out by public post: lists of results handed to the carrier, and where each item is."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Desk, Post
from motcua.serve.dossiers.models.dossier import Dossier


class PostalList(Recorded):
    """A list of results that a desk hands to the carrier of the public post (BCCI), signed by both."""

    LEDGER_NAME = "postal_list"
    LEDGER_FIELDS = (
        "number",
        "agency_id",
        "desk_id",
        "carrier",
        "made_at",
        "made_by_id",
        "handed_at",
        "cancelled_at",
    )
    DIGEST_FIELDS = ("carried_by",)

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(_("number"), max_length=40)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    carrier = models.CharField(_("carrier"), max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    handed_at = models.DateTimeField(null=True)
    carried_by = models.CharField(_("who took it over"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("list for the post")
        indexes = [models.Index(fields=["agency", "made_at"], name="postal_list_agency")]

    def __str__(self) -> str:
        return self.number


class PostalItem(Recorded):
    """A result on a list: listed, posted, arrived, or come back."""

    LEDGER_NAME = "postal_item"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "postal_list_id", "order", "status", "posted_at", "arrived_at", "came_back_at")
    DIGEST_FIELDS = ("tracking_number", "address", "reason")

    class Status(models.TextChoices):
        """Where it is."""

        LISTED = "listed", _("on the list, not handed over yet")
        POSTED = "posted", _("with the post")
        ARRIVED = "arrived", _("delivered")
        BACK = "back", _("came back")
        REMOVED = "removed", _("taken off the list")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="postal_items")
    postal_list = models.ForeignKey(PostalList, models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField()
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.LISTED)
    posted_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    came_back_at = models.DateTimeField(null=True)
    reason = models.CharField(_("why it came back"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("postal item")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(status__in=["listed", "posted"]), name="one_item_under_way"
            )
        ]


def at_the_desk_again() -> QuerySet[PostalItem]:
    """Return the items that came back and have not left again, nor been given at the counter, since."""
    later = PostalItem.objects.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("pk")).exclude(posted_at=None)
    return PostalItem.objects.filter(~Exists(later), status=PostalItem.Status.BACK)

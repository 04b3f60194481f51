"""The dossier itself."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Desk
from motcua.serve.catalogue.models import ProcedureVersion, Process, ServiceLevel


class State(models.IntegerChoices):
    """The national portal's codes of a dossier's state."""

    NEW = 1, _("newly filed")
    RECEIVED = 2, _("received")
    REFUSED = 3, _("not accepted")
    PROCESSING = 4, _("being handled")
    SUPPLEMENT = 5, _("waiting for a supplement")
    FEE = 6, _("waiting for a payment duty")
    WITHDRAWN = 7, _("withdrawn by the applicant")
    STOPPED = 8, _("handling stopped")
    FINISHED = 9, _("result ready")
    RETURNED = 10, _("result returned")


class Channel(models.IntegerChoices):
    """How it was filed (the national portal's codes)."""

    COUNTER = 1, _("at the counter")
    ONLINE = 2, _("online")
    POST = 3, _("by public post")


class ReturnMethod(models.TextChoices):
    """How the applicant wants the result."""

    COUNTER = "counter", _("at the counter")
    POST = "post", _("by public post")
    ONLINE = "online", _("online")


class PaidHow(models.TextChoices):
    """How the fee was paid, for the payment measures of Decision 766."""

    NONE = "", _("no fee")
    CASH = "cash", _("cash")
    TRANSFER = "transfer", _("bank transfer")
    ONLINE = "online", _("online")
    EXEMPT = "exempt", _("exempt")


class Dossier(Recorded):
    """One request of one applicant for one procedure. Instants are UTC; `…_on` are local dates."""

    LEDGER_NAME = "dossier"
    LEDGER_FIELDS = (
        "code",
        "version_id",
        "process_id",
        "case",
        "agency_helped_id",
        "agency_received_id",
        "agency_competent_id",
        "desk_id",
        "state",
        "channel",
        "received_at",
        "received_on",
        "due_at",
        "due_on",
        "first_due_at",
        "paused_since",
        "finished_at",
        "finished_on",
        "returned_at",
        "supplements_asked",
        "extended_at",
        "apologised_at",
        "voided_at",
        "ended_at",
        "service_level",
        "e_result",
        "sets",
        "pages",
        "copies",
        "return_method",
        "identity_authenticated",
        "synchronised_at",
        "fee_due",
        "fee_paid",
        "paid_how",
    )
    DIGEST_FIELDS = ("summary", "return_place", "note", "owner_name", "owner_address")

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=50, unique=True)
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="dossiers")
    process = models.ForeignKey(Process, models.PROTECT, null=True, related_name="dossiers")
    case = models.SlugField(_("case"), max_length=40, blank=True, default="", db_index=False)
    agency_helped = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    agency_received = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    agency_competent = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)

    state = models.PositiveSmallIntegerField(_("state"), choices=State)
    channel = models.PositiveSmallIntegerField(_("channel"), choices=Channel, default=Channel.COUNTER)
    received_at = models.DateTimeField(_("received"))
    received_on = models.DateField()
    due_at = models.DateTimeField(_("promised time in force"), null=True)
    due_on = models.DateField(null=True)
    first_due_at = models.DateTimeField(null=True, help_text="the promise on the slip; never changed")
    paused_since = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    finished_on = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="refused, withdrawn, stopped or voided")
    supplements_asked = models.PositiveSmallIntegerField(default=0)
    extended_at = models.DateTimeField(null=True)
    apologised_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    service_level = models.PositiveSmallIntegerField(choices=ServiceLevel, default=ServiceLevel.PARTIAL)
    e_result = models.BooleanField(default=False)
    sets = models.PositiveSmallIntegerField(_("sets of papers"), default=1)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    copies = models.PositiveIntegerField(_("copies"), default=0)
    return_method = models.CharField(max_length=10, choices=ReturnMethod, default=ReturnMethod.COUNTER)
    identity_authenticated = models.BooleanField(default=False)
    synchronised_at = models.DateTimeField(null=True)
    fee_due = models.PositiveBigIntegerField(default=0)
    fee_paid = models.PositiveBigIntegerField(default=0)
    paid_how = models.CharField(max_length=10, choices=PaidHow, default=PaidHow.NONE, blank=True)

    summary = models.CharField(_("what is asked"), max_length=500, blank=True)
    return_place = models.CharField(_("where to return"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    owner_name = models.CharField(max_length=500)
    owner_address = models.CharField(max_length=500, blank=True)
    tracking_secret = models.CharField(max_length=24)
    search = SearchVectorField(null=True)

    class Meta:
        verbose_name = _("dossier")
        constraints = [
            models.CheckConstraint(condition=Q(state__gte=1, state__lte=10), name="dossier_state_is_national"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("received_at")),
                name="dossier_due_after_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[9, 10]) | Q(finished_at__isnull=False),
                name="dossier_finished_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["agency_received", "received_on"], name="dossier_received"),
            models.Index(fields=["agency_competent", "due_on"], name="dossier_open_due", condition=Q(finished_at=None)),
            models.Index(fields=["agency_received", "state"], name="dossier_at_desk"),
            # With the one above: what an agency reads, also within what a name finds (`searching`).
            models.Index(fields=["agency_competent"], name="dossier_competent"),
            models.Index(fields=["agency_helped"], name="dossier_helped"),
            # The newest of the record, among which a common name is looked for first.
            models.Index(fields=["received_at"], name="dossier_received_at"),
            GinIndex(fields=["search"], name="dossier_search"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def fee_open(self) -> int:
        """Return what is still to be paid (đồng)."""
        return max(self.fee_due - self.fee_paid, 0)

    def ledger_label(self) -> str:
        """Return the dossier's code."""
        return self.code

"""What is stored of reviews: the version examined, cost lines before and after, proposals, the wage by date."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Dated, Named, dated_check
from motcua.serve.catalogue.models import Component, ProcedureVersion, ServiceLevel, TimeUnit


class Review(Recorded):
    """The examination of one version by one agency (NĐ 63/2010/NĐ-CP, ch. V; TT 02/2017/TT-VPCP)."""

    LEDGER_NAME = "review"
    LEDGER_FIELDS = (
        "version_id",
        "agency_id",
        "state",
        "times_a_year",
        "wage_an_hour",
        "decision",
        "decided_on",
        "limit_amount",
        "limit_unit",
        "service_level",
        "restructures",
        "draft_id",
    )
    DIGEST_FIELDS = ("findings", "reason")

    class State(models.TextChoices):
        """Where a review stands."""

        OPEN = "open", _("being examined")
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="reviews")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    times_a_year = models.PositiveIntegerField(_("dossiers a year"), default=0)
    wage_an_hour = models.PositiveIntegerField(_("wage of an hour (đồng)"), default=0)
    limit_amount = models.PositiveIntegerField(_("proposed time limit"), null=True, blank=True)
    limit_unit = models.CharField(_("unit"), max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_DAY)
    service_level = models.PositiveSmallIntegerField(
        _("proposed online level"), choices=ServiceLevel, null=True, blank=True
    )
    restructures = models.BooleanField(_("restructured for online filing"), default=False)
    findings = models.TextField(_("findings"), blank=True)
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    reason = models.TextField(_("why it was rejected"), blank=True)
    draft = models.OneToOneField(ProcedureVersion, models.PROTECT, null=True, blank=True, related_name="made_by_review")

    class Meta:
        verbose_name = _("review")


class CostLine(Named):
    """One step of those who ask: hours, other money, fee; once as it is and once as proposed. Belongs to a review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField()
    hours_before = models.DecimalField(_("hours now"), max_digits=7, decimal_places=2, default=0)
    hours_after = models.DecimalField(_("hours proposed"), max_digits=7, decimal_places=2, default=0)
    money_before = models.PositiveBigIntegerField(_("other money now (đồng)"), default=0)
    money_after = models.PositiveBigIntegerField(_("other money proposed (đồng)"), default=0)
    fee_before = models.PositiveBigIntegerField(_("fees now (đồng)"), default=0)
    fee_after = models.PositiveBigIntegerField(_("fees proposed (đồng)"), default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["review", "order"], name="cost_line_order_once")]


class DroppedPaper(models.Model):
    """A paper of the version that the review proposes to drop, and why."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="dropped")
    component = models.ForeignKey(Component, models.PROTECT, related_name="+")
    reason = models.CharField(_("why it can be dropped"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "component"], name="paper_dropped_once")]


class WageRate(Dated):
    """What an hour of those who ask is worth, from a date, with its source."""

    amount_an_hour = models.PositiveIntegerField(_("wage of an hour (đồng)"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="wage_once_a_date"),
            dated_check("wage_rate"),
        ]

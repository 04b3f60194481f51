"""What is stored of decisions that change the tree of agencies, and of what agencies were called and stood under."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Dated, Named, Post, dated_check


class Decision(Recorded):
    """A decision that changes agencies from a day on. A draft changes nothing and can be discarded.

    Committed, the tree knows it, dated; carried out, on its day or after, what was open has moved to the successors.
    """

    LEDGER_NAME = "organisation_decision"
    LEDGER_FIELDS = (
        "number",
        "signed_on",
        "issuer",
        "legal_basis",
        "effective_on",
        "series",
        "status",
        "committed_at",
        "carried_out_at",
    )

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        COMMITTED = "committed", _("committed, waits for its day")
        CARRIED_OUT = "carried_out", _("carried out")
        DISCARDED = "discarded", _("discarded")

    class Series(models.TextChoices):
        """What becomes of the numbered series of agencies that end."""

        ANEW = "anew", _("start anew at the successor")
        CARRY_ON = "carry_on", _("carry on where the old ones stood")

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(_("number of the decision"), max_length=100)
    signed_on = models.DateField(_("signed on"))
    issuer = models.CharField(_("issued by"), max_length=300, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=1000)
    effective_on = models.DateField(_("in force from"))
    series = models.CharField(_("numbered series"), max_length=10, choices=Series, default=Series.ANEW)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    committed_at = models.DateTimeField(null=True)
    committed_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("decision")
        indexes = [models.Index(fields=["effective_on"], name="decision_by_day")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_draft(self) -> bool:
        """Tell whether it may still be changed or discarded."""
        return self.status == self.Status.DRAFT

    def ledger_label(self) -> str:
        """Return the decision's number."""
        return self.number


class LineKind(models.TextChoices):
    """What a line of a decision does."""

    CREATED = "created", _("create")
    RENAMED = "renamed", _("rename")
    MOVED = "moved", _("place below another")
    MERGED = "merged", _("merge")
    SPLIT = "split", _("split")
    DISSOLVED = "dissolved", _("dissolve")


class DecisionLine(Recorded):
    """One change: agencies it concerns and what comes of them. The first result takes over what is open.

    `results` hold one entry each: {"agency": id} for one that exists, else its code, name_vi, name_en, level, parent
    (id) and unit_code; once committed, the id of what was made is added as "agency".
    """

    LEDGER_NAME = "decision_line"
    LEDGER_CHAIN = "decision_id"
    LEDGER_FIELDS = ("decision_id", "order", "kind", "sources", "results", "continues", "removed")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    sources = models.JSONField(default=list, help_text="keys of agencies")
    results = models.JSONField(default=list)
    continues = models.BooleanField(_("the old agency goes on"), default=False)
    removed = models.BooleanField(default=False, help_text="taken out of the draft")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["decision", "order"], name="one_decision_line_an_order")]


class AgencyStanding(Recorded, Named, Dated):
    """What an agency was called and below whom it stood, from a date to a date.

    Only agencies that a decision renamed or moved have rows; the others always were what their own row says.
    """

    LEDGER_NAME = "agency_standing"
    LEDGER_FIELDS = ("agency_id", "name_vi", "name_en", "parent_id", "decision_id", "valid_from", "valid_to")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="standings")
    parent = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="one_standing_a_date"),
            dated_check("agency_standing"),
        ]

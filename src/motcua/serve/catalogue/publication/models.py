"""What is stored of publication: decisions with items and checks, deadlines and checklist by date, offerings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Dated, Named, Post, dated_check
from motcua.serve.catalogue.models import Procedure, ProcedureVersion, TimeUnit


class PublicationDecision(Recorded):
    """A decision that makes procedures known (NĐ 63/2010/NĐ-CP, art. 13–15, as amended)."""

    LEDGER_NAME = "publication_decision"
    LEDGER_FIELDS = (
        "title",
        "agency_id",
        "state",
        "round",
        "check_asked_by_id",
        "check_due_at",
        "number",
        "signed_on",
        "published_on",
    )
    DIGEST_FIELDS = ("signer", "return_reason")

    class State(models.TextChoices):
        """Where a decision stands."""

        DRAFT = "draft", _("draft")
        CHECKING = "checking", _("in quality check")
        CHECKED = "checked", _("checked, waits for signature")
        SIGNED = "signed", _("signed, waits for publication")
        PUBLISHED = "published", _("published")

    id = models.UUIDField(primary_key=True, default=new_id)
    title = models.CharField(_("what it is about"), max_length=500)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="publication_decisions")
    prepared_by = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", help_text="the agency that sends the draft"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    round = models.PositiveSmallIntegerField(_("round of the check"), default=0)
    opened_at = models.DateTimeField()
    check_asked_at = models.DateTimeField(null=True, blank=True)
    check_asked_by = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    check_due_at = models.DateTimeField(_("check is due"), null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    number = models.CharField(_("number and symbol"), max_length=100, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signer = models.CharField(_("signed by"), max_length=200, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    return_reason = models.TextField(_("why it was returned"), blank=True)

    class Meta:
        verbose_name = _("publication decision")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number", "signed_on"],
                condition=~Q(number=""),
                name="publication_number_once_an_agency",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True)
                | Q(signed_on__isnull=False, published_on__gte=models.F("signed_on")),
                name="published_after_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title


class PublicationItem(Recorded):
    """One procedure of a decision: the draft that comes into force, or the version that is abolished."""

    LEDGER_NAME = "publication_item"
    LEDGER_FIELDS = ("decision_id", "kind", "version_id", "law_effective_on", "ends_on", "removed")
    LEDGER_CHAIN = "decision_id"

    class Kind(models.TextChoices):
        """What the decision does to the procedure."""

        NEW = "new", _("new")
        AMENDED = "amended", _("amended")
        ABOLISHED = "abolished", _("abolished")

    decision = models.ForeignKey(PublicationDecision, models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="publication_items")
    law_effective_on = models.DateField(_("its latest legal basis takes effect on"))
    ends_on = models.DateField(_("abolished from"), null=True, blank=True)
    removed = models.BooleanField(default=False, help_text="taken off while a draft; the row stays for the record")

    class Meta:
        ordering = ["version__procedure__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "version"], condition=Q(removed=False), name="version_once_a_decision"
            ),
            models.CheckConstraint(
                condition=Q(kind="abolished", ends_on__isnull=False) | (~Q(kind="abolished") & Q(ends_on__isnull=True)),
                name="abolished_has_its_date",
            ),
        ]


class ChecklistItem(Named, Dated):
    """One question of the quality check, with its source; from a date to a date."""

    key = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ["order", "key"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="checklist_key_once_a_date"),
            dated_check("checklist_item"),
        ]


class CheckAnswer(Recorded):
    """What the checker found on one question in one round; the remark may name people, so only its digest is kept."""

    LEDGER_NAME = "publication_check"
    LEDGER_FIELDS = ("decision_id", "round", "item_id", "verdict", "post_id", "answered_at")
    DIGEST_FIELDS = ("remark",)
    LEDGER_CHAIN = "decision_id"

    class Verdict(models.TextChoices):
        """The answer."""

        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")
        NOT_ASKED = "not_asked", _("does not apply")

    decision = models.ForeignKey(PublicationDecision, models.CASCADE, related_name="answers")
    round = models.PositiveSmallIntegerField()
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    remark = models.TextField(blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "item__order", "item__key"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "round", "item"], name="one_answer_a_round"),
        ]


class PublicationDeadline(Dated):
    """How long something of publication may take, with its source; what the law leaves open stays data."""

    class Key(models.TextChoices):
        """What is limited."""

        CHECK = "check", _("quality check, from the day it is asked for")
        PUBLISH = "publish", _("decision signed before its legal basis takes effect")
        UPDATE = "update", _("made public after the decision was signed")

    key = models.CharField(max_length=10, choices=Key)
    amount = models.PositiveSmallIntegerField(_("time limit"))
    unit = models.CharField(_("unit"), max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_DAY)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="deadline_once_a_date"),
            dated_check("publication_deadline"),
        ]


class Offering(Recorded, Dated):
    """How a procedure is offered from a date: it may change while the procedure itself stays as it is."""

    LEDGER_NAME = "offering"
    LEDGER_FIELDS = (
        "procedure_id",
        "wholly_at_centre",
        "on_portal",
        "restructured",
        "decision",
        "valid_from",
        "valid_to",
    )

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="offerings")
    wholly_at_centre = models.BooleanField(_("done wholly at the Centre"), default=False)
    on_portal = models.BooleanField(_("on the national portal"), default=False)
    restructured = models.BooleanField(_("restructured for online filing"), default=False)
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "valid_from"], name="one_offering_a_date"),
            dated_check("offering"),
        ]

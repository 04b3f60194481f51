"""What several agencies share in one dossier: who takes part, whose opinion is asked, what went wrong."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.record.organisation.models import Agency, Post, Unit
from motcua.serve.dossiers.models.dossier import Dossier
from motcua.serve.dossiers.models.hands import Task
from motcua.serve.dossiers.models.papers import Attachment


class Participant(Recorded):
    """An agency beside the three of the dossier that holds or held a part of it; it may read the dossier."""

    LEDGER_NAME = "participant"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "agency_id", "since")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="participants")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "agency"], name="one_part_an_agency")]


class GroupMember(Recorded):
    """A dossier that shares one receipt with others: linked procedures of one filing, or a bundle of many.

    `group_id` is the key of the first dossier of the group.
    """

    LEDGER_NAME = "group_member"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "group_id", "joined_at")

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="membership")
    group_id = models.UUIDField(db_index=True)
    joined_at = models.DateTimeField()


class Consultation(Recorded):
    """An opinion asked of another unit while a task is open: the task waits for the answer, the clock runs on."""

    LEDGER_NAME = "consultation"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "task_id",
        "agency_id",
        "unit_id",
        "asked_at",
        "asked_by_id",
        "due_at",
        "answered_at",
        "answered_by_id",
        "cancelled_at",
    )
    DIGEST_FIELDS = ("question", "answer")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="consultations")
    task = models.ForeignKey(Task, models.PROTECT, related_name="consultations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("consultation")
        indexes = [
            models.Index(
                fields=["unit", "due_at"],
                name="consultation_open",
                condition=Q(answered_at=None, cancelled_at=None),
            )
        ]


class Mishap(Recorded):
    """What the administration did wrong to a dossier: an official's error, or a paper lost or damaged.

    The agency repairs it and bears the cost (NĐ 61/2018 art. 21); `repaired_at` ends it. Where the applicant was
    harmed, a claim is written down, decided by the agency's leader and paid (Law 10/2017/QH14 on state liability).
    """

    LEDGER_NAME = "mishap"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "kind",
        "found_at",
        "agency_id",
        "cost",
        "repaired_at",
        "claimed",
        "claimed_at",
        "compensation",
        "decision",
        "decided_at",
        "paid_at",
    )
    DIGEST_FIELDS = ("what", "repair", "damage")

    class Kind(models.TextChoices):
        """Which of the three."""

        ERROR = "error", _("an official's error")
        LOST = "lost", _("a paper was lost")
        DAMAGED = "damaged", _("a paper was damaged")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="mishaps")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False, help_text="who repairs it")
    what = models.TextField(_("what happened"))
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    repair = models.TextField(_("how it was repaired"), blank=True)
    cost = models.PositiveBigIntegerField(_("cost borne by the agency"), default=0, help_text="đồng")
    repaired_at = models.DateTimeField(null=True)
    damage = models.TextField(_("harm to the applicant"), blank=True)
    claimed = models.PositiveBigIntegerField(_("compensation asked for"), default=0, help_text="đồng")
    claimed_at = models.DateTimeField(null=True)
    compensation = models.PositiveBigIntegerField(_("compensation granted"), default=0, help_text="đồng")
    decision = models.CharField(_("number of the decision"), max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)


class Draft(Recorded):
    """A paper that waits for approval before it goes out: written, approved by each hand, then issued."""

    LEDGER_NAME = "draft"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = (
        "dossier_id",
        "kind",
        "hands",
        "passed",
        "status",
        "written_at",
        "written_by_id",
        "decided_at",
        "attachment_id",
        "number",
    )
    DIGEST_FIELDS = ("content", "remark")

    class Kind(models.TextChoices):
        """Which paper."""

        SUPPLEMENT = "supplement", _("request for a supplement")
        APOLOGY = "apology", _("apology")
        STOP = "stop", _("notice that handling stops")
        REFUSAL = "refusal", _("refusal")
        RESULT = "result", _("result")

    class Status(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waits for approval")
        ISSUED = "issued", _("issued")
        REJECTED = "rejected", _("given back")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=12, choices=Kind)
    content = models.JSONField(default=dict, help_text="the arguments of the action that issues it")
    hands = models.JSONField(default=list, help_text="roles that still have to approve, in order")
    passed = models.JSONField(default=list, help_text='[{"role": …, "post": …, "at": …}]')
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(_("remark"), blank=True)
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", db_index=False, help_text="the file of a result"
    )
    number = models.CharField(_("number"), max_length=40, blank=True, help_text="of a result, taken when it is issued")

    class Meta:
        verbose_name = _("draft")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind"], condition=Q(status="waiting"), name="one_waiting_draft_a_kind"
            )
        ]
        indexes = [models.Index(fields=["agency", "written_at"], name="draft_waiting", condition=Q(status="waiting"))]

"""What is stored of rounds: frameworks as text, units, appraisers, and every value with who gave it at which step."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.measure.firmness.models import WorkedOut
from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Post


class Stage(models.TextChoices):
    """The stages of a round in their order."""

    PREPARATION = "preparation", _("preparation")
    SELF = "self", _("self-assessment")
    APPRAISAL = "appraisal", _("appraisal")
    EXPLANATION = "explanation", _("explanation")
    REAPPRAISAL = "reappraisal", _("re-appraisal")
    COUNCIL = "council", _("council")
    PUBLISHED = "published", _("published")


class Step(models.TextChoices):
    """Who a value comes from, in the order in which a later one stands over an earlier one."""

    SOURCE = "source", _("from the record, a table or a lead agency")
    SELF = "self", _("self-assessed")
    APPRAISAL = "appraisal", _("appraised")
    EXPLANATION = "explanation", _("explained")
    REAPPRAISAL = "reappraisal", _("appraised again")
    COUNCIL = "council", _("decided by the council")


class Round(Recorded):
    """One assessment over a period. `calendar` holds, stage by stage, the first and the last day.

    Once it is published, `content` is what was published and nothing of it changes; the ledger keeps its digest.
    """

    LEDGER_NAME = "assessment-round"
    LEDGER_FIELDS = ("name", "first", "last", "stage", "calendar", "late", "previous_id", "published_at", "sha256")

    class Late(models.TextChoices):
        """What happens to what is entered after a stage's last day, while the stage is still open."""

        REFUSED = "refused", _("refused")
        MARKED = "marked", _("taken and marked as late")

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(_("name"), max_length=200)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.PREPARATION)
    calendar = models.JSONField(default=dict, help_text="stage → [first day, last day], ISO dates")
    late = models.CharField(_("late entries"), max_length=10, choices=Late, default=Late.REFUSED)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    content = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("round")

    def __str__(self) -> str:
        return self.name


class StageChange(Recorded):
    """One move from stage to stage: signed off forward, or reopened with a reason."""

    LEDGER_NAME = "assessment-stage"
    LEDGER_FIELDS = ("round_id", "before", "after", "reason", "at", "by_id")
    LEDGER_CHAIN = "round_id"

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=20, choices=Stage)
    after = models.CharField(max_length=20, choices=Stage)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")


class Group(Recorded):
    """Units that are assessed and ranked together, with their framework as it was when it was chosen.

    `sources` says, leaf by leaf, where inputs come from other than the unit: `{"kind": "measure", "inputs": {input:
    measure}}`, `{"kind": "table"}` or `{"kind": "lead", "agency": key}`.
    """

    LEDGER_NAME = "assessment-group"
    LEDGER_FIELDS = ("round_id", "name", "framework", "version", "sha256", "sources", "taken_out_at")
    LEDGER_CHAIN = "round_id"

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="groups")
    name = models.CharField(_("name"), max_length=200)
    framework = models.CharField(_("framework"), max_length=80)
    version = models.CharField(max_length=40)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    sources = models.JSONField(default=dict)
    taken_out_at = models.DateTimeField(null=True, help_text="taken out of the round while it was prepared")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "name"], condition=models.Q(taken_out_at=None), name="assessment_group_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Member(Recorded):
    """An agency that is assessed in a round; its key is the chain of all that is entered for it."""

    LEDGER_NAME = "assessment-member"
    LEDGER_FIELDS = ("round_id", "group_id", "agency_id", "submitted_at", "submitted_by_id", "taken_out_at")

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="members")
    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    taken_out_at = models.DateTimeField(null=True, help_text="taken out of the round while it was prepared")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "agency"], condition=models.Q(taken_out_at=None), name="assessed_once_a_round"
            )
        ]


class Assignment(Recorded):
    """A post that takes part in a round: appraises some leaves of a group (all if `leaves` is empty), or decides."""

    LEDGER_NAME = "assessment-assignment"
    LEDGER_FIELDS = ("round_id", "group_id", "post_id", "part", "leaves", "ended_at")
    LEDGER_CHAIN = "round_id"

    class Part(models.TextChoices):
        """What the post does."""

        APPRAISER = "appraiser", _("appraiser")
        COUNCIL = "council", _("council member")

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="assignments")
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="assignments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    leaves = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)


class Entry(Recorded):
    """What one step says of one leaf of one unit: values of inputs as they were typed, a note, evidence, a recipe.

    `values` of a later step stand over those of an earlier one; the points are always computed from them. `recipe`
    tells where values of step `source` come from. `disputed` holds codes of dossiers. An appraiser who leaves a value
    as it stands recognises it; `checked` holds the places of the ticked lines of the leaf's checklist, from 0.
    """

    LEDGER_NAME = "assessment-entry"
    LEDGER_FIELDS = (
        "member_id",
        "leaf",
        "step",
        "values",
        "recipe",
        "evidence",
        "disputed",
        "recognised",
        "checked",
        "late",
        "at",
        "by_id",
    )
    DIGEST_FIELDS = ("note",)
    LEDGER_CHAIN = "member_id"

    id = models.UUIDField(primary_key=True, default=new_id)
    member = models.ForeignKey(Member, models.PROTECT, related_name="entries")
    leaf = models.CharField(max_length=80)
    step = models.CharField(max_length=20, choices=Step)
    values = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)
    recipe = models.JSONField(default=dict)
    evidence = models.JSONField(default=list, help_text="keys of evidence")
    disputed = models.JSONField(default=list, help_text="codes of dossiers")
    recognised = models.BooleanField(default=False)
    checked = models.JSONField(default=list, help_text="ticked lines of the checklist, from 0")
    late = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "leaf", "step"], name="one_entry_a_step")]


class Evidence(Recorded):
    """A file that an agency keeps to prove what it says: used for any leaf, in any round."""

    LEDGER_NAME = "assessment-evidence"
    LEDGER_FIELDS = ("agency_id", "sha256", "size", "content_type", "at", "by_id")
    DIGEST_FIELDS = ("original_name", "note")

    id = models.UUIDField(primary_key=True, default=new_id)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    stored_name = models.CharField(max_length=60)
    original_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")


class Comment(Recorded):
    """A remark on a leaf of a unit, seen by the unit and its appraisers."""

    LEDGER_NAME = "assessment-comment"
    LEDGER_FIELDS = ("member_id", "leaf", "at", "by_id")
    DIGEST_FIELDS = ("text",)
    LEDGER_CHAIN = "member_id"

    id = models.UUIDField(primary_key=True, default=new_id)
    member = models.ForeignKey(Member, models.PROTECT, related_name="comments")
    leaf = models.CharField(max_length=80)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")


class Reminder(Recorded):
    """One reminder of a day: to a unit or to a post, of what is left to do before the stage ends. Shown, not sent."""

    LEDGER_NAME = "assessment-reminder"
    LEDGER_FIELDS = ("round_id", "stage", "agency_id", "post_id", "left", "until", "on", "at")
    LEDGER_CHAIN = "round_id"

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="reminders")
    stage = models.CharField(max_length=20, choices=Stage)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    left = models.PositiveIntegerField(help_text="leaves left to do")
    until = models.DateField(help_text="last day of the stage")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "stage", "agency", "post", "on"],
                nulls_distinct=False,
                name="assessment_reminded_once_a_day",
            )
        ]


class Standing(models.Model):
    """One figure of the province's own standing: an index, a year, score, rank among so many, rank in the region."""

    index = models.CharField(_("index"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    province = models.CharField(_("province"), max_length=100)
    domain = models.CharField(_("domain"), max_length=100, blank=True, help_text="empty: the whole")
    score = models.FloatField(_("score"), null=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    of = models.PositiveSmallIntegerField(null=True)
    region_rank = models.PositiveSmallIntegerField(null=True)
    region = models.CharField(max_length=100, blank=True)
    rating = models.CharField(_("class"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["index", "year", "province", "domain"], name="one_standing_a_year")
        ]


class Firmness(WorkedOut):
    """What moves the ranks of a group, as the worker computed it."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="firmness")

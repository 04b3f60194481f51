"""What is stored of procedures. A version that a dossier uses is never changed; a new one takes its place."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded, new_id
from motcua.record.organisation.models import Agency, Dated, Level, Named, Post, Role, UnitKind, dated_check


class Field(Named):
    """A subject area (lĩnh vực)."""

    code = models.CharField(_("code"), max_length=30, unique=True)

    class Meta:
        verbose_name = _("field")


class Procedure(Recorded):
    """One administrative procedure by its national code (`1.001193`)."""

    LEDGER_NAME = "procedure"
    LEDGER_FIELDS = ("code", "field_id")

    code = models.CharField(_("code"), max_length=40, unique=True)
    field = models.ForeignKey(Field, models.PROTECT, related_name="procedures")

    class Meta:
        verbose_name = _("procedure")

    def __str__(self) -> str:
        return self.code


class TimeUnit(models.TextChoices):
    """Units of a time limit; see `rules.working_time`."""

    WORKING_HOUR = "wh", _("working hours")
    WORKING_DAY = "wd", _("working days")
    DAY = "d", _("days")
    MONTH = "m", _("months")


class ServiceLevel(models.IntegerChoices):
    """How far a procedure goes online (NĐ 42/2022, art. 11; the national catalogue's codes)."""

    INFORMATION = 2, _("information only")
    PARTIAL = 3, _("partly online")
    FULL = 4, _("fully online")


class Channel(models.IntegerChoices):
    """How a dossier comes in (the national portal's codes)."""

    COUNTER = 1, _("at the counter")
    ONLINE = 2, _("online")
    POST = 3, _("by public post")


def searched_words() -> Func:
    """Return the expression whose index finds a version by the beginnings of its words; core PostgreSQL."""
    words = Func(F("folded_text"), Value(" "), function="string_to_array")
    return Func(words, function="array_to_tsvector")


class ProcedureVersion(Recorded, Named, Dated):
    """What a procedure asked and promised from a date to a date."""

    LEDGER_NAME = "procedure_version"
    LEDGER_FIELDS = (
        "procedure_id",
        "number",
        "status",
        "name_vi",
        "outline",
        "announced_in",
        "limit_amount",
        "limit_unit",
        "cut_off",
        "at_once",
        "supplement_limit",
        "supplement_days",
        "supplement_recomputes",
        "valid_from",
        "valid_to",
        "discarded_at",
        "discarded_by_id",
    )
    DIGEST_FIELDS = ("discard_reason",)

    class Status(models.TextChoices):
        """A draft is prepared or given up; a published one is in force from its date and never changes but for its end.

        A discarded one serves nobody; it stays readable, with who gave it up, when and why.
        """

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PUBLISHED)
    folded_name = models.CharField(max_length=1200, db_index=True)
    folded_text = models.TextField(blank=True, default="", help_text="code, names and field, folded: what search reads")
    sample = models.BooleanField(default=False)
    outline = models.BooleanField(default=False, help_text="times, fees and papers are not in the record")
    kind = models.CharField(_("kind of procedure"), max_length=300, blank=True)
    announced_by = models.CharField(_("announced by"), max_length=300, blank=True)
    announced_in = models.CharField(_("announced in"), max_length=300, blank=True, help_text="number of the decision")
    limit_amount = models.PositiveIntegerField(_("time limit"), default=0)
    limit_unit = models.CharField(_("unit"), max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_DAY)
    limits_by_channel = models.JSONField(default=dict, blank=True, help_text='{"2": "3wd"}')
    cut_off = models.TimeField(_("received from this hour counts from the next working day"), null=True, blank=True)
    at_once = models.BooleanField(_("given at once, without a slip"), default=False)
    counts_copies = models.BooleanField(_("pages and copies are counted"), default=False)
    supplement_limit = models.PositiveSmallIntegerField(default=1, help_text="Directive 10/CT-TTg 2019")
    supplement_days = models.PositiveSmallIntegerField(default=30)
    supplement_recomputes = models.BooleanField(default=False, help_text="whole limit again after a supplement")
    service_level = models.PositiveSmallIntegerField(choices=ServiceLevel, default=ServiceLevel.PARTIAL)
    e_result = models.BooleanField(_("an electronic result is issued"), default=True)
    result_required = models.BooleanField(_("a result file is needed to finish"), default=False)
    subjects = models.JSONField(default=list, blank=True)
    subjects_note = models.TextField(blank=True)
    levels = models.JSONField(default=list, blank=True, help_text='[{"level": …, "agency": …, "address": …}]')
    agencies = models.JSONField(default=list, blank=True, help_text='[{"code": …, "name": …}]')
    requirements_vi = models.TextField(blank=True)
    requirements_en = models.TextField(blank=True)
    order_vi = models.TextField(_("order of work"), blank=True)
    order_en = models.TextField(blank=True)
    legal_bases = models.JSONField(default=list, blank=True, help_text='[{"number": …, "name": …}]')
    form = models.SlugField(_("form"), max_length=60, blank=True, default="", help_text="code of the form to fill in")
    discarded_at = models.DateTimeField(_("discarded at"), null=True, blank=True)
    discarded_by = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    discard_reason = models.TextField(_("why it was discarded"), blank=True, default="")

    class Meta:
        verbose_name = _("procedure version")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_version_a_number"),
            models.CheckConstraint(
                condition=models.Q(status="discarded", discarded_at__isnull=False)
                | (~models.Q(status="discarded") & models.Q(discarded_at__isnull=True)),
                name="discarded_has_its_time",
            ),
            dated_check("procedure_version"),
        ]
        indexes = [GinIndex(searched_words(), name="version_words")]


class CatalogueImport(models.Model):
    """A file of the national catalogue that was handed in: shown as a preview first, carried out once or never."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="emptied when it was carried out")
    digest = models.CharField(max_length=64)
    valid_from = models.DateField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-uploaded_at"]


class Competence(Dated):
    """Which agencies decide a procedure: one agency, or all of a level."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="competences")
    level = models.CharField(max_length=20, choices=Level)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")


class Case(Named):
    """A circumstance (trường hợp) with papers, an order of work or an internal process of its own."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="cases")
    order = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    order_vi = models.TextField(_("order of work"), blank=True)
    order_en = models.TextField(blank=True)
    limit_amount = models.PositiveIntegerField(_("time limit"), null=True, blank=True, help_text="empty: as the others")
    limit_unit = models.CharField(_("unit"), max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_DAY)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="case_key_once")]


class Method(models.Model):
    """A way to hand in with its own time limit; `amount` is empty where the record gives a text only."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="methods")
    order = models.PositiveSmallIntegerField()
    channel = models.PositiveSmallIntegerField(_("channel"), choices=Channel)
    amount = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_DAY)
    note_vi = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    class Meta:
        ordering = ["order"]


class Component(Named):
    """A paper or file that a version asks for, with how many of each kind; in every case or in one."""

    name_vi = models.CharField(_("name (Vietnamese)"), max_length=2000)
    name_en = models.CharField(_("name (English)"), max_length=2000, blank=True)
    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="components")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="components")
    order = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    code = models.CharField(max_length=60, blank=True, help_text="the national catalogue's code of the paper")
    url = models.CharField(max_length=1000, blank=True, help_text="where the form is given")
    originals = models.PositiveSmallIntegerField(default=0)
    certified = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(default=True)
    form_name = models.CharField(max_length=200, blank=True)
    note_vi = models.CharField(max_length=500, blank=True)
    note_en = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="component_key_once")]


class Fee(Named):
    """What is paid: `amount` in đồng, per dossier, page or copy, before receipt or with the result.

    One with a channel is paid there only; without, on every channel.
    """

    class Per(models.TextChoices):
        """What the amount is multiplied by."""

        DOSSIER = "dossier", _("dossier")
        PAGE = "page", _("page")
        COPY = "copy", _("copy")

    class When(models.TextChoices):
        """When it is collected (the national portal's 1, 2, 4)."""

        BEFORE = "before", _("at receipt")
        DURING = "during", _("with a supplement")
        AFTER = "after", _("with the result")

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="fees")
    order = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, default="fee", help_text="fee (phí) or charge (lệ phí)")
    code = models.CharField(max_length=60, blank=True, help_text="the national catalogue's code of the fee")
    channel = models.PositiveSmallIntegerField(_("channel"), choices=Channel, null=True, blank=True)
    terms_vi = models.TextField(_("when it applies"), blank=True)
    terms_en = models.TextField(blank=True)
    amount = models.PositiveBigIntegerField()
    later_from = models.PositiveSmallIntegerField(
        _("from this page on"), default=0, help_text="another amount is paid for a page; 0: never"
    )
    later_amount = models.PositiveBigIntegerField(_("is paid for a page"), default=0)
    most = models.PositiveBigIntegerField(_("at most for a copy"), null=True, blank=True)
    per = models.CharField(max_length=10, choices=Per, default=Per.DOSSIER)
    when = models.CharField(max_length=10, choices=When, default=When.BEFORE)

    class Meta:
        ordering = ["order"]


class ResultKind(Named):
    """What the applicant gets."""

    name_vi = models.CharField(_("name (Vietnamese)"), max_length=2000)
    name_en = models.CharField(_("name (English)"), max_length=2000, blank=True)
    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="results")
    order = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=60, blank=True, help_text="the national catalogue's code of the result")
    electronic = models.BooleanField(default=True)

    class Meta:
        ordering = ["order"]


class Process(Recorded, Dated):
    """The internal process of one version at one agency level, issued by a decision."""

    LEDGER_NAME = "process"
    LEDGER_FIELDS = (
        "version_id",
        "level",
        "case",
        "status",
        "decision",
        "decided_on",
        "drafts",
        "valid_from",
        "valid_to",
    )

    class Status(models.TextChoices):
        """A draft is edited or discarded; an approved one runs, unchanged; a replaced one serves running dossiers."""

        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        REPLACED = "replaced", _("replaced")
        DISCARDED = "discarded", _("discarded")

    # What dossiers may go by: a draft, open or discarded, never serves one.
    SERVING = (Status.APPROVED, Status.REPLACED)

    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="processes")
    level = models.CharField(max_length=20, choices=Level)
    case = models.SlugField(_("case"), max_length=40, blank=True, help_text="empty for every case")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.APPROVED)
    decision = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    drafts = models.JSONField(
        default=dict,
        blank=True,
        help_text='hands of a paper before it goes out: {"supplement": ["head_of_unit", "leader"]}',
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "level", "case", "valid_from"],
                condition=models.Q(status="approved"),
                name="one_process_a_level_and_date",
            )
        ]


class StepKind(models.TextChoices):
    """What a step is for. A process begins with `receive` and ends with `return`."""

    RECEIVE = "receive", _("receive")
    ASSIGN = "assign", _("assign")
    HANDLE = "handle", _("handle")
    SIGN = "sign", _("sign")
    CONSULT = "consult", _("give an opinion")
    ISSUE = "issue", _("number and seal")
    RETURN = "return", _("return")


class Where(models.TextChoices):
    """Which agency a step lies with."""

    COMPETENT = "competent", _("the competent agency")
    RECEIVING = "receiving", _("the agency that received it")
    NAMED = "named", _("a named agency")
    CHOSEN = "chosen", _("the agency that the forwarding officer chooses")


class Step(Named):
    """One step: which role in which kind of unit of which agency, and its allotted time.

    `after` and `may_return_to` list keys of steps of the same process. A step opens when all steps of its `after`
    are done; without any it follows the step before it in `order`. Steps with the same `after` run in parallel.
    `switches` are read through `catalogue.switches`, which knows what a missing one means.
    """

    process = models.ForeignKey(Process, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=StepKind)
    role = models.CharField(max_length=30, choices=Role)
    unit_kind = models.CharField(max_length=20, choices=UnitKind)
    amount = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_HOUR)
    may_return_to = models.JSONField(default=list, blank=True)
    after = models.JSONField(default=list, blank=True)
    where = models.CharField(max_length=10, choices=Where, default=Where.COMPETENT)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    optional = models.BooleanField(_("may be skipped"), default=False)
    switches = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["process", "order"], name="step_order_once"),
            models.UniqueConstraint(fields=["process", "key"], name="step_key_once"),
        ]

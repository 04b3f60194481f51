"""What is stored of job positions, units merged or cut, absences, and files on their way in."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.record.organisation.models import Agency, Dated, Person, Post, dated_check


class StaffingScheme(Recorded, Dated):
    """The job positions of an agency as approved by a decision (đề án vị trí việc làm), until a later one holds.

    Source: NĐ 62/2020/NĐ-CP (civil servants), NĐ 106/2020/NĐ-CP (public service units).
    """

    LEDGER_NAME = "staffing_scheme"
    LEDGER_FIELDS = ("agency_id", "number", "signed_on", "issuer", "valid_from", "valid_to")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="staffing_schemes")
    number = models.CharField(_("number of the decision"), max_length=100)
    signed_on = models.DateField(_("signed on"))
    issuer = models.CharField(_("approved by"), max_length=300)

    class Meta:
        verbose_name = _("scheme of job positions")
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="one_staffing_scheme_a_date"),
            dated_check("staffing_scheme"),
        ]

    def __str__(self) -> str:
        return self.number


class PositionGroup(models.TextChoices):
    """The groups of job positions (NĐ 62/2020, art. 3 and 4)."""

    LEADERSHIP = "leadership", _("leadership and management")
    PROFESSIONAL = "professional", _("specialised profession")
    SHARED = "shared", _("shared profession")
    SUPPORT = "support", _("support and service")


class JobPosition(Recorded):
    """A job position of a scheme with the head-count it is given; posts name it by its code."""

    LEDGER_NAME = "job_position"
    LEDGER_FIELDS = ("scheme_id", "code", "name_vi", "group", "head_count", "order")

    scheme = models.ForeignKey(StaffingScheme, models.PROTECT, related_name="positions")
    order = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(_("code"), max_length=30)
    name_vi = models.CharField(_("name"), max_length=300)
    group = models.CharField(_("group"), max_length=20, choices=PositionGroup)
    head_count = models.PositiveIntegerField(_("head-count given"))

    class Meta:
        verbose_name = _("job position")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="job_position_once_a_scheme")]

    def __str__(self) -> str:
        return self.name_vi


class Streamlining(Recorded):
    """Units of an agency that were merged or cut by a decision, as the yearly reports count them."""

    class Kind(models.TextChoices):
        """What was done."""

        MERGED = "merged", _("merged")
        CUT = "cut", _("cut")

    LEDGER_NAME = "streamlining"
    LEDGER_FIELDS = (
        "agency_id",
        "kind",
        "name_vi",
        "units_before",
        "units_after",
        "heads_cut",
        "number",
        "signed_on",
        "effective_on",
        "withdrawn_at",
    )

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="streamlinings")
    kind = models.CharField(_("what was done"), max_length=10, choices=Kind)
    name_vi = models.CharField(_("units concerned"), max_length=500)
    units_before = models.PositiveSmallIntegerField(_("units before"))
    units_after = models.PositiveSmallIntegerField(_("units after"))
    heads_cut = models.PositiveIntegerField(_("head-count cut"), default=0)
    number = models.CharField(_("number of the decision"), max_length=100)
    signed_on = models.DateField(_("signed on"))
    effective_on = models.DateField(_("in force from"))
    withdrawn_at = models.DateTimeField(null=True, help_text="entered by mistake")

    class Meta:
        verbose_name = _("units merged or cut")
        constraints = [
            models.CheckConstraint(condition=Q(units_after__lt=F("units_before")), name="streamlining_makes_fewer")
        ]


class Absence(Recorded, Dated):
    """A person is away from a date to a date; the stand-in may do what the absent one's posts may on those dates."""

    LEDGER_NAME = "absence"
    LEDGER_FIELDS = ("person_id", "stand_in_id", "valid_from", "valid_to", "cancelled_at")
    DIGEST_FIELDS = ("reason",)

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(Person, models.PROTECT, related_name="standing_in", null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("absence")
        constraints = [
            dated_check("absence"),
            models.CheckConstraint(condition=~Q(person=F("stand_in")), name="absence_stand_in_is_another"),
        ]

    @property
    def last_day(self) -> dt.date:
        """Return the last local date away."""
        until: dt.date = self.valid_to or dt.date.max
        return until - dt.timedelta(days=1)


class TableUpload(models.Model):
    """A file that was uploaded and previewed, and waits a day at most to be applied."""

    name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Post, models.CASCADE, related_name="+")
    plan = models.CharField(max_length=64, help_text="digest of the changes that were shown")

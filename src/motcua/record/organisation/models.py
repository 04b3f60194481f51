"""What is stored of agencies, units, people and calendars; validity is half-open: [valid_from, valid_to)."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a date to a date."""

    def on(self, day: dt.date) -> Self:
        """Return the rows in force on a local date."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Dated(models.Model):
    """A row with validity."""

    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (exclusive)"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Named(models.Model):
    """A row with a Vietnamese and an English name."""

    name_vi = models.CharField(_("name (Vietnamese)"), max_length=500)
    name_en = models.CharField(_("name (English)"), max_length=500, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name in the language of the page."""
        return (self.name_en or self.name_vi) if get_language() == "en" else self.name_vi


def dated_check(name: str) -> models.CheckConstraint:
    """Return the constraint that validity is not turned around."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=f"{name}_dates_in_order"
    )


class Level(models.TextChoices):
    """At which tier an agency stands."""

    PROVINCE = "province", _("province")
    DEPARTMENT = "department", _("department")
    CENTRE = "centre", _("service centre")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")


class AgencyKind(models.TextChoices):
    """What sort of body an agency is."""

    ADMINISTRATIVE = "administrative", _("administrative agency")
    SERVICE_UNIT = "service_unit", _("public service unit")
    VERTICAL = "vertical", _("vertical body (tax, police, customs …)")


class Agency(Recorded, Named, Dated):
    """A body with authority. `code` is its identity code in canonical order (`H15.14`)."""

    LEDGER_NAME = "agency"
    LEDGER_FIELDS = ("code", "name_vi", "level", "kind", "parent_id", "valid_from", "valid_to")

    code = models.CharField(_("identity code"), max_length=40)
    unit_code = models.CharField(_("administrative unit code"), max_length=10, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=AgencyKind, default=AgencyKind.ADMINISTRATIVE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    predecessors = models.ManyToManyField("self", symmetrical=False, related_name="successors", blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    place = models.CharField(_("place name on papers"), max_length=100, blank=True)
    evidence = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("agency")
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="agency_code_once_a_date"),
            dated_check("agency"),
        ]


class AgencyPath(Dated):
    """Closure of the tree with validity: `ancestor` stands `depth` levels above `descendant` (0 = itself)."""

    ancestor = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant", "valid_from"], name="one_path_a_date")]


class UnitKind(models.TextChoices):
    """What a unit is for; internal processes name kinds, not units."""

    DESK = "desk", _("one-stop desk")
    ROOM = "room", _("specialised unit")
    LEADERSHIP = "leadership", _("leadership")
    OFFICE = "office", _("office (document clerk)")


class Unit(Recorded, Named, Dated):
    """A part of an agency."""

    LEDGER_NAME = "unit"
    LEDGER_FIELDS = ("agency_id", "key", "kind", "name_vi", "valid_from", "valid_to")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    key = models.SlugField(max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    fields_served = models.JSONField(default=list, blank=True, help_text="field codes; empty = all")

    class Meta:
        verbose_name = _("unit")
        constraints = [
            models.UniqueConstraint(fields=["agency", "key", "valid_from"], name="unit_key_once_a_date"),
            dated_check("unit"),
        ]


class Desk(Recorded, Named, Dated):
    """A one-stop desk: where dossiers are received and returned. It serves its agency's subtree or `serves`."""

    LEDGER_NAME = "desk"
    LEDGER_FIELDS = ("unit_id", "name_vi", "whole_province", "valid_from", "valid_to")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="desks")
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    whole_province = models.BooleanField(
        _("receives for every agency of the province"), default=True, help_text="NĐ 118/2025, art. 14"
    )

    class Meta:
        verbose_name = _("desk")
        constraints = [dated_check("desk")]


class Person(Recorded):
    """A member of the staff."""

    LEDGER_NAME = "person"
    LEDGER_FIELDS = ("staff_code", "active")
    DIGEST_FIELDS = ("full_name", "email", "phone")

    staff_code = models.CharField(_("staff code"), max_length=30, unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    folded_name = models.CharField(max_length=200, db_index=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.full_name


class Role(models.TextChoices):
    """What a post may do; policies look at these, never at names of groups."""

    CLERK = "receiving_clerk", _("receiving clerk")
    OFFICER = "handling_officer", _("handling officer")
    HEAD = "head_of_unit", _("head of unit")
    LEADER = "leader", _("leader")
    DOCUMENT_CLERK = "document_clerk", _("document clerk")
    CASHIER = "cashier", _("cashier")
    CENTRE_MANAGER = "centre_manager", _("centre manager")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class Post(Recorded, Dated):
    """A person's place: a unit and a role, from a date to a date; a clerk's post names the desk.

    An acting post has the powers of its role and an end. `position` is a code of the agency's scheme of job positions.
    """

    LEDGER_NAME = "post"
    LEDGER_FIELDS = ("person_id", "unit_id", "desk_id", "role", "acting", "position", "valid_from", "valid_to")

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="posts", null=True, blank=True)
    role = models.CharField(_("role"), max_length=30, choices=Role)
    title = models.CharField(_("title"), max_length=200, blank=True)
    acting = models.BooleanField(_("acting"), default=False)
    position = models.CharField(_("job position"), max_length=30, blank=True, default="")

    class Meta:
        verbose_name = _("post")
        constraints = [
            dated_check("post"),
            models.CheckConstraint(condition=Q(acting=False) | Q(valid_to__isnull=False), name="acting_post_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.unit}"


class WorkCalendar(Recorded, Named):
    """A calendar: weekly shifts by date, days off and made-up days. The one without an agency is the default."""

    LEDGER_NAME = "calendar"
    LEDGER_FIELDS = ("code", "name_vi", "revision")

    code = models.SlugField(max_length=40, unique=True)
    revision = models.PositiveIntegerField(default=1, help_text="counts changes, so that caches know")

    class Meta:
        verbose_name = _("calendar")


class CalendarUse(Dated):
    """Which calendar an agency works by; agencies without a row use the calendar `default`."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="calendars")
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="uses")


class CalendarShift(models.Model):
    """One shift of a weekday (0 = Monday), in force from a date until a later set begins."""

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="shifts")
    valid_from = models.DateField()
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="shift_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_on_a_weekday"),
        ]


class CalendarDay(models.Model):
    """A dated exception: a day off or a made-up working day, with its source."""

    class Kind(models.TextChoices):
        """What the day is."""

        OFF = "off", _("day off")
        WORK = "work", _("made-up working day")

    calendar = models.ForeignKey(WorkCalendar, models.CASCADE, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=4, choices=Kind)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="one_exception_a_day")]


class Era(models.TextChoices):
    """Which map of the country: three tiers until 30 June 2025, two from 1 July 2025 (NQ 202/2025/QH15)."""

    THREE_TIERS = "before-2025-07", _("before 1 July 2025")
    TWO_TIERS = "since-2025-07", _("since 1 July 2025")


class AdministrativeUnit(models.Model):
    """A province, district or commune of an era: land and people, not an agency. Codes are the statistics office's."""

    era = models.CharField(_("era"), max_length=20, choices=Era)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    code = models.CharField(_("administrative unit code"), max_length=10)
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=500)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")

    class Meta:
        verbose_name = _("administrative unit")
        constraints = [models.UniqueConstraint(fields=["era", "level", "code"], name="administrative_unit_once_an_era")]

    def __str__(self) -> str:
        return self.name_vi


# Registers the models of decisions with this app; whoever needs one imports it from there.
import motcua.record.organisation.decision_models  # noqa: E402
import motcua.record.organisation.people_models  # noqa: E402, F401

"""What is stored of forms. A published version never changes: answers stay readable by what was asked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.record.organisation.models import Named
from motcua.rules.answers import Field, read_definition


class FormDefinition(Recorded, Named):
    """A form by its code (`birth-registration`)."""

    LEDGER_NAME = "form"
    LEDGER_FIELDS = ("code", "name_vi", "name_en")

    code = models.SlugField(_("code"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("form")


class FormVersion(Recorded):
    """What a form asks, from a local date until the next version."""

    LEDGER_NAME = "form_version"
    LEDGER_FIELDS = ("form_id", "number", "status", "fields", "valid_from")

    class Status(models.TextChoices):
        """A draft may change or be discarded; what is published may not."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    form = models.ForeignKey(FormDefinition, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    fields = models.JSONField(default=list, blank=True, help_text="see motcua.rules.answers")
    valid_from = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("form version")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="one_form_version_a_number"),
            models.UniqueConstraint(fields=["form"], condition=Q(status="draft"), name="one_draft_a_form"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(valid_from__isnull=False), name="published_form_has_a_date"
            ),
        ]

    @property
    def definition(self) -> tuple[Field, ...]:
        """Return the fields as the rules read them."""
        return read_definition(self.fields)[0]

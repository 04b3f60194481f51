"""Dossiers that came in from another record: from which run, under which code, and when the source recorded them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.serve.dossiers.models.dossier import Dossier


class ImportRun(models.Model):
    """One run of an import. `demo` marks invented people and times: such a run may tell its own recorded times."""

    source = models.CharField(_("source system"), max_length=60)
    name = models.CharField(_("file or scenario"), max_length=300)
    demo = models.BooleanField(default=False)
    actor = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    written = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="they were here already")
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("import of dossiers")
        indexes = [models.Index(fields=["source"], name="import_run_source")]


class Origin(models.Model):
    """Where an imported dossier comes from: what makes a second run write no doubles."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="origin")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(_("source system"), max_length=60)
    code = models.CharField(_("code at the source"), max_length=100)
    recorded_at = models.DateTimeField(null=True, help_text="by the source's own clock")

    class Meta:
        verbose_name = _("origin of a dossier")
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="one_dossier_an_origin")]

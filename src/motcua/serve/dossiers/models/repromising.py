"""Promises made again after a calendar changed: one row for each run, so that its progress can be seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.models import Post, WorkCalendar


class RepromiseRun(models.Model):
    """One run over the open dossiers of a calendar. What it did stands in the events of the dossiers."""

    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="+")
    source = models.CharField(_("decision that changed the calendar"), max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    actor = models.CharField(max_length=60)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    busy = models.PositiveIntegerField(default=0, help_text="somebody else was writing them; run again")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run of new promises")

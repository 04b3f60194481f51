"""Linked procedures: which ones one filing starts together, and the dossiers that such a filing became."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.record.organisation.models import Dated, Named, dated_check
from motcua.serve.catalogue.models import Procedure
from motcua.serve.dossiers.models.dossier import Dossier


class LinkedGroup(Recorded, Named, Dated):
    """Procedures that one filing starts together (nhóm thủ tục liên thông), from a date to a date."""

    LEDGER_NAME = "linked_group"
    LEDGER_CHAIN = "chain_id"
    LEDGER_FIELDS = ("code", "number", "name_vi", "valid_from", "valid_to", "content")

    chain_id = models.UUIDField(db_index=True)
    code = models.CharField(_("code"), max_length=40, help_text="national code of the linked procedure")
    number = models.PositiveSmallIntegerField(default=1)
    folded_name = models.CharField(max_length=1000, db_index=True)
    sample = models.BooleanField(default=False)
    content = models.CharField(max_length=64, help_text="SHA-256 of all that the data say")
    legal_bases = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("linked procedures")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="one_group_a_number"),
            dated_check("linked_group"),
        ]


class LinkedPart(models.Model):
    """One procedure of a group: who decides it, for which parts it waits, which of its papers their results are.

    `takes` maps the key of a part that is waited for to the key of the paper that its result becomes.
    """

    group = models.ForeignKey(LinkedGroup, models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+", db_index=False)
    agency_code = models.CharField(max_length=40, blank=True, help_text="empty: the desk's own, or the only one")
    waits_for = models.JSONField(default=list, blank=True)
    takes = models.JSONField(default=dict, blank=True)
    optional = models.BooleanField(_("may be left out"), default=False)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["group", "key"], name="one_part_a_key")]


class LinkedDossier(Recorded):
    """A dossier that is a part of a linked filing: while it waits for a paper, its own clock does not run.

    `waits_for` holds the ids of the dossiers whose results it waits for; `expected_at` is the time at which it was
    promised on the one receipt, counted as if every part kept its own.
    """

    LEDGER_NAME = "linked_dossier"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "part_id", "waits_for", "expected_at", "started_at")

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="linked")
    part = models.ForeignKey(LinkedPart, models.PROTECT, related_name="+", db_index=False)
    waits_for = models.JSONField(default=list)
    expected_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True, help_text="when its clock began; empty while it waits")

    class Meta:
        verbose_name = _("part of a linked filing")

"""What was true of a dossier from when to when, on both clocks. Derived from sealed events; see `dossiers.spans`."""

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from motcua.serve.dossiers.models.dossier import Dossier

FAR = dt.date(9999, 12, 31)
# What was open on a day long ago is found among the stretches that ended within so many days after it, and among the
# few that lasted longer, which have an index of their own.
LONG_DAYS = 31
MOST_COUNTED = (
    "dossier",
    "standing",
    "known_from",
    "end_known",
    "retracted",
    "from_on",
    "received_on",
    "due_on",
    "waiting",
    "judged",
    "channel",
    "agency_competent_id",
    "agency_received_id",
    "version_id",
    "worked_minutes",
    "waited_minutes",
)
# What is asked of the resolved beside that: Decision 766, fees, supplements.
ASKED_OF_RESOLVED = (
    "to_on",
    "state",
    "supplements",
    "service_level",
    "fee_due",
    "paid_how",
    "digitised",
    "reused",
    "from_store",
    "e_result",
    "authenticated",
    "synchronised",
)


class Standing(models.IntegerChoices):
    """Where a dossier stands for those who count: before receipt (or refused), open, resolved."""

    BEFORE = 0
    OPEN = 1
    RESOLVED = 2


def lasted_long() -> Q:
    """Return the condition of a stretch that has not ended, or that lasted more than `LONG_DAYS`.

    Written as Ibis writes it (a date and an interval), so that PostgreSQL knows the one condition in the other.
    """
    later = Func(
        F("from_on"),
        template=f"(%(expressions)s + INTERVAL '{LONG_DAYS} DAY')",
        output_field=models.DateTimeField(),
    )
    return Q(to_on=None) | Q(to_on__gt=later)


class Span(models.Model):
    """One stretch in which nothing that is counted changed.

    The valid clock is half-open: `[valid_from, valid_to)`, `…_on` are the local dates of these instants. The
    recorded clock is the ledger's position: the span is known since `known_from`, its end since `end_known`, and it
    was taken back at `retracted`. As known at position P the span is there if `known_from <= P` and it was not taken
    back by then, and its end counts only if `end_known <= P`.

    What a reader would need a calendar for is stored: local dates, and the working minutes from receipt to the end
    (`worked_minutes`, the waits taken out; `waited_minutes` are the waits).
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="spans", db_index=False, db_constraint=False)
    number = models.PositiveSmallIntegerField()
    known_from = models.BigIntegerField()
    end_known = models.BigIntegerField(null=True)
    retracted = models.BigIntegerField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    standing = models.PositiveSmallIntegerField(choices=Standing)
    state = models.PositiveSmallIntegerField()
    waiting = models.BooleanField(default=False)
    received_on = models.DateField()
    due_on = models.DateField(null=True)
    first_due_on = models.DateField(null=True)
    resolved_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    judged = models.SmallIntegerField(null=True, help_text="-1 early, 0 on time, 1 late; empty while open")
    extended = models.BooleanField(default=False)
    apologised_on = models.DateField(null=True)

    version_id = models.BigIntegerField()
    agency_helped_id = models.BigIntegerField()
    agency_received_id = models.BigIntegerField()
    agency_competent_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True, help_text="the unit that has or had the last task")
    channel = models.PositiveSmallIntegerField()
    service_level = models.PositiveSmallIntegerField()

    worked_minutes = models.IntegerField(null=True)
    waited_minutes = models.IntegerField(default=0)
    supplements = models.PositiveSmallIntegerField(default=0)
    fee_due = models.BigIntegerField(default=0)
    fee_paid = models.BigIntegerField(default=0)
    paid_how = models.CharField(max_length=10, blank=True)
    components = models.PositiveSmallIntegerField(default=0)
    digitised = models.PositiveSmallIntegerField(default=0)
    reused = models.PositiveSmallIntegerField(default=0)
    from_store = models.PositiveSmallIntegerField(default=0)
    e_result = models.BooleanField(default=False)
    authenticated = models.BooleanField(default=False)
    synchronised = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="one_span_a_number")]
        # What is counted most is answered by an index alone: see `metrics.questions.standing_apart`.
        indexes = [
            models.Index(
                fields=["resolved_on"],
                name="span_done",
                condition=Q(standing=Standing.RESOLVED),
                include=(*MOST_COUNTED, *ASKED_OF_RESOLVED),
            ),
            models.Index(
                Coalesce("to_on", Value(FAR)),
                name="span_held",
                condition=Q(standing=Standing.OPEN),
                include=(*MOST_COUNTED, "to_on", "resolved_on", "state", "unit_id"),
            ),
            models.Index(
                Coalesce("to_on", Value(FAR)),
                name="span_long",
                condition=Q(standing=Standing.OPEN) & lasted_long(),
                include=(*MOST_COUNTED, "to_on", "resolved_on", "state", "unit_id"),
            ),
            models.Index(fields=["end_known"], name="span_ended", condition=Q(standing=Standing.OPEN)),
            models.Index(fields=["returned_on"], name="span_returned", condition=Q(returned_on__isnull=False)),
        ]


# What a span says beside its two clocks: as soon as one of these changes, a new span begins.
COUNTED: tuple[str, ...] = (
    "standing",
    "state",
    "waiting",
    "received_on",
    "due_on",
    "first_due_on",
    "resolved_on",
    "returned_on",
    "judged",
    "extended",
    "apologised_on",
    "version_id",
    "agency_helped_id",
    "agency_received_id",
    "agency_competent_id",
    "unit_id",
    "channel",
    "service_level",
    "worked_minutes",
    "waited_minutes",
    "supplements",
    "fee_due",
    "fee_paid",
    "paid_how",
    "components",
    "digitised",
    "reused",
    "from_store",
    "e_result",
    "authenticated",
    "synchronised",
)
CLOCKS: tuple[str, ...] = ("valid_to", "to_on", "end_known", "retracted")


def span_of(dossier_id: uuid.UUID, number: int, **values: Any) -> Span:
    """Return a span that is not stored yet."""
    return Span(dossier_id=dossier_id, number=number, **values)

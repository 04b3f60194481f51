"""Opening the chain of a round or of a unit in it, and reading what it holds under its lock."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.measure.assessment.models import Member, Round
from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import Change, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound

NO_ROUND = _("There is no such round.")


@contextmanager
def changing_round(round_id: uuid.UUID, kind: str, by: Actor, now: dt.datetime) -> Iterator[tuple[Change, Round]]:
    """Lock a round and let its rows be written.

    Raises:
        NotFound: no such round.
        Conflict: it is published; nothing of it changes.
    """
    try:
        with (
            transaction.atomic(),
            record_change(
                chain_id=round_id,
                subject="assessment-round",
                kind=f"assessment.{kind}",
                actor=by.key,
                occurred_at=now,
                recorded_at=now,
            ) as change,
        ):
            found = Round.objects.select_for_update().get(pk=round_id)
            if found.published_at is not None:
                raise Conflict("assessment.published", _("The round is published; nothing of it changes."))
            yield change, found
    except (Chain.DoesNotExist, Round.DoesNotExist):
        raise NotFound("assessment.no_round", NO_ROUND) from None


@contextmanager
def changing_member(member_id: uuid.UUID, kind: str, by: Actor, now: dt.datetime) -> Iterator[tuple[Change, Member]]:
    """Lock a unit's chain; the round cannot move to another stage meanwhile.

    Raises:
        NotFound: the unit is in no round.
    """
    try:
        with (
            transaction.atomic(),
            record_change(
                chain_id=member_id,
                subject="assessment-member",
                kind=f"assessment.{kind}",
                actor=by.key,
                occurred_at=now,
                recorded_at=now,
            ) as change,
        ):
            found = Member.objects.select_related("group", "agency").get(pk=member_id, taken_out_at=None)
            found.round = shared_round(found.round_id)
            yield change, found
    except (Chain.DoesNotExist, Member.DoesNotExist):
        raise NotFound("assessment.no_unit", _("This unit is not assessed in this round.")) from None


def shared_round(round_id: uuid.UUID) -> Round:
    """Return a round, locked against a move to another stage but not against others who enter values."""
    found = Round.objects.raw("SELECT * FROM assessment_round WHERE id = %s FOR SHARE", [round_id])
    for row in found:
        assert isinstance(row, Round)
        return row
    raise NotFound("assessment.no_round", NO_ROUND)

"""Reminders: whoever still has something to do before the stage ends is told, once a day."""

import datetime as dt
import uuid

from django.utils import timezone

from motcua.measure.assessment.actions.changing import changing_round
from motcua.measure.assessment.models import Reminder, Round, Stage
from motcua.measure.assessment.policies import PREPARES
from motcua.measure.assessment.queries import progress_of, waited_for
from motcua.record.ledger.models import new_id
from motcua.record.organisation.actor import Actor

# So many days before a stage's last day reminders begin.
DAYS_BEFORE = 3


def remind(*, by: Actor, now: dt.datetime, round_id: uuid.UUID | None = None) -> int:
    """Remind those who are waited for in rounds whose stage ends within three days or is over; once a day each.

    Args:
        round_id: this round alone, whatever its calendar says.

    Returns:
        How many reminders were written.

    Raises:
        NotAllowed: neither the system nor an administrator.
        Conflict: the round is published.
    """
    PREPARES.check(by)
    rounds = Round.objects.filter(published_at=None).exclude(stage=Stage.PREPARATION)
    today = timezone.localdate(now)
    if round_id is not None:
        return sum(_remind(found, by, now, today) for found in rounds.filter(pk=round_id))
    soon = (today + dt.timedelta(DAYS_BEFORE)).isoformat()
    due = [found for found in rounds if (days := found.calendar.get(found.stage)) and days[1] <= soon]
    return sum(_remind(found, by, now, today) for found in due)


def _remind(found: Round, by: Actor, now: dt.datetime, today: dt.date) -> int:
    waited = waited_for(found, progress_of(found))
    done = set(Reminder.objects.filter(round=found, stage=found.stage, on=today).values_list("agency_id", "post_id"))
    waited = [each for each in waited if (each.agency_id, each.post_id) not in done]
    if not waited:
        return 0
    days = found.calendar.get(found.stage)
    with changing_round(found.pk, "reminded", by, now) as (change, held):
        for each in waited:
            change.add(
                Reminder(
                    id=new_id(),
                    round=held,
                    stage=held.stage,
                    agency_id=each.agency_id,
                    post_id=each.post_id,
                    left=each.count,
                    until=dt.date.fromisoformat(days[1]) if days else today,
                    on=today,
                    at=now,
                )
            )
    return len(waited)

"""What every action does alike: lock the dossier's chain, read it fresh, write rows and one event."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import Change, lock_timeout, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.record.organisation.models import Agency
from motcua.record.organisation.queries import calendar_for
from motcua.record.series.actions import take_number
from motcua.rules.working_time import LOCAL, Calendar
from motcua.serve.dossiers.models import Dossier, Paper, Task
from motcua.serve.dossiers.policies import ASSIGNS, HOLDS, READS

RELATED = (
    "version__procedure__field",
    "agency_received__parent",
    "agency_competent__parent",
    "agency_helped",
    "desk__unit",
    "process",
)


def instant(now: dt.datetime | None) -> dt.datetime:
    """Return the given instant, or the present."""
    return now or timezone.now()


def local_day(moment: dt.datetime) -> dt.date:
    """Return the local date of an instant."""
    return moment.astimezone(LOCAL).date()


def not_found() -> NotFound:
    """Return the refusal that does not tell whether a dossier exists."""
    return NotFound("dossier.not_found", _("There is no such dossier, or it is not yours to see."))


@contextmanager
def changing(
    dossier_id: uuid.UUID,
    *,
    by: Actor,
    kind: str,
    now: dt.datetime,
    occurred_at: dt.datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Change, Dossier]]:
    """Lock a dossier's chain and hand out the dossier as it is then; at the end its event is appended.

    Raises:
        NotFound: no such dossier, or the actor may not read it.
        Conflict: somebody else held it for more than three seconds.
    """
    try:
        with transaction.atomic():
            lock_timeout()
            with record_change(
                chain_id=dossier_id,
                subject="dossier",
                kind=f"dossier.{kind}",
                actor=by.key,
                occurred_at=occurred_at or now,
                recorded_at=now,
                facts=facts,
            ) as change:
                dossier = Dossier.objects.select_related(*RELATED).get(pk=dossier_id)
                if not READS.allows(by, dossier):
                    raise not_found()
                yield change, dossier
    except (Chain.DoesNotExist, Dossier.DoesNotExist):
        raise not_found() from None
    except OperationalError as error:
        if "lock timeout" in str(error):
            raise busy() from error
        raise


def busy() -> Conflict:
    """Return the refusal for a dossier that somebody else is writing."""
    return Conflict("dossier.busy", _("Somebody else is working on this dossier; try again in a moment."))


def calendar_at(agency: Agency, day: dt.date) -> Calendar:
    """Return an agency's calendar on a local date; asked for once while the agency is at hand."""
    known: dict[dt.date, Calendar] = agency.__dict__.setdefault("_calendars", {})
    if day not in known:
        known[day] = calendar_for(agency.pk, day)
    return known[day]


def calendar_of(dossier: Dossier) -> Calendar:
    """Return the calendar of the competent agency on the day of receipt."""
    return calendar_at(dossier.agency_competent, dossier.received_on)


def open_tasks(dossier: Dossier) -> list[Task]:
    """Return the tasks that are open, with step, unit and assignee."""
    found = dossier.tasks.filter(closed_at=None).select_related("step", "unit__agency", "assignee__person")
    return list(found.order_by("number"))


def task_for(by: Actor, tasks: Sequence[Task]) -> Task | None:
    """Return the open task that concerns the actor: the one they hold, else one they may assign, else the first."""
    open_ones = [task for task in tasks if task.closed_at is None]
    held = [task for task in open_ones if HOLDS.allows(by, task)]
    headed = [task for task in open_ones if ASSIGNS.allows(by, task)]
    return next(iter([*held, *headed, *open_ones]), None)


def held_task(dossier: Dossier, by: Actor) -> Task:
    """Return the open task in the actor's hands.

    Raises:
        NotAllowed: none is.
    """
    task = task_for(by, open_tasks(dossier))
    HOLDS.check(by, task)
    assert task is not None
    return task


def close_task(change: Change, task: Task, *, outcome: str, by: Actor, now: dt.datetime, note: str = "") -> None:
    """Close a task with its outcome."""
    change.set(
        task,
        closed_at=now,
        closed_by_id=by.post.pk if by.post else None,
        outcome=outcome,
        note=note[:1000],
    )


def need(text: str, field: str) -> str:
    """Return a reason without outer spaces.

    Raises:
        Refused: it is empty.
    """
    stripped = text.strip()
    if not stripped:
        raise Refused(f"{field}.missing", _("Say why: the reason is printed on the paper."), field=field)
    return stripped


def issue_paper(
    change: Change, dossier: Dossier, form: str, now: dt.datetime, facts: dict[str, Any] | None = None
) -> Paper:
    """Enter a legal paper; forms with a number of their own take it from the agency's yearly series."""
    number = ""
    if form in NUMBERED:
        agency_id = dossier.agency_competent_id if form == "04" else dossier.agency_received_id
        year = str(local_day(now).year)
        serial = take_number(kind=NUMBERED[form], owner=f"agency:{agency_id}", period=year)
        number = f"{serial:02d}/{SUFFIX[form]}"
    paper = Paper(dossier=dossier, form=form, number=number, issued_at=now, facts=facts or {})
    change.add(paper)
    return paper


NUMBERED = {"04": "apology", "05": "stop", "receipt": "receipt"}
SUFFIX = {"04": "PXL", "05": "TB-DGQ", "receipt": "BL"}

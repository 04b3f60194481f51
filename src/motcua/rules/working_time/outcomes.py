"""Early, on time and late: local dates compared, never hours."""

import datetime as dt
from enum import StrEnum

from motcua.rules.working_time.instants import to_local_date


class Outcome(StrEnum):
    """How a dossier stands or ended, by local dates."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    IN_TIME = "in_time"
    OPEN_LATE = "open_late"


def outcome(due_at: dt.datetime | None, finished_at: dt.datetime | None, now: dt.datetime) -> Outcome:
    """Compare local dates: early before, on time on, late after the due date; open is late from 00:00 after it.

    Without a due time a finished one is on time and an open one in time.

    Args:
        due_at, finished_at, now: aware instants of any zone.

    Raises:
        ValueError: a naive instant.
    """
    if due_at is None:
        return Outcome.ON_TIME if finished_at else Outcome.IN_TIME
    due_on = to_local_date(due_at)
    if finished_at is None:
        return Outcome.OPEN_LATE if to_local_date(now) > due_on else Outcome.IN_TIME
    finished_on = to_local_date(finished_at)
    if finished_on == due_on:
        return Outcome.ON_TIME
    return Outcome.EARLY if finished_on < due_on else Outcome.LATE


def clock_state(
    *,
    due_at: dt.datetime | None,
    finished_at: dt.datetime | None,
    paused: bool,
    now: dt.datetime,
    soon_on: dt.date | None = None,
) -> str:
    """Return the word that a page shows: in_time, due_soon, late, stopped, done_early, done_on_time, done_late.

    Args:
        soon_on: a due date up to this one is "soon" (`Calendar.next_working_day`); the day after today if not given.
    """
    result = outcome(due_at, finished_at, now)
    if result in (Outcome.EARLY, Outcome.ON_TIME, Outcome.LATE):
        return f"done_{result}"
    if paused:
        return "stopped"
    if result == Outcome.OPEN_LATE:
        return "late"
    last = soon_on or to_local_date(now) + dt.timedelta(days=1)
    return "due_soon" if due_at is not None and to_local_date(due_at) <= last else "in_time"

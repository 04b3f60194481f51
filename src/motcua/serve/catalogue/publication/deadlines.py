"""Deadlines of publication on a date, counted with the working calendar of the agency that decides."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from motcua.record.organisation.queries import calendar_for
from motcua.rules.publication import working_day_after, working_day_before
from motcua.rules.working_time import Calendar
from motcua.serve.catalogue.publication.models import PublicationDeadline

Key = PublicationDeadline.Key


def deadline_on(key: str, day: dt.date) -> PublicationDeadline | None:
    """Return the deadline in force on a local date; none where none is set, and then nothing is late."""
    return PublicationDeadline.objects.on(day).filter(key=key).order_by("-valid_from").first()


def works_on(calendar: Calendar) -> Callable[[dt.date], bool]:
    """Return a function that tells whether a local date is worked."""
    return lambda day: bool(calendar.shifts_on(day))


def check_due_at(agency_id: int, asked_at: dt.datetime, day: dt.date) -> dt.datetime | None:
    """Return when a check that is asked for at an aware instant is due."""
    limit = deadline_on(Key.CHECK, day)
    return calendar_for(agency_id, day).add(asked_at, limit.amount, limit.unit) if limit else None


def sign_due_on(calendar: Calendar, law_effective_on: dt.date) -> dt.date | None:
    """Return until when a decision must be signed, by the date on which its latest legal basis takes effect."""
    return _moved(Key.PUBLISH, working_day_before, calendar, law_effective_on)


def update_due_on(calendar: Calendar, signed_on: dt.date) -> dt.date | None:
    """Return until when what a decision says must be public."""
    return _moved(Key.UPDATE, working_day_after, calendar, signed_on)


def _moved(key: str, move: Callable[..., dt.date], calendar: Calendar, day: dt.date) -> dt.date | None:
    limit = deadline_on(key, day)
    if limit is None:
        return None
    works = works_on(calendar) if limit.unit == "wd" else partial(_every_day)
    return move(day, limit.amount, works)


def _every_day(_day: dt.date) -> bool:
    return True

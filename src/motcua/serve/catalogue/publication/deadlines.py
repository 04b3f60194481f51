"""Deadlines of publication on a date, counted with the working calendar of the agency that decides."""

import datetime as dt
from collections.abc import Callable

from motcua.record.organisation.queries import calendar_for
from motcua.rules.publication import working_day_after, working_day_before
from motcua.rules.working_time import Calendar
from motcua.serve.catalogue.publication.models import PublicationDeadline

Key = PublicationDeadline.Key


class Deadlines:
    """All deadlines and the calendars that were asked for: read once, then asked for many decisions."""

    def __init__(self) -> None:
        self._rows = list(PublicationDeadline.objects.order_by("-valid_from"))
        self._calendars: dict[int, Calendar] = {}

    def on(self, key: str, day: dt.date) -> PublicationDeadline | None:
        """Return the deadline in force on a local date; none where none is set, and then nothing is late."""
        rows = (row for row in self._rows if row.key == key and row.valid_from <= day)
        return next((row for row in rows if row.valid_to is None or day < row.valid_to), None)

    def sign_until(self, agency_id: int, law_effective_on: dt.date) -> dt.date | None:
        """Return until when a decision must be signed, by the date on which its latest legal basis takes effect."""
        return self._moved(Key.PUBLISH, working_day_before, agency_id, law_effective_on)

    def update_until(self, agency_id: int, signed_on: dt.date) -> dt.date | None:
        """Return until when what a decision says must be public."""
        return self._moved(Key.UPDATE, working_day_after, agency_id, signed_on)

    def _moved(self, key: str, move: Callable[..., dt.date], agency_id: int, day: dt.date) -> dt.date | None:
        limit = self.on(key, day)
        if limit is None:
            return None
        if limit.unit != "wd":
            return move(day, limit.amount, lambda _day: True)
        if agency_id not in self._calendars:
            self._calendars[agency_id] = calendar_for(agency_id, day)
        calendar = self._calendars[agency_id]
        return move(day, limit.amount, lambda worked: bool(calendar.shifts_on(worked)))


def check_due_at(agency_id: int, asked_at: dt.datetime, day: dt.date) -> dt.datetime | None:
    """Return when a check that is asked for at an aware instant is due."""
    limit = Deadlines().on(Key.CHECK, day)
    return calendar_for(agency_id, day).add(asked_at, limit.amount, limit.unit) if limit else None

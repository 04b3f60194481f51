"""A calendar as it was before its last changes, from its events; newest first."""

import datetime as dt
from collections.abc import Iterator

from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import chain_of
from motcua.record.organisation.models import CalendarDay, WorkCalendar
from motcua.record.organisation.queries import weekly_shifts
from motcua.rules.working_time import Calendar, WeeklyShifts

CHANGES = ("calendar.day_set", "calendar.day_removed", "calendar.days_added", "calendar.shifts_set")
# Older ones than these are not told apart: a promise made before has been made again, or is set by hand.
MOST_CHANGES = 40
Days = dict[dt.date, tuple[str, str]]


def changes_of(code: str, since: dt.datetime) -> list[Event]:
    """Return the changes of a calendar recorded after an instant, newest first."""
    events = Event.objects.filter(chain_id=chain_of("calendar", code), kind__in=CHANGES, recorded_at__gt=since)
    return list(events.order_by("-number")[:MOST_CHANGES])


def calendars_since(code: str, since: dt.datetime) -> list[Calendar]:
    """Return a calendar as it is now, then as it was before each change since an instant, newest first."""
    row = WorkCalendar.objects.get(code=code)
    days: Days = {day.date: (day.kind, day.name_vi) for day in row.days.all()}
    weekly = weekly_shifts(row)
    found = [_calendar(code, weekly, days)]
    for event in changes_of(code, since):
        days, weekly = dict(days), list(weekly)
        _undo(event, days, weekly)
        found.append(_calendar(code, weekly, days))
    return found


def _undo(event: Event, days: Days, weekly: list[WeeklyShifts]) -> None:
    facts = event.payload["facts"]
    if event.kind == "calendar.shifts_set":
        since = dt.date.fromisoformat(facts["valid_from"])
        weekly[:] = [shifts for shifts in weekly if shifts.valid_from != since] or weekly
    elif event.kind == "calendar.days_added":
        for day, _kind in facts.get("days", []):
            days.pop(dt.date.fromisoformat(day), None)
    else:
        # Events of before the fact "was": a day that was set was an ordinary one, one taken away was off.
        was = facts.get("was", "" if event.kind == "calendar.day_set" else CalendarDay.Kind.OFF)
        day = dt.date.fromisoformat(facts["date"])
        days.pop(day, None)
        if was:
            days[day] = (was, "")


def changed_days(code: str, since: dt.datetime) -> list[dt.date]:
    """Return the dates that were set or taken away since an instant, in order."""
    return sorted(set(_dates(changes_of(code, since))))


def _dates(events: list[Event]) -> Iterator[dt.date]:
    for event in events:
        facts = event.payload["facts"]
        yield from (dt.date.fromisoformat(day) for day, _kind in facts.get("days", []))
        if "date" in facts:
            yield dt.date.fromisoformat(facts["date"])


def _calendar(code: str, weekly: list[WeeklyShifts], days: Days) -> Calendar:
    return Calendar(
        code=code,
        weekly=weekly,
        days_off={day: name for day, (kind, name) in days.items() if kind == CalendarDay.Kind.OFF},
        working_days={day: name for day, (kind, name) in days.items() if kind == CalendarDay.Kind.WORK},
    )

"""Dated exceptions of a calendar."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import CalendarDay, CalendarShift, WorkCalendar
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.working_time import Shift


def set_calendar_day(
    *, by: Actor, code: str, day: dt.date, kind: str, name_vi: str, name_en: str, source: str, now: dt.datetime
) -> CalendarDay:
    """Add or change a day off or a made-up working day. Promises made before keep their time until they are made again.

    Raises:
        NotAllowed: not an administrator.
        Refused: no name, no source, or an unknown kind.
    """
    ADMINISTERS.check(by)
    if kind not in CalendarDay.Kind.values:
        raise Refused("calendar.kind", _("Say whether it is a day off or a working day."), field="kind")
    if not name_vi.strip() or not source.strip():
        raise Refused("calendar.source", _("Give the day's name and the decision it comes from."), field="source")
    if max(len(name_vi), len(name_en)) > 200 or len(source) > 300:
        raise Refused("calendar.long", _("A name has at most 200 characters, a source 300."), field="name_vi")
    calendar = WorkCalendar.objects.get(code=code)
    with record_change(
        chain_id=chain_of("calendar", code),
        subject="calendar",
        kind="calendar.day_set",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        facts={"date": day, "kind": kind, "was": _kind_on(calendar, day), "source": source},
    ) as change:
        row, _made = CalendarDay.objects.update_or_create(
            calendar=calendar,
            date=day,
            defaults={"kind": kind, "name_vi": name_vi, "name_en": name_en, "source": source},
        )
        change.set(calendar, revision=calendar.revision + 1)
    return row


def _kind_on(calendar: WorkCalendar, day: dt.date) -> str:
    """Return what a day is as long as nobody changes it, "" for a day like others of its weekday."""
    return calendar.days.filter(date=day).values_list("kind", flat=True).first() or ""


def remove_calendar_day(*, by: Actor, code: str, day: dt.date, now: dt.datetime) -> None:
    """Take a dated exception away.

    Raises:
        NotAllowed: not an administrator.
    """
    ADMINISTERS.check(by)
    calendar = WorkCalendar.objects.get(code=code)
    with record_change(
        chain_id=chain_of("calendar", code),
        subject="calendar",
        kind="calendar.day_removed",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        facts={"date": day, "was": _kind_on(calendar, day)},
    ) as change:
        calendar.days.filter(date=day).delete()
        change.set(calendar, revision=calendar.revision + 1)


def set_shifts(
    *, by: Actor, code: str, valid_from: dt.date, shifts: Mapping[int, Sequence[Shift]], now: dt.datetime
) -> WorkCalendar:
    """Set the weekly shifts of a calendar from a date on, until a later set begins.

    Args:
        shifts: by weekday (0 = Monday); a weekday that is not named has none.

    Raises:
        NotAllowed: not an administrator.
        Refused: no shift at all, a shift that closes before it opens, or two that overlap.
    """
    ADMINISTERS.check(by)
    week = {day: sorted(of_day, key=lambda shift: shift.opens) for day, of_day in shifts.items() if of_day}
    _check_week(week)
    calendar = WorkCalendar.objects.get(code=code)
    rows = [(day, shift.opens, shift.closes) for day, of_day in sorted(week.items()) for shift in of_day]
    with record_change(
        chain_id=chain_of("calendar", code),
        subject="calendar",
        kind="calendar.shifts_set",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        facts={"valid_from": valid_from, "shifts": [[day, f"{a:%H:%M}", f"{b:%H:%M}"] for day, a, b in rows]},
    ) as change:
        calendar.shifts.filter(valid_from=valid_from).delete()
        CalendarShift.objects.bulk_create(
            CalendarShift(calendar=calendar, valid_from=valid_from, weekday=day, opens=opens, closes=closes)
            for day, opens, closes in rows
        )
        change.set(calendar, revision=calendar.revision + 1)
    return calendar


def _check_week(week: Mapping[int, Sequence[Shift]]) -> None:
    if not week or not set(week) <= set(range(7)):
        raise Refused("calendar.no_shift", _("Give at least one shift."), field="shifts")
    for of_day in week.values():
        edges = [edge for shift in of_day for edge in (shift.opens, shift.closes)]
        if edges != sorted(edges) or any(shift.opens == shift.closes for shift in of_day):
            raise Refused(
                "calendar.shift_order", _("Shifts of a day follow each other without overlap."), field="shifts"
            )

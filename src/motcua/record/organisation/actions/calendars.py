"""Dated exceptions of a calendar."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import CalendarDay, WorkCalendar
from motcua.record.organisation.policies import ADMINISTERS


def set_calendar_day(
    *, by: Actor, code: str, day: dt.date, kind: str, name_vi: str, name_en: str, source: str, now: dt.datetime
) -> CalendarDay:
    """Add or change a day off or a made-up working day. Promises made before keep their time.

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
        facts={"date": day, "kind": kind, "source": source},
    ) as change:
        row, _made = CalendarDay.objects.update_or_create(
            calendar=calendar,
            date=day,
            defaults={"kind": kind, "name_vi": name_vi, "name_en": name_en, "source": source},
        )
        change.set(calendar, revision=calendar.revision + 1)
    return row


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
        facts={"date": day},
    ) as change:
        calendar.days.filter(date=day).delete()
        change.set(calendar, revision=calendar.revision + 1)

"""Calendars by program: days off, made-up working days, weekly shifts. Promises are made again in `dossiers`."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import AfterValidator

from motcua.record.accounts.organisation_api.common import Code as CodeInPath
from motcua.record.accounts.organisation_api.common import Text, calendar_of, reader, writer
from motcua.record.organisation import actions
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import CalendarDay, WorkCalendar
from motcua.record.organisation.policies import HAS_POST
from motcua.rules.working_time import Shift

router = Router(tags=["calendars"])
# Local time of the day, to the minute.
Clock = Annotated[dt.time, AfterValidator(lambda time: time.replace(tzinfo=None, second=0, microsecond=0))]


class CalendarLine(Schema):
    """A calendar; `revision` counts its changes."""

    code: str
    name_vi: str
    revision: int


class DayOut(Schema):
    """A day off (`off`) or a made-up working day (`work`)."""

    date: dt.date
    kind: str
    name_vi: str
    name_en: str
    source: str


class ShiftOut(Schema):
    """One shift of a weekday (0 = Monday), from a date until a later set begins."""

    valid_from: dt.date
    weekday: int
    opens: dt.time
    closes: dt.time


class CalendarOut(CalendarLine):
    """A calendar with its shifts and the exceptions of a year."""

    shifts: list[ShiftOut]
    days: list[DayOut]


class DayIn(Schema):
    """An exception with the decision that it comes from."""

    kind: Annotated[str, Field(pattern="^(off|work)$")]
    name_vi: Text
    name_en: Text = ""
    source: Text


class ShiftIn(Schema):
    """One shift, by the local clock; it closes after it opens."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: Clock
    closes: Clock


class WeekIn(Schema):
    """The weekly shifts from a local date on; a weekday that is not named has none."""

    valid_from: dt.date
    shifts: Annotated[list[ShiftIn], Field(min_length=1, max_length=70)]


@router.get("", response=list[CalendarLine], summary="List calendars", url_name="org_calendars")
def calendars(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the calendars by code."""
    reader(request, HAS_POST)
    return [_line(one) for one in WorkCalendar.objects.order_by("code")]


@router.get("/{code}", response=CalendarOut, summary="Read a calendar", url_name="org_calendar")
def calendar_read(
    request: HttpRequest, code: CodeInPath, year: Annotated[int | None, Query(ge=1900, le=2200)] = None
) -> dict[str, Any]:
    """Return a calendar with its shifts, and the days off and made-up days of a year (this one)."""
    reader(request, HAS_POST)
    return _out(code, year)


@router.put("/{code}/days/{day}", response=DayOut, summary="Set a day", url_name="org_calendar_day")
def day_set(request: HttpRequest, code: CodeInPath, day: dt.date, body: DayIn) -> dict[str, Any]:
    """Set a day off or a made-up working day. Promises made before keep their time until they are made again."""
    by = writer(request)
    calendar_of(code)
    return _day(actions.set_calendar_day(by=by, code=code, day=day, now=timezone.now(), **body.dict()))


@router.delete("/{code}/days/{day}", response={204: None}, summary="Take a day away", url_name="org_calendar_day")
def day_remove(request: HttpRequest, code: CodeInPath, day: dt.date) -> Any:
    """Take a dated exception away."""
    by = writer(request)
    calendar_of(code)
    actions.remove_calendar_day(by=by, code=code, day=day, now=timezone.now())
    return Status(204, None)


@router.put("/{code}/shifts", response=CalendarOut, summary="Set the weekly shifts", url_name="org_calendar_shifts")
def shifts_set(request: HttpRequest, code: CodeInPath, body: WeekIn) -> dict[str, Any]:
    """Set the weekly shifts from a date on, until a later set begins."""
    by = writer(request)
    calendar_of(code)
    week: dict[int, list[Shift]] = {}
    for one in body.shifts:
        week.setdefault(one.weekday, []).append(_shift(one))
    actions.set_shifts(by=by, code=code, valid_from=body.valid_from, shifts=week, now=timezone.now())
    return _out(code, None)


def _shift(given: ShiftIn) -> Shift:
    if given.closes <= given.opens:
        raise Refused("calendar.shift_order", _("A shift closes after it opens."), field="shifts")
    return Shift(given.opens, given.closes)


def _line(calendar: WorkCalendar) -> dict[str, Any]:
    return {"code": calendar.code, "name_vi": calendar.name_vi, "revision": calendar.revision}


def _out(code: str, year: int | None) -> dict[str, Any]:
    calendar = calendar_of(code)
    days = calendar.days.filter(date__year=year or timezone.localdate().year).order_by("date")
    shifts = calendar.shifts.order_by("valid_from", "weekday", "opens")
    return _line(calendar) | {
        "shifts": list(shifts.values("valid_from", "weekday", "opens", "closes")),
        "days": [_day(day) for day in days],
    }


def _day(day: CalendarDay) -> dict[str, Any]:
    return {name: getattr(day, name) for name in DayOut.model_fields}

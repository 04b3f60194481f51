"""What histories refer to, read once and kept: agencies, procedures, processes, desks, units, calendars."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from motcua.record.organisation.history import successor_on
from motcua.record.organisation.models import Agency, CalendarUse, Dated, Desk, Level, Unit
from motcua.record.organisation.queries import calendar_for
from motcua.rules.identifiers import read_agency_code
from motcua.rules.working_time import Calendar, Duration
from motcua.serve.catalogue.models import ProcedureVersion, Process, Step, StepKind, Where
from motcua.serve.dossiers.actions.phases import first_limit
from motcua.serve.dossiers.actions.routing import DESK_ROLES

Row = TypeVar("Row", bound=Dated)
# Answers kept of each question: a day's and the next ones', so that memory stays flat over years of dossiers.
KEPT = 8_192


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step of an open dossier lies."""

    step_id: int
    agency_id: int
    unit_id: int
    role: str


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What dossiers refer to that are of one procedure, one agency and one day."""

    version: ProcedureVersion
    process: Process | None
    competent: Agency
    received: Agency
    helped: Agency
    desk: Desk
    calendar: Calendar


def holds_on(row: Dated, day: dt.date) -> bool:
    """Tell whether a dated row is in force on a local date."""
    return row.valid_from <= day and (row.valid_to is None or row.valid_to > day)


def on(rows: Iterable[Row], day: dt.date) -> Row | None:
    """Return the first row in force on a local date."""
    return next((row for row in rows if holds_on(row, day)), None)


class Reference:
    """Everything is asked for once; what changes while an import runs is seen by the next run."""

    def __init__(self) -> None:
        cache = lru_cache(KEPT)
        self.agency_of = cache(self._agency_of)
        self.version_of = cache(self._version_of)
        self.process_of = cache(self._process_of)
        self._limits: dict[tuple[int, int | None, int], Duration] = {}
        self.desk_of = cache(self._desk_of)
        self.place_of = cache(self._place_of)
        self._agencies = cache(self._agency_rows)
        self._versions = cache(self._version_rows)
        self._processes = cache(self._process_rows)
        self._units = cache(self._unit_rows)
        self._desks = cache(self._desk_rows)
        self.settings: dict[tuple[str, str, str, str, dt.date], Setting] = {}
        self._alike: dict[tuple[object, ...], Setting] = {}
        self._calendars: dict[int, Calendar] = {}
        self._own_calendars = frozenset(CalendarUse.objects.values_list("agency_id", flat=True))

    def _agency_rows(self, code: str) -> list[Agency]:
        return list(Agency.objects.filter(code=read_agency_code(code)).order_by("-valid_from"))

    def _agency_of(self, code: str, day: dt.date) -> Agency | None:
        """Return the agency of a code on a date; of one that had ended by then, who took over as a whole."""
        rows = self._agencies(code)
        found = on(rows, day)
        ended = next((row for row in rows if row.valid_to is not None and row.valid_to <= day), None)
        if found is None and ended is not None:
            heir = successor_on(ended.pk, day)
            return Agency.objects.filter(pk=heir).first() if heir not in (None, ended.pk) else None
        return found

    def alike(self, setting: Setting) -> Setting:
        """Return the setting of these rows that was met first: days on which nothing changed share theirs."""
        rows = (setting.version, setting.process, setting.competent, setting.received, setting.helped, setting.desk)
        key = (*(row and row.pk for row in rows), id(setting.calendar))
        if len(self._alike) >= KEPT:
            self._alike.clear()
        return self._alike.setdefault(key, setting)

    def has_code(self, code: str) -> bool:
        """Tell whether any agency ever had this code."""
        return bool(self._agencies(code))

    def _version_rows(self, code: str) -> list[ProcedureVersion]:
        rows = ProcedureVersion.objects.filter(procedure__code=code, status=ProcedureVersion.Status.PUBLISHED)
        return list(rows.select_related("procedure__field").order_by("valid_from"))

    def _version_of(self, code: str, day: dt.date) -> ProcedureVersion | None:
        """Return the version in force on a date; the first one for what is older than the catalogue."""
        rows = self._versions(code)
        found = on(rows, day)
        return found or (rows[0] if rows and day < rows[0].valid_from else None)

    def _process_rows(self, version_id: int) -> list[Process]:
        rows = Process.objects.filter(version_id=version_id, status__in=Process.SERVING, case="")
        return list(rows.prefetch_related("steps").order_by("-valid_from", "-pk"))

    def _process_of(self, version_id: int, level: str, day: dt.date) -> Process | None:
        return on((row for row in self._processes(version_id) if row.level == level), day)

    def limit_of(self, version: ProcedureVersion, process: Process | None, channel: int) -> Duration:
        """Return the limit that a dossier of a channel has, by the process or else the procedure."""
        key = (version.pk, process.pk if process else None, channel)
        if key not in self._limits:
            self._limits[key] = first_limit(version, process, channel)
        return self._limits[key]

    def _desk_rows(self, agency_id: int) -> list[Desk]:
        return list(Desk.objects.filter(unit__agency_id=agency_id).select_related("unit__agency").order_by("pk"))

    def _desk_of(self, agency_id: int, day: dt.date) -> Desk | None:
        """Return an agency's desk on a date, else the one of the Centre, which receives for departments."""
        own = on(self._desks(agency_id), day)
        if own is not None:
            return own
        centres = Agency.objects.on(day).filter(level=Level.CENTRE).values_list("pk", flat=True)
        found = (on(self._desks(pk), day) for pk in centres)
        return next((desk for desk in found if desk is not None), None)

    def _unit_rows(self, agency_id: int, kind: str) -> list[Unit]:
        return list(Unit.objects.filter(agency_id=agency_id, kind=kind).order_by("pk"))

    def _unit_of(self, agency_id: int, kind: str, day: dt.date, field_code: str) -> Unit | None:
        units = [unit for unit in self._units(agency_id, kind) if holds_on(unit, day)]
        named = [unit for unit in units if field_code in unit.fields_served]
        return next(iter(named or [unit for unit in units if not unit.fields_served]), None)

    def _place_of(
        self, process: Process, desk: Desk, competent_id: int, field_code: str, day: dt.date, received: bool
    ) -> Place | None:
        """Return the step at which an open dossier waits: the first one at the desk, or the first one after it."""
        steps = list(process.steps.all())
        fit = [s for s in steps if (s.kind == StepKind.RECEIVE) == received and s.kind != StepKind.RETURN]
        step = next(iter(fit), None)
        unit = self._unit_of_step(step, desk, competent_id, field_code, day) if step else None
        return Place(step.pk, unit.agency_id, unit.pk, step.role) if step and unit else None

    def _unit_of_step(self, step: Step, desk: Desk, competent_id: int, field_code: str, day: dt.date) -> Unit | None:
        if step.role in DESK_ROLES and step.where in (Where.COMPETENT, Where.RECEIVING):
            return desk.unit
        agency_id = competent_id
        if step.where == Where.RECEIVING:
            agency_id = desk.unit.agency_id
        elif step.where == Where.NAMED and step.agency_id:
            agency_id = step.agency_id
        return self._unit_of(agency_id, step.unit_kind, day, field_code)

    def calendar(self, agency_id: int, day: dt.date) -> Calendar:
        """Return the calendar of an agency on a date."""
        if agency_id in self._own_calendars:
            return calendar_for(agency_id, day)
        if 0 not in self._calendars:
            self._calendars[0] = calendar_for(agency_id, day)
        return self._calendars[0]

"""Reads of internal processes: which there are, what is wrong with one, who holds its roles."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from motcua.record.organisation.models import Agency, Post, Role
from motcua.rules.processes import Fault, check, minutes_allowed
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import ProcedureVersion, Process, StepKind, Where
from motcua.serve.catalogue.processes.rows import StepRow, rows_of, rule_steps
from motcua.serve.catalogue.queries import competent_agencies

# Handed in and given out at any desk that receives for the agency (NĐ 118/2025/NĐ-CP, art. 14).
AT_ANY_DESK = (StepKind.RECEIVE, StepKind.RETURN)


@dataclass(frozen=True)
class Gap:
    """A step whose role nobody holds in some of the agencies that it may lie with: `missing` of `of`."""

    step: str
    role: str
    missing: tuple[str, ...]
    of: int


def processes_of(version: ProcedureVersion) -> QuerySet[Process]:
    """Return the processes of a version: by level and case, the latest first."""
    return Process.objects.filter(version=version).order_by("level", "case", "-valid_from", "-pk")


def others_of(process: Process) -> QuerySet[Process]:
    """Return the other processes of the same procedure, in all its versions, the latest first."""
    same = Process.objects.filter(version__procedure=process.version.procedure_id).exclude(pk=process.pk)
    return same.select_related("version").order_by("-valid_from", "-pk")


def process_with_version(process_id: int) -> Process | None:
    """Return a process with its version and procedure."""
    return Process.objects.select_related("version__procedure__field").filter(pk=process_id).first()


def rows_in(process: Process) -> list[StepRow]:
    """Return the steps of a process as rows."""
    return rows_of(process.steps.select_related("agency"))


def shortest_limit(version: ProcedureVersion) -> Duration:
    """Return the shortest time limit of a version over all channels: what every process must keep."""
    limits = [Duration(version.limit_amount, version.limit_unit)]
    limits += [Duration.parse(text) for text in version.limits_by_channel.values()]
    return min(limits, key=minutes_allowed)


def faults_of(process: Process, rows: Sequence[StepRow], gaps: Iterable[Gap]) -> list[Fault]:
    """Return all that keeps a process from being approved: what is wrong in its table, and roles that nobody holds."""
    found = check(rule_steps(rows), shortest_limit(process.version))
    found += [
        Fault("role_unheld", gap.step, {"role": str(Role(gap.role).label)})
        for gap in gaps
        if len(gap.missing) == gap.of
    ]
    return found


def role_gaps(process: Process, rows: Iterable[StepRow], day: dt.date) -> list[Gap]:
    """Return for each step the agencies in which nobody holds its role on a local date, where there are any."""
    competent = dict(competent_agencies(process.version, day).filter(level=process.level).values_list("pk", "name_vi"))
    named = {agency.code: agency for agency in Agency.objects.on(day).filter(code__in={r.agency for r in rows})}
    holding: dict[str, set[int]] = {}
    for role, agency_id in Post.objects.on(day).values_list("role", "unit__agency_id").distinct():
        holding.setdefault(role, set()).add(agency_id)
    gaps = (_gap(row, competent, named, holding.get(row.role, set())) for row in rows)
    return [gap for gap in gaps if gap is not None]


def unheld_among_staffed(process: Process, rows: Iterable[StepRow], day: dt.date) -> list[Fault]:
    """Return the steps whose role nobody holds in any agency that has posts on a local date.

    A process that is loaded before people are entered is let pass; one that comes later must fit them.
    """
    staffed = set(Post.objects.on(day).values_list("unit__agency__name_vi", flat=True).distinct())
    return [
        Fault("role_unheld", gap.step, {"role": str(Role(gap.role).label)})
        for gap in role_gaps(process, rows, day)
        if len(gap.missing) == gap.of and staffed.intersection(gap.missing)
    ]


def _gap(row: StepRow, competent: dict[int, str], named: dict[str, Agency], holding: set[int]) -> Gap | None:
    if row.kind in AT_ANY_DESK or row.where in (Where.RECEIVING, Where.CHOSEN):
        return None if holding else Gap(row.key, row.role, ("",), 1)
    asked = competent
    if row.where == Where.NAMED:
        agency = named.get(row.agency)
        asked = {agency.pk: agency.name_vi} if agency else {}
    missing = tuple(sorted(name for pk, name in asked.items() if pk not in holding))
    if asked and not missing:
        return None
    return Gap(row.key, row.role, missing, len(asked))

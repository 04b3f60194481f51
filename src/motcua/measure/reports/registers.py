"""What of the catalogue a form counts: procedures, those at a one-stop desk, internal processes; by field and level."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.formats.reportforms import Column
from motcua.measure.metrics.questions import Question
from motcua.record.organisation.models import Agency, UnitKind
from motcua.serve.catalogue.models import Competence, Process, StepKind
from motcua.serve.catalogue.queries import versions_on

Entry = tuple[str, str, str, int]
"""What is counted once: field, level, code of the procedure, key of the version."""


@dataclass(frozen=True, slots=True)
class Register:
    """What is counted, in words, and where from."""

    words: Lazy | str
    source: str
    entries: Callable[[Question], list[Entry]]


def _procedures(question: Question) -> list[Entry]:
    """Each published procedure in force on the last day, once for each level that decides it."""
    day = question.last
    competences = Competence.objects.on(day)  # type: ignore[attr-defined]
    levels: dict[int, set[str]] = {}
    for procedure, level, agency in competences.values_list("procedure_id", "level", "agency__level"):
        levels.setdefault(procedure, set()).add(agency or level)
    rows = versions_on(day).values_list("procedure__field__code", "procedure_id", "procedure__code", "pk")
    return [(field, level, code, pk) for field, key, code, pk in rows for level in sorted(levels.get(key, ()))]


def _processes_on(question: Question) -> QuerySet[Process]:
    day = question.last
    in_force = Process.objects.on(day).exclude(status=Process.Status.DRAFT)  # type: ignore[attr-defined]
    return in_force.filter(version__in=versions_on(day).values("pk"))


def _one_stop(question: Question) -> list[Entry]:
    """Each procedure whose process at a level begins at a one-stop desk."""
    at_desk = _processes_on(question).filter(steps__kind=StepKind.RECEIVE, steps__unit_kind=UnitKind.DESK)
    return sorted(set(_told(at_desk)))


def _processes(question: Question) -> list[Entry]:
    return sorted(_told(_processes_on(question).distinct()))


def _told(processes: QuerySet[Process]) -> list[Entry]:
    fields = ("version__procedure__field__code", "level", "version__procedure__code", "version_id")
    return [(field, level, code, key) for field, level, code, key, _pk in processes.values_list(*fields, "pk")]


REGISTERS = {
    "procedures": Register(
        _("Published procedures in force on the last day, once for each level that decides them."),
        "TT 02/2017/TT-VPCP, TT 01/2020/TT-VPCP",
        _procedures,
    ),
    "one_stop": Register(
        _("Of these, those whose internal process begins at a one-stop desk."),
        "NĐ 61/2018/NĐ-CP, điều 14",
        _one_stop,
    ),
    "processes": Register(
        _("Internal processes in force on the last day for such procedures; a case of its own counts on its own."),
        "NĐ 61/2018/NĐ-CP; TT 01/2018/TT-VPCP",
        _processes,
    ),
}


def entries_of(column: Column, question: Question, key: dict[str, Any] | None = None) -> list[Entry]:
    """Return what a column of the catalogue counts, in one row of the report if its key is given.

    Agencies of the question narrow it to their levels: what they decide is the same for all of a level.
    """
    levels = set(column.where.get("level", ()))
    found = REGISTERS[column.register].entries(question)
    if question.agencies is not None:
        mine = set(Agency.objects.filter(pk__in=question.agencies).values_list("level", flat=True))
        found = [entry for entry in found if entry[1] in mine]
    if levels:
        found = [entry for entry in found if entry[1] in levels]
    if key and "field" in key:
        found = [entry for entry in found if entry[0] == key["field"]]
    return found


def count_registers(
    question: Question, columns: Sequence[Column], by: Sequence[str]
) -> dict[tuple[Any, ...], dict[int, int]]:
    """Return the figures of columns that count the catalogue: values of the cut → column number → figure.

    Raises:
        ValueError: the form's rows are not fields or levels.
    """
    axes = {"field": 0, "level": 1}
    if unknown := [axis for axis in by if axis not in axes]:
        raise ValueError(f"the catalogue is not counted by {unknown[0]}")
    found: dict[tuple[Any, ...], dict[int, int]] = {}
    for column in columns:
        counted = Counter(tuple(entry[axes[axis]] for axis in by) for entry in entries_of(column, question))
        for key, count in counted.items():
            found.setdefault(key, {})[column.number] = count
    return found

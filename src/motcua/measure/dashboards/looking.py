"""What one who leads sees: figures of today, of the month, by agency, by procedure, and where dossiers wait."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from motcua.measure.dashboards.keeping import HEAT_MEASURES, MONTH_MEASURES, SIDES, Wanted, count, wanted
from motcua.measure.dashboards.models import Kept
from motcua.measure.metrics.caching import quick_figures
from motcua.measure.metrics.counting import measure_of
from motcua.measure.metrics.opening import Figure, address
from motcua.measure.metrics.questions import Question
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.history import dated
from motcua.record.organisation.models import Agency, Role
from motcua.serve.catalogue.models import Procedure
from motcua.serve.dossiers.models import State, Task
from motcua.serve.dossiers.queries import readable
from motcua.serve.dossiers.span_keeping import spans_position

TODAY = ("dossiers.received", "dossiers.due_on_last_day", "dossiers.open_late", "dossiers.waiting")
HEAT_ROWS = 15
STEP_ROWS = 12


@dataclass(frozen=True)
class Viewpoint:
    """From where figures are looked at: which agencies, as deciding or (a centre) as receiving ones; None: all."""

    by: Actor
    agencies: frozenset[int] | None
    side: str

    @classmethod
    def of(cls, by: Actor) -> "Viewpoint":
        """Return an actor's viewpoint: an auditor sees all, a centre's manager what the centre received."""
        if by.is_system or by.role == Role.AUDITOR:
            return cls(by, None, "competent")
        return cls(by, by.scope, "received" if by.role == Role.CENTRE_MANAGER else "competent")

    def question(self, first: dt.date, last: dt.date, position: int) -> Question:
        """Return the question for days as known at a position."""
        if self.agencies is None or self.side == "competent":
            return Question(first, last, position, self.agencies)
        return Question(first, last, position, None, (("received_by", tuple(sorted(self.agencies))),))

    def sees(self, agency_id: int) -> bool:
        """Tell whether an agency is among those looked at."""
        return self.agencies is None or agency_id in self.agencies


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of today and where it opens."""

    key: str
    count: int
    address: str


def tiles(view: Viewpoint, position: int) -> list[Tile]:
    """Return the figures of today as known at a position."""
    today = view.by.on
    question = view.question(today, today, position)
    found = quick_figures(question, TODAY)[()]
    returned = Figure(measure_of("service.returned"), question, view.by)
    counts = {"dossiers.received": 0, "service.returned": returned.count(), **found}
    return [Tile(code.partition(".")[2], int(number or 0), address(code, question)) for code, number in counts.items()]


def to_collect(by: Actor) -> int:
    """Return how many results wait to be collected."""
    return readable(by).filter(state=State.FINISHED).count()


@dataclass(frozen=True, slots=True)
class Answer:
    """Counts by agency (and more) as known at a position, made at an instant."""

    asked: Wanted
    position: int
    made_at: dt.datetime
    rows: Sequence[Sequence[Any]]


class Month:
    """The dear figures of a viewpoint: kept ones where there are, else counted now."""

    def __init__(self, view: Viewpoint) -> None:
        self.view = view
        held = Kept.objects.filter(side=view.side, last__gte=view.by.on - dt.timedelta(days=800))
        self._held = {(kept.name, kept.first, kept.last): kept for kept in held}
        asked = wanted(view.by.on)
        self.now, self.before, self.months, self.heat_asked = asked[0], asked[1], asked[2:-1], asked[-1]

    def answer(self, asked: Wanted) -> Answer:
        """Return the rows of the agencies that are looked at."""
        kept = self._held.get((asked.name, asked.first, asked.last))
        if kept is not None:
            position, made_at, rows = kept.position, kept.made_at, kept.figures
        else:
            position, made_at = spans_position(), timezone.now()
            rows = count(asked, self.view.side, position)
        return Answer(asked, position, made_at, [row for row in rows if self.view.sees(row[0])])

    @cached_property
    def this_month(self) -> Answer:
        """Return this month so far, by agency."""
        return self.answer(self.now)

    @cached_property
    def last_year(self) -> Answer:
        """Return the same days of the year before, by agency."""
        return self.answer(self.before)

    def compared(self) -> list[dict[str, Any]]:
        """Return each count of the month beside that of the same days last year."""
        now, before = _sums(self.this_month.rows), _sums(self.last_year.rows)
        return [
            {
                "measure": code,
                "now": now[i],
                "before": before[i],
                "address": self.opened(code, self.this_month),
                "address_before": self.opened(code, self.last_year),
            }
            for i, code in enumerate(MONTH_MEASURES)
        ]

    def opened(self, code: str, answer: Answer, **more: Any) -> str:
        """Return where a count of an answer opens."""
        question = self.view.question(answer.asked.first, answer.asked.last, answer.position)
        if "received_by" in more:
            question = Question(question.first, question.last, question.known_at)
        return address(code, question, **more)

    def agencies(self) -> list[dict[str, Any]]:
        """Return a row for each agency: the month's counts, the share late, resolved and late in the months before."""
        trends: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for n, asked in enumerate(self.months):
            for agency, _received, resolved, late, _open in self.answer(asked).rows:
                trends[agency] += [(0, 0)] * (n - len(trends[agency])) + [(resolved, late)]
        names = names_of([row[0] for row in self.this_month.rows], self.view.by.on)
        cut = SIDES[self.view.side]
        return [
            {
                "agency": agency,
                "name": names.get(agency, str(agency)),
                "received": received,
                "resolved": resolved,
                "late": late,
                "open_late": open_late,
                "share": late / resolved if resolved else None,
                "trend": trends[agency] + [(0, 0)] * (len(self.months) - len(trends[agency])),
                "addresses": {
                    code.partition(".")[2]: self.opened(code, self.this_month, **{cut: agency})
                    for code in MONTH_MEASURES
                },
            }
            for agency, received, resolved, late, open_late in self.this_month.rows
        ]

    def heat(self) -> list[dict[str, Any]]:
        """Return a row for each procedure with a count for each of `HEAT_MEASURES`, those with most late first."""
        answer = self.answer(self.heat_asked)
        sums: dict[str, list[int]] = {}
        for _agency, procedure, *counts in answer.rows:
            held = sums.setdefault(procedure, [0] * len(counts))
            sums[procedure] = [a + b for a, b in zip(held, counts, strict=True)]
        names = procedure_names(sums)
        rows = [
            {
                "procedure": code,
                "name": names.get(code, code),
                "counts": counts,
                "all": sum(counts),
                "judged": sum(counts[:3]),
                "late": counts[2],
                "addresses": [self.opened(measure, answer, procedure=code) for measure in HEAT_MEASURES],
            }
            for code, counts in sums.items()
        ]
        return sorted(rows, key=lambda row: (-row["counts"][2] - row["counts"][4], -row["all"], row["procedure"]))


def _sums(rows: Iterable[Sequence[Any]]) -> list[int]:
    totals = [0] * len(MONTH_MEASURES)
    for _agency, *counts in rows:
        totals = [a + (b or 0) for a, b in zip(totals, counts, strict=True)]
    return totals


def names_of(keys: Iterable[int], on: dt.date) -> dict[int, str]:
    """Return what agencies were called on a local date."""
    return {agency.pk: agency.name for agency in dated(Agency.objects.filter(pk__in=list(keys)), on)}


def procedure_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of procedures by code, in the newest version."""
    versions = Procedure.objects.filter(code__in=list(codes)).order_by("versions__valid_from")
    english = get_language() == "en"
    rows = versions.values_list("code", "versions__name_vi", "versions__name_en")
    return {code: (en if english and en else vi) or code for code, vi, en in rows}


def open_steps(view: Viewpoint) -> QuerySet[Task]:
    """Return the steps that are open now, as far as the viewpoint reaches; a head of unit sees the own unit's."""
    found = Task.objects.filter(closed_at=None)
    if view.agencies is not None:
        key = "dossier__agency_received_id__in" if view.side == "received" else "agency_id__in"
        found = found.filter(**{key: view.agencies})
    if view.by.role == Role.HEAD:
        found = found.filter(unit_id=view.by.unit_id)
    return found


def steps(view: Viewpoint, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the steps where dossiers lie now: how many, how many past the step's own time, the fullest first."""
    rows = (
        open_steps(view)
        .values("step__name_vi")
        .annotate(name_en=Max("step__name_en"), count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    )
    english = get_language() == "en"
    return [
        {
            "step": row["step__name_vi"],
            "name": (row["name_en"] if english else "") or row["step__name_vi"],
            "count": row["count"],
            "late": row["late"],
            "address": step_address(row["step__name_vi"]),
            "late_address": step_address(row["step__name_vi"], late="1") if row["late"] else "",
        }
        for row in rows.order_by("-count", "step__name_vi")[:STEP_ROWS]
    ]


def step_address(step: str, **more: str) -> str:
    """Return where the dossiers that lie at a step are listed; a step is named by its Vietnamese name."""
    return f"{reverse('dashboards:step')}?{urlencode({'step': step, **more})}"


def waiting_at(view: Viewpoint, step: str, now: dt.datetime, *, late: bool) -> QuerySet[Task]:
    """Return the open steps of a name, those that wait longest first.

    Args:
        late: only those past the step's own time.
    """
    found = open_steps(view).filter(step__name_vi=step)
    if late:
        found = found.filter(due_at__lt=now)
    related = found.select_related(
        "dossier__version__procedure", "dossier__agency_competent", "dossier__agency_received", "agency", "unit", "step"
    )
    return related.order_by("opened_at", "pk")

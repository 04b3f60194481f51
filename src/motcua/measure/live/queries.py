"""Reads: the board of units, one unit's tree with what is lost, its trend, where its year leads."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Max, QuerySet
from django.utils.translation import get_language

from motcua.measure.live.models import Entered, Standing
from motcua.measure.live.periods import Period, period_of
from motcua.measure.live.sources import NAME, SOURCES, SYNCHRONISED, can_be_entered, framework
from motcua.measure.metrics.opening import address
from motcua.measure.metrics.questions import Question
from motcua.record.organisation.history import dated
from motcua.rules.scoring import Node
from motcua.rules.scoring.projecting import Projection, project
from motcua.rules.scoring.ranking import classes

# This leaf's denominator is every dossier of the period.
WHOLE = "PROGRESS_ON_TIME"


@dataclass(frozen=True)
class Line:
    """One node of a unit's tree as a page shows it; `lost` is in points, `opens` the list of dossiers behind it."""

    code: str
    name: str
    depth: int
    score: float | None
    most: float
    lost: float | None
    today: float | None
    numerator: float | None = None
    denominator: float | None = None
    source: str = ""
    opens: str = ""
    outside: str = ""
    outside_count: int = 0
    opens_today: str = ""
    can_be_entered: bool = False

    @property
    def leaf(self) -> bool:
        """Tell whether nothing stands below it."""
        return self.depth > 1

    @property
    def short(self) -> int:
        """Return how many of the whole are not in the part: the dossiers behind the points lost."""
        return int((self.denominator or 0) - (self.numerator or 0))


@dataclass(frozen=True)
class Point:
    """One month of a trend."""

    first: dt.date
    total: float | None
    lasts: bool


def _of_period(period: Period, until: dt.date | None = None) -> QuerySet[Standing]:
    rows = Standing.objects.filter(framework=NAME, kind=period.kind, first=period.first)
    return rows if until is None else rows.filter(last=until)


def board(period: Period, until: dt.date | None = None) -> list[Standing]:
    """Return the newest standings of a period (those counted up to `until`): the province, then by level and rank."""
    rows = _of_period(period, until)
    newest = rows.aggregate(day=Max("computed_on"))["day"]
    if newest is None:
        return []
    found = list(rows.filter(computed_on=newest).select_related("agency"))
    agencies = [row.agency for row in found if row.agency is not None]
    named = {agency.pk: agency for agency in dated(agencies, found[0].last)} if agencies else {}
    for row in found:
        if row.agency_id is not None:
            row.agency = named[row.agency_id]
    return sorted(found, key=lambda r: (r.agency_id is not None, _level(r), r.rank or 10**6, r.agency_id or 0))


def _level(row: Standing) -> str:
    return row.agency.level if row.agency else ""


def standing_of(period: Period, agency_id: int | None, until: dt.date | None = None) -> Standing | None:
    """Return the newest standing of a unit (None: the province), or the one counted up to a day."""
    rows = _of_period(period, until).filter(agency_id=agency_id)
    return rows.select_related("agency").order_by("-computed_on").first()


def lines_of(standing: Standing) -> list[Line]:
    """Return the tree of a standing, parents before children, with what is lost what changed since a day before."""
    before = (
        Standing.objects.filter(
            framework=NAME,
            kind=standing.kind,
            first=standing.first,
            agency_id=standing.agency_id,
            computed_on__lt=standing.computed_on,
        )
        .order_by("-computed_on")
        .first()
    )
    earlier = before.content["nodes"] if before else {}
    return list(_lines(framework()[0].root, 0, standing, earlier))


def _lines(node: Node, depth: int, standing: Standing, earlier: dict[str, float | None]) -> list[Line]:
    found = [_line(node, depth, standing, earlier)]
    for child in node.children:
        found += _lines(child, depth + 1, standing, earlier)
    return found


def _line(node: Node, depth: int, standing: Standing, earlier: dict[str, float | None]) -> Line:
    score, was = standing.content["nodes"].get(node.code), earlier.get(node.code)
    above, below, source = standing.content["inputs"].get(node.code, [None, None, ""])
    scored = _scored_points(node, standing) if node.children else (node.points if score is not None else 0.0)
    return Line(
        code=node.code,
        name=node.name("en" if get_language() == "en" else "vi"),
        depth=depth,
        score=score,
        most=node.points,
        lost=None if score is None else round(scored - score, 6),
        today=None if score is None or was is None else round(score - was, 6),
        numerator=above,
        denominator=below,
        source=source,
        opens=_opens(node.code, standing) if source == "measured" else "",
        outside=_outside(node.code, standing) if source == "measured" else "",
        outside_count=_outside_count(node.code, standing),
        opens_today=_opens(node.code, standing, standing.last) if source == "measured" else "",
        can_be_entered=not node.children and can_be_entered(node.code),
    )


def _scored_points(node: Node, standing: Standing) -> float:
    nodes = standing.content["nodes"]
    return float(sum(leaf.points for leaf in node.leaves() if nodes.get(leaf.code) is not None))


def _question(standing: Standing, first: dt.date | None = None) -> Question:
    whose = None if standing.agency_id is None else frozenset({standing.agency_id})
    return Question(first or standing.first, standing.last, standing.position, whose)


def _opens(code: str, standing: Standing, first: dt.date | None = None) -> str:
    """Return the address of the dossiers that lose a leaf's points, "" where no measure tells them.

    Args:
        first: only those of the days from here on; the whole period without it.
    """
    if not SOURCES[code].numerator.startswith("766."):
        return ""
    return address(f"766.{code}_lost", _question(standing, first))


def _outside(code: str, standing: Standing) -> str:
    """Return the address of the dossiers that other leaves count and this one does not: those carried over."""
    return address("dossiers.carried_over", _question(standing)) if code == SYNCHRONISED else ""


def _outside_count(code: str, standing: Standing) -> int:
    """Return how many dossiers the other leaves count and this one does not."""
    inputs = standing.content["inputs"]
    if code != SYNCHRONISED or WHOLE not in inputs or inputs.get(code, [0, 0, ""])[2] != "measured":
        return 0
    return int(inputs[WHOLE][1] - inputs[code][1])


def trend(agency_id: int | None, year: int, today: dt.date) -> list[Point]:
    """Return the months of a year up to today with the last total of each, None where it was not scored."""
    whole = period_of("year", dt.date(year, 1, 1))
    rows = Standing.objects.filter(
        framework=NAME, kind="month", agency_id=agency_id, first__gte=whole.first, first__lte=whole.last
    ).order_by("computed_on")
    totals = dict(rows.values_list("first", "total"))
    months = [month for month in whole.months() if month.first <= today]
    return [Point(month.first, totals.get(month.first), not month.over(today)) for month in months]


@dataclass(frozen=True)
class YearEnd:
    """Where a year leads: the projection, and the classes of its three figures."""

    projection: Projection
    rating: str
    lowest: str
    highest: str


def year_end(agency_id: int | None, points: Sequence[Point], year: int) -> YearEnd | None:
    """Return the projected end of a year from its standing so far and its months that are over."""
    so_far = standing_of(period_of("year", dt.date(year, 1, 1)), agency_id)
    if so_far is None or so_far.total is None:
        return None
    found = project(so_far.total, [p.total for p in points if not p.lasts and p.total is not None])
    low, high = found.low, found.high
    return YearEnd(
        found,
        class_name(found.expected),
        "" if low is None else class_name(low),
        "" if high is None else class_name(high),
    )


def class_name(total: float | None) -> str:
    """Return the name of the class of a total, "" without one."""
    if total is None:
        return ""
    scale = framework()[0].classes
    code = str(classes(np.array([total]), scale)[0])
    names = next((rating.names for rating in scale if rating.code == code), {})
    return names.get("en" if get_language() == "en" else "vi", code)


def entered_for(period: Period) -> QuerySet[Entered]:
    """Return what was entered for a period, newest first."""
    rows = Entered.objects.filter(framework=NAME, kind=period.kind, first=period.first)
    return rows.select_related("agency", "entered_by__person").order_by("-entered_at")

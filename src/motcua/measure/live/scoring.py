"""The score of every unit for one period, from measures and entered values. Reads only."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from motcua.measure.live.models import Entered
from motcua.measure.live.periods import IN_A_YEAR, Period, period_of
from motcua.measure.live.sources import MEASURES, NAME, SOURCES, SYNCHRONISED, framework, input_codes
from motcua.measure.metrics.caching import quick_figures
from motcua.measure.metrics.questions import Question
from motcua.rules.scoring import Data, Node, Result, score_points
from motcua.rules.scoring.ranking import classes, ranks

Figures = Mapping[str, Any]
PROVINCE = None
WHOLE = "dossiers.counted"
Unit = int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A leaf's numerator and denominator, and where they come from.

    `source`: measured, entered, carried (entered for an earlier period), inherited (the province's), last_year.
    """

    numerator: float
    denominator: float
    source: str


@dataclass(frozen=True)
class Scored:
    """All units of a period: the province first (None), then the agencies with dossiers in it, by key."""

    period: Period
    last: dt.date
    position: int
    units: tuple[Unit, ...]
    pairs: Mapping[Unit, Mapping[str, Pair]]
    result: Result

    def place(self, unit: Unit) -> int:
        """Return a unit's place in the arrays."""
        return self.units.index(unit)


def score_period(period: Period, today: dt.date, position: int) -> Scored:
    """Score the province and every agency with dossiers in the period, as known at a position.

    Args:
        today: local date; a period that lasts is counted up to it.
    """
    last = period.until(today)
    by_agency = _figures(Question(period.first, last, position))
    units: tuple[Unit, ...] = (PROVINCE, *sorted(by_agency))
    figures = {PROVINCE: _summed(by_agency.values()), **by_agency}
    before = _received_the_year_before(period, position, figures)
    entered = _entered(last)
    pairs = {unit: _pairs(unit, figures[unit], entered, before, period) for unit in units}
    data = _data(units, pairs)
    return Scored(period, last, position, units, pairs, score_points(framework()[0], data))


def _figures(question: Question) -> dict[int, Figures]:
    return {key: values for (key,), values in quick_figures(question, MEASURES, ("agency",)).items() if key is not None}


def _summed(rows: Iterable[Figures]) -> Figures:
    found = dict.fromkeys(MEASURES, 0)
    for row in rows:
        for code in MEASURES:
            found[code] += row[code] or 0
    return found


def _received_the_year_before(
    period: Period, position: int, figures: Mapping[Unit, Figures]
) -> Mapping[Unit, int | float]:
    """Return what units received in the year before; asked only where one received nothing in this period."""
    received = SOURCES[SYNCHRONISED].denominator
    if all(values[received] for values in figures.values()):
        return {}
    year = period_of("year", dt.date(period.first.year - 1, 1, 1))
    rows = quick_figures(Question(year.first, year.last, position), (received,), ("agency",))
    found: dict[Unit, int] = {key: values[received] or 0 for (key,), values in rows.items()}
    return {PROVINCE: sum(found.values()), **found}


def _entered(last: dt.date) -> dict[tuple[Unit, str], list[Entered]]:
    """Return what was entered for periods that end by the end of this one's month, the best fitting last."""
    found: dict[tuple[Unit, str], list[Entered]] = {}
    rows = Entered.objects.filter(framework=NAME, first__lte=last).order_by("last", "entered_at")
    for row in rows:
        found.setdefault((row.agency_id, row.leaf), []).append(row)
    return found


def _chosen(rows: list[Entered], period: Period) -> tuple[Entered, str] | None:
    """Return the newest entry for this very period; without it the newest of an earlier one, carried on."""
    own = [row for row in rows if row.kind == period.kind and row.first == period.first]
    if own:
        return own[-1], "entered"
    earlier = [row for row in rows if row.last <= period.last]
    return (earlier[-1], "carried") if earlier else None


def _pairs(
    unit: Unit,
    figures: Figures,
    entered: Mapping[tuple[Unit, str], list[Entered]],
    before: Mapping[Unit, int | float],
    period: Period,
) -> dict[str, Pair]:
    found: dict[str, Pair] = {}
    for leaf in framework()[0].root.leaves():
        pair = _measured(unit, leaf, figures, before, period) or _typed(unit, leaf, entered, period)
        if pair is not None:
            found[leaf.code] = pair
    return found


def _measured(
    unit: Unit, leaf: Node, figures: Figures, before: Mapping[Unit, int | float], period: Period
) -> Pair | None:
    source = SOURCES.get(leaf.code)
    if source is None:
        return None
    above, below = figures[source.numerator] or 0, figures[source.denominator] or 0
    if not below and leaf.code == SYNCHRONISED and before.get(unit):
        return Pair(above, before[unit] / IN_A_YEAR[period.kind], "last_year")
    # Without a single dossier in the period there is nothing to score.
    return Pair(above, below, "measured") if below or (source.firm and figures[WHOLE]) else None


def _typed(unit: Unit, leaf: Node, entered: Mapping[tuple[Unit, str], list[Entered]], period: Period) -> Pair | None:
    if (own := _chosen(entered.get((unit, leaf.code), []), period)) is not None:
        return Pair(own[0].numerator, own[0].denominator, own[1])
    if unit is not PROVINCE and leaf.options.get("inherited"):
        above = _chosen(entered.get((PROVINCE, leaf.code), []), period)
        return Pair(above[0].numerator, above[0].denominator, "inherited") if above else None
    return None


def _data(units: tuple[Unit, ...], pairs: Mapping[Unit, Mapping[str, Pair]]) -> Data:
    numbers: dict[str, Any] = {}
    for leaf in framework()[0].root.leaves():
        columns = [pairs[unit].get(leaf.code) for unit in units]
        above, below = input_codes(leaf)
        numbers[above] = np.array([pair.numerator if pair else np.nan for pair in columns])
        numbers[below] = np.array([pair.denominator if pair else np.nan for pair in columns])
    # A column that nobody fills is no column: "blank: full" is for a source that reports nothing.
    numbers = {code: column for code, column in numbers.items() if not np.isnan(column).all()}
    return Data(tuple(map(str, units)), numbers)


def standing_ranks(scored: Scored, levels: Mapping[int, str]) -> dict[Unit, tuple[int, int]]:
    """Return the rank of each agency among those of its level, and how many these are."""
    found: dict[Unit, tuple[int, int]] = {}
    for level in sorted(set(levels.values())):
        keys = [unit for unit in scored.units if unit is not None and levels.get(unit) == level]
        scores = np.array([scored.result.top.exact[scored.place(unit)] for unit in keys])
        places = ranks(scores)
        scored_units = int((~np.isnan(scores)).sum())
        found |= {unit: (int(n), scored_units) for unit, n in zip(keys, places, strict=True) if not np.isnan(n)}
    return found


def ratings(scored: Scored) -> list[str]:
    """Return the class of each unit, in the order of `units`."""
    return [str(code) for code in classes(scored.result.top.score, framework()[0].classes)]


def share_scored(scored: Scored, unit: Unit) -> float:
    """Return the points of the leaves that are scored: what the total can be at most today."""
    place, nodes = scored.place(unit), scored.result.nodes
    leaves = framework()[0].root.leaves()
    return float(sum(leaf.points for leaf in leaves if not np.isnan(nodes[leaf.code].score[place])))

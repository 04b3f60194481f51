"""A scenario's file, and how many dossiers of each fate are received on each day. Pure but for the calendar's days."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import yaml

from motcua.formats.datafiles import datasets_folder
from motcua.rules.working_time import Calendar

COUNTS = ("resolved", "late", "apologies", "carried_over", "open_in_time", "open_overdue", "refused")
SHARES = ("withdrawn", "stopped", "supplements", "authenticated")
FATES = ("resolved", "open_in_time", "open_overdue", "refused")
# What is carried over, or still open, was received within so many days of the turn.
BACKLOG_DAYS = 35
# Who is late needs its time: 28 days at most and some on top.
LATE_ROOM_DAYS = 45
OVERDUE_FROM_DAYS, OVERDUE_TO_DAYS = 40, 18


class ScenarioFault(ValueError):
    """A scenario that is not there, or whose file does not hold together."""


@dataclass(frozen=True)
class Scenario:
    """A scenario, scaled: counts of dossiers by fate, and how their lives look."""

    code: str
    title_vi: str
    title_en: str
    source: str
    seed: int
    first: dt.date
    last: dt.date
    competences_on: dt.date
    scale: Decimal
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    channels: Mapping[str, float]
    months: Mapping[int, float]
    weekdays: Sequence[float]
    procedures: Mapping[str, float]
    counted: Mapping[str, int]

    @property
    def source_name(self) -> str:
        """Return the name under which its dossiers are known again."""
        return f"demo:{self.code}"

    @property
    def run_name(self) -> str:
        """Return the name of its runs; another scale is another population."""
        return f"{self.code} × {self.scale.normalize():f}"

    @property
    def population(self) -> int:
        """Return how many dossiers the period counts: resolved in it, or open at its end."""
        return self.counts["resolved"] + self.counts["open_in_time"] + self.counts["open_overdue"]

    @property
    def total(self) -> int:
        """Return how many dossiers there are in all."""
        return self.population + self.counts["refused"]


@dataclass(frozen=True)
class DayPlan:
    """How many are received on a working day by fate; `at` are the places of its first ones in each fate's order.

    `may_be_late`: whether its resolved ones are among those that lateness is spread over. A busy day comes in `pieces`,
    each made by itself.
    """

    day: dt.date
    counts: Mapping[str, int]
    at: Mapping[str, int]
    may_be_late: bool
    piece: int = 0
    pieces: int = 1

    @property
    def total(self) -> int:
        """How many are received."""
        return sum(self.counts.values())

    def in_pieces(self, most: int) -> "list[DayPlan]":
        """Return the day in pieces of about `most` dossiers."""
        pieces = max(-(-self.total // most), 1)
        return [self._piece(n, pieces) for n in range(pieces)]

    def _piece(self, n: int, pieces: int) -> "DayPlan":
        begins = {fate: count * n // pieces for fate, count in self.counts.items()}
        ends = {fate: count * (n + 1) // pieces for fate, count in self.counts.items()}
        counts = {fate: ends[fate] - begins[fate] for fate in self.counts}
        places = {fate: at + begins.get(fate, 0) for fate, at in self.at.items()}
        return DayPlan(self.day, counts, places, self.may_be_late, n, pieces)


def scenario_codes() -> list[str]:
    """Return the codes of the shipped scenarios."""
    return sorted(path.stem for path in (datasets_folder() / "scenarios").glob("*.yaml"))


def read_scenario(code: str, scale: Decimal = Decimal(1)) -> Scenario:
    """Return a scenario with each count times `scale`, rounded half up.

    Raises:
        ScenarioFault: there is none of this code, the scale is not above 0 and at most 10, or its counts disagree.
    """
    if code not in scenario_codes():
        raise ScenarioFault(f"there is no scenario {code!r}; there are {', '.join(scenario_codes())}")
    if not 0 < scale <= 10:
        raise ScenarioFault(f"the scale {scale} is not above 0 and at most 10")
    data = yaml.safe_load((datasets_folder() / "scenarios" / f"{code}.yaml").read_text(encoding="utf-8"))
    counts = {name: scaled(data[name], scale) for name in COUNTS}
    if not counts["apologies"] <= counts["late"] <= counts["resolved"] or counts["carried_over"] > counts["resolved"]:
        raise ScenarioFault(f"the counts of {code} disagree: apologies ≤ late ≤ resolved, carried_over ≤ resolved")
    return _scenario(data, scale, counts)


def _scenario(data: Mapping[str, Any], scale: Decimal, counts: Mapping[str, int]) -> Scenario:
    return Scenario(
        code=data["code"],
        title_vi=data["title_vi"],
        title_en=data["title_en"],
        source=data["source"],
        seed=data["seed"],
        first=data["first"],
        last=data["last"],
        competences_on=data["competences_on"],
        scale=scale,
        counts=counts,
        shares={name: float(data.get(name, 0)) for name in SHARES},
        channels=data["channels"],
        months=data["months"],
        weekdays=data["weekdays"],
        procedures=data["procedures"],
        counted={name: scaled(value, scale) for name, value in data.get("counted", {}).items()},
    )


def scaled(count: int, scale: Decimal) -> int:
    """Return a count times the scale, rounded half up."""
    return int((count * scale).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def chosen(index: int, count: int, of: int) -> bool:
    """Tell whether the thing at a place (from 0) is one of `count` that are spread evenly over `of`."""
    return (index + 1) * count // of > index * count // of


def plan(scenario: Scenario, calendar: Calendar) -> list[DayPlan]:
    """Return the days of receipt with their counts; over all days they are the scenario's, exactly."""
    days = working_days(calendar, scenario.first - dt.timedelta(BACKLOG_DAYS), scenario.last)
    inside = [day for day in days if day >= scenario.first]
    before = [day for day in days if day < scenario.first]
    counts, carried = scenario.counts, scenario.counts["carried_over"]
    end = (scenario.last - inside[-1]).days
    spread = {
        "resolved": apportion(inside, counts["resolved"] - carried, lambda d: _weight(scenario, d)),
        "open_in_time": apportion(inside, counts["open_in_time"], _near_end(scenario, end)),
        "open_overdue": apportion(inside, counts["open_overdue"], lambda d: _overdue_weight(scenario, d)),
        "refused": apportion(inside, counts["refused"], lambda d: _weight(scenario, d)),
    }
    spread["resolved"] |= apportion(before, carried, lambda d: _closeness((scenario.first - d).days))
    at = dict.fromkeys(FATES, 0)
    plans = []
    for day in days:
        counts_of_day = {fate: spread[fate].get(day, 0) for fate in FATES}
        may_be_late = (scenario.last - day).days >= LATE_ROOM_DAYS
        plans.append(DayPlan(day, counts_of_day, dict(at), may_be_late))
        at = {fate: at[fate] + counts_of_day[fate] for fate in FATES}
    return plans


def working_days(calendar: Calendar, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the working days of a period, both ends included."""
    days = (first + dt.timedelta(n) for n in range((last - first).days + 1))
    return [day for day in days if calendar.shifts_on(day)]


def apportion(days: Sequence[dt.date], total: int, weight: Callable[[dt.date], float]) -> dict[dt.date, int]:
    """Share a total over days by weight; whole numbers that add up to it (largest remainder)."""
    weights = {day: weight(day) for day in days}
    whole = sum(weights.values())
    if not total:
        return {}
    shares = {day: total * w / whole for day, w in weights.items()}
    counts = {day: int(share) for day, share in shares.items()}
    for day in sorted(days, key=lambda d: (counts[d] - shares[d], d))[: total - sum(counts.values())]:
        counts[day] += 1
    return counts


def _weight(scenario: Scenario, day: dt.date) -> float:
    # A made-up working Saturday is as any other Friday.
    weekday = scenario.weekdays[min(day.weekday(), len(scenario.weekdays) - 1)]
    return scenario.months.get(day.month, 1.0) * weekday


def _closeness(days: int) -> float:
    """What is still open was mostly received a few days ago."""
    return float(0.86**days)


def _near_end(scenario: Scenario, end: int) -> Callable[[dt.date], float]:
    return lambda day: _closeness((scenario.last - day).days - end)


def _overdue_weight(scenario: Scenario, day: dt.date) -> float:
    left = (scenario.last - day).days
    return 1.0 if OVERDUE_TO_DAYS <= left <= OVERDUE_FROM_DAYS else 0.0

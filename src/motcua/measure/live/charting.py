"""What the charts of a unit show: groups with what they lose, the largest losses, the months and the year's end."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from motcua.measure.live.models import Standing
from motcua.measure.live.queries import Line, Point, YearEnd
from motcua.measure.live.sources import framework

LARGEST = 5
# Of a chart's height, left free above and below.
AIR = 0.12
STEP = 0.5


@dataclass(frozen=True)
class Group:
    """A group's points: what it has, what it lost, and what could not be scored; together its most."""

    name: str
    score: float
    lost: float
    most: float

    @property
    def unscored(self) -> float:
        """Return the points of the leaves without figures."""
        return max(self.most - self.score - self.lost, 0.0)


@dataclass(frozen=True)
class Trend:
    """A year's months on a scale from `low` to `high` points; places go from 0 to 100, down from the top."""

    low: float
    high: float
    months: tuple[tuple[Point, float, float | None], ...]
    edges: tuple[tuple[float, str, float], ...]
    end: tuple[float, float, float, float] | None

    @property
    def middle(self) -> float:
        """Return the scale's middle."""
        return (self.low + self.high) / 2

    @property
    def lines(self) -> list[str]:
        """Return the lines through the months that are scored; a month without a score leaves a gap."""
        found: list[list[str]] = [[]]
        for _point, across, down in self.months:
            if down is None:
                found.append([])
            else:
                found[-1].append(f"{across:.2f},{down:.2f}")
        return [" ".join(line) for line in found if len(line) > 1]


def groups_of(lines: Iterable[Line]) -> list[Group]:
    """Return the groups of a tree."""
    return [Group(line.name, line.score or 0.0, line.lost or 0.0, line.most) for line in lines if line.depth == 1]


def largest_losses(lines: Iterable[Line]) -> list[Line]:
    """Return the leaves that lose most, the most first."""
    lose = [line for line in lines if line.leaf and line.lost]
    return sorted(lose, key=lambda line: (-(line.lost or 0.0), line.code))[:LARGEST]


def lost_since(lines: Iterable[Line]) -> list[Line]:
    """Return the leaves that lost points since the day before, the most first."""
    lose = [line for line in lines if line.leaf and line.today is not None and line.today < 0]
    return sorted(lose, key=lambda line: (line.today or 0.0, line.code))


def trend_of(points: Sequence[Point], end: YearEnd | None) -> Trend | None:
    """Return the chart of a year's months with the class edges in sight; None with fewer than two scored months."""
    totals = [point.total for point in points if point.total is not None]
    if len(totals) < 2:
        return None
    if end is not None:
        reach = (end.projection.expected, end.projection.low, end.projection.high)
        totals += [value for value in reach if value is not None]
    low, high = _scale(totals)

    def down(value: float) -> float:
        return 100 * (high - value) / (high - low)

    months = tuple(
        (point, _across(point.first.month), None if point.total is None else down(point.total)) for point in points
    )
    scale = [rating for rating in framework()[0].classes if rating.at_least is not None]
    edges = tuple((r.at_least, r.code, down(r.at_least)) for r in scale if r.at_least and low < r.at_least < high)
    return Trend(low, high, months, edges, None if end is None else _end(end, down))


def _across(month: int) -> float:
    """Return the middle of a month's column; the thirteenth is the year's."""
    return 100 * (month - 0.5) / 13


def _end(end: YearEnd, down: Callable[[float], float]) -> tuple[float, float, float, float]:
    found = end.projection
    low = found.expected if found.low is None else found.low
    high = found.expected if found.high is None else found.high
    return _across(13), down(found.expected), down(low), down(high)


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """Return a scale in whole points with some air around the values, within 0 and 100."""
    least, most = min(values), max(values)
    air = max((most - least) * AIR, STEP)
    return float(max(int(least - air), 0)), float(min(int(most + air) + 1, 100))


@dataclass(frozen=True)
class Level:
    """The agencies of a level: their number, and the best, the middle and the lowest points."""

    name: str
    units: int
    best: float
    middle: float
    lowest: float


def levels_of(rows: Sequence[Standing]) -> list[Level]:
    """Return the levels of agencies with scores, in the order of the rows."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.agency is not None and row.total is not None:
            found.setdefault(row.agency.get_level_display(), []).append(row.total)
    return [Level(name, len(all_), max(all_), median(all_), min(all_)) for name, all_ in found.items()]

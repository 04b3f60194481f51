"""A province beside its neighbours: by index, over the years, and by domain where a rank was lost. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from motcua.measure.assessment.models import Standing

# So many domains are named as those that cost the rank.
MOST_NAMED = 3


@dataclass(frozen=True)
class YearLine:
    """One year of an index: the figure, the change from the year before it that is known, the place in the region."""

    row: Standing
    rise: int | None = None
    gain: float | None = None
    region_rank: int | None = None
    region_of: int | None = None


@dataclass(frozen=True)
class DomainLine:
    """One domain of a year: own figure, the region's mean and best, and how it stands against the whole.

    `behind`: by how many ranks the domain stands below the whole (above 0: it pulls down); `rise`: ranks won since the
    earlier year that is known.
    """

    row: Standing
    mean: float | None
    best: float | None
    best_province: str
    behind: int | None
    rise: int | None

    @property
    def gap(self) -> float | None:
        """Return how much the region's best has more."""
        return None if self.best is None or self.row.score is None else self.best - self.row.score


@dataclass(frozen=True)
class Neighbour:
    """A province of the region in the year that is compared; `share` of the best score, for the bar."""

    row: Standing
    own: bool
    share: float


@dataclass(frozen=True)
class IndexStanding:
    """An index of a province: years newest first, neighbours, domains, and where the rank was lost."""

    name: str
    years: list[YearLine]
    series: list[tuple[str, list[Standing]]] = field(default_factory=list)
    compared: int | None = None
    neighbours: list[Neighbour] = field(default_factory=list)
    domain_year: int | None = None
    domains: list[DomainLine] = field(default_factory=list)

    @property
    def lost(self) -> list[DomainLine]:
        """Return the domains that cost most: by ranks below the whole, else by the gap to the region's best."""
        ranked = [line for line in self.domains if (line.behind or 0) > 0]
        if ranked:
            return sorted(ranked, key=lambda line: -(line.behind or 0))[:MOST_NAMED]
        gaps = [line for line in self.domains if (line.gap or 0) > 0]
        return sorted(gaps, key=lambda line: -(line.gap or 0))[:MOST_NAMED]


def standings_of(province: str) -> list[IndexStanding]:
    """Return every index of a province with its neighbours beside it; one question to the database."""
    rows = list(Standing.objects.order_by("index", "year", "province", "domain"))
    region = next((row.region for row in rows if row.province == province and row.region), "")
    found = []
    for name, lines in groupby(rows, key=lambda row: row.index):
        held = list(lines)
        if any(row.province == province for row in held):
            found.append(_index(name, province, region, held))
    return found


def _index(name: str, province: str, region: str, rows: Sequence[Standing]) -> IndexStanding:
    wholes = [row for row in rows if not row.domain]
    own = [row for row in wholes if row.province == province]
    near = [row for row in wholes if region and row.region == region]
    compared = max((row.year for row in own if _others(near, row)), default=None)
    domain_year = max((row.year for row in rows if row.domain and row.province == province), default=None)
    return IndexStanding(
        name=name,
        years=_years(own, near)[::-1],
        series=_series(near, province),
        compared=compared,
        neighbours=_neighbours([row for row in near if row.year == compared], province),
        domain_year=domain_year,
        domains=_domains(rows, province, region, domain_year, own),
    )


def _others(near: Iterable[Standing], row: Standing) -> bool:
    return any(each.year == row.year and each.province != row.province and each.score is not None for each in near)


def _years(own: Sequence[Standing], near: Sequence[Standing]) -> list[YearLine]:
    lines = [_year(None, row, near) for row in own[:1]]
    return lines + [_year(before, now, near) for before, now in pairwise(own)]


def _year(before: Standing | None, now: Standing, near: Sequence[Standing]) -> YearLine:
    rise = before.rank - now.rank if before and before.rank and now.rank else None
    known = before is not None and before.score is not None and now.score is not None
    place, of = _region_rank(now, near)
    return YearLine(now, rise, (now.score or 0) - (before.score or 0) if known and before else None, place, of)


def _region_rank(row: Standing, near: Sequence[Standing]) -> tuple[int | None, int | None]:
    """Return the rank in the region as it was published, else as the scores of all of it give it."""
    year = [each for each in near if each.year == row.year and each.score is not None]
    if row.region_rank or row.score is None or len(year) < 2:
        return row.region_rank, None
    return 1 + sum((each.score or 0) > row.score for each in year), len(year)


def _series(near: Sequence[Standing], province: str) -> list[tuple[str, list[Standing]]]:
    """Return ranks by year of each province of the region, the own one last, so that it is drawn on top."""
    names = sorted({row.province for row in near if row.rank}, key=lambda name: (name == province, name))
    return [(name, [row for row in near if row.province == name and row.rank]) for name in names]


def _neighbours(rows: Sequence[Standing], province: str) -> list[Neighbour]:
    scored = sorted((row for row in rows if row.score is not None), key=lambda row: -(row.score or 0))
    best = (scored[0].score or 1) if scored else 1
    return [Neighbour(row, row.province == province, 100 * (row.score or 0) / best) for row in scored]


def _domains(
    rows: Sequence[Standing], province: str, region: str, year: int | None, own: Sequence[Standing]
) -> list[DomainLine]:
    whole = next((row.rank for row in own if row.year == year), None)
    lines = []
    for row in rows:
        if row.province != province or row.year != year or not row.domain:
            continue
        near = [r for r in rows if r.domain == row.domain and r.year == year and r.region == region and region]
        near = [r for r in near if r.score is not None]
        best = max(near, key=lambda r: r.score or 0, default=None) if len(near) > 1 else None
        earlier = [
            r for r in rows if r.domain == row.domain and r.province == province and r.year < row.year and r.rank
        ]
        lines.append(
            DomainLine(
                row=row,
                mean=sum(r.score or 0 for r in near) / len(near) if len(near) > 1 else None,
                best=best.score if best else None,
                best_province=best.province if best else "",
                behind=row.rank - whole if row.rank and whole else None,
                rise=earlier[-1].rank - row.rank if earlier and earlier[-1].rank and row.rank else None,
            )
        )
    return lines

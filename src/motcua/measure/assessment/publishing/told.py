"""A publication in the words of one language: groups, units by rank with what changed, classes, domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.measure.assessment.frameworks import framework_of
from motcua.rules.scoring import Framework

Content = Mapping[str, Any]


@dataclass(frozen=True)
class ToldUnit:
    """One unit as it is shown. `domains` holds points and the most of each domain, in the framework's order.

    `rank_low` to `rank_high` is where nine of ten runs place it, and `band` the units that it cannot be told apart
    from; None in what was published without intervals.
    """

    code: str
    name: str
    score: float | None
    rank: int | None
    rating: str
    own: float | None
    appraised: float | None
    rank_change: int | None
    score_change: float | None
    domains: tuple[tuple[float | None, float | None], ...]
    rank_low: int | None = None
    rank_high: int | None = None
    band: int | None = None


@dataclass(frozen=True)
class ToldClass:
    """A class with how many units reached it; the shares of a group add to 100."""

    name: str
    units: int
    share: float


@dataclass(frozen=True)
class ToldDomain:
    """A domain over a group: points on average, the most, and the mean share reached in per cent."""

    code: str
    name: str
    mean: float
    most: float
    share: float


@dataclass(frozen=True)
class ToldGroup:
    """A group of units that were ranked together."""

    name: str
    framework: Framework
    title: str
    version: str
    mean: float | None
    most: float | None
    units: tuple[ToldUnit, ...]
    classes: tuple[ToldClass, ...]
    domains: tuple[ToldDomain, ...]
    firmness: Content

    def alike(self, unit: ToldUnit) -> list[ToldUnit]:
        """Return the other units that a unit cannot be told apart from."""
        if unit.band is None:
            return []
        return [each for each in self.units if each.band == unit.band and each.code != unit.code]

    @property
    def ranked(self) -> list[ToldUnit]:
        """Return the units that have a rank, the first one first."""
        return [unit for unit in self.units if unit.rank is not None]

    @property
    def risers(self) -> list[ToldUnit]:
        """Return the units that rose, the highest rise first."""
        return sorted((u for u in self.units if (u.rank_change or 0) > 0), key=lambda u: -(u.rank_change or 0))

    @property
    def fallers(self) -> list[ToldUnit]:
        """Return the units that fell, the deepest fall first."""
        return sorted((u for u in self.units if (u.rank_change or 0) < 0), key=lambda u: u.rank_change or 0)

    @property
    def weakest(self) -> list[ToldDomain]:
        """Return the domains from the lowest share reached upwards."""
        return sorted(self.domains, key=lambda domain: domain.share)


def told_groups(content: Content, language: str) -> list[ToldGroup]:
    """Return the groups of a publication in a language (`vi` or `en`)."""
    return [_group(group, language) for group in content["groups"]]


def _group(group: Content, language: str) -> ToldGroup:
    framework = framework_of(group["text"])
    names = {row["code"]: row["name"].get(language) or row["code"] for row in group["classes"]}
    domains = [node for node in framework.root.children if not node.adjustment]
    units = tuple(_unit(unit, names, [node.code for node in domains], language) for unit in group["units"])
    return ToldGroup(
        name=group["name"],
        framework=framework,
        title=framework.names.get(language) or framework.names.get("vi", framework.code),
        version=group["version"],
        mean=group["mean"],
        most=group["most"],
        units=units,
        classes=tuple(ToldClass(names[row["code"]], row["units"], row["share"]) for row in group["classes"]),
        domains=tuple(
            _domain(node.code, node.name(language), [u.domains[n] for u in units]) for n, node in enumerate(domains)
        ),
        firmness=group.get("firmness", {}),
    )


def _unit(unit: Content, names: Mapping[str, str], domains: list[str], language: str) -> ToldUnit:
    return ToldUnit(
        code=unit["code"],
        name=unit["name"].get(language) or unit["name"]["vi"],
        score=unit["score"],
        rank=unit["rank"],
        rating=names.get(unit["class"], ""),
        own=unit["self"],
        appraised=unit["appraised"],
        rank_change=unit["rank_change"],
        score_change=unit["score_change"],
        domains=tuple((unit["nodes"][code][0], unit["nodes"][code][1]) for code in domains),
        rank_low=unit.get("rank_low"),
        rank_high=unit.get("rank_high"),
        band=unit.get("band"),
    )


def _domain(code: str, name: str, reached: list[tuple[float | None, float | None]]) -> ToldDomain:
    known = [(points, most) for points, most in reached if points is not None and most]
    mean = sum(points for points, _most in known) / len(known) if known else 0.0
    most = sum(most for _points, most in known) / len(known) if known else 0.0
    return ToldDomain(code, name, mean, most, 100 * mean / most if most else 0.0)

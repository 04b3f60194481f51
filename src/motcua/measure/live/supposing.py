"""What if a unit's figures were others: points, rank at its level, class; how many dossiers half a point is; the
cheapest way to a goal. Scored from the stored standings' own inputs by the same engine, so it equals a real change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import get_language

from motcua.measure.live.models import Standing
from motcua.measure.live.sources import framework, input_codes
from motcua.rules.scoring import Data, Node, score_points
from motcua.rules.scoring.what_if import (
    NoWay,
    Part,
    Way,
    changed,
    cheapest_counts,
    how_many,
    points_for_class,
    points_for_rank,
    standing,
)
from motcua.rules.scoring.what_if import Standing as Place

HALF = 0.5
MOST_RANKS = 200


@dataclass(frozen=True)
class Supposed:
    """One leaf with figures: what it has, what is supposed, its points before and after, and what half a point takes.

    `half`: how many more of the part bring half a point to the whole; None where not even all do.
    """

    code: str
    name: str
    numerator: int
    denominator: int
    supposed: int
    score: float
    then: float
    most: float
    half: int | None

    @property
    def short(self) -> int:
        """Return how many of the whole are not in the part."""
        return self.denominator - self.numerator


@dataclass(frozen=True)
class Supposing:
    """A unit among the units of its level, with its figures as they are and as they are supposed."""

    leaves: tuple[Supposed, ...]
    now: Place
    then: Place
    of: int


def data_of(rows: Sequence[Standing]) -> Data:
    """Return the inputs of standings as the engine takes them; units are called by their keys."""
    numbers = {}
    for leaf in framework()[0].root.leaves():
        pairs = [row.content["inputs"].get(leaf.code) for row in rows]
        above, below = input_codes(leaf)
        numbers[above] = np.array([np.nan if pair is None else pair[0] for pair in pairs], dtype=np.float64)
        numbers[below] = np.array([np.nan if pair is None else pair[1] for pair in pairs], dtype=np.float64)
    return Data(tuple(str(row.agency_id or "province") for row in rows), numbers)


def peers_of(rows: Sequence[Standing], agency_id: int | None) -> list[Standing]:
    """Return the standings of a unit's level, its own among them; the province stands alone."""
    own = next((row for row in rows if row.agency_id == agency_id), None)
    if own is None or own.agency is None:
        return [] if own is None else [own]
    level = own.agency.level
    return [row for row in rows if row.agency is not None and row.agency.level == level]


def suppose(peers: Sequence[Standing], unit: str, given: Mapping[str, int]) -> Supposing:
    """Return where a unit stands and would stand.

    Args:
        unit: key of the agency, or "province".
        given: supposed numerators by code of the leaf; those left out stay as they are.
    """
    rules, data = framework()[0], data_of(peers)
    place = data.units.index(unit)
    leaves = [leaf for leaf in rules.root.leaves() if leaf.points and not np.isnan(data.number(_part(leaf))[place])]
    inputs = {_part(leaf): float(given[leaf.code]) for leaf in leaves if leaf.code in given}
    then = changed(data, unit, inputs) if inputs else data
    before, after = score_points(rules, data), score_points(rules, then)
    rows = [
        Supposed(
            leaf.code,
            leaf.name("en" if get_language() == "en" else "vi"),
            int(data.number(_part(leaf))[place]),
            int(data.number(input_codes(leaf)[1])[place]),
            int(then.number(_part(leaf))[place]),
            float(before.nodes[leaf.code].score[place]),
            float(after.nodes[leaf.code].score[place]),
            leaf.points,
            how_many(rules, data, unit, *input_codes(leaf), HALF),
        )
        for leaf in leaves
    ]
    return Supposing(tuple(rows), standing(rules, data, unit), standing(rules, then, unit), len(peers))


def _part(leaf: Node) -> str:
    return input_codes(leaf)[0]


def way_to(peers: Sequence[Standing], unit: str, goal: str, ranks: int, efforts: Mapping[str, float]) -> Way:
    """Return the cheapest steps to a goal.

    Args:
        goal: "class" for the next better one, "ranks" for `ranks` ranks up.
        efforts: effort for one more of a leaf's part, by its code; leaves left out are not to be moved.

    Raises:
        NoWay: no choice gets there; its sentence is English, the page says its own.
    """
    rules, data = framework()[0], data_of(peers)
    wanted = points_for_class(rules, data, unit) if goal == "class" else points_for_rank(rules, data, unit, ranks)
    leaves = [leaf for leaf in rules.root.leaves() if leaf.points and leaf.code in efforts]
    parts = [Part(leaf.code, *input_codes(leaf), efforts[leaf.code]) for leaf in leaves]
    return cheapest_counts(rules, data, unit, parts, wanted)


__all__ = ("NoWay", "Supposed", "Supposing", "data_of", "peers_of", "suppose", "way_to")

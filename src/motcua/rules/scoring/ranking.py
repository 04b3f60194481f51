"""Ranks and classes of units, on unrounded scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .tree import FloatArray, RatingClass

# Sums of decimals differ in their last bits; scores nearer than this are one score.
SAME = 9


def ranks(scores: FloatArray, method: str = "competition") -> FloatArray:
    """Return the rank of each score, 1 for the highest, NaN for the unscored.

    `competition` 1-2-2-4, `dense` 1-2-2-3, `consecutive` 1-2-3-4 (ties in the order given).
    """
    found = np.full(len(scores), np.nan)
    known = np.flatnonzero(~np.isnan(scores))
    values = -np.round(scores[known], SAME)
    if method == "consecutive":
        found[known[np.argsort(values, kind="stable")]] = np.arange(1, len(known) + 1)
        return found
    steps, place = np.unique(values, return_inverse=True)
    found[known] = place + 1 if method == "dense" else np.searchsorted(np.sort(values), steps)[place] + 1
    return found


def ranks_within(scores: FloatArray, groups: Sequence[str], method: str = "competition") -> FloatArray:
    """Return the rank of each score among the units of its group."""
    found = np.full(len(scores), np.nan)
    labels = np.array(groups, dtype=object)
    for group in set(groups):
        inside = labels == group
        found[inside] = ranks(scores[inside], method)
    return found


def changes(now: FloatArray, before: FloatArray) -> FloatArray:
    """Return now − before; NaN for a unit that is not in both. For ranks, a fall of the number is a rise."""
    return now - before


def merged_before(scores: FloatArray, weights: FloatArray) -> float:
    """Return the earlier score to set a merged unit beside: the mean of its parts by weight (dossiers, people)."""
    return float(np.average(scores, weights=weights))


def classes(scores: FloatArray, scale: Sequence[RatingClass]) -> NDArray[np.str_]:
    """Return the code of each unit's class, empty for the unscored; classes stand from high to low."""
    found = np.full(len(scores), "", dtype=object)
    for rating in reversed(scale):
        reached = np.round(scores, SAME) >= round(_edge(rating, scores), SAME)
        found[reached] = rating.code
    return found.astype(np.str_)


def _edge(rating: RatingClass, scores: FloatArray) -> float:
    """Return the lowest score of a class; one that is set by percentile depends on all units."""
    if rating.at_least_percentile is not None:
        known = scores[~np.isnan(scores)]
        return float(np.percentile(known, rating.at_least_percentile)) if len(known) else np.inf
    return -np.inf if rating.at_least is None else rating.at_least

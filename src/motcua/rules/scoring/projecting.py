"""Where a score will stand at the end of the year, if the rest of it is like the months so far.

The method is simple and said with its result: the months still to come are taken to score like the mean of the months
that are over, so the year's end is (k × score to date + (12 − k) × mean of the months) ÷ 12, k months being over. The
interval is Student's: t(k − 1) × s × √(1/k + 1/(12 − k)) × (12 − k)/12, s the spread of the months' scores. With fewer
than three months over there is a point and no interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MONTHS = 12
FEWEST = 3
SURE = 0.9


@dataclass(frozen=True)
class Projection:
    """The score expected at the end of the year; `low` and `high` are None where too few months are known."""

    expected: float
    low: float | None
    high: float | None
    months: int
    sure: float = SURE


def project(to_date: float, months: Sequence[float], most: float = 100.0, sure: float = SURE) -> Projection:
    """Return the projection of a year.

    Args:
        to_date: the score of the year up to now, in points.
        months: the scores of the months that are over (at most twelve), in points.
        most: the highest score there is.
        sure: how much of the interval's chance lies inside, 0 to 1.

    Raises:
        ValueError: more than twelve months.
    """
    known = np.array([month for month in months if not np.isnan(month)], dtype=np.float64)
    over, left = len(known), MONTHS - len(known)
    if left < 0:
        raise ValueError("a year has twelve months")
    if not over or not left:
        return Projection(to_date, None if left else to_date, None if left else to_date, over, sure)
    expected = (over * to_date + left * float(known.mean())) / MONTHS
    if over < FEWEST:
        return Projection(expected, None, None, over, sure)
    # Loaded when needed: the library takes longer to load than the rest of a page's process.
    from scipy.stats import t as student

    spread = float(known.std(ddof=1)) * np.sqrt(1 / over + 1 / left) * left / MONTHS
    half = float(student.ppf((1 + sure) / 2, over - 1)) * spread
    low, high = float(np.clip(expected - half, 0, most)), float(np.clip(expected + half, 0, most))
    return Projection(float(np.clip(expected, 0, most)), low, high, over, sure)

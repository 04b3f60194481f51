"""Small numbers: rates of units with few cases are drawn towards the rate of all, and below a minimum not told.

The rates of units are taken as drawn from one beta distribution, whose strength (in cases) is found by moments from the
data. A unit of n cases keeps n ÷ (n + strength) of its own rate.
"""

from dataclasses import dataclass

import numpy as np

from .tree import FloatArray


@dataclass(frozen=True)
class Shrunk:
    """Rates drawn towards `common` (NaN below the minimum), and the strength of the drawing in cases."""

    rates: FloatArray
    common: float
    strength: float


def shrink(numerators: FloatArray, denominators: FloatArray, least: int = 5) -> Shrunk:
    """Return the shrunken rates of units.

    Args:
        numerators, denominators: cases of each unit; NaN where missing.
        least: units with fewer cases have no rate.

    Raises:
        ValueError: no unit has a case, or a part is larger than its whole.
    """
    known = ~np.isnan(numerators) & ~np.isnan(denominators) & (denominators > 0)
    above, below = numerators[known], denominators[known]
    if not known.any():
        raise ValueError("no unit has a case")
    if np.any(above > below) or np.any(above < 0):
        raise ValueError("a part is larger than its whole")
    common = float(above.sum() / below.sum())
    strength = _strength(above / below, below, common)
    rates = np.full(len(numerators), np.nan)
    rates[known] = (above + strength * common) / (below + strength) if np.isfinite(strength) else common
    rates[np.nan_to_num(denominators) < least] = np.nan
    return Shrunk(rates, common, strength)


def _strength(rates: FloatArray, cases: FloatArray, common: float) -> float:
    """Return alpha + beta of the beta distribution; infinite where rates differ by no more than chance."""
    chance = common * (1 - common)
    units = len(rates)
    total = cases.sum()
    spare = total - (cases**2).sum() / total
    if units < 2 or chance == 0 or spare <= units - 1:
        return np.inf
    spread = float((cases * (rates - common) ** 2).sum())
    between = (spread - (units - 1) * chance) / (spare - (units - 1))
    return np.inf if not between > 0 else max(chance / between - 1, 0.0)

"""Rounding as people do it: half away from zero, on the decimal figure; and shares that add up."""

from collections.abc import Sequence

import numpy as np

from .tree import FloatArray

# A half that binary fractions miss by a hair is still a half. True ratios of counts below a hundred million that are
# no half lie further away than this.
HAIR = 1e-9


def half_up(values: FloatArray, digits: int | None) -> FloatArray:
    """Return values rounded half away from zero to `digits` decimals; as they are if None."""
    if digits is None:
        return values
    scale = 10.0**digits
    scaled = np.abs(values) * scale
    return np.asarray(np.copysign(np.floor(scaled + 0.5 + HAIR) / scale, values))


def shares(counts: Sequence[int], digits: int = 2) -> list[float]:
    """Return each count's share of the sum in per cent, rounded so that they add to 100 exactly (largest remainder)."""
    total = sum(counts)
    if not total:
        return [0.0 for _ in counts]
    whole = 100 * 10**digits
    parts = [divmod(count * whole, total) for count in counts]
    left = whole - sum(quotient for quotient, _ in parts)
    by_remainder = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))
    units = [quotient for quotient, _ in parts]
    for place in by_remainder[:left]:
        units[place] += 1
    return [unit / 10**digits for unit in units]

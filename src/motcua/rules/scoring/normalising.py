"""Bringing indicators to one scale. Each function takes a column and its direction, and gives a column: more is better.

Definitions as in COINr; a column without spread gives no information, and is in the middle (min-max) or 0 (z).
"""

from collections.abc import Callable, Sequence

import numpy as np

from .ranking import ranks
from .tree import FloatArray, Options

Way = Callable[[FloatArray, Options, Sequence[str]], FloatArray]


def normalise(values: FloatArray, direction: int, options: Options, units: Sequence[str] = ()) -> FloatArray:
    """Return a column normalised by `options["method"]`; `units` name the rows, for the distance to a reference."""
    method = options.get("method", "minmax")
    if method == "none" or np.isnan(values).all():
        return values
    if method == "goalposts":
        return _goalposts(values, direction, options)
    if "target" in options:
        options = {**options, "target": direction * options["target"]}
    with np.errstate(divide="ignore", invalid="ignore"):
        found = WAYS[method](direction * values, options, units)
    return np.where(np.isfinite(found), found, np.nan)


def _span(options: Options) -> tuple[float, float]:
    return float(options.get("low", 0)), float(options.get("high", 100))


def _minmax(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    low, high = _span(options)
    least, most = np.nanmin(x), np.nanmax(x)
    if least == most:
        return np.where(np.isnan(x), np.nan, (low + high) / 2)
    return low + (x - least) / (most - least) * (high - low)


def _goalposts(x: FloatArray, direction: int, options: Options) -> FloatArray:
    """Distance between two fixed posts, cut off at both; with direction −1 the lower post is the better."""
    low, high = _span(options)
    first, last = options["goalposts"]
    share = np.clip((x - first) / (last - first), 0, 1)
    return np.asarray(low + (share if direction > 0 else 1 - share) * (high - low))


def _zscore(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    spread = np.nanstd(x, ddof=1)
    return (x - np.nanmean(x)) / spread if spread else x - x


def _rank(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    """1 for the lowest; equal values share the lower rank."""
    return ranks(-x)


def _borda(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    return ranks(-x) - 1


def _prank(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    return np.asarray((ranks(-x) - 1) / max(int(np.count_nonzero(~np.isnan(x))) - 1, 1))


def _dist2max(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    return _to(x, float(np.nanmax(x)))


def _dist2target(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    return np.minimum(_to(x, options["target"]), 1)


def _dist2ref(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    if options["reference"] not in units:
        return np.full_like(x, np.nan)
    return _to(x, float(x[list(units).index(options["reference"])]))


def _to(x: FloatArray, point: float) -> FloatArray:
    """Return 1 − (point − x) ÷ (point − min)."""
    return np.asarray(1 - (point - x) / (point - np.nanmin(x)))


def _fracmax(x: FloatArray, options: Options, units: Sequence[str]) -> FloatArray:
    """Share of the maximum; a maximum of 0 has no shares."""
    return np.asarray(x / np.nanmax(x))


WAYS: dict[str, Way] = {
    "minmax": _minmax,
    "zscore": _zscore,
    "rank": _rank,
    "borda": _borda,
    "prank": _prank,
    "dist2max": _dist2max,
    "dist2target": _dist2target,
    "dist2ref": _dist2ref,
    "fracmax": _fracmax,
}

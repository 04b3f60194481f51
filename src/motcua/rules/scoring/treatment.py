"""What is done to indicators before they are compared: denominators, filling of gaps, outliers.

The definitions are COINr's (Becker et al., JOSS 2022), which follow the JRC handbook on composite indicators.
"""

from collections.abc import Sequence

import numpy as np

from .tree import FloatArray, Options

SKEW, KURTOSIS, MOST_POINTS = 2.0, 3.5, 5


def impute(values: FloatArray, options: Options, groups: Sequence[str]) -> FloatArray:
    """Return a column with its gaps filled by the mean or median, of all units or of the unit's group.

    A group without any value leaves its gaps.
    """
    method = options.get("method", "none")
    if method == "none" or not np.isnan(values).any():
        return values
    middle = np.nanmedian if method.endswith("median") else np.nanmean
    labels = np.array(groups if method.startswith("group_") else [""] * len(values), dtype=object)
    filled = values.copy()
    for label in set(labels):
        inside = labels == label
        if label is not None and not np.isnan(values[inside]).all():
            filled[inside & np.isnan(values)] = middle(values[inside])
    return filled


def treat(values: FloatArray, options: Options) -> FloatArray:
    """Return a column with its outliers treated; one whose skew and kurtosis are in bounds stays as it is.

    The plain `log` has nothing to say of 0 and below: such a value becomes missing.
    """
    method = options.get("method", "none")
    if method == "none" or _in_bounds(values, options):
        return values
    if method.startswith("log"):
        return log_ct(values) if method == "log_ct" else np.log(np.where(values > 0, values, np.nan))
    treated = winsorise(values, options)
    return log_ct(values) if method == "winsorise_log" and not _in_bounds(treated, options) else treated


def winsorise(values: FloatArray, options: Options) -> FloatArray:
    """Return a column whose furthest points, one more each time, are put level with the next, until it is in bounds."""
    known = values[~np.isnan(values)]
    ordered = np.sort(known)
    high = skewness(known) > 0
    treated = values
    for points in range(1, min(int(options.get("points", MOST_POINTS)), len(known) - 1) + 1):
        treated = np.minimum(values, ordered[-1 - points]) if high else np.maximum(values, ordered[points])
        if _in_bounds(treated, options):
            break
    return treated


def log_ct(values: FloatArray) -> FloatArray:
    """Return log(x − min + 0.01 × (max − min)), the log form of the COIN tool."""
    low, high = np.nanmin(values), np.nanmax(values)
    return np.asarray(np.log(values - low + 0.01 * (high - low)))


def skewness(values: FloatArray) -> float:
    """Return the sample skewness (type 2, as in SAS)."""
    n, moved = len(values), values - values.mean()
    biased = np.sqrt(n) * (moved**3).sum() / (moved**2).sum() ** 1.5
    return float(biased * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: FloatArray) -> float:
    """Return the sample excess kurtosis (type 2, as in SAS)."""
    n, moved = len(values), values - values.mean()
    biased = n * (moved**4).sum() / (moved**2).sum() ** 2 - 3
    return float(((n + 1) * biased + 6) * (n - 1) / ((n - 2) * (n - 3)))


def _in_bounds(values: FloatArray, options: Options) -> bool:
    known = values[~np.isnan(values)]
    if len(known) < 4 or np.ptp(known) == 0:
        return True
    skewed = abs(skewness(known)) > options.get("skew", SKEW)
    return not (skewed and kurtosis(known) > options.get("kurtosis", KURTOSIS))

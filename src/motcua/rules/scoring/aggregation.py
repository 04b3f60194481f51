"""Putting children together: weighted means, sums, Copeland. Missing children leave the others' weights."""

import numpy as np

from .tree import FloatArray, Options


def aggregate(table: FloatArray, weights: FloatArray, options: Options) -> FloatArray:
    """Return one value for each row of `table` (units × children).

    `least_share`: the share of the children's weight that must be there, else the value is missing (0: any; a sum
    needs all unless it is said otherwise).
    """
    method = options.get("method", "arithmetic")
    known = ~np.isnan(table)
    there = (known * weights).sum(axis=1)
    least = options.get("least_share", 1.0 if method == "sum" else 0.0) * weights.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _combine(method, table, weights, there, options)
    return np.where((there > 0) & (there >= least - 1e-12) & np.isfinite(found), found, np.nan)


def _combine(method: str, x: FloatArray, weights: FloatArray, there: FloatArray, options: Options) -> FloatArray:
    if method == "copeland":
        return copeland(x, weights)
    if method == "sum":
        return np.asarray(np.nansum(x * weights, axis=1))
    if method == "geometric":
        return np.where(np.any(x <= 0, axis=1), _at_zero(x), np.exp(np.nansum(np.log(x) * weights, axis=1) / there))
    if method == "harmonic":
        return np.asarray(there / np.nansum(weights / x, axis=1))
    if method == "power":
        power = float(options.get("power", 1))
        return np.asarray((np.nansum(x**power * weights, axis=1) / there) ** (1 / power))
    return np.asarray(np.nansum(x * weights, axis=1) / there)


def _at_zero(x: FloatArray) -> FloatArray:
    """A geometric mean is 0 where a value is 0, and has no sense below."""
    return np.where(np.any(x < 0, axis=1), np.nan, 0.0)


def copeland(table: FloatArray, weights: FloatArray) -> FloatArray:
    """Return for each unit how many others it outranks less how many outrank it, by weighted majority of children."""
    outranks = np.zeros((len(table), len(table)))
    for column, weight in zip(table.T, weights, strict=True):
        outranks += weight * np.sign(np.nan_to_num(column[:, None] - column[None, :]))
    return np.asarray(np.sign(np.round(outranks, 12)).sum(axis=1))


def principal_weights(table: FloatArray) -> FloatArray:
    """Return the loadings of the first principal component of the standardised children, made positive, mean 1."""
    rows = table[~np.isnan(table).any(axis=1)]
    spread = rows.std(axis=0)
    spread[spread == 0] = 1
    _, _, axes = np.linalg.svd((rows - rows.mean(axis=0)) / spread, full_matrices=False)
    loadings = np.abs(axes[0])
    return np.asarray(loadings / loadings.mean())

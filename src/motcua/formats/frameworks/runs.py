"""Tables of runs: what was drawn for each run of the uncertainty of ranks, as a file from which any run is made again.

One line a run: `run`, `normalise` and `aggregate` (places in the framework's lists), `weight CODE` (the factor of each
node's weight), `margin CODE 1…` and `gap CODE 1…` (a draw for each unit, in the order of the data).
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from motcua.rules.scoring import Framework
from motcua.rules.scoring.tree import FloatArray
from motcua.rules.scoring.uncertainty import Runs, Spread

from .tables import BadTable

FIXED = ("run", "normalise", "aggregate")


def spread_of(framework: Framework, *, missing: bool = False, weights: float | None = None) -> Spread:
    """Return what a framework says is varied, with what was asked for on top."""
    settings: Mapping[str, Any] = framework.stages.get("uncertainty", {})
    given: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in settings.items()}
    given |= {"missing": True} if missing else {}
    given |= {} if weights is None else {"weights": weights}
    return Spread(**given)


def write_runs(file: Path, runs: Runs) -> None:
    """Write a table of runs as CSV, each number to its last bit.

    Raises:
        BadTable: the file cannot be written.
    """
    heads = [*FIXED, *(f"weight {code}" for code in runs.codes)]
    columns: list[FloatArray] = list(runs.factors)
    for code, draws in sorted(runs.noise.items()):
        heads += [f"{_kind(code)} {n}" for n in range(1, len(draws) + 1)]
        columns += list(draws)
    try:
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(heads)
            ways = zip(runs.normalise.tolist(), runs.aggregate.tolist(), strict=True)
            for place, (one, other) in enumerate(ways):
                writer.writerow([place + 1, one, other, *(repr(float(column[place])) for column in columns)])
    except OSError as error:
        raise BadTable(f"{file} cannot be written: {error.strerror or error}.") from error


def _kind(code: str) -> str:
    return f"gap {code.removeprefix('?')}" if code.startswith("?") else f"margin {code}"


def read_runs(file: Path, framework: Framework, units: int) -> Runs:
    """Return the runs of a table.

    Raises:
        BadTable: it cannot be read, or is not of this framework and so many units.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as rows:
            heads, *lines = list(csv.reader(rows))
            numbers = np.array([[float(cell) for cell in line] for line in lines], dtype=np.float64)
    except OSError as error:
        raise BadTable(f"{file} cannot be read: {error.strerror or error}.") from error
    except (ValueError, csv.Error) as error:
        raise BadTable(f"{file.name} is no table of runs.") from error
    codes = tuple(node.code for node in framework.root.walk())
    if not lines or heads[: 3 + len(codes)] != [*FIXED, *(f"weight {code}" for code in codes)]:
        raise BadTable(f"{file.name} is no table of runs of {framework.code}.")
    noise = _noise(heads, numbers, 3 + len(codes))
    if any(len(draws) != units for draws in noise.values()):
        raise BadTable(f"{file.name} was drawn for another number of units.")
    return Runs(
        codes,
        numbers[:, 3 : 3 + len(codes)].T.copy(),
        numbers[:, 1].astype(np.int64),
        numbers[:, 2].astype(np.int64),
        noise,
    )


def _noise(heads: list[str], numbers: FloatArray, first: int) -> dict[str, FloatArray]:
    places: dict[str, list[int]] = {}
    for place, head in enumerate(heads[first:], start=first):
        kind, _, rest = head.partition(" ")
        code = rest.rpartition(" ")[0]
        places.setdefault(f"?{code}" if kind == "gap" else code, []).append(place)
    return {code: numbers[:, columns].T.copy() for code, columns in places.items()}

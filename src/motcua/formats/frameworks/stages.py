"""What the stages of a composite framework need beyond their shape, and the weights that a table gives its nodes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .places import FrameworkFault, Key, Placed
from .tables import BadTable, Table, number_of, read_table

Blocks = Sequence[tuple[Key, dict[str, Any]]]
NEEDS = {"goalposts": "goalposts", "dist2target": "target", "dist2ref": "reference"}
GIVEN = ("given", "equal", "pca")
BESIDE = frozenset({"iCode", "Level", "Parent"})


def stage_faults(placed: Placed, blocks: Blocks) -> Iterator[FrameworkFault]:
    """Yield the faults of `normalise` and `aggregate`, the framework's own and each node's."""
    leaves_lack_own = False
    for key, block in blocks:
        yield from _normalise_faults(placed, (*key, "normalise"), block.get("normalise"))
        yield from _aggregate_faults(placed, (*key, "aggregate"), block.get("aggregate"))
        leaves_lack_own |= "children" not in block and "normalise" not in block
    common = placed.data.get("normalise") if leaves_lack_own else None
    yield from _normalise_faults(placed, ("normalise",), common)
    yield from _aggregate_faults(placed, ("aggregate",), placed.data.get("aggregate"))


def _normalise_faults(placed: Placed, key: Key, options: dict[str, Any] | None) -> Iterator[FrameworkFault]:
    if options is None:
        return
    method = options["method"]
    if (needed := NEEDS.get(method)) and needed not in options:
        yield placed.fault(key, f"{method} needs {needed}")
    for low, high in ((options.get("low", 0), options.get("high", 100)), options.get("goalposts", (0, 1))):
        if method in ("minmax", "goalposts") and low >= high:
            yield placed.fault(key, f"{low:g} is not below {high:g}")


def _aggregate_faults(placed: Placed, key: Key, options: dict[str, Any] | None) -> Iterator[FrameworkFault]:
    if options is not None and options["method"] == "power" and options.get("power", 1) == 0:
        yield placed.fault(key, "a power of 0 has no mean; the geometric mean is what it comes near")


def read_weights(placed: Placed, file: Path, blocks: Blocks) -> dict[str, float]:
    """Return the weights of the table that `weights` names, looked for beside the framework and where we stand.

    Raises:
        FrameworkFault: no such file, no such columns, a code that is no node, a weight that is none, or children of a
            node that all weigh nothing.
    """
    named = placed.data.get("weights", "given")
    if named in GIVEN:
        return {}
    found = next((path for path in (file.parent / named, Path(named)) if path.is_file()), None)
    if found is None:
        raise placed.fault(("weights",), f"there is no file {named!r}; or say equal, pca, given")
    try:
        weights = _weights_of(read_table(found), frozenset(block["code"] for _key, block in blocks))
    except BadTable as error:
        raise placed.fault(("weights",), str(error)) from error
    for key, block in blocks:
        children = block.get("children", [])
        if children and not any(weights.get(child["code"], child.get("weight", 1)) for child in children):
            raise placed.fault(key, "the weights of the children add up to nothing")
    return weights


def _weights_of(table: Table, codes: frozenset[str]) -> dict[str, float]:
    experts = [head for head in table.heads if head and head not in BESIDE]
    if "iCode" not in table.heads or not experts:
        raise BadTable(f"{table.name} needs a column iCode, and Weight or a column for each expert.")
    weights: dict[str, float] = {}
    for number, cells in table.rows:
        row = dict(zip(table.heads, cells, strict=True))
        code = row["iCode"]
        weight = _weight(table.name, number, row, ["Weight"] if "Weight" in row else experts)
        if weight is None and code not in codes:
            continue  # Such as denominators and groups in a table that tells of all columns.
        if weight is None or code not in codes:
            raise BadTable(f"{table.name}, row {number}: {_wrong(code, codes)}")
        if code in weights:
            raise BadTable(f"{table.name}, row {number}: {code} stands twice")
        weights[code] = weight
    return weights


def _wrong(code: str, codes: frozenset[str]) -> str:
    return f"{code} has no weight" if code in codes else f"the framework has no node {code!r}"


def _weight(name: str, number: int, row: Mapping[str, str], columns: list[str]) -> float | None:
    """Return a node's weight: as given, or the mean of the points that experts gave it; None if all is blank."""
    given = []
    for column in columns:
        try:
            if not math.isnan(value := number_of(row[column])):
                given.append(value)
        except ValueError as error:
            raise BadTable(f"{name}, row {number}, column {column}: {error}") from error
        if value < 0:
            raise BadTable(f"{name}, row {number}, column {column}: a weight is not below 0")
    return math.fsum(given) / len(given) if given else None

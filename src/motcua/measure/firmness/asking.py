"""The seed of the runs, as forms and addresses name it."""

from collections.abc import Mapping
from typing import Any

from motcua.measure.firmness.computing import SEED

LONGEST = 6


def seed_asked(values: Mapping[str, Any]) -> int:
    """Return the seed that a form or an address names; the usual one where it names none or none that can be."""
    text = str(values.get("seed", ""))
    return int(text) if text.isdecimal() and len(text) <= LONGEST else SEED


def with_seed(address: str, seed: int) -> str:
    """Return an address that names a seed, where it is not the usual one."""
    if seed == SEED:
        return address
    return f"{address}{'&' if '?' in address else '?'}seed={seed}"

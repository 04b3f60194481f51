"""Small counts of people that go out to the public are masked, and so is what would give them away.

A count below a threshold could name somebody. Masking it alone is not enough: where a total and all other parts are
published, the difference tells it. So further counts are masked until no masked count is determined by the sums that
hold between the published ones, and until no sum tells that a masked group has fewer people than the threshold
(complementary suppression; Hundepool et al., Statistical Disclosure Control, 2012, chapter 4).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
LEAST = 5
PRIME = 2_147_483_647


def masked(
    counts: Mapping[Key, int], sums: Iterable[tuple[Key, Sequence[Key]]] = (), least: int = LEAST
) -> frozenset[Key]:
    """Return the keys of the counts that are not to be published.

    Args:
        counts: every count of a table, its totals among them.
        sums: which count is the sum of which others.
        least: from so many people on a count is published; nothing (0) is published too.
    """
    equations = [(whole, *parts) for whole, parts in sums if all(key in counts for key in (whole, *parts))]
    hidden = {key for key, count in counts.items() if 0 < count < least}
    while gap := _gap(counts, equations, hidden, least):
        candidates = [key for key in gap if key not in hidden]
        if not candidates:
            # Every count of the equation is hidden: what is left lies beyond it, in another equation.
            candidates = [key for equation in equations for key in equation if key not in hidden and counts[key]]
            if not candidates:
                break
        # The smallest count loses least; a zero hides nobody, and goes only where nothing else is left.
        hidden.add(min(candidates, key=lambda key: (counts[key] == 0, counts[key])))
    return frozenset(hidden)


def _gap(
    counts: Mapping[Key, int], equations: Sequence[Sequence[Key]], hidden: set[Key], least: int
) -> Sequence[Key] | None:
    """Return an equation through which something hidden is told; None where nothing is."""
    for equation in equations:
        whole, *parts = equation
        inside = [key for key in parts if key in hidden]
        told = whole not in hidden and inside and sum(counts[key] for key in inside) < least
        if told or len(inside) + (whole in hidden) == 1:
            return equation
    known = determined(equations, hidden)
    return next((equation for equation in equations if known & set(equation)), None)


def determined(equations: Sequence[Sequence[Key]], hidden: set[Key]) -> set[Key]:
    """Return the hidden counts that follow from the published ones by all equations together.

    Args:
        equations: each a whole and its parts.
        hidden: the unknowns; everything else is known. A count follows if the equations solve for it alone.
    """
    rows: dict[Key, dict[Key, int]] = {}
    for whole, *parts in equations:
        row = {key: 1 for key in parts if key in hidden}
        if whole in hidden:
            row[whole] = PRIME - 1
        _eliminate(rows, row)
    return {lead for lead, row in rows.items() if len(row) == 1}


def _eliminate(rows: dict[Key, dict[Key, int]], row: dict[Key, int]) -> None:
    """Add a row to a reduced system (row by its leading key), modulo a prime: no fractions, no rounding."""
    for lead, other in rows.items():
        if factor := row.get(lead, 0):
            _subtract(row, other, factor)
    if not row:
        return
    lead, value = next(iter(row.items()))
    inverse = pow(value, -1, PRIME)
    for key in row:
        row[key] = row[key] * inverse % PRIME
    for other in rows.values():
        if factor := other.get(lead, 0):
            _subtract(other, row, factor)
    rows[lead] = row


def _subtract(row: dict[Key, int], other: Mapping[Key, int], factor: int) -> None:
    for key, value in other.items():
        left = (row.get(key, 0) - factor * value) % PRIME
        if left:
            row[key] = left
        else:
            row.pop(key, None)

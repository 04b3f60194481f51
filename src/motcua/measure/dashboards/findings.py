"""What figures say, and only that: a finding is claimed where the numbers carry it. Pure.

A share is compared with the share of all the rest. A claim needs enough cases on both sides and a difference that
chance does not explain: a two-proportion z-test whose bound grows with the number of parts that are compared
(Bonferroni), so that of a hundred pages about parts that are all alike at most one makes a claim.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

LEAST_CASES = 30
LEAST_LATE = 5
LEAST_TIMES = 1.5
FALSE_CLAIMS = 0.01


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts: its name, how many were judged, how many of them were late."""

    name: str
    judged: int
    late: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A part that is late more often than the rest: how many times as often, rounded down to halves."""

    name: str
    times: float


def stands_out(parts: Sequence[Part]) -> Finding | None:
    """Return the part that is late most often compared with all the rest; None where no claim holds."""
    judged, late = sum(part.judged for part in parts), sum(part.late for part in parts)
    least_z = NormalDist().inv_cdf(1 - FALSE_CLAIMS / max(len(parts), 1))
    found = [
        Finding(part.name, times)
        for part in parts
        if (times := _times(part, judged - part.judged, late - part.late, least_z)) >= LEAST_TIMES
    ]
    return max(found, key=lambda finding: finding.times, default=None)


def _times(part: Part, rest_judged: int, rest_late: int, least_z: float) -> float:
    if min(part.judged, rest_judged) < LEAST_CASES or min(part.late, rest_late) < LEAST_LATE:
        return 0.0
    share, rest = part.late / part.judged, rest_late / rest_judged
    pooled = (part.late + rest_late) / (part.judged + rest_judged)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / part.judged + 1 / rest_judged))
    if spread == 0 or (share - rest) / spread < least_z:
        return 0.0
    return math.floor(2 * share / rest) / 2


def change_in_percent(now: int, before: int) -> int | None:
    """Return by how many percent a count differs from the one before; None where either is too small to say."""
    if min(now, before) < LEAST_CASES:
        return None
    return round(100 * (now - before) / before)


def largest_share(counts: Sequence[tuple[str, int]]) -> tuple[str, int, int] | None:
    """Return the name, count and whole of a part that holds at least three in ten of at least 30; None if none does."""
    whole = sum(count for _name, count in counts)
    if whole < LEAST_CASES or len(counts) < 2:
        return None
    name, most = max(counts, key=lambda pair: pair[1])
    return (name, most, whole) if most * 10 >= whole * 3 else None

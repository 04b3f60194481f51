"""The units of one level as they are ranked for a period, scored again from what their standings keep."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from motcua.measure.firmness.computing import digest_of
from motcua.measure.live.models import Standing
from motcua.measure.live.periods import Period
from motcua.measure.live.queries import board
from motcua.measure.live.sources import framework
from motcua.measure.live.supposing import data_of
from motcua.record.organisation.models import Level
from motcua.rules.scoring import Data, Result, score_points

# Fewer units than these have no ranks to be sure of.
LEAST = 2


@dataclass(frozen=True)
class Ranked:
    """The scored standings of one level; units are called by the keys of their agencies."""

    level: str
    rows: tuple[Standing, ...]

    @cached_property
    def data(self) -> Data:
        """Return the inputs as the engine takes them."""
        return data_of(self.rows)

    @cached_property
    def result(self) -> Result:
        """Return the scores: those of the standings themselves."""
        return score_points(framework()[0], self.data)

    @property
    def names(self) -> dict[str, str]:
        """Return what people call each unit."""
        return {str(row.agency_id): row.agency.name for row in self.rows if row.agency is not None}

    def digest(self, seed: int) -> str:
        """Return the digest of what is computed from these units by a seed."""
        inputs: Any = {str(row.agency_id): row.content["inputs"] for row in self.rows}
        return digest_of(framework()[1], inputs, seed)


def levels_of(rows: Sequence[Standing]) -> list[tuple[str, str, int]]:
    """Return the levels with two ranked units or more: code, name, how many; in the order of levels."""
    counts = Counter(row.agency.level for row in rows if row.agency is not None and row.rank is not None)
    return [(code, str(name), counts[code]) for code, name in Level.choices if counts[code] >= LEAST]


def level_shown(rows: Sequence[Standing], asked: str, own: int | None) -> str:
    """Return the level to show: the one asked for, else the actor's own, else the one with the most units.

    Args:
        own: key of the actor's agency.
    """
    levels = levels_of(rows)
    codes = [code for code, _name, _count in levels]
    mine = next((row.agency.level for row in rows if row.agency is not None and row.agency_id == own), "")
    most = max(levels, key=lambda level: level[2])[0] if levels else ""
    return next((code for code in (asked, mine) if code in codes), most)


def ranked_of(rows: Sequence[Standing], level: str) -> Ranked:
    """Return the ranked units of a level."""
    found = [r for r in rows if r.agency is not None and r.rank is not None and r.agency.level == level]
    return Ranked(level, tuple(sorted(found, key=lambda row: row.agency_id or 0)))


def ranked_in(period: Period, until: dt.date | None, level: str) -> Ranked:
    """Return the ranked units of a level in a period, as the board shows them."""
    return ranked_of(board(period, until), level)

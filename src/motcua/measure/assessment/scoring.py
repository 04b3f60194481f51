"""From the kept inputs of a group to scores: by `rules.scoring` alone, at any step of the round."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from motcua.formats.frameworks import Table, read_data
from motcua.formats.frameworks.tables import UNIT, input_kinds
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Entry, Group, Member, Step
from motcua.rules.scoring import Framework, Result, score_framework
from motcua.rules.scoring.derivation import Derivation, derive
from motcua.rules.scoring.ranking import classes, ranks

ORDER = list(Step.values)
Inputs = dict[str, dict[str, str]]
"""Unit → input → value as it was typed."""


def inputs_at(members: Iterable[str], entries: Iterable[Entry], step: str) -> Inputs:
    """Return the inputs of units as they stand at a step: a later step's values over an earlier one's."""
    found: Inputs = {str(member): {} for member in members}
    until = ORDER.index(step)
    for entry in sorted(entries, key=lambda entry: ORDER.index(entry.step)):
        if ORDER.index(entry.step) <= until and str(entry.member_id) in found:
            found[str(entry.member_id)].update(entry.values)
    return found


def score_inputs(framework: Framework, inputs: Mapping[str, Mapping[str, str]]) -> Result:
    """Return the scores of units by a framework.

    Raises:
        BadTable: a value is not what its input must be.
    """
    codes = tuple(input_kinds(framework))
    rows = tuple((n, (unit, *(held.get(code, "") for code in codes))) for n, (unit, held) in enumerate(inputs.items()))
    return score_framework(framework, read_data(framework, Table("inputs", (UNIT, *codes), rows)).data)


@dataclass(frozen=True)
class Scored:
    """The scores of a group at a step; units are keys of members."""

    framework: Framework
    result: Result

    def points(self, unit: object, code: str) -> float | None:
        """Return a unit's points at a node, None where it is unscored."""
        return self._known(self.result.nodes[code].score, unit)

    def most(self, unit: object, code: str) -> float | None:
        """Return the most that a unit can reach at a node: 0 where a leaf does not apply to it."""
        return self._known(self.result.nodes[code].most, unit)

    def _known(self, values: Any, unit: object) -> float | None:
        value = float(values[self.place[str(unit)]])
        return None if np.isnan(value) else value

    @cached_property
    def place(self) -> dict[str, int]:
        """Return each unit's place in the arrays."""
        return {unit: place for place, unit in enumerate(self.result.data.units)}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Return the rank of each scored unit by the framework's method, on unrounded scores."""
        found = ranks(self.result.top.exact, self.framework.rank_method)
        return {unit: int(found[place]) for unit, place in self.place.items() if not np.isnan(found[place])}

    @cached_property
    def classes(self) -> dict[str, str]:
        """Return the class of each scored unit."""
        found = classes(self.result.top.score, self.framework.classes)
        return {unit: str(found[place]) for unit, place in self.place.items()}

    def derivation(self, unit: object, code: str, language: str) -> Derivation:
        """Return how a score came about, in words; KeyError without such a unit or node."""
        return derive(self.result, str(unit), code, language)


def score_group(
    group: Group, step: str, entries: Iterable[Entry] | None = None, members: Iterable[str] | None = None
) -> Scored:
    """Return the scores of all units of a group from what is kept up to a step.

    Args:
        entries, members: the entries and the keys of the units, where they are at hand.
    """
    if members is None:
        members = map(str, Member.objects.filter(group=group, taken_out_at=None).values_list("pk", flat=True))
    kept = Entry.objects.filter(member__group=group) if entries is None else entries
    framework = framework_of(group.text)
    return Scored(framework, score_inputs(framework, inputs_at(members, kept, step)))

"""What a stage asks of the leaves of a unit, and what of it is left to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.measure.assessment.frameworks import inputs_of_leaf
from motcua.measure.assessment.models import Entry, Stage, Step
from motcua.rules.scoring import Framework

Sources = Mapping[str, Mapping[str, Any]]
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """The leaves that a stage asks for, by code, and those of them that nobody has done yet."""

    leaves: frozenset[str] = NOTHING
    left: frozenset[str] = NOTHING

    def within(self, leaves: Iterable[str]) -> "Asked":
        """Return what is asked of these leaves alone."""
        chosen = frozenset(leaves)
        return Asked(self.leaves & chosen, self.left & chosen)

    @property
    def done(self) -> int:
        """Return how many are done."""
        return len(self.leaves) - len(self.left)


def asked_of(framework: Framework, sources: Sources, own: Iterable[Entry], stage: str) -> Asked:
    """Return what a stage asks of a unit.

    Self-assessment: a value for each leaf that the unit gives itself, bonus and penalty aside. Appraisal: each leaf but
    the measured ones valued or recognised. Explanation: each leaf that was appraised otherwise. Re-appraisal: each leaf
    that was explained, and what the first appraisal left. Other stages ask for nothing leaf by leaf.

    Args:
        sources: where the inputs of leaves come from, as the group keeps them.
        own: all entries of the unit.
    """
    held = list(own)
    said = {step: {entry.leaf for entry in held if entry.step == step} for step in Step.values}
    if stage == Stage.SELF:
        return _of_unit(framework, sources, held)
    if stage == Stage.EXPLANATION:
        changed = frozenset(entry.leaf for entry in held if entry.step == Step.APPRAISAL and entry.values)
        return Asked(changed, changed - said[Step.EXPLANATION])
    measured = {leaf for leaf, source in sources.items() if source.get("kind") == "measure"}
    leaves = frozenset(leaf.code for leaf in framework.root.leaves()) - measured
    if stage == Stage.APPRAISAL:
        return Asked(leaves, leaves - said[Step.APPRAISAL] - said[Step.REAPPRAISAL])
    if stage == Stage.REAPPRAISAL:
        again = leaves & frozenset(said[Step.EXPLANATION]) | leaves - said[Step.APPRAISAL]
        return Asked(again, again - said[Step.REAPPRAISAL])
    return Asked()


def _of_unit(framework: Framework, sources: Sources, held: list[Entry]) -> Asked:
    given = {code for entry in held for code, text in entry.values.items() if text}
    asked, left = set(), set()
    for leaf in framework.root.leaves():
        codes = inputs_of_leaf(framework, leaf)
        if leaf.adjustment or sources.get(leaf.code, {}).get("kind") or not codes:
            continue
        asked.add(leaf.code)
        if not given.intersection(codes):
            left.add(leaf.code)
    return Asked(frozenset(asked), frozenset(left))

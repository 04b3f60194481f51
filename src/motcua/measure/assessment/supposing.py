"""What if a unit's values were others: points, rank and class; what half a point takes; the cheapest way to a goal.

Scored from the kept inputs by the same engine as the round, so it equals what the same entries would bring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motcua.formats.frameworks.tables import FALSE, TRUE
from motcua.measure.assessment.frameworks import inputs_of_leaf, options_of_leaf
from motcua.measure.assessment.models import Entry, Member, Step
from motcua.measure.assessment.queries import Field, language
from motcua.measure.assessment.scoring import Inputs, Scored, inputs_at, score_inputs
from motcua.measure.assessment.words import move_in_words
from motcua.rules.scoring import POINTS, Framework, Node
from motcua.rules.scoring.composite_ways import Goal, TooManyWays, cheapest_steps, steps_up
from motcua.rules.scoring.moves import cheapest_moves, how_many_each, moves_of
from motcua.rules.scoring.what_if import NoWay, Standing, Way, points_for_class, points_for_rank

HALF = 0.5
MOST_RANKS = 500


@dataclass(frozen=True)
class Supposed:
    """One leaf: its fields, its points as they stand and as they are supposed.

    `half`: how many more bring half a point to the whole, None where not even all do; `movable`: the way may use it.
    """

    leaf: Node
    name: str
    fields: tuple[Field, ...]
    score: float | None
    then: float | None
    most: float | None
    half: int | None
    movable: bool


@dataclass(frozen=True)
class Supposing:
    """A unit among the units of its group, as it stands and as it is supposed."""

    rows: tuple[Supposed, ...]
    now: Standing
    then: Standing
    of: int


class Supposer:
    """The kept inputs of a group at hand, with one of its units to suppose things of."""

    def __init__(self, member: Member, framework: Framework, keys: Sequence[str], entries: Sequence[Entry]) -> None:
        self.unit, self.framework = str(member.pk), framework
        self.inputs: Inputs = inputs_at(keys, entries, Step.COUNCIL)
        self.scored = Scored(framework, score_inputs(framework, self.inputs))

    def suppose(self, given: Mapping[str, str]) -> Supposing:
        """Return where the unit stands and would stand.

        Args:
            given: supposed values as they are typed, by input; what is left out stays as it stands.
        """
        after = self._with(given)
        leaves = list(self.framework.root.leaves())
        half = self._half(leaves)
        rows = [self._row(leaf, given, after, half.get(leaf.code)) for leaf in leaves]
        return Supposing(tuple(rows), self._place(self.scored), self._place(after), len(self.inputs))

    def _with(self, given: Mapping[str, str]) -> Scored:
        if not given:
            return self.scored
        held = {**self.inputs, self.unit: {**self.inputs[self.unit], **given}}
        return Scored(self.framework, score_inputs(self.framework, held))

    def _place(self, scored: Scored) -> Standing:
        points = scored.points(self.unit, self.framework.root.code)
        return Standing(points, scored.ranks.get(self.unit), scored.classes.get(self.unit, ""))

    def _half(self, leaves: Sequence[Node]) -> dict[str, int | None]:
        if self.framework.kind != POINTS:
            return {}
        regular = [leaf for leaf in leaves if not leaf.adjustment]
        return how_many_each(self.framework, self.scored.result.data, self.unit, regular, HALF)

    def _row(self, leaf: Node, given: Mapping[str, str], after: Scored, half: int | None) -> Supposed:
        return Supposed(
            leaf,
            leaf.name(language()),
            tuple(self._fields(leaf, given)),
            self.scored.points(self.unit, leaf.code),
            after.points(self.unit, leaf.code),
            after.most(self.unit, leaf.code),
            half,
            self._movable(leaf),
        )

    def _movable(self, leaf: Node) -> bool:
        data = self.scored.result.data
        if self.framework.kind == POINTS:
            return bool(moves_of(leaf, data, self.unit))
        return bool(steps_up(self.framework, leaf, data, self.unit))

    def _fields(self, leaf: Node, given: Mapping[str, str]) -> list[Field]:
        held = self.inputs[self.unit]
        return [
            Field(
                code=code,
                kind=kind,
                options=options_of_leaf(leaf),
                value=given.get(code, held.get(code, "")),
                standing=held.get(code, ""),
                label=self.framework.label(code, language()),
                unit=self.framework.unit(code, language()),
            )
            for code, kind in inputs_of_leaf(self.framework, leaf).items()
        ]

    def way(self, goal: str, ranks: int, efforts: Mapping[str, float]) -> Way:
        """Return the cheapest steps to a goal.

        Args:
            goal: "class" for the next better one, "ranks" for `ranks` ranks up.
            efforts: effort of one step at each leaf that may be moved, by its code.

        Raises:
            NoWay: no choice of steps gets there; its sentence is English, the page says its own.
            TooManyWays: of a composite index, not all choices could be tried.
            ValueError: an effort is not above 0.
        """
        rules, data, wanted = self.framework, self.scored.result.data, self.goal_of(goal, ranks)
        if rules.kind != POINTS:
            return cheapest_steps(rules, data, self.unit, efforts, wanted)
        return cheapest_moves(rules, data, self.unit, efforts, wanted.points or 0.0)

    def goal_of(self, goal: str, ranks: int) -> Goal:
        """Return what reaches a goal: points, the other units unchanged, or a rank where a step moves others too.

        Raises:
            NoWay: there is no better class, or there are not so many ranks above.
        """
        rules, data = self.framework, self.scored.result.data
        if goal == "class":
            return Goal(points=points_for_class(rules, data, self.unit))
        points = points_for_rank(rules, data, self.unit, ranks)
        return Goal(points=points) if rules.kind == POINTS else Goal(rank=self.scored.ranks[self.unit] - ranks)

    def steps_told(self, way: Way) -> list[tuple[Node, str, float]]:
        """Return each step of a way with its leaf, in words of the active language, and its effort."""
        leaves = {leaf.code: leaf for leaf in self.framework.root.leaves()}
        return [
            (leaves[step.leaf], move_in_words(self.framework, leaves[step.leaf], step, language()), step.effort)
            for step in way.steps
        ]

    def class_name(self, code: str) -> str:
        """Return a class as people call it."""
        names = next((rating.names for rating in self.framework.classes if rating.code == code), {})
        return names.get(language()) or code


def same(kind: str, one: str, other: str) -> bool:
    """Tell whether two typed values say the same: yes and 1 do."""
    one, other = one.strip(), other.strip()
    if kind == "flag":
        return one == other or any(one.lower() in said and other.lower() in said for said in (TRUE, FALSE))
    return one == other


__all__ = ("NoWay", "Supposed", "Supposer", "Supposing", "TooManyWays", "same")

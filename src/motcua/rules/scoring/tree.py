"""What a framework is: a tree of nodes with points or weights, leaves with a rule, and how its figures are rounded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Options = Mapping[str, Any]
Names = Mapping[str, str]

POINTS, COMPOSITE = "points", "composite"


@dataclass(frozen=True)
class Rule:
    """How a leaf is scored: the kind of rule and its options, as the framework file gives them."""

    kind: str
    options: Options

    def __getitem__(self, name: str) -> Any:
        return self.options[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an option that may be left out."""
        return self.options.get(name, default)


@dataclass(frozen=True)
class Node:
    """A node of the tree. `points` is the most it can reach; `options` holds what differs from the framework's ways."""

    code: str
    names: Names = field(default_factory=dict)
    points: float = 0.0
    weight: float = 1.0
    direction: int = 1
    rule: Rule | None = None
    children: tuple["Node", ...] = ()
    adjustment: str = ""
    options: Options = field(default_factory=dict)

    @property
    def level(self) -> int:
        """Return 1 for a leaf, else one more than the highest child."""
        return 1 + max((child.level for child in self.children), default=0)

    def name(self, language: str) -> str:
        """Return the name in a language, in any language without it, else the code."""
        return self.names.get(language) or next(iter(self.names.values()), self.code)

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator["Node"]:
        """Yield the leaves below in their order."""
        return (node for node in self.walk() if not node.children)


@dataclass(frozen=True)
class Label:
    """What people call an input, and in what it is counted, by language."""

    names: Names
    units: Names = field(default_factory=dict)


@dataclass(frozen=True)
class RatingClass:
    """A class of units: from `at_least` points (inclusive) upwards."""

    code: str
    names: Names
    at_least: float | None = None
    at_least_percentile: float | None = None


@dataclass(frozen=True)
class Framework:
    """A framework as it is computed."""

    code: str
    version: str
    kind: str
    names: Names
    root: Node
    rounding: Mapping[str, int] = field(default_factory=dict)
    classes: tuple[RatingClass, ...] = ()
    rank_method: str = "competition"
    required: frozenset[str] = frozenset()
    stages: Mapping[str, Options] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)

    def label(self, code: str, language: str) -> str:
        """Return what people call an input: its label, the name of the leaf that it alone is, else its code."""
        if code in self.labels:
            return _in(self.labels[code].names, language) or code
        if self.kind == COMPOSITE:
            for leaf in self.root.leaves():
                if leaf.options.get("input", leaf.code) == code:
                    return leaf.name(language)
        return code

    def unit(self, code: str, language: str) -> str:
        """Return in what an input is counted, empty where the framework does not say."""
        return _in(self.labels[code].units, language) if code in self.labels else ""

    def node(self, code: str) -> Node:
        """Return a node by its code; KeyError without it."""
        for node in self.root.walk():
            if node.code == code:
                return node
        raise KeyError(code)


def _in(names: Names, language: str) -> str:
    return names.get(language) or next(iter(names.values()), "")


@dataclass(frozen=True)
class Data:
    """The inputs of some units, column by column. NaN is missing; `outside` marks what does not apply to a unit."""

    units: tuple[str, ...]
    numbers: Mapping[str, FloatArray]
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outside: Mapping[str, BoolArray] = field(default_factory=dict)

    def number(self, code: str) -> FloatArray:
        """Return a column of numbers; all missing where there is no such column."""
        column = self.numbers.get(code)
        return np.full(len(self.units), np.nan) if column is None else column

    def has(self, code: str) -> bool:
        """Tell whether there is such a column, be it blank."""
        return code in self.numbers or code in self.texts


@dataclass(frozen=True)
class NodeScores:
    """What one node reached, unit by unit. NaN: unscored. `exact` is before its own last rounding, and is ranked."""

    node: Node
    score: FloatArray
    exact: FloatArray
    most: FloatArray


@dataclass(frozen=True)
class Result:
    """The scores of all nodes, parents first."""

    framework: Framework
    data: Data
    nodes: Mapping[str, NodeScores]

    @property
    def top(self) -> NodeScores:
        """Return the scores of the whole."""
        return self.nodes[self.framework.root.code]

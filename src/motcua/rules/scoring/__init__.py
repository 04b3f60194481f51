"""Scoring: frameworks of points and composite indices, from inputs to scores, ranks and classes.

Pure: arrays in, arrays out. A `Framework` (tree of nodes, leaves with rules) and `Data` (columns of inputs) make a
`Result` (scores of each unit at each node). Files of frameworks are read by `motcua.formats.frameworks`.
"""

from .composite import score_composite
from .points import score_points
from .tree import COMPOSITE, POINTS, Data, Framework, Label, Node, NodeScores, RatingClass, Result, Rule

__all__ = (
    "COMPOSITE",
    "POINTS",
    "Data",
    "Framework",
    "Label",
    "Node",
    "NodeScores",
    "RatingClass",
    "Result",
    "Rule",
    "score_composite",
    "score_framework",
    "score_points",
)


def score_framework(framework: Framework, data: Data) -> Result:
    """Return the scores of all units at all nodes of a framework of either kind."""
    return score_points(framework, data) if framework.kind == POINTS else score_composite(framework, data)

"""Frameworks of points: leaves are scored, parents sum, what does not apply is re-based."""

import numpy as np

from . import leaves
from .rounding import half_up
from .tree import Data, FloatArray, Framework, Node, NodeScores, Result


def score_points(framework: Framework, data: Data) -> Result:
    """Return the points of each unit at each node.

    A missing leaf is unscored and counts nothing in its parents; a parent with no scored leaf is unscored. What does
    not apply to a unit leaves the applicable maximum, and the whole becomes achieved ÷ applicable maximum × maximum.
    Bonus and penalty come last, each within its cap.
    """
    nodes: dict[str, NodeScores] = {}
    _score(framework.root, framework, data, nodes)
    order = [node.code for node in framework.root.walk()]
    return Result(framework, data, {code: nodes[code] for code in order})


def _score(node: Node, framework: Framework, data: Data, nodes: dict[str, NodeScores]) -> NodeScores:
    if not node.children:
        found = _leaf(node, framework, data)
    else:
        found = _parent(node, framework, [_score(child, framework, data, nodes) for child in node.children])
    nodes[node.code] = found
    return found


def _leaf(node: Node, framework: Framework, data: Data) -> NodeScores:
    assert node.rule is not None
    outside = leaves.outside(node.rule, data)
    exact = np.where(outside, np.nan, leaves.score(node.rule, data, node.points))
    digits = node.options.get("digits", framework.rounding.get("leaf"))
    return NodeScores(node, half_up(exact, digits), exact, np.where(outside, 0.0, node.points))


def _parent(node: Node, framework: Framework, parts: list[NodeScores]) -> NodeScores:
    regular = [part for part in parts if not part.node.adjustment]
    most = np.sum([part.most for part in regular], axis=0)
    exact = _sum([part.score for part in regular])
    top = node is framework.root
    if top or node.options.get("rebase"):
        exact = rebase(exact, most, node.points)
    exact = _adjusted(node, exact, [part for part in parts if part.node.adjustment])
    digits = node.options.get("digits", framework.rounding.get("top" if top else "group"))
    return NodeScores(node, half_up(exact, digits), exact, most)


def _sum(scores: list[FloatArray]) -> FloatArray:
    """Return the sums of what is scored; NaN where nothing is."""
    table = np.array(scores)
    return np.where(np.all(np.isnan(table), axis=0), np.nan, np.nansum(table, axis=0))


def rebase(achieved: FloatArray, applicable: FloatArray, most: float) -> FloatArray:
    """Return achieved ÷ applicable maximum × maximum; untouched where all applies, NaN where nothing does."""
    with np.errstate(divide="ignore", invalid="ignore"):
        based = np.where(applicable > 0, achieved / applicable * most, np.nan)
    return np.where(np.isclose(applicable, most, rtol=0, atol=1e-9), achieved, based)


def _adjusted(node: Node, exact: FloatArray, adjustments: list[NodeScores]) -> FloatArray:
    """Return the points with bonus and penalty, each within its cap of the year."""
    for part in adjustments:
        amount = np.clip(np.nan_to_num(part.score), 0, part.node.points)
        exact = exact - amount if part.node.adjustment == "penalty" else exact + amount
    if not adjustments:
        return exact
    return np.clip(exact, 0, node.options.get("cap", np.inf))

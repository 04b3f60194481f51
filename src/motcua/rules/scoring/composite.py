"""Composite indices: denominate → impute → treat → normalise → aggregate upwards."""

from collections.abc import Mapping

import numpy as np

from .aggregation import aggregate, principal_weights
from .normalising import normalise
from .rounding import half_up
from .treatment import impute, treat
from .tree import Data, FloatArray, Framework, Node, NodeScores, Options, Result

STAGES = ("raw", "denominated", "imputed", "treated", "normalised")


def score_composite(framework: Framework, data: Data) -> Result:
    """Return the scores of each unit at each node; a leaf's score is its normalised value."""
    leaves = framework.root.leaves()
    columns = {leaf.code: leaf_stages(framework, leaf, data)["normalised"] for leaf in leaves}
    return Result(framework, data, score_columns(framework, columns))


def score_columns(framework: Framework, columns: Mapping[str, FloatArray]) -> dict[str, NodeScores]:
    """Return the scores of each node, parents first, from the normalised values of the leaves."""
    nodes: dict[str, NodeScores] = {}
    _score(framework.root, framework, columns, nodes)
    return {node.code: nodes[node.code] for node in framework.root.walk()}


def options_of(framework: Framework, node: Node, stage: str) -> Options:
    """Return a stage's options at a node: its own, else the framework's."""
    own: Options = node.options.get(stage, {})
    common: Options = framework.stages.get(stage, {})
    return own or common


def leaf_stages(framework: Framework, leaf: Node, data: Data) -> dict[str, FloatArray]:
    """Return an indicator after each stage, by the names of `STAGES`."""
    raw = data.number(leaf.options.get("input", leaf.code))
    denominated = _denominated(raw, leaf, data)
    filling = options_of(framework, leaf, "impute")
    groups = data.texts.get(filling.get("group", ""), [""] * len(data.units))
    imputed = impute(denominated, filling, groups)
    treated = treat(imputed, options_of(framework, leaf, "treat"))
    scaled = normalise(treated, leaf.direction, options_of(framework, leaf, "normalise"), data.units)
    return dict(zip(STAGES, (raw, denominated, imputed, treated, scaled), strict=True))


def digits_of(framework: Framework, node: Node, part: str = "") -> int | None:
    """Return to how many decimals a node's score is rounded, None for not at all.

    Args:
        part: top, group or leaf, where it is known already.
    """
    if not part:
        part = "leaf" if not node.children else "top" if node is framework.root else "group"
    digits: int | None = node.options.get("digits", framework.rounding.get(part))
    return digits


def _denominated(raw: FloatArray, leaf: Node, data: Data) -> FloatArray:
    if "denominator" not in leaf.options:
        return raw
    below = data.number(leaf.options["denominator"])
    return np.asarray(raw / np.where(below == 0, np.nan, below))


def children_weights(framework: Framework, node: Node, table: FloatArray) -> FloatArray:
    """Return the weights of a node's children: as given, equal, or by the first principal component.

    A node says it for its children; else the framework does.
    """
    named = node.options.get("weights", framework.stages.get("weights", "given"))
    if named == "pca" and len(node.children) > 1:
        return principal_weights(table)
    return np.array([1.0 if named == "equal" else child.weight for child in node.children])


def _score(
    node: Node, framework: Framework, columns: Mapping[str, FloatArray], nodes: dict[str, NodeScores]
) -> NodeScores:
    if node.children:
        table = np.column_stack([_score(child, framework, columns, nodes).score for child in node.children])
        weights = children_weights(framework, node, table)
        exact = aggregate(table, weights, options_of(framework, node, "aggregate")) * node.options.get("scale", 1)
        part = "top" if node is framework.root else "group"
    else:
        exact = columns[node.code]
        part = "leaf"
    digits = digits_of(framework, node, part)
    nodes[node.code] = NodeScores(node, half_up(exact, digits), exact, np.full(len(exact), np.nan))
    return nodes[node.code]

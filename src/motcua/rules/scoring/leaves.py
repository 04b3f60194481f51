"""The rules by which a leaf turns its inputs into points, each for all units at once.

A rule is a function of (rule, data, most): `most` is what the leaf can reach. NaN in, NaN out: a leaf whose input is
missing is unscored. Kinds were collected from provincial sets, Decision 766, SIPAS and DDCI.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import formula
from .tree import BoolArray, Data, FloatArray, Rule

Scorer = Callable[[Rule, Data, float], FloatArray]
SCORERS: dict[str, Scorer] = {}
# What a zero denominator scores, as a share of the most; a number in the file means points.
ZERO = {"zero": 0.0, "full": 1.0, "missing": np.nan, "not_applicable": np.nan}


def scorer(kind: str) -> Callable[[Scorer], Scorer]:
    """Enter a function as the one that scores this kind of rule."""

    def enter(function: Scorer) -> Scorer:
        SCORERS[kind] = function
        return function

    return enter


def inputs_of(rule: Rule) -> tuple[str, ...]:
    """Return the codes of the inputs of a rule, in their order, each once."""
    return tuple(dict.fromkeys(_inputs(rule)))


def _inputs(rule: Rule) -> Sequence[str]:
    if rule.kind in ("best_of", "items"):
        return [code for part in rule["rules"] for code in _inputs(part)]
    if rule.kind == "formula":
        return formula.names(rule["expression"])
    if rule.kind == "pass_fail":
        return list(rule["all_of"])
    if rule.kind == "survey":
        return [answer["input"] for answer in rule["answers"]]
    names = (rule.get(part) for part in ("input", "faults", "numerator", "denominator"))
    return [name for name in names if name]


def score(rule: Rule, data: Data, most: float) -> FloatArray:
    """Return the points of each unit by this rule, NaN where an input is missing."""
    points = SCORERS[rule.kind](rule, data, most)
    if rule.get("blank") == "full":
        points = np.where(_blank(rule, data), most, points)
    return points


def _blank(rule: Rule, data: Data) -> BoolArray:
    """Return where every input has its column, and the cell is blank: the source reports nothing."""
    codes = inputs_of(rule)
    if not all(data.has(code) for code in codes):
        return np.zeros(len(data.units), dtype=bool)
    return np.asarray(np.all([np.isnan(data.number(code)) for code in codes], axis=0))


def outside(rule: Rule, data: Data) -> BoolArray:
    """Return where the leaf does not apply: an input says so, or its denominator is zero and the rule says so."""
    found = np.zeros(len(data.units), dtype=bool)
    for code in inputs_of(rule):
        found |= data.outside.get(code, False)
    if rule.get("zero_denominator") == "not_applicable" and "denominator" in rule.options:
        found |= data.number(rule["denominator"]) == 0
    return found


def rate(rule: Rule, data: Data) -> FloatArray:
    """Return numerator ÷ denominator, or the single input as a share; infinite where the denominator is zero."""
    if "denominator" not in rule.options:
        value = data.number(rule["input"])
        return value / 100 if rule.get("unit") == "percent" else value
    above, below = data.number(rule["numerator"]), data.number(rule["denominator"])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above / below
    return np.where((below == 0) & ~np.isnan(above), np.inf, ratio)


def _by_rate(rule: Rule, data: Data, most: float, points: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return the points of a rate, and what the rule says of a zero denominator."""
    ratio = rate(rule, data)
    zero = rule.get("zero_denominator", "zero")
    at_zero = ZERO[zero] * most if isinstance(zero, str) else float(zero)
    return np.where(np.isinf(ratio), at_zero, points(np.where(np.isinf(ratio), 0.0, ratio)))


@scorer("linear")
def linear(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = rate × most, within 0 and the most."""
    return _by_rate(rule, data, most, lambda ratio: np.clip(ratio, 0, 1) * most)


@scorer("target")
def target(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = min(1, rate ÷ target) × most."""
    goal = float(rule["target"])
    return _by_rate(rule, data, most, lambda ratio: np.clip(ratio / goal, 0, 1) * most)


@scorer("bands")
def bands(rule: Rule, data: Data, most: float) -> FloatArray:
    """The points of the first band that the rate (or the count) reaches; bands stand from high to low."""
    return _by_rate(rule, data, most, lambda ratio: band_points(rule["bands"], ratio))


def band_points(steps: Sequence[Mapping[str, Any]], values: FloatArray) -> FloatArray:
    """Return the points of each value: `over` leaves its edge out, `at_least` takes it in, no edge is the rest."""
    points = np.zeros(len(values))
    for step in reversed(steps):
        reached = values > step["over"] if "over" in step else values >= step.get("at_least", -np.inf)
        points = np.where(reached, step["points"], points)
    return np.where(np.isnan(values), np.nan, points)


@scorer("pass_fail")
def pass_fail(rule: Rule, data: Data, most: float) -> FloatArray:
    """All conditions hold: the most; one fails: 0."""
    held = np.array([data.number(code) for code in rule["all_of"]])
    points = np.where(np.all(held > 0, axis=0), most, 0.0)
    # One condition that fails decides, whatever the others are.
    unknown = np.any(np.isnan(held), axis=0) & ~np.any(held <= 0, axis=0)
    return np.where(unknown, np.nan, points)


@scorer("ladder")
def ladder(rule: Rule, data: Data, most: float) -> FloatArray:
    """The points of the option that is named."""
    options: Mapping[str, float] = rule["options"]
    texts = data.texts.get(rule["input"], [""] * len(data.units))
    return np.array([float(options.get(text, np.nan)) for text in texts], dtype=np.float64)


@scorer("best_unit")
def best_unit(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = own value ÷ the best unit's × most; with `better: lower`, the best unit's ÷ own."""
    values = rate(rule, data)
    values = np.where(np.isinf(values), 0.0, values)
    if np.all(np.isnan(values)):
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = rule.get("better") == "lower"
        ratio = np.nanmin(values) / values if lower else values / np.nanmax(values)
    # The best is 0: who equals it is as good as the best where less is better, and has nothing where more is.
    ratio = np.where(np.isnan(ratio) & ~np.isnan(values), 1.0 if lower else 0.0, ratio)
    return np.asarray(np.clip(ratio, 0, 1) * most)


@scorer("count")
def count(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = count × points of one item less faults × points of one fault, at least 0 and at most the cap."""
    points = data.number(rule["input"]) * rule["each"]
    if "faults" in rule.options:
        points = points - data.number(rule["faults"]) * rule["each_fault"]
    return np.asarray(np.clip(points, 0, rule.get("cap", most)))


@scorer("deduct")
def deduct(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = the most − count × points of one fault, at least 0."""
    return np.asarray(np.clip(most - data.number(rule["input"]) * rule["each"], 0, most))


@scorer("best_of")
def best_of(rule: Rule, data: Data, most: float) -> FloatArray:
    """The highest of the cases that can be scored."""
    return np.asarray(np.fmax.reduce([score(part, data, part.get("points", most)) for part in rule["rules"]]))


@scorer("items")
def items(rule: Rule, data: Data, most: float) -> FloatArray:
    """The sum of the items, at most the most; an item that is missing leaves the sum unscored."""
    return np.minimum(sum(score(part, data, part.get("points", most)) for part in rule["rules"]), most)


@scorer("survey")
def survey(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = Σ (answers × weight of the option) ÷ all answers × most; weights from 0 to 1."""
    counts = np.array([data.number(answer["input"]) for answer in rule["answers"]])
    weights = np.array([float(answer["weight"]) for answer in rule["answers"]])
    total = counts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total == 0, np.nan, (weights[:, None] * counts).sum(axis=0) / total) * most


@scorer("survey_mean")
def survey_mean(rule: Rule, data: Data, most: float) -> FloatArray:
    """Points = (mean − lowest answer) ÷ (highest − lowest) × most."""
    low, high = float(rule.get("low", 1)), float(rule.get("high", 5))
    return np.clip((data.number(rule["input"]) - low) / (high - low), 0, 1) * most


@scorer("formula")
def by_formula(rule: Rule, data: Data, most: float) -> FloatArray:
    """The formula's value in points, within 0 and the most."""
    values = {code: data.number(code) for code in formula.names(rule["expression"])}
    return np.clip(np.broadcast_to(formula.compute(rule["expression"], values), len(data.units)), 0, most)


@scorer("value")
def value(rule: Rule, data: Data, most: float) -> FloatArray:
    """The points were given elsewhere: the input itself, within 0 and the most where a most is set."""
    points = data.number(rule["input"])
    return np.clip(points, 0, most) if most else points

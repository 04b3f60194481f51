"""The nearest gains of a unit: leaf by leaf, the smallest change of an input that brings points, scored by the rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from motcua.measure.assessment.scoring import score_inputs
from motcua.measure.assessment.words import option_in_words
from motcua.rules.scoring import POINTS, Data, Framework, Node, leaves
from motcua.rules.scoring.what_if import changed

# Of a rate, as much is asked for as brings this many points (or all that is left, where that is less).
WORTH = 0.5
NEARLY = 1e-9


@dataclass(frozen=True)
class Gain:
    """What a unit can gain at a leaf, and how, in words of the active language."""

    code: str
    name: str
    points: float
    words: str


def nearest_gains(framework: Framework, inputs: Mapping[str, str], language: str) -> list[Gain]:
    """Return what one unit can gain, the most points first; leaves that depend on other units are left out."""
    if framework.kind != POINTS:
        return []
    data = score_inputs(framework, {"unit": inputs}).data
    found = [gain for leaf in framework.root.leaves() if (gain := _gain(framework, leaf, data, language))]
    return sorted(found, key=lambda gain: (-round(gain.points, 2), gain.code))


def _gain(framework: Framework, leaf: Node, data: Data, language: str) -> Gain | None:
    if leaf.rule is None or leaf.adjustment or leaf.rule.kind in ("best_unit", "best_of", "items", "value", "formula"):
        return None
    now = _points(leaf, data)
    if np.isnan(now) or now > leaf.points - NEARLY:
        return None
    for after, words in _steps(framework, leaf, data, language):
        points = _points(leaf, after) - now
        if points > NEARLY:
            return Gain(leaf.code, leaf.name(language), points, words)
    return None


def _points(leaf: Node, data: Data) -> float:
    assert leaf.rule is not None
    return float(leaves.score(leaf.rule, data, leaf.points)[0])


def _steps(framework: Framework, leaf: Node, data: Data, language: str) -> Iterator[tuple[Data, str]]:
    """Yield what could be otherwise, the smallest change first."""
    rule = leaf.rule
    assert rule is not None
    if rule.kind == "ladder":
        yield from _options(leaf, data)
    elif rule.kind == "pass_fail":
        failing = [code for code in rule["all_of"] if data.number(code)[0] != 1]
        words = ", ".join(framework.label(code, language) for code in failing)
        yield changed(data, "unit", dict.fromkeys(failing, 1.0)), _("meet: %(conditions)s") % {"conditions": words}
    elif "numerator" in rule.options and rule.kind in ("linear", "target", "bands"):
        yield from _more(framework, leaf, data, language)
    elif rule.kind in ("count", "deduct"):
        yield _one(framework, rule["input"], data, 1 if rule.kind == "count" else -1, language)


def _options(leaf: Node, data: Data) -> Iterator[tuple[Data, str]]:
    assert leaf.rule is not None
    code, options = leaf.rule["input"], leaf.rule["options"]
    chosen = (data.texts.get(code) or ("",))[0]
    for option in sorted(options, key=lambda option: options[option]):
        if options[option] > options.get(chosen, 0):
            words = {"before": option_in_words(chosen), "after": option_in_words(option)}
            yield (
                replace(data, texts={**data.texts, code: (option,)}),
                _("from “%(before)s” to “%(after)s”") % words if chosen else words["after"],
            )


def _more(framework: Framework, leaf: Node, data: Data, language: str) -> Iterator[tuple[Data, str]]:
    """Yield the fewest more of the numerator that are worth it: found by halving, each try scored by the rule."""
    assert leaf.rule is not None
    above, below = leaf.rule["numerator"], leaf.rule["denominator"]
    has, of = float(data.number(above)[0]), float(data.number(below)[0])
    room = int(of - has) if of == of and has == has else 0
    if room <= 0:
        return
    now = _points(leaf, data)
    goal = min(WORTH, _points(leaf, changed(data, "unit", {above: has + room})) - now)
    low, high = 0, room
    while high - low > 1:
        middle = (low + high) // 2
        reached = _points(leaf, changed(data, "unit", {above: has + middle})) - now
        low, high = (low, middle) if reached >= goal - NEARLY else (middle, high)
    words: dict[str, Any] = {
        "count": high,
        "label": framework.label(above, language),
        "now": f"{has:g}",
        "of": f"{of:g}",
    }
    yield changed(data, "unit", {above: has + high}), _("%(label)s: %(count)d more (now %(now)s of %(of)s)") % words


def _one(framework: Framework, code: str, data: Data, step: int, language: str) -> tuple[Data, str]:
    words = {"label": framework.label(code, language), "now": f"{float(data.number(code)[0]):g}"}
    told = _("%(label)s: one more (now %(now)s)") if step > 0 else _("%(label)s: one fewer (now %(now)s)")
    return changed(data, "unit", {code: float(data.number(code)[0]) + step}), told % words

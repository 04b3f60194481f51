"""Rules of leaves in words, as forms and pages show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcua.rules.scoring import Framework, Node
from motcua.rules.scoring.what_if import Step

RULES = {
    "linear": gettext_lazy("Rate × %(most)s points"),
    "target": gettext_lazy("Rate ÷ target of %(target)s, at most 1, × %(most)s points"),
    "bands": gettext_lazy("By band: %(bands)s"),
    "best_unit": gettext_lazy("Own value ÷ the best unit's × %(most)s points"),
    "pass_fail": gettext_lazy("All conditions hold: %(most)s points; else 0"),
    "ladder": gettext_lazy("By option: %(options)s"),
    "count": gettext_lazy("Count × %(each)s, at most %(cap)s points"),
    "deduct": gettext_lazy("%(most)s points, less count × %(each)s"),
    "best_of": gettext_lazy("The highest of several ways, at most %(most)s points"),
    "items": gettext_lazy("The sum of several items, at most %(most)s points"),
    "survey": gettext_lazy("Answers by weight ÷ all answers × %(most)s points"),
    "survey_mean": gettext_lazy("Mean of the survey on its scale × %(most)s points"),
    "formula": gettext_lazy("By formula: %(expression)s"),
    "value": gettext_lazy("Points as they are given, at most %(most)s"),
}
OPTIONS = {
    "on_time": gettext_lazy("on time"),
    "late": gettext_lazy("late"),
    "none": gettext_lazy("not done"),
    "full": gettext_lazy("in full"),
    "partial": gettext_lazy("in part"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
}


def number_in_words(value: float) -> str:
    """Return a number with the decimal mark of the active language."""
    return f"{value:g}".replace(".", _("."))


def option_in_words(code: str) -> str:
    """Return an option of a ladder in words where it is a usual one, else as the framework writes it."""
    return str(OPTIONS.get(code, code))


def options_in_words(options: Mapping[str, float]) -> str:
    """Return the options of a ladder with their points."""
    return "; ".join(f"{option_in_words(code)} {number_in_words(points)}" for code, points in options.items())


def bands_in_words(bands: Sequence[Mapping[str, Any]]) -> str:
    """Return bands with their points, from high to low."""
    said = []
    for band in bands:
        points = number_in_words(band["points"])
        if "over" in band:
            said.append(_("over %(edge)s: %(points)s") % {"edge": number_in_words(band["over"]), "points": points})
        elif "at_least" in band:
            said.append(_("from %(edge)s: %(points)s") % {"edge": number_in_words(band["at_least"]), "points": points})
        else:
            said.append(_("else %(points)s") % {"points": points})
    return "; ".join(said)


def move_in_words(framework: Framework, leaf: Node, step: Step, language: str) -> str:
    """Return what a step of the cheapest way is: how many more or fewer of which input, or which option.

    Args:
        language: of the names of inputs, "vi" or "en".
    """
    rule = leaf.rule
    if rule is not None and rule.kind == "ladder":
        return _("choose “%(option)s”") % {"option": option_in_words(step.label)}
    codes = list(step.inputs)
    if rule is not None and rule.kind == "pass_fail":
        names = ", ".join(framework.label(code, language) for code in codes)
        return _("meet: %(conditions)s") % {"conditions": names}
    words: dict[str, Any] = {"label": framework.label(codes[0], language), "count": int(step.label)}
    if rule is None:
        after = {"label": words["label"], "after": number_in_words(round(step.inputs[codes[0]], 4))}
        return (
            _("%(label)s: raise to %(after)s") if leaf.direction > 0 else _("%(label)s: lower to %(after)s")
        ) % after
    if rule is not None and rule.kind == "deduct":
        return _("%(label)s: %(count)d fewer") % words
    if "numerator" not in rule.options and rule.get("unit") in ("share", "percent"):
        return (
            ngettext(
                "%(label)s: %(count)d percentage point more",
                "%(label)s: %(count)d percentage points more",
                words["count"],
            )
            % words
        )
    return _("%(label)s: %(count)d more") % words

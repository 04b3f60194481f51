"""The page that supposes other values for a unit of a round. It stores nothing."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.formats.faults import in_language
from motcua.formats.frameworks import BadTable
from motcua.measure.assessment.actions.entering import value_errors
from motcua.measure.assessment.frameworks import framework_of, inputs_of_leaf
from motcua.measure.assessment.models import Entry, Member
from motcua.measure.assessment.policies import READS_ROUNDS, sees_round
from motcua.measure.assessment.queries import language
from motcua.measure.assessment.supposing import MOST_RANKS, NoWay, Supposer, TooManyWays, same
from motcua.measure.assessment.views.entering import member_seen
from motcua.record.accounts.access import access
from motcua.rules.scoring import POINTS, Framework

Sent = Mapping[str, Any]
GOALS = ("class", "ranks")


@access(READS_ROUNDS)
def what_if(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Show where a unit would stand with other values, and the cheapest way to a goal.

    Ranks are told to whoever sees the whole round, and to the unit once the round is published.
    """
    member = member_seen(member_id, request.actor)
    framework = framework_of(member.group.text)
    keys = map(str, Member.objects.filter(group=member.group, taken_out_at=None).values_list("pk", flat=True))
    supposer = Supposer(member, framework, list(keys), list(Entry.objects.filter(member__group=member.group)))
    ranked = member.round.published_at is not None or sees_round(request.actor, member.round)
    context = {"member": member, "round": member.round, "group": member.group, "ranked": ranked}
    sent = request.POST if request.method == "POST" and "again" not in request.POST else {}
    return render(request, "assessment/what_if.html", context | _supposed(sent, supposer, ranked))


def _supposed(sent: Sent, supposer: Supposer, ranked: bool) -> dict[str, Any]:
    framework = supposer.framework
    given, errors = _given(sent, supposer)
    try:
        found = supposer.suppose(given)
    except BadTable as bad:
        found, errors = supposer.suppose({}), {**errors, "page": in_language(language(), bad)}
    # The steps of a composite index tell how far the best unit is: to whoever is told the ranks.
    ways = framework.kind == POINTS or ranked
    movable = [row.leaf.code for row in found.rows if row.movable and ways]
    efforts, wrong = _efforts(sent, movable)
    goal = sent.get("goal", "") if sent.get("goal", "") in GOALS else ""
    goal = goal if ranked or goal != "ranks" else "class"
    context: dict[str, Any] = {
        "found": found,
        "rows": [
            (
                row,
                _typed(sent, row.fields),
                sent.get(f"e:{row.leaf.code}", "1"),
                errors.get(row.leaf.code) or wrong.get(row.leaf.code, ""),
            )
            for row in found.rows
        ],
        "errors": list({**errors, **wrong}.values()),
        "changed": bool(given),
        "better": (found.then.points or 0) >= (found.now.points or 0),
        "class_now": supposer.class_name(found.now.rating),
        "class_then": supposer.class_name(found.then.rating),
        "points_framework": framework.kind == POINTS,
        "ways": ways,
        "goal": goal or "class",
        "ranks": _ranks(sent),
    }
    asked = "way" in sent and not wrong and ways
    return context | (_way(supposer, goal or "class", context["ranks"], efforts) if asked else {})


def _typed(sent: Sent, fields: Any) -> list[tuple[Any, str]]:
    """Return each field with what stands in it: what was typed, else what is supposed."""
    return [(field, sent.get(f"v:{field.code}", field.value)) for field in fields]


def _given(sent: Sent, supposer: Supposer) -> tuple[dict[str, str], dict[str, str]]:
    """Return the values that differ from what stands, and what is wrong, by leaf."""
    given: dict[str, str] = {}
    errors: dict[str, str] = {}
    for leaf in supposer.framework.root.leaves():
        values = _differing(sent, supposer.framework, leaf, supposer.inputs[supposer.unit])
        wrong = value_errors(supposer.framework, leaf, values, leaf.code)
        if wrong:
            errors[leaf.code] = "; ".join(str(error.message) for error in wrong)
        else:
            given |= values
    return given, errors


def _differing(sent: Sent, framework: Framework, leaf: Any, held: Mapping[str, str]) -> dict[str, str]:
    """Return the typed values of a leaf that say something else; a field that is left blank stays as it stands."""
    found = {}
    for code, kind in inputs_of_leaf(framework, leaf).items():
        text = str(sent.get(f"v:{code}", "")).strip()[:200]
        if text and not same(kind, text, held.get(code, "")):
            found[code] = text
    return found


def _efforts(sent: Sent, movable: list[str]) -> tuple[dict[str, float], dict[str, str]]:
    """Return the efforts of the leaves that may be moved (blank: not to be moved), and what is wrong."""
    efforts, errors = {}, {}
    for code in movable:
        text = str(sent.get(f"e:{code}", "1")).strip().replace(",", ".")
        if not text:
            continue
        try:
            efforts[code] = float(text)
        except ValueError:
            efforts[code] = 0.0
        if not 0 < efforts[code] < 10**9:
            errors[code] = _("%(leaf)s: an effort is a number above 0.") % {"leaf": code}
    return efforts, errors


def _ranks(sent: Sent) -> int:
    text = str(sent.get("ranks", ""))
    return min(max(int(text), 1), MOST_RANKS) if text.isdecimal() and len(text) < 5 else 1


def _way(supposer: Supposer, goal: str, ranks: int, efforts: Mapping[str, float]) -> dict[str, Any]:
    """Return the cheapest way, or the sentence that there is none."""
    try:
        supposer.goal_of(goal, ranks)
    except NoWay:
        none = _("There is no better class.") if goal == "class" else _("There are not so many ranks above it.")
        return {"no_way": none}
    try:
        way = supposer.way(goal, ranks, efforts)
    except NoWay:
        return {"no_way": _("With these efforts no change of the figures leads there.")}
    except TooManyWays:
        return {"no_way": _("There are too many choices to try them all. Leave the effort of some leaves blank.")}
    return {"way": way, "steps": supposer.steps_told(way), "class_way": supposer.class_name(way.standing.rating)}

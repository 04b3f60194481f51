"""The page that says how sure the ranks of a group are, and the part of it that the worker computes."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions.firmness import running
from motcua.measure.assessment.firmness import SEED, Held, Sureness, digest_of_inputs, sureness_of
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Entry, Firmness, Group, Step
from motcua.measure.assessment.policies import READS_ROUNDS, sees_round
from motcua.measure.assessment.queries import language
from motcua.measure.assessment.scoring import Scored, inputs_at, score_inputs
from motcua.measure.assessment.templatetags.assessment import figure
from motcua.record.accounts.access import access
from motcua.rules.scoring import Framework

MOST_SHOWN = 12
NEARLY = 1e-9


def _group(request: HttpRequest, group_id: uuid.UUID) -> Group:
    """Return a group whose ranks the actor may see: of a round that they see whole, or that is published."""
    group = get_object_or_404(Group.objects.select_related("round"), pk=group_id, taken_out_at=None)
    if group.round.published_at is None and not sees_round(request.actor, group.round):
        raise Http404
    return group


def _seed(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else SEED


@access(READS_ROUNDS)
def firmness(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Show the intervals of ranks, who cannot be told apart, and what moves ranks as far as it is computed."""
    group, seed = _group(request, group_id), _seed(request.GET.get("seed", ""))
    framework = framework_of(group.text)
    members = {str(m.pk): m for m in group.members.filter(taken_out_at=None).select_related("agency")}
    inputs = inputs_at(sorted(members), Entry.objects.filter(member__group=group), Step.COUNCIL)
    found = sureness_of(Scored(framework, score_inputs(framework, inputs)), seed) if members else None
    names = {key: member.agency.name for key, member in members.items()}
    context = {
        "group": group,
        "round": group.round,
        "seed": seed,
        "found": found,
        "digest": digest_of_inputs(group.text, inputs, seed),
        **(_told(found, names) if found else {}),
        **_moves(group, framework, names),
    }
    return render(request, "assessment/firmness.html", context)


def _told(found: Sureness, names: dict[str, str]) -> dict[str, Any]:
    most = max(row.high for row in found.rows)
    return {
        "title": _title(found, names),
        "rows": [_row(row, names, most) for row in found.rows],
        "bands": [[names[row.unit] for row in band] for band in found.bands],
        "most": most,
    }


def _title(found: Sureness, names: dict[str, str]) -> str:
    """Return the finding: how many ranks hold, and which is the least sure."""
    firm, all_, widest = len(found.firm), len(found.rows), found.widest
    if firm == all_:
        return _("Every rank holds in nine of ten runs")
    words = {"name": names[widest.unit], "low": widest.low, "high": widest.high, "firm": firm, "all": all_}
    return (
        ngettext(
            "%(firm)d of %(all)d ranks holds; %(name)s may stand anywhere from %(low)d to %(high)d",
            "%(firm)d of %(all)d ranks hold; %(name)s may stand anywhere from %(low)d to %(high)d",
            firm,
        )
        % words
    )


def _row(row: Held, names: dict[str, str], most: int) -> dict[str, Any]:
    """Return a row with its places on a scale from 0 to 100 for the chart: the middle of each rank's column."""

    def x(rank: float) -> float:
        return 100 * (rank - 0.5) / most

    span = {"x": x(row.low) - 40 / most, "width": x(row.high) - x(row.low) + 80 / most, "dot": x(row.rank)}
    return {"held": row, "name": names[row.unit], **span}


def _moves(group: Group, framework: Framework, names: dict[str, str]) -> dict[str, Any]:
    held = Firmness.objects.filter(pk=group.pk).first()
    context: dict[str, Any] = {"held": held, "running": running(held, timezone.now())}
    if held is None or held.finished_at is None or not held.content:
        return context
    words = {node.code: f"{node.code} {node.name(language())}" for node in framework.root.walk()}
    without = [
        {**row, "name": words.get(row["code"], row["code"]), "far": _far(row["far"], names)}
        for row in held.content["without"]
    ]
    widest = max([row["shift"] for row in without], default=0) or 1
    sobol = [
        {**row, "words": _varied(row["name"], words), **_bar(row)} for row in held.content["sobol"] if row["total"] > 0
    ]
    return context | {
        "without": [{**row, "share": 100 * row["shift"] / widest} for row in without],
        "sobol": sobol,
        "without_title": _without_title(without),
        "sobol_title": _sobol_title(sobol),
        "shown": MOST_SHOWN,
    }


def _far(far: dict[str, Any] | None, names: dict[str, str]) -> dict[str, Any] | None:
    return {**far, "name": names.get(far["unit"], "–")} if far else None


def _varied(name: str, words: dict[str, str]) -> str:
    """Return what varies in words: a node's weight, a survey's margin, or the method."""
    kind, _space, code = name.partition(" ")
    if kind == "weight":
        return words.get(code, code)
    if kind == "margin":
        return _("%(leaf)s: margin of the survey") % {"leaf": words.get(code, code)}
    return _("way of normalising") if kind == "normalise" else _("way of aggregating")


def _bar(row: dict[str, Any]) -> dict[str, float]:
    """Return the places of the bars, 0 to 100: indices are shares, but their estimates may leave 0 to 1."""
    ends = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    places = {f"{end}_x": 100 * min(max(row[end], 0.0), 1.0) for end in ends}
    return places | {"width": places["total_high_x"] - places["total_low_x"]}


def _without_title(rows: list[dict[str, Any]]) -> str:
    if not rows or rows[0]["shift"] == 0:
        return _("No rank depends on a single leaf")
    alike = sum(row["shift"] > rows[0]["shift"] - NEARLY for row in rows)
    words = {"name": rows[0]["name"], "shift": figure(rows[0]["shift"]), "count": alike}
    if alike > 1:
        return _("%(count)d leaves matter most: without any one of them, ranks move by %(shift)s on average") % words
    return _("Most depends on “%(name)s”: without it, ranks move by %(shift)s on average") % words


def _sobol_title(rows: list[dict[str, Any]]) -> str:
    if not rows or rows[0]["total"] <= 0:
        return _("No weight moves ranks by itself")
    words = {"name": rows[0]["words"], "percent": round(100 * min(rows[0]["total"], 1))}
    if len(rows) > 1 and rows[0]["total_low"] <= rows[1]["total_high"]:
        return (
            _("No single weight decides: the largest part, %(percent)d %%, is that of “%(name)s”, and others come near")
            % words
        )
    return (
        _("The weight that moves ranks most is that of “%(name)s”: it has a part in %(percent)d %% of the changes")
        % words
    )


@access(READS_ROUNDS)
def moves(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Return the part of the page that the worker computes: its progress, then its tables."""
    group = _group(request, group_id)
    framework = framework_of(group.text)
    rows = group.members.filter(taken_out_at=None).select_related("agency")
    context = {"group": group, **_moves(group, framework, {str(m.pk): m.agency.name for m in rows})}
    return render(request, "assessment/_moves.html", context)


@access(READS_ROUNDS)
@require_POST
def ask(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Ask the worker what moves the ranks."""
    seed = _seed(request.POST.get("seed", ""))
    actions.ask_what_moves(by=request.actor, group_id=group_id, now=timezone.now(), seed=seed)
    address = redirect("assessment:firmness", group_id)
    if seed != SEED:
        address["Location"] += f"?seed={seed}"
    return address

"""What is published of a round: scores, ranks, classes and shares by group, with what they are computed from. Plain."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from motcua.measure.assessment.models import Entry, Group, Member, Round, Step
from motcua.measure.assessment.scoring import Scored, inputs_at, score_group
from motcua.measure.firmness.computing import Held, sureness_of
from motcua.rules.scoring.ranking import merged_before
from motcua.rules.scoring.rounding import shares
from motcua.rules.scoring.uncertainty import SURE


def content_of(found: Round) -> dict[str, Any]:
    """Return what would be published now: frameworks with their text, inputs, scores of every node, ranks, classes."""
    before = _before(found.previous)
    groups = [_group(group, before) for group in found.groups.filter(taken_out_at=None).order_by("name")]
    return {
        "round": found.name,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "previous": found.previous.name if found.previous else "",
        "groups": groups,
    }


def digest(content: Mapping[str, Any]) -> str:
    """Return the digest of a publication: SHA-256 of its JSON with sorted keys."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _before(previous: Round | None) -> dict[str, dict[str, Any]]:
    """Return what each agency, by its code, had in the earlier publication."""
    groups = previous.content.get("groups", []) if previous else []
    return {unit["code"]: unit for group in groups for unit in group["units"]}


def _group(group: Group, before: dict[str, dict[str, Any]]) -> dict[str, Any]:
    entries = list(Entry.objects.filter(member__group=group))
    standing = group.members.filter(taken_out_at=None)
    members = list(standing.select_related("agency").prefetch_related("agency__predecessors"))
    scored = {step: score_group(group, step, entries) for step in (Step.SELF, Step.APPRAISAL, Step.COUNCIL)}
    final = scored[Step.COUNCIL]
    inputs = inputs_at([str(member.pk) for member in members], entries, Step.COUNCIL)
    held, how = _firmness(final)
    units = [
        _unit(member, scored, inputs[str(member.pk)], before) | _interval(held.get(str(member.pk)))
        for member in members
    ]
    units.sort(key=lambda unit: (unit["rank"] is None, unit["rank"] or 0, unit["code"]))
    known = [unit["score"] for unit in units if unit["score"] is not None]
    return {
        "name": group.name,
        "framework": group.framework,
        "version": group.version,
        "sha256": group.sha256,
        "text": group.text,
        "most": final.framework.root.points or None,
        "mean": float(np.round(np.mean(known), 6)) if known else None,
        "classes": _classes(final, units),
        "firmness": how,
        "units": units,
    }


def _firmness(final: Scored) -> tuple[dict[str, Held], dict[str, Any]]:
    """Return each unit's interval, and how the intervals were computed."""
    found = sureness_of(final.result)
    if found is None:
        return {}, {}
    how = {"runs": found.runs, "seed": found.seed, "weights": found.weights, "sure": SURE}
    return {row.unit: row for row in found.rows}, how


def _interval(held: Held | None) -> dict[str, int | None]:
    """Return where nine of ten runs place a unit, and the band of units that it cannot be told apart from."""
    if held is None:
        return {"rank_low": None, "rank_high": None, "band": None}
    return {"rank_low": held.low, "rank_high": held.high, "band": held.band}


def _unit(
    member: Member, scored: dict[Step, Scored], inputs: dict[str, str], before: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    key, final = str(member.pk), scored[Step.COUNCIL]
    root = final.framework.root.code
    earlier = _earlier(member, before)
    score, rank = final.points(key, root), final.ranks.get(key)
    return {
        "code": member.agency.code,
        "name": {"vi": member.agency.name_vi, "en": member.agency.name_en or member.agency.name_vi},
        "score": score,
        "rank": rank,
        "class": final.classes.get(key, ""),
        "self": scored[Step.SELF].points(key, root),
        "appraised": scored[Step.APPRAISAL].points(key, root),
        "score_change": _rounded(score, earlier.get("score")),
        "rank_change": earlier["rank"] - rank if rank is not None and earlier.get("rank") else None,
        "nodes": {
            node.code: [final.points(key, node.code), final.most(key, node.code)]
            for node in final.framework.root.walk()
        },
        "inputs": inputs,
    }


def _rounded(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else round(now - before, 6)


def _earlier(member: Member, before: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the earlier score and rank; for a unit that came of a merger, the mean score of its parts, no rank."""
    if member.agency.code in before:
        return before[member.agency.code]
    parts = [before[each.code] for each in member.agency.predecessors.all() if each.code in before]
    scores = [part["score"] for part in parts if part["score"] is not None]
    if not scores:
        return {}
    return {"score": merged_before(np.array(scores), np.ones(len(scores)))}


def _classes(final: Scored, units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each class with how many units reached it and their share; the shares add to 100."""
    counts = [sum(unit["class"] == rating.code for unit in units) for rating in final.framework.classes]
    return [
        {"code": rating.code, "name": dict(rating.names), "units": count, "share": share}
        for rating, count, share in zip(final.framework.classes, counts, shares(counts), strict=True)
    ]

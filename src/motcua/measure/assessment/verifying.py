"""Does a published round stand? Its digest in the ledger, its scores from its inputs, its inputs from the entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from motcua.measure.assessment.frameworks import digest_of, framework_of
from motcua.measure.assessment.models import Round
from motcua.measure.assessment.publication import content_of, digest
from motcua.measure.assessment.scoring import Scored, score_inputs
from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import hash_of


@dataclass(frozen=True)
class Finding:
    """What does not agree: `content` (the ledger), `framework`, `scores` (computed again), `kept` (the entries)."""

    kind: str
    places: tuple[str, ...] = ()


def verify_round(found: Round) -> list[Finding]:
    """Return what does not agree of a published round; nothing: it stands."""
    return [*_ledger(found), *_scores(found.content), *_kept(found)]


def _ledger(found: Round) -> Iterator[Finding]:
    """The content must have the digest that the event of its publication holds, and that event be whole."""
    event = Event.objects.filter(chain_id=found.pk, kind="assessment.published").order_by("number").last()
    told = event.payload["rows"].get(found.ledger_key(), {}) if event else {}
    if event is None or hash_of(event) != bytes(event.hash) or told.get("sha256") != digest(found.content):
        yield Finding("content")


def _scores(content: dict[str, Any]) -> Iterator[Finding]:
    """The published points must be what the published framework makes of the published inputs."""
    for group in content.get("groups", []):
        if digest_of(group["text"]) != group["sha256"]:
            yield Finding("framework", (group["name"],))
        framework = framework_of(group["text"])
        scored = Scored(framework, score_inputs(framework, {u["code"]: u["inputs"] for u in group["units"]}))
        places = [place for unit in group["units"] for place in _differing(unit, scored)]
        if places:
            yield Finding("scores", tuple(places[:20]))


def _differing(unit: dict[str, Any], scored: Scored) -> Iterator[str]:
    for code, (points, _most) in unit["nodes"].items():
        now = scored.points(unit["code"], code)
        if now != points:
            yield f"{unit['code']} {code}: {points} → {now}"
    if scored.ranks.get(unit["code"]) != unit["rank"]:
        yield f"{unit['code']} rank: {unit['rank']} → {scored.ranks.get(unit['code'])}"


def _kept(found: Round) -> Iterator[Finding]:
    """The published inputs must be those that the entries hold."""
    told = {unit["code"]: unit["inputs"] for group in found.content.get("groups", []) for unit in group["units"]}
    held = {unit["code"]: unit["inputs"] for group in content_of(found)["groups"] for unit in group["units"]}
    if places := sorted(code for code in told.keys() | held.keys() if told.get(code) != held.get(code)):
        yield Finding("kept", tuple(places[:20]))

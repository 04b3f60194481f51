"""How pages show a decision and the shares: rows in words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from motcua.record.ledger.models import Event
from motcua.record.organisation.models import Level
from motcua.rules.processes import check, minutes_allowed
from motcua.rules.publication import missing_parts
from motcua.serve.catalogue.models import ProcedureVersion, Process
from motcua.serve.catalogue.processes.queries import shortest_limit
from motcua.serve.catalogue.processes.rows import rows_of, rule_steps
from motcua.serve.catalogue.publication.coming_into_force import published_of, replaced_of
from motcua.serve.catalogue.publication.deadlines import Deadlines
from motcua.serve.catalogue.publication.models import (
    CheckAnswer,
    ChecklistItem,
    PublicationDecision,
    PublicationItem,
)
from motcua.serve.catalogue.publication.queries import PublicationShares, Share, parts_of, with_parts
from motcua.serve.catalogue.publication.words import EVENTS, INDICATORS, MEANING, SHARES


@dataclass(frozen=True)
class ItemRow:
    """A procedure of a decision: from when, what it takes the place of, until when it should be signed."""

    item: PublicationItem
    from_on: dt.date | None
    replaces: str
    sign_until: dt.date | None
    signed_late: bool
    missing: tuple[str, ...]
    too_slow: tuple[str, ...]


@dataclass(frozen=True)
class QuestionRow:
    """A question of the check with what was answered or typed, and the rounds before."""

    question: ChecklistItem
    verdict: str
    remark: str
    answer: CheckAnswer | None
    before: tuple[CheckAnswer, ...]


@dataclass(frozen=True)
class ShareRow:
    """A share as the page shows it, with the addresses of its lists."""

    share: Share
    name: str
    meaning: str
    indicator: str
    points: int
    all_url: str
    good_url: str
    bad_url: str


def item_rows(decision: PublicationDecision) -> list[ItemRow]:
    """Return the procedures of a decision as rows."""
    deadlines, items = Deadlines(), decision.items.all()
    versions = ProcedureVersion.objects.filter(pk__in=[item.version_id for item in items])
    published = published_of(item.version.procedure_id for item in items)
    lacking = {v.pk: missing_parts(parts_of(v)) for v in with_parts(versions, timezone.localdate())}
    return [_item_row(decision, item, deadlines, lacking[item.version_id], published) for item in items]


def _item_row(
    decision: PublicationDecision,
    item: PublicationItem,
    deadlines: Deadlines,
    missing: tuple[str, ...],
    published: Mapping[int, list[ProcedureVersion]],
) -> ItemRow:
    abolished = item.kind == PublicationItem.Kind.ABOLISHED
    draft = item.version.status == item.version.Status.DRAFT
    replaced = replaced_of(item, published.get(item.version.procedure_id, [])) if draft else None
    until = deadlines.sign_until(decision.agency_id, item.law_effective_on)
    return ItemRow(
        item=item,
        from_on=item.ends_on if abolished else item.version.valid_from,
        replaces=str(replaced.number) if replaced else "",
        sign_until=until,
        signed_late=bool(until and decision.signed_on and decision.signed_on > until),
        missing=() if abolished else missing,
        too_slow=_too_slow(item.version, replaced) if replaced else (),
    )


def _too_slow(version: ProcedureVersion, replaced: ProcedureVersion) -> tuple[str, ...]:
    """Return the levels whose process goes on serving the new version and takes longer than its time limit."""
    if minutes_allowed(shortest_limit(version)) >= minutes_allowed(shortest_limit(replaced)):
        return ()
    carried = Process.objects.filter(version__in=(version, replaced), status=Process.Status.APPROVED)
    by_place: dict[tuple[str, str], Process] = {}
    for process in carried.prefetch_related("steps__agency").order_by("valid_from"):
        place = (process.level, process.case)
        if place not in by_place or process.version_id == version.pk:
            by_place[place] = process
    slow = (p for p in by_place.values() if _takes_too_long(p, version))
    return tuple(dict.fromkeys(str(Level(process.level).label) for process in slow))


def _takes_too_long(process: Process, version: ProcedureVersion) -> bool:
    steps = rule_steps(rows_of(process.steps.all()))
    return any(fault.code == "over_limit" for fault in check(steps, shortest_limit(version)))


def question_rows(
    decision: PublicationDecision, questions: Sequence[ChecklistItem], sent: Mapping[str, str]
) -> list[QuestionRow]:
    """Return the questions with the answers of this round, those of rounds before, and what was typed."""
    answers = list(decision.answers.all())
    asked = {answer.item for answer in answers if answer.round == decision.round} | set(questions)
    # A decision that is past its check shows the questions that were asked then.
    done = decision.state not in (PublicationDecision.State.DRAFT, PublicationDecision.State.CHECKING)
    shown = [q for q in asked if not done or any(a.item == q for a in answers)]
    return [_question_row(decision, q, answers, sent) for q in sorted(shown, key=lambda q: (q.order, q.key))]


def _question_row(
    decision: PublicationDecision, question: ChecklistItem, answers: Sequence[CheckAnswer], sent: Mapping[str, str]
) -> QuestionRow:
    own = [answer for answer in answers if answer.item_id == question.pk]
    now = next((answer for answer in own if answer.round == decision.round), None)
    return QuestionRow(
        question=question,
        verdict=sent.get(f"verdict-{question.key}", ""),
        remark=sent.get(f"remark-{question.key}", ""),
        answer=now,
        before=tuple(answer for answer in own if answer is not now),
    )


def history_of(decision: PublicationDecision) -> list[dict[str, Any]]:
    """Return what happened to a decision, the oldest first, for a timeline."""
    events = Event.objects.filter(chain_id=decision.pk).order_by("number")
    return [{"state": "done", "at": e.occurred_at, "sentence": EVENTS.get(e.kind, e.kind), "who": ""} for e in events]


def share_rows(shares: PublicationShares, asked: Mapping[str, str]) -> list[ShareRow]:
    """Return the three shares with the addresses of their lists, for the same period and agency."""
    kept = {name: asked[name] for name in ("from", "to", "agency") if asked.get(name)}
    return [_share_row(share, kept) for share in (shares.published, shares.updated, shares.complete)]


def _share_row(share: Share, kept: dict[str, str]) -> ShareRow:
    def url(only: str = "") -> str:
        return "?" + urlencode({**kept, "share": share.key, **({"only": only} if only else {})}) + "#list"

    indicator, points = INDICATORS[share.key]
    return ShareRow(
        share, str(SHARES[share.key]), str(MEANING[share.key]), indicator, points, url(), url("good"), url("bad")
    )

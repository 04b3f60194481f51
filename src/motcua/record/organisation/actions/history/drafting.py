"""Drafting a decision: nothing changes until it is committed, and a draft can be discarded."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Chain
from motcua.record.ledger.recording import Change, lock_timeout, record_change
from motcua.record.organisation.actions.tree import check_name
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.decision_models import Decision, DecisionLine, LineKind
from motcua.record.organisation.errors import Conflict, NotFound, Refused
from motcua.record.organisation.models import Agency, Level
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.identifiers import IdentifierError, canonical_agency_code

MOST_LINES = 200
MOST_AGENCIES = 100


@dataclass(frozen=True)
class Outcome:
    """What comes of a line: an agency that exists (`agency`), or a new one with code, name, level and place.

    A renaming gives `name_vi`, a move gives `parent` (0: to the top); a new agency takes the parent and level of the
    first old one unless others are given.
    """

    agency: int = 0
    code: str = ""
    name_vi: str = ""
    name_en: str = ""
    level: str = ""
    parent: int | None = None
    unit_code: str = ""


@dataclass(frozen=True)
class LineInput:
    """One line as typed."""

    kind: str
    sources: Sequence[int] = ()
    results: Sequence[Outcome] = ()
    continues: bool = False


@contextmanager
def changing_decision(
    decision_id: uuid.UUID,
    *,
    by: Actor,
    kind: str,
    now: dt.datetime,
    status: str = Decision.Status.DRAFT,
    facts: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Change, Decision]]:
    """Lock a decision's chain and hand out the decision as it is then.

    Raises:
        NotAllowed: not an administrator.
        NotFound: no such decision.
        Conflict: it has another status than the one that this change needs, or somebody holds what it changes.
    """
    ADMINISTERS.check(by)
    try:
        with transaction.atomic():
            lock_timeout()
            with record_change(
                chain_id=decision_id,
                subject="organisation_decision",
                kind=f"decision.{kind}",
                actor=by.key,
                occurred_at=now,
                recorded_at=now,
                facts=facts,
            ) as change:
                decision = Decision.objects.get(pk=decision_id)
                if decision.status != status:
                    raise Conflict(
                        "decision.status",
                        _("This decision is not open for that any more: %(status)s."),
                        params={"status": decision.get_status_display()},
                    )
                yield change, decision
    except (Chain.DoesNotExist, Decision.DoesNotExist):
        raise NotFound("decision.not_found", _("There is no such decision.")) from None
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        message = _("Somebody is working on what this decision changes; try again in a moment.")
        raise Conflict("decision.busy", message) from error


def draft_decision(
    *,
    by: Actor,
    number: str,
    signed_on: dt.date | None,
    effective_on: dt.date | None,
    legal_basis: str,
    issuer: str = "",
    series: str = Decision.Series.ANEW,
    now: dt.datetime,
) -> Decision:
    """Begin a draft: number and date of the decision, what it rests on, from which local date it holds.

    Args:
        series: "anew" or "carry_on", for the numbered series of agencies that end.

    Raises:
        NotAllowed: not an administrator.
        Refused: something of it is missing.
    """
    ADMINISTERS.check(by)
    fields = _head(number, signed_on, effective_on, legal_basis, issuer, series)
    decision = Decision(**fields, drafted_at=now, drafted_by=by.post)
    with record_change(
        chain_id=decision.pk,
        subject="organisation_decision",
        kind="decision.drafted",
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=True,
    ) as change:
        change.add(decision)
    return decision


def change_decision(
    *,
    by: Actor,
    decision_id: uuid.UUID,
    number: str,
    signed_on: dt.date | None,
    effective_on: dt.date | None,
    legal_basis: str,
    issuer: str = "",
    series: str = Decision.Series.ANEW,
    now: dt.datetime,
) -> Decision:
    """Change the head of a draft.

    Raises:
        NotAllowed, NotFound, Conflict: as `changing_decision`.
        Refused: something of it is missing.
    """
    fields = _head(number, signed_on, effective_on, legal_basis, issuer, series)
    with changing_decision(decision_id, by=by, kind="changed", now=now) as (change, decision):
        change.set(decision, **fields)
    return decision


def _head(
    number: str,
    signed_on: dt.date | None,
    effective_on: dt.date | None,
    legal_basis: str,
    issuer: str,
    series: str,
) -> dict[str, Any]:
    texts = {"number": (number, 100), "legal_basis": (legal_basis, 1000), "issuer": (issuer, 300)}
    for name, (text, limit) in texts.items():
        if len(text) > limit or "\0" in text:
            message = _("That is too long: at most %(limit)d characters.")
            raise Refused("decision.long", message, field=name, params={"limit": limit})
    if not number.strip():
        raise Refused("decision.number", _("Give the number of the decision."), field="number")
    if signed_on is None:
        raise Refused("decision.signed_on", _("Give the day on which it was signed."), field="signed_on")
    if effective_on is None:
        raise Refused("decision.effective_on", _("Give the day from which it holds."), field="effective_on")
    if not legal_basis.strip():
        raise Refused("decision.legal_basis", _("Say what law the decision rests on."), field="legal_basis")
    if series not in Decision.Series.values:
        raise Refused("decision.series", _("Choose what becomes of the numbered series."), field="series")
    return {
        "number": number.strip(),
        "signed_on": signed_on,
        "issuer": issuer.strip(),
        "legal_basis": legal_basis.strip(),
        "effective_on": effective_on,
        "series": series,
    }


def add_line(*, by: Actor, decision_id: uuid.UUID, line: LineInput, now: dt.datetime) -> DecisionLine:
    """Add a line to a draft. Whether it fits the tree of its day is checked by the preview and at the commit.

    Raises:
        NotAllowed, NotFound, Conflict: as `changing_decision`.
        Refused: the line lacks something.
    """
    results = _checked(line)
    with changing_decision(decision_id, by=by, kind="line_added", now=now) as (change, decision):
        order = decision.lines.count() + 1
        if order > MOST_LINES:
            raise Refused("decision.lines", _("A decision has at most 200 lines."))
        row = DecisionLine(
            decision=decision,
            order=order,
            kind=line.kind,
            sources=list(dict.fromkeys(line.sources)),
            results=results,
            continues=line.continues and line.kind == LineKind.SPLIT,
        )
        change.add(row)
    return row


def remove_line(*, by: Actor, decision_id: uuid.UUID, order: int, now: dt.datetime) -> None:
    """Take a line out of a draft.

    Raises:
        NotAllowed, NotFound, Conflict: as `changing_decision`.
    """
    with changing_decision(decision_id, by=by, kind="line_removed", now=now, facts={"line": order}) as (
        change,
        decision,
    ):
        row = decision.lines.filter(order=order, removed=False).first()
        if row is None:
            raise NotFound("decision.no_line", _("There is no such line."))
        change.set(row, removed=True)


def discard_decision(*, by: Actor, decision_id: uuid.UUID, now: dt.datetime) -> Decision:
    """Discard a draft: it changed nothing, and stays in the list as discarded.

    Raises:
        NotAllowed, NotFound, Conflict: as `changing_decision`.
    """
    with changing_decision(decision_id, by=by, kind="discarded", now=now) as (change, decision):
        change.set(decision, status=Decision.Status.DISCARDED)
    return decision


def _checked(line: LineInput) -> list[dict[str, Any]]:
    """Return the results as they are stored.

    Raises:
        Refused: the line does not say enough.
    """
    if line.kind not in LineKind.values:
        raise Refused("line.kind", _("Choose what the decision does."), field="kind")
    if len(line.sources) > MOST_AGENCIES or len(line.results) > MOST_AGENCIES:
        raise Refused("line.many", _("A line names at most 100 agencies."), field="sources")
    known = set(Agency.objects.filter(pk__in=[*line.sources, *(r.agency for r in line.results)]).values_list("pk"))
    wanted = {(pk,) for pk in [*line.sources, *(r.agency for r in line.results if r.agency)]}
    if not wanted <= known:
        raise Refused("line.unknown", _("One of these agencies does not exist."), field="sources")
    _check_counts(line)
    first = Agency.objects.filter(pk=line.sources[0]).first() if line.sources else None
    return [_stored(line.kind, result, first) for result in line.results]


def _check_counts(line: LineInput) -> None:
    sources, results = len(set(line.sources)), len(line.results)
    if line.kind != LineKind.CREATED and not sources:
        raise Refused("line.sources", _("Choose the agency that it concerns."), field="sources")
    if line.kind in (LineKind.RENAMED, LineKind.MOVED, LineKind.SPLIT, LineKind.DISSOLVED) and sources != 1:
        raise Refused("line.one_source", _("Choose one agency; add a line for each other one."), field="sources")
    if line.kind == LineKind.SPLIT and results < (1 if line.continues else 2):
        raise Refused("line.parts", _("A split needs at least two agencies that come of it."), field="results")
    if line.kind != LineKind.SPLIT and line.kind != LineKind.DISSOLVED and results != 1:
        raise Refused("line.one_result", _("Say what comes of it: one agency."), field="results")
    if line.kind == LineKind.DISSOLVED and results > 1:
        raise Refused("line.one_taker", _("One agency takes over what is open."), field="results")
    existing = [result.agency for result in line.results if result.agency]
    if line.kind == LineKind.MERGED and set(line.sources) <= set(existing):
        raise Refused("line.itself", _("An agency cannot merge into itself."), field="results")
    if line.kind in (LineKind.SPLIT, LineKind.DISSOLVED) and set(existing) & set(line.sources):
        raise Refused("line.itself", _("An agency cannot come of itself."), field="results")


def _stored(kind: str, result: Outcome, first: Agency | None) -> dict[str, Any]:
    if kind == LineKind.RENAMED:
        return {"agency": _pk(first), "name_vi": check_name(result.name_vi), "name_en": result.name_en.strip()[:500]}
    if kind == LineKind.MOVED:
        return {"agency": _pk(first), "parent": _parent(result, None)}
    if result.agency and kind != LineKind.CREATED:
        return {"agency": result.agency}
    level = result.level or (first.level if first else "")
    if level not in Level.values:
        raise Refused("agency.level", _("Choose a level."), field="level")
    return {
        "code": canonical_code(result.code),
        "name_vi": check_name(result.name_vi),
        "name_en": result.name_en.strip()[:500],
        "level": level,
        "parent": _parent(result, first),
        "unit_code": result.unit_code.strip()[:10],
    }


def _pk(agency: Agency | None) -> int:
    assert agency is not None  # _check_counts saw to it
    return int(agency.pk)


def _parent(result: Outcome, first: Agency | None) -> int | None:
    parent = result.parent if result.parent is not None else (first.parent_id if first else None)
    if parent and not Agency.objects.filter(pk=parent).exists():
        raise Refused("agency.parent", _("The agency above it does not exist on that date."), field="parent")
    return parent or None


def canonical_code(text: str) -> str:
    """Return an identity code in the order of Decision 20/2020, typed in either order.

    Raises:
        Refused: neither form.
    """
    try:
        return canonical_agency_code(text)
    except IdentifierError:
        message = _("An identity code looks like H15.14, or 000.00.14.H15 in the older order.")
        raise Refused("agency.code", message, field="code") from None

"""Decisions that change agencies, by program: a draft, its lines, the preview, the commit."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status

from motcua.record.accounts.organisation_api.common import RowId, Short, Text, agency_of, reader, writer
from motcua.record.organisation.actions import history as actions
from motcua.record.organisation.decision_models import Decision, DecisionLine
from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.jobs import carry_out_decisions
from motcua.record.organisation.models import Agency

router = Router(tags=["agencies"])


class HeadIn(Schema):
    """What a decision says of itself."""

    number: Short
    signed_on: dt.date
    effective_on: dt.date
    legal_basis: Text
    issuer: Text = ""
    series: Annotated[str, Field(pattern="^(anew|carry_on)$")] = "anew"


class OutcomeIn(Schema):
    """What comes of a line: an agency that is there (`agency`, its code), or a new one with code and name."""

    agency: Short = ""
    code: Short = ""
    name_vi: Text = ""
    name_en: Text = ""
    level: Short = ""
    parent: Short | None = Field(None, description='code of the agency above it; "" for the top')
    unit_code: Short = ""


class LineIn(Schema):
    """One change: the agencies that it concerns, by code, and what comes of them."""

    kind: Annotated[str, Field(pattern="^(created|renamed|moved|merged|split|dissolved)$")]
    sources: Annotated[list[Short], Field(max_length=100)] = []
    results: Annotated[list[OutcomeIn], Field(max_length=100)] = []
    continues: bool = False


class LineOut(Schema):
    """A line as it is kept."""

    order: int
    kind: str
    sources: list[str]
    results: list[OutcomeIn]
    continues: bool


class DecisionLineOut(Schema):
    """A decision in a list."""

    id: uuid.UUID
    number: str
    signed_on: dt.date
    effective_on: dt.date
    status: str


class DecisionOut(DecisionLineOut):
    """A decision with its lines."""

    issuer: str
    legal_basis: str
    series: str
    committed_at: dt.datetime | None
    carried_out_at: dt.datetime | None
    lines: list[LineOut]


class MovingOut(Schema):
    """How many things of a kind would move from one agency to another."""

    what: str
    old: str
    new: str
    count: int


class FaultOut(Schema):
    """What stands in the way of a commit."""

    subject: str
    message: str


class PreviewOut(Schema):
    """What a commit would do; nothing was written."""

    may_commit: bool
    made: list[str]
    ended: list[str]
    moving: list[MovingOut]
    faults: list[FaultOut]


@router.get("", response=list[DecisionLineOut], summary="List decisions", url_name="org_decisions")
def decisions(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[dict[str, Any]]:
    """Return the decisions, the latest day first."""
    reader(request)
    return [_line(one) for one in Decision.objects.order_by("-effective_on", "-drafted_at")[:limit]]


@router.post("", response={201: DecisionOut}, summary="Begin a draft", url_name="org_decision_draft")
def decision_draft(request: HttpRequest, body: HeadIn) -> Any:
    """Begin a draft; it changes nothing until it is committed."""
    made = actions.draft_decision(by=writer(request), now=timezone.now(), **body.dict())
    return Status(201, _out(made.pk))


@router.get("/{decision_id}", response=DecisionOut, summary="Read a decision", url_name="org_decision")
def decision_read(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Return a decision with its lines."""
    reader(request)
    return _out(decision_id)


@router.put("/{decision_id}", response=DecisionOut, summary="Change a draft's head", url_name="org_decision")
def decision_change(request: HttpRequest, decision_id: uuid.UUID, body: HeadIn) -> dict[str, Any]:
    """Change number, dates, law or series of a draft."""
    actions.change_decision(by=writer(request), decision_id=decision_id, now=timezone.now(), **body.dict())
    return _out(decision_id)


@router.post(
    "/{decision_id}/lines", response={201: DecisionOut}, summary="Add a line", url_name="org_decision_line_add"
)
def line_add(request: HttpRequest, decision_id: uuid.UUID, body: LineIn) -> Any:
    """Add a line to a draft; codes are those of the decision's day."""
    by = writer(request)
    on = _found(decision_id).effective_on
    sources = [agency_of(code, on, field="sources").pk for code in body.sources]
    line = actions.LineInput(body.kind, sources, [_outcome(one, on) for one in body.results], body.continues)
    actions.add_line(by=by, decision_id=decision_id, line=line, now=timezone.now())
    return Status(201, _out(decision_id))


@router.post(
    "/{decision_id}/lines/{order}/remove",
    response=DecisionOut,
    summary="Take a line out",
    url_name="org_decision_line_remove",
)
def line_remove(request: HttpRequest, decision_id: uuid.UUID, order: RowId) -> dict[str, Any]:
    """Take a line out of a draft."""
    actions.remove_line(by=writer(request), decision_id=decision_id, order=min(order, 32_000), now=timezone.now())
    return _out(decision_id)


@router.post(
    "/{decision_id}/preview", response=PreviewOut, summary="See what it would do", url_name="org_decision_preview"
)
def decision_preview(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Return what a commit would do, and what stands in the way; nothing is written."""
    found = actions.preview_decision(by=writer(request), decision_id=decision_id, now=timezone.now())
    return {
        "may_commit": found.may_commit,
        "made": [agency.code for agency in found.made],
        "ended": [ending.old.code for ending in found.endings],
        "moving": [
            {
                "what": one.mover.name,
                "old": one.old.code,
                "new": one.new.code if one.new else "",
                "count": one.plan.count,
            }
            for one in found.moving
        ],
        "faults": [{"subject": str(fault.subject), "message": str(fault.message)} for fault in found.faults],
    }


@router.post("/{decision_id}/commit", response=DecisionOut, summary="Commit", url_name="org_decision_commit")
def decision_commit(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Commit a draft, all or nothing; very much that is open moves in the background."""
    done = actions.commit_decision(by=writer(request), decision_id=decision_id, now=timezone.now())
    if done.status == Decision.Status.COMMITTED and done.effective_on <= timezone.localdate():
        transaction.on_commit(carry_out_decisions.defer)
    return _out(decision_id)


@router.post("/{decision_id}/carry-out", response=DecisionOut, summary="Carry out", url_name="org_decision_carry_out")
def decision_carry_out(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Move what is open to the successors, on the decision's day or after."""
    actions.carry_out_decision(by=writer(request), decision_id=decision_id, now=timezone.now())
    return _out(decision_id)


@router.post("/{decision_id}/discard", response=DecisionOut, summary="Discard a draft", url_name="org_decision_discard")
def decision_discard(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Discard a draft; nothing has changed."""
    actions.discard_decision(by=writer(request), decision_id=decision_id, now=timezone.now())
    return _out(decision_id)


def _outcome(given: OutcomeIn, on: dt.date) -> actions.Outcome:
    names = given.dict(include={"code", "name_vi", "name_en", "level", "unit_code"})
    parent = given.parent
    return actions.Outcome(
        agency=agency_of(given.agency, on, field="results").pk if given.agency else 0,
        parent=(agency_of(parent, on, field="parent").pk if parent else 0) if parent is not None else None,
        **names,
    )


def _found(decision_id: uuid.UUID) -> Decision:
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None:
        raise NotFound("decision.not_found", _("There is no such decision."))
    return found


def _line(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in DecisionLineOut.model_fields}


def _out(decision_id: uuid.UUID) -> dict[str, Any]:
    decision = _found(decision_id)
    lines = list(decision.lines.filter(removed=False).order_by("order"))
    named = {pk for line in lines for pk in line.sources}
    named |= {r[key] for line in lines for r in line.results for key in ("agency", "parent") if r.get(key)}
    codes = dict(Agency.objects.filter(pk__in=named).values_list("pk", "code"))
    names = ("issuer", "legal_basis", "series", "committed_at", "carried_out_at")
    head = _line(decision) | {name: getattr(decision, name) for name in names}
    return head | {"lines": [_line_out(line, codes) for line in lines]}


def _line_out(line: DecisionLine, codes: dict[int, str]) -> dict[str, Any]:
    return {
        "order": line.order,
        "kind": line.kind,
        "sources": [codes[pk] for pk in line.sources],
        "results": [_result_out(result, codes) for result in line.results],
        "continues": line.continues,
    }


def _result_out(result: dict[str, Any], codes: dict[int, str]) -> dict[str, Any]:
    given = {name: result.get(name) or "" for name in ("code", "name_vi", "name_en", "level", "unit_code")}
    agency, parent = result.get("agency"), result.get("parent")
    return given | {"agency": codes[agency] if agency else "", "parent": codes.get(parent, "") if parent else None}

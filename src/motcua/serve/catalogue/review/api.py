"""The API of reviews: opened, saved, proposed, approved into a draft version. Scopes: publication:read and :write."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound
from motcua.serve.catalogue.review import actions, queries
from motcua.serve.catalogue.review.costing import LineData, costing_of
from motcua.serve.catalogue.review.models import Review

router = Router(tags=["publication"])
READ, WRITE = "publication:read", "publication:write"
Short = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Long = Annotated[str, Field(max_length=8000, pattern=r"^[^\x00]*$")]
Hours = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2)]
Money = Annotated[int, Field(ge=0, le=10**12)]


class CostLineIn(Schema):
    """One step of those who ask: hours, other money and fees in đồng, as it is and as proposed."""

    name: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
    hours_before: Hours = Decimal(0)
    hours_after: Hours = Decimal(0)
    money_before: Money = 0
    money_after: Money = 0
    fee_before: Money = 0
    fee_after: Money = 0


class DropIn(Schema):
    """A paper that can be dropped, by its key, and why."""

    key: Short
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class ReviewIn(Schema):
    """All that a review holds; what is left out falls away."""

    times_a_year: Annotated[int, Field(ge=0, le=10**9)] = 0
    wage_an_hour: Annotated[int, Field(ge=0, le=10**7)] = 0
    lines: Annotated[list[CostLineIn], Field(max_length=actions.MOST_LINES)] = []
    dropped: Annotated[list[DropIn], Field(max_length=500)] = []
    limit_amount: Annotated[int, Field(ge=0, le=10_000)] | None = None
    limit_unit: Annotated[str, Field(pattern="^(wh|wd|h|d|m)$")] = "wd"
    service_level: Annotated[int, Field(ge=2, le=4)] | None = None
    restructures: bool = False
    findings: Long = ""


class OpenIn(Schema):
    """The procedure to examine, by its code."""

    procedure: Short


class ApprovalIn(Schema):
    """The decision that approves the plan, and from when the draft is to hold."""

    decision: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
    decided_on: dt.date
    valid_from: dt.date


class ReasonIn(Schema):
    """Why."""

    reason: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]


class ReviewLine(Schema):
    """A review in a list."""

    id: uuid.UUID
    procedure: str
    number: int
    state: str


class ReviewOut(ReviewLine):
    """A review with its costs in đồng and proposals."""

    findings: str
    reason: str
    cost_before: int
    cost_after: int
    saved_a_year: int
    dropped: list[str]
    limit_amount: int | None
    limit_unit: str
    service_level: int | None


@router.get("", response=list[ReviewLine], summary="List reviews", url_name="rev_list")
def review_list(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[dict[str, Any]]:
    """Return the reviews, the latest first."""
    need_scope(request, READ)
    return [_line(review) for review in queries.reviews()[:limit]]


@router.post("", response={201: ReviewOut}, summary="Begin a review", url_name="rev_open")
def review_open(request: HttpRequest, body: OpenIn) -> Any:
    """Begin the examination of the version of a procedure that is in force."""
    opened = actions.open_review(by=need_scope(request, WRITE), code=body.procedure, now=timezone.now())
    return Status(201, _out(opened.pk))


@router.get("/{review_id}", response=ReviewOut, summary="Read a review", url_name="rev_read")
def review_read(request: HttpRequest, review_id: uuid.UUID) -> dict[str, Any]:
    """Return a review with its costs and proposals."""
    need_scope(request, READ)
    return _out(review_id)


@router.put("/{review_id}", response=ReviewOut, summary="Save a review", url_name="rev_read")
def review_save(request: HttpRequest, review_id: uuid.UUID, body: ReviewIn) -> dict[str, Any]:
    """Put findings, costs and proposals in the place of what a review held."""
    by = need_scope(request, WRITE)
    papers = {paper.key: paper.pk for paper in _found(review_id).version.components.all()}
    data = actions.ReviewData(
        lines=[LineData(**line.dict()) for line in body.lines],
        dropped={papers.get(one.key, 0): one.reason for one in body.dropped},
        **body.dict(exclude={"lines", "dropped"}),
    )
    actions.save_review(by=by, review_id=review_id, data=data, now=timezone.now())
    return _out(review_id)


@router.post("/{review_id}/propose", response=ReviewOut, summary="Hand in the proposals", url_name="rev_propose")
def review_propose(request: HttpRequest, review_id: uuid.UUID) -> dict[str, Any]:
    """Hand the proposals to whoever approves them."""
    actions.propose_review(by=need_scope(request, WRITE), review_id=review_id, now=timezone.now())
    return _out(review_id)


@router.post("/{review_id}/approve", response=ReviewOut, summary="Approve the proposals", url_name="rev_approve")
def review_approve(request: HttpRequest, review_id: uuid.UUID, body: ApprovalIn) -> dict[str, Any]:
    """Approve: the proposals become the next draft version."""
    by = need_scope(request, WRITE)
    actions.approve_review(by=by, review_id=review_id, now=timezone.now(), **body.dict())
    return _out(review_id)


@router.post("/{review_id}/reject", response=ReviewOut, summary="Reject the proposals", url_name="rev_reject")
def review_reject(request: HttpRequest, review_id: uuid.UUID, body: ReasonIn) -> dict[str, Any]:
    """Reject the proposals with the reason."""
    by = need_scope(request, WRITE)
    actions.reject_review(by=by, review_id=review_id, reason=body.reason, now=timezone.now())
    return _out(review_id)


@router.post("/{review_id}/reopen", response=ReviewOut, summary="Send the proposals back", url_name="rev_reopen")
def review_reopen(request: HttpRequest, review_id: uuid.UUID, body: ReasonIn) -> dict[str, Any]:
    """Send the proposals back to be worked on."""
    by = need_scope(request, WRITE)
    actions.reopen_review(by=by, review_id=review_id, reason=body.reason, now=timezone.now())
    return _out(review_id)


def _found(review_id: uuid.UUID) -> Review:
    found = queries.review_with_parts(review_id)
    if found is None:
        raise NotFound("review.none", _("There is no such review."))
    return found


def _line(review: Review) -> dict[str, Any]:
    version = review.version
    return {"id": review.pk, "procedure": version.procedure.code, "number": version.number, "state": review.state}


def _out(review_id: uuid.UUID) -> dict[str, Any]:
    review = _found(review_id)
    costs = costing_of(review, review.lines.all())
    names = ("findings", "reason", "limit_amount", "limit_unit", "service_level")
    return _line(review) | {
        **{name: getattr(review, name) for name in names},
        "cost_before": costs.before.once,
        "cost_after": costs.after.once,
        "saved_a_year": costs.saved_a_year,
        "dropped": [one.component.key for one in review.dropped.select_related("component")],
    }

"""The API of publication: decisions at each stage, the shares with what stands behind. Each route names its scope."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound
from motcua.record.organisation.queries import agency_by_code
from motcua.serve.catalogue.publication import actions, queries
from motcua.serve.catalogue.publication.models import PublicationDecision, PublicationItem

router = Router(tags=["publication"])
READ, WRITE = "publication:read", "publication:write"
Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Long = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]


class ItemBody(Schema):
    """A procedure for a decision: its draft version (new, amended) or the one in force (abolished)."""

    kind: Annotated[str, Field(pattern="^(new|amended|abolished)$")]
    version_id: Annotated[int, Field(ge=1, le=2**62)]
    law_effective_on: dt.date = Field(description="when its latest legal basis takes effect")
    ends_on: dt.date | None = Field(None, description="for an abolished one: the first day without it")


class ItemOut(Schema):
    """A procedure of a decision."""

    id: int
    kind: str
    procedure: str
    version_id: int
    number: int
    law_effective_on: dt.date
    ends_on: dt.date | None


class AnswerOut(Schema):
    """What the checker found on one question."""

    round: int
    key: str
    verdict: str
    remark: str
    answered_at: dt.datetime


class DecisionLine(Schema):
    """A decision in a list."""

    id: uuid.UUID
    title: str
    agency: str
    state: str
    number: str
    signed_on: dt.date | None
    published_on: dt.date | None


class DecisionOut(DecisionLine):
    """A decision with its procedures and checks."""

    round: int
    check_due_at: dt.datetime | None
    signer: str
    return_reason: str
    items: list[ItemOut]
    answers: list[AnswerOut]


class DecisionBody(Schema):
    """A new draft decision."""

    title: Text
    agency: Annotated[str, Field(max_length=40)] = Field(description="identity code of the agency that decides")


class AnswerBody(Schema):
    """An answer to one question of the check, by its key."""

    key: Annotated[str, Field(max_length=40)]
    verdict: Annotated[str, Field(pattern="^(met|not_met|not_asked)$")]
    remark: Long = ""


class CheckBody(Schema):
    """The answers of a check."""

    answers: Annotated[list[AnswerBody], Field(max_length=200)] = []


class ReturnBody(CheckBody):
    """Why a decision goes back to its draft, and what was found so far."""

    reason: Long


class SignatureBody(Schema):
    """Number, date and signer."""

    number: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
    signed_on: dt.date
    signer: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class PublishBody(Schema):
    """The day on which it stands in the national catalogue."""

    published_on: dt.date


class LineOut(Schema):
    """A procedure behind a share."""

    code: str
    version_id: int
    good: bool
    decision_id: uuid.UUID | None
    due_on: dt.date | None
    done_on: dt.date | None
    missing: list[str]


class ShareOut(Schema):
    """A share: `percent` is null where nothing counts."""

    numerator: int
    denominator: int
    percent: float | None
    lines: list[LineOut]


class SharesOut(Schema):
    """Decision 766, group 1: indicators 1.1, 1.2, 1.3."""

    published: ShareOut
    updated: ShareOut
    complete: ShareOut


@router.get("/decisions", response=list[DecisionLine], summary="List publication decisions", url_name="decision_list")
def decision_list(
    request: HttpRequest,
    state: Annotated[str, Query(pattern="^(draft|checking|checked|signed|published)?$")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[dict[str, Any]]:
    """Return the decisions, the latest first."""
    need_scope(request, READ)
    found = queries.decisions().filter(state=state) if state else queries.decisions()
    return [_line(decision) for decision in found[:limit]]


@router.post("/decisions", response={201: DecisionOut}, summary="Open a draft decision", url_name="decision_open")
def decision_open(request: HttpRequest, body: DecisionBody) -> Any:
    """Open a draft decision."""
    by = need_scope(request, WRITE)
    opened = actions.open_decision(by=by, title=body.title, agency_code=body.agency, now=timezone.now())
    return Status(201, _out(opened.pk))


@router.get("/decisions/{decision_id}", response=DecisionOut, summary="Read a decision", url_name="decision_read")
def decision_read(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Return a decision with its procedures and checks."""
    need_scope(request, READ)
    return _out(decision_id)


@router.post(
    "/decisions/{decision_id}/items", response={201: DecisionOut}, summary="Add a procedure", url_name="decision_add"
)
def decision_add(request: HttpRequest, decision_id: uuid.UUID, body: ItemBody) -> Any:
    """Put a procedure on a draft decision."""
    by = need_scope(request, WRITE)
    actions.add_item(by=by, decision_id=decision_id, now=timezone.now(), **body.dict())
    return Status(201, _out(decision_id))


@router.post(
    "/decisions/{decision_id}/items/{item_id}/remove",
    response=DecisionOut,
    summary="Take a procedure off",
    url_name="decision_remove",
)
def decision_remove(request: HttpRequest, decision_id: uuid.UUID, item_id: int) -> dict[str, Any]:
    """Take a procedure off a draft decision."""
    by = need_scope(request, WRITE)
    item = item_id if 0 < item_id < 2**62 else 0
    actions.remove_item(by=by, decision_id=decision_id, item_id=item, now=timezone.now())
    return _out(decision_id)


@router.post(
    "/decisions/{decision_id}/ask-for-check",
    response=DecisionOut,
    summary="Send to the check",
    url_name="decision_ask",
)
def decision_ask(request: HttpRequest, decision_id: uuid.UUID) -> dict[str, Any]:
    """Send a draft to the quality check."""
    actions.ask_for_check(by=need_scope(request, WRITE), decision_id=decision_id, now=timezone.now())
    return _out(decision_id)


@router.post(
    "/decisions/{decision_id}/pass-check", response=DecisionOut, summary="Pass the check", url_name="decision_pass"
)
def decision_pass(request: HttpRequest, decision_id: uuid.UUID, body: CheckBody) -> dict[str, Any]:
    """Record that a decision passed its check; each question is answered, none is not met."""
    by = need_scope(request, WRITE)
    actions.pass_check(by=by, decision_id=decision_id, answers=_answers(body.answers), now=timezone.now())
    return _out(decision_id)


@router.post(
    "/decisions/{decision_id}/return", response=DecisionOut, summary="Return to the draft", url_name="decision_return"
)
def decision_return(request: HttpRequest, decision_id: uuid.UUID, body: ReturnBody) -> dict[str, Any]:
    """Return a decision to its draft with the reason."""
    by, answers = need_scope(request, WRITE), _answers(body.answers)
    now = timezone.now()
    actions.return_to_draft(by=by, decision_id=decision_id, reason=body.reason, answers=answers, now=now)
    return _out(decision_id)


@router.post(
    "/decisions/{decision_id}/sign", response=DecisionOut, summary="Record the signature", url_name="decision_sign"
)
def decision_sign(request: HttpRequest, decision_id: uuid.UUID, body: SignatureBody) -> dict[str, Any]:
    """Record number, date and signer."""
    by = need_scope(request, WRITE)
    actions.sign_decision(by=by, decision_id=decision_id, now=timezone.now(), **body.dict())
    return _out(decision_id)


@router.post("/decisions/{decision_id}/publish", response=DecisionOut, summary="Publish", url_name="decision_publish")
def decision_publish(request: HttpRequest, decision_id: uuid.UUID, body: PublishBody) -> dict[str, Any]:
    """Publish a signed decision: its procedures are in force from their dates."""
    by = need_scope(request, WRITE)
    actions.publish_decision(by=by, decision_id=decision_id, published_on=body.published_on, now=timezone.now())
    return _out(decision_id)


@router.get("/shares", response=SharesOut, summary="Shares on time and complete", url_name="publication_shares")
def shares(
    request: HttpRequest,
    since: Annotated[dt.date, Query(alias="from")],
    until: Annotated[dt.date, Query(alias="to")],
    agency: Annotated[str, Query(max_length=40)] = "",
) -> dict[str, Any]:
    """Return the shares of Decision 766, group 1, of a period, with the procedures behind each number."""
    need_scope(request, READ)
    today = timezone.localdate()
    found = agency_by_code(agency, today) if agency else None
    if agency and found is None:
        raise NotFound("agency.none", _("There is no such agency."))
    period = queries.Period(min(since, until), max(since, until))
    told = queries.publication_shares(period, {found.pk} if found else None, today)
    return {share.key: _share(share) for share in (told.published, told.updated, told.complete)}


def _share(share: queries.Share) -> dict[str, Any]:
    return {
        "numerator": share.numerator,
        "denominator": share.denominator,
        "percent": None if share.percent is None else float(share.percent),
        "lines": [{**vars(line), "missing": list(line.missing)} for line in share.lines],
    }


def _answers(sent: Iterable[AnswerBody]) -> dict[str, tuple[str, str]]:
    return {answer.key: (answer.verdict, answer.remark) for answer in sent}


def _line(decision: PublicationDecision) -> dict[str, Any]:
    names = ("id", "title", "state", "number", "signed_on", "published_on")
    return {name: getattr(decision, name) for name in names} | {"agency": decision.agency.code}


def _out(decision_id: uuid.UUID) -> dict[str, Any]:
    decision = queries.decision_with_items(decision_id)
    if decision is None:
        raise NotFound("publication.none", _("There is no such decision."))
    names = ("round", "check_due_at", "signer", "return_reason")
    return (
        _line(decision)
        | {name: getattr(decision, name) for name in names}
        | {
            "items": [_item(item) for item in decision.items.all()],
            "answers": [
                {
                    "round": answer.round,
                    "key": answer.item.key,
                    "verdict": answer.verdict,
                    "remark": answer.remark,
                    "answered_at": answer.answered_at,
                }
                for answer in decision.answers.all()
            ],
        }
    )


def _item(item: PublicationItem) -> dict[str, Any]:
    names = ("id", "kind", "version_id", "law_effective_on", "ends_on")
    version = item.version
    return {name: getattr(item, name) for name in names} | {
        "procedure": version.procedure.code,
        "number": version.number,
    }

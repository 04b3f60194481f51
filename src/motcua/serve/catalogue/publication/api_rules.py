"""The API of what publication and review go by: deadlines, the questions of the check, the wage of an hour."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.serve.catalogue.publication import setting
from motcua.serve.catalogue.publication.models import ChecklistItem, PublicationDeadline
from motcua.serve.catalogue.review.models import WageRate

router = Router(tags=["publication"])
READ, WRITE = "publication:read", "publication:write"
Source = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Key = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]


class DeadlineIn(Schema):
    """A deadline in days (`d`) or working days (`wd`), with the rule that says so."""

    key: Key
    amount: int
    unit: Annotated[str, Field(max_length=2)]
    source: Source
    valid_from: dt.date


class QuestionIn(Schema):
    """A question of the quality check."""

    key: Key
    name_vi: Text
    name_en: Text = ""
    source: Source
    order: Annotated[int, Field(ge=1, le=999)] = 1
    valid_from: dt.date


class EndIn(Schema):
    """The first local date on which it is asked no longer."""

    valid_to: dt.date


class WageIn(Schema):
    """What an hour of those who ask is worth, in đồng."""

    amount_an_hour: int
    source: Source
    valid_from: dt.date


class DeadlineOut(DeadlineIn):
    """A deadline with its last date."""

    id: int
    valid_to: dt.date | None


class QuestionOut(QuestionIn):
    """A question with its last date."""

    id: int
    valid_to: dt.date | None


class WageOut(WageIn):
    """A wage with its last date."""

    id: int
    valid_to: dt.date | None


class RulesOut(Schema):
    """All that holds or held, the newest first."""

    deadlines: list[DeadlineOut]
    questions: list[QuestionOut]
    wages: list[WageOut]


@router.get("", response=RulesOut, summary="Read the rules", url_name="rule_list")
def rules(request: HttpRequest) -> dict[str, Any]:
    """Return deadlines, questions and wages with their dates."""
    need_scope(request, READ)
    return {
        "deadlines": list(PublicationDeadline.objects.order_by("-valid_from")),
        "questions": list(ChecklistItem.objects.order_by("-valid_from", "order")),
        "wages": list(WageRate.objects.order_by("-valid_from")),
    }


@router.post("/deadlines", response={201: DeadlineOut}, summary="Set a deadline", url_name="rule_deadline")
def deadline(request: HttpRequest, body: DeadlineIn) -> Any:
    """Set a deadline from a local date on."""
    return Status(201, setting.set_deadline(by=need_scope(request, WRITE), now=timezone.now(), **body.dict()))


@router.post("/questions", response={201: QuestionOut}, summary="Ask a question", url_name="rule_question")
def question(request: HttpRequest, body: QuestionIn) -> Any:
    """Ask a question from a local date on, in the place of that of the same key."""
    return Status(201, setting.set_question(by=need_scope(request, WRITE), now=timezone.now(), **body.dict()))


@router.post("/questions/{row_id}/end", response=QuestionOut, summary="Ask no longer", url_name="rule_question_end")
def question_end(request: HttpRequest, row_id: Annotated[int, Path(ge=1, le=2**62)], body: EndIn) -> Any:
    """Ask a question no longer from a local date on."""
    by = need_scope(request, WRITE)
    setting.end_question(by=by, item_id=row_id, valid_to=body.valid_to, now=timezone.now())
    return ChecklistItem.objects.get(pk=row_id)


@router.post("/wages", response={201: WageOut}, summary="Set the wage of an hour", url_name="rule_wage")
def wage(request: HttpRequest, body: WageIn) -> Any:
    """Set what an hour of those who ask is worth, from a local date on."""
    return Status(201, setting.set_wage(by=need_scope(request, WRITE), now=timezone.now(), **body.dict()))

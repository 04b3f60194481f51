"""The API of declarations: read what was answered to a procedure's form, and correct it."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.declaring import declaration_of
from motcua.serve.dossiers.api import PROBLEMS, Code, Text
from motcua.serve.dossiers.models import Declaration, Dossier

router = Router(tags=["dossiers"])


class DeclarationOut(Schema):
    """The answers by key, and the version of the form that asked: `GET /forms/{code}?on=` gives its fields."""

    code: str
    form: str
    number: int
    answers: dict[str, Any]
    filled_at: dt.datetime
    corrected_at: dt.datetime | None


class AnswersIn(Schema):
    """All answers anew, by key."""

    answers: Annotated[dict[str, Any], Field(max_length=200)]
    reason: Text


def _found(dossier: Dossier) -> Declaration:
    found = declaration_of(dossier)
    if found is None:
        raise NotFound("answers.none", _("This dossier has no declaration that was filled in here."))
    return found


def _out(dossier: Dossier, found: Declaration) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "form": found.form.form.code,
        "number": found.form.number,
        "answers": found.answers,
        "filled_at": found.filled_at,
        "corrected_at": found.corrected_at,
    }


@router.get(
    "/{code}/declaration",
    response={200: DeclarationOut, **PROBLEMS},
    summary="Read a declaration",
    operation_id="read_declaration",
)
def read_declaration(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Scope `dossiers:read`. Personal: give it on to nobody who may not read the dossier."""
    dossier = queries.access_dossier_by_code(by=need_scope(request, "dossiers:read"), code=code)
    return _out(dossier, _found(dossier))


@router.post(
    "/{code}/correct-answers",
    response={200: DeclarationOut, **PROBLEMS},
    summary="Correct a declaration",
    operation_id="correct_answers",
)
def correct_answers(request: HttpRequest, code: Code, body: AnswersIn) -> dict[str, Any]:
    """Scope `dossiers:act`. For the desk that received it; checked by the version of the form that asked."""
    by = need_scope(request, "dossiers:act")
    dossier = queries.access_dossier_by_code(by=by, code=code)
    actions.correct_answers(by=by, dossier_id=dossier.pk, answers=body.answers, reason=body.reason)
    return _out(dossier, _found(dossier))

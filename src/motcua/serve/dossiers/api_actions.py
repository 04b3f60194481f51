"""The other actions of the public API: one address each, the same rules and refusals as the pages.

Every route needs the scope `dossiers:act`; what the client's post may do beyond that, the policies say.
"""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.queries import agency_by_code
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.api import PROBLEMS, Code, DossierOut, PartyIn, PaymentIn, Short, Text
from motcua.serve.dossiers.filing import PartyInput, PaymentInput
from motcua.serve.dossiers.models import Dossier

router = Router(tags=["dossiers"])
SCOPE = "dossiers:act"


class ReasonIn(Schema):
    """Why; printed where the action has a paper."""

    reason: Text


class SendBackIn(ReasonIn):
    """To which earlier step."""

    to_step: Short


class CaseIn(ReasonIn):
    """Which case, by its key."""

    case: Short


class AssignIn(Schema):
    """To which post (its number); of which task, where several are open."""

    post: int
    task: int | None = None


class SupplementIn(ReasonIn):
    """What is missing, one line each; how many days the applicant has."""

    items: Annotated[list[Text], Field(min_length=1, max_length=50)]
    days: Annotated[int, Field(ge=1, le=366)] | None = None


class ArrivedIn(Schema):
    """The fee before receipt, where the supplement completes the filing."""

    payment: PaymentIn | None = None


class FeeIn(Schema):
    """Amount in đồng; 0 if another office sets it."""

    amount: Annotated[int, Field(ge=0, le=10**15)] = 0
    note: Text = ""


class ApologyIn(ReasonIn):
    """The new time, with its offset (without: local); may be left out for a finished dossier."""

    new_due_at: dt.datetime | None = None


class CorrectIn(ReasonIn):
    """Corrected values; what is left out stays."""

    owner: PartyIn | None = None
    summary: Text | None = None
    return_place: Text | None = None
    note: Text | None = None


class ConsultIn(Schema):
    """Whose opinion (identity code of the agency), the question, working days to answer."""

    agency: Short
    question: Text
    days: Annotated[int, Field(ge=1, le=60)] = 3


class AnswerIn(Schema):
    """The opinion, to the question of this number."""

    consultation: int
    answer: Text


class MoveIn(ReasonIn):
    """The right agency's identity code."""

    agency: Short


class MishapIn(Schema):
    """error, lost or damaged; what happened."""

    kind: Annotated[str, Field(pattern="^(error|lost|damaged)$")]
    what: Text


class RepairIn(Schema):
    """How a mishap was repaired; the agency's cost in đồng."""

    mishap: int
    repair: Text
    cost: Annotated[int, Field(ge=0, le=10**15)] = 0


class DraftIn(ReasonIn):
    """A paper that hands approve first."""

    kind: Annotated[str, Field(pattern="^(supplement|apology|stop|refusal|result)$")]
    items: Annotated[list[Text], Field(max_length=50)] = []
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    new_due_at: dt.datetime | None = None
    legal_basis: Text = ""
    attachment: int | None = None


class DraftRef(Schema):
    """A draft by its number; the remark where it is given back."""

    draft: int
    remark: Text = ""


def do_on(request: HttpRequest, code: str, action: Callable[[Actor, Dossier], object]) -> dict[str, Any]:
    """Do an action on the dossier of a code and return the dossier as it is then."""
    by = need_scope(request, SCOPE)
    dossier = queries.access_dossier_by_code(by=by, code=code)
    action(by, dossier)
    return DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk))


def _aware(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=LOCAL) if moment is not None and moment.tzinfo is None else moment


def _agency(code: str) -> int:
    agency = agency_by_code(code, timezone.localdate())
    if agency is None:
        raise Refused("agency.unknown", _("Choose an agency of the list."), field="agency")
    return int(agency.pk)


def _post(path: str, summary: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return router.post(f"/{{code}}/{path}", response={200: DossierOut, **PROBLEMS}, summary=summary, operation_id=name)


@_post("send-back", "Send back to an earlier step", "send_back")
def send_back(request: HttpRequest, code: Code, body: SendBackIn) -> dict[str, Any]:
    """The client's post must hold an open task, and the process must allow the way."""
    return do_on(
        request,
        code,
        lambda by, d: actions.send_back_dossier(by=by, dossier_id=d.pk, to_step=body.to_step, reason=body.reason),
    )


@_post("recall", "Take back what was handed on", "recall")
def recall(request: HttpRequest, code: Code, body: ReasonIn) -> dict[str, Any]:
    """Only while the next hand has not begun."""
    return do_on(request, code, lambda by, d: actions.recall_dossier(by=by, dossier_id=d.pk, reason=body.reason))


@_post("choose-case", "Say that it falls under another case", "choose_case")
def choose_case(request: HttpRequest, code: Code, body: CaseIn) -> dict[str, Any]:
    """For who holds the dossier; the promised time follows the case's limit."""
    return do_on(
        request,
        code,
        lambda by, d: actions.choose_case(by=by, dossier_id=d.pk, case=body.case, reason=body.reason),
    )


@_post("assign", "Assign an open task", "assign")
def assign(request: HttpRequest, code: Code, body: AssignIn) -> dict[str, Any]:
    """For who heads the unit, or a holder who takes a free task."""
    return do_on(
        request,
        code,
        lambda by, d: actions.assign_task(by=by, dossier_id=d.pk, assignee_id=body.post, task_id=body.task),
    )


@_post("request-supplement", "Ask for a supplement", "request_supplement")
def request_supplement(request: HttpRequest, code: Code, body: SupplementIn) -> dict[str, Any]:
    """Form 02; the clock stops."""
    return do_on(
        request,
        code,
        lambda by, d: actions.request_supplement(
            by=by, dossier_id=d.pk, items=body.items, reason=body.reason, days=body.days
        ),
    )


@_post("record-supplement", "The supplement has arrived", "record_supplement")
def record_supplement(request: HttpRequest, code: Code, body: ArrivedIn) -> dict[str, Any]:
    """The clock goes on; before receipt, it starts now."""
    payment = PaymentInput(**body.payment.dict()) if body.payment else None
    return do_on(request, code, lambda by, d: actions.record_supplement(by=by, dossier_id=d.pk, payment=payment))


@_post("expire-supplement", "No supplement came in time", "expire_supplement")
def expire_supplement(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Refused before receipt, stopped after it."""
    return do_on(request, code, lambda by, d: actions.expire_supplement(by=by, dossier_id=d.pk))


@_post("pause-for-fee", "Wait for a payment duty", "pause_for_fee")
def pause_for_fee(request: HttpRequest, code: Code, body: FeeIn) -> dict[str, Any]:
    """The clock stops (state 6)."""
    return do_on(
        request,
        code,
        lambda by, d: actions.pause_for_fee(by=by, dossier_id=d.pk, amount=body.amount, note=body.note),
    )


@_post("settle-fee", "The payment duty is met", "settle_fee")
def settle_fee(request: HttpRequest, code: Code) -> dict[str, Any]:
    """The clock goes on."""
    return do_on(request, code, lambda by, d: actions.settle_fee(by=by, dossier_id=d.pk))


@_post("extend", "Extend with an apology", "extend")
def extend(request: HttpRequest, code: Code, body: ApologyIn) -> dict[str, Any]:
    """Before the due date, once (form 04)."""
    new = _aware(body.new_due_at)
    if new is None:
        raise Refused("new_due_at", _("Give the new date."), field="new_due_at")
    return do_on(
        request,
        code,
        lambda by, d: actions.extend_with_apology(by=by, dossier_id=d.pk, reason=body.reason, new_due_at=new),
    )


@_post("apologise", "Apologise for being late", "apologise")
def apologise(request: HttpRequest, code: Code, body: ApologyIn) -> dict[str, Any]:
    """After the due date, once (form 04); it stays late."""
    new = _aware(body.new_due_at)
    return do_on(
        request, code, lambda by, d: actions.apologise(by=by, dossier_id=d.pk, reason=body.reason, new_due_at=new)
    )


@_post("withdraw", "The applicant withdraws", "withdraw")
def withdraw(request: HttpRequest, code: Code, body: ReasonIn) -> dict[str, Any]:
    """State 7."""
    return do_on(request, code, lambda by, d: actions.withdraw_dossier(by=by, dossier_id=d.pk, reason=body.reason))


@_post("stop", "Stop handling", "stop")
def stop(request: HttpRequest, code: Code, body: ReasonIn) -> dict[str, Any]:
    """State 8, form 05."""
    return do_on(request, code, lambda by, d: actions.stop_dossier(by=by, dossier_id=d.pk, reason=body.reason))


@_post("void", "Void a mistaken receipt", "void")
def void(request: HttpRequest, code: Code, body: ReasonIn) -> dict[str, Any]:
    """The code stays used; the dossier counts nowhere."""
    return do_on(request, code, lambda by, d: actions.void_receipt(by=by, dossier_id=d.pk, reason=body.reason))


@_post("correct", "Correct a typing error", "correct")
def correct(request: HttpRequest, code: Code, body: CorrectIn) -> dict[str, Any]:
    """Procedure, times and promise cannot be corrected."""
    parties = {"owner": PartyInput(**body.owner.dict())} if body.owner else {}
    fields = {n: v for n in ("summary", "return_place", "note") if (v := getattr(body, n)) is not None}
    return do_on(
        request,
        code,
        lambda by, d: actions.correct_dossier(
            by=by, dossier_id=d.pk, reason=body.reason, parties=parties, fields=fields
        ),
    )


@_post("consult", "Ask another agency's opinion", "consult")
def consult(request: HttpRequest, code: Code, body: ConsultIn) -> dict[str, Any]:
    """The asking step waits; the promise stands."""
    return do_on(
        request,
        code,
        lambda by, d: actions.consult_agency(
            by=by, dossier_id=d.pk, agency_id=_agency(body.agency), question=body.question, days=body.days
        ),
    )


@_post("answer", "Give the opinion asked for", "answer")
def answer(request: HttpRequest, code: Code, body: AnswerIn) -> dict[str, Any]:
    """For the unit that was asked."""
    return do_on(
        request,
        code,
        lambda by, d: actions.answer_consultation(
            by=by, dossier_id=d.pk, consultation_id=body.consultation, answer=body.answer
        ),
    )


class QuestionRef(Schema):
    """A question by its number."""

    consultation: int


@_post("cancel-consultation", "Take a question back", "cancel_consultation")
def cancel_consultation(request: HttpRequest, code: Code, body: QuestionRef) -> dict[str, Any]:
    """The asking step waits no longer."""
    return do_on(
        request,
        code,
        lambda by, d: actions.cancel_consultation(by=by, dossier_id=d.pk, consultation_id=body.consultation),
    )


@_post("move", "Move to the right agency", "move")
def move(request: HttpRequest, code: Code, body: MoveIn) -> dict[str, Any]:
    """With its time: the promise stands."""
    return do_on(
        request,
        code,
        lambda by, d: actions.move_to_agency(
            by=by, dossier_id=d.pk, agency_id=_agency(body.agency), reason=body.reason
        ),
    )


class JoinIn(Schema):
    """The code of the dossier whose receipt this one shares."""

    receipt_of: Short


@_post("join-group", "Put on one receipt with another dossier", "join_group")
def join_group(request: HttpRequest, code: Code, body: JoinIn) -> dict[str, Any]:
    """For the desk that received both, on the same day, for the same applicant."""

    def join(by: Actor, dossier: Dossier) -> object:
        first = queries.access_dossier_by_code(by=by, code=body.receipt_of)
        return actions.join_group(by=by, first_id=first.pk, dossier_id=dossier.pk)

    return do_on(request, code, join)


@_post("record-mishap", "Record an error or a lost paper", "record_mishap")
def record_mishap(request: HttpRequest, code: Code, body: MishapIn) -> dict[str, Any]:
    """The client's agency repairs it at its own cost."""
    return do_on(
        request, code, lambda by, d: actions.record_mishap(by=by, dossier_id=d.pk, kind=body.kind, what=body.what)
    )


@_post("repair-mishap", "Record a repair", "repair_mishap")
def repair_mishap(request: HttpRequest, code: Code, body: RepairIn) -> dict[str, Any]:
    """Once."""
    return do_on(
        request,
        code,
        lambda by, d: actions.repair_mishap(
            by=by, dossier_id=d.pk, mishap_id=body.mishap, repair=body.repair, cost=body.cost
        ),
    )


@_post("write-draft", "Write a paper that hands approve first", "write_draft")
def write_draft(request: HttpRequest, code: Code, body: DraftIn) -> dict[str, Any]:
    """Which hands, the process says."""
    return do_on(
        request,
        code,
        lambda by, d: actions.write_draft(
            by=by,
            dossier_id=d.pk,
            kind=body.kind,
            reason=body.reason,
            items=body.items,
            days=body.days,
            new_due_at=_aware(body.new_due_at),
            legal_basis=body.legal_basis,
            attachment_id=body.attachment,
        ),
    )


@_post("approve-draft", "Approve a draft", "approve_draft")
def approve_draft(request: HttpRequest, code: Code, body: DraftRef) -> dict[str, Any]:
    """The last hand issues the paper."""
    return do_on(request, code, lambda by, d: actions.approve_draft(by=by, dossier_id=d.pk, draft_id=body.draft))


@_post("reject-draft", "Give a draft back", "reject_draft")
def reject_draft(request: HttpRequest, code: Code, body: DraftRef) -> dict[str, Any]:
    """With a remark."""
    return do_on(
        request,
        code,
        lambda by, d: actions.reject_draft(by=by, dossier_id=d.pk, draft_id=body.draft, remark=body.remark),
    )

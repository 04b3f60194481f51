"""The public API of what arrived by post or online: noted, completed, received, asked about, refused.

Every route needs the scope `dossiers:act`, but noting an arrival, which needs `dossiers:receive`.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.api import (
    PROBLEMS,
    Code,
    ComponentIn,
    Count,
    DossierOut,
    FilingIn,
    PartyIn,
    PaymentIn,
    Short,
    Text,
)
from motcua.serve.dossiers.api_actions import ArrivedIn, ReasonIn, SupplementIn
from motcua.serve.dossiers.api_actions import do_on as _do
from motcua.serve.dossiers.filing import Completion, ComponentInput, PartyInput, PaymentInput

router = Router(tags=["dossiers"])
arrival_router = Router(tags=["dossiers"])


def _post(path: str, summary: str, name: str) -> Any:
    return router.post(f"/{{code}}/{path}", response={200: DossierOut, **PROBLEMS}, summary=summary, operation_id=name)


@arrival_router.post(
    "",
    response={201: DossierOut, **PROBLEMS},
    summary="Note a filing that arrived",
    operation_id="record_arrival",
)
def record_arrival(request: HttpRequest, filing: FilingIn) -> Status[Any]:
    """Scope `dossiers:receive`. What came online (channel 2) or by post (3): state 1, no clock yet."""
    by = need_scope(request, "dossiers:receive")
    dossier = actions.record_arrival(by=by, filing=filing.as_filing())
    return Status(201, DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk)))


@_post("accept", "Receive what arrived", "accept_arrival")
def accept(request: HttpRequest, code: Code, body: ArrivedIn) -> dict[str, Any]:
    """The promise counts from now; the slip is given."""
    payment = PaymentInput(**body.payment.dict()) if body.payment else None
    return _do(request, code, lambda by, d: actions.accept_arrival(by=by, dossier_id=d.pk, payment=payment))


class CompletionIn(Schema):
    """What is put to a filing that arrived; what is left out stays as it was noted.

    `components` are all papers that are there, `answers` all those to the form; both may still lack something.
    """

    owner: PartyIn | None = None
    submitter: PartyIn | None = None
    authorised: PartyIn | None = None
    components: Annotated[list[ComponentIn], Field(max_length=100)] | None = None
    case: Short | None = None
    sets: Annotated[int, Field(ge=1, le=99)] | None = None
    pages: Count | None = None
    copies: Count | None = None
    return_method: Annotated[str, Field(pattern="^(counter|post|online)$")] | None = None
    return_place: Text | None = None
    summary: Text | None = None
    note: Text | None = None
    answers: Annotated[dict[str, Any], Field(max_length=200)] | None = None

    def as_completion(self) -> Completion:
        """Return it as the action takes it."""
        parts = {part: getattr(self, part) for part in ("owner", "submitter", "authorised")}
        names = ("case", "sets", "pages", "copies", "return_method", "return_place", "summary", "note", "answers")
        papers = self.components
        return Completion(
            parties={part: PartyInput(**typed.dict()) for part, typed in parts.items() if typed is not None},
            components=None if papers is None else tuple(ComponentInput(**paper.dict()) for paper in papers),
            **{name: getattr(self, name) for name in names},
        )


class CompletedIn(CompletionIn):
    """With how the fee before receipt is met."""

    payment: PaymentIn | None = None


@_post("complete", "Complete what arrived", "complete_arrival")
def complete(request: HttpRequest, code: Code, body: CompletionIn) -> dict[str, Any]:
    """Before it is received; it may still lack something."""
    completion = body.as_completion()
    return _do(request, code, lambda by, d: actions.complete_arrival(by=by, dossier_id=d.pk, completion=completion))


@_post("complete-and-accept", "Complete and receive what arrived", "receive_completed")
def complete_and_accept(request: HttpRequest, code: Code, body: CompletedIn) -> dict[str, Any]:
    """Both or neither: the promise counts from now; the slip is given."""
    payment = PaymentInput(**body.payment.dict()) if body.payment else None
    same = {"completion": body.as_completion(), "payment": payment}
    return _do(request, code, lambda by, d: actions.receive_completed(by=by, dossier_id=d.pk, **same))


@_post("ask-before-receipt", "Ask for papers before receipt", "ask_before_receipt")
def ask_before(request: HttpRequest, code: Code, body: SupplementIn) -> dict[str, Any]:
    """Form 02; no clock runs yet."""
    return _do(
        request,
        code,
        lambda by, d: actions.ask_before_receipt(by=by, dossier_id=d.pk, items=body.items, reason=body.reason),
    )


class RefusalIn(ReasonIn):
    """With the legal basis that is printed."""

    legal_basis: Text


@_post("refuse", "Refuse what arrived", "refuse_arrival")
def refuse(request: HttpRequest, code: Code, body: RefusalIn) -> dict[str, Any]:
    """Form 03."""
    return _do(
        request,
        code,
        lambda by, d: actions.refuse_arrival(by=by, dossier_id=d.pk, reason=body.reason, legal_basis=body.legal_basis),
    )

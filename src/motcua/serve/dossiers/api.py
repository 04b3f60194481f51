"""The public API of dossiers: receive, read, search, forward, finish, return. The schemas are the documentation."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Header, Query, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries, searching
from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput
from motcua.serve.dossiers.models import Dossier

router = Router(tags=["dossiers"])
Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Count = Annotated[int, Field(ge=0, le=10_000)]


class PartyIn(Schema):
    """A person or an organisation."""

    name: Text = Field(description="full name; at most 200 characters fit on the slip")
    kind: Annotated[str, Field(pattern="^(person|organisation|household)$")] = "person"
    identity_number: Short = Field("", description="CCCD (12 digits) or CMND (9 digits) of a person")
    tax_code: Short = ""
    born_on: dt.date | None = None
    sex: Annotated[str, Field(pattern="^[mf]?$")] = ""
    phone: Short = ""
    email: Short = ""
    address: Text = ""
    authenticated: bool = Field(False, description="identity read from the card or VNeID")


class ComponentIn(Schema):
    """A paper handed in: by its key in the procedure, or by its own name."""

    key: Short = ""
    name: Text = ""
    originals: Count = 0
    certified: Count = 0
    copies: Count = 0
    digitised: bool = False
    reused: bool = False
    from_store: bool = False


class PaymentIn(Schema):
    """How the fee before receipt is met."""

    how: Annotated[str, Field(pattern="^(cash|transfer|online|exempt)$")]
    exempt_reason: Text = ""


class FilingIn(Schema):
    """What is handed in."""

    procedure: Short = Field(description="code of the procedure, such as 1.001193")
    agency: Short = Field("", description="identity code of the competent agency; may be left out where only one fits")
    case: Short = Field("", description="key of the case; must be given where the procedure has several")
    owner: PartyIn
    submitter: PartyIn | None = None
    authorised: PartyIn | None = None
    components: Annotated[list[ComponentIn], Field(max_length=100)] = []
    channel: Annotated[int, Field(ge=1, le=3, description="1 counter, 2 online, 3 post")] = 1
    return_method: Annotated[str, Field(pattern="^(counter|post|online)$")] = "counter"
    return_place: Text = ""
    summary: Text = ""
    note: Text = ""
    sets: Annotated[int, Field(ge=1, le=99)] = 1
    pages: Count = 0
    copies: Count = 0
    payment: PaymentIn | None = None
    received_at: dt.datetime | None = Field(None, description="with its offset; the present if left out")
    answers: Annotated[dict[str, Any], Field(max_length=200)] | None = Field(
        None, description="answers to the procedure's form, by key; left out where it was handed in on paper"
    )
    on_receipt_of: Short = Field("", description="code of a dossier of today: both are on one receipt")

    def as_filing(self) -> Filing:
        """Return it as the action takes it; a time without offset is local."""
        at = self.received_at
        return Filing(
            procedure=self.procedure,
            agency=self.agency,
            case=self.case,
            owner=PartyInput(**self.owner.dict()),
            submitter=PartyInput(**self.submitter.dict()) if self.submitter else None,
            authorised=PartyInput(**self.authorised.dict()) if self.authorised else None,
            components=tuple(ComponentInput(**c.dict()) for c in self.components),
            channel=self.channel,
            return_method=self.return_method,
            return_place=self.return_place,
            summary=self.summary,
            note=self.note,
            sets=self.sets,
            pages=self.pages,
            copies=self.copies,
            payment=PaymentInput(**self.payment.dict()) if self.payment else None,
            received_at=at.replace(tzinfo=LOCAL) if at and at.tzinfo is None else at,
            answers=self.answers,
        )


class DossierOut(Schema):
    """A dossier. Instants have their offset; states are the national codes 1–10."""

    code: str
    state: int
    state_name: str
    procedure: str
    case: str
    agency_received: str
    agency_competent: str
    owner_name: str
    received_at: dt.datetime
    due_at: dt.datetime | None
    first_due_at: dt.datetime | None
    finished_at: dt.datetime | None
    returned_at: dt.datetime | None
    channel: int
    fee_due: int
    fee_paid: int

    @staticmethod
    def of(dossier: Dossier) -> dict[str, Any]:
        """Return a dossier as the API gives it."""

        def local(moment: dt.datetime | None) -> dt.datetime | None:
            return moment.astimezone(LOCAL) if moment else None

        return {
            "code": dossier.code,
            "state": dossier.state,
            "state_name": str(dossier.get_state_display()),
            "procedure": dossier.version.procedure.code,
            "case": dossier.case,
            "agency_received": dossier.agency_received.code,
            "agency_competent": dossier.agency_competent.code,
            "owner_name": dossier.owner_name,
            "received_at": local(dossier.received_at),
            "due_at": local(dossier.due_at),
            "first_due_at": local(dossier.first_due_at),
            "finished_at": local(dossier.finished_at),
            "returned_at": local(dossier.returned_at),
            "channel": dossier.channel,
            "fee_due": dossier.fee_due,
            "fee_paid": dossier.fee_paid,
        }


class Problem(Schema):
    """An answer of application/problem+json (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str = ""
    errors: list[dict[str, str]] = []


class NoteIn(Schema):
    """A note for the next hand."""

    note: Text = ""


class ReturnIn(Schema):
    """Who took the result, and how."""

    taken_by: Text
    method: Annotated[str, Field(pattern="^(counter|post|online)$")] = "counter"
    identity_number: Short = ""
    tracking_number: Short = ""
    payment: PaymentIn | None = None


PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 413: Problem, 422: Problem}
Code = Annotated[str, Field(max_length=50)]


@router.post("", response={201: DossierOut, **PROBLEMS}, summary="Receive a dossier", operation_id="receive")
def receive(
    request: HttpRequest,
    filing: FilingIn,
    idempotency_key: Annotated[str, Header(max_length=100, pattern=r"^[\x20-\x7e]*$")] = "",
) -> Status[Any]:
    """Scope `dossiers:receive`. The same Idempotency-Key and content give the same dossier; other content is a 409."""
    by = need_scope(request, "dossiers:receive")
    if filing.on_receipt_of:
        first = queries.access_dossier_by_code(by=by, code=filing.on_receipt_of)
        taken = filing.as_filing()
        dossier = actions.receive_with(by=by, first_id=first.pk, filing=taken, key=idempotency_key)
    else:
        dossier = actions.receive_dossier(by=by, filing=filing.as_filing(), key=idempotency_key)
    return Status(201, DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk)))


@router.get("", response={200: list[DossierOut], **PROBLEMS}, summary="Search", operation_id="search")
def search(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=2, max_length=200, pattern=r"^[^\x00]*$", description="code or name")],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[dict[str, Any]]:
    """Scope `dossiers:search`. By code or name, with or without diacritics; newest first."""
    by = need_scope(request, "dossiers:search")
    return [DossierOut.of(d) for d in searching.find_dossiers(by=by, words=q, most=limit)]


@router.get("/{code}", response={200: DossierOut, **PROBLEMS}, summary="Read a dossier", operation_id="read")
def read(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Scope `dossiers:read`."""
    by = need_scope(request, "dossiers:read")
    return DossierOut.of(queries.access_dossier_by_code(by=by, code=code))


@router.post("/{code}/forward", response={200: DossierOut, **PROBLEMS}, summary="Hand on", operation_id="forward")
def forward(request: HttpRequest, code: Code, body: NoteIn) -> dict[str, Any]:
    """Scope `dossiers:forward`. The client's post must hold the open task."""
    by = need_scope(request, "dossiers:forward")
    dossier = queries.access_dossier_by_code(by=by, code=code)
    actions.forward_dossier(by=by, dossier_id=dossier.pk, note=body.note)
    return DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk))


@router.post("/{code}/finish", response={200: DossierOut, **PROBLEMS}, summary="Finish", operation_id="finish")
def finish(request: HttpRequest, code: Code, body: NoteIn) -> dict[str, Any]:
    """Scope `dossiers:finish`. This moment decides early, on time or late."""
    by = need_scope(request, "dossiers:finish")
    dossier = queries.access_dossier_by_code(by=by, code=code)
    actions.finish_dossier(by=by, dossier_id=dossier.pk, note=body.note)
    return DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk))


@router.post("/{code}/return", response={200: DossierOut, **PROBLEMS}, summary="Return", operation_id="return")
def return_result(request: HttpRequest, code: Code, body: ReturnIn) -> dict[str, Any]:
    """Scope `dossiers:return`."""
    by = need_scope(request, "dossiers:return")
    dossier = queries.access_dossier_by_code(by=by, code=code)
    actions.return_result(
        by=by,
        dossier_id=dossier.pk,
        taken_by=body.taken_by,
        method=body.method,
        identity_number=body.identity_number,
        tracking_number=body.tracking_number,
        payment=PaymentInput(**body.payment.dict()) if body.payment else None,
    )
    return DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk))

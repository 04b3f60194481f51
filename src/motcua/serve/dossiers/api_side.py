"""The public API of linked filings, second appointments and compensation; the post has `api_post`.

Every route needs the scope `dossiers:act`, but receiving a linked filing, which needs `dossiers:receive`.
"""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Header, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.linked import group_on
from motcua.serve.dossiers.actions.linked_groups import publish_group
from motcua.serve.dossiers.api import (
    PROBLEMS,
    Code,
    ComponentIn,
    DossierOut,
    PartyIn,
    PaymentIn,
    Short,
    Text,
)
from motcua.serve.dossiers.api_actions import do_on as _do
from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput
from motcua.serve.dossiers.linked_files import GroupData, PartData
from motcua.serve.dossiers.models import LinkedGroup

router = Router(tags=["dossiers"])
linked_router = Router(tags=["linked procedures"])


class LinkedPartIn(Schema):
    """What is handed in for one part; papers that another part's result will be are left out."""

    components: Annotated[list[ComponentIn], Field(max_length=100)] = []
    agency: Short = Field("", description="identity code of who decides, where the group leaves it open")
    summary: Text = ""
    payment: PaymentIn | None = None


class LinkedFilingIn(Schema):
    """One filing that starts a group of linked procedures. A part that is not given is left out."""

    owner: PartyIn
    submitter: PartyIn | None = None
    authorised: PartyIn | None = None
    parts: Annotated[dict[Short, LinkedPartIn], Field(max_length=20)]
    channel: Annotated[int, Field(ge=1, le=3, description="1 counter, 2 online, 3 post")] = 1
    return_method: Annotated[str, Field(pattern="^(counter|post|online)$")] = "counter"
    return_place: Text = ""
    note: Text = ""

    def filings(self) -> dict[str, Filing]:
        """Return the filing of each part."""
        return {key: self._filing(part) for key, part in self.parts.items()}

    def _filing(self, part: LinkedPartIn) -> Filing:
        return Filing(
            procedure="",
            agency=part.agency,
            owner=PartyInput(**self.owner.dict()),
            submitter=PartyInput(**self.submitter.dict()) if self.submitter else None,
            authorised=PartyInput(**self.authorised.dict()) if self.authorised else None,
            components=tuple(ComponentInput(**c.dict()) for c in part.components),
            channel=self.channel,
            return_method=self.return_method,
            return_place=self.return_place,
            summary=part.summary,
            note=self.note,
            payment=PaymentInput(**part.payment.dict()) if part.payment else None,
        )


class LinkedPartOut(Schema):
    """A part of a group: for which parts it waits, which of its papers their results become."""

    key: str
    procedure: str
    agency: str
    waits_for: list[str]
    takes: dict[str, str]
    optional: bool


class LinkedGroupOut(Schema):
    """A group of linked procedures in force today."""

    code: str
    number: int
    name: str
    parts: list[LinkedPartOut]

    @staticmethod
    def of(group: LinkedGroup) -> dict[str, Any]:
        """Return a group as the API gives it."""
        parts = [
            {
                "key": part.key,
                "procedure": part.procedure.code,
                "agency": part.agency_code,
                "waits_for": part.waits_for,
                "takes": part.takes,
                "optional": part.optional,
            }
            for part in group.parts.select_related("procedure")
        ]
        return {"code": group.code, "number": group.number, "name": group.name, "parts": parts}


class LinkedLineOut(Schema):
    """A dossier of a linked filing."""

    part: str
    waits: bool
    due_at: dt.datetime | None
    dossier: DossierOut


class LinkedWholeOut(Schema):
    """A linked filing: one date, the latest of all parts; `promised_at` is what the one receipt said."""

    group: str
    promised_at: dt.datetime | None
    due_at: dt.datetime | None
    finished_at: dt.datetime | None
    parts: list[LinkedLineOut]


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(LOCAL) if moment else None


def _whole(whole: queries.LinkedWhole) -> dict[str, Any]:
    return {
        "group": whole.group.code,
        "promised_at": _local(whole.promised_at),
        "due_at": _local(whole.due_at),
        "finished_at": _local(whole.finished_at),
        "parts": [
            {
                "part": line.part.key,
                "waits": line.waits,
                "due_at": _local(line.due_at),
                "dossier": DossierOut.of(line.dossier),
            }
            for line in whole.lines
        ],
    }


@linked_router.get(
    "", response={200: list[LinkedGroupOut], **PROBLEMS}, summary="Groups in force", operation_id="linked_groups"
)
def linked_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Scope `dossiers:receive`."""
    need_scope(request, "dossiers:receive")
    groups = LinkedGroup.objects.on(timezone.localdate()).order_by("code", "number")
    return [LinkedGroupOut.of(group) for group in groups]


class GroupPartIn(Schema):
    """One procedure of a group; `takes` maps a part that is waited for to the paper that its result becomes."""

    key: Short
    procedure: Short
    agency: Short = ""
    waits_for: Annotated[list[Short], Field(max_length=12)] = []
    takes: dict[Short, Short] = {}
    optional: bool = False


class GroupIn(Schema):
    """The next version of a group; parts wait for earlier ones only."""

    name_vi: Text
    name_en: Text = ""
    valid_from: dt.date
    legal_bases: Annotated[list[dict[str, Text]], Field(max_length=50)] = []
    parts: Annotated[list[GroupPartIn], Field(max_length=20)]


@linked_router.put(
    "/{code}/group",
    response={200: LinkedGroupOut, **PROBLEMS},
    summary="Publish a group's next version",
    url_name="grp_publish",
)
def group_publish(request: HttpRequest, code: Short, body: GroupIn) -> dict[str, Any]:
    """Scope `catalogue:write`. The version before it ends where this one begins."""
    by = need_scope(request, "catalogue:write")
    parts = tuple(
        PartData(one.key, one.procedure, one.agency, tuple(one.waits_for), tuple(one.takes.items()), one.optional)
        for one in body.parts
    )
    bases = tuple((one.get("number", ""), one.get("name", "")) for one in body.legal_bases)
    names = {"name_vi": body.name_vi.strip(), "name_en": body.name_en.strip(), "valid_from": body.valid_from}
    data = GroupData(code, 0, sample=False, valid_to=None, legal_bases=bases, parts=parts, **names)
    return LinkedGroupOut.of(publish_group(by=by, data=data, now=timezone.now()))


@linked_router.post(
    "/{code}",
    response={201: LinkedWholeOut, **PROBLEMS},
    summary="Receive a linked filing",
    operation_id="receive_linked",
)
def receive_linked(
    request: HttpRequest,
    code: Short,
    body: LinkedFilingIn,
    idempotency_key: Annotated[str, Header(max_length=100, pattern=r"^[\x20-\x7e]*$")] = "",
) -> Status[Any]:
    """Scope `dossiers:receive`. All parts or none; faults name the part first (`residence.components.declaration`)."""
    by = need_scope(request, "dossiers:receive")
    group = group_on(code, timezone.localdate())
    without = [p.key for p in group.parts.all() if p.optional and p.key not in body.parts] if group else []
    made = actions.receive_linked(by=by, code=code, filings=body.filings(), without=without, key=idempotency_key)
    whole = queries.linked_of(made[0])
    assert whole is not None
    return Status(201, _whole(whole))


@router.get(
    "/{code}/linked",
    response={200: LinkedWholeOut, **PROBLEMS},
    summary="The linked filing of a dossier",
    operation_id="linked",
)
def linked(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Scope `dossiers:read`."""
    by = need_scope(request, "dossiers:read")
    whole = queries.linked_of(queries.access_dossier_by_code(by=by, code=code))
    if whole is None:
        raise NotFound("linked.none", _("This dossier is not part of a linked filing."))
    return _whole(whole)


def _post(path: str, summary: str, name: str) -> Any:
    return router.post(f"/{{code}}/{path}", response={200: DossierOut, **PROBLEMS}, summary=summary, operation_id=name)


class PaperIn(Schema):
    """What the applicant brought where a part ended without a result."""

    paper: Text = ""


@_post("start-part", "Start a part of a linked filing", "start_part")
def start_part(request: HttpRequest, code: Code, body: PaperIn) -> dict[str, Any]:
    """Where the part before it ended without a result; else a part starts by itself."""
    return _do(request, code, lambda by, d: actions.start_part(by=by, dossier_id=d.pk, paper=body.paper))


@_post("start-phase", "Make the second appointment", "start_phase")
def start_phase(request: HttpRequest, code: Code) -> dict[str, Any]:
    """The applicant has done their part; the next phase is promised from now."""
    return _do(request, code, lambda by, d: actions.start_phase(by=by, dossier_id=d.pk))


class ClaimIn(Schema):
    """What harm a mishap did, and what is asked for (đồng)."""

    mishap: int
    damage: Text
    amount: Annotated[int, Field(ge=0, le=10**15)] = 0


class GrantIn(Schema):
    """What is granted (đồng; 0 for nothing), by which decision."""

    mishap: int
    amount: Annotated[int, Field(ge=0, le=10**15)]
    decision: Short


class MishapRef(Schema):
    """A mishap by its number."""

    mishap: int


@_post("claim-compensation", "Write down a claim", "claim_compensation")
def claim_compensation(request: HttpRequest, code: Code, body: ClaimIn) -> dict[str, Any]:
    """Until it is decided."""
    return _do(
        request,
        code,
        lambda by, d: actions.claim_compensation(
            by=by, dossier_id=d.pk, mishap_id=body.mishap, damage=body.damage, amount=body.amount
        ),
    )


@_post("decide-compensation", "Decide a claim", "decide_compensation")
def decide_compensation(request: HttpRequest, code: Code, body: GrantIn) -> dict[str, Any]:
    """For the leader of the agency that erred; once."""
    return _do(
        request,
        code,
        lambda by, d: actions.decide_compensation(
            by=by, dossier_id=d.pk, mishap_id=body.mishap, amount=body.amount, decision=body.decision
        ),
    )


@_post("pay-compensation", "The compensation is paid", "pay_compensation")
def pay_compensation(request: HttpRequest, code: Code, body: MishapRef) -> dict[str, Any]:
    """Once."""
    return _do(request, code, lambda by, d: actions.pay_compensation(by=by, dossier_id=d.pk, mishap_id=body.mishap))


class TakenIn(Schema):
    """Who took it."""

    taken_by: Text
    identity_number: Short = ""


@_post("give-after-post", "Give what came back from the post", "give_after_post")
def give_after_post(request: HttpRequest, code: Code, body: TakenIn) -> dict[str, Any]:
    """At the counter."""
    return _do(
        request,
        code,
        lambda by, d: actions.give_after_post(
            by=by, dossier_id=d.pk, taken_by=body.taken_by, identity_number=body.identity_number
        ),
    )

"""The API of internal processes: read, draft, save, approve, discard; BPMN out and in. Each route names its scope."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import Invalid, NotFound, Refused
from motcua.serve.catalogue.models import Process
from motcua.serve.catalogue.processes import queries
from motcua.serve.catalogue.processes.actions import approve_process, create_draft, discard_draft, save_draft
from motcua.serve.catalogue.processes.files import bpmn_file
from motcua.serve.catalogue.processes.importing import rows_from_bpmn
from motcua.serve.catalogue.processes.rows import CHOICES, KEY, LARGEST_TIME, MOST_ROWS, StepRow, digest_of
from motcua.serve.catalogue.processes.words import in_words
from motcua.serve.catalogue.queries import version_on
from motcua.serve.catalogue.switches import NAMES

router = Router(tags=["processes"])
READ, WRITE = "processes:read", "processes:write"
Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Key = Annotated[str, Field(pattern=f"^{KEY.pattern}$")]
Keys = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MOST_ROWS)]


class StepBody(Schema):
    """One step. `after` and `may_return_to` name keys; empty `after` is the step above."""

    key: Key
    name_vi: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    name_en: Text = ""
    kind: Annotated[str, Field(json_schema_extra={"enum": list(CHOICES["kind"])})] = "handle"
    role: Annotated[str, Field(json_schema_extra={"enum": list(CHOICES["role"])})] = "handling_officer"
    where: Annotated[str, Field(json_schema_extra={"enum": list(CHOICES["where"])})] = "competent"
    agency: Annotated[str, Field(max_length=40)] = Field("", description="identity code, where `where` is named")
    amount: Annotated[int, Field(ge=0, le=LARGEST_TIME)] = 0
    unit: Annotated[str, Field(json_schema_extra={"enum": list(CHOICES["unit"])})] = "wh"
    after: Keys = []
    may_return_to: Keys = []
    optional: bool = False
    switches: dict[str, bool] = Field({}, description="those that are set; see docs/how-to/internal-processes.md")

    @staticmethod
    def of(row: StepRow) -> dict[str, Any]:
        """Return a row as the API gives it."""
        same = {name: getattr(row, name) for name in StepBody.model_fields}
        return same | {
            "after": list(row.after),
            "may_return_to": list(row.may_return_to),
            "switches": dict(row.switches),
        }


class FaultOut(Schema):
    """What keeps a table from being approved: a stable code, the step's key ("" for the whole table), a sentence."""

    code: str
    step: str
    words: str


class ProcessLine(Schema):
    """A process in a list."""

    id: int
    procedure: str
    version: int
    level: str
    case: str
    status: str
    decision: str
    decided_on: dt.date | None
    valid_from: dt.date
    valid_to: dt.date | None


class ProcessOut(ProcessLine):
    """A process with its steps; `seen` is the digest that the next write names."""

    steps: list[StepBody]
    drafts: dict[str, list[str]]
    faults: list[FaultOut]
    seen: str


class DraftBody(Schema):
    """Where a draft is opened: it begins as a copy of what is in force."""

    procedure: Annotated[str, Field(max_length=40)]
    level: Annotated[str, Field(max_length=20)]
    case: Annotated[str, Field(max_length=40)] = ""


class SeenBody(Schema):
    """The digest of the draft as it was read."""

    seen: Annotated[str, Field(max_length=64)]


class SaveBody(SeenBody):
    """All steps in their order, and whose hands papers pass before they go out."""

    steps: Annotated[list[StepBody], Field(max_length=MOST_ROWS)]
    drafts: dict[str, list[str]] = {}


class ApproveBody(SeenBody):
    """The decision: its number, its date, from when the process serves new dossiers."""

    decision: Annotated[str, Field(max_length=200)]
    decided_on: dt.date
    valid_from: dt.date


class ReadOut(Schema):
    """What a BPMN file would make of a draft; nothing is saved. `notes` say what was guessed or left out."""

    name: str
    steps: list[StepBody]
    notes: list[str]


class ProblemOut(Schema):
    """An answer of application/problem+json (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str = ""
    errors: list[dict[str, str]] = []


PROBLEMS: dict[int, Any] = {
    400: ProblemOut,
    401: ProblemOut,
    403: ProblemOut,
    404: ProblemOut,
    409: ProblemOut,
    422: ProblemOut,
}
WHOLE = {200: ProcessOut, **PROBLEMS}


def _line(process: Process) -> dict[str, Any]:
    same = {name: getattr(process, name) for name in ("id", "level", "case", "status", "decision", "decided_on")}
    version = process.version
    dates = {"valid_from": process.valid_from, "valid_to": process.valid_to}
    return same | dates | {"procedure": version.procedure.code, "version": version.number}


def _whole(process_id: int) -> dict[str, Any]:
    process = _found(process_id)
    rows = queries.rows_in(process)
    gaps = queries.role_gaps(process, rows, timezone.localdate()) if process.status == Process.Status.DRAFT else []
    faults = [
        {"code": fault.code, "step": fault.step, "words": in_words(fault)}
        for fault in queries.faults_of(process, rows, gaps)
    ]
    steps = [StepBody.of(row) for row in rows]
    seen = digest_of(rows, process.drafts)
    return _line(process) | {"steps": steps, "drafts": process.drafts, "faults": faults, "seen": seen}


def _found(process_id: int) -> Process:
    process = queries.process_with_version(process_id)
    if process is None:
        raise NotFound("process.none", _("There is no such process."))
    return process


def _rows(steps: list[StepBody]) -> list[StepRow]:
    """Return what was sent as rows.

    Raises:
        Invalid: a word that is not to be chosen, by field (`steps.2.role`).
    """
    errors = [
        Refused("process.choice", _("Choose one from the list."), field=f"steps.{number}.{name}")
        for number, step in enumerate(steps, 1)
        for name, known in CHOICES.items()
        if getattr(step, name) not in known
    ]
    errors += [
        Refused("process.switch", _("There is no such setting."), field=f"steps.{number}.switches.{name}"[:100])
        for number, step in enumerate(steps, 1)
        for name in set(step.switches) - set(NAMES)
    ]
    if errors:
        raise Invalid(errors)
    return [
        StepRow(**step.dict() | {"after": tuple(step.after), "may_return_to": tuple(step.may_return_to)})
        for step in steps
    ]


@router.get("", response={200: list[ProcessLine], **PROBLEMS}, summary="List", operation_id="list_processes")
def process_list(
    request: HttpRequest, procedure: Annotated[str, Query(max_length=40, description="code of the procedure")]
) -> list[dict[str, Any]]:
    """Scope `processes:read`. Those of the version in force today, drafts too."""
    need_scope(request, READ)
    version = version_on(procedure, timezone.localdate())
    if version is None:
        raise NotFound("process.no_version", _("There is no such procedure."))
    return [_line(process) for process in queries.processes_of(version).select_related("version__procedure")]


@router.get("/{int:process_id}", response=WHOLE, summary="Read", operation_id="read_process")
def process_read(request: HttpRequest, process_id: int) -> dict[str, Any]:
    """Scope `processes:read`."""
    need_scope(request, READ)
    return _whole(process_id)


@router.post("", response={201: ProcessOut, **PROBLEMS}, summary="Open a draft", operation_id="create_process_draft")
def process_open(request: HttpRequest, body: DraftBody) -> Status[Any]:
    """Scope `processes:write`, in the name of an administrator. Where a draft is open, that one is given."""
    by = need_scope(request, WRITE)
    version = version_on(body.procedure, timezone.localdate())
    if version is None:
        raise NotFound("process.no_version", _("There is no such procedure."))
    draft = create_draft(by=by, version_id=version.pk, level=body.level, case=body.case, now=timezone.now())
    return Status(201, _whole(draft.pk))


@router.put("/{int:process_id}", response=WHOLE, summary="Save", operation_id="save_process")
def process_save(request: HttpRequest, process_id: int, body: SaveBody) -> dict[str, Any]:
    """Scope `processes:write`. All steps at once; an unsound table is saved and its faults are told."""
    by = need_scope(request, WRITE)
    rows = _rows(body.steps)
    save_draft(by=by, process_id=process_id, rows=rows, drafts=body.drafts, seen=body.seen, now=timezone.now())
    return _whole(process_id)


@router.post(
    "/{int:process_id}/approve",
    response={200: ProcessOut, **PROBLEMS},
    summary="Approve",
    operation_id="approve_process",
)
def process_approve(request: HttpRequest, process_id: int, body: ApproveBody) -> dict[str, Any]:
    """Scope `processes:write`. Only a sound table; from its date on it serves new dossiers."""
    by = need_scope(request, WRITE)
    approve_process(by=by, process_id=process_id, now=timezone.now(), **body.dict())
    return _whole(process_id)


@router.post(
    "/{int:process_id}/discard",
    response={200: ProcessOut, **PROBLEMS},
    summary="Discard",
    operation_id="discard_process",
)
def process_discard(request: HttpRequest, process_id: int, body: SeenBody) -> dict[str, Any]:
    """Scope `processes:write`. The draft stays readable."""
    by = need_scope(request, WRITE)
    discard_draft(by=by, process_id=process_id, seen=body.seen, now=timezone.now())
    return _whole(process_id)


BPMN = {"responses": {200: {"description": "BPMN 2.0", "content": {"application/xml": {"schema": {"type": "string"}}}}}}
SENT = {"requestBody": {"required": True, "content": {"application/xml": {"schema": {"type": "string"}}}}}


@router.get(
    "/{int:process_id}/bpmn",
    response=PROBLEMS,
    summary="Write as BPMN",
    operation_id="export_process",
    openapi_extra=BPMN,
)
def process_export(request: HttpRequest, process_id: int) -> HttpResponse:
    """Scope `processes:read`. The file that editors open; 422 where the table has no order."""
    need_scope(request, READ)
    process = _found(process_id)
    return HttpResponse(bpmn_file(process, queries.rows_in(process)), content_type="application/xml; charset=utf-8")


@router.post(
    "/read-bpmn", response={200: ReadOut, **PROBLEMS}, summary="Read BPMN", operation_id="read_bpmn", openapi_extra=SENT
)
def process_read_bpmn(request: HttpRequest) -> dict[str, Any]:
    """Scope `processes:read`. The body is the file; the answer can be sent to `save`. Nothing is written."""
    need_scope(request, READ)
    found = rows_from_bpmn(request.body)
    return {"name": found.name, "steps": [StepBody.of(row) for row in found.rows], "notes": list(found.notes)}

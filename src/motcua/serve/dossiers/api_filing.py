"""The rest of a dossier by program: what is not received, files, steps with their hands, papers as PDF."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from motcua.formats.papers import render
from motcua.record.accounts.tokens import need_scope
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.routing import steps_of_dossier, tasks_of
from motcua.serve.dossiers.api import PROBLEMS, Code, DossierOut, FilingIn, Text
from motcua.serve.dossiers.models import Dossier, Task
from motcua.serve.dossiers.printing import sheets_of
from motcua.serve.dossiers.progress import step_lines

router = Router(tags=["dossiers"])


class RefusalIn(Schema):
    """A filing that is refused in writing (form 03): the reason and its legal basis are printed."""

    filing: FilingIn
    reason: Text
    legal_basis: Text


class RequestIn(Schema):
    """A filing that is not complete (form 02): what is missing, one line each."""

    filing: FilingIn
    items: Annotated[list[Text], Field(min_length=1, max_length=50)]
    reason: Text = ""


class FileOut(Schema):
    """A file of a dossier."""

    id: int
    name: str
    purpose: str
    content_type: str
    size: int
    sha256: str
    added_at: dt.datetime


class TaskOut(Schema):
    """A hand that a step lay in. `task` is the number that `assign` takes."""

    task: int
    agency: str
    unit: str
    assignee: int | None
    opened_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    outcome: str


class StepOut(Schema):
    """A step of the dossier's process: done, now, skipped or ahead, with all its hands so far."""

    key: str
    name: str
    state: str
    may_return_to: list[str]
    tasks: list[TaskOut]


class PaperOut(Schema):
    """A legal paper of the dossier; `form` is its number in the set of TT 03/2025, or `receipt`."""

    id: int
    form: str
    number: str
    issued_at: dt.datetime
    prints: int


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(LOCAL) if moment else None


def _dossier(request: HttpRequest, code: str, scope: str) -> Dossier:
    return queries.access_dossier_by_code(by=need_scope(request, scope), code=code)


@router.post("/refuse", response={201: DossierOut, **PROBLEMS}, summary="Refuse a filing", operation_id="refuse_filing")
def refuse_filing(request: HttpRequest, body: RefusalIn) -> Status[Any]:
    """Scope `dossiers:receive`. State 3; no time is promised."""
    by = need_scope(request, "dossiers:receive")
    filing = body.filing.as_filing()
    dossier = actions.refuse_filing(by=by, filing=filing, reason=body.reason, legal_basis=body.legal_basis)
    return Status(201, DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk)))


@router.post(
    "/request-papers",
    response={201: DossierOut, **PROBLEMS},
    summary="Ask for papers before receipt",
    operation_id="request_papers_before_receipt",
)
def request_papers(request: HttpRequest, body: RequestIn) -> Status[Any]:
    """Scope `dossiers:receive`. State 5, no clock runs yet; `record-supplement` receives it."""
    by = need_scope(request, "dossiers:receive")
    filing = body.filing.as_filing()
    dossier = actions.request_papers_before_receipt(by=by, filing=filing, items=body.items, reason=body.reason)
    return Status(201, DossierOut.of(queries.access_dossier(by=by, dossier_id=dossier.pk)))


@router.post("/{code}/files", response={201: FileOut, **PROBLEMS}, summary="Add a file", operation_id="add_attachment")
def add_file(
    request: HttpRequest,
    code: Code,
    file: Annotated[UploadedFile, File(description="PDF, picture, DOCX or XLSX")],
    purpose: Annotated[str, Form(pattern="^(scan|result|other)$")] = "scan",
    component: Annotated[str, Form(max_length=60, description="key of the paper that it is a scan of")] = "",
) -> Status[Any]:
    """Scope `dossiers:act`. The desk and who holds the task may."""
    dossier = _dossier(request, code, "dossiers:act")
    paper = dossier.components.filter(component__key=component).first() if component else None
    added = actions.add_attachment(
        by=request.actor,
        dossier_id=dossier.pk,
        file=file,
        purpose=purpose,
        component_id=paper.component_id if paper else None,
    )
    same = {name: getattr(added, name) for name in ("id", "purpose", "content_type", "size", "sha256")}
    return Status(201, same | {"name": added.original_name, "added_at": _local(added.added_at)})


@router.get("/{code}/steps", response={200: list[StepOut], **PROBLEMS}, summary="Steps", operation_id="read_steps")
def steps(request: HttpRequest, code: Code) -> list[dict[str, Any]]:
    """Scope `dossiers:read`. In their order, with whose hands they were in."""
    dossier = _dossier(request, code, "dossiers:read")
    tasks = tasks_of(dossier)
    by_step: dict[int, list[Task]] = {}
    for task in tasks:
        by_step.setdefault(task.step_id, []).append(task)
    return [
        {
            "key": line.step.key,
            "name": line.step.name,
            "state": line.state,
            "may_return_to": line.step.may_return_to,
            "tasks": [_hand(task) for task in by_step.get(line.step.pk, [])],
        }
        for line in step_lines(steps_of_dossier(dossier), tasks)
    ]


def _hand(task: Task) -> dict[str, Any]:
    moments = {name: _local(getattr(task, name)) for name in ("opened_at", "due_at", "closed_at")}
    place = {"agency": task.unit.agency.code, "unit": task.unit.name, "assignee": task.assignee_id}
    return {"task": task.pk, "outcome": task.outcome} | place | moments


@router.get("/{code}/papers", response={200: list[PaperOut], **PROBLEMS}, summary="Papers", operation_id="read_papers")
def papers(request: HttpRequest, code: Code) -> list[dict[str, Any]]:
    """Scope `dossiers:read`."""
    dossier = _dossier(request, code, "dossiers:read")
    return [
        {"id": p.pk, "form": p.form, "number": p.number, "issued_at": _local(p.issued_at), "prints": p.prints}
        for p in dossier.papers.order_by("pk")
    ]


PDF = {"responses": {200: {"description": "PDF", "content": {"application/pdf": {"schema": {"type": "string"}}}}}}


@router.post(
    "/{code}/papers/{int:paper_id}/print",
    response=PROBLEMS,
    summary="Print a paper",
    operation_id="print_paper",
    openapi_extra=PDF,
)
def print_paper(
    request: HttpRequest,
    code: Code,
    paper_id: int,
    language: Annotated[str, Query(pattern="^(vi|en)$", description="en adds English to the Vietnamese text")] = "vi",
) -> HttpResponse:
    """Scope `dossiers:act`. The print is counted and written down; from the second on it is marked as a reprint."""
    dossier = _dossier(request, code, "dossiers:act")
    printed = actions.print_paper(by=request.actor, dossier_id=dossier.pk, paper_id=paper_id)
    name = request.actor.post.person.full_name
    sheets = sheets_of(printed, dossier, name, language="en" if language == "en" else "vi")
    return HttpResponse(render(*sheets), content_type="application/pdf")

"""The API of draft versions: the next version of a procedure is opened, revised, discarded. Scope: catalogue:write."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Path, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.record.organisation.errors import NotFound
from motcua.serve.catalogue.actions.discarding import discard_version
from motcua.serve.catalogue.actions.revising import draft_digest, revise_draft
from motcua.serve.catalogue.api import plain
from motcua.serve.catalogue.draft_forms import data_from, sent_rows
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.queries import version_on
from motcua.serve.catalogue.reading import content_of, with_parts

router = Router(tags=["procedures"])
WRITE = "catalogue:write"
Code = Annotated[str, Path(max_length=40, pattern=r"^[^\x00]*$")]
Cell = Annotated[str, Field(max_length=40_000, pattern=r"^[^\x00]*$")]


class OpenIn(Schema):
    """From when the draft is to hold, once it is published; which version it copies, without one that in force."""

    valid_from: dt.date
    copy_of: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class DiscardIn(Schema):
    """Why a draft is given up; `seen` is the digest that was read."""

    seen: Annotated[str, Field(max_length=64)]
    reason: Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]


class DiscardedOut(Schema):
    """A draft that was given up."""

    version_id: int
    code: str
    number: int
    status: str
    discarded_at: dt.datetime


class DraftIn(Schema):
    """All that the draft's page shows, by the names of its fields; `seen` is the digest that was read.

    Tables are lists of rows: `case`, `method`, `component`, `fee`, `result`, each with the cells of the page.
    """

    seen: Annotated[str, Field(max_length=64)]
    fields: dict[str, Cell]
    tables: dict[str, Annotated[list[dict[str, Cell]], Field(max_length=320)]]


class DraftOut(Schema):
    """A draft: its whole content, and the digest to send back with a change."""

    version_id: int
    code: str
    number: int
    valid_from: dt.date
    seen: str
    record: dict[str, Any]


@router.post("/{code}/draft", response={201: DraftOut}, summary="Draft the next version", url_name="draft_version")
def draft_open(request: HttpRequest, code: Code, body: OpenIn) -> Any:
    """Copy the version in force, or another, as a draft; it serves nobody until a decision puts it in force."""
    by, now = need_scope(request, WRITE), timezone.now()
    version = _source(code, body.copy_of) if body.copy_of else version_on(code, timezone.localdate(now))
    if version is None:
        raise NotFound("version.none", _("There is no such version."))
    draft_next_version(by=by, version_id=version.pk, valid_from=body.valid_from, now=now)
    return Status(201, _out(_draft(code)))


@router.get("/{code}/draft", response=DraftOut, summary="Read a draft", url_name="draft_version")
def draft_read(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Return the draft of a procedure."""
    need_scope(request, WRITE)
    return _out(_draft(code))


@router.put("/{code}/draft", response=DraftOut, summary="Revise a draft", url_name="draft_version")
def draft_revise(request: HttpRequest, code: Code, body: DraftIn) -> dict[str, Any]:
    """Put a content in the place of a draft's; every fault names its field (`fee-amount-2`)."""
    by, draft = need_scope(request, WRITE), _draft(code)
    sent = dict(body.fields)
    for table, rows in body.tables.items():
        sent[f"{table}-rows"] = str(len(rows))
        sent |= {f"{table}-{name}-{n}": value for n, row in enumerate(rows, 1) for name, value in row.items()}
    data = data_from(sent, content_of(draft), sent_rows(sent))
    revise_draft(by=by, version_id=draft.pk, data=data, seen=body.seen, now=timezone.now())
    return _out(_draft(code))


@router.post("/{code}/draft/discard", response=DiscardedOut, summary="Discard a draft", url_name="discard_version")
def draft_discard(request: HttpRequest, code: Code, body: DiscardIn) -> dict[str, Any]:
    """Give a draft up, with the reason; it stays readable to staff and can be copied. A published one never goes."""
    by, draft = need_scope(request, WRITE), _draft(code)
    gone = discard_version(by=by, version_id=draft.pk, reason=body.reason, seen=body.seen, now=timezone.now())
    names = ("number", "status", "discarded_at")
    return {"version_id": gone.pk, "code": code} | {name: getattr(gone, name) for name in names}


def _source(code: str, number: int) -> ProcedureVersion | None:
    """Return a version to copy: a published or a discarded one."""
    versions = ProcedureVersion.objects.filter(procedure__code=code, number=number)
    return versions.exclude(status=ProcedureVersion.Status.DRAFT).first()


def _draft(code: str) -> ProcedureVersion:
    drafts = ProcedureVersion.objects.filter(procedure__code=code, status=ProcedureVersion.Status.DRAFT)
    found = with_parts(drafts).order_by("-number").first()
    if found is None:
        raise NotFound("version.no_draft", _("This procedure has no draft."))
    return found


def _out(draft: ProcedureVersion) -> dict[str, Any]:
    data = content_of(draft)
    head = {"version_id": draft.pk, "code": data.code, "number": data.number, "valid_from": data.valid_from}
    return head | {"seen": draft_digest(draft), "record": plain(data)}

"""The API of catalogue files: handed in, looked at, carried out once. Scope: catalogue:write."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from motcua.record.accounts.tokens import need_scope
from motcua.serve.catalogue.actions.importing import carry_out_import, upload_catalogue
from motcua.serve.catalogue.fault_words import sentence
from motcua.serve.catalogue.previewing import CHANGED, NEW, SAME, Preview

router = Router(tags=["procedures"])
WRITE = "catalogue:write"


class ImportOut(Schema):
    """What a file does, by how many procedures; with faults it does nothing."""

    id: uuid.UUID
    new: int
    changed: int
    same: int
    faults: list[str]


@router.post("", response={201: ImportOut}, summary="Hand in a catalogue file", url_name="cat_import")
def upload(request: HttpRequest, file: Annotated[UploadedFile, File()], valid_from: Query[dt.date]) -> Any:
    """Keep a file of the national catalogue (JSON, XLSX, CSV) and return what it would do; nothing changes."""
    by = need_scope(request, WRITE)
    name, content = file.name or "", file.read()
    kept, found = upload_catalogue(by=by, name=name, content=content, valid_from=valid_from, now=timezone.now())
    return Status(201, _out(kept.pk, found))


@router.post("/{import_id}/carry-out", response=ImportOut, summary="Write its drafts", url_name="cat_import_do")
def carry_out(request: HttpRequest, import_id: uuid.UUID) -> dict[str, Any]:
    """Write the drafts of a file, all or none, once."""
    by = need_scope(request, WRITE)
    return _out(import_id, carry_out_import(by=by, import_id=import_id, now=timezone.now()))


def _out(import_id: uuid.UUID, found: Preview) -> dict[str, Any]:
    counts = {"new": found.count(NEW), "changed": found.count(CHANGED), "same": found.count(SAME)}
    return {"id": import_id, "faults": [sentence(fault) for fault in found.faults], **counts}

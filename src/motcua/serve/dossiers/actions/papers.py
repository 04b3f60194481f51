"""Prints and files: a reprint is counted, a file is checked by its content before its row is written."""

import datetime as dt
import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, NotFound
from motcua.serve.dossiers.actions.common import changing, held_task, instant
from motcua.serve.dossiers.models import Attachment, DossierComponent, Paper, State
from motcua.serve.dossiers.policies import CORRECTS, READS
from motcua.serve.dossiers.states import OPEN
from motcua.serve.dossiers.uploads import store_upload


def print_paper(*, by: Actor, dossier_id: uuid.UUID, paper_id: int, now: dt.datetime | None = None) -> Paper:
    """Count a print of a paper; from the second on the print is marked as a reprint.

    Raises:
        NotFound: no such paper of this dossier.
    """
    moment = instant(now)
    with changing(dossier_id, by=by, kind="paper_printed", now=moment) as (change, dossier):
        READS.check(by, dossier)
        paper = dossier.papers.filter(pk=paper_id).first()
        if paper is None:
            raise NotFound("paper.not_found", _("There is no such paper."))
        change.set(paper, prints=paper.prints + 1)
    return paper


def add_attachment(
    *,
    by: Actor,
    dossier_id: uuid.UUID,
    file: "UploadedFile[Any]",
    purpose: str,
    component_id: int | None = None,
    now: dt.datetime | None = None,
) -> Attachment:
    """Add a scan, a result or another paper, also later. The desk and who holds the task may.

    Args:
        file: checked by content and size, stored under a random name.
        purpose: scan, result or other.
        component_id: the component that a scan digitises.

    Raises:
        Refused: the file is too large, empty, or not what it says.
        Conflict: the dossier has ended.
    """
    moment = instant(now)
    stored = store_upload(file)
    with changing(dossier_id, by=by, kind="attachment_added", now=moment) as (change, dossier):
        if not CORRECTS.allows(by, dossier):
            held_task(dossier, by)
        if dossier.state not in (*OPEN, State.NEW, State.FINISHED):
            raise Conflict("attachment.ended", _("An ended dossier takes no more files."))
        component = dossier.components.filter(component_id=component_id).first() if component_id else None
        attachment = Attachment(
            dossier=dossier,
            component_id=component.component_id if component else None,
            purpose=purpose,
            stored_name=stored.name,
            original_name=stored.original_name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
            added_at=moment,
        )
        change.add(attachment)
        if isinstance(component, DossierComponent) and not component.digitised:
            change.set(component, digitised=True)
    return attachment

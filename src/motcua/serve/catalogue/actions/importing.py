"""Drafts out of a file of the national catalogue: all of them or none."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.formats.national import MOST_BYTES
from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotFound, Refused
from motcua.record.organisation.models import Agency, Level
from motcua.serve.catalogue.actions.loading import PUBLISHED, add_parts, content_digest, field_of, version_fields
from motcua.serve.catalogue.content import ProcedureData
from motcua.serve.catalogue.fault_words import refused
from motcua.serve.catalogue.models import CatalogueImport, Competence, Procedure, ProcedureVersion
from motcua.serve.catalogue.previewing import CHANGED, NEW, SAME, Preview, Row, preview_import
from motcua.serve.catalogue.publication.policies import IMPORTS

DRAFTED = "procedure.version_drafted"
REVISED = "procedure.version_revised"
Status = ProcedureVersion.Status
# Tiers of which every agency decides where no agency is named.
WHOLE_LEVELS = (Level.COMMUNE, Level.DISTRICT)


def upload_catalogue(
    *, by: Actor, name: str, content: bytes, valid_from: dt.date, now: dt.datetime
) -> tuple[CatalogueImport, Preview]:
    """Keep a file for its preview; nothing of the catalogue changes.

    Raises:
        NotAllowed: the post drafts no procedures.
        Refused: the file is empty or too large.
    """
    IMPORTS.check(by)
    if not content or len(content) > MOST_BYTES:
        raise Refused("import.size", _("Choose a file that is not empty, of at most 50 MB."), field="file")
    found = preview_import(name, content, valid_from)
    kept = CatalogueImport(
        name=name[-200:],
        content=content,
        digest=found.digest,
        valid_from=valid_from,
        uploaded_at=now,
        uploaded_by=by.post,
    )
    kept.save(force_insert=True)
    return kept, found


def carry_out_import(*, by: Actor, import_id: uuid.UUID, now: dt.datetime) -> Preview:
    """Write the drafts of a file that was previewed; each file is carried out once.

    Raises:
        NotAllowed: the post drafts no procedures.
        NotFound: no such file.
        Conflict: it was carried out already.
        Invalid: what stands in the way, each with its place; nothing is written.
    """
    IMPORTS.check(by)
    with transaction.atomic():
        kept = CatalogueImport.objects.select_for_update().filter(pk=import_id).first()
        if kept is None:
            raise NotFound("import.none", _("There is no such file."))
        if kept.done_at is not None:
            raise Conflict("import.done", _("This file was imported already."))
        done = import_catalogue(by=by, name=kept.name, content=bytes(kept.content), valid_from=kept.valid_from, now=now)
        kept.new, kept.changed = done.count(NEW), done.count(CHANGED)
        kept.done_at, kept.content = now, b""
        kept.save(update_fields=["new", "changed", "done_at", "content"])
    return done


def import_catalogue(
    *, by: Actor, name: str, content: bytes, valid_from: dt.date, now: dt.datetime, announced: bool = False
) -> Preview:
    """Write a draft version for each procedure of a file that is new or changed.

    Args:
        name: the file's name; its ending tells JSON, XLSX or CSV.
        valid_from: local date from which the versions hold, where the file gives none.
        announced: whether procedures that are new here were announced already, so that they are in force at once.

    Raises:
        NotAllowed: the post drafts no procedures.
        Invalid: what is wrong in the file or stands in the way, each with its place; nothing is written.
    """
    IMPORTS.check(by)
    with transaction.atomic():
        rows = preview_import(name, content, valid_from)
        codes = sorted({row.data.code for row in rows.rows})
        # Others who write these procedures wait; what they wrote meanwhile is seen.
        if list(Procedure.objects.select_for_update().filter(code__in=codes).order_by("code")):
            rows = preview_import(name, content, valid_from)
        if rows.faults:
            raise Invalid([refused(fault) for fault in rows.faults])
        agencies = _agencies(row.data for row in rows.rows)
        for row in rows.rows:
            if row.what != SAME:
                _write(by, row, agencies, rows, announced and row.what == NEW, now)
    return rows


def _write(
    by: Actor, row: Row, agencies: Mapping[str, Agency], source: Preview, announced: bool, now: dt.datetime
) -> None:
    data = row.data
    procedure = row.base.procedure if row.base else None
    facts = {"number": data.number, "content": content_digest(data), "file": source.name, "digest": source.digest}
    with record_change(
        chain_id=chain_of("procedure", data.code),
        subject="procedure",
        kind=PUBLISHED if announced else REVISED if row.draft else DRAFTED,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=procedure is None,
        facts=facts,
    ) as change:
        if procedure is None:
            procedure = Procedure(code=data.code, field=field_of(data))
            change.add(procedure)
            Competence.objects.bulk_create(_competences(procedure, data, agencies))
        status = Status.PUBLISHED if announced else Status.DRAFT
        version = revised(change, row.draft, data) if row.draft else _added(change, procedure, data, status)
        add_parts(version, data)


def _added(change: Change, procedure: Procedure, data: ProcedureData, status: str) -> ProcedureVersion:
    version = ProcedureVersion(procedure=procedure, status=status, **version_fields(data))
    change.add(version)
    return version


def revised(change: Change, draft: ProcedureVersion, data: ProcedureData) -> ProcedureVersion:
    """Put a content in the place of a draft's; no dossier uses a draft."""
    version: ProcedureVersion = ProcedureVersion.objects.select_related("procedure").get(pk=draft.pk)
    for parts in (version.components, version.cases, version.methods, version.fees, version.results):
        parts.all().delete()
    change.set(version, **version_fields(data))
    return version


def _agencies(contents: Iterable[ProcedureData]) -> dict[str, Agency]:
    """Return the agencies that the contents name by a code that is known here, the youngest of each code."""
    codes = {agency.code for data in contents for agency in data.agencies if agency.code}
    return {agency.code: agency for agency in Agency.objects.filter(code__in=codes).order_by("valid_from")}


def _competences(procedure: Procedure, data: ProcedureData, agencies: Mapping[str, Agency]) -> list[Competence]:
    """Return who decides a new procedure: the agencies that are known, else all of a tier that is decided everywhere.

    A ministry decides nothing here, and which department a bare "province" means is not guessed.
    """
    named = [agencies[agency.code] for agency in data.agencies if agency.code in agencies]
    levels = [level.level for level in data.levels if level.level in WHOLE_LEVELS]
    pairs: list[tuple[str, Agency | None]] = [(agency.level, agency) for agency in named]
    pairs += [(level, None) for level in levels if level not in {agency.level for agency in named}]
    return [
        Competence(
            procedure=procedure,
            level=level,
            agency=agency,
            valid_from=data.valid_from,
            valid_to=data.valid_to,
        )
        for level, agency in pairs
    ]

"""A version of a procedure from plain data: its papers, fees, results, competences and internal processes."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.hashing import canonical
from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import Change, chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Agency
from motcua.record.organisation.policies import ADMINISTERS
from motcua.rules.text import fold
from motcua.serve.catalogue.models import (
    Competence,
    Component,
    Fee,
    Field,
    Procedure,
    ProcedureVersion,
    Process,
    ResultKind,
    Step,
)
from motcua.serve.catalogue.parsing import CompetenceData, ProcedureData, ProcessData, StepData, Words

PUBLISHED = "procedure.version_published"
# What a version takes over from its data under the same name.
SAME = (
    "number", "sample", "limits_by_channel", "cut_off", "at_once", "counts_copies", "supplement_limit",
    "supplement_days", "supplement_recomputes", "service_level", "e_result", "result_required", "valid_from",
    "valid_to",
)  # fmt: skip


def load_procedures(*, by: Actor, procedures: Iterable[ProcedureData], now: dt.datetime) -> int:
    """Add the versions that are not there yet; return how many were added."""
    with transaction.atomic():
        return sum(load_procedure(by=by, data=data, now=now) is not None for data in procedures)


def load_procedure(*, by: Actor, data: ProcedureData, now: dt.datetime) -> ProcedureVersion | None:
    """Add a version of a procedure; None if it is there already: a version in use is never changed.

    The first version opens the procedure's chain. Papers, fees, results and steps belong to the version and do not
    change; the event holds the digest of the whole.

    Raises:
        NotAllowed: not an administrator.
        Refused: a competent agency is not known.
    """
    ADMINISTERS.check(by)
    if ProcedureVersion.objects.filter(procedure__code=data.code, number=data.number).exists():
        return None
    procedure = Procedure.objects.filter(code=data.code).first()
    with record_change(
        chain_id=chain_of("procedure", data.code),
        subject="procedure",
        kind=PUBLISHED,
        actor=by.key,
        occurred_at=now,
        recorded_at=now,
        new=procedure is None,
        facts={"number": data.number, "content": content_digest(data)},
    ) as change:
        if procedure is None:
            procedure = Procedure(code=data.code, field=_field(data))
            change.add(procedure)
        version = _version(procedure, data)
        change.add(version)
        _add_parts(version, data)
        _add_competences(procedure, data.competences)
        _add_processes(change, version, data.processes)
    return version


def content_digest(data: ProcedureData) -> str:
    """Return the SHA-256 (hex) of all that a version's data says."""
    return hashlib.sha256(canonical(_flat(asdict(data)))).hexdigest()


def changed_since_loaded(procedures: Iterable[ProcedureData]) -> list[ProcedureData]:
    """Return the versions whose data differ from what was loaded: such a change must come as a new version."""
    published = Event.objects.filter(kind=PUBLISHED).values_list("chain_id", "payload")
    loaded = {(chain, payload["facts"]["number"]): payload["facts"]["content"] for chain, payload in published}
    return [
        data
        for data in procedures
        if loaded.get((chain_of("procedure", data.code), data.number), "") not in ("", content_digest(data))
    ]


def _flat(value: Any) -> Any:
    """Return a value with dates and hours as text, as JSON can hold it."""
    if isinstance(value, dict):
        return {key: _flat(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_flat(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _field(data: ProcedureData) -> Field:
    field, _made = Field.objects.get_or_create(
        code=data.field_code, defaults={"name_vi": data.field.vi, "name_en": data.field.en}
    )
    return field


def _named(name: Words) -> dict[str, str]:
    return {"name_vi": name.vi, "name_en": name.en}


def _version(procedure: Procedure, data: ProcedureData) -> ProcedureVersion:
    return ProcedureVersion(
        procedure=procedure,
        **_named(data.name),
        folded_name=fold(f"{data.name.vi} {data.name.en}"),
        limit_amount=data.limit.amount,
        limit_unit=data.limit.unit,
        subjects=list(data.subjects),
        requirements_vi=data.requirements.vi,
        requirements_en=data.requirements.en,
        order_vi=data.order.vi,
        order_en=data.order.en,
        legal_bases=[asdict(basis) for basis in data.legal_bases],
        **{name: getattr(data, name) for name in SAME},
    )


def _add_parts(version: ProcedureVersion, data: ProcedureData) -> None:
    Component.objects.bulk_create(
        Component(
            version=version,
            order=order,
            key=item.key,
            **_named(item.name),
            originals=item.originals,
            certified=item.certified,
            copies=item.copies,
            required=item.required,
            form_name=item.form_name,
            note_vi=item.note.vi,
            note_en=item.note.en,
        )
        for order, item in enumerate(data.components, 1)
    )
    Fee.objects.bulk_create(
        Fee(
            version=version,
            order=order,
            **_named(fee.name),
            kind=fee.kind,
            amount=fee.amount,
            per=fee.per,
            when=fee.when,
        )
        for order, fee in enumerate(data.fees, 1)
    )
    ResultKind.objects.bulk_create(
        ResultKind(version=version, order=order, **_named(result.name), electronic=result.electronic)
        for order, result in enumerate(data.results, 1)
    )


def _add_competences(procedure: Procedure, competences: Iterable[CompetenceData]) -> None:
    Competence.objects.bulk_create(
        Competence(
            procedure=procedure,
            level=item.level,
            agency=_agency(item) if item.agency else None,
            valid_from=item.valid_from,
            valid_to=item.valid_to,
        )
        for item in competences
    )


def _agency(item: CompetenceData) -> Agency:
    found: Agency | None = Agency.objects.on(item.valid_from).filter(code=item.agency).first()
    if found is None:
        raise Refused(
            "competence.agency_unknown",
            _("No agency has the code %(code)s on %(day)s."),
            field="competence",
            params={"code": item.agency, "day": item.valid_from.isoformat()},
        )
    return found


def _agency_of_step(code: str) -> Agency:
    """Return the newest agency of a code: a step names one that may be younger than the version."""
    found: Agency | None = Agency.objects.filter(code=code).order_by("-valid_from").first()
    if found is None:
        raise Refused(
            "step.agency_unknown", _("No agency has the code %(code)s."), field="agency", params={"code": code}
        )
    return found


def _add_processes(change: Change, version: ProcedureVersion, processes: Iterable[ProcessData]) -> None:
    for data in processes:
        process = Process(
            version=version,
            level=data.level,
            decision=data.decision,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
        )
        change.add(process)
        Step.objects.bulk_create(_step(process, order, step) for order, step in enumerate(data.steps, 1))


def _step(process: Process, order: int, data: StepData) -> Step:
    return Step(
        process=process,
        order=order,
        key=data.key,
        kind=data.kind,
        role=data.role,
        unit_kind=data.unit_kind,
        amount=data.time.amount,
        unit=data.time.unit,
        **_named(data.name),
        may_return_to=list(data.may_return_to),
        after=list(data.after),
        where=data.where,
        agency=_agency_of_step(data.agency) if data.agency else None,
        optional=data.optional,
        switches=dict(data.switches),
    )

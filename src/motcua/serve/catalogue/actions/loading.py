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
from motcua.rules.text import fold, search_words
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.content import (
    CompetenceData,
    ComponentData,
    FeeData,
    ProcedureData,
    ProcessData,
    StepData,
    Words,
)
from motcua.serve.catalogue.models import (
    Case,
    Competence,
    Component,
    Fee,
    Field,
    Method,
    Procedure,
    ProcedureVersion,
    Process,
    ResultKind,
    Step,
    TimeUnit,
)
from motcua.serve.catalogue.processes.queries import unheld_among_staffed
from motcua.serve.catalogue.processes.rows import rows_of
from motcua.serve.catalogue.processes.words import in_words

PUBLISHED = "procedure.version_published"
# What came to the record later: left out of the digest where it says nothing, so that earlier digests stay true.
LATER = frozenset(
    {"outline", "kind", "announced_by", "announced_in", "subjects_note", "levels", "agencies", "methods", "cases",
     "case", "code", "url", "channel", "terms", "form", "own_limit", "later_from", "later_amount", "most"}
)  # fmt: skip
# What a version takes over from its data under the same name.
SAME = (
    "number", "sample", "limits_by_channel", "cut_off", "at_once", "counts_copies", "supplement_limit",
    "supplement_days", "supplement_recomputes", "service_level", "e_result", "result_required", "valid_from",
    "valid_to", "outline", "kind", "announced_by", "announced_in", "subjects_note", "form",
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
            procedure = Procedure(code=data.code, field=field_of(data))
            change.add(procedure)
        version = ProcedureVersion(procedure=procedure, **version_fields(data))
        change.add(version)
        add_parts(version, data)
        _add_competences(procedure, data.competences)
        _add_processes(change, version, data.processes, now.astimezone(LOCAL).date())
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
        return {key: _flat(item) for key, item in value.items() if key not in LATER or _says(item)}
    if isinstance(value, list | tuple):
        return [_flat(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _says(item: Any) -> bool:
    """Tell whether a value of a later field says something; two empty texts do not."""
    return any(item.values()) if isinstance(item, dict) else bool(item)


def field_of(data: ProcedureData) -> Field:
    """Return the field of a content, made if its code is new."""
    field, _made = Field.objects.get_or_create(
        code=data.field_code, defaults={"name_vi": data.field.vi, "name_en": data.field.en}
    )
    return field


def _named(name: Words) -> dict[str, str]:
    return {"name_vi": name.vi, "name_en": name.en}


def version_fields(data: ProcedureData) -> dict[str, Any]:
    """Return the columns of a version that hold this content."""
    names = (data.code, data.name.vi, data.name.en, data.field.vi, data.field.en)
    return {
        **_named(data.name),
        "folded_name": fold(f"{data.name.vi} {data.name.en}"),
        "folded_text": search_words(" ".join(names)),
        "limit_amount": data.limit.amount,
        "limit_unit": data.limit.unit,
        "subjects": list(data.subjects),
        "levels": [asdict(level) for level in data.levels],
        "agencies": [asdict(agency) for agency in data.agencies],
        "requirements_vi": data.requirements.vi,
        "requirements_en": data.requirements.en,
        "order_vi": data.order.vi,
        "order_en": data.order.en,
        "legal_bases": [asdict(basis) for basis in data.legal_bases],
        **{name: getattr(data, name) for name in SAME},
    }


def add_parts(version: ProcedureVersion, data: ProcedureData) -> None:
    """Write the cases, ways, papers, fees and results of a version that has none yet."""
    Case.objects.bulk_create(
        Case(
            version=version,
            order=order,
            key=case.key,
            **_named(case.name),
            order_vi=case.order.vi,
            order_en=case.order.en,
            limit_amount=case.own_limit.amount if case.own_limit else None,
            limit_unit=case.own_limit.unit if case.own_limit else TimeUnit.WORKING_DAY,
        )
        for order, case in enumerate(data.cases, 1)
    )
    Method.objects.bulk_create(
        Method(
            version=version,
            order=order,
            channel=method.channel,
            amount=method.time.amount if method.time else None,
            unit=method.time.unit if method.time else TimeUnit.WORKING_DAY,
            **_noted(method.note),
        )
        for order, method in enumerate(data.methods, 1)
    )
    cases = {case.key: case for case in version.cases.all()} if data.cases else {}
    Component.objects.bulk_create(
        _component(version, order, item, cases.get(item.case)) for order, item in enumerate(data.components, 1)
    )
    Fee.objects.bulk_create(_fee(version, order, fee) for order, fee in enumerate(data.fees, 1))
    ResultKind.objects.bulk_create(
        ResultKind(version=version, order=order, **_named(result.name), electronic=result.electronic, code=result.code)
        for order, result in enumerate(data.results, 1)
    )


def _noted(note: Words) -> dict[str, str]:
    return {"note_vi": note.vi, "note_en": note.en}


def _component(version: ProcedureVersion, order: int, item: ComponentData, case: Case | None) -> Component:
    return Component(
        version=version,
        case=case,
        order=order,
        key=item.key,
        code=item.code,
        url=item.url,
        **_named(item.name),
        originals=item.originals,
        certified=item.certified,
        copies=item.copies,
        required=item.required,
        form_name=item.form_name,
        **_noted(item.note),
    )


def _fee(version: ProcedureVersion, order: int, fee: FeeData) -> Fee:
    return Fee(
        version=version,
        order=order,
        **_named(fee.name),
        kind=fee.kind,
        code=fee.code,
        channel=fee.channel,
        terms_vi=fee.terms.vi,
        terms_en=fee.terms.en,
        amount=fee.amount,
        per=fee.per,
        when=fee.when,
        later_from=fee.later_from,
        later_amount=fee.later_amount,
        most=fee.most,
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


def _add_processes(change: Change, version: ProcedureVersion, processes: Iterable[ProcessData], today: dt.date) -> None:
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
        if version.valid_to is None or today < version.valid_to:
            _check_held(process, today)


def _check_held(process: Process, today: dt.date) -> None:
    """Refuse a process with a step that nobody could do, once there are people."""
    rows = rows_of(process.steps.select_related("agency"))
    for fault in unheld_among_staffed(process, rows, today):
        raise Refused(
            "process.role_unheld",
            _("%(procedure)s, %(level)s, step “%(step)s”: %(fault)s"),
            field=f"process.{process.level}.{fault.step}",
            params={
                "procedure": process.version.procedure.code,
                "level": process.get_level_display(),
                "step": fault.step,
                "fault": in_words(fault),
            },
        )


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

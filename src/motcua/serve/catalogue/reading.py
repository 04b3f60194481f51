"""A stored version read back as plain data, for comparing, showing and giving to programs."""

from django.db.models import QuerySet

from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import (
    CaseData,
    ComponentData,
    FeeData,
    LegalBasis,
    LevelData,
    MethodData,
    NamedAgency,
    ProcedureData,
    ResultData,
    Words,
)
from motcua.serve.catalogue.models import Case, Component, Fee, Method, ProcedureVersion

PARTS = ("cases", "methods", "components", "fees", "results")


def with_parts(versions: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
    """Return versions with all that `content_of` reads, in a fixed number of queries."""
    return versions.select_related("procedure__field").prefetch_related(*PARTS)


def content_of(version: ProcedureVersion) -> ProcedureData:
    """Return what a version says, without who decides and its internal processes: these change on their own."""
    field = version.procedure.field
    case_keys = {case.pk: case.key for case in version.cases.all()}
    return ProcedureData(
        code=version.procedure.code,
        number=version.number,
        field_code=field.code,
        field=Words(field.name_vi, field.name_en),
        name=Words(version.name_vi, version.name_en),
        sample=version.sample,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        limit=Duration(version.limit_amount, version.limit_unit),
        limits_by_channel=dict(version.limits_by_channel),
        cut_off=version.cut_off,
        at_once=version.at_once,
        counts_copies=version.counts_copies,
        supplement_limit=version.supplement_limit,
        supplement_days=version.supplement_days,
        supplement_recomputes=version.supplement_recomputes,
        service_level=version.service_level,
        e_result=version.e_result,
        result_required=version.result_required,
        subjects=tuple(version.subjects),
        requirements=Words(version.requirements_vi, version.requirements_en),
        order=Words(version.order_vi, version.order_en),
        legal_bases=tuple(LegalBasis(basis["number"], basis["name"]) for basis in version.legal_bases),
        competences=(),
        components=tuple(
            _component(component, case_keys.get(component.case_id, "")) for component in version.components.all()
        ),
        fees=tuple(_fee(fee) for fee in version.fees.all()),
        results=tuple(
            ResultData(Words(result.name_vi, result.name_en), result.electronic, result.code)
            for result in version.results.all()
        ),
        processes=(),
        outline=version.outline,
        kind=version.kind,
        form=version.form,
        announced_by=version.announced_by,
        announced_in=version.announced_in,
        subjects_note=version.subjects_note,
        levels=tuple(LevelData(**level) for level in version.levels),
        agencies=tuple(NamedAgency(**agency) for agency in version.agencies),
        methods=tuple(_method(method) for method in version.methods.all()),
        cases=tuple(
            CaseData(case.key, Words(case.name_vi, case.name_en), Words(case.order_vi, case.order_en), own_limit(case))
            for case in version.cases.all()
        ),
    )


def own_limit(case: Case) -> Duration | None:
    """Return the time limit that a case has of its own."""
    return None if case.limit_amount is None else Duration(case.limit_amount, case.limit_unit)


def _component(component: Component, case: str) -> ComponentData:
    return ComponentData(
        key=component.key,
        name=Words(component.name_vi, component.name_en),
        originals=component.originals,
        certified=component.certified,
        copies=component.copies,
        required=component.required,
        form_name=component.form_name,
        note=Words(component.note_vi, component.note_en),
        case=case,
        code=component.code,
        url=component.url,
    )


def _fee(fee: Fee) -> FeeData:
    return FeeData(
        name=Words(fee.name_vi, fee.name_en),
        kind=fee.kind,
        amount=fee.amount,
        per=fee.per,
        when=fee.when,
        code=fee.code,
        channel=fee.channel,
        terms=Words(fee.terms_vi, fee.terms_en),
        later_from=fee.later_from,
        later_amount=fee.later_amount,
        most=fee.most,
    )


def _method(method: Method) -> MethodData:
    time = None if method.amount is None else Duration(method.amount, method.unit)
    return MethodData(method.channel, time, Words(method.note_vi, method.note_en))

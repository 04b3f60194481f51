"""A version of a procedure from a data file: read, checked, and told with file and place where it is wrong.

The files are `datasets/provinces/<name>/procedures/*.yaml`, one version each; `datasets/README.md` describes them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.utils.translation import override

from motcua.formats.datafiles import Block, Value, read_block
from motcua.record.organisation.models import Level, Role, UnitKind
from motcua.rules.processes import Step as RuleStep
from motcua.rules.processes import check, minutes_allowed
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import (
    CaseData,
    CompetenceData,
    ComponentData,
    FeeData,
    LegalBasis,
    LevelData,
    MethodData,
    NamedAgency,
    ProcedureData,
    ProcessData,
    ResultData,
    StepData,
    Words,
)
from motcua.serve.catalogue.models import Channel, Fee, ServiceLevel, StepKind, Where
from motcua.serve.catalogue.processes.words import in_words
from motcua.serve.catalogue.switches import NAMES as SWITCHES

CHANNELS = tuple(str(channel) for channel in Channel.values)
# Who carries a procedure out, as the national catalogue counts; only agencies of the province decide here.
TIERS = ("ministry", *Level.values)
FEE_KINDS = ("fee", "charge")
# Where the holder of a role sits; a step in another place could be done by nobody.
PLACES = {
    Role.CLERK: UnitKind.DESK,
    Role.CASHIER: UnitKind.DESK,
    Role.OFFICER: UnitKind.ROOM,
    Role.HEAD: UnitKind.ROOM,
    Role.LEADER: UnitKind.LEADERSHIP,
    Role.DOCUMENT_CLERK: UnitKind.OFFICE,
}


def parse_procedures(folder: Path) -> list[ProcedureData]:
    """Return the versions of a province's procedures, by code and number.

    Raises:
        DataFault: the first thing in a file that cannot be loaded, or a version that is given twice.
    """
    found: dict[tuple[str, int], ProcedureData] = {}
    for file in sorted((folder / "procedures").glob("*.yaml")):
        top = read_block(file)
        procedure = _procedure(top)
        if (procedure.code, procedure.number) in found:
            raise top["code"].fault(f"version {procedure.number} of {procedure.code} is in another file too")
        found[procedure.code, procedure.number] = procedure
    return [found[key] for key in sorted(found)]


def parse_procedure(file: Path) -> ProcedureData:
    """Return the version of a procedure that a file describes.

    Raises:
        DataFault: the first thing in the file that cannot be loaded.
    """
    return _procedure(read_block(file))


def _procedure(top: Block) -> ProcedureData:
    since, until = top.dates()
    field = top["field"].block()
    limit = top["limit"].duration()
    channels = {key: str(value.duration()) for key, value in _by_channel(top)}
    cut_off, cases = top.get("cut_off"), _cases(top)
    procedure = ProcedureData(
        code=top["code"].text(),
        number=top.number("number", 1),
        field_code=field["code"].text(),
        field=_words(field),
        name=_words(top),
        sample=top["sample"].flag(),
        valid_from=since,
        valid_to=until,
        limit=limit,
        limits_by_channel=channels,
        cut_off=cut_off.clock() if cut_off else None,
        at_once=top.flag("at_once"),
        counts_copies=top.flag("counts_copies"),
        supplement_limit=top.number("supplement_limit", 1),
        supplement_days=top.number("supplement_days", 30),
        supplement_recomputes=top.flag("supplement_recomputes"),
        service_level=_service_level(top["service_level"]),
        e_result=top.flag("e_result", default=True),
        result_required=top.flag("result_required"),
        subjects=top.texts("subjects"),
        requirements=_words(top, "requirements"),
        order=_words(top, "order"),
        legal_bases=tuple(_legal_basis(block) for block in top["legal_bases"].blocks()),
        competences=tuple(_competence(block, since, until) for block in top["competence"].blocks()),
        components=_components(top["components"], cases),
        fees=tuple(_fee(block) for block in top.blocks("fees")),
        results=tuple(_result(block) for block in top["results"].blocks()),
        processes=_processes(top, [limit, *map(Duration.parse, channels.values())]),
        kind=top.text("kind"),
        announced_by=top.text("announced_by"),
        announced_in=top.text("announced_in"),
        subjects_note=top.text("subjects_note"),
        levels=tuple(_level(block) for block in top.blocks("levels")),
        agencies=tuple(_agency(block) for block in top.blocks("agencies")),
        methods=tuple(_method(block) for block in top.blocks("methods")),
        cases=cases,
        form=top.text("form"),
    )
    field.end()
    top.end()
    _check_processes(top, procedure)
    return procedure


def _words(block: Block, key: str = "name") -> Words:
    return Words(block[f"{key}_vi"].text(), block[f"{key}_en"].text())


def _service_level(value: Value) -> int:
    if value.number() not in ServiceLevel.values:
        raise value.fault("must be 2 (information), 3 (partly online) or 4 (fully online)")
    return value.number()


def _by_channel(top: Block) -> list[tuple[str, Value]]:
    channels = list(top.named("limits_by_channel"))
    for key, value in channels:
        if key not in CHANNELS:
            raise value.fault('channels are "1" (counter), "2" (online), "3" (post)')
    return channels


def _legal_basis(block: Block) -> LegalBasis:
    basis = LegalBasis(block["number"].text(), block["name"].text())
    block.end()
    return basis


def _competence(block: Block, since: dt.date, until: dt.date | None) -> CompetenceData:
    competence = CompetenceData(
        level=block["level"].choice(Level.values),
        agency=block.text("agency"),
        valid_from=block.date("valid_from") or since,
        valid_to=block.date("valid_to") or until,
    )
    block.end()
    return competence


def _cases(top: Block) -> tuple[CaseData, ...]:
    found: dict[str, CaseData] = {}
    for block in top.blocks("cases"):
        case = CaseData(block["key"].text(), _words(block), Words(block.text("order_vi"), block.text("order_en")))
        if limit := block.get("limit"):
            case = replace(case, own_limit=limit.duration())
        block.end()
        if case.key in found:
            raise block["key"].fault(f"{case.key!r} is given twice")
        found[case.key] = case
    return tuple(found.values())


def _level(block: Block) -> LevelData:
    level = LevelData(block["level"].choice(TIERS), block.text("agency"), block.text("address"))
    block.end()
    return level


def _agency(block: Block) -> NamedAgency:
    agency = NamedAgency(block.text("code"), block["name"].text())
    block.end()
    return agency


def _channel(value: Value) -> int:
    if str(value.plain()) not in CHANNELS:
        raise value.fault("channels are 1 (counter), 2 (online), 3 (post)")
    return int(value.plain())


def _method(block: Block) -> MethodData:
    time = block.get("time")
    method = MethodData(_channel(block["channel"]), time.duration() if time else None, _note(block))
    block.end()
    return method


def _note(block: Block) -> Words:
    return Words(block.text("note_vi"), block.text("note_en"))


def _components(value: Value, cases: Sequence[CaseData]) -> tuple[ComponentData, ...]:
    keys = {case.key for case in cases}
    found: dict[str, ComponentData] = {}
    for block in value.blocks():
        component = _component(block)
        if component.key in found:
            raise block["key"].fault(f"{component.key!r} is given twice")
        if component.case and component.case not in keys:
            raise block["case"].fault(f"no case {component.case!r} among: {', '.join(sorted(keys)) or 'none'}")
        found[component.key] = component
    if not found:
        raise value.fault("names no paper")
    return tuple(found.values())


def _component(block: Block) -> ComponentData:
    component = ComponentData(
        key=block["key"].text(),
        name=_words(block),
        originals=block.number("originals"),
        certified=block.number("certified"),
        copies=block.number("copies"),
        required=block.flag("required", default=True),
        form_name=block.text("form_name"),
        note=_note(block),
        case=block.text("case"),
        code=block.text("code"),
        url=block.text("url"),
    )
    block.end()
    if not component.originals + component.certified + component.copies:
        raise block.value.fault("says neither originals nor certified nor copies")
    return component


def _fee(block: Block) -> FeeData:
    fee = FeeData(
        name=_words(block),
        kind=block["kind"].choice(FEE_KINDS),
        amount=block["amount"].number(),
        per=block["per"].choice(Fee.Per.values),
        when=block["when"].choice(Fee.When.values),
        code=block.text("code"),
        channel=_channel(channel) if (channel := block.get("channel")) else None,
        terms=Words(block.text("terms_vi"), block.text("terms_en")),
        later_from=block.number("later_from"),
        later_amount=block.number("later_amount"),
        most=most.number() if (most := block.get("most")) else None,
    )
    block.end()
    return fee


def _result(block: Block) -> ResultData:
    result = ResultData(_words(block), block["electronic"].flag(), block.text("code"))
    block.end()
    return result


def _processes(top: Block, limits: Sequence[Duration]) -> tuple[ProcessData, ...]:
    processes = []
    for level, value in top.named("process"):
        if level not in Level.values:
            raise value.fault(f"{level!r} is no level of agencies")
        table = value.block()
        steps = _steps(table["steps"])
        processes.append(ProcessData(level, table["decision"].text(), steps))
        table.end()
        _check_sound(table["steps"], steps, limits)
    return tuple(processes)


def _steps(value: Value) -> tuple[StepData, ...]:
    return tuple(_step(block) for block in value.blocks())


def _step(block: Block) -> StepData:
    step = StepData(
        key=block["key"].text(),
        kind=block["kind"].choice(StepKind.values),
        role=block["role"].choice([str(role) for role in PLACES]),
        unit_kind=block["unit_kind"].choice(UnitKind.values),
        time=block["time"].duration(),
        name=_words(block),
        may_return_to=block.texts("may_return_to"),
        after=block.texts("after"),
        where=block["where"].choice(Where.values) if block.text("where") else Where.COMPETENT,
        agency=block.text("agency"),
        optional=block.flag("optional", default=False),
        switches=tuple((name, value.flag()) for name, value in block.named("switches")),
    )
    block.end()
    if unknown := sorted({name for name, _on in step.switches} - set(SWITCHES)):
        raise block["switches"].fault(f"no switch of a step: {', '.join(unknown)}")
    if step.unit_kind != PLACES[Role(step.role)]:
        raise block["unit_kind"].fault(f"a {step.role} sits in a unit of the kind {PLACES[Role(step.role)]}")
    return step


def _check_sound(value: Value, steps: Sequence[StepData], limits: Sequence[Duration]) -> None:
    """Refuse a table that could not be approved, with the row at fault; see `rules.processes.check`."""
    places = {step.key: item for step, item in zip(steps, value.items(), strict=True)}
    for fault in check([_rule_step(step) for step in steps], min(limits, key=minutes_allowed)):
        with override("en"):
            raise places.get(fault.step, value).fault(in_words(fault))


def _rule_step(step: StepData) -> RuleStep:
    return RuleStep(
        key=step.key,
        kind=step.kind,
        after=step.after,
        may_return_to=step.may_return_to,
        amount=step.time.amount,
        unit=step.time.unit,
        role=step.role,
        where=step.where,
        agency=step.agency,
        optional=step.optional,
    )


def _check_processes(top: Block, procedure: ProcedureData) -> None:
    """Each level that decides has a process, unless the result is given at once."""
    have = {process.level for process in procedure.processes}
    missing = {competence.level for competence in procedure.competences} - have
    if not procedure.competences:
        raise top["competence"].fault("names no agency")
    if missing and not procedure.at_once:
        raise top.value.fault(f"no process for the level {', '.join(sorted(missing))}")
    if not procedure.results:
        raise top["results"].fault("names no result")

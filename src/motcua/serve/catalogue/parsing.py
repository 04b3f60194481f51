"""A version of a procedure from a data file: read, checked, and told with file and place where it is wrong.

The files are `datasets/provinces/<name>/procedures/*.yaml`, one version each; `datasets/README.md` describes them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from motcua.formats.datafiles import Block, Value, read_block
from motcua.record.organisation.models import Level, Role, UnitKind
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import Fee, ServiceLevel, StepKind, Where
from motcua.serve.catalogue.switches import NAMES as SWITCHES

CHANNELS = ("1", "2", "3")
FEE_KINDS = ("fee", "charge")
# A working day of the usual shifts (07:30–11:30, 13:30–17:00), in minutes.
WORKING_DAY_MINUTES = 450
# Where the holder of a role sits; a step in another place could be done by nobody.
PLACES = {
    Role.CLERK: UnitKind.DESK,
    Role.CASHIER: UnitKind.DESK,
    Role.OFFICER: UnitKind.ROOM,
    Role.HEAD: UnitKind.ROOM,
    Role.LEADER: UnitKind.LEADERSHIP,
    Role.DOCUMENT_CLERK: UnitKind.OFFICE,
}


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class ComponentData:
    """A paper that is asked for."""

    key: str
    name: Words
    originals: int
    certified: int
    copies: int
    required: bool
    form_name: str
    note: Words


@dataclass(frozen=True)
class FeeData:
    """What is paid, in đồng."""

    name: Words
    kind: str
    amount: int
    per: str
    when: str


@dataclass(frozen=True)
class ResultData:
    """What the applicant gets."""

    name: Words
    electronic: bool


@dataclass(frozen=True)
class LegalBasis:
    """A text that the procedure stands on."""

    number: str
    name: str


@dataclass(frozen=True)
class CompetenceData:
    """Who decides: all agencies of a level, or one agency by its code."""

    level: str
    agency: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True)
class StepData:
    """One step of an internal process; `may_return_to` and `after` name earlier steps."""

    key: str
    kind: str
    role: str
    unit_kind: str
    time: Duration
    name: Words
    may_return_to: tuple[str, ...]
    after: tuple[str, ...] = ()
    where: str = Where.COMPETENT
    agency: str = ""
    optional: bool = False
    switches: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class ProcessData:
    """The internal process at one agency level."""

    level: str
    decision: str
    steps: tuple[StepData, ...]


@dataclass(frozen=True)
class ProcedureData:
    """One version of a procedure with all that hangs on it."""

    code: str
    number: int
    field_code: str
    field: Words
    name: Words
    sample: bool
    valid_from: dt.date
    valid_to: dt.date | None
    limit: Duration
    limits_by_channel: dict[str, str]
    cut_off: dt.time | None
    at_once: bool
    counts_copies: bool
    supplement_limit: int
    supplement_days: int
    supplement_recomputes: bool
    service_level: int
    e_result: bool
    result_required: bool
    subjects: tuple[str, ...]
    requirements: Words
    order: Words
    legal_bases: tuple[LegalBasis, ...]
    competences: tuple[CompetenceData, ...]
    components: tuple[ComponentData, ...]
    fees: tuple[FeeData, ...]
    results: tuple[ResultData, ...]
    processes: tuple[ProcessData, ...]


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
    cut_off = top.get("cut_off")
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
        components=_components(top["components"]),
        fees=tuple(_fee(block) for block in top.blocks("fees")),
        results=tuple(_result(block) for block in top["results"].blocks()),
        processes=_processes(top, [limit, *map(Duration.parse, channels.values())]),
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


def _components(value: Value) -> tuple[ComponentData, ...]:
    found: dict[str, ComponentData] = {}
    for block in value.blocks():
        component = _component(block)
        if component.key in found:
            raise block["key"].fault(f"{component.key!r} is given twice")
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
        note=Words(block.text("note_vi"), block.text("note_en")),
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
    )
    block.end()
    return fee


def _result(block: Block) -> ResultData:
    result = ResultData(_words(block), block["electronic"].flag())
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
        _check_time(table["steps"], steps, limits)
    return tuple(processes)


def _steps(value: Value) -> tuple[StepData, ...]:
    steps: list[StepData] = []
    for block in value.blocks():
        step = _step(block)
        known = {earlier.key for earlier in steps}
        if step.key in known:
            raise block["key"].fault(f"{step.key!r} is given twice")
        if unknown := sorted(set(step.may_return_to) - known):
            raise block["may_return_to"].fault(f"no earlier step: {', '.join(unknown)}")
        if unknown := sorted(set(step.after) - known):
            raise block["after"].fault(f"no earlier step: {', '.join(unknown)}")
        steps.append(step)
    kinds = [step.kind for step in steps]
    if kinds[:1] != [StepKind.RECEIVE] or kinds[-1:] != [StepKind.RETURN]:
        raise value.fault("must begin with a step of the kind receive and end with one of the kind return")
    return tuple(steps)


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
    if (step.where == Where.NAMED) != bool(step.agency):
        raise block["where"].fault("a named agency has its code in `agency`, and only then")
    if step.unit_kind != PLACES[Role(step.role)]:
        raise block["unit_kind"].fault(f"a {step.role} sits in a unit of the kind {PLACES[Role(step.role)]}")
    return step


def working_minutes(limit: Duration) -> int:
    """Return about how many working minutes a limit holds; calendar days count five in seven, none is one day."""
    per_unit = {"wh": 60, "wd": WORKING_DAY_MINUTES, "d": WORKING_DAY_MINUTES * 5 / 7, "m": WORKING_DAY_MINUTES * 21}
    return int(limit.amount * per_unit[limit.unit]) or WORKING_DAY_MINUTES


def step_minutes(steps: Sequence[StepData]) -> int:
    """Return the working minutes that the longest way through the steps is given: parallel ones run together."""
    done: dict[str, int] = {}
    before = 0
    for step in steps:
        start = max((done[key] for key in step.after), default=before)
        before = start + (working_minutes(step.time) if step.time.amount else 0)
        done[step.key] = before
    return max(done.values(), default=0)


def _check_time(value: Value, steps: Sequence[StepData], limits: Sequence[Duration]) -> None:
    shortest = min(limits, key=working_minutes)
    if step_minutes(steps) > working_minutes(shortest):
        raise value.fault(f"the steps take {step_minutes(steps)} working minutes, more than {shortest}")


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

"""All that one version of a procedure says, as plain data: what files are read into and what versions compare by."""

import datetime as dt
from dataclasses import dataclass

from motcua.rules.working_time import Duration
from motcua.serve.catalogue.models import Where


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str


NOTHING = Words("", "")


@dataclass(frozen=True)
class CaseData:
    """A circumstance with papers, an order of work or a time limit of its own."""

    key: str
    name: Words
    order: Words = NOTHING
    own_limit: Duration | None = None


@dataclass(frozen=True)
class MethodData:
    """A way to hand in; `time` is None where the record gives a text only."""

    channel: int
    time: Duration | None
    note: Words = NOTHING


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
    case: str = ""
    code: str = ""
    url: str = ""


@dataclass(frozen=True)
class FeeData:
    """What is paid, in đồng; on one channel only, if it names one."""

    name: Words
    kind: str
    amount: int
    per: str
    when: str
    code: str = ""
    channel: int | None = None
    terms: Words = NOTHING
    later_from: int = 0
    later_amount: int = 0
    most: int | None = None


@dataclass(frozen=True)
class ResultData:
    """What the applicant gets."""

    name: Words
    electronic: bool
    code: str = ""


@dataclass(frozen=True)
class LegalBasis:
    """A text that the procedure stands on."""

    number: str
    name: str


@dataclass(frozen=True)
class LevelData:
    """A tier that carries the procedure out: `ministry` or a level of agencies, with words on who and where."""

    level: str
    agency: str = ""
    address: str = ""


@dataclass(frozen=True)
class NamedAgency:
    """An agency as the national record names it; the code may be empty."""

    code: str
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
    outline: bool = False
    kind: str = ""
    announced_by: str = ""
    announced_in: str = ""
    subjects_note: str = ""
    levels: tuple[LevelData, ...] = ()
    agencies: tuple[NamedAgency, ...] = ()
    methods: tuple[MethodData, ...] = ()
    cases: tuple[CaseData, ...] = ()
    form: str = ""

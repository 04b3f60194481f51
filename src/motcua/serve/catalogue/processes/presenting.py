"""How pages and files speak of a process: its rows in words, its diagram, the choices of its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from motcua.formats.bpmn import Row
from motcua.record.organisation.models import Role
from motcua.rules.processes import forerunners, waits_for
from motcua.serve.catalogue.models import StepKind, TimeUnit, Where
from motcua.serve.catalogue.parsing import PLACES
from motcua.serve.catalogue.processes.actions import DRAFT_HANDS, DRAFT_PAPERS
from motcua.serve.catalogue.processes.drawing import Drawing, Named, draw
from motcua.serve.catalogue.processes.queries import Gap
from motcua.serve.catalogue.processes.rows import FormRow, StepRow, rule_steps
from motcua.serve.catalogue.switches import LABELS, switches_of

PAPER_WORDS = {
    "supplement": _("supplement request"),
    "refusal": _("refusal"),
    "apology": _("apology"),
    "stop": _("notice that handling stops"),
    "result": _("result"),
}
HAND_WORDS = {
    Role.HEAD.value: _("approved by the head of unit"),
    "leader": _("signed by the leader"),
    "document_clerk": _("numbered by the document clerk"),
}


@dataclass(frozen=True)
class ShownRow:
    """A step as the table shows it."""

    number: int
    row: StepRow
    name: str
    kind: str
    who: str
    time: str
    after: tuple[str, ...]
    back: tuple[str, ...]
    faults: tuple[str, ...]
    unlike: tuple[str, ...]


def shown_rows(rows: Sequence[StepRow], faults: Mapping[str, Sequence[str]], gaps: Sequence[Gap]) -> list[ShownRow]:
    """Return the rows of the table; steps are named by their number, unknown ones by their key."""
    numbers = {row.key: str(number) for number, row in enumerate(rows, 1)}
    waiting = waits_for(rule_steps(rows))
    return [
        ShownRow(
            number=number,
            row=row,
            name=name_of(row),
            kind=str(StepKind(row.kind).label),
            who=who(row),
            time=time_words(row),
            after=tuple(numbers.get(key, key) for key in waiting[row.key]),
            back=tuple(numbers.get(key, key) for key in row.may_return_to),
            faults=tuple(faults.get(row.key, ())),
            unlike=unlike_default(row),
        )
        for number, row in enumerate(rows, 1)
    ]


def gap_words(rows: Sequence[StepRow], gaps: Sequence[Gap]) -> list[tuple[str, Gap]]:
    """Return the steps that some agencies have nobody for, by number and name; where nobody at all is a fault."""
    names = {row.key: f"{number}. {name_of(row)}" for number, row in enumerate(rows, 1)}
    return [(names[gap.step], gap) for gap in gaps if len(gap.missing) < gap.of]


def unlike_default(row: StepRow) -> tuple[str, ...]:
    """Return the switches that are set otherwise than they are by default, in words."""
    own, default = switches_of(row.switches), switches_of({})
    changed = [name for name in LABELS if getattr(own, name) != getattr(default, name)]
    return tuple(str(LABELS[name]) if getattr(own, name) else f"✕ {LABELS[name]}" for name in changed)


def switch_words(row: StepRow) -> tuple[str, ...]:
    """Return the settings of a step that are not the usual ones, in words."""
    skipped = (str(_("may be skipped")),) if row.optional else ()
    return (*skipped, *unlike_default(row))


def name_of(row: StepRow) -> str:
    """Return a step's name in the page's language."""
    return (row.name_en or row.name_vi) if get_language() == "en" else row.name_vi


def who(row: StepRow) -> str:
    """Return who does a step: role, and the agency where it is not the competent one."""
    role = str(Role(row.role).label)
    if row.where == Where.COMPETENT:
        return role
    return f"{role} · {row.agency or Where(row.where).label}"


def time_words(row: StepRow) -> str:
    """Return a step's time in words, "" for none of its own."""
    words = {
        TimeUnit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", row.amount),
        TimeUnit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", row.amount),
        TimeUnit.DAY: ngettext("%(n)d day", "%(n)d days", row.amount),
        TimeUnit.MONTH: ngettext("%(n)d month", "%(n)d months", row.amount),
    }
    return words[TimeUnit(row.unit)] % {"n": row.amount} if row.amount else ""


def diagram_of(rows: Sequence[StepRow]) -> Drawing | None:
    """Return the diagram of a process, None where its table has no order."""
    names = {row.key: Named(name_of(row), _with_time(row)) for row in rows}
    return draw(rule_steps(rows), names)


def _with_time(row: StepRow) -> str:
    return " · ".join(part for part in (time_words(row), who(row)) if part)


def bpmn_rows(rows: Sequence[StepRow]) -> list[Row]:
    """Return the rows of a drawable process as BPMN's; a return to what does not come before is left out."""
    steps = rule_steps(rows)
    waiting = waits_for(steps)
    return [
        Row(
            key=row.key,
            name=name_of(row),
            lane=who(row),
            waits_for=waiting[row.key],
            may_return_to=tuple(key for key in row.may_return_to if key in forerunners(steps, row.key)),
            time=time_words(row),
            optional=row.optional,
            facts=_facts(row),
        )
        for row in rows
    ]


def _facts(row: StepRow) -> dict[str, str]:
    """Return what BPMN has no words for; with lane and time as they are drawn, to tell what is redrawn."""
    names = ("kind", "role", "where", "agency", "unit", "name_vi", "name_en")
    facts = {name: str(getattr(row, name)) for name in names}
    facts |= {"amount": str(row.amount), "lane": who(row), "time": time_words(row), "after": " ".join(row.after)}
    facts["switches"] = " ".join(f"{name}={int(on)}" for name, on in row.switches.items())
    return {name: value for name, value in facts.items() if value}


def drafts_sent(post: Mapping[str, str]) -> dict[str, list[str]]:
    """Return which hands a form asks for, by paper."""
    return {paper: [hand for hand in DRAFT_HANDS if post.get(f"draft-{paper}-{hand}")] for paper in DRAFT_PAPERS}


def draft_words(drafts: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """Return for each paper that needs hands before it goes out what they do, in their order."""
    return [
        (str(PAPER_WORDS[paper]), [str(HAND_WORDS[hand]) for hand in drafts[paper] if hand in HAND_WORDS])
        for paper in DRAFT_PAPERS
        if drafts.get(paper)
    ]


def form_context(shown: Sequence[FormRow], drafts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the rows of the form with their switches, and what may be chosen."""
    papers = [
        (paper, words, [(hand, said, hand in drafts.get(paper, ())) for hand, said in HAND_WORDS.items()])
        for paper, words in PAPER_WORDS.items()
    ]
    return {
        "rows": [(row, _switches_shown(row)) for row in shown],
        "count": len(shown),
        "papers": papers,
        "kinds": StepKind.choices,
        "roles": [(role.value, role.label) for role in PLACES],
        "wheres": Where.choices,
        "units": TimeUnit.choices,
    }


def _switches_shown(row: FormRow) -> list[tuple[str, str, bool]]:
    own = switches_of(row.switches)
    return [(name, str(label), bool(getattr(own, name))) for name, label in LABELS.items()]

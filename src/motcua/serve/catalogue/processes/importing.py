"""From a BPMN file to rows of a draft: what Motcua wrote is taken as it was, what others drew is guessed and told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.formats.bpmn import BpmnError, Note, Row, clean_name, read
from motcua.record.organisation.errors import Refused
from motcua.record.organisation.models import Role
from motcua.rules.text import fold
from motcua.serve.catalogue.models import StepKind, TimeUnit, Where
from motcua.serve.catalogue.processes.rows import CHOICES, KEY, LARGEST_TIME, MOST_ROWS, StepRow, key_from
from motcua.serve.catalogue.switches import NAMES

FAULTS: Mapping[str, Lazy | str] = {
    "too_large": _("The file is too large: at most 1 MB and 20,000 elements."),
    "too_deep": _("The file is nested too deep (line %(line)s)."),
    "doctype": _("The file declares a document type or entities (line %(line)s); such files are not read."),
    "not_xml": _("The file is no XML (line %(line)s)."),
    "not_bpmn": _("The file is XML, but no BPMN 2.0."),
    "no_process": _("The file holds no process."),
    "no_steps": _("The process in the file has no tasks."),
}
NOTES: Mapping[str, Lazy | str] = {
    "left_out": _("“%(name)s” (%(element)s) is left out: the table has no place for it."),
    "other_process": _("The process “%(name)s” in the same file is left out: the one with most tasks is read."),
    "loose_flow": _("The flow %(name)s leads to something outside the process; it is left out."),
    "read_as_step": _("“%(name)s” (%(element)s) is read as a step that somebody does."),
    "event_left_out": _("The event “%(name)s” is left out; what follows it follows the step before it."),
    "choice": _("“%(name)s” chooses between ways: the table has the steps of all, each may be skipped."),
    "gateway_unknown": _("“%(name)s” (%(element)s) is read as a parallel gateway."),
    "nothing_before": _("Nothing leads to “%(name)s”; it is put after the row above."),
    "no_name": _("The task %(name)s has no name."),
}
ROLE_GUESSED = _("Whose step “%(step)s” is, is guessed from the lane “%(lane)s”: %(role)s.")
ROLE_UNKNOWN = _("The lane “%(lane)s” of “%(step)s” names no role; an officer is put there.")
# The first that is found in a lane's folded name counts.
ROLE_SIGNS = (
    (Role.DOCUMENT_CLERK, ("van thu", "document clerk", "document_clerk")),
    (Role.CASHIER, ("thu phi", "thu ngan", "ke toan", "cashier")),
    (Role.CLERK, ("mot cua", "tiep nhan", "tra ket qua", "phuc vu hanh chinh cong", "clerk", "reception")),
    (Role.HEAD, ("truong phong", "lanh dao phong", "truong don vi", "head of")),
    (Role.LEADER, ("lanh dao", "chu tich", "giam doc", "thu truong", "leader", "director", "chair")),
    (Role.OFFICER, ("can bo", "chuyen vien", "cong chuc", "phong", "officer", "handler", "staff")),
)
KIND_OF = {Role.HEAD: StepKind.ASSIGN, Role.LEADER: StepKind.SIGN, Role.DOCUMENT_CLERK: StepKind.ISSUE}
TIME = re.compile(r"\b(\d{1,4})\s*(gio|working hours?|hours?|ngay lam viec|working days?|ngay|days?|thang|months?)\b")
UNITS = {"gio": "wh", "working hour": "wh", "hour": "wh", "ngay lam viec": "wd", "working day": "wd", "ngay": "d",
         "day": "d", "thang": "m", "month": "m"}  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """Rows for a draft, not saved yet, and what somebody should look at before they are."""

    name: str
    rows: tuple[StepRow, ...]
    notes: tuple[str, ...]


def rows_from_bpmn(content: bytes) -> Imported:
    """Return the rows that a BPMN file describes; nothing is written.

    Raises:
        Refused: it cannot be read, or has more steps than a process may have; the sentence names the place.
    """
    try:
        drawn = read(content)
    except BpmnError as error:
        raise Refused(
            f"bpmn.{error.code}", FAULTS[error.code], field="file", params={"line": str(error.line)}
        ) from None
    if len(drawn.rows) > MOST_ROWS:
        raise Refused("process.too_long", _("A process has at most 80 steps."), field="file")
    keys = _keys(drawn.rows)
    notes = [_said(note) for note in drawn.notes]
    rows = [_step_row(row, number, drawn.rows, keys, notes) for number, row in enumerate(drawn.rows)]
    return Imported(drawn.name, tuple(rows), tuple(notes))


def _said(note: Note) -> str:
    return str(NOTES[note.code]) % {"name": note.name, "element": note.element}


def _keys(rows: Sequence[Row]) -> dict[str, str]:
    """Return the table's key of each step: its own where it is one, else one made of its name."""
    taken = {row.key for row in rows if row.facts.get("kind") and KEY.fullmatch(row.key)}
    keys = {}
    for row in rows:
        own = row.key if row.key in taken else key_from(row.name, taken)
        keys[row.key] = own
        taken.add(own)
    return keys


def _step_row(row: Row, number: int, rows: Sequence[Row], keys: Mapping[str, str], notes: list[str]) -> StepRow:
    facts = row.facts
    role, where, agency = _hands(row, notes)
    amount, unit = _time(row)
    same_name = row.name in (clean_name(facts.get("name_vi")), clean_name(facts.get("name_en")))
    return StepRow(
        key=keys[row.key],
        name_vi=facts.get("name_vi", row.name) if same_name else row.name,
        name_en=facts.get("name_en", "") if same_name else "",
        kind=_known("kind", facts.get("kind", "")) or _kind(number, len(rows), role),
        role=role,
        where=where,
        agency=agency,
        amount=amount,
        unit=unit,
        after=_after(row, number, rows, keys),
        may_return_to=tuple(keys[key] for key in row.may_return_to),
        optional=row.optional,
        switches=_switches(facts.get("switches", "")),
    )


def _known(name: str, value: str) -> str:
    return value if value in CHOICES[name] else ""


def _hands(row: Row, notes: list[str]) -> tuple[str, str, str]:
    """Return role, place and agency of a step: as written beside it, unless it was moved to another lane since."""
    facts = row.facts
    role = _known("role", facts.get("role", ""))
    if role and clean_name(facts.get("lane")) == row.lane:
        where = _known("where", facts.get("where", "")) or Where.COMPETENT.value
        return role, where, facts.get("agency", "") if where == Where.NAMED else ""
    folded = fold(row.lane)
    guess = next((role for role, signs in ROLE_SIGNS if any(sign in folded for sign in signs)), None)
    sentence = ROLE_UNKNOWN if guess is None else ROLE_GUESSED
    said = Role(guess or Role.OFFICER).label
    notes.append(str(sentence) % {"step": row.name, "lane": row.lane, "role": said})
    return (guess or Role.OFFICER).value, Where.COMPETENT.value, ""


def _kind(number: int, count: int, role: str) -> str:
    if number == 0:
        return StepKind.RECEIVE.value
    if number == count - 1:
        return StepKind.RETURN.value
    return KIND_OF.get(Role(role), StepKind.HANDLE).value


def _time(row: Row) -> tuple[int, str]:
    """Return a step's time: as written beside it, unless its words were changed since; 0 where none is understood."""
    facts = row.facts
    amount, unit = facts.get("amount", ""), _known("unit", facts.get("unit", ""))
    if unit and facts.get("time", "") == row.time and amount.isascii() and amount.isdigit():
        return min(int(amount), LARGEST_TIME), unit
    found = TIME.search(fold(row.time))
    if found is None:
        return 0, unit or TimeUnit.WORKING_HOUR.value
    return int(found[1]), UNITS[found[2].removesuffix("s")]


def _after(row: Row, number: int, rows: Sequence[Row], keys: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a row names under "after": nothing where it waits for the row above, unless it said so itself."""
    above = (rows[number - 1].key,) if number else ()
    if row.waits_for == above and "after" not in row.facts:
        return ()
    return tuple(keys[key] for key in row.waits_for)


def _switches(written: str) -> dict[str, bool]:
    pairs = (part.partition("=") for part in written.split())
    return {name: value == "1" for name, _sign, value in pairs if name in NAMES}

"""The rows of a draft: as a form sends them, as they are stored, as the rules see them."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.hashing import canonical
from motcua.record.organisation.models import Role
from motcua.rules import processes as rules
from motcua.rules.text import fold
from motcua.serve.catalogue.models import Step, StepKind, TimeUnit, Where
from motcua.serve.catalogue.parsing import PLACES
from motcua.serve.catalogue.switches import NAMES

MOST_ROWS = 80
LARGEST_TIME = 9_999
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
TEXTS = ("order", "key", "name_vi", "name_en", "kind", "role", "where", "agency", "amount", "unit", "after", "back")


@dataclass(frozen=True)
class StepRow:
    """One step as typed and understood; `agency` is the code of a named agency."""

    key: str
    name_vi: str
    name_en: str = ""
    kind: str = StepKind.HANDLE
    role: str = Role.OFFICER
    where: str = Where.COMPETENT
    agency: str = ""
    amount: int = 0
    unit: str = TimeUnit.WORKING_HOUR
    after: tuple[str, ...] = ()
    may_return_to: tuple[str, ...] = ()
    optional: bool = False
    switches: Mapping[str, bool] = field(default_factory=dict, hash=False)


@dataclass
class FormRow:
    """One row of the form: what was typed, and what is wrong with it, by field."""

    number: int
    typed: dict[str, str]
    optional: bool = False
    switches: Mapping[str, bool] = field(default_factory=dict)
    errors: dict[str, "str | Lazy"] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def rows_of(steps: Iterable[Step]) -> list[StepRow]:
    """Return stored steps as rows."""
    return [
        StepRow(
            key=s.key,
            name_vi=s.name_vi,
            name_en=s.name_en,
            kind=s.kind,
            role=s.role,
            where=s.where,
            agency=s.agency.code if s.agency else "",
            amount=s.amount,
            unit=s.unit,
            after=tuple(s.after),
            may_return_to=tuple(s.may_return_to),
            optional=s.optional,
            switches=dict(s.switches),
        )
        for s in steps
    ]


def rule_steps(rows: Iterable[StepRow]) -> list[rules.Step]:
    """Return rows as the rules see them."""
    return [
        rules.Step(
            key=row.key,
            kind=row.kind,
            after=row.after,
            may_return_to=row.may_return_to,
            amount=row.amount,
            unit=row.unit,
            role=row.role,
            where=row.where,
            agency=row.agency,
            optional=row.optional,
        )
        for row in rows
    ]


def digest_of(rows: Sequence[StepRow], drafts: Mapping[str, Sequence[str]]) -> str:
    """Return a digest of all that a draft says, to tell whether somebody else changed it meanwhile."""
    content = {"steps": [_plain(row) for row in rows], "drafts": {k: list(v) for k, v in sorted(drafts.items())}}
    return hashlib.sha256(canonical(content)).hexdigest()


def _plain(row: StepRow) -> dict[str, object]:
    flat = asdict(row)
    return flat | {"after": list(row.after), "may_return_to": list(row.may_return_to), "switches": dict(row.switches)}


def form_rows(rows: Iterable[StepRow]) -> list[FormRow]:
    """Return rows as the form shows them."""
    return [FormRow(n, _typed(row, n), row.optional, dict(row.switches)) for n, row in enumerate(rows, 1)]


def _typed(row: StepRow, number: int) -> dict[str, str]:
    same = {name: str(getattr(row, name)) for name in TEXTS if name not in ("order", "amount", "after", "back")}
    return same | {
        "order": str(number),
        "amount": str(row.amount) if row.amount else "",
        "after": ", ".join(row.after),
        "back": ", ".join(row.may_return_to),
    }


def blank_row(number: int) -> FormRow:
    """Return an empty row at the end of the form."""
    typed = dict.fromkeys(TEXTS, "") | {
        "order": str(number),
        "kind": StepKind.HANDLE.value,
        "role": Role.OFFICER.value,
        "where": Where.COMPETENT.value,
        "unit": TimeUnit.WORKING_HOUR.value,
    }
    return FormRow(number, typed)


def sent_rows(post: Mapping[str, str]) -> list[FormRow]:
    """Return the rows that a form sends, without deleted and empty ones, in the order of their numbers."""
    count = post.get("rows", "")
    rows = [_sent_row(post, n) for n in range(1, min(int(count) if count.isdecimal() else 0, MOST_ROWS) + 1)]
    kept = [r for r in rows if not post.get(f"delete-{r.number}") and (r.typed["key"] or r.typed["name_vi"])]
    kept.sort(key=_position)
    for number, row in enumerate(kept, 1):
        row.number = number
    return kept


def _sent_row(post: Mapping[str, str], number: int) -> FormRow:
    typed = {name: post.get(f"{name}-{number}", "").strip()[:500] for name in TEXTS}
    switches = {name: bool(post.get(f"{name}-{number}")) for name in NAMES}
    return FormRow(number, typed, bool(post.get(f"optional-{number}")), switches)


def _position(row: FormRow) -> Decimal:
    """Return where a row wants to stand: `2.5` between the second and the third; nonsense keeps its place."""
    try:
        found = Decimal(row.typed["order"].replace(",", "."))
    except InvalidOperation:
        row.errors["order"] = _("This is not a number.")
        return Decimal(row.number)
    return found if found.is_finite() else Decimal(row.number)


def read_rows(sent: Sequence[FormRow]) -> list[StepRow]:
    """Return what the rows say; what cannot be understood is noted in the row's `errors`, by field."""
    taken = {row.typed["key"] for row in sent}
    return [_read(row, taken) for row in sent]


def _read(row: FormRow, taken: set[str]) -> StepRow:
    typed = row.typed
    if not typed["key"]:
        typed["key"] = key_from(typed["name_vi"], taken)
        taken.add(typed["key"])
    if not KEY.fullmatch(typed["key"]):
        row.errors["key"] = _("Small letters without marks, digits and hyphens, at most 40.")
    if not typed["name_vi"]:
        row.errors["name_vi"] = _("Give the step a name.")
    for name, known in CHOICES.items():
        if typed[name] not in known:
            row.errors[name] = _("Choose one from the list.")
    same = {name: typed[name] for name in ("key", "name_vi", "name_en", "kind", "role", "where", "agency", "unit")}
    return StepRow(
        **same,
        amount=_amount(row),
        after=_keys(typed["after"]),
        may_return_to=_keys(typed["back"]),
        optional=row.optional,
        switches=row.switches,
    )


CHOICES = {
    "kind": StepKind.values,
    "role": [role.value for role in PLACES],
    "where": Where.values,
    "unit": TimeUnit.values,
}


def _amount(row: FormRow) -> int:
    text = row.typed["amount"] or "0"
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_TIME:
        return int(text)
    row.errors["amount"] = _("A whole number from 0 to 9999.")
    return 0


def _keys(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,;]+", text)))


def key_from(name: str, taken: Collection[str]) -> str:
    """Return a key made of a name: its words without marks."""
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(name)))[:34].strip("-") or "step"
    numbered = (f"{stem}-{n}" for n in range(2, MOST_ROWS + 2))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)

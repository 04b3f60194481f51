"""A draft version as its page shows and sends it: rows of text, read into a content with every fault at its field."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.errors import Invalid, Refused
from motcua.rules.working_time import Duration
from motcua.serve.catalogue.content import (
    CaseData,
    ComponentData,
    FeeData,
    LegalBasis,
    MethodData,
    ProcedureData,
    ResultData,
    Words,
)
from motcua.serve.catalogue.national import free_key

# The tables of the page: which cells a row has. A row in which the first is empty is left out.
TABLES: Mapping[str, Sequence[str]] = {
    "case": ("name", "name_en", "key", "amount", "unit"),
    "method": ("channel", "amount", "unit", "note", "note_en"),
    "component": (
        "name", "name_en", "key", "originals", "certified", "copies", "optional", "form_name", "case", "note",
        "note_en",
    ),
    "fee": (
        "name", "name_en", "amount", "per", "later_from", "later_amount", "most", "when", "channel", "terms",
        "terms_en",
    ),
    "result": ("name", "name_en", "paper_only"),
}  # fmt: skip
# Cells that a program may leave out: then the English words stay as they were beside the same Vietnamese ones.
ENGLISH = ("name_en", "note_en", "terms_en")
BLANK, MOST_ROWS, LONGEST_CELL = 2, 320, 4000
NUMBERS = {"originals", "certified", "copies", "amount"}


@dataclass
class DraftRow:
    """A row as typed, with what is wrong by cell."""

    number: int
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def rows_of(data: ProcedureData) -> dict[str, list[DraftRow]]:
    """Return the rows of each table, with blank ones to add."""
    cells = {
        "case": [_case_cells(one) for one in data.cases],
        "method": [_method_cells(one) for one in _methods(data)],
        "component": [_component_cells(one) for one in data.components],
        "fee": [_fee_cells(one) for one in data.fees],
        "result": [_said("name", one.name) | {"paper_only": "" if one.electronic else "1"} for one in data.results],
    }
    return {table: numbered([*rows, *[{}] * BLANK]) for table, rows in cells.items()}


def numbered(rows: Sequence[dict[str, str]]) -> list[DraftRow]:
    """Return rows with their numbers from 1."""
    return [DraftRow(number, row) for number, row in enumerate(rows, 1)]


def _said(name: str, words: Words) -> dict[str, str]:
    """Return the cells of a text in both languages."""
    return {name: words.vi, f"{name}_en": words.en}


def _methods(data: ProcedureData) -> list[MethodData]:
    if data.methods:
        return list(data.methods)
    return [MethodData(int(channel), Duration.parse(time)) for channel, time in data.limits_by_channel.items()]


def _method_cells(one: MethodData) -> dict[str, str]:
    time = {"amount": str(one.time.amount), "unit": one.time.unit} if one.time else {"amount": "", "unit": "wd"}
    return {"channel": str(one.channel), **_said("note", one.note), **time}


def _case_cells(one: CaseData) -> dict[str, str]:
    limit = {"amount": str(one.own_limit.amount), "unit": one.own_limit.unit} if one.own_limit else {}
    return _said("name", one.name) | {"key": one.key, "amount": "", "unit": "wd"} | limit


def _component_cells(one: ComponentData) -> dict[str, str]:
    numbers = {name: str(getattr(one, name)) for name in ("originals", "certified", "copies")}
    optional = "" if one.required else "1"
    texts = {"key": one.key, "form_name": one.form_name, "case": one.case}
    texts |= _said("name", one.name) | _said("note", one.note)
    return texts | numbers | {"optional": optional}


def _fee_cells(one: FeeData) -> dict[str, str]:
    channel = "" if one.channel is None else str(one.channel)
    texts = _said("name", one.name) | {"amount": str(one.amount)} | _said("terms", one.terms)
    texts |= {"later_from": str(one.later_from or ""), "later_amount": str(one.later_amount or "")}
    texts |= {"most": "" if one.most is None else str(one.most)}
    return texts | {"per": one.per, "when": one.when, "channel": channel}


def sent_rows(sent: Mapping[str, str]) -> dict[str, list[DraftRow]]:
    """Return the rows as they were typed, without those in which nothing is said."""
    found = {}
    for table, names in TABLES.items():
        count = min(_whole(sent.get(f"{table}-rows", "")) or 0, MOST_ROWS)
        rows = [
            {
                name: sent.get(f"{table}-{name}-{n}", "").strip()[:LONGEST_CELL]
                for name in names
                if name not in ENGLISH or f"{table}-{name}-{n}" in sent
            }
            for n in range(1, count + 1)
        ]
        found[table] = numbered([row for row in rows if row[names[0]]])
    return found


def data_from(sent: Mapping[str, str], base: ProcedureData, rows: Mapping[str, list[DraftRow]]) -> ProcedureData:
    """Return the content that was typed; what the page does not show stays as in `base`.

    Raises:
        Invalid: a number or a date that is none, each at its field.
    """
    reader = _Reader(sent)
    limit = Duration(reader.number("limit_amount"), sent.get("limit_unit", "wd"))
    methods = tuple(reader.method(row, base) for row in rows["method"])
    cases = tuple(reader.case(row, base, rows["case"]) for row in rows["case"])
    data = replace(
        base,
        name=reader.words("name"),
        limit=limit,
        limits_by_channel=_limits(methods, limit),
        cut_off=reader.time("cut_off"),
        at_once=bool(sent.get("at_once")),
        service_level=reader.number("service_level"),
        form=sent.get("form", "").strip()[:60],
        outline=bool(sent.get("outline")),
        valid_from=reader.date("valid_from", base.valid_from),
        requirements=reader.words("requirements"),
        order=reader.words("order"),
        legal_bases=tuple(_bases(sent.get("legal_bases", ""))),
        cases=cases,
        methods=methods,
        components=tuple(reader.components(rows["component"], base)),
        fees=tuple(reader.fee(row, base) for row in rows["fee"]),
        results=tuple(_result(row, base) for row in rows["result"]),
    )
    if reader.errors:
        raise Invalid(reader.errors)
    return data


def bases_text(data: ProcedureData) -> str:
    """Return legal bases as the page has them: one a line, number and name with a bar between."""
    return "\n".join(f"{one.number} | {one.name}" for one in data.legal_bases)


def _bases(text: str) -> list[LegalBasis]:
    lines = [line.partition("|") for line in text.splitlines() if line.strip()]
    return [LegalBasis(number.strip(), name.strip()) for number, _bar, name in lines]


def _limits(methods: Sequence[MethodData], limit: Duration) -> dict[str, str]:
    """Return the limits of channels that differ from the common one; the first named of a channel."""
    found: dict[str, str] = {}
    for one in methods:
        if one.time is not None and one.time != limit:
            found.setdefault(str(one.channel), str(one.time))
    return found


def _result(row: DraftRow, base: ProcedureData) -> ResultData:
    known = next((one for one in base.results if one.name.vi == row.typed["name"]), None)
    words = _words(row, "name", known.name if known else None)
    return ResultData(words, not row.typed["paper_only"], known.code if known else "")


def _words(row: DraftRow, name: str, known: Words | None = None) -> Words:
    """Return a text as typed; English words that were not sent stay as they were beside the same text."""
    return Words(row.typed[name], row.typed.get(f"{name}_en", known.en if known else ""))


def _whole(text: str) -> int | None:
    stripped = text.strip().replace(".", "").replace(" ", "")
    negative, digits = stripped.startswith("-"), stripped.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 15:
        return None
    return -int(digits) if negative else int(digits)


class _Reader:
    """Reads the fields of the page and gathers what is wrong."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        self.errors: list[Refused] = []

    def words(self, name: str) -> Words:
        """Return a text in both languages."""
        return Words(self.sent.get(f"{name}_vi", "").strip(), self.sent.get(f"{name}_en", "").strip())

    def number(self, name: str, text: str | None = None) -> int:
        """Return a whole number; nothing typed is none, and wrong."""
        found = _whole(self.sent.get(name, "") if text is None else text)
        if found is None:
            self.errors.append(Refused("draft.number", _("Give a whole number."), field=name))
        return found or 0

    def date(self, name: str, before: dt.date) -> dt.date:
        """Return a date."""
        try:
            return dt.date.fromisoformat(self.sent.get(name, "").strip())
        except ValueError:
            self.errors.append(Refused("draft.date", _("Give a date."), field=name))
            return before

    def time(self, name: str) -> dt.time | None:
        """Return an hour of the day, or none."""
        text = self.sent.get(name, "").strip()
        try:
            return dt.time.fromisoformat(text).replace(tzinfo=None) if text else None
        except ValueError:
            self.errors.append(Refused("draft.time", _("Give an hour such as 15:00."), field=name))
            return None

    def case(self, row: DraftRow, base: ProcedureData, rows: Sequence[DraftRow]) -> CaseData:
        """Return a case; one that was there keeps its key and its order of work."""
        typed, n = row.typed, row.number
        amount = self.number(f"case-amount-{n}", typed["amount"]) if typed["amount"] else None
        limit = None if amount is None else Duration(amount, typed["unit"] or "wd")
        known = next((one for one in base.cases if one.key == typed["key"]), None)
        if known is not None:
            return replace(known, name=_words(row, "name", known.name), own_limit=limit)
        typed["key"] = free_key(typed["name"], [one.typed["key"] for one in rows], 40)
        return CaseData(typed["key"], _words(row, "name"), own_limit=limit)

    def method(self, row: DraftRow, base: ProcedureData) -> MethodData:
        """Return a way of handing in; without a number its time is the words of the note."""
        typed, n = row.typed, row.number
        channel = self.number(f"method-channel-{n}", typed["channel"])
        time = (
            Duration(self.number(f"method-amount-{n}", typed["amount"]), typed["unit"] or "wd")
            if typed["amount"]
            else None
        )
        known = next((m.note for m in base.methods if m.note.vi == typed["note"]), None)
        return MethodData(channel, time, _words(row, "note", known))

    def components(self, rows: Sequence[DraftRow], base: ProcedureData) -> list[ComponentData]:
        """Return the papers; those that were there keep what the page does not show."""
        known = {one.key: one for one in base.components}
        found: list[ComponentData] = []
        for row in rows:
            taken = [*known, *(one.key for one in found)]
            key = row.typed["key"] if row.typed["key"] in known else free_key(row.typed["name"], taken, 60)
            found.append(self._component(row, known.get(key), key))
        return found

    def _component(self, row: DraftRow, known: ComponentData | None, key: str) -> ComponentData:
        typed, n = row.typed, row.number
        counts = {
            name: self.number(f"component-{name}-{n}", typed[name] or "0")
            for name in ("originals", "certified", "copies")
        }
        return ComponentData(
            key=key,
            name=_words(row, "name", known.name if known else None),
            required=not typed["optional"],
            form_name=typed["form_name"][:200],
            note=_words(row, "note", known.note if known else None),
            case=typed["case"],
            code=known.code if known else "",
            url=known.url if known else "",
            **counts,
        )

    def fee(self, row: DraftRow, base: ProcedureData) -> FeeData:
        """Return a fee; one of the same name keeps its code and kind."""
        typed, n = row.typed, row.number
        known = next((one for one in base.fees if one.name.vi == typed["name"]), None)
        same_terms = known is not None and known.terms.vi == typed["terms"]
        return FeeData(
            name=_words(row, "name", known.name if known else None),
            kind=known.kind if known else "fee",
            amount=self.number(f"fee-amount-{n}", typed["amount"]),
            per=typed["per"],
            when=typed["when"],
            code=known.code if known else "",
            channel=self.number(f"fee-channel-{n}", typed["channel"]) if typed["channel"] else None,
            later_from=self.number(f"fee-later_from-{n}", typed["later_from"] or "0"),
            later_amount=self.number(f"fee-later_amount-{n}", typed["later_amount"] or "0"),
            most=self.number(f"fee-most-{n}", typed["most"]) if typed["most"] else None,
            terms=_words(row, "terms", known.terms if known and same_terms else None),
        )

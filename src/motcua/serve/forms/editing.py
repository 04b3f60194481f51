"""A definition as the editor's table: one row a field, the columns of a table of its own as rows below it.

Rows hold what was typed. Moving, adding and removing work on them alone, so that a round trip loses nothing; only what
can be read becomes fields, and what is wrong stands beside the row it concerns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from motcua.rules.answers import Choice, Condition, Fault, Field
from motcua.rules.answers.fields import MOST_FIELDS
from motcua.serve.forms.words import fault_words

TEXTS = ("key", "kind", "within", "label_vi", "label_en", "hint_vi", "hint_en", "least", "most", "match")
LINES = ("choices", "show_if")
# A table's columns count as rows too; what a page sends beyond is not read.
MOST_ROWS = MOST_FIELDS + 20


@dataclass
class EditRow:
    """A field as typed; `errors` by the name of the input, "" for the row as a whole."""

    typed: dict[str, str]
    required: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def opened(self) -> bool:
        """Tell whether the rarer settings are shown: where they hold something, or something wrong."""
        rare = ("hint_vi", "hint_en", "least", "most", "show_if", "within")
        return any(self.typed[name] or name in self.errors for name in rare)


def rows_of(fields: Sequence[Field]) -> list[EditRow]:
    """Return the rows of a definition; `parse_rows` reads the same fields back."""
    rows: list[EditRow] = []
    for one in fields:
        rows.append(_row(one, ""))
        rows += [_row(column, one.key) for column in one.columns]
    return numbered(rows)


def _row(one: Field, within: str) -> EditRow:
    typed = {name: getattr(one, name) for name in TEXTS if name != "within"} | {"within": within}
    typed["choices"] = "\n".join(_choice_line(c) for c in one.choices)
    typed["show_if"] = "\n".join(f"{c.field} {c.op} {c.value}".strip() for c in one.show_if)
    return EditRow(typed, one.required)


def _choice_line(choice: Choice) -> str:
    return f"{choice.value} = {choice.label_vi}" + (f" | {choice.label_en}" if choice.label_en else "")


def blank_row() -> EditRow:
    """Return a row with nothing typed, a short text."""
    return EditRow(dict.fromkeys((*TEXTS, *LINES), "") | {"kind": "text", "match": "all"})


def numbered(rows: list[EditRow]) -> list[EditRow]:
    """Give the rows their numbers, from 1."""
    for number, row in enumerate(rows, 1):
        row.number = number
    return rows


def sent_rows(sent: QueryDict) -> list[EditRow]:
    """Return what a page sends, as typed."""
    count = sent.get("rows", "0")
    total = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 6 else 0
    return numbered([_sent_row(sent, n) for n in range(1, total + 1)])


def _sent_row(sent: QueryDict, n: int) -> EditRow:
    typed = {name: sent.get(f"{name}-{n}", "").replace("\x00", "").strip() for name in TEXTS}
    typed |= {name: sent.get(f"{name}-{n}", "").replace("\x00", "").replace("\r\n", "\n").strip() for name in LINES}
    return EditRow(typed | {"match": typed["match"] or "all"}, f"required-{n}" in sent)


def rearrange(rows: list[EditRow], what: str) -> list[EditRow]:
    """Carry out a button of the table: `add`, `add-3` (below row 3), `up-3`, `down-3`, `remove-3`."""
    verb, _dash, text = what.partition("-")
    at = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 6 else len(rows) - 1
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.insert(at + 1, blank_row())
    elif 0 <= at < len(rows) and verb == "remove":
        del rows[at]
    elif 0 <= at < len(rows) and verb in ("up", "down"):
        to = at + (1 if verb == "down" else -1)
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
    return numbered(rows)


def parse_rows(rows: Sequence[EditRow]) -> list[Field]:
    """Return the fields that the rows say; a line that cannot be read is an error of its row."""
    tables = {row.typed["key"] for row in rows if row.typed["kind"] == "rows" and not row.typed["within"]}
    fields = []
    for row in rows:
        if row.typed["within"] and row.typed["within"] not in tables:
            row.errors["within"] = fault_words(Fault("no_table", "", {"key": row.typed["within"]}))
        elif not row.typed["within"]:
            columns = tuple(_field(r) for r in columns_of(row, rows))
            fields.append(_field(row, columns))
    return fields


def columns_of(row: EditRow, rows: Iterable[EditRow]) -> list[EditRow]:
    """Return the rows that are columns of a table, in their order."""
    if row.typed["kind"] != "rows" or not row.typed["key"]:
        return []
    return [r for r in rows if r.typed["within"] == row.typed["key"]]


def _field(row: EditRow, columns: tuple[Field, ...] = ()) -> Field:
    texts = {name: row.typed[name] for name in TEXTS if name != "within"}
    return Field(
        **texts,
        required=row.required,
        choices=tuple(_read_choice(line) for line in _lines(row, "choices")),
        columns=columns,
        show_if=tuple(c for line in _lines(row, "show_if") if (c := _read_condition(row, line))),
    )


def _lines(row: EditRow, name: str) -> list[str]:
    return [line.strip() for line in row.typed[name].split("\n") if line.strip()]


def _read_choice(line: str) -> Choice:
    value, _equals, labels = line.partition("=")
    vi, _bar, en = labels.partition(" | ")
    return Choice(value.strip(), vi.strip(), en.strip())


def _read_condition(row: EditRow, line: str) -> Condition | None:
    parts = line.split(None, 2)
    if len(parts) < 2:
        row.errors["show_if"] = fault_words(Fault("condition_line", ""))
        return None
    return Condition(*parts)


def put_faults(rows: Sequence[EditRow], faults: Sequence[Fault]) -> list[str]:
    """Put each fault beside the row and the input that its place names; return those of the whole form."""
    tops = [row for row in rows if not row.typed["within"]]
    rest = []
    for fault in faults:
        row, name = _place(tops, rows, fault.place.split("."))
        if row is None:
            rest.append(fault_words(fault))
        else:
            row.errors.setdefault(name, fault_words(fault))
    return rest


def _place(tops: Sequence[EditRow], rows: Sequence[EditRow], parts: list[str]) -> tuple[EditRow | None, str]:
    if not parts[0].isdigit() or not 0 < int(parts[0]) <= len(tops):
        return None, ""
    row, rest = tops[int(parts[0]) - 1], parts[1:]
    if rest and rest[0].isdigit():
        columns = columns_of(row, rows)
        row, rest = columns[int(rest[0]) - 1], rest[1:]
    name = rest[0] if rest else ""
    return row, "kind" if name == "columns" else name


def fault_lines(rows: Sequence[EditRow]) -> list[Mapping[str, str]]:
    """Return the faults in the order of the rows, each with the input it leads to, for the list above the table."""
    return [
        {"target": f"{name or 'key'}-{row.number}", "number": str(row.number), "message": message}
        for row in rows
        for name, message in row.errors.items()
    ]

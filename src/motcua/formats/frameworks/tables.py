"""Tables of inputs (CSV, XLSX) for a framework, and tables of results (CSV, XLSX, JSON)."""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from motcua.formats.tables.cells import UNFIT, guard
from motcua.formats.tables.opening import NoTable, decode, open_table
from motcua.rules.scoring import COMPOSITE, Data, Framework, Node, Result, Rule, leaves
from motcua.rules.scoring.ranking import classes, ranks, ranks_within
from motcua.rules.scoring.uncertainty import Spread, draw, run

UNIT = "unit"
HEADS = ("unit", "code", "level", "score", "rank", "class")
FIRMNESS = ("rank_low", "rank_median", "rank_high", "alike")
OUTSIDE = frozenset({"n/a", "không áp dụng"})
BLANK = frozenset({"", "na", "nan", "null", "none"})
TRUE = frozenset({"1", "yes", "true", "x", "có", "đạt", "đúng"})
FALSE = frozenset({"0", "no", "false", "không", "không đạt", "chưa", "sai"})
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
MOST_FAULTS = 20


class BadTable(ValueError):
    """A table cannot be read; each line of the message names row and column."""


@dataclass(frozen=True)
class Table:
    """A table as it was typed: heads, and rows with the number they have in the file."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, head: str) -> list[str]:
        """Return the cells of a column; all blank where there is none."""
        if head not in self.heads:
            return [""] * len(self.rows)
        place = self.heads.index(head)
        return [cells[place] for _, cells in self.rows]


@dataclass(frozen=True)
class Read:
    """What was read: the inputs, and what to tell of them."""

    data: Data
    warnings: tuple[str, ...] = ()
    groups: tuple[str, ...] = field(default=())


# --- reading --------------------------------------------------------------------------------------------------


def read_table(file: Path) -> Table:
    """Return the first sheet of a workbook, or a CSV file (comma, semicolon or tab; UTF-8, UTF-16, Windows-1258).

    Raises:
        BadTable: the file cannot be read, has no head, or has two columns of one name.
    """
    try:
        rows = _rows_of(file)
    except OSError as error:
        raise BadTable(f"{file} cannot be read: {error.strerror or error}.") from error
    except NoTable as refused:
        raise BadTable(f"{file.name} {WHY_NO_TABLE.get(refused.code, WHY_NO_TABLE['csv'])}.") from refused
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        raise BadTable(f"{file.name} is empty.")
    heads = tuple(filled[0][1])
    if twice := sorted({head for head in heads if head and heads.count(head) > 1}):
        raise BadTable(f"{file.name} has two columns named {', '.join(twice)}.")
    width = len(heads)
    body = [(number, tuple((cells + [""] * width)[:width])) for number, cells in filled[1:]]
    return Table(file.name, heads, tuple(body))


WHY_NO_TABLE = {
    "large": "is larger than 20 MB",
    "bomb": "would unpack to far more than a table",
    "macro": "holds macros and is not opened; save it as .xlsx",
    "encrypted": "is encrypted",
    "old_workbook": "is a workbook of before 2007; save it as .xlsx",
    "workbook": "is not a workbook that can be read",
    "encoding": "is not a CSV file in UTF-8, UTF-16 or Windows-1258",
    "csv": "is not a CSV file",
}


def _rows_of(file: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet with their numbers; blank ones too."""
    if file.suffix.lower() in (".xls", ".xlsx", ".xlsm", ".xlsb"):
        _name, rows = open_table(file.name, file.read_bytes(), ()).sheets[0]
        return [(number, [_cell(cell) for cell in cells]) for number, cells in enumerate(rows, start=1)]
    text, _encoding = decode(file.read_bytes())
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise NoTable("csv") from error


def _cell(cell: object) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return "" if cell is None else str(cell).strip()


def read_data(framework: Framework, table: Table, group: str = "") -> Read:
    """Return the inputs that a framework names out of a table.

    Raises:
        BadTable: no column `unit`, a unit twice or without a name, text where a number is named, a required input
            that is missing, or no column of the group.
    """
    if UNIT not in table.heads:
        raise BadTable(f"{table.name} needs a column named unit; it has {', '.join(filter(None, table.heads))[:200]}.")
    if group and group not in table.heads:
        raise BadTable(f"{table.name} has no column {group!r} to group by.")
    kinds = input_kinds(framework)
    faults = list(_unit_faults(table))
    columns = {code: _Column(table, code, kind) for code, kind in kinds.items() if code in table.heads}
    faults += [fault for column in columns.values() for fault in column.faults]
    faults += list(_missing(framework, table, columns))
    faults += list(_reference_faults(framework, table))
    if faults:
        more = f"\n… and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        raise BadTable("\n".join(faults[:MOST_FAULTS]) + more)
    data = Data(
        units=tuple(table.column(UNIT)),
        numbers={code: column.numbers for code, column in columns.items() if column.kind != "text"},
        texts={code: column.texts for code, column in columns.items() if column.kind == "text"},
        outside={code: column.outside for code, column in columns.items() if column.outside.any()},
    )
    unknown = [head for head in table.heads if head and head not in kinds and head not in (UNIT, group)]
    warnings = (*_warnings(table, kinds, columns, unknown), *_doubts(framework, table, columns))
    return Read(data, warnings, tuple(table.column(group)) if group else ())


def input_kinds(framework: Framework) -> dict[str, str]:
    """Return the inputs of a framework with what each cell must be: number, share, percent, flag, text."""
    kinds: dict[str, str] = {}
    for leaf in framework.root.leaves():
        if framework.kind == COMPOSITE:
            kinds[leaf.options.get("input", leaf.code)] = "number"
            if "denominator" in leaf.options:
                kinds[leaf.options["denominator"]] = "number"
        elif leaf.rule is not None:
            kinds.update(_rule_kinds(leaf.rule))
    filled = [framework.stages.get("impute", {}), *(leaf.options.get("impute", {}) for leaf in framework.root.leaves())]
    kinds.update({str(impute["group"]): "text" for impute in filled if "group" in impute})
    return kinds


def _rule_kinds(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.kind in ("best_of", "items"):
        for part in rule["rules"]:
            yield from _rule_kinds(part)
        return
    kind = {"ladder": "text", "pass_fail": "flag"}.get(rule.kind) or rule.get("unit", "number")
    yield from ((code, kind) for code in leaves.inputs_of(rule))


class _Column:
    """One column, read as its kind; faults name the row."""

    def __init__(self, table: Table, code: str, kind: str) -> None:
        self.kind, self.faults = kind, list[str]()
        self.texts = table.column(code)
        lowered = [text.lower() for text in self.texts]
        self.outside = np.array([text in OUTSIDE for text in lowered], dtype=bool)
        self.numbers = np.full(len(lowered), np.nan)
        if kind == "text":
            self.texts = ["" if text in OUTSIDE else self.texts[place] for place, text in enumerate(lowered)]
            return
        for place, text in enumerate(lowered):
            if text in BLANK or text in OUTSIDE:
                continue
            try:
                self.numbers[place] = _flag(text) if kind == "flag" else _number(text, kind)
            except ValueError as error:
                self.faults.append(f"{table.name}, row {table.rows[place][0]}, column {code}: {error}")


def number_of(text: str) -> float:
    """Return the number in a cell, NaN for a blank one; ValueError where there is none."""
    return math.nan if text.strip().lower() in BLANK else _number(text.strip().lower(), "number")


def _flag(text: str) -> float:
    if text in TRUE or text in FALSE:
        return float(text in TRUE)
    raise ValueError(f"{text!r} is neither yes nor no (1 or 0, có or không)")


def _number(text: str, kind: str) -> float:
    percent = text.endswith("%")
    bare = text.removesuffix("%").strip()
    if not PLAIN.fullmatch(bare):
        if DECIMAL_COMMA.fullmatch(bare) and not THOUSANDS.fullmatch(bare):
            bare = bare.replace(",", ".")
        elif THOUSANDS.fullmatch(bare):
            raise ValueError(f"{text!r} can be read in two ways; write it without a sign between thousands")
        else:
            raise ValueError(f"{text!r} is not a number")
    value = float(bare)
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a number")
    if percent:
        return value if kind == "percent" else value / 100
    if kind == "share" and value > 1:
        raise ValueError(f"{text} is not a share from 0 to 1; if {text} % is meant, write {text}% or {value / 100:g}")
    return value


def _unit_faults(table: Table) -> Iterator[str]:
    seen: dict[str, int] = {}
    for (number, _), unit in zip(table.rows, table.column(UNIT), strict=True):
        if not unit:
            yield f"{table.name}, row {number}: the unit has no name"
        elif UNFIT.search(unit):
            yield f"{table.name}, row {number}: the unit's name holds a control character"
        elif unit in seen:
            yield f"{table.name}, row {number}: {unit} stands already in row {seen[unit]}"
        seen.setdefault(unit, number)


def _missing(framework: Framework, table: Table, columns: Mapping[str, _Column]) -> Iterator[str]:
    """Yield the required inputs that a unit lacks."""
    for code in sorted(framework.required):
        column = columns.get(code)
        if column is None:
            yield f"{table.name}: the required column {code} is not there"
            continue
        for place, (number, _) in enumerate(table.rows):
            blank = not column.texts[place] if column.kind == "text" else np.isnan(column.numbers[place])
            if blank and not column.outside[place]:
                yield f"{table.name}, row {number}, column {code}: required, and blank"


def _reference_faults(framework: Framework, table: Table) -> Iterator[str]:
    """Yield the units that indicators are set against and that the table lacks."""
    own = [leaf.options.get("normalise") or framework.stages.get("normalise", {}) for leaf in framework.root.leaves()]
    wanted = {str(options["reference"]) for options in own if options.get("method") == "dist2ref"}
    for unit in sorted(wanted - set(table.column(UNIT))):
        yield f"{table.name}: there is no unit {unit!r} to be the reference"


def _warnings(
    table: Table, kinds: Mapping[str, str], columns: Mapping[str, _Column], unknown: Sequence[str]
) -> Iterator[str]:
    if unknown:
        yield f"Columns that the framework does not name are ignored: {', '.join(unknown)}."
    if absent := [code for code in kinds if code not in columns]:
        yield f"Columns that are not in {table.name}; what needs them is unscored: {', '.join(absent)}."
    for code, column in columns.items():
        if column.kind == "percent" and np.nanmax(np.append(column.numbers, -np.inf)) <= 1 and column.numbers.any():
            yield f"Column {code} is in per cent (0 to 100), and no cell is above 1: is 85 meant where 0.85 stands?"


def _doubts(framework: Framework, table: Table, columns: Mapping[str, _Column]) -> Iterator[str]:
    """Yield what is read as it stands and is likely meant otherwise; each kind of doubt once a leaf."""
    if not table.rows:
        yield f"{table.name} has no unit: nothing is scored."
    for code, rates in columns.items():
        if rates.kind in ("share", "percent"):
            yield from _doubtful_rate(table, code, rates)
    for rule in (rule for leaf in framework.root.leaves() if leaf.rule is not None for rule in _parts(leaf.rule)):
        if rule.kind == "ladder" and (named := columns.get(rule["input"])) is not None:
            yield from _no_option(table, rule, named)
        parts = [columns.get(str(rule.get(name))) for name in ("numerator", "denominator")]
        for code, column in zip((rule.get("numerator"), rule.get("denominator")), parts, strict=True):
            if column is not None:
                yield from _doubtful_count(table, str(code), column)
        above, below = parts
        if above is not None and below is not None:
            over = np.flatnonzero(above.numbers > below.numbers)
            for place in over[:1]:
                number = table.rows[place][0]
                yield f"Row {number}: {rule['numerator']} is larger than {rule['denominator']}; the rate counts as 1."


def _parts(rule: Rule) -> Iterator[Rule]:
    yield rule
    for part in rule.get("rules", ()):
        yield from _parts(part)


def _no_option(table: Table, rule: Rule, column: _Column) -> Iterator[str]:
    for (number, _), text in zip(table.rows, column.texts, strict=True):
        if text and text.lower() not in BLANK and text not in rule["options"]:
            yield f"Row {number}: {rule['input']} is {text!r}, none of {', '.join(rule['options'])}; it is unscored."


def _doubtful_rate(table: Table, code: str, column: _Column) -> Iterator[str]:
    """Yield the first rate of a column that is below 0, above the whole, or likely a share among per cents."""
    whole = 100 if column.kind == "percent" else 1
    for place in np.flatnonzero(column.numbers < 0)[:1]:
        yield f"Row {table.rows[place][0]}: {code} is below 0."
    for place in np.flatnonzero(column.numbers > whole)[:1]:
        yield f"Row {table.rows[place][0]}: {code} is above 100 %; the rate counts as 1."
    if column.kind == "percent" and np.nanmax(np.append(column.numbers, -np.inf)) > 1:
        small = np.flatnonzero((column.numbers > 0) & (column.numbers < 1))
        for place in (place for place in small[:1] if "%" not in column.texts[place]):
            number, value = table.rows[place][0], column.numbers[place]
            yield f"Row {number}: {code} is in per cent and {value:g} stands there: is {value * 100:g} meant?"


def _doubtful_count(table: Table, code: str, column: _Column) -> Iterator[str]:
    for place in np.flatnonzero(column.numbers < 0)[:1]:
        yield f"Row {table.rows[place][0]}: {code} is below 0."
    # Counts of which some have three decimals, and the others none, were written with a point between thousands.
    known = [text.strip() for text in column.texts if text.strip() and text.lower() not in BLANK | OUTSIDE]
    pointed = [text for text in known if THOUSANDS.fullmatch(text)]
    if pointed and all(text in pointed or text.removeprefix("-").isdecimal() for text in known):
        place = next(n for n, text in enumerate(column.texts) if text.strip() in pointed)
        value = f"{column.numbers[place]:g}"
        yield (
            f"Row {table.rows[place][0]}: {code} is a count and was read as {value}; "
            "if a point stands between thousands, leave it out."
        )


# --- results --------------------------------------------------------------------------------------------------


def result_rows(result: Result, groups: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return one row for each unit and node: score in full precision, rank, and the class of the whole."""
    rows = []
    method = result.framework.rank_method
    for node in result.nodes.values():
        placed = ranks(node.exact, method)
        inside = ranks_within(node.exact, groups, method) if groups else None
        rated = classes(node.score, result.framework.classes) if node is result.top else None
        level = node.node.level
        for place, unit in enumerate(result.data.units):
            row = _row(unit, node.node, level, node.score[place], placed[place])
            row["class"] = str(rated[place]) if rated is not None else ""
            if inside is not None:
                row |= {"group": groups[place], "group_rank": whole(inside[place])}
            rows.append(row)
    return rows


def add_firmness(rows: Sequence[dict[str, Any]], result: Result, runs: int, seed: int) -> None:
    """Add to the rows of the whole the interval of ranks over many runs, and the group that cannot be told apart."""
    settings: Mapping[str, Any] = result.framework.stages.get("uncertainty", {})
    given = settings.items()
    lists: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given}
    spread = Spread(**lists)
    table = draw(result.framework, result.data, spread, runs, seed)
    firmness = run(result.framework, result.data, spread, table)
    columns = (*firmness.interval(), firmness.alike(result.top.exact))
    places = {unit: place for place, unit in enumerate(result.data.units)}
    for row in rows:
        top = row["code"] == result.framework.root.code
        values = [whole(column[places[row["unit"]]]) if top else None for column in columns]
        row |= dict(zip(FIRMNESS, values, strict=True))


def _row(unit: str, node: Node, level: int, score: float, rank: float) -> dict[str, Any]:
    value = None if np.isnan(score) else float(score)
    return {"unit": unit, "code": node.code, "level": level, "score": value, "rank": whole(rank)}


def whole(value: float) -> int | None:
    """Return a rank as a whole number, None for the unranked."""
    return None if np.isnan(value) else int(value)


def write_rows(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as CSV, XLSX or JSON, by the name of the file.

    Raises:
        BadTable: the name says none of these, or the file cannot be written.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".json": _write_json}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise BadTable(f"{file.name}: results are written as .csv, .xlsx or .json.")
    try:
        writer(file, rows)
    except OSError as error:
        raise BadTable(f"{file} cannot be written: {error.strerror or error}.") from error


def _write_csv(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else list(HEADS), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: guard(cell) if isinstance(cell, str) else cell for name, cell in row.items()})


def _write_xlsx(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    from rustpy_xlsxwriter import write_worksheet

    write_worksheet([dict(row) for row in rows], str(file), sheet_name="scores", freeze_row=1)


def _write_json(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    file.write_text(json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

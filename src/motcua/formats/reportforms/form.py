"""A report form: read from YAML, with its faults named."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Figure = int | float | str | None
"""A cell: a count, a share or a duration, a class or a remark; None where there is nothing to tell."""
ROLES = ("figure", "index", "name", "entered", "computed")
COMPUTES = ("constant", "sum", "class", "rank")
LAYOUTS = ("table", "lines")
CHECK = re.compile(r"^\s*(\d+)\s*=\s*(\d+(?:\s*\+\s*\d+)*)\s*$")


class FormFault(ValueError):
    """What is wrong with a form, and where."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column by the form's own number.

    Args:
        measure: what is counted, by the measure's code.
        register: what is counted of the catalogue instead: "procedures", "one_stop" or "processes".
        role: "figure", the running number ("index"), the row's name ("name"), "entered": a value that the record
            does not hold and a person types, or "computed" from other columns of the row.
        group: the head above it, a key of the form's groups.
        where: parameters of the measure: cut → the values that count.
        computes, of: what a computed column is ("constant", "sum", "class", "rank") and of which columns.
        value: of a constant. least, most: bounds of an entered figure. text: an entered remark, no figure.
        cut: figures are cut off, not rounded, after so many decimals; negative: they are left as they are.
        line, side: in the layout "lines", the line on which it stands and under which of the form's sides.
    """

    number: int
    title_vi: str
    title_en: str
    measure: str = ""
    role: str = "figure"
    group: str = ""
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    register: str = ""
    computes: str = ""
    of: tuple[int, ...] = ()
    value: Figure = None
    least: float = 0
    most: float = 1e12
    text: bool = False
    cut: int = -1
    line: int = 0
    side: int = 1

    def title(self, language: str) -> str:
        """Return the title in a language (`vi`, `en`)."""
        return self.title_en if language == "en" else self.title_vi

    @property
    def counted(self) -> bool:
        """Tell whether the record gives its figures."""
        return bool(self.measure or self.register)


@dataclass(frozen=True, slots=True)
class Check:
    """The left column equals the sum of the right ones, in every row."""

    left: int
    right: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.left} = {' + '.join(map(str, self.right))}"

    def holds(self, cells: Mapping[int, Figure]) -> bool:
        """Tell whether a row's cells agree."""
        return _number(cells[self.left]) == sum(_number(cells[number]) for number in self.right)


def _number(figure: Figure) -> float:
    return 0 if figure is None or isinstance(figure, str) else figure


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a report form.

    Args:
        rows: the cuts that its rows stand for, the outer one first; none: one row.
        layout: "table", or "lines": each column on a line of its own, for forms with one row.
        opening: columns (opening, remaining): the opening equals what the last issue says remained.
        sides: in the layout "lines", the heads of its columns; none: one head for figures.
        most_rows: how many rows the form holds at most.
        classes: of computed columns: from so many points on, its names.
    """

    code: str
    version: int
    valid_from: dt.date
    source: str
    title_vi: str
    title_en: str
    rows: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    groups: Mapping[str, Mapping[str, str]]
    layout: str = "table"
    opening: tuple[int, int] | None = None
    sides: tuple[Mapping[str, str], ...] = ()
    most_rows: int = 100_000
    classes: tuple[Mapping[str, Any], ...] = ()

    @property
    def figures(self) -> tuple[Column, ...]:
        """Return the columns whose figures the record gives."""
        return tuple(column for column in self.columns if column.counted)

    @property
    def values(self) -> tuple[Column, ...]:
        """Return the columns that hold a value: counted, entered or computed."""
        return tuple(column for column in self.columns if column.role not in ("index", "name"))

    @property
    def entered(self) -> tuple[Column, ...]:
        """Return the columns that people fill in."""
        return tuple(column for column in self.columns if column.role == "entered")

    @property
    def lines(self) -> tuple[tuple[Column, ...], ...]:
        """Return the columns as lines: those that name the same line stand on it side by side."""
        found: dict[int, list[Column]] = {}
        for column in self.values:
            found.setdefault(column.line or -column.number, []).append(column)
        return tuple(tuple(sorted(line, key=lambda c: c.side)) for line in found.values())

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the measures in the order of their columns, each once."""
        return tuple(dict.fromkeys(column.measure for column in self.figures if column.measure))

    def title(self, language: str) -> str:
        """Return the title in a language (`vi`, `en`)."""
        return self.title_en if language == "en" else self.title_vi

    def column(self, number: int) -> Column | None:
        """Return the column of a number, if there is one."""
        return next((column for column in self.columns if column.number == number), None)

    def group_title(self, group: str, language: str) -> str:
        """Return the head over the columns of a group."""
        return str(self.groups.get(group, {}).get(f"title_{language}", ""))

    def sum_of(self, number: int) -> tuple[int, ...]:
        """Return the columns whose sum a column is by the form's own checks; none if it is no sum of later ones."""
        return next((c.right for c in self.checks if c.left == number and min(c.right) > number), ())


def read_form(path: Path) -> Form:
    """Return the form of a YAML file.

    Raises:
        FormFault: the file is not YAML, or see `parse_form`.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FormFault(f"{path.name}: not a YAML file: {error}") from error
    return parse_form(data, path.name)


def parse_form(data: Any, name: str) -> Form:
    """Return a form from plain data.

    Args:
        name: what messages call the file.

    Raises:
        FormFault: a key is missing, a number comes twice, a check names a column that is no figure.
    """
    if not isinstance(data, dict):
        raise FormFault(f"{name}: a form is a table of keys")
    try:
        columns = tuple(_column(column) for column in data["columns"])
        checks = tuple(_check(text, name) for text in data.get("checks", ()))
        form = Form(
            code=str(data["code"]),
            version=int(data["version"]),
            valid_from=data["valid_from"],
            source=data["source"],
            title_vi=data["title_vi"],
            title_en=data["title_en"],
            rows=tuple(data["rows"]),
            columns=columns,
            checks=checks,
            groups=data.get("groups", {}),
            layout=data.get("layout", "table"),
            opening=_opening(data.get("opening")),
            sides=tuple(data.get("sides", ())),
            most_rows=int(data.get("most_rows", 100_000)),
            classes=tuple(data.get("classes", ())),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise FormFault(f"{name}: {error}") from error
    _check_numbers(form, name)
    return form


def _column(data: Any) -> Column:
    where = {name: tuple(values) for name, values in data.get("where", {}).items()}
    return Column(**{**data, "where": where, "of": tuple(data.get("of", ()))})


def _opening(data: Any) -> tuple[int, int] | None:
    return (int(data["opening"]), int(data["remaining"])) if data else None


def _check(text: str, name: str) -> Check:
    found = CHECK.match(str(text))
    if found is None:
        raise FormFault(f"{name}: checks: {text!r} is not a sum such as 3 = 4 + 5")
    return Check(int(found[1]), tuple(int(number) for number in found[2].split("+")))


def _check_numbers(form: Form, name: str) -> None:
    numbers = [column.number for column in form.columns]
    if doubled := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise FormFault(f"{name}: columns: number {doubled[0]} comes twice")
    if form.layout not in LAYOUTS or any(column.role not in ROLES for column in form.columns):
        raise FormFault(f"{name}: layout is one of {', '.join(LAYOUTS)}, role one of {', '.join(ROLES)}")
    for column in form.columns:
        if column.role == "computed" and column.computes not in COMPUTES:
            raise FormFault(f"{name}: columns: {column.number} computes one of {', '.join(COMPUTES)}")
        if unknown := set(column.of) - set(numbers):
            raise FormFault(f"{name}: columns: {column.number} is computed of {min(unknown)}, which is no column")
    figures = {column.number for column in form.figures}
    if form.opening and (unknown := set(form.opening) - figures):
        raise FormFault(f"{name}: opening: column {min(unknown)} holds no figure")
    for check in form.checks:
        if unknown := {check.left, *check.right} - figures:
            raise FormFault(f"{name}: checks: {check}: column {min(unknown)} holds no figure")

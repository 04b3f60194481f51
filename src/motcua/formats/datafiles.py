"""Reading data files (YAML, CSV) with their places: a fault names file, line, path and what is expected."""

import csv
import datetime as dt
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

import motcua
from motcua.rules.working_time import Duration

PACKAGE = Path(motcua.__file__).resolve().parent


def datasets_folder() -> Path:
    """Return the folder of the data sets: MOTCUA_DATASETS, else the checkout's, else the one inside the wheel."""
    if named := os.environ.get("MOTCUA_DATASETS"):
        return Path(named)
    checkout = PACKAGE.parents[1] / "datasets"
    return checkout if (checkout / "provinces").is_dir() else PACKAGE / "datasets"


class DataFault(ValueError):
    """A data file says something that cannot be loaded. `line` counts from 1; `path` leads to the value."""

    def __init__(self, file: Path, line: int, path: str, message: str) -> None:
        super().__init__(message)
        self.file, self.line, self.path, self.message = file, line, path, message

    def __str__(self) -> str:
        place = f"{self.file.parent.name}/{self.file.name}:{self.line}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class Value:
    """One value of a YAML file with its place."""

    def __init__(self, node: Node, file: Path, path: str) -> None:
        self.node, self.file, self.path = node, file, path

    def fault(self, message: str) -> DataFault:
        """Return the fault of this value; the caller raises it."""
        return DataFault(self.file, self.node.start_mark.line + 1, self.path, message)

    def plain(self) -> Any:
        """Return the value as plain Python."""
        return yaml.constructor.SafeConstructor().construct_document(self.node)

    def text(self) -> str:
        """Return a text; numbers, dates and hours must be in quotes, lest YAML changes them."""
        value = self.plain()
        if isinstance(value, str) and value.strip():
            return value.strip()
        raise self.fault("must be a text (in quotes, if it looks like a number, an hour or a date)")

    def number(self) -> int:
        """Return a whole number, not negative."""
        value = self.plain()
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise self.fault("must be a whole number, 0 or more")

    def flag(self) -> bool:
        """Return true or false."""
        value = self.plain()
        if isinstance(value, bool):
            return value
        raise self.fault("must be true or false")

    def date(self) -> dt.date:
        """Return a date (2025-07-01)."""
        value = self.plain()
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        raise self.fault("must be a date such as 2025-07-01")

    def clock(self) -> dt.time:
        """Return an hour of the day ("15:00")."""
        try:
            return dt.time.fromisoformat(self.text())
        except ValueError:
            raise self.fault('must be an hour in quotes, such as "15:00"') from None

    def duration(self) -> Duration:
        """Return a time limit (5wd)."""
        try:
            return Duration.parse(self.text())
        except DataFault:
            raise
        except ValueError:
            raise self.fault("must be a time such as 4wh, 5wd, 20d or 1m") from None

    def choice(self, allowed: Collection[str]) -> str:
        """Return one of these words."""
        value = self.text()
        if value in allowed:
            return value
        raise self.fault(f"{value!r} is none of: {', '.join(sorted(allowed))}")

    def items(self) -> list["Value"]:
        """Return the values of a list."""
        if not isinstance(self.node, SequenceNode):
            raise self.fault("must be a list")
        return [Value(node, self.file, f"{self.path}[{n}]") for n, node in enumerate(self.node.value, start=1)]

    def blocks(self) -> list["Block"]:
        """Return the blocks of a list."""
        return [item.block() for item in self.items()]

    def block(self) -> "Block":
        """Return the value as a block of keys."""
        return Block(self)


class Block:
    """A block of keys. `end()` refuses keys that nobody asked for: a slip of the pen is not lost in silence."""

    def __init__(self, value: Value) -> None:
        if not isinstance(value.node, MappingNode):
            raise value.fault("must be a block of keys")
        self.value = value
        self.asked: set[str] = set()
        self.values: dict[str, Value] = {}
        for key_node, node in value.node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else "?"
            path = f"{value.path}.{key}" if value.path else key
            if key in self.values:
                raise Value(key_node, value.file, path).fault("is given twice")
            self.values[key] = Value(node, value.file, path)

    def __getitem__(self, key: str) -> Value:
        found = self.get(key)
        if found is None:
            raise self.value.fault(f"{key!r} is missing")
        return found

    def get(self, key: str) -> Value | None:
        """Return the value of a key, None without it."""
        self.asked.add(key)
        return self.values.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Return the text of a key that may be left out."""
        found = self.get(key)
        return default if found is None else found.text()

    def number(self, key: str, default: int = 0) -> int:
        """Return the number of a key that may be left out."""
        found = self.get(key)
        return default if found is None else found.number()

    def flag(self, key: str, default: bool = False) -> bool:
        """Return the flag of a key that may be left out."""
        found = self.get(key)
        return default if found is None else found.flag()

    def date(self, key: str) -> dt.date | None:
        """Return the date of a key that may be left out."""
        found = self.get(key)
        return None if found is None else found.date()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list that may be left out."""
        found = self.get(key)
        return () if found is None else tuple(item.text() for item in found.items())

    def blocks(self, key: str) -> list["Block"]:
        """Return the blocks of a list that may be left out."""
        found = self.get(key)
        return [] if found is None else found.blocks()

    def named(self, key: str) -> Iterator[tuple[str, Value]]:
        """Yield name and value of a block of names that may be left out."""
        found = self.get(key)
        block = found.block() if found is not None else None
        yield from block.values.items() if block else ()

    def dates(self) -> tuple[dt.date, dt.date | None]:
        """Return `valid_from` and `valid_to` (exclusive) in order."""
        since, until = self["valid_from"].date(), self.date("valid_to")
        if until is not None and until <= since:
            raise self["valid_to"].fault("comes before valid_from")
        return since, until

    def end(self) -> None:
        """Refuse keys that were not asked for."""
        for key, value in self.values.items():
            if key not in self.asked:
                raise value.fault(f"unknown key; known are: {', '.join(sorted(self.asked))}")


def read_block(file: Path) -> Block:
    """Return the content of a YAML file.

    Raises:
        DataFault: not there, not UTF-8, not YAML, or not a block of keys.
    """
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise DataFault(file, 0, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataFault(file, 0, "", "is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DataFault(file, line, "", f"is not YAML: {error.problem}") from error
    if node is None:
        raise DataFault(file, 1, "", "is empty")
    return Value(node, file, "").block()


def read_rows(file: Path, columns: Collection[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file that has these columns.

    Raises:
        DataFault: not there, not UTF-8, or another number of columns.
    """
    try:
        with file.open(newline="", encoding="utf-8") as source:
            reader = csv.DictReader(source)
            rows = list(reader)
    except OSError as error:
        raise DataFault(file, 0, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataFault(file, 0, "", "is not UTF-8") from error
    if missing := sorted(set(columns) - set(reader.fieldnames or ())):
        raise DataFault(file, 1, "", f"lacks the columns {', '.join(missing)}")
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise DataFault(file, line, "", "has another number of columns than the head")
    return rows

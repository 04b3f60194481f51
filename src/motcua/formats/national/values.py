"""One value of a catalogue file with its place: a path in JSON (`[3].KENH`), a cell of a table (`TTHC!D7`)."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from motcua.rules.text import fold

# Thousands parted by points, commas or spaces; nothing after a decimal mark but zeros.
MONEY = re.compile(r"-?\d{1,3}(?:[., ]\d{3})+|-?\d+(?:\.0+)?")
DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place. `code` is stable; the room that shows it says it in words."""

    place: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class Node:
    """A value (text or number, a list of nodes, or nodes by key) that collects the faults of its file."""

    def __init__(self, value: Any, place: str, faults: list[Fault]) -> None:
        self.value, self.place, self.faults = value, place, faults

    def fault(self, code: str, **params: str) -> None:
        """Note what is wrong here."""
        self.faults.append(Fault(self.place, code, params))

    def get(self, key: str) -> "Node":
        """Return the value of a key; an empty one where it is missing."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        place = f"{self.place}.{key}" if self.place else key
        return found if found is not None else Node(None, place, self.faults)

    def items(self) -> list["Node"]:
        """Return the nodes of a list; a single block stands for a list of one, nothing for an empty list."""
        if isinstance(self.value, list):
            return self.value
        return [] if self.empty else [self]

    @property
    def empty(self) -> bool:
        """Tell whether nothing was given."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())

    def text(self, most: int = 100_000) -> str:
        """Return the text on one spacing; a number as it is written."""
        if self.empty:
            return ""
        if isinstance(self.value, dict | list):
            self.fault("text")
            return ""
        words = _plain_number(self.value).strip()
        if len(words) > most:
            self.fault("long", most=str(most))
        return words

    def needed(self, most: int) -> str:
        """Return a text that must be there."""
        if self.empty:
            self.fault("missing")
        return self.text(most)

    def count(self) -> int:
        """Return a whole number, 0 or more; nothing is 0."""
        found = self.amount()
        return 0 if found is None else found

    def amount(self) -> int | None:
        """Return a whole number, 0 or more, thousands parted or not; None where nothing is given."""
        words = self.text()
        if not words:
            return None
        if not MONEY.fullmatch(words):
            self.fault("number", value=words[:40])
            return 0
        whole = words[: words.index(".")] if re.fullmatch(r"-?\d+\.0+", words) and not _parted(words) else words
        number = int(re.sub(r"[., ]", "", whole))
        if number < 0:
            self.fault("negative", value=words[:40])
        return max(number, 0)

    def date(self) -> dt.date | None:
        """Return a local date: a cell's date, 01/07/2025, 2025-07-01 or 20250701…; None where nothing is given."""
        if isinstance(self.value, dt.datetime):
            return self.value.date()
        if isinstance(self.value, dt.date):
            return self.value
        words = self.text()
        found = _date_of(words)
        if words and found is None:
            self.fault("date", value=words[:40])
        return found

    def choice(self, known: Mapping[str, str]) -> str:
        """Return what folded words stand for."""
        words = fold(self.text())
        if words and words not in known:
            self.fault("choice", value=self.text()[:60], known=", ".join(dict.fromkeys(known)))
        return known.get(words, "")

    def parts(self, marks: str) -> list[str]:
        """Return the parts of a text between marks that do not stand in brackets."""
        return split_outside_brackets(self.text(), marks)


def _plain_number(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _parted(words: str) -> bool:
    """Tell whether a single point parts thousands (`50.000`) rather than marking decimals (`50000.0`)."""
    return re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+", words) is not None


def _date_of(words: str) -> dt.date | None:
    day_first, year_first = DATE.fullmatch(words), ISO_DATE.fullmatch(words) or STAMP.fullmatch(words)
    try:
        if day_first:
            return dt.date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
        return dt.date(int(year_first[1]), int(year_first[2]), int(year_first[3])) if year_first else None
    except ValueError:
        return None


def split_outside_brackets(text: str, marks: str) -> list[str]:
    """Return the parts of a text between marks, those in round brackets left whole."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")" and depth > 0)
        if char in marks and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def json_node(value: Any, place: str, faults: list[Fault]) -> Node:
    """Return parsed JSON as nodes; keys in capitals, places counted from 1."""
    if isinstance(value, dict):
        inner: Any = {
            key.upper(): json_node(item, f"{place}.{key}" if place else key, faults) for key, item in value.items()
        }
    elif isinstance(value, list):
        inner = [json_node(item, f"{place}[{number}]", faults) for number, item in enumerate(value, 1)]
    else:
        inner = value
    return Node(inner, place, faults)


def listed(nodes: Sequence[Node], place: str, faults: list[Fault]) -> Node:
    """Return nodes as a list."""
    return Node(list(nodes), place, faults)

"""Columns, cells and lines of `COPY`, and the ledger's JSON, by the shortest way. Tests hold each to the long way."""

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from motcua.rules.text import fold
from motcua.serve.dossiers.models import Apology, Dossier, DossierComponent, Party, Pause, Supplement, Task
from motcua.serve.dossiers.models.spans import COUNTED

CHAIN = ("id", "subject", "salt", "length", "head")
EVENT = ("id", "chain_id", "number", "kind", "actor", "occurred_at", "recorded_at", "payload", "previous", "hash")
DOSSIER = tuple(f.attname for f in Dossier._meta.concrete_fields)
PARTY = tuple(f.attname for f in Party._meta.concrete_fields)
COMPONENT = tuple(f.attname for f in DossierComponent._meta.concrete_fields)
PAUSE = tuple(f.attname for f in Pause._meta.concrete_fields)
SUPPLEMENT = tuple(f.attname for f in Supplement._meta.concrete_fields)
APOLOGY = tuple(f.attname for f in Apology._meta.concrete_fields)
TASK = tuple(f.attname for f in Task._meta.concrete_fields)
ORIGIN = ("dossier_id", "run_id", "source", "code", "recorded_at")
SPAN = (
    *("dossier_id", "number", "known_from", "end_known", "retracted", "valid_from", "valid_to", "from_on", "to_on"),
    *COUNTED,
)
PLACE_OF = {name: n for n, name in enumerate(COUNTED)}
# Stands for the search vector until PostgreSQL has made it.
SEARCH = "\2"

SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
# 32 of 256 values fall on each letter or on one of them twice: a secret of ten letters has 49 bits.
LETTERS = bytes(b"23456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 30] for n in range(256))
encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


# --- COPY ------------------------------------------------------------------------------------------------------


def cell(value: Any) -> str:
    """Return a value as a cell of `COPY`."""
    if type(value) is str:
        # Tabs and ends of lines cannot be printed; a look at the whole text costs less than a search in it.
        return value if "\\" not in value and value.isprintable() else SPECIAL.sub(_escaped, value)
    return "\\N" if value is None else str(value)


def _escaped(match: re.Match[str]) -> str:
    return ESCAPES[match[0]]


def line(values: Iterable[Any]) -> str:
    """Return a line of `COPY`."""
    return "\t".join(map(cell, values)) + "\n"


def plain_line(values: Iterable[Any]) -> str:
    """Return a line of `COPY` whose texts hold nothing to escape."""
    return "\t".join([v if type(v) is str else "\\N" if v is None else str(v) for v in values]) + "\n"


# --- the ledger's JSON -----------------------------------------------------------------------------------------


def scalar(value: Any) -> str:
    """Return what `hashing.canonical` makes of a value that stands in a column."""
    if type(value) is str:
        return encode_basestring(value)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if type(value) is int else encode(value)


class Note:
    """How a new row of a model is noted in an event: its fields in the order of canonical JSON.

    Args:
        model: a `Recorded` one.
        known: columns that are the same in many rows; they are written once.
    """

    def __init__(self, model: Any, known: Mapping[str, Any] | None = None) -> None:
        known, digested = known or {}, frozenset(model.DIGEST_FIELDS)
        names = sorted((*model.LEDGER_FIELDS, *digested))
        cells = [
            f'"{name}":' + (scalar(known[name]).replace("%", "%%") if name in known and name not in digested else "%s")
            for name in names
        ]
        self.template = f"{{{','.join(cells)}}}"
        self.names = [(name, name in digested) for name in names if name in digested or name not in known]

    def text(self, row: Mapping[str, Any], digest: Callable[[str, Any], str]) -> str:
        """Return the row as JSON; `digest` gives that of a personal field."""
        return self.template % tuple(
            [digest(name, row[name]) if hidden else scalar(row[name]) for name, hidden in self.names]
        )


# --- keys and text ---------------------------------------------------------------------------------------------


def fresh_id() -> str:
    """Return a new identifier as `ledger.models.new_id` makes them, as text."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    text = f"{value & ~(0x3 << 62) | (0x2 << 62):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def secret() -> str:
    """Return a new secret that a citizen follows a dossier with."""
    return os.urandom(10).translate(LETTERS).decode()


_word = lru_cache(maxsize=20_000)(fold)


def folded(text: str) -> str:
    """Return what `fold` returns, word by word: names and titles are made of words that come again."""
    return " ".join(text.lower().split() if text.isascii() else filter(None, map(_word, text.split())))

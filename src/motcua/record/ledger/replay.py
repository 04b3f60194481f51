"""From events back to rows: what every recorded row should hold."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps

from motcua.record.ledger.hashing import digest, plain
from motcua.record.ledger.models import Event, Recorded

State = dict[str, dict[str, Any]]


def replay(events: Iterable[Event]) -> State:
    """Return the rows that events in order leave behind: row key → field → value as JSON holds it."""
    rows: State = {}
    for event in events:
        for key, fields in event.payload.get("rows", {}).items():
            rows.setdefault(key, {}).update(fields)
    return rows


def recorded_models() -> dict[str, type[Recorded]]:
    """Return every model whose rows the ledger can replay, by its name in payloads."""
    return {m.LEDGER_NAME: m for m in apps.get_models() if issubclass(m, Recorded)}


def split_key(key: str) -> tuple[str, str]:
    """Return the model's name and the primary key of a row key."""
    name, _, pk = key.partition(":")
    return name, pk


def first_difference(row: Recorded, expected: dict[str, Any], salt: bytes | None) -> tuple[str, Any, Any] | None:
    """Return the first field in which a row differs from its replay: name, in the row, in the ledger.

    Digests are compared while the chain's salt exists; after erasure nothing can be said of them.
    """
    for name in row.LEDGER_FIELDS:
        if name in expected and (found := plain(getattr(row, name))) != expected[name]:
            return name, found, expected[name]
    for name in row.DIGEST_FIELDS if salt else ():
        value = getattr(row, name)
        found = None if value in (None, "") else digest(salt, name, value)
        if name in expected and found != expected[name]:
            return name, "(digest differs)", "(digest)"
    return None

"""The one way in: a change of rows and the event that tells it, in one transaction."""

import datetime as dt
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from motcua.record.ledger.hashing import GENESIS, digest, event_hash, plain
from motcua.record.ledger.models import Chain, Event, Pending, Recorded
from motcua.record.ledger.registry import project

CHAINS = uuid.UUID("6d6f7463-7561-5c00-8000-6c6564676572")


def chain_of(name: str, key: object) -> uuid.UUID:
    """Return the chain's id of a row that has no UUID of its own, such as an agency or a person."""
    return uuid.uuid5(CHAINS, f"{name}:{key}")


class Change:
    """The rows that one event writes. Use through `record_change`."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.rows: dict[str, dict[str, Any]] = {}
        self.touched: list[Recorded] = []
        self.facts: dict[str, Any] = {}
        self.event: Event | None = None

    def add(self, row: Recorded) -> None:
        """Insert a new row."""
        row.save(force_insert=True)
        self._note(row, (*row.LEDGER_FIELDS, *row.DIGEST_FIELDS))

    def add_all(self, rows: Sequence[Recorded]) -> None:
        """Insert rows of one model in one statement."""
        if not rows:
            return
        type(rows[0])._default_manager.bulk_create(rows)
        for row in rows:
            self._note(row, (*row.LEDGER_FIELDS, *row.DIGEST_FIELDS))

    def set(self, row: Recorded, **fields: Any) -> None:
        """Change fields (by their column's attribute) of a row that is locked with its chain."""
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=[_field_name(row, name) for name in fields])
        self._note(row, tuple(fields))

    def _note(self, row: Recorded, names: Sequence[str]) -> None:
        noted = self.rows.setdefault(row.ledger_key(), {})
        for name in names:
            if name in row.LEDGER_FIELDS:
                noted[name] = plain(getattr(row, name))
            elif name in row.DIGEST_FIELDS:
                noted[name] = self._digest(name, getattr(row, name))
        self.touched.append(row)

    def _digest(self, name: str, value: Any) -> str | None:
        if value in (None, "") or self.chain.salt is None:
            return None
        return digest(bytes(self.chain.salt), name, value)


def _field_name(row: Recorded, attname: str) -> str:
    return next(f.name for f in row._meta.concrete_fields if attname in (f.attname, f.name))


@contextmanager
def record_change(
    *,
    chain_id: uuid.UUID,
    subject: str,
    kind: str,
    actor: str,
    occurred_at: dt.datetime,
    recorded_at: dt.datetime,
    new: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Iterator[Change]:
    """Lock a chain, let the caller write rows, append the event that holds them, run the projectors.

    Args:
        chain_id: whose chain; the lock on its head orders all writers of this subject.
        subject: kind of the chain ("dossier", "agency" …).
        kind: what happened ("dossier.received").
        actor: who did it ("post:12", "client:3", "system").
        occurred_at, recorded_at: aware instants of the two clocks.
        new: whether this event opens the chain.
        facts: what the rows do not hold; never personal data.

    Raises:
        Chain.DoesNotExist: the chain was not opened.
    """
    # No savepoint where a transaction is open: whoever opened it undoes the whole.
    with transaction.atomic(savepoint=False):
        chain = (
            Chain(id=chain_id, subject=subject, salt=os.urandom(16), length=0, head=GENESIS)
            if new
            else Chain.objects.select_for_update().get(id=chain_id)
        )
        change = Change(chain)
        yield change
        payload = {"rows": change.rows, **({"facts": plain({**(facts or {}), **change.facts})})}
        change.event = _append(chain, kind, actor, occurred_at, recorded_at, payload, new)
        project(change.event, change.touched)


def _append(
    chain: Chain,
    kind: str,
    actor: str,
    occurred_at: dt.datetime,
    recorded_at: dt.datetime,
    payload: dict[str, Any],
    new: bool,
) -> Event:
    event = Event(
        chain_id=chain.id,
        number=chain.length + 1,
        kind=kind,
        actor=actor,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        payload=payload,
        previous=bytes(chain.head),
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    Pending(event_id=event.id).save(force_insert=True)
    chain.length, chain.head = event.number, event.hash
    if new:
        chain.save(force_insert=True)
    else:
        chain.save(update_fields=["length", "head"])
    return event


def hash_of(event: Event) -> bytes:
    """Return the hash that this event should have."""
    return event_hash(
        chain_id=event.chain_id,
        number=event.number,
        kind=event.kind,
        actor=event.actor,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        payload=event.payload,
        previous=bytes(event.previous),
    )


def lock_timeout(seconds: int = 3) -> None:
    """Give up waiting for a lock in this transaction after `seconds`: a clerk is told instead of left waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])

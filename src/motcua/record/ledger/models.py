"""What is stored: events, the heads of their chains, seals, roots, cursors.

The application's role may insert into and select from `ledger_event`, `ledger_seal` and `ledger_root`,
nothing else (`motcua.web.launcher.grants`).
"""

import os
import time
import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_id() -> uuid.UUID:
    """Return a version 7 UUID (RFC 9562 §5.7): its order is the order of making, so that indexes stay dense."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    return uuid.UUID(int=value & ~(0x3 << 62) | (0x2 << 62))


class Chain(models.Model):
    """The head of one chain: what its next event stands on, and the salt of its digests.

    Locked (`SELECT … FOR UPDATE`) by whoever appends. Setting `salt` to NULL makes the digests of the chain's
    personal data unlinkable for ever.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.CharField(max_length=40)
    salt = models.BinaryField(null=True)
    length = models.PositiveIntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        db_table = "ledger_chain"
        verbose_name = _("chain")


class Event(models.Model):
    """One thing that happened to one subject. Times are UTC instants; hashes are SHA-256 digests."""

    id = models.BigAutoField(primary_key=True)
    chain_id = models.UUIDField()
    number = models.PositiveIntegerField(help_text="place in the chain, from 1")
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    payload = models.JSONField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    position: int
    """The position over all chains: set on events that are handed to a subscriber, not a column."""

    class Meta:
        db_table = "ledger_event"
        verbose_name = _("event")
        constraints = [models.UniqueConstraint(fields=["chain_id", "number"], name="one_event_a_place")]


class Pending(models.Model):
    """An event that waits for its position: written with the event, taken away by the sealer."""

    event_id = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "ledger_pending"


class Seal(models.Model):
    """The position of a committed event over all chains: 1, 2, 3 … without gaps."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    event_hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_seal"


class Root(models.Model):
    """A chained digest over all events up to a position: printed on the day sheet, exported, checked."""

    number = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    tree = models.BinaryField(help_text="Merkle tree hash of the events' hashes (RFC 6962 §2.1)")
    previous = models.BinaryField()
    root = models.BinaryField()
    closed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_root"


class Cursor(models.Model):
    """How far a subscriber has read."""

    name = models.CharField(max_length=100, primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_cursor"


class Recorded(models.Model):
    """A row whose fields the ledger can replay. Only `record_change` writes it.

    `LEDGER_NAME` names the row's kind in payloads; `LEDGER_FIELDS` are stored as they are; `DIGEST_FIELDS` hold
    personal data, and only their HMAC enters the ledger. `LEDGER_CHAIN` is the column that holds the chain's id.
    """

    LEDGER_NAME: ClassVar[str]
    LEDGER_FIELDS: ClassVar[tuple[str, ...]]
    DIGEST_FIELDS: ClassVar[tuple[str, ...]] = ()
    LEDGER_CHAIN: ClassVar[str] = "id"

    class Meta:
        abstract = True

    def ledger_label(self) -> str:
        """Return how a person finds this row: a dossier's code, else the key."""
        return f"{self.LEDGER_NAME} {self.pk}"

    def ledger_key(self) -> str:
        """Return the key of this row in payloads."""
        return f"{self.LEDGER_NAME}:{self.pk}"

    def ledger_values(self) -> dict[str, Any]:
        """Return the fields that the ledger holds as they are."""
        return {name: getattr(self, name) for name in self.LEDGER_FIELDS}

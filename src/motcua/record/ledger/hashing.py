"""Digests of events, personal data and days. Pure: bytes and plain values in, bytes out."""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

GENESIS = bytes(32)


def plain(value: Any) -> Any:
    """Return `value` as JSON holds it: instants in UTC with microseconds, dates in ISO form, the rest as it is.

    Raises:
        TypeError: a float or another type whose text form is not stable.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"the ledger does not hold {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """Return the one JSON text of `value`: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def event_hash(
    *,
    chain_id: uuid.UUID,
    number: int,
    kind: str,
    actor: str,
    occurred_at: dt.datetime,
    recorded_at: dt.datetime,
    payload: Mapping[str, Any],
    previous: bytes,
) -> bytes:
    """Return the SHA-256 of an event; it covers `previous`, the hash of the event before it in its chain.

    Args:
        payload: as JSON holds it, see `plain`.
    """
    clocks = [plain(occurred_at), plain(recorded_at)]
    return hashlib.sha256(canonical([str(chain_id), number, kind, actor, *clocks, payload, previous.hex()])).digest()


def digest(salt: bytes, field: str, value: Any) -> str:
    """Return the HMAC-SHA-256 (hex, 128 bits) of one personal field under its chain's salt."""
    message = canonical([field, plain(value)])
    return hmac.digest(salt, message, "sha256").hex()[:32]


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of `leaves` in order (RFC 6962 §2.1)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def root_hash(*, number: int, day: dt.date, first: int, last: int, tree: bytes, previous: bytes) -> bytes:
    """Return the root that closes positions `first`…`last` and stands on the `previous` root."""
    return hashlib.sha256(canonical(plain([number, day, first, last, tree, previous]))).digest()


def check_code(event: bytes) -> str:
    """Return the eight characters that a slip prints of its event's hash (Crockford's base 32)."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    value = int.from_bytes(event[:5], "big")
    return "".join(alphabet[value >> shift & 31] for shift in range(35, -1, -5))

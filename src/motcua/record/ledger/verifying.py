"""Is the record whole? Chains, positions, roots, and every recorded row against the replay of its events.

The checks stream: memory does not grow with the ledger. They read what is stored and recompute everything else.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from motcua.record.ledger.hashing import GENESIS, root_hash, tree_hash
from motcua.record.ledger.models import Chain, Event, Recorded, Root, Seal
from motcua.record.ledger.recording import hash_of
from motcua.record.ledger.replay import first_difference, recorded_models, replay, split_key

CHAINS_AT_ONCE = 500
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong: what kind, and where."""

    kind: str
    message: str
    subject: str = ""
    chain: str = ""
    event: int | None = None
    number: int | None = None
    position: int | None = None
    root: int | None = None
    row: str = ""
    field: str = ""


@dataclass
class Report:
    """What was checked, and what was found first (None: all is well)."""

    events: int = 0
    chains: int = 0
    rows: int = 0
    positions: int = 0
    roots: int = 0
    first: Finding | None = None
    checks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.first is None

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        found = {k: v for k, v in asdict(self.first).items() if v not in ("", None)} if self.first else None
        counts = {name: getattr(self, name) for name in ("events", "chains", "rows", "positions", "roots")}
        return {"ok": self.ok, "checked": counts, "first": found}


def verify(exported: Sequence[Mapping[str, Any]] = (), progress: Progress = lambda done: None) -> Report:
    """Check the whole record in one snapshot and stop at the first thing that is wrong.

    Args:
        exported: roots that were exported or printed earlier (see `export_roots`), kept elsewhere.
        progress: is told how many events were checked.
    """
    report = Report()
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        steps = [
            lambda: _chains(report, progress),
            lambda: _rows_without_chain(report),
            lambda: _positions(report),
            lambda: _roots(report),
            lambda: _exported(exported),
        ]
        for step in steps:
            report.first = step()
            if report.first:
                break
    return report


def _chains(report: Report, progress: Progress) -> Finding | None:
    """Check each chain's numbers, hashes and head, and its rows."""
    models = recorded_models()
    for batch in _chain_batches():
        heads = {chain.id: chain for chain in Chain.objects.filter(id__in=list(batch))}
        for chain_id, events in batch.items():
            found = _chain(heads.get(chain_id), chain_id, events)
            if found:
                return found
        found = _rows(report, batch, heads, models)
        if found:
            return found
        report.chains += len(batch)
        report.events += sum(map(len, batch.values()))
        progress(report.events)
    return _heads_without_events()


def _chain_batches() -> Iterator[dict[uuid.UUID, list[Event]]]:
    events = Event.objects.order_by("chain_id", "number").iterator(chunk_size=5_000)
    batch: dict[uuid.UUID, list[Event]] = {}
    for chain_id, group in groupby(events, key=lambda event: event.chain_id):
        batch[chain_id] = list(group)
        if len(batch) >= CHAINS_AT_ONCE:
            yield batch
            batch = {}
    if batch:
        yield batch


def _chain(head: Chain | None, chain_id: uuid.UUID, events: list[Event]) -> Finding | None:
    subject = f"{head.subject if head else 'chain'} {_label(events)}".strip()

    def wrong(kind: str, message: str, event: Event) -> Finding:
        place = {"event": event.id, "number": event.number}
        return Finding(kind, message, subject=subject, chain=str(chain_id), **place)

    previous = GENESIS
    for expected, event in enumerate(events, start=1):
        if event.number != expected:
            return wrong("event.missing", f"event {expected} of the chain is missing", event)
        if bytes(event.previous) != previous:
            return wrong("event.previous", "does not stand on the event before it", event)
        if hash_of(event) != bytes(event.hash):
            return wrong("event.edited", "was changed after it was written", event)
        previous = bytes(event.hash)
    last = events[-1]
    if head is None:
        return wrong("chain.head_missing", "the chain has no head", last)
    if head.length != len(events):
        return wrong("event.missing", f"the chain has {len(events)} events of {head.length}", last)
    if bytes(head.head) != previous:
        return wrong("chain.head", "the head does not match the last event", last)
    return None


def _label(events: list[Event]) -> str:
    rows = events[0].payload.get("rows", {}) if events else {}
    return next((str(fields["code"]) for fields in rows.values() if fields.get("code")), "")


def _heads_without_events() -> Finding | None:
    events = Event.objects.values("chain_id")
    lost = Chain.objects.exclude(id__in=events).order_by("id").first()
    if lost is None:
        return None
    message = f"all {lost.length} events of the chain are missing"
    return Finding("chain.missing", message, subject=lost.subject, chain=str(lost.id))


def _rows(
    report: Report,
    batch: Mapping[uuid.UUID, list[Event]],
    heads: Mapping[uuid.UUID, Chain],
    models: Mapping[str, type[Recorded]],
) -> Finding | None:
    """Compare the rows of a batch of chains with their replay."""
    expected: dict[str, tuple[uuid.UUID, dict[str, Any]]] = {}
    for chain_id, events in batch.items():
        expected |= {key: (chain_id, fields) for key, fields in replay(events).items()}
    by_model: dict[str, list[str]] = {name: [] for name, model in models.items() if hangs_on_chain(model)}
    for key in expected:
        name, pk = split_key(key)
        by_model.setdefault(name, []).append(pk)
    for name, keys in by_model.items():
        found = _rows_of(models[name], keys, expected, heads)
        if found:
            return found
        report.rows += len(keys)
    return None


def hangs_on_chain(model: type[Recorded]) -> bool:
    """Tell whether the model's rows name their chain, so that a row that no event tells of can be found."""
    return model.LEDGER_CHAIN != "id" or model._meta.pk.get_internal_type() == "UUIDField"


def _rows_of(
    model: type[Recorded],
    keys: Sequence[str],
    expected: Mapping[str, tuple[uuid.UUID, dict[str, Any]]],
    heads: Mapping[uuid.UUID, Chain],
) -> Finding | None:
    by_chain = {f"{model.LEDGER_CHAIN}__in": list(heads)} if hangs_on_chain(model) else {"pk__in": keys}
    stored = {row.ledger_key(): row for row in model._default_manager.filter(**by_chain)}
    for key in (f"{model.LEDGER_NAME}:{pk}" for pk in keys):
        chain_id, fields = expected[key]
        found = _row(stored.pop(key, None), key, fields, chain_id, heads[chain_id])
        if found:
            return found
    for key, row in stored.items():
        return Finding("row.unknown", "no event tells of this row", subject=row.ledger_label(), row=key)
    return None


def _row(row: Recorded | None, key: str, expected: dict[str, Any], chain_id: uuid.UUID, head: Chain) -> Finding | None:
    if row is None:
        return Finding("row.missing", "the ledger tells of a row that is gone", row=key, chain=str(chain_id))
    difference = first_difference(row, expected, bytes(head.salt) if head.salt else None)
    if difference is None:
        return None
    name, stored, ledger = difference
    message = f"{name} is {stored!r} in the row, {ledger!r} in the ledger"
    return Finding("row.differs", message, subject=row.ledger_label(), chain=str(chain_id), row=key, field=name)


def _rows_without_chain(_report: Report) -> Finding | None:
    """Look for rows that hang on no chain: their whole chain was deleted, or they were slipped in."""
    for model in filter(hangs_on_chain, recorded_models().values()):
        column = model.LEDGER_CHAIN
        orphan = model._default_manager.exclude(**{f"{column}__in": Event.objects.values("chain_id")}).first()
        if orphan is not None:
            return Finding(
                "chain.missing",
                "the row has no events: its chain is missing",
                subject=orphan.ledger_label(),
                row=orphan.ledger_key(),
                chain=str(getattr(orphan, column)),
            )
    return None


def _positions(report: Report) -> Finding | None:
    """Check that positions run without gaps and that each seals the event it sealed."""
    hashes = """
        SELECT s.position, s.event_id, s.event_hash, e.hash
        FROM ledger_seal s LEFT JOIN ledger_event e ON e.id = s.event_id ORDER BY s.position
    """
    expected = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(hashes)
        for position, event_id, sealed, stored in cursor:
            expected += 1
            if position != expected:
                return Finding("position.missing", f"position {expected} is missing", position=expected)
            if stored is None:
                return Finding("event.missing", "the sealed event is gone", position=position, event=event_id)
            if bytes(sealed) != bytes(stored):
                message = "the event is not the one that was sealed: its chain was rewritten"
                return Finding("event.rewritten", message, position=position, event=event_id)
    report.positions = expected
    return _unsealed()


def _unsealed() -> Finding | None:
    """Every event is sealed or waits for its position."""
    query = """
        SELECT e.id, e.chain_id FROM ledger_event e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_seal s WHERE s.event_id = e.id)
          AND NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.event_id = e.id) ORDER BY e.id LIMIT 1
    """
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return Finding("event.unsealed", "never got a position", event=row[0], chain=str(row[1])) if row else None


def _roots(report: Report) -> Finding | None:
    """Recompute every root from the events themselves."""
    previous, last = GENESIS, 0
    for root in Root.objects.order_by("number").iterator():
        found = _root(root, report.roots + 1, previous, last + 1)
        if found:
            return found
        previous, last = bytes(root.root), root.last_position
        report.roots += 1
    return None


def _root(root: Root, number: int, previous: bytes, first: int) -> Finding | None:
    day = root.day.isoformat()
    if root.number != number:
        return Finding("root.missing", f"root {number} is missing", root=number)
    if bytes(root.previous) != previous or root.first_position != first:
        return Finding("root.previous", f"root {number} ({day}) does not stand on the root before it", root=number)
    seals = Seal.objects.filter(position__range=(first, root.last_position)).order_by("position")
    leaves = [bytes(leaf) for leaf in seals.values_list("event_hash", flat=True)]
    tree = tree_hash(leaves)
    expected = root_hash(
        number=number, day=root.day, first=first, last=root.last_position, tree=tree, previous=previous
    )
    whole = len(leaves) == root.last_position - first + 1
    if not whole or tree != bytes(root.tree) or expected != bytes(root.root):
        message = f"the events of root {number} ({day}) are not those that it closed"
        return Finding("root.differs", message, root=number)
    return None


def _exported(exported: Sequence[Mapping[str, Any]]) -> Finding | None:
    """Compare roots that were kept elsewhere with those of the record."""
    stored = {root.number: bytes(root.root).hex() for root in Root.objects.all()} if exported else {}
    for item in exported:
        number = int(item["number"])
        if number not in stored:
            return Finding("root.missing", f"root {number} of {item['day']} is gone", root=number)
        if stored[number] != item["root"]:
            message = f"root {number} of {item['day']} is not the one that was exported: the record was rewritten"
            return Finding("root.differs", message, root=number)
    return None


def export_roots(day: dt.date | None = None) -> list[dict[str, Any]]:
    """Return the roots (of one local date) as JSON holds them: to be printed and kept where nobody here can write."""
    roots = Root.objects.order_by("number")
    return [
        {
            "number": root.number,
            "day": root.day.isoformat(),
            "first_position": root.first_position,
            "last_position": root.last_position,
            "previous": bytes(root.previous).hex(),
            "root": bytes(root.root).hex(),
            "closed_at": root.closed_at.isoformat(),
        }
        for root in (roots.filter(day=day) if day else roots)
    ]

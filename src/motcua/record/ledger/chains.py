"""Each chain's numbers, hashes and head, and its rows against the replay of its events: a range of chains at a time.

Ranges share nothing, so that each core checks its own; all of them look at one snapshot. Memory does not grow with
the ledger.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as value
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from motcua.record.ledger.apart import workers
from motcua.record.ledger.hashing import GENESIS
from motcua.record.ledger.models import Chain, Event, Recorded
from motcua.record.ledger.recording import hash_of
from motcua.record.ledger.replay import first_difference, recorded_models, replay, split_key

CHAINS_AT_ONCE = 1_000
RANGES_A_PROCESS = 50
Progress = Callable[[int], None]
Batch = dict[uuid.UUID, list[Event]]


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong: what kind, and where. `template` takes the values of `params`."""

    kind: str
    template: str
    subject: str = ""
    chain: str = ""
    event: int | None = None
    number: int | None = None
    position: int | None = None
    root: int | None = None
    row: str = ""
    field: str = ""
    params: Mapping[str, Any] = value(default_factory=dict)

    @property
    def message(self) -> str:
        """Return the sentence in English, as programs read it."""
        return self.template % self.params

    @property
    def said(self) -> str:
        """Return the sentence in the language of the moment."""
        return gettext(self.template) % self.params

    @property
    def place(self) -> dict[str, Any]:
        """Return where it is: the names that are known."""
        names = ("subject", "chain", "event", "number", "position", "root", "row", "field")
        found = {name: getattr(self, name) for name in names}
        return {name: place for name, place in found.items() if place not in ("", None)}


@dataclass(frozen=True)
class Range:
    """Chains by their ids: all after one, up to another; `None` is open."""

    after: uuid.UUID | None = None
    last: uuid.UUID | None = None

    def of(self, column: str) -> dict[str, uuid.UUID]:
        """Return the range as conditions on a column."""
        ends = {f"{column}__gt": self.after, f"{column}__lte": self.last}
        return {name: end for name, end in ends.items() if end is not None}


@dataclass
class Checked:
    """How much was checked, and what was found first."""

    events: int = 0
    chains: int = 0
    rows: int = 0
    first: Finding | None = None

    def add(self, other: "Checked") -> None:
        """Take what was checked next."""
        self.events += other.events
        self.chains += other.chains
        self.rows += other.rows
        self.first = other.first


def check_chains(progress: Progress, processes: int) -> Checked:
    """Check every chain in the snapshot of the open transaction; stop at the first thing that is wrong.

    Args:
        progress: is told how many events were checked.
        processes: how many check at once; more than one see only what is committed.
    """
    whole = Checked()
    for part in _apart(processes) if processes > 1 else _parts(Range()):
        whole.add(part)
        if whole.first:
            return whole
        progress(whole.events)
    whole.first = _head_without_events()
    return whole


def _apart(processes: int) -> Iterator[Checked]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    ranges = _ranges(max(processes, min(processes * RANGES_A_PROCESS, Chain.objects.count() // CHAINS_AT_ONCE)))
    with workers(processes) as pool:
        yield from pool.map(_check_as_of, ranges, [snapshot] * len(ranges))


def _ranges(count: int) -> list[Range]:
    """Cut all chains into ranges of about as many each."""
    shares = [n / count for n in range(1, count)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT percentile_disc(%s::float[]) WITHIN GROUP (ORDER BY id) FROM ledger_chain", [shares])
        cuts = cursor.fetchone()[0] or []
    return [Range(after, last) for after, last in pairwise([None, *sorted(set(cuts) - {None}), None])]


def _check_as_of(chains: Range, snapshot: str) -> Checked:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
        whole = Checked()
        for part in _parts(chains):
            whole.add(part)
            if whole.first:
                break
        return whole


def _parts(chains: Range) -> Iterator[Checked]:
    models = recorded_models()
    after = chains.after
    for batch in _batches(chains):
        last = next(reversed(batch))
        part = Checked(events=sum(map(len, batch.values())), chains=len(batch))
        _check(part, batch, Range(after, last), models)
        yield part
        after = last


def _batches(chains: Range) -> Iterator[Batch]:
    events = Event.objects.filter(**chains.of("chain_id")).order_by("chain_id", "number").iterator(chunk_size=5_000)
    batch: Batch = {}
    for chain_id, group in groupby(events, key=lambda event: event.chain_id):
        batch[chain_id] = list(group)
        if len(batch) >= CHAINS_AT_ONCE:
            yield batch
            batch = {}
    if batch:
        yield batch


def _check(part: Checked, batch: Batch, chains: Range, models: Mapping[str, type[Recorded]]) -> None:
    heads = {chain.id: chain for chain in Chain.objects.filter(**chains.of("id")) if chain.id in batch}
    for chain_id, events in batch.items():
        part.first = _chain(heads.get(chain_id), chain_id, events)
        if part.first:
            return
    _rows(part, batch, chains, heads, models)


def _chain(head: Chain | None, chain_id: uuid.UUID, events: list[Event]) -> Finding | None:
    subject = f"{head.subject if head else 'chain'} {_label(events)}".strip()

    def wrong(kind: str, template: str, event: Event, **params: Any) -> Finding:
        return Finding(kind, template, subject, str(chain_id), event=event.id, number=event.number, params=params)

    previous = GENESIS
    for expected, event in enumerate(events, start=1):
        if event.number != expected:
            return wrong("event.missing", _("event %(number)s of the chain is missing"), event, number=expected)
        if bytes(event.previous) != previous:
            return wrong("event.previous", _("does not stand on the event before it"), event)
        if hash_of(event) != bytes(event.hash):
            return wrong("event.edited", _("was changed after it was written"), event)
        previous = bytes(event.hash)
    last = events[-1]
    if head is None:
        return wrong("chain.head_missing", _("the chain has no head"), last)
    if head.length != len(events):
        few = _("the chain has %(count)s events of %(length)s")
        return wrong("event.missing", few, last, count=len(events), length=head.length)
    if bytes(head.head) != previous:
        return wrong("chain.head", _("the head does not match the last event"), last)
    return None


def _label(events: list[Event]) -> str:
    rows = events[0].payload.get("rows", {}) if events else {}
    return next((str(fields["code"]) for fields in rows.values() if fields.get("code")), "")


def _head_without_events() -> Finding | None:
    events = Event.objects.filter(chain_id=OuterRef("id"))
    lost = Chain.objects.filter(~Exists(events)).order_by("id").first()
    if lost is None:
        return None
    template = _("all %(count)s events of the chain are missing")
    params = {"count": lost.length}
    return Finding("chain.missing", template, subject=lost.subject, chain=str(lost.id), params=params)


def _rows(
    part: Checked,
    batch: Batch,
    chains: Range,
    heads: Mapping[uuid.UUID, Chain],
    models: Mapping[str, type[Recorded]],
) -> None:
    """Compare the rows of a batch of chains with their replay."""
    expected: dict[str, tuple[uuid.UUID, dict[str, Any]]] = {}
    for chain_id, events in batch.items():
        expected |= {key: (chain_id, fields) for key, fields in replay(events).items()}
    by_model: dict[str, list[str]] = {name: [] for name, model in models.items() if hangs_on_chain(model)}
    for key in expected:
        name, pk = split_key(key)
        by_model.setdefault(name, []).append(pk)
    for name, keys in by_model.items():
        part.first = _rows_of(models[name], keys, expected, chains, heads)
        if part.first:
            return
        part.rows += len(keys)


def hangs_on_chain(model: type[Recorded]) -> bool:
    """Tell whether the model's rows name their chain, so that a row that no event tells of can be found."""
    return model.LEDGER_CHAIN != "id" or model._meta.pk.get_internal_type() == "UUIDField"


def _rows_of(
    model: type[Recorded],
    keys: Sequence[str],
    expected: Mapping[str, tuple[uuid.UUID, dict[str, Any]]],
    chains: Range,
    heads: Mapping[uuid.UUID, Chain],
) -> Finding | None:
    chosen = chains.of(model.LEDGER_CHAIN) if hangs_on_chain(model) else {"pk__in": keys}
    stored = {row.ledger_key(): row for row in model._default_manager.filter(**chosen)}
    for key in (f"{model.LEDGER_NAME}:{pk}" for pk in keys):
        chain_id, fields = expected[key]
        found = _row(stored.pop(key, None), key, fields, chain_id, heads[chain_id])
        if found:
            return found
    for key, row in stored.items():
        # A row of a chain that has no events at all is told as such, with the chain; see `row_without_chain`.
        if getattr(row, model.LEDGER_CHAIN) in heads:
            return Finding("row.unknown", _("no event tells of this row"), subject=row.ledger_label(), row=key)
    return None


def _row(row: Recorded | None, key: str, expected: dict[str, Any], chain_id: uuid.UUID, head: Chain) -> Finding | None:
    if row is None:
        return Finding("row.missing", _("the ledger tells of a row that is gone"), row=key, chain=str(chain_id))
    difference = first_difference(row, expected, bytes(head.salt) if head.salt else None)
    if difference is None:
        return None
    name, stored, ledger = difference
    template = _("%(name)s is %(stored)s in the row, %(ledger)s in the ledger")
    params = {"name": name, "stored": repr(stored), "ledger": repr(ledger)}
    label, chain = row.ledger_label(), str(chain_id)
    return Finding("row.differs", template, subject=label, chain=chain, row=key, field=name, params=params)


def row_without_chain() -> Finding | None:
    """Look for rows that hang on no chain: their whole chain was deleted, or they were slipped in."""
    for model in filter(hangs_on_chain, recorded_models().values()):
        column = model.LEDGER_CHAIN
        events = Event.objects.filter(chain_id=OuterRef(column))
        orphan = model._default_manager.filter(~Exists(events)).order_by().first()
        if orphan is not None:
            return Finding(
                "chain.missing",
                _("the row has no events: its chain is missing"),
                subject=orphan.ledger_label(),
                row=orphan.ledger_key(),
                chain=str(getattr(orphan, column)),
            )
    return None

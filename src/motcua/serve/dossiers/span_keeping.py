"""Keeping the stored spans: by a subscriber as events are sealed, or all anew from the ledger."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby

from django.db import transaction

from motcua.record.ledger.models import Cursor, Event, Seal
from motcua.record.ledger.registry import subscriber
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import Calendar
from motcua.serve.dossiers.models.spans import CLOCKS, Span, span_of
from motcua.serve.dossiers.spans import Minutes, SealedEvent, SpanRow, local_date, spans_of

NAME = "dossiers.spans"
COUNTED_ROWS = ("dossier:", "component:", "pause:", "task:", "apology:")


@subscriber(NAME, "dossier.*")
def keep_spans(events: Sequence[Event]) -> None:
    """Write what the events change of their dossiers' spans; handed over again, they change nothing."""
    write_spans({event.chain_id for event in events}, until=max(event.position for event in events))


def write_spans(chains: Collection[uuid.UUID], *, until: int) -> int:
    """Bring the stored spans of these dossiers to what their events say up to a position; return how many changed."""
    minutes = working_minutes()
    stored = _stored(chains)
    changed: list[Span] = []
    for dossier_id, events in sealed_events(chains, until=until):
        for number, row in enumerate(spans_of(events, minutes)):
            span = span_of(dossier_id, number, **row.columns())
            if stored.get((dossier_id, number)) != _clocks(span):
                changed.append(span)
    Span.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["dossier", "number"],
        update_fields=list(CLOCKS),
        batch_size=1_000,
    )
    return len(changed)


def _stored(chains: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, int], tuple[object, ...]]:
    rows = Span.objects.filter(dossier_id__in=chains)
    return {(row.dossier_id, row.number): _clocks(row) for row in rows.only("dossier_id", "number", *CLOCKS)}


def _clocks(span: Span) -> tuple[object, ...]:
    return tuple(getattr(span, name) for name in CLOCKS)


def sealed_events(
    chains: Collection[uuid.UUID], *, until: int | None = None
) -> Iterator[tuple[uuid.UUID, list[SealedEvent]]]:
    """Yield each chain with its sealed events in order, up to a position."""
    events = list(Event.objects.filter(chain_id__in=chains).order_by("chain_id", "number"))
    seals = Seal.objects.filter(event_id__in=[event.id for event in events])
    positions = dict((seals.filter(position__lte=until) if until else seals).values_list("event_id", "position"))
    for chain_id, group in groupby(events, key=lambda event: event.chain_id):
        yield chain_id, [_sealed(event, positions[event.id]) for event in group if event.id in positions]


def _sealed(event: Event, position: int) -> SealedEvent:
    rows = {key: row for key, row in event.payload.get("rows", {}).items() if key.startswith(COUNTED_ROWS)}
    return SealedEvent(position, event.kind, event.occurred_at, rows)


def working_minutes() -> Minutes:
    """Return the working time of agencies, each calendar asked for once."""
    known: dict[tuple[int, dt.date], Calendar] = {}

    def minutes(agency_id: int, a: dt.datetime, b: dt.datetime) -> int:
        day = local_date(a)
        if (agency_id, day) not in known:
            known[agency_id, day] = calendar_for(agency_id, day)
        return known[agency_id, day].between(a, b)

    return minutes


def spans_position() -> int:
    """Return the position up to which the spans stand; reports are made of what stands by then."""
    return Cursor.objects.filter(name=NAME).values_list("position", flat=True).first() or 0


def rebuild_spans(progress: Callable[[int], None] = lambda done: None, batch: int = 500) -> int:
    """Throw all spans away and write them anew from the ledger, up to the subscriber's position."""
    with transaction.atomic():
        Cursor.objects.select_for_update().filter(name=NAME).first()
        until, done = spans_position(), 0
        Span.objects.all().delete()
        chains: list[uuid.UUID] = []
        opened = Event.objects.filter(kind__startswith="dossier.", number=1).values_list("chain_id", flat=True)
        for chain in opened.iterator(chunk_size=5_000):
            chains.append(chain)
            if len(chains) == batch:
                write_spans(chains, until=until)
                done, chains = done + batch, []
                progress(done)
        write_spans(chains, until=until)
        return done + len(chains)


def rows_of(dossier_id: uuid.UUID) -> list[SpanRow]:
    """Return a dossier's spans as its sealed events say, without looking at what is stored."""
    found = dict(sealed_events([dossier_id]))
    return spans_of(found.get(dossier_id, []), working_minutes())

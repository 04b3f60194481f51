"""The sealer numbers committed events without gaps; roots close days; subscribers read what is sealed."""

import datetime as dt
from fnmatch import fnmatchcase

from django.db import connection, transaction

from motcua.record.ledger.hashing import GENESIS, root_hash, tree_hash
from motcua.record.ledger.models import Cursor, Event, Pending, Root, Seal
from motcua.record.ledger.registry import SUBSCRIBERS, Subscriber

SEALER_LOCK = 7_001
BATCH = 5_000


def _only_one_sealer() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])


@transaction.atomic
def seal(now: dt.datetime) -> int:
    """Give the next positions to committed events that wait, at most `BATCH`; return how many.

    What this transaction can see is committed, so an event that commits later gets a later position: positions
    follow commits, and a reader who has seen position n has seen all that stands before it.
    """
    _only_one_sealer()
    waiting = list(Pending.objects.order_by("event_id").values_list("event_id", flat=True)[:BATCH])
    if not waiting:
        return 0
    hashes = dict(Event.objects.filter(id__in=waiting).values_list("id", "hash"))
    last = last_position()
    Seal.objects.bulk_create(
        Seal(position=last + n, event_id=event_id, event_hash=hashes[event_id], sealed_at=now)
        for n, event_id in enumerate(waiting, start=1)
    )
    Pending.objects.filter(event_id__in=waiting).delete()
    return len(waiting)


def last_position() -> int:
    """Return the last position given, 0 if none."""
    return Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0


@transaction.atomic
def close_root(day: dt.date, now: dt.datetime, until: dt.datetime | None = None) -> Root | None:
    """Close what is sealed since the last root, under the local date `day`; None if nothing is new.

    Args:
        until: only what was sealed before this instant; everything if not given.
    """
    _only_one_sealer()
    before = Root.objects.order_by("-number").first()
    first = before.last_position + 1 if before else 1
    seals = Seal.objects.filter(position__gte=first).order_by("position")
    if until is not None:
        seals = seals.filter(sealed_at__lt=until)
    leaves = list(seals.values_list("event_hash", flat=True))
    if not leaves:
        return None
    number = before.number + 1 if before else 1
    previous = bytes(before.root) if before else GENESIS
    tree = tree_hash([bytes(leaf) for leaf in leaves])
    last = first + len(leaves) - 1
    root = root_hash(number=number, day=day, first=first, last=last, tree=tree, previous=previous)
    return Root.objects.create(
        number=number,
        day=day,
        first_position=first,
        last_position=last,
        tree=tree,
        previous=previous,
        root=root,
        closed_at=now,
    )


def deliver_all() -> int:
    """Hand every subscriber what is sealed since its cursor; return how many positions were read in all."""
    return sum(deliver(each) for each in SUBSCRIBERS.values())


@transaction.atomic
def deliver(to: Subscriber, batch: int = 500) -> int:
    """Hand one subscriber its next events; the cursor moves in the same transaction as what it writes."""
    Cursor.objects.bulk_create([Cursor(name=to.name)], ignore_conflicts=True)
    cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=to.name).first()
    if cursor is None:
        return 0
    seals = dict(
        Seal.objects.filter(position__gt=cursor.position)
        .order_by("position")
        .values_list("event_id", "position")[:batch]
    )
    if not seals:
        return 0
    events = [e for e in Event.objects.filter(id__in=seals) if fnmatchcase(e.kind, to.pattern)]
    for event in events:
        event.position = seals[event.id]
    events.sort(key=lambda e: e.position)
    if events:
        to.handle(events)
    cursor.position = max(seals.values())
    cursor.save(update_fields=["position"])
    return len(seals)

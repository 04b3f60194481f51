"""A batch: made ready without a lock, then written in one transaction with its positions.

Made ready means: keys taken from the sequences, search vectors made by PostgreSQL, all lines of `COPY` there; only the
ledger's positions are missing, since they are given under the sealer's lock.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from django.db import connection, transaction
from django.utils.translation import gettext as _

from motcua.record.ledger.models import Cursor
from motcua.record.ledger.registry import SUBSCRIBERS
from motcua.record.ledger.sealing import SEALER_LOCK, deliver, deliver_all, last_position, seal
from motcua.serve.dossiers.actions.bulk import lines
from motcua.serve.dossiers.actions.bulk.checking import Checked, check_all
from motcua.serve.dossiers.actions.bulk.histories import Fault, History
from motcua.serve.dossiers.actions.bulk.lines import SEARCH, cell
from motcua.serve.dossiers.actions.bulk.reference import Reference
from motcua.serve.dossiers.actions.bulk.story import Teller
from motcua.serve.dossiers.actions.bulk.telling import Frame, Ids, Told

# In the order of their references.
TABLES = {
    "ledger_chain": lines.CHAIN,
    "ledger_event": lines.EVENT,
    "dossiers_dossier": lines.DOSSIER,
    "dossiers_party": lines.PARTY,
    "dossiers_dossiercomponent": lines.COMPONENT,
    "dossiers_pause": lines.PAUSE,
    "dossiers_supplement": lines.SUPPLEMENT,
    "dossiers_apology": lines.APOLOGY,
    "dossiers_task": lines.TASK,
    "dossiers_origin": lines.ORIGIN,
}
SEAL = ("position", "event_id", "event_hash", "sealed_at")
# What these subscribers would do is done here for a whole batch; others read the events by themselves.
DONE_HERE = ("dossiers.spans", "dossiers.day_tally")
# One array each: a list of thousands of parameters takes longer to write than to look up.
KNOWN = "SELECT code, run_id FROM dossiers_origin WHERE source = %s AND code = ANY(%s)"
HELD = "SELECT code FROM dossiers_dossier WHERE code = ANY(%s)"
NOT_YET = -1
TALLY = """
    INSERT INTO dossiers_daytally (agency_id, day, kind, count)
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::int[])
    ON CONFLICT (agency_id, day, kind) DO UPDATE SET count = dossiers_daytally.count + EXCLUDED.count
"""
# The desk's next code follows the highest that came in.
SERIALS = """
    INSERT INTO series_counter (kind, owner, period, last)
    SELECT 'dossier', * FROM unnest(%s::text[], %s::text[], %s::bigint[])
    ON CONFLICT (kind, owner, period) DO UPDATE SET last = greatest(series_counter.last, EXCLUDED.last)
"""
MOMENT_TABLES = {
    "supplement_requested": ("dossiers_supplement", "dossiers_pause"),
    "paused_for_fee": ("dossiers_pause",),
    "extended": ("dossiers_apology",),
    "apologised": ("dossiers_apology",),
}


@dataclass
class Batch:
    """Lines ready to be written. `ranks[n]` is the place of event n among the batch's positions."""

    rows: dict[str, bytes] = field(default_factory=dict)
    event_ids: Sequence[int] = ()
    hashes: Sequence[str] = ()
    ranks: Sequence[int] = ()
    spans: str = ""
    places: Sequence[int] = ()
    tallies: dict[tuple[int, dt.date, str], int] = field(default_factory=dict)
    serials: dict[tuple[int, str], int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    dossiers: int = 0
    known: int = 0
    read: int = 0


def take_ids(table: str, count: int) -> list[int]:
    """Take keys from a table's sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [key for (key,) in cursor.fetchall()]


def make_ready(histories: Sequence[History], frame: Frame, reference: Reference) -> Batch:
    """Return the batch of histories that are not here yet, and the faults of those that cannot be taken in."""
    fresh, faults, known = _unknown(histories, frame)
    checked, wrong = check_all(fresh, reference, frame.now)
    checked, taken = _free_codes(checked)
    ids = Ids(take_ids)
    for table, count in _needed(checked).items():
        ids.reserve(table, count)
    teller = Teller(frame, reference, ids)
    for one in checked:
        teller.tell(one)
    batch = _batch_of(teller.told, in_order_of_time=frame.as_story)
    batch.faults, batch.dossiers = [*faults, *wrong, *taken], len(checked)
    batch.known, batch.read = known, len(histories)
    return batch


def _unknown(histories: Sequence[History], frame: Frame) -> tuple[list[History], list[Fault], int]:
    """Drop what came in before; of doubles within the run the first one stays."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [frame.source, [history.code for history in histories]])
        known: dict[str, int] = dict(cursor.fetchall())
    fresh, faults = [], []
    for history in histories:
        run = known.setdefault(history.code, NOT_YET)
        if run == NOT_YET:
            known[history.code] = frame.run_id
            fresh.append(history)
        elif run == frame.run_id:
            message = _("This code stands in the file twice; the first one was taken.")
            faults.append(Fault(history.row, history.code, "code.twice", message))
    return fresh, faults, len(histories) - len(fresh) - len(faults)


def _free_codes(checked: Sequence[Checked]) -> tuple[list[Checked], list[Fault]]:
    """Refuse codes that another dossier here has."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [[one.code for one in checked]])
        held = {code for (code,) in cursor.fetchall()}
    free, faults = [], []
    for one in checked:
        if one.code in held:
            message = _("Another dossier here has this code.")
            faults.append(Fault(one.history.row, one.history.code, "code.taken", message))
        else:
            held.add(one.code)
            free.append(one)
    return free, faults


def _needed(checked: Sequence[Checked]) -> dict[str, int]:
    """Return how many keys of each table the dossiers need at most."""
    needed = {"dossiers_party": len(checked), "dossiers_task": 0, "dossiers_dossiercomponent": 0}
    for one in checked:
        history = one.history
        needed["dossiers_dossiercomponent"] += len(history.papers)
        needed["dossiers_task"] += not history.moments or history.moments[-1].kind not in ("finished", "returned")
        for moment in history.moments:
            for table in MOMENT_TABLES.get(moment.kind, ()):
                needed[table] = needed.get(table, 0) + 1
    return needed


def _batch_of(told: Told, *, in_order_of_time: bool) -> Batch:
    count = len(told.events)
    order = sorted(range(count), key=lambda n: told.events[n][0]) if in_order_of_time else range(count)
    ranks = [0] * count
    for rank, n in enumerate(order):
        ranks[n] = rank
    ids = take_ids("ledger_event", count) if count else []
    rows = {table: "".join(lines).encode() for table, lines in told.rows.items() if table != "dossiers_dossier"}
    rows["ledger_event"] = "".join(
        f"{i}\t{text}" for i, (_at, text, _hash) in zip(ids, told.events, strict=True)
    ).encode()
    vectors = search_vectors(told.texts)
    dossiers = zip(told.rows.get("dossiers_dossier", ()), vectors, strict=True)
    rows["dossiers_dossier"] = "".join(line.replace(SEARCH, cell(vector), 1) for line, vector in dossiers).encode()
    return Batch(
        rows=rows,
        event_ids=ids,
        hashes=[digest for _at, _text, digest in told.events],
        ranks=ranks,
        spans="".join(told.spans),
        places=told.places,
        tallies=dict(told.tallies),
        serials=told.serials,
    )


def search_vectors(texts: Sequence[str]) -> list[str]:
    """Return what PostgreSQL makes of folded texts, as `writing.search_vector` has it made."""
    query = "SELECT to_tsvector('simple', t)::text FROM unnest(%s::text[]) WITH ORDINALITY AS x(t, n) ORDER BY n"
    with connection.cursor() as cursor:
        cursor.execute(query, [list(texts)])
        return [vector for (vector,) in cursor.fetchall()]


# --- writing ---------------------------------------------------------------------------------------------------


def write(batch: Batch, now: dt.datetime) -> None:
    """Write a batch in one transaction: rows, events, positions, spans, tallies; cursors move over the positions.

    Whatever waits for its position gets it first, and subscribers read it first, so that what is done here for the
    batch follows what they did.
    """
    if not batch.dossiers:
        return
    while deliver_all():
        pass
    with transaction.atomic():
        for table, columns in TABLES.items():
            copy(table, columns, batch.rows.get(table, b""))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
        while seal(now):
            pass
        before = last_position()
        _catch_up(before)
        _write_positions(batch, before + 1, now)
        _tally(batch)
        _move_cursors(before, before + len(batch.event_ids))


def copy(table: str, columns: Sequence[str], lines: bytes) -> None:
    """Send lines to a table."""
    if not lines:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {table} ({names}) FROM STDIN"
    # The stream is psycopg's own: its errors become Django's here.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(lines)


def _catch_up(position: int) -> None:
    """Let the subscribers whose work is done here read all up to a position, and hold their cursors."""
    Cursor.objects.bulk_create([Cursor(name=name) for name in SUBSCRIBERS], ignore_conflicts=True)
    for held in Cursor.objects.select_for_update().filter(name__in=DONE_HERE).order_by("name"):
        while Cursor.objects.get(name=held.name).position < position:
            deliver(SUBSCRIBERS[held.name])


def _write_positions(batch: Batch, first: int, now: dt.datetime) -> None:
    positions = [first + rank for rank in batch.ranks]
    sealed_at = now.isoformat()
    rows = sorted(zip(positions, batch.event_ids, batch.hashes, strict=True))
    copy("ledger_seal", SEAL, "".join(f"{p}\t{i}\t\\\\x{h}\t{sealed_at}\n" for p, i, h in rows).encode())
    spans = batch.spans % tuple(positions[place] for place in batch.places)
    copy("dossiers_span", lines.SPAN, spans.encode())


def _tally(batch: Batch) -> None:
    keys = sorted(batch.tallies)
    counts = [batch.tallies[key] for key in keys]
    columns = [list(column) for column in zip(*keys, strict=True)]
    serials = sorted(batch.serials)
    with connection.cursor() as cursor:
        cursor.execute(TALLY, [*columns, counts])
        if serials:
            owners, days = [f"agency:{agency}" for agency, _day in serials], [day for _agency, day in serials]
            cursor.execute(SERIALS, [owners, days, [batch.serials[key] for key in serials]])


def _move_cursors(before: int, last: int) -> None:
    """Move over the batch the cursors of those whose work is done, and of those who do not hear of dossiers."""
    deaf = [each.name for each in SUBSCRIBERS.values() if not fnmatchcase("dossier.received", each.pattern)]
    Cursor.objects.filter(name__in=[*DONE_HERE, *deaf], position=before).update(position=last)

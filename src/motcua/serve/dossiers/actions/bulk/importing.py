"""The action: batches of histories, made ready on one core while the last one is written on the other."""

import datetime as dt
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from django.db import connection

from motcua.record.organisation.actor import Actor
from motcua.serve.dossiers.actions.bulk.copying import Batch, make_ready, write
from motcua.serve.dossiers.actions.bulk.histories import Fault, History
from motcua.serve.dossiers.actions.bulk.reference import Reference
from motcua.serve.dossiers.actions.bulk.telling import Frame
from motcua.serve.dossiers.actions.common import instant
from motcua.serve.dossiers.models import ImportRun
from motcua.serve.dossiers.policies import IMPORTS

# Batches that are ready or being made ready beside the one that is written: memory stays flat.
AHEAD = 2


class Portion(Protocol):
    """Some histories that can be sent to another process and read there."""

    def histories(self) -> Sequence[History]:
        """Return them."""
        ...


@dataclass
class Outcome:
    """What an import did. `known` were here before."""

    run: ImportRun | None = None
    read: int = 0
    written: int = 0
    known: int = 0
    refused: int = 0


def import_histories(
    *,
    by: Actor,
    source: str,
    name: str,
    portions: Iterable[Portion],
    demo: bool = False,
    dry_run: bool = False,
    apart: bool = True,
    tell_faults: Callable[[Sequence[Fault]], None] = lambda faults: None,
    progress: Callable[[Outcome], None] = lambda outcome: None,
    now: dt.datetime | None = None,
) -> Outcome:
    """Write the dossiers of another record with their histories.

    Each portion is written in a transaction of its own: what is ended in between loses nothing that was told as
    written, and a second run, known by `source` and the dossiers' codes there, writes no doubles.

    Args:
        by: an administrator, or the system.
        source: the other record's name, the same in every run.
        name: of the file or the scenario, for the run's row.
        portions: some hundred or thousand histories each.
        demo: invented people; their events are recorded as of when they happened.
        dry_run: check only.
        apart: make portions ready in a second process; not where a transaction is open.
        tell_faults: is handed why histories were not taken in.
        progress: is told after each portion.

    Raises:
        NotAllowed: the actor may not import.
    """
    IMPORTS.check(by)
    moment = instant(now)
    outcome = Outcome()
    run = ImportRun(source=source[:60], name=name[:300], demo=demo, actor=by.key, started_at=moment)
    if not dry_run:
        run.save()
        outcome.run = run
    frame = Frame(run_id=run.pk or 0, source=run.source, actor=by.key, now=moment.astimezone(dt.UTC), as_story=demo)
    apart = apart and not connection.in_atomic_block
    for batch in (_apart if apart else _here)(portions, frame):
        if not dry_run:
            write(batch, moment)
        _count(outcome, batch)
        tell_faults(batch.faults)
        if not dry_run:
            _keep(run, outcome)
        progress(outcome)
    if not dry_run:
        run.finished_at = instant(None)
        run.save(update_fields=["finished_at"])
    return outcome


def _count(outcome: Outcome, batch: Batch) -> None:
    outcome.read += batch.read
    outcome.written += batch.dossiers
    outcome.known += batch.known
    outcome.refused += len(batch.faults)


def _keep(run: ImportRun, outcome: Outcome) -> None:
    run.written, run.known, run.refused = outcome.written, outcome.known, outcome.refused
    run.save(update_fields=["written", "known", "refused"])


def _here(portions: Iterable[Portion], frame: Frame) -> Iterator[Batch]:
    reference = Reference()
    for portion in portions:
        yield make_ready(portion.histories(), frame, reference)


def _apart(portions: Iterable[Portion], frame: Frame) -> Iterator[Batch]:
    """Make portions ready in a process of its own, a few ahead of the one that is written."""
    context = multiprocessing.get_context("fork")
    waiting: deque[Future[Batch]] = deque()
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
    try:
        for portion in portions:
            waiting.append(pool.submit(_make_ready, portion, frame))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_REFERENCE: list[Reference] = []


def _begin() -> None:
    """Leave the parent's connection to the parent, and its signals too: it ends us in order."""
    connection.connection = None
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _make_ready(portion: Portion, frame: Frame) -> Batch:
    if not _REFERENCE:
        _REFERENCE.append(Reference())
    return make_ready(portion.histories(), frame, _REFERENCE[0])

"""The action: batches of histories, made ready in processes of their own while those before are written."""

import datetime as dt
import gc
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from django.db import IntegrityError, connection

from motcua.record.ledger.apart import cores, workers
from motcua.record.organisation.actor import Actor
from motcua.serve.dossiers.actions.bulk.copying import Batch, make_ready, write
from motcua.serve.dossiers.actions.bulk.histories import Fault, History
from motcua.serve.dossiers.actions.bulk.reference import Reference
from motcua.serve.dossiers.actions.bulk.telling import Frame
from motcua.serve.dossiers.actions.common import instant
from motcua.serve.dossiers.models import ImportRun
from motcua.serve.dossiers.policies import IMPORTS

# PostgreSQL writes a batch in less time than two processes need to make one; more would only wait for it.
MOST_MAKERS = 2


class Portion(Protocol):
    """Some histories that can be sent to another process and read there."""

    def histories(self) -> Sequence[History]:
        """Return them."""
        ...


@dataclass
class Outcome:
    """What an import did. `known` were here before; `stopped`: somebody asked it to, the rest is still to come."""

    run: ImportRun | None = None
    read: int = 0
    written: int = 0
    known: int = 0
    refused: int = 0
    stopped: bool = False


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
    stop: Callable[[], bool] = lambda: False,
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
        stop: is asked after each portion; then what was written stays, and a second run goes on from there.

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
    with closing((_apart if apart else _here)(portions, frame)) as made:
        for portion, ready in made:
            batch = ready if dry_run else _write(portion, ready, frame, moment)
            _count(outcome, batch)
            tell_faults(batch.faults)
            if not dry_run:
                _keep(run, outcome)
            progress(outcome)
            if stop():
                outcome.stopped = True
                return outcome
    if not dry_run:
        run.finished_at = instant(None)
        run.save(update_fields=["finished_at"])
    return outcome


def _write(portion: Portion, ready: Batch, frame: Frame, now: dt.datetime) -> Batch:
    """Write a batch. What was made ready before its codes were taken, by a portion ahead or a desk, is made again."""
    try:
        write(ready, now)
    except IntegrityError:
        ready = make_ready(portion.histories(), frame, Reference())
        write(ready, now)
    return ready


def _count(outcome: Outcome, batch: Batch) -> None:
    outcome.read += batch.read
    outcome.written += batch.dossiers
    outcome.known += batch.known
    outcome.refused += len(batch.faults)


def _keep(run: ImportRun, outcome: Outcome) -> None:
    run.written, run.known, run.refused = outcome.written, outcome.known, outcome.refused
    run.save(update_fields=["written", "known", "refused"])


def _here(portions: Iterable[Portion], frame: Frame) -> Generator[tuple[Portion, Batch], None, None]:
    reference = Reference()
    for portion in portions:
        yield portion, make_ready(portion.histories(), frame, reference)


def makers() -> int:
    """Return how many processes make batches ready: one for each core, at most two."""
    return min(cores(), MOST_MAKERS)


def _apart(portions: Iterable[Portion], frame: Frame) -> Generator[tuple[Portion, Batch], None, None]:
    """Make portions ready in processes of their own, one each ahead of the one that is written: memory stays flat."""
    waiting: deque[tuple[Portion, Future[Batch]]] = deque()
    count = makers()
    with workers(count, _forget_what_was) as pool:
        for portion in portions:
            waiting.append((portion, pool.submit(_make_ready, portion, frame)))
            if len(waiting) > count:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)


def _first(waiting: deque[tuple[Portion, Future[Batch]]]) -> tuple[Portion, Batch]:
    portion, future = waiting.popleft()
    return portion, future.result()


_REFERENCE: list[Reference] = []


def _forget_what_was() -> None:
    """Look for rings of garbage in what is new alone, and that between batches: see `_make_ready`.

    A batch is hundreds of thousands of lines that nothing refers to twice: looking for rings in it is a tenth of the
    time.
    """
    gc.freeze()
    gc.disable()


def _make_ready(portion: Portion, frame: Frame) -> Batch:
    if not _REFERENCE:
        _REFERENCE.append(Reference())
    batch = make_ready(portion.histories(), frame, _REFERENCE[0])
    gc.collect()
    return batch

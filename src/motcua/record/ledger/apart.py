"""Work in processes of its own, one for each core: they end with their parent, however it ends."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

PARENT_LOOKED_FOR_SECONDS = 0.5


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def workers(count: int, prepare: Callable[[], None] = lambda: None) -> Iterator[ProcessPoolExecutor]:
    """Return processes that stand ready; what waits for them is dropped at the end, or when something fails.

    Args:
        prepare: runs once in each of them.
    """
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(os.getpid(), prepare))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(parent: int, prepare: Callable[[], None]) -> None:
    """Leave the parent's connection to the parent, and its signals too: it ends us in order, or we end with it."""
    connections[DEFAULT_DB_ALIAS].connection = None
    del connections[DEFAULT_DB_ALIAS]  # with what it knows of the parent's transaction
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[parent], daemon=True).start()
    prepare()


def _end_with(parent: int) -> None:
    """End when the parent is killed; its queue is held open by the other processes and does not tell."""
    while os.getppid() == parent:
        time.sleep(PARENT_LOOKED_FOR_SECONDS)
    os._exit(1)

"""`worker`: serves the queue, takes up what a worker that died left, seals events, hands them on, closes days."""

import asyncio
import datetime as dt
import logging
import threading
import time
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.exceptions import ConnectorException

from motcua.record.ledger.sealing import close_root, deliver_all, seal
from motcua.rules.working_time import LOCAL

logger = logging.getLogger("motcua.worker")
PAUSE_SECONDS = 0.4
HEARTBEAT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 10.0
LOOKS_EACH = dt.timedelta(seconds=10)
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
DEAD_AFTER = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 5
# What ends each worker that takes it up, and what waits in the queue once more anyway, is left.
LEAVE = """
    UPDATE procrastinate_jobs j SET status = 'failed'
    WHERE j.status = 'doing'
        AND NOT EXISTS (SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id AND w.last_heartbeat > %(since)s)
        AND (j.attempts >= %(most)s OR EXISTS (
            SELECT FROM procrastinate_jobs n WHERE n.status = 'todo' AND n.queueing_lock = j.queueing_lock))
"""
TAKE_UP = """
    SELECT procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL) FROM procrastinate_jobs j
    WHERE j.status = 'doing'
        AND NOT EXISTS (SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id AND w.last_heartbeat > %(since)s)
"""


class Command(BaseCommand):
    """Run the worker until a signal."""

    help = "Serve the queue, seal events, deliver them to subscribers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sealer in a thread and the queue in this one."""
        ending = threading.Event()
        sealer = threading.Thread(target=seal_until, args=(ending,), name="sealer", daemon=True)
        sealer.start()
        try:
            asyncio.run(_serve_on())
        finally:
            ending.set()
            sealer.join(timeout=5)


async def _serve_on() -> None:
    """Serve the queue until a signal; a database that goes away is tried again, later and later."""
    pause = PAUSE_SECONDS
    while True:
        began = time.monotonic()
        try:
            return await _serve()
        except (ConnectorException, psycopg.OperationalError, DatabaseError) as error:
            if time.monotonic() - began > LONGEST_PAUSE_SECONDS:
                pause = PAUSE_SECONDS
            logger.warning("the queue waits for the database: %s", first_line(error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _serve() -> None:
    from procrastinate.contrib.django import app

    async with app.with_connector(app.connector.get_worker_connector()).open_async() as worker_app:
        await worker_app.run_worker_async(
            concurrency=2,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            fetch_job_polling_interval=1.0,
            install_signal_handlers=True,
            shutdown_graceful_timeout=5,
        )


def take_up_again() -> int:
    """Put jobs back into the queue that a worker had in hand when it died; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        dead = {"since": timezone.now() - DEAD_AFTER, "most": MOST_ATTEMPTS}
        cursor.execute(LEAVE, dead)
        cursor.execute(TAKE_UP, dead)
        return len(cursor.fetchall())


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, its kind if it says nothing."""
    return str(error).partition("\n")[0] or type(error).__name__


def seal_until(ending: threading.Event) -> None:
    """Seal and deliver until told to end; a database that is away is tried again, later and later."""
    pause = PAUSE_SECONDS
    while not ending.wait(pause):
        try:
            busy = seal_once()
            pause = 0.01 if busy else PAUSE_SECONDS
        except DatabaseError as error:
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            logger.warning("sealing waits for the database: %s", first_line(error))
            connection.close()
        except Exception:
            # A subscriber that fails must not end the sealer: others, and the roots, wait for it.
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            logger.exception("a subscriber failed; its events are handed over again")
    connection.close()


def seal_once() -> bool:
    """Seal, deliver, close the day that has ended, take up what was left; tell whether there was anything to seal."""
    now = timezone.now()
    if now - _looked.get("at", LONG_AGO) >= LOOKS_EACH:
        take_up_again()
        _looked["at"] = now
    sealed = seal(now)
    delivered = deliver_all()
    close_ended_day(now)
    return bool(sealed or delivered)


_looked: dict[str, dt.datetime] = {}
_closed: set[dt.date] = set()


def close_ended_day(now: dt.datetime) -> None:
    """Close yesterday's root once the local day has changed: what was sealed before midnight."""
    today = timezone.localdate(now)
    yesterday = today - dt.timedelta(days=1)
    if yesterday in _closed:
        return
    midnight = dt.datetime.combine(today, dt.time(0), tzinfo=LOCAL)
    close_root(yesterday, now, until=midnight)
    _closed.add(yesterday)

"""The worker goes on: over a database that is away, over a subscriber that fails, over midnight; readiness tells."""

import asyncio
import datetime as dt
import threading
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from tests.samples import birth

from motcua.record.ledger.models import Root, Seal
from motcua.record.ledger.sealing import seal
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.web.shell.management.commands import worker


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(worker, "LONGEST_PAUSE_SECONDS", 0.005)
    monkeypatch.setattr(worker, "_closed", set())


def run_sealer(monkeypatch: pytest.MonkeyPatch, errors: list[Exception]) -> int:
    """Run the sealer over these errors until it has sealed once; return how often it tried."""
    ending, tries = threading.Event(), []

    def once() -> bool:
        tries.append(1)
        if len(tries) <= len(errors):
            raise errors[len(tries) - 1]
        ending.set()
        return False

    monkeypatch.setattr(worker, "seal_once", once)
    monkeypatch.setattr(worker, "connection", type("Away", (), {"close": staticmethod(lambda: None)}))
    worker.seal_until(ending)
    return len(tries)


def test_a_database_that_is_away_is_tried_again_and_said_in_one_line_each_time(monkeypatch, caplog):
    errors: list[Exception] = [OperationalError("server closed\nDETAIL: much more"), OperationalError("")]
    assert run_sealer(monkeypatch, errors) == 3
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "sealing waits for the database: server closed",
        "sealing waits for the database: OperationalError",
    ]


def test_a_subscriber_that_fails_does_not_end_the_sealer(monkeypatch, caplog):
    assert run_sealer(monkeypatch, [KeyError("a broken subscriber")]) == 2
    assert "a subscriber failed" in caplog.text


def test_the_queue_is_served_again_when_the_database_is_back(monkeypatch, caplog):
    tries = []

    async def serve() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(worker, "_serve", serve)
    asyncio.run(worker._serve_on())
    assert len(tries) == 3
    assert caplog.text.count("the queue waits for the database: the connection is lost") == 2


@pytest.mark.django_db
def test_the_first_look_after_midnight_closes_the_day_before_and_only_what_it_sealed(actor_of):
    clerk = actor_of("xa.tiepnhan")
    midnight = dt.datetime.combine(timezone.localdate(), dt.time(0), tzinfo=LOCAL) + dt.timedelta(days=1)
    actions.receive_dossier(by=clerk, filing=birth())
    seal(midnight - dt.timedelta(minutes=1))
    actions.receive_dossier(by=clerk, filing=birth())
    seal(midnight + dt.timedelta(minutes=1))
    worker.close_ended_day(midnight + dt.timedelta(minutes=2))
    worker.close_ended_day(midnight + dt.timedelta(minutes=3))
    root = Root.objects.order_by("-number").first()
    assert root.day == timezone.localdate(midnight) - dt.timedelta(days=1)
    assert Root.objects.filter(day=root.day).count() == 1
    until = Seal.objects.get(position=root.last_position).sealed_at
    after = Seal.objects.get(position=root.last_position + 1).sealed_at
    assert until < midnight <= after


@pytest.mark.django_db
@pytest.mark.parametrize(("age_seconds", "status"), [(5, 200), (29, 200), (31, 503)])
def test_an_installation_is_ready_while_a_worker_gave_a_sign_of_life_lately(age_seconds, status):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [age_seconds],
        )
    answer: Any = Client().get("/readyz")
    assert answer.status_code == status
    assert answer.json() == {"migrated": True, "queue_served": status == 200}


@pytest.mark.django_db
def test_an_installation_without_a_worker_is_alive_but_not_ready():
    assert Client().get("/healthz").json() == {"alive": True}
    assert Client().get("/readyz").status_code == 503


JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, worker_id, queueing_lock)
    VALUES ('q', 't', '{}', %s, %s, %s, %s) RETURNING id
"""


def worker_of(seconds: int) -> int:
    """Return a worker that gave its last sign of life so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds],
        )
        return int(cursor.fetchone()[0])


def job(worker_id: int | None, attempts: int = 0, lock: str | None = None, status: str = "doing") -> int:
    with connection.cursor() as cursor:
        cursor.execute(JOB, [status, attempts, worker_id, lock])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_a_dead_worker_had_in_hand_is_taken_up_again_and_what_a_living_one_has_is_not():
    dead, living = worker_of(61), worker_of(5)
    left, unregistered, under_way = job(dead), job(None), job(living)
    deadly, twice = job(dead, attempts=5), job(dead, lock="one")
    waiting = job(None, lock="one", status="todo")
    assert worker.take_up_again() == 2
    assert worker.take_up_again() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM procrastinate_jobs")
        status = dict(cursor.fetchall())
    assert [status[key] for key in (left, unregistered, waiting)] == ["todo"] * 3
    assert status[under_way] == "doing"
    assert [status[key] for key in (deadly, twice)] == ["failed"] * 2

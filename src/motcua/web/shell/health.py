"""Whether the installation lives, and whether it is ready: migrated, and its queue served."""

import datetime as dt

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from motcua.record.accounts.access import access
from motcua.record.organisation.policies import ANYONE

HEARTBEAT_WITHIN = dt.timedelta(seconds=30)
_migrated: list[bool] = []


@access(ANYONE)
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer: the process is alive."""
    return JsonResponse({"alive": True})


@access(ANYONE)
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database is migrated and a worker serves the queue, else 503 with what is missing."""
    try:
        state = {"migrated": is_migrated(), "queue_served": is_queue_served()}
    except DatabaseError:
        state = {"database": False}
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def is_migrated() -> bool:
    """Tell whether no migration is missing; once true it is not asked again in this process."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True


def is_queue_served() -> bool:
    """Tell whether a worker gave a sign of life lately."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        last = cursor.fetchone()[0]
    return last is not None and timezone.now() - last < HEARTBEAT_WITHIN

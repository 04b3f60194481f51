"""Which position a date means, and bringing the spans up to the present."""

import datetime as dt

from django.db import connection
from django.utils import timezone

from motcua.record.ledger.sealing import deliver_all, seal
from motcua.serve.dossiers.span_keeping import spans_position

LAST = """
    SELECT max(s.position) FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id WHERE e.recorded_at <= %s
"""


class BeforeTheRecord(ValueError):
    """At that time nothing was recorded yet."""


def catch_up() -> int:
    """Seal and deliver whatever waits, and return the position up to which figures stand."""
    while seal(timezone.now()):
        pass
    while deliver_all():
        pass
    return spans_position()


def position_at(moment: dt.datetime) -> int:
    """Return the last position whose event was recorded by an instant.

    Raises:
        BeforeTheRecord: none was.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAST, [moment])
        found = cursor.fetchone()[0]
    if found is None:
        raise BeforeTheRecord(moment.isoformat())
    return min(int(found), spans_position())

"""Background work of dossiers: day tallies from sealed events, supplements whose time is over."""

import logging
from collections import Counter
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from motcua.record.ledger.models import Event
from motcua.record.ledger.registry import subscriber
from motcua.record.organisation.actor import system
from motcua.record.organisation.errors import Refused
from motcua.serve.dossiers.actions import expire_supplement
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.queries import supplements_expired

logger = logging.getLogger("motcua.dossiers")
ADD = """
    INSERT INTO dossiers_daytally (agency_id, day, kind, count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (agency_id, day, kind) DO UPDATE SET count = dossiers_daytally.count + EXCLUDED.count
"""


@subscriber("dossiers.day_tally", "dossier.*")
def tally_days(events: Sequence[Event]) -> None:
    """Count events by receiving agency, local day and kind; exactly once, since the cursor moves with it."""
    agencies = dict(Dossier.objects.filter(pk__in={e.chain_id for e in events}).values_list("pk", "agency_received_id"))
    counts = Counter(
        (agencies[e.chain_id], timezone.localdate(e.occurred_at), e.kind) for e in events if e.chain_id in agencies
    )
    with connection.cursor() as cursor:
        cursor.executemany(ADD, [(*key, count) for key, count in sorted(counts.items())])


@app.periodic(cron="10 0 * * *")
@app.task(queue="dossiers", pass_context=False)
def expire_supplements(timestamp: int) -> int:
    """Close, shortly after midnight, every dossier whose time to supplement is over; return how many."""
    today = timezone.localdate()
    by = system(today)
    done = 0
    for pk in list(supplements_expired(today=today).values_list("pk", flat=True)):
        try:
            expire_supplement(by=by, dossier_id=pk)
            done += 1
        except Refused as refusal:
            logger.info("supplement of %s not closed: %s", pk, refusal.code)
    return done

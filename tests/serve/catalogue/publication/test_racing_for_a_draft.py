"""Two hands reach for one draft at once: it is on the decision or discarded, never both."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Refused
from motcua.serve.catalogue.actions.discarding import discard_version
from motcua.serve.catalogue.actions.revising import draft_digest
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication import actions
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.publication.models import PublicationItem
from motcua.serve.catalogue.queries import version_on


@pytest.mark.parametrize("turn", range(4))
def test_a_draft_that_is_discarded_while_it_is_put_on_a_decision(fresh_database: Any, actor_of: Any, turn: int) -> None:
    by, now, today = actor_of("quantri"), timezone.now(), timezone.localdate()
    version = version_on("1.001193", today)
    assert version is not None
    draft = draft_next_version(by=by, version_id=version.pk, valid_from=today + dt.timedelta(days=9), now=now)
    opened = actions.open_decision(by=by, title="Công bố", agency_code="H15", now=now)
    seen = draft_digest(ProcedureVersion.objects.get(pk=draft.pk))
    start, refused = threading.Barrier(2), []

    def put() -> None:
        actions.add_item(
            by=by, decision_id=opened.pk, kind="amended", version_id=draft.pk, law_effective_on=today, now=now
        )  # fmt: skip

    def discard() -> None:
        discard_version(by=by, version_id=draft.pk, reason="Hoãn", seen=seen, now=now)

    def run(what: Any) -> None:
        try:
            start.wait()
            what()
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(what,)) for what in (put, discard)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    draft.refresh_from_db()
    lies = PublicationItem.objects.filter(version=draft, removed=False).exists()
    assert lies != (draft.status == "discarded"), refused
    assert verify().ok

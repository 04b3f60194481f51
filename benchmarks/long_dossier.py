"""How a dossier with forty steps opens: queries and time of its page. Prints one JSON object.

    python benchmarks/long_dossier.py

An installation of its own in a temporary folder with the embedded PostgreSQL and the demo's people; the dossier lies
at its thirty-fifth step. The page is asked for in the same process, without the network.
"""

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from catalogue import installation

STEPS, DONE, ROUNDS = 40, 34, 30


def actor_of(username: str) -> Any:
    """Return the actor of a demo account."""
    from django.utils import timezone

    from motcua.record.accounts.models import User
    from motcua.record.organisation.actor import Actor
    from motcua.record.organisation.queries import posts_of

    today = timezone.localdate()
    user = User.objects.get(username=username)
    return Actor(post=posts_of(user.person_id, today)[0], on=today)


def long_dossier() -> Any:
    """Receive a dossier whose process has forty steps, and hand it on to the thirty-fifth."""
    from motcua.serve.catalogue.models import Step
    from motcua.serve.dossiers import actions
    from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput

    papers = (ComponentInput(key="application", originals=1), ComponentInput(key="identity", copies=1))
    owner = PartyInput(name="Trần Thị Mẫu", identity_number="066190054321", phone="0905654321")
    filing = Filing(procedure="1.001612", owner=owner, components=papers, payment=PaymentInput(how="cash"))
    clerk, officer = actor_of("xa.tiepnhan"), actor_of("xa.kinhte")
    dossier = actions.receive_dossier(by=clerk, filing=filing)
    first, *_between, last = dossier.process.steps.all()
    dossier.process.steps.exclude(pk__in=[first.pk, last.pk]).delete()
    Step.objects.filter(pk=last.pk).update(order=STEPS)
    Step.objects.bulk_create(
        Step(process=dossier.process, order=n, key=f"s{n}", name_vi=f"Bước {n}", kind="handle",
             role="handling_officer", unit_kind="room", amount=1)
        for n in range(2, STEPS)
    )  # fmt: skip
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
    for _step in range(DONE - 1):
        actions.forward_dossier(by=officer, dossier_id=dossier.pk)
    return dossier


def main() -> None:
    """Measure and print."""
    with installation():
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from motcua.record.accounts.models import User

        address = f"/dossiers/{long_dossier().pk}/"
        client = Client()
        client.force_login(User.objects.get(username="xa.kinhte"))
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        queries = len(asked)
        times = []
        for _round in range(ROUNDS):
            begin = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - begin) * 1000)
    p95 = sorted(times)[int(len(times) * 0.95)]
    print(json.dumps({"steps": STEPS, "queries": queries, "median_ms": round(statistics.median(times), 1),
                      "p95_ms": round(p95, 1)}))  # fmt: skip


if __name__ == "__main__":
    main()

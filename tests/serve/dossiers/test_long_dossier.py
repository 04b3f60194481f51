"""A dossier with forty steps: its page asks the database at most fifteen times."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.samples import household, linked_filings

from motcua.record.accounts.models import User
from motcua.record.organisation.models import Role
from motcua.serve.catalogue.models import Step
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.linked import receive_linked
from motcua.serve.dossiers.models import Dossier, Task

pytestmark = pytest.mark.django_db
STEPS, MOST_QUERIES = 40, 15


@pytest.fixture
def long_dossier(actor_of: Any) -> Dossier:
    """Return a dossier that lies at its thirty-fifth step of forty."""
    clerk, officer = actor_of("xa.tiepnhan"), actor_of("xa.kinhte")
    dossier = actions.receive_dossier(by=clerk, filing=household())
    assert dossier.process is not None
    first, *_between, last = dossier.process.steps.all()
    dossier.process.steps.exclude(pk__in=[first.pk, last.pk]).delete()
    Step.objects.filter(pk=last.pk).update(order=STEPS)
    Step.objects.bulk_create(
        Step(
            process=dossier.process,
            order=order,
            key=f"s{order}",
            name_vi=f"Bước {order}",
            kind="handle",
            role=Role.OFFICER,
            unit_kind="room",
            amount=1,
            may_return_to=[first.key],
        )
        for order in range(2, STEPS)
    )
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
    for _step in range(33):
        actions.forward_dossier(by=officer, dossier_id=dossier.pk, note="tiếp")
    return dossier


def test_a_dossier_with_forty_steps_opens_with_few_queries(client: Client, long_dossier: Dossier) -> None:
    client.force_login(User.objects.get(username="xa.kinhte"))
    address = reverse("dossiers:dossier", args=[long_dossier.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert "Bước 39" in page
    assert Task.objects.filter(dossier=long_dossier).count() == 35
    assert len(asked) <= MOST_QUERIES, "\n".join(query["sql"][:160] for query in asked)


def test_its_way_is_counted_in_memory_not_in_the_database(actor_of: Any, long_dossier: Dossier) -> None:
    with CaptureQueriesContext(connection) as asked:
        actions.forward_dossier(by=actor_of("xa.kinhte"), dossier_id=long_dossier.pk, now=timezone.now())
    assert len(asked) <= 30, "\n".join(query["sql"][:160] for query in asked)


def test_the_parts_of_a_linked_filing_and_their_control_slips_open_with_few_queries(
    client: Client, actor_of: Any
) -> None:
    parts = receive_linked(by=actor_of("xa.tiepnhan"), code="2.002621", filings=linked_filings())
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    client.get("/me/")
    for part in parts:
        for name in ("dossier", "control"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(f"dossiers:{name}", args=[part.pk])).status_code == 200
            assert len(asked) <= MOST_QUERIES, name + "\n" + "\n".join(query["sql"][:160] for query in asked)

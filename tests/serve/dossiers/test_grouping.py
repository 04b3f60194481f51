"""One receipt for several dossiers of one applicant."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import NotAllowed, NotFound, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Dossier

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


@pytest.fixture
def clerk(actor_of):
    return actor_of("xa.tiepnhan")


def same_owner(filing):
    return replace(filing, owner=birth().owner)


def test_linked_procedures_of_one_filing_share_a_receipt_and_keep_their_own_promise(clerk):
    first = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    second = actions.receive_with(by=clerk, first_id=first.pk, filing=same_owner(household()), now=MONDAY)
    third = actions.receive_with(by=clerk, first_id=second.pk, filing=birth(), now=MONDAY)
    together = queries.group_of(third)
    assert [d.pk for d in together] == [first.pk, second.pk, third.pk]
    assert first.due_at != second.due_at
    assert verify().ok


def test_another_applicant_gets_a_receipt_of_their_own(clerk):
    first = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    before = Dossier.objects.count()
    with pytest.raises(Refused, check=lambda e: e.code == "group.owner"):
        actions.receive_with(by=clerk, first_id=first.pk, filing=household(), now=MONDAY)
    assert Dossier.objects.count() == before, "the second was not received by half"


def test_another_day_gets_a_receipt_of_its_own(clerk):
    first = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    with pytest.raises(Refused, check=lambda e: e.code == "group.day"):
        actions.receive_with(by=clerk, first_id=first.pk, filing=birth(), now=MONDAY + dt.timedelta(days=2))


def test_another_desk_cannot_join_it(clerk, actor_of):
    first = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    with pytest.raises((NotFound, NotAllowed)):
        actions.receive_with(by=actor_of("xa2.tiepnhan"), first_id=first.pk, filing=birth(), now=MONDAY)


def test_the_page_offers_the_next_one_with_the_applicant_filled_in_and_prints_one_receipt(clerk):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    first = actions.receive_dossier(by=clerk, filing=birth())
    page = client.get(f"/intake/?procedure=1.001612&with={first.pk}").content.decode()
    assert "066090012345" in page
    actions.receive_with(by=clerk, first_id=first.pk, filing=same_owner(household()))
    assert f"/dossiers/{first.pk}/group.pdf" in client.get(f"/dossiers/{first.pk}/").content.decode()
    paper = client.get(f"/dossiers/{first.pk}/group.pdf")
    assert paper.content.startswith(b"%PDF")

"""Positions follow commits; subscribers hear of each event once."""

import pytest
from django.db import connection
from django.utils import timezone
from tests.conftest import owner
from tests.samples import birth

from motcua.record.ledger.hashing import check_code, tree_hash
from motcua.record.ledger.models import Pending, Seal
from motcua.record.ledger.registry import SUBSCRIBERS
from motcua.record.ledger.sealing import deliver, seal
from motcua.serve.dossiers.actions import receive_dossier
from motcua.serve.dossiers.models import DayTally


def test_an_event_of_an_open_transaction_gets_no_position(fresh_database, actor_of):
    while seal(timezone.now()):
        pass
    with owner(fresh_database) as other:
        other.autocommit = False
        other.execute(
            "INSERT INTO ledger_event (chain_id, number, kind, actor, occurred_at, recorded_at, payload, previous, hash)"
            " VALUES (gen_random_uuid(), 1, 'x', 'system', now(), now(), '{}', '', '\\x00') RETURNING id"
        )
        event_id = other.execute("SELECT max(id) FROM ledger_event").fetchone()[0]
        other.execute("INSERT INTO ledger_pending VALUES (%s)", [event_id])
        receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
        assert seal(timezone.now()) == 1, "only the committed one"
        assert not Seal.objects.filter(event_id=event_id).exists()
        other.commit()
    assert seal(timezone.now()) == 1
    last = Seal.objects.order_by("-position").first()
    assert last.event_id == event_id, "an earlier id that commits later gets the later position"
    assert not Pending.objects.exists()


def test_a_subscriber_hears_of_each_event_once(fresh_database, actor_of, today):
    clerk = actor_of("xa.tiepnhan")
    subscriber = SUBSCRIBERS["dossiers.day_tally"]
    for _n in range(3):
        receive_dossier(by=clerk, filing=birth())
    while seal(timezone.now()):
        pass
    while deliver(subscriber):
        pass
    deliver(subscriber)
    tally = DayTally.objects.get(agency_id=clerk.agency_id, day=today, kind="dossier.received")
    assert tally.count == 3


def test_the_merkle_tree_is_that_of_rfc_6962():
    # Leaves and roots of the published test tree of RFC 6962 implementations: "" and "00".
    import hashlib

    assert tree_hash([]) == hashlib.sha256(b"").digest()
    assert tree_hash([b"\x00"]).hex() == "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    a, b, c = (hashlib.sha256(b"\x00" + x).digest() for x in (b"a", b"b", b"c"))
    left = hashlib.sha256(b"\x01" + a + b).digest()
    assert tree_hash([b"a", b"b", b"c"]) == hashlib.sha256(b"\x01" + left + c).digest()


def test_a_check_code_has_eight_letters_without_look_alikes():
    code = check_code(bytes(range(32)))
    assert len(code) == 8
    assert not set(code) & set("ILOU")


@pytest.mark.django_db
def test_the_tests_run_as_the_applications_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "motcua_app"

"""Whoever rewrites the record is found, and the place is named."""

import json

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tests.samples import birth

from motcua.record.ledger.hashing import GENESIS, event_hash
from motcua.record.ledger.models import Chain, Event, Root, Seal
from motcua.record.ledger.sealing import close_root, seal
from motcua.record.ledger.verifying import Report, export_roots
from motcua.record.ledger.verifying import verify as verify_record
from motcua.serve.dossiers.actions import forward_dossier, receive_dossier
from motcua.serve.dossiers.models import Dossier


def verify(exported=()) -> Report:
    """Verify in one process and in three: they find the same first."""
    alone, together = verify_record(exported), verify_record(exported, processes=3)
    assert together.first == alone.first
    assert not alone.ok or together == alone
    return alone


@pytest.fixture
def kept(fresh_database, actor_of):
    """Two dossiers with events, sealed, closed, and the roots exported; the record is whole."""
    clerk = actor_of("xa.tiepnhan")
    first = receive_dossier(by=clerk, filing=birth())
    receive_dossier(by=clerk, filing=birth())
    forward_dossier(by=clerk, dossier_id=first.pk)
    now = timezone.now()
    while seal(now):
        pass
    close_root(timezone.localdate(now), now)
    exported = json.loads(json.dumps(export_roots()))
    assert verify(exported).as_json()["ok"] is True
    return first, exported


def rehash(attacker: psycopg.Connection, chain_id, seals: bool) -> None:
    """Make a chain consistent again after an edit, as a clever attacker would."""
    previous = GENESIS
    for event in Event.objects.filter(chain_id=chain_id).order_by("number"):
        new = event_hash(
            chain_id=event.chain_id, number=event.number, kind=event.kind, actor=event.actor,
            occurred_at=event.occurred_at, recorded_at=event.recorded_at, payload=event.payload, previous=previous,
        )  # fmt: skip
        attacker.execute("UPDATE ledger_event SET previous = %s, hash = %s WHERE id = %s", [previous, new, event.id])
        if seals:
            attacker.execute("UPDATE ledger_seal SET event_hash = %s WHERE event_id = %s", [new, event.id])
        previous = new
    attacker.execute("UPDATE ledger_chain SET head = %s WHERE id = %s", [previous, chain_id])


def back_date(attacker: psycopg.Connection, dossier: Dossier) -> None:
    """Change the promised time in the first event and in the row alike."""
    later = "2030-01-01T10:00:00.000000+00:00"
    attacker.execute(
        "UPDATE ledger_event SET payload = jsonb_set(payload, %s, to_jsonb(%s::text)) WHERE chain_id = %s AND number = 1",
        [["rows", f"dossier:{dossier.pk}", "due_at"], later, dossier.pk],
    )
    attacker.execute("UPDATE dossiers_dossier SET due_at = %s WHERE id = %s", [later, dossier.pk])


def test_an_edited_event_is_named(kept, attacker):
    dossier, exported = kept
    attacker.execute("UPDATE ledger_event SET actor = 'post:1' WHERE chain_id = %s AND number = 2", [dossier.pk])
    found = verify(exported).first
    assert (found.kind, found.chain, found.number) == ("event.edited", str(dossier.pk), 2)
    assert dossier.code in found.subject


def test_a_deleted_last_event_is_named(kept, attacker):
    dossier, exported = kept
    attacker.execute("DELETE FROM ledger_event WHERE chain_id = %s AND number = 2", [dossier.pk])
    found = verify(exported).first
    assert (found.kind, found.chain) == ("event.missing", str(dossier.pk))


def test_a_deleted_last_event_is_named_also_when_the_head_is_moved_back(kept, attacker):
    dossier, exported = kept
    first = Event.objects.get(chain_id=dossier.pk, number=1)
    attacker.execute("DELETE FROM ledger_event WHERE chain_id = %s AND number = 2", [dossier.pk])
    attacker.execute("UPDATE ledger_chain SET length = 1, head = %s WHERE id = %s", [bytes(first.hash), dossier.pk])
    found = verify(exported).first
    # The dossier stands further than its remaining events tell.
    assert found.kind in ("row.differs", "row.unknown")
    assert dossier.code in (found.subject, Dossier.objects.get(pk=dossier.pk).code)


@pytest.mark.parametrize("also_head", [False, True])
def test_a_deleted_chain_is_named(kept, attacker, also_head):
    dossier, exported = kept
    attacker.execute("DELETE FROM ledger_event WHERE chain_id = %s", [dossier.pk])
    if also_head:
        attacker.execute("DELETE FROM ledger_chain WHERE id = %s", [dossier.pk])
    found = verify(exported).first
    assert found.kind == "chain.missing"
    assert found.chain == str(dossier.pk)


def test_a_dossier_deleted_with_all_its_traces_leaves_a_gap(kept, attacker):
    dossier, exported = kept
    for table in ("task", "party", "dossiercomponent", "paper"):
        attacker.execute(f"DELETE FROM dossiers_{table} WHERE dossier_id = %s", [dossier.pk])
    attacker.execute("DELETE FROM dossiers_dossier WHERE id = %s", [dossier.pk])
    attacker.execute("DELETE FROM ledger_event WHERE chain_id = %s", [dossier.pk])
    attacker.execute("DELETE FROM ledger_chain WHERE id = %s", [dossier.pk])
    assert verify(exported).first.kind == "event.missing"


def test_a_rehashed_chain_does_not_match_its_seals(kept, attacker):
    dossier, exported = kept
    back_date(attacker, dossier)
    rehash(attacker, dossier.pk, seals=False)
    assert verify(exported).first.kind == "event.rewritten"


def test_a_rehashed_chain_with_its_seals_does_not_match_the_root(kept, attacker):
    dossier, exported = kept
    back_date(attacker, dossier)
    rehash(attacker, dossier.pk, seals=True)
    found = verify(exported).first
    assert (found.kind, found.root) == ("root.differs", 1)


def test_a_record_rewritten_with_its_roots_does_not_match_the_exported_ones(kept, attacker):
    dossier, exported = kept
    back_date(attacker, dossier)
    rehash(attacker, dossier.pk, seals=True)
    attacker.execute("DELETE FROM ledger_root")
    now = timezone.now()
    close_root(timezone.localdate(now), now)
    assert verify().ok, "without the exported roots such a forgery cannot be seen"
    assert verify(exported).first.kind == "root.differs"


def test_a_due_time_changed_in_the_row_only_is_named(kept, attacker):
    dossier, exported = kept
    attacker.execute("UPDATE dossiers_dossier SET due_at = due_at + interval '1 day' WHERE id = %s", [dossier.pk])
    found = verify(exported).first
    assert (found.kind, found.field, found.subject) == ("row.differs", "due_at", dossier.code)


def test_a_changed_name_is_noticed_by_its_digest(kept, attacker):
    dossier, exported = kept
    attacker.execute("UPDATE dossiers_party SET name = 'Ai khác' WHERE dossier_id = %s", [dossier.pk])
    found = verify(exported).first
    assert (found.kind, found.field) == ("row.differs", "name")
    assert "Ai khác" not in found.message


def test_a_row_slipped_in_is_named(kept, attacker):
    dossier, exported = kept
    attacker.execute(
        "INSERT INTO dossiers_pause (dossier_id, cause, starts_at) VALUES (%s, 'fee', now())", [dossier.pk]
    )
    assert verify(exported).first.kind == "row.unknown"


def test_a_deleted_seal_leaves_a_gap_of_positions(kept, attacker):
    _dossier, exported = kept
    attacker.execute("DELETE FROM ledger_seal WHERE position = 2")
    found = verify(exported).first
    assert (found.kind, found.position) == ("position.missing", 2)


def test_a_seal_of_an_event_that_is_gone_is_named(kept, attacker):
    """Also where a later position is missing: the first is told."""
    _dossier, exported = kept
    attacker.execute("DELETE FROM ledger_seal WHERE position = 3")
    attacker.execute("UPDATE ledger_seal SET event_id = -1 WHERE position = 2")
    found = verify(exported).first
    assert (found.kind, found.position) == ("event.missing", 2)


def test_an_unsealed_event_that_does_not_wait_is_named(kept, attacker, actor_of):
    _dossier, exported = kept
    receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    attacker.execute("DELETE FROM ledger_pending")
    assert verify(exported).first.kind == "event.unsealed"


def test_after_the_salt_is_erased_the_rest_still_verifies(kept, attacker):
    dossier, exported = kept
    attacker.execute("UPDATE ledger_chain SET salt = NULL WHERE id = %s", [dossier.pk])
    attacker.execute("UPDATE dossiers_party SET name = 'đã xóa', phone = '' WHERE dossier_id = %s", [dossier.pk])
    assert verify(exported).ok


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_event", "ledger_seal", "ledger_root"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_may_only_add_to_the_ledger(table, statement):
    column = {"ledger_event": "id", "ledger_seal": "position", "ledger_root": "number"}[table]
    sql = statement.format(table, column, column)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_no_payload_holds_a_name_a_phone_or_a_number(kept):
    for event in Event.objects.filter(kind__startswith="dossier."):
        text = json.dumps(event.payload, ensure_ascii=False)
        for secret in ("Nguyễn", "Thử", "905123456", "066090012345", "Lê Duẩn"):
            assert secret not in text


def test_positions_have_no_gap_and_every_root_covers_the_one_before(kept):
    positions = list(Seal.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    now = timezone.now()
    assert close_root(timezone.localdate(now), now) is None, "nothing new, no new root"
    assert Root.objects.get().last_position == positions[-1]
    assert Chain.objects.count() > 0

"""Two wards merge while dossiers are under way: each goes on at the successor, and nothing done is rewritten."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.samples import birth, household

from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actions.history import (
    LineInput,
    Outcome,
    add_line,
    carry_out_due,
    commit_decision,
    committing,
    draft_decision,
    preview_decision,
)
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.errors import Invalid
from motcua.record.organisation.models import Agency, Unit
from motcua.record.organisation.queries import scope_of, subtree
from motcua.record.series.models import Counter
from motcua.rules.identifiers import DossierCode
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Dossier, State, Task
from motcua.serve.dossiers.succession import desk_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(actor_of: Any) -> Any:
    return actor_of("quantri")


def ward_of(actor: Any) -> Agency:
    return Agency.objects.get(pk=actor.agency_id)


def draft(by: Any, line: LineInput, series: str = "anew") -> Decision:
    now, today = timezone.now(), timezone.localdate()
    decision = draft_decision(
        by=by,
        number="1660/NQ-UBTVQH15",
        signed_on=today - dt.timedelta(days=10),
        effective_on=today,
        legal_basis="Luật 72/2025/QH15",
        series=series,
        now=now,
    )
    add_line(by=by, decision_id=decision.pk, line=line, now=now)
    return decision


def merge(by: Any, *old: Agency, into: Outcome | None = None, series: str = "anew") -> Agency:
    result = into or Outcome(code="H15.901", name_vi="UBND phường Hợp Nhất")
    decision = draft(by, LineInput("merged", [one.pk for one in old], [result]), series)
    commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    return Agency.objects.get(pk=result.agency) if result.agency else Agency.objects.get(code=result.code)


@pytest.fixture
def underway(actor_of: Any) -> list[Dossier]:
    """One dossier with an officer of the first ward, one still at its desk, one at the desk of the second."""
    clerk, second = actor_of("xa.tiepnhan"), actor_of("xa2.tiepnhan")
    first = actions.receive_dossier(by=clerk, filing=household())
    actions.forward_dossier(by=clerk, dossier_id=first.pk)
    return [
        Dossier.objects.get(pk=pk)
        for pk in (
            first.pk,
            actions.receive_dossier(by=clerk, filing=birth()).pk,
            actions.receive_dossier(by=second, filing=birth()).pk,
        )
    ]


def test_open_dossiers_go_on_at_the_successor_to_their_end(by, actor_of, underway):
    old = [ward_of(actor_of("xa.tiepnhan")), ward_of(actor_of("xa2.tiepnhan"))]
    tasks = {t.dossier_id: (t.step_id, t.due_at, t.role) for t in Task.objects.filter(closed_at=None)}
    new = merge(by, *old)
    for before in underway:
        now = Dossier.objects.get(pk=before.pk)
        assert [now.agency_competent_id, now.agency_received_id, now.desk.unit.agency_id] == [new.pk] * 3
        assert [now.code, now.due_at, now.first_due_at] == [before.code, before.due_at, before.first_due_at]
        task = now.tasks.get(closed_at=None)
        assert (task.step_id, task.due_at, task.role) == tasks[now.pk]
        assert task.unit.agency_id == new.pk
        assert now.tasks.get(number=task.number - 1).outcome == Task.Outcome.MOVED
    head = actor_of("xa.truongphong")
    assert head.agency_id == new.pk
    first = underway[0]
    assert [t.dossier_id for t in queries.inbox(by=head)] == [first.pk]
    walk = ("xa.truongphong", "xa.kinhte")
    for name in walk:
        actions.forward_dossier(by=actor_of(name), dossier_id=first.pk)
    assert Dossier.objects.get(pk=first.pk).state == State.PROCESSING
    assert Task.objects.get(dossier=first, closed_at=None).unit.agency_id == new.pk


def test_each_dossier_has_one_event_of_its_move_and_the_ledger_holds(by, actor_of, underway):
    old = [ward_of(actor_of("xa.tiepnhan")), ward_of(actor_of("xa2.tiepnhan"))]
    new = merge(by, *old)
    for dossier in underway:
        event = Event.objects.get(chain_id=dossier.pk, kind="dossier.succeeded")
        assert event.payload["facts"]["old"] in {one.pk for one in old}
        assert event.payload["facts"]["new"] == new.pk
        assert event.actor == by.key
    report = verify()
    assert report.ok, report.first


def test_what_was_finished_stays_with_the_agency_that_did_it(by, actor_of):
    clerk = actor_of("xa.tiepnhan")
    done = actions.receive_dossier(by=clerk, filing=birth())
    actions.withdraw_dossier(by=clerk, dossier_id=done.pk, reason="Người dân rút")
    old = ward_of(clerk)
    merge(by, old, ward_of(actor_of("xa2.tiepnhan")))
    kept = Dossier.objects.get(pk=done.pk)
    assert kept.agency_competent_id == kept.agency_received_id == old.pk
    assert not Event.objects.filter(chain_id=done.pk, kind="dossier.succeeded").exists()


def test_a_task_keeps_its_holder_with_the_new_post(by, actor_of, underway):
    first = underway[0]
    head = actor_of("xa.truongphong")
    actions.forward_dossier(by=head, dossier_id=first.pk, assignee_id=actor_of("xa.kinhte").post.pk)
    merge(by, ward_of(head))
    task = Task.objects.get(dossier=first, closed_at=None)
    assert task.assignee_id == actor_of("xa.kinhte").post.pk


def test_a_merger_that_would_orphan_dossiers_is_refused_by_their_codes_and_changes_nothing(by, actor_of, underway):
    justice = Agency.objects.get(code="H15.04")
    old = ward_of(actor_of("xa.tiepnhan"))
    decision = draft(by, LineInput("merged", [old.pk], [Outcome(agency=justice.pk)]))
    found = preview_decision(by=by, decision_id=decision.pk, now=timezone.now())
    named = {fault.subject for fault in found.faults}
    assert {underway[0].code, underway[1].code} <= named
    assert underway[2].code not in named
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert underway[0].code in refusal.value.message
    old.refresh_from_db()
    decision.refresh_from_db()
    assert (old.valid_to, decision.status) == (None, "draft")


def test_a_successor_without_a_unit_of_the_kind_is_refused(by, actor_of, underway):
    second = ward_of(actor_of("xa2.tiepnhan"))
    Unit.objects.filter(agency=second, kind="room").update(valid_to=timezone.localdate())
    decision = draft(by, LineInput("merged", [ward_of(actor_of("xa.tiepnhan")).pk], [Outcome(agency=second.pk)]))
    found = preview_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert {f.subject for f in found.faults} >= {underway[0].code}


def test_an_agency_with_open_dossiers_cannot_be_dissolved_without_a_successor(by, actor_of, underway):
    decision = draft(by, LineInput("dissolved", [ward_of(actor_of("xa.tiepnhan")).pk]))
    found = preview_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert underway[0].code in {fault.subject for fault in found.faults}


@pytest.mark.parametrize(("series", "next_serial"), [("anew", 1), ("carry_on", 3)])
def test_the_series_of_dossier_codes_starts_anew_or_carries_on_as_decided(by, actor_of, underway, series, next_serial):
    old = ward_of(actor_of("xa.tiepnhan"))
    assert Counter.objects.get(kind="dossier", owner=f"agency:{old.pk}").last == 2
    merge(by, old, ward_of(actor_of("xa2.tiepnhan")), series=series)
    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    code = DossierCode.parse(dossier.code)
    assert (code.agency, code.serial) == ("H15.901", next_serial)


def test_where_very_much_is_open_it_moves_with_the_job(by, actor_of, underway, monkeypatch):
    monkeypatch.setattr(committing, "MOVED_AT_ONCE", 2)
    old = [ward_of(actor_of("xa.tiepnhan")), ward_of(actor_of("xa2.tiepnhan"))]
    new = merge(by, *old)
    assert not Dossier.objects.filter(agency_competent=new).exists()
    assert carry_out_due(timezone.now()) == 1
    assert Dossier.objects.filter(agency_competent=new).count() == 3


def test_a_question_that_waits_goes_with_the_task_and_to_the_successor(by, actor_of, underway):
    first, head = underway[0], actor_of("xa.truongphong")
    second = ward_of(actor_of("xa2.tiepnhan"))
    asked = actions.consult_agency(by=head, dossier_id=first.pk, agency_id=second.pk, question="Có vướng quy hoạch?")
    new = merge(by, ward_of(head), second)
    asked.refresh_from_db()
    assert (asked.agency_id, asked.unit.agency_id, asked.task.closed_at) == (new.pk, new.pk, None)
    assert asked.due_at is not None


def test_a_ward_taken_in_by_another_hands_over_its_dossiers_and_the_other_keeps_its_own(by, actor_of, underway):
    first, second = ward_of(actor_of("xa.tiepnhan")), ward_of(actor_of("xa2.tiepnhan"))
    merge(by, first, into=Outcome(agency=second.pk))
    assert set(Dossier.objects.values_list("agency_competent_id", flat=True)) == {second.pk}
    assert not Event.objects.filter(chain_id=underway[2].pk, kind="dossier.succeeded").exists()


def test_the_successor_reads_what_the_old_agencies_finished_and_so_does_the_province(by, actor_of):
    clerk = actor_of("xa.tiepnhan")
    done = actions.receive_dossier(by=clerk, filing=birth())
    actions.withdraw_dossier(by=clerk, dossier_id=done.pk, reason="Người dân rút")
    merge(by, ward_of(clerk), ward_of(actor_of("xa2.tiepnhan")))
    assert queries.access_dossier(by=actor_of("xa2.tiepnhan"), dossier_id=done.pk).pk == done.pk
    old = done.agency_received_id
    province = Agency.objects.get(code="H15")
    assert old in scope_of(province.pk, timezone.localdate())
    assert old not in subtree(province.pk, timezone.localdate())


def test_what_was_split_is_read_from_above_and_not_by_each_part(by, actor_of):
    clerk = actor_of("xa.tiepnhan")
    parts = [Outcome(code="H15.901", name_vi="A"), Outcome(code="H15.902", name_vi="B")]
    decision = draft(by, LineInput("split", [clerk.agency_id], parts))
    commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    today = timezone.localdate()
    assert clerk.agency_id not in scope_of(Agency.objects.get(code="H15.902").pk, today)
    assert clerk.agency_id in scope_of(Agency.objects.get(code="H15").pk, today)


def test_a_slip_of_before_the_merger_printed_again_is_the_old_agencys(by, actor_of, underway):
    first = underway[0]
    old, desk = first.agency_received, first.desk
    issued_at = Event.objects.get(chain_id=first.pk, kind="dossier.received").recorded_at
    new = merge(by, ward_of(actor_of("xa.tiepnhan")))
    moved = Dossier.objects.select_related("agency_received", "desk").get(pk=first.pk)
    events = list(Event.objects.filter(chain_id=first.pk).order_by("number"))
    assert desk_at(moved, issued_at, events) == (old, desk)
    assert desk_at(moved, timezone.now(), events) == (new, moved.desk)


def test_a_finished_dossier_shows_the_name_of_its_day(by, actor_of):
    clerk = actor_of("xa.tiepnhan")
    done = actions.receive_dossier(by=clerk, filing=birth())
    actions.withdraw_dossier(by=clerk, dossier_id=done.pk, reason="Người dân rút")
    old, today = ward_of(clerk), timezone.localdate()
    Dossier.objects.filter(pk=done.pk).update(ended_at=timezone.now() - dt.timedelta(days=30))
    open_one = actions.receive_dossier(by=clerk, filing=birth())
    decision = draft(by, LineInput("renamed", [old.pk], [Outcome(name_vi="UBND phường Tên Mới")]))
    commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert decision.effective_on == today
    assert queries.access_dossier(by=clerk, dossier_id=done.pk).agency_received.name_vi == old.name_vi
    shown = queries.access_dossier(by=clerk, dossier_id=open_one.pk)
    assert shown.agency_received.name_vi == "UBND phường Tên Mới"

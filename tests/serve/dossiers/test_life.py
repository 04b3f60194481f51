"""A dossier's life: each action with its guards, from receipt to return."""

import datetime as dt

import pytest
from django.utils import timezone
from tests.samples import birth, household

from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.rules.working_time import LOCAL, Outcome, outcome
from motcua.serve.dossiers import actions, queries, searching
from motcua.serve.dossiers.filing import ComponentInput, Filing, PartyInput, PaymentInput
from motcua.serve.dossiers.models import Dossier, State, Task

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


MONDAY = at("2026-11-23T09:00")


@pytest.fixture
def ward(actor_of):
    """The people of a ward by their part."""
    names = {"clerk": "xa.tiepnhan", "officer": "xa.canbo", "head": "xa.truongphong", "leader": "xa.lanhdao",
             "seal": "xa.vanthu", "trade": "xa.kinhte"}  # fmt: skip
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def trade(ward):
    """A household business received on Monday at nine and handed to the head of the unit."""
    dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
    actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
    return dossier


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def refused(code: str, kind: type[Refused] = Refused):
    return pytest.raises(kind, check=lambda e: e.code == code or any(x.code == code for x in getattr(e, "errors", [])))


class TestReceipt:
    def test_gives_code_promise_slip_and_first_task(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
        assert dossier.code.endswith("-261123-0001")
        assert dossier.state == State.RECEIVED
        assert dossier.due_at == at("2026-11-23T17:00"), "the same working day"
        assert dossier.first_due_at == dossier.due_at
        assert dossier.papers.get().form == "01"
        assert dossier.tasks.get().step.key == "receive"
        assert Event.objects.get(chain_id=dossier.pk).kind == "dossier.received"

    def test_from_the_cut_off_on_is_due_the_next_working_day(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=at("2026-11-27T15:00"))
        assert dossier.due_at == at("2026-11-30T17:00")

    def test_the_centre_receives_for_a_ward(self, actor_of):
        filing = birth(agency=actor_of("xa.canbo").post.unit.agency.code)
        dossier = actions.receive_dossier(by=actor_of("tiepnhan1"), filing=filing, now=MONDAY)
        assert dossier.agency_received_id != dossier.agency_competent_id
        assert dossier.code.startswith("H15.01-")

    def test_names_every_input_at_fault(self, ward):
        filing = Filing(procedure="1.001193", owner=PartyInput(name="", identity_number="12A", phone="1"))
        with pytest.raises(Invalid) as caught:
            actions.receive_dossier(by=ward["clerk"], filing=filing, now=MONDAY)
        fields = {e.field for e in caught.value.errors}
        assert {"owner.name", "owner.identity_number", "owner.phone", "components.declaration"} <= fields
        assert not Dossier.objects.exists()

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"procedure": "9.999999"}, "procedure.unknown"),
            ({"owner": PartyInput(name="a" * 500)}, "party.name_too_long"),
            ({"received_at": MONDAY + dt.timedelta(hours=1)}, "received_at.future"),
            ({"received_at": MONDAY - dt.timedelta(days=3)}, "received_at.past"),
            ({"agency": "H15.99"}, "agency.not_competent"),
            ({"components": (ComponentInput(key="declaration", originals=1),)}, "component.missing"),
            ({"components": (ComponentInput(key="nonsense", originals=1),)}, "component.unknown"),
            ({"owner": PartyInput(name="A", kind="organisation", tax_code="0100109107")}, "party.tax_code"),
        ],
    )
    def test_refuses_what_cannot_be(self, ward, change, code):
        with refused(code):
            actions.receive_dossier(by=ward["clerk"], filing=birth(**change), now=MONDAY)
        assert not Dossier.objects.exists()

    def test_wants_the_fee_or_its_exemption_with_a_reason(self, ward):
        with refused("fee.unpaid"):
            actions.receive_dossier(by=ward["clerk"], filing=household(payment=None), now=MONDAY)
        with refused("fee.exempt_reason"):
            actions.receive_dossier(by=ward["clerk"], filing=household(payment=PaymentInput("exempt")), now=MONDAY)
        free = household(payment=PaymentInput("exempt", "hộ nghèo"))
        assert actions.receive_dossier(by=ward["clerk"], filing=free, now=MONDAY).fee_paid == 0

    def test_cash_has_a_receipt_with_a_number(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        payment = dossier.payments.get()
        assert payment.amount == dossier.fee_paid > 0
        assert payment.receipt_number == dossier.papers.get(form="receipt").number

    def test_only_a_desk_receives(self, ward):
        with pytest.raises(NotAllowed):
            actions.receive_dossier(by=ward["officer"], filing=birth(), now=MONDAY)

    def test_the_same_key_gives_the_same_dossier_and_other_content_is_a_conflict(self, ward):
        first = actions.receive_dossier(by=ward["clerk"], filing=birth(), key="k", now=MONDAY)
        again = actions.receive_dossier(by=ward["clerk"], filing=birth(), key="k", now=MONDAY)
        assert again.pk == first.pk
        with refused("idempotency.other_content", Conflict):
            actions.receive_dossier(by=ward["clerk"], filing=birth(sets=2), key="k", now=MONDAY)

    def test_codes_go_on_past_9999_and_start_again_at_midnight(self, ward):
        from motcua.record.series.models import Counter

        agency = ward["clerk"].agency_id
        Counter.objects.create(kind="dossier", owner=f"agency:{agency}", period="2026-11-23", last=9999)
        late = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=at("2026-11-23T23:59:59"))
        next_day = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=at("2026-11-24T00:00:00"))
        assert late.code.endswith("-261123-10000")
        assert next_day.code.endswith("-261124-0001")

    def test_certified_copies_are_given_at_once_and_counted(self, ward):
        filing = Filing(
            procedure="2.000815",
            owner=PartyInput(name="Lê Thử"),
            components=(ComponentInput(key="original", originals=1), ComponentInput(key="copies", copies=3)),
            pages=2,
            copies=3,
            payment=PaymentInput("cash"),
        )
        dossier = actions.receive_dossier(by=ward["clerk"], filing=filing, now=MONDAY)
        assert dossier.state == State.RETURNED
        assert (dossier.pages, dossier.copies, dossier.fee_paid) == (2, 3, 12_000)
        assert not dossier.tasks.exists()
        assert not dossier.papers.filter(form="01").exists()


class TestProcessing:
    def test_walks_from_desk_to_desk(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
        for who in ("clerk", "officer"):
            actions.forward_dossier(by=ward[who], dossier_id=dossier.pk, now=MONDAY)
        assert fresh(dossier).state == State.PROCESSING
        with refused("step.last", Conflict):
            actions.forward_dossier(by=ward["leader"], dossier_id=dossier.pk, now=MONDAY)
        actions.finish_dossier(by=ward["leader"], dossier_id=dossier.pk, now=MONDAY)
        done = fresh(dossier)
        assert (done.state, done.finished_on) == (State.FINISHED, dt.date(2026, 11, 23))
        actions.return_result(by=ward["clerk"], dossier_id=dossier.pk, taken_by="Nguyễn Văn Thử", now=MONDAY)
        assert fresh(dossier).state == State.RETURNED
        assert verify().ok

    def test_only_who_holds_the_task_hands_it_on(self, ward, trade):
        for who in ("clerk", "officer", "leader"):
            with pytest.raises(NotAllowed):
                actions.forward_dossier(by=ward[who], dossier_id=trade.pk, now=MONDAY)

    def test_another_agency_does_not_learn_that_it_exists(self, actor_of, trade):
        with pytest.raises(NotFound):
            actions.forward_dossier(by=actor_of("xa2.truongphong"), dossier_id=trade.pk, now=MONDAY)
        with pytest.raises(NotFound):
            queries.access_dossier(by=actor_of("xa2.canbo"), dossier_id=trade.pk)

    def test_the_head_assigns_and_only_the_assignee_goes_on(self, ward, trade, actor_of):
        actions.forward_dossier(by=ward["head"], dossier_id=trade.pk, assignee_id=ward["trade"].post.pk, now=MONDAY)
        task = trade.tasks.get(closed_at=None)
        assert task.assignee_id == ward["trade"].post.pk
        with refused("assignee.unfit"):
            actions.assign_task(by=ward["head"], dossier_id=trade.pk, assignee_id=ward["leader"].post.pk, now=MONDAY)

    def test_goes_back_only_where_the_process_allows_and_with_a_reason(self, ward, trade):
        with refused("reason.missing"):
            actions.send_back_dossier(by=ward["head"], dossier_id=trade.pk, to_step="receive", reason=" ", now=MONDAY)
        with refused("step.no_way_back", Conflict):
            actions.send_back_dossier(by=ward["head"], dossier_id=trade.pk, to_step="sign", reason="x", now=MONDAY)
        actions.send_back_dossier(by=ward["head"], dossier_id=trade.pk, to_step="receive", reason="x", now=MONDAY)
        assert fresh(trade).state == State.RECEIVED

    def test_is_recalled_only_while_nobody_has_taken_it(self, ward, trade):
        actions.assign_task(by=ward["head"], dossier_id=trade.pk, assignee_id=ward["head"].post.pk, now=MONDAY)
        with refused("recall.taken", Conflict):
            actions.recall_dossier(by=ward["clerk"], dossier_id=trade.pk, reason="nhầm", now=MONDAY)

    def test_is_recalled_by_who_handed_it_on(self, ward, trade):
        with refused("policy.dossiers.recalls", NotAllowed):
            actions.recall_dossier(by=ward["leader"], dossier_id=trade.pk, reason="nhầm", now=MONDAY)
        task = actions.recall_dossier(by=ward["clerk"], dossier_id=trade.pk, reason="nhầm", now=MONDAY)
        assert task.step.key == "receive"
        assert trade.tasks.filter(outcome=Task.Outcome.RECALLED).count() == 1

    def test_a_task_is_due_within_the_promise(self, ward, trade):
        dues = [t.due_at for t in trade.tasks.all()]
        assert all(due <= trade.due_at for due in dues)

    def test_the_leader_reads_but_does_not_decide_for_the_officer(self, ward, trade):
        assert queries.access_dossier(by=ward["leader"], dossier_id=trade.pk).pk == trade.pk
        assert fresh(trade).state == State.PROCESSING
        with pytest.raises(NotAllowed):
            actions.finish_dossier(by=ward["leader"], dossier_id=trade.pk, now=MONDAY)


class TestClock:
    def test_a_supplement_stops_the_clock_and_moves_the_promise_by_working_time(self, ward, trade):
        assert trade.due_at == at("2026-11-27T09:00"), "three working days; the 24th is a day off"
        asked = at("2026-11-25T10:00")
        actions.request_supplement(
            by=ward["head"], dossier_id=trade.pk, items=["bản sao căn cước"], reason="mờ", now=asked
        )
        assert fresh(trade).state == State.SUPPLEMENT
        assert fresh(trade).paused_since == asked
        actions.record_supplement(by=ward["clerk"], dossier_id=trade.pk, now=at("2026-11-26T10:00"))
        later = fresh(trade)
        assert later.due_at == at("2026-11-30T09:00"), "one working day later"
        assert later.first_due_at == at("2026-11-27T09:00")
        assert later.state == State.PROCESSING
        assert verify().ok

    def test_a_supplement_asked_for_after_the_due_date_does_not_make_the_dossier_timely(self, ward, trade):
        actions.request_supplement(
            by=ward["head"], dossier_id=trade.pk, items=["a"], reason="b", now=at("2026-11-30T10:00")
        )
        actions.record_supplement(by=ward["clerk"], dossier_id=trade.pk, now=at("2026-12-07T10:00"))
        assert fresh(trade).due_at == at("2026-11-27T09:00")

    def test_a_second_supplement_is_over_the_limit(self, ward, trade):
        for when in ("2026-11-25T08:00",):
            actions.request_supplement(by=ward["head"], dossier_id=trade.pk, items=["a"], reason="b", now=at(when))
            actions.record_supplement(by=ward["clerk"], dossier_id=trade.pk, now=at("2026-11-25T09:00"))
        with refused("supplement.limit", Conflict):
            actions.request_supplement(
                by=ward["head"], dossier_id=trade.pk, items=["a"], reason="b", now=at("2026-11-25T10:00")
            )

    def test_an_expired_supplement_stops_the_dossier_only_after_its_day(self, ward, trade):
        actions.request_supplement(by=ward["head"], dossier_id=trade.pk, items=["a"], reason="b", days=5, now=MONDAY)
        with refused("supplement.still_time", Conflict):
            actions.expire_supplement(by=ward["clerk"], dossier_id=trade.pk, now=at("2026-11-28T23:59"))
        actions.expire_supplement(by=ward["clerk"], dossier_id=trade.pk, now=at("2026-11-29T00:00"))
        assert fresh(trade).state == State.STOPPED
        assert trade.papers.filter(form="05").exists()

    def test_before_receipt_no_clock_runs_and_the_promise_counts_from_completion(self, ward):
        dossier = actions.request_papers_before_receipt(
            by=ward["clerk"],
            filing=household(payment=None, components=()),
            items=["giấy đề nghị"],
            reason="",
            now=MONDAY,
        )
        assert (dossier.state, dossier.due_at) == (State.SUPPLEMENT, None)
        with refused("fee.unpaid"):
            actions.record_supplement(by=ward["clerk"], dossier_id=dossier.pk, now=at("2026-11-25T14:00"))
        actions.record_supplement(
            by=ward["clerk"], dossier_id=dossier.pk, payment=PaymentInput("cash"), now=at("2026-11-25T14:00")
        )
        received = fresh(dossier)
        assert received.state == State.RECEIVED
        assert received.received_at == at("2026-11-25T14:00")
        assert received.due_at == at("2026-11-30T14:00")
        assert verify().ok

    def test_waiting_for_a_duty_stops_the_clock(self, ward, trade):
        actions.pause_for_fee(by=ward["head"], dossier_id=trade.pk, amount=5_000_000, now=at("2026-11-25T07:30"))
        assert fresh(trade).state == State.FEE
        actions.settle_fee(by=ward["clerk"], dossier_id=trade.pk, now=at("2026-11-27T07:30"))
        assert fresh(trade).due_at == at("2026-12-01T09:00")

    def test_an_extension_is_a_second_promise_made_in_time_and_once(self, ward, trade):
        new = at("2026-12-02T17:00")
        with pytest.raises(NotAllowed):
            actions.extend_with_apology(by=ward["clerk"], dossier_id=trade.pk, reason="x", new_due_at=new, now=MONDAY)
        with refused("extension.too_late", Conflict):
            actions.extend_with_apology(
                by=ward["leader"], dossier_id=trade.pk, reason="x", new_due_at=new, now=at("2026-11-28T00:00")
            )
        actions.extend_with_apology(
            by=ward["leader"], dossier_id=trade.pk, reason="x", new_due_at=new, now=at("2026-11-27T23:59")
        )
        extended = fresh(trade)
        assert (extended.due_at, extended.first_due_at) == (new, at("2026-11-27T09:00"))
        assert outcome(extended.due_at, at("2026-12-02T20:00"), MONDAY) == Outcome.ON_TIME
        with refused("apology.once", Conflict):
            actions.extend_with_apology(
                by=ward["leader"], dossier_id=trade.pk, reason="x", new_due_at=at("2026-12-05T17:00"), now=MONDAY
            )
        assert trade.papers.filter(form="04").get().number.endswith("/PXL")

    def test_an_apology_is_owed_from_the_day_after_and_does_not_make_it_timely(self, ward, trade):
        leader = ward["leader"]
        readable = queries.readable(leader)
        assert not queries.apology_owed(readable, today=dt.date(2026, 11, 27)).exists()
        assert queries.apology_owed(readable, today=dt.date(2026, 11, 28)).get().pk == trade.pk
        with refused("apology.not_late", Conflict):
            actions.apologise(by=leader, dossier_id=trade.pk, reason="x", now=at("2026-11-27T18:00"))
        with refused("new_due_at"):
            actions.apologise(by=leader, dossier_id=trade.pk, reason="x", now=at("2026-11-30T08:00"))
        actions.apologise(
            by=leader, dossier_id=trade.pk, reason="x", new_due_at=at("2026-12-10T17:00"), now=at("2026-11-30T08:00")
        )
        sorry = fresh(trade)
        assert sorry.due_at == at("2026-11-27T09:00"), "judged by the promise, whatever the new date"
        assert not queries.apology_owed(readable, today=dt.date(2026, 12, 1)).exists()
        assert queries.late(readable, today=dt.date(2026, 12, 1)).get().pk == trade.pk
        assert verify().ok

    def test_asking_a_late_dossier_for_a_paper_hides_it_from_no_list(self, ward, trade):
        leader, after = ward["leader"], at("2026-11-30T08:00")
        actions.request_supplement(by=ward["head"], dossier_id=trade.pk, items=["a"], reason="b", now=after)
        readable = queries.readable(leader)
        assert queries.late(readable, today=dt.date(2026, 12, 1)).get().pk == trade.pk
        assert queries.apology_owed(readable, today=dt.date(2026, 12, 1)).get().pk == trade.pk
        new = at("2026-12-10T17:00")
        actions.apologise(by=leader, dossier_id=trade.pk, reason="x", new_due_at=new, now=at("2026-12-01T08:00"))
        assert not queries.apology_owed(readable, today=dt.date(2026, 12, 2)).exists()

    def test_a_clock_that_stopped_in_time_does_not_become_late_while_it_stands(self, ward, trade):
        leader = ward["leader"]
        actions.request_supplement(by=ward["head"], dossier_id=trade.pk, items=["a"], reason="b", now=MONDAY)
        readable = queries.readable(leader)
        assert not queries.late(readable, today=dt.date(2026, 12, 10)).exists()
        with refused("apology.not_late", Conflict):
            actions.apologise(by=leader, dossier_id=trade.pk, reason="x", now=at("2026-12-10T08:00"))


class TestEndings:
    def test_a_withdrawal_ends_the_open_task(self, ward, trade):
        actions.withdraw_dossier(by=ward["clerk"], dossier_id=trade.pk, reason="đổi ý", now=MONDAY)
        assert fresh(trade).state == State.WITHDRAWN
        assert not trade.tasks.filter(closed_at=None).exists()
        with refused("state.not_allowed", Conflict):
            actions.withdraw_dossier(by=ward["clerk"], dossier_id=trade.pk, reason="đổi ý", now=MONDAY)

    def test_a_stop_has_its_notice(self, ward, trade):
        actions.stop_dossier(by=ward["leader"], dossier_id=trade.pk, reason="không đủ điều kiện", now=MONDAY)
        assert trade.papers.get(form="05").number.endswith("/TB-DGQ")

    def test_a_refusal_needs_reason_and_legal_basis_and_promises_nothing(self, ward):
        with refused("legal_basis.missing"):
            actions.refuse_filing(by=ward["clerk"], filing=birth(), reason="x", legal_basis="", now=MONDAY)
        dossier = actions.refuse_filing(
            by=ward["clerk"],
            filing=birth(components=()),
            reason="không thuộc thẩm quyền",
            legal_basis="Luật",
            now=MONDAY,
        )
        assert (dossier.state, dossier.due_at) == (State.REFUSED, None)
        assert dossier.papers.get().form == "03"

    def test_a_mistaken_receipt_is_voided_by_who_may_and_keeps_its_code(self, ward, trade):
        with pytest.raises(NotAllowed):
            actions.void_receipt(by=ward["clerk"], dossier_id=trade.pk, reason="nhầm", now=MONDAY)
        actions.void_receipt(by=ward["leader"], dossier_id=trade.pk, reason="nhầm", now=MONDAY)
        again = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        assert again.code != trade.code
        assert fresh(trade).voided_at == MONDAY

    def test_a_typing_error_is_corrected_and_found_under_the_new_name(self, ward, trade):
        actions.correct_dossier(
            by=ward["clerk"],
            dossier_id=trade.pk,
            reason="sai tên",
            parties={"owner": PartyInput(name="Trần Thị Đúng", identity_number="066190054321", phone="0905654321")},
            now=MONDAY,
        )
        assert fresh(trade).owner_name == "Trần Thị Đúng"
        assert searching.find_dossiers(by=ward["clerk"], words="tran thi dung", most=9) == [trade]
        assert searching.find_dossiers(by=ward["clerk"], words="mau", most=9) == []
        assert verify().ok

    def test_a_result_needs_somebody_who_takes_it(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
        with refused("state.not_allowed", Conflict):
            actions.return_result(by=ward["clerk"], dossier_id=dossier.pk, taken_by="A", now=MONDAY)


def test_a_receipt_takes_few_queries(ward, django_assert_max_num_queries):
    actions.receive_dossier(by=ward["clerk"], filing=birth())
    with django_assert_max_num_queries(30):
        actions.receive_dossier(by=ward["clerk"], filing=birth())


def test_dates_count_in_local_time(ward):
    moment = at("2026-11-23T00:30")
    dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=moment)
    assert dossier.received_on == dt.date(2026, 11, 23)
    assert timezone.is_aware(dossier.received_at)

"""One dossier, several agencies: parallel steps, opinions, a wrong agency, a lost paper."""

import datetime as dt

import pytest
from django.db.models import F
from django.utils import timezone
from tests.samples import household

from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.record.organisation.models import Agency
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Process, Step, Where
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.routing import tasks_of
from motcua.serve.dossiers.models import Dossier, Mishap, State, Task
from motcua.serve.dossiers.progress import shares_of

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


MONDAY = at("2026-11-23T09:00")


@pytest.fixture
def ward(actor_of):
    names = {"clerk": "xa.tiepnhan", "head": "xa.truongphong", "leader": "xa.lanhdao", "seal": "xa.vanthu",
             "trade": "xa.kinhte"}  # fmt: skip
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def other(actor_of):
    """The people of another ward, whose opinion and work the joint process asks for."""
    names = {"officer": "xa2.kinhte", "head": "xa2.truongphong", "clerk": "xa2.tiepnhan", "leader": "xa2.lanhdao"}
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def joint(ward, other):
    """The household business process with a parallel check at another ward that the signing waits for."""
    agency = Agency.objects.get(pk=other["officer"].agency_id)
    process = Process.objects.get(
        version__procedure__code="1.001612", level=ward["clerk"].post.unit.agency.level, version__valid_to=None
    )
    steps = list(process.steps.all())
    handle = next(s for s in steps if s.kind == "handle")
    first = steps[steps.index(handle) - 1]
    Step.objects.filter(process=process, order__gt=handle.order).update(order=F("order") + 10)
    Step.objects.create(
        process=process,
        order=handle.order + 1,
        key="beside",
        kind="consult",
        role=other["officer"].role,
        unit_kind="room",
        amount=4,
        name_vi="Thẩm tra tại địa bàn",
        name_en="Check on the spot",
        after=[first.key],
        where=Where.NAMED,
        agency=agency,
        switches={"must_attach_result": False},
    )
    joined = process.steps.filter(order__gt=handle.order + 1).order_by("order").first()
    Step.objects.filter(pk=joined.pk).update(after=[handle.key, "beside"])
    Step.objects.filter(pk=handle.pk).update(after=[first.key])
    return process


@pytest.fixture
def forked(ward, joint):
    """A dossier that lies with the ward's officer and the other ward's at the same time."""
    dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
    actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
    actions.forward_dossier(by=ward["head"], dossier_id=dossier.pk, now=MONDAY)
    return dossier


def open_keys(dossier: Dossier) -> set[str]:
    return {t.step.key for t in Task.objects.filter(dossier=dossier, closed_at=None).select_related("step")}


class TestParallelSteps:
    def test_open_side_by_side_in_two_agencies_and_both_see_the_dossier(self, ward, other, forked):
        assert len(open_keys(forked)) == 2
        assert "beside" in open_keys(forked)
        assert queries.access_dossier(by=other["officer"], dossier_id=forked.pk).pk == forked.pk
        assert forked.pk in queries.readable(other["officer"]).values_list("pk", flat=True)
        assert [t.dossier_id for t in queries.inbox(by=other["officer"])] == [forked.pk]

    def test_before_the_fork_the_other_agency_sees_nothing(self, ward, other, joint):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        with pytest.raises(NotFound):
            queries.access_dossier(by=other["officer"], dossier_id=dossier.pk)
        assert dossier.pk not in queries.readable(other["officer"]).values_list("pk", flat=True)

    def test_the_signing_waits_for_both_hands_whichever_is_first(self, ward, other, forked):
        opened = actions.forward_dossier(by=ward["trade"], dossier_id=forked.pk, now=MONDAY)
        assert opened == []
        assert open_keys(forked) == {"beside"}
        with pytest.raises(Conflict):
            actions.finish_dossier(by=other["officer"], dossier_id=forked.pk, now=MONDAY)
        opened = actions.forward_dossier(by=other["officer"], dossier_id=forked.pk, now=MONDAY)
        assert len(opened) == 1
        assert opened[0].agency_id == forked.agency_competent_id

    def test_a_hand_moves_its_own_task_only(self, ward, other, forked):
        actions.forward_dossier(by=other["officer"], dossier_id=forked.pk, now=MONDAY)
        with pytest.raises(NotAllowed):
            actions.forward_dossier(by=other["officer"], dossier_id=forked.pk, now=MONDAY)

    def test_sending_back_before_the_fork_closes_both_branches(self, ward, other, forked):
        handle = Task.objects.get(dossier=forked, closed_at=None, agency_id=forked.agency_competent_id)
        before = tasks_of(forked)[-3].step.key
        Step.objects.filter(pk=handle.step_id).update(may_return_to=[before])
        actions.send_back_dossier(by=ward["trade"], dossier_id=forked.pk, to_step=before, reason="thiếu", now=MONDAY)
        assert open_keys(forked) == {before}

    def test_the_whole_walk_ends_and_the_ledger_agrees(self, ward, other, forked):
        clock = MONDAY + dt.timedelta(hours=2)
        actions.forward_dossier(by=other["officer"], dossier_id=forked.pk, now=clock)
        actions.forward_dossier(by=ward["trade"], dossier_id=forked.pk, now=clock)
        for _hand in range(4):
            forked.refresh_from_db()
            if forked.state == State.FINISHED:
                break
            task = Task.objects.get(dossier=forked, closed_at=None)
            by = next(a for a in ward.values() if (a.unit_id, a.role) == (task.unit_id, task.role))
            try:
                actions.forward_dossier(by=by, dossier_id=forked.pk, now=clock)
            except Conflict:
                actions.finish_dossier(by=by, dossier_id=forked.pk, now=clock)
        actions.return_result(by=ward["clerk"], dossier_id=forked.pk, taken_by="Trần Thị Mẫu", now=clock)
        forked.refresh_from_db()
        assert forked.state == State.RETURNED
        assert not open_keys(forked)
        assert verify().ok

    def test_a_pause_moves_the_due_time_of_every_branch(self, ward, other, forked):
        before = {t.pk: t.due_at for t in Task.objects.filter(dossier=forked, closed_at=None)}
        actions.pause_for_fee(by=ward["trade"], dossier_id=forked.pk, amount=0, now=MONDAY)
        actions.settle_fee(by=ward["clerk"], dossier_id=forked.pk, now=MONDAY + dt.timedelta(days=1))
        after = {t.pk: t.due_at for t in Task.objects.filter(dossier=forked, closed_at=None)}
        assert len(after) == 2
        assert all(after[pk] > before[pk] for pk in after)


class TestSwitches:
    def set(self, dossier: Dossier, **switches: bool) -> None:
        task = Task.objects.get(dossier=dossier, closed_at=None)
        Step.objects.filter(pk=task.step_id).update(switches=switches)

    @pytest.fixture
    def trade(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
        return dossier

    def test_a_step_that_may_not_pause_refuses_to(self, ward, trade):
        self.set(trade, may_pause=False)
        with pytest.raises(Conflict, check=lambda e: e.code == "step.may_pause"):
            actions.pause_for_fee(by=ward["head"], dossier_id=trade.pk, amount=0, now=MONDAY)

    def test_a_step_that_may_not_ask_for_papers_refuses_to(self, ward, trade):
        self.set(trade, may_supplement=False)
        with pytest.raises(Conflict, check=lambda e: e.code == "step.may_supplement"):
            actions.request_supplement(by=ward["head"], dossier_id=trade.pk, items=["x"], reason="y", now=MONDAY)

    def test_a_step_that_must_name_the_next_person_waits_for_one(self, ward, trade):
        self.set(trade, must_choose_person=True)
        with pytest.raises(Refused, check=lambda e: e.code == "assignee.missing"):
            actions.forward_dossier(by=ward["head"], dossier_id=trade.pk, now=MONDAY)
        post = ward["trade"].post.pk
        [task] = actions.forward_dossier(by=ward["head"], dossier_id=trade.pk, assignee_id=post, now=MONDAY)
        assert task.assignee_id == post

    def test_a_step_that_must_attach_its_result_waits_for_it(self, ward, trade):
        self.set(trade, must_attach_result=True)
        with pytest.raises(Refused, check=lambda e: e.code == "result.missing"):
            actions.forward_dossier(by=ward["head"], dossier_id=trade.pk, now=MONDAY)

    def test_a_step_that_may_not_be_taken_back_is_not(self, ward, trade):
        actions.forward_dossier(by=ward["head"], dossier_id=trade.pk, now=MONDAY)
        done = Task.objects.filter(dossier=trade, closed_by=ward["head"].post).get()
        Step.objects.filter(pk=done.step_id).update(switches={"may_recall": False})
        with pytest.raises(Conflict, check=lambda e: e.code == "recall.forbidden"):
            actions.recall_dossier(by=ward["head"], dossier_id=trade.pk, reason="nhầm", now=MONDAY)


class TestOpinions:
    @pytest.fixture
    def asked(self, ward, other):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
        return actions.consult_agency(
            by=ward["head"], dossier_id=dossier.pk, agency_id=other["head"].agency_id, question="Có vướng không?",
            days=1, now=MONDAY,
        )  # fmt: skip

    def test_the_asking_step_waits_for_the_answer(self, ward, other, asked):
        with pytest.raises(Conflict, check=lambda e: e.code == "consultation.open"):
            actions.forward_dossier(by=ward["head"], dossier_id=asked.dossier_id, now=MONDAY)
        by = next(a for a in other.values() if a.unit_id == asked.unit_id)
        actions.answer_consultation(
            by=by, dossier_id=asked.dossier_id, consultation_id=asked.pk, answer="Không vướng", now=MONDAY
        )
        assert actions.forward_dossier(by=ward["head"], dossier_id=asked.dossier_id, now=MONDAY)

    def test_only_the_unit_that_was_asked_answers(self, ward, asked):
        with pytest.raises(NotAllowed):
            actions.answer_consultation(
                by=ward["head"], dossier_id=asked.dossier_id, consultation_id=asked.pk, answer="x", now=MONDAY
            )

    def test_a_question_taken_back_is_waited_for_no_longer(self, ward, asked):
        pk = asked.dossier_id
        actions.cancel_consultation(by=ward["head"], dossier_id=pk, consultation_id=asked.pk, now=MONDAY)
        assert actions.forward_dossier(by=ward["head"], dossier_id=pk, now=MONDAY)

    def test_it_is_due_before_the_promise(self, asked):
        assert asked.due_at <= asked.dossier.due_at


class TestAWrongAgency:
    def test_the_dossier_moves_with_its_time(self, ward, other):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
        promised = dossier.due_at
        to = other["head"].agency_id
        actions.move_to_agency(by=ward["clerk"], dossier_id=dossier.pk, agency_id=to, reason="nhầm địa bàn", now=MONDAY)
        dossier.refresh_from_db()
        assert (dossier.due_at, dossier.agency_competent_id) == (promised, to)
        assert Task.objects.get(dossier=dossier, closed_at=None).agency_id == to
        assert actions.forward_dossier(by=other["head"], dossier_id=dossier.pk, now=MONDAY)
        assert verify().ok

    def test_straight_from_the_desk_too(self, ward, other):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        to = other["head"].agency_id
        actions.move_to_agency(by=ward["clerk"], dossier_id=dossier.pk, agency_id=to, reason="nhầm", now=MONDAY)
        assert Task.objects.get(dossier=dossier, closed_at=None).agency_id == to
        assert actions.forward_dossier(by=other["head"], dossier_id=dossier.pk, now=MONDAY)

    def test_another_agency_cannot_pull_it(self, ward, other):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        with pytest.raises(NotFound):
            actions.move_to_agency(
                by=other["clerk"], dossier_id=dossier.pk, agency_id=other["head"].agency_id, reason="x", now=MONDAY
            )


class TestMishaps:
    def test_a_lost_paper_is_repaired_at_the_agencys_cost(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        lost = actions.record_mishap(
            by=ward["clerk"], dossier_id=dossier.pk, kind=Mishap.Kind.LOST, what="mất bản sao", now=MONDAY
        )
        actions.repair_mishap(
            by=ward["clerk"], dossier_id=dossier.pk, mishap_id=lost.pk, repair="cấp lại", cost=50_000, now=MONDAY
        )
        lost.refresh_from_db()
        assert (lost.cost, lost.agency_id) == (50_000, ward["clerk"].agency_id)
        with pytest.raises(Conflict):
            actions.repair_mishap(by=ward["clerk"], dossier_id=dossier.pk, mishap_id=lost.pk, repair="x", now=MONDAY)

    def test_a_negative_cost_is_refused(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        lost = actions.record_mishap(by=ward["clerk"], dossier_id=dossier.pk, kind="lost", what="x", now=MONDAY)
        with pytest.raises(Refused, check=lambda e: e.code == "cost.negative"):
            actions.repair_mishap(
                by=ward["clerk"], dossier_id=dossier.pk, mishap_id=lost.pk, repair="x", cost=-1, now=MONDAY
            )


class TestWhereTheTimeWent:
    def test_the_parts_and_the_waits_add_up_to_the_whole(self, ward, other, forked):
        clock = MONDAY + dt.timedelta(minutes=37)
        actions.forward_dossier(by=other["officer"], dossier_id=forked.pk, now=clock)
        actions.pause_for_fee(by=ward["trade"], dossier_id=forked.pk, amount=0, now=clock)
        actions.settle_fee(by=ward["clerk"], dossier_id=forked.pk, now=clock + dt.timedelta(days=2))
        end = clock + dt.timedelta(days=3)
        calendar = calendar_for(forked.agency_competent_id, forked.received_on)
        shares = shares_of(calendar, tasks_of(forked), list(forked.pauses.all()), received_at=MONDAY, until=end)
        assert shares.total == calendar.between(MONDAY, end)
        assert shares.waiting == calendar.between(clock, clock + dt.timedelta(days=2)) > 0
        both = [s for s in shares.stretches if len(s.agencies) == 2]
        assert sum(s.minutes for s in both) == 37, "the two agencies held it together until one was done"


def test_the_present_is_the_default(ward):
    dossier = actions.receive_dossier(by=ward["clerk"], filing=household())
    asked = actions.record_mishap(by=ward["clerk"], dossier_id=dossier.pk, kind="error", what="x")
    assert abs(asked.found_at - timezone.now()) < dt.timedelta(minutes=1)

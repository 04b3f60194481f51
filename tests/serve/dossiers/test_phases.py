"""Two-phase procedures: a first result, then a second appointment with its own clock."""

import datetime as dt
import subprocess

import pytest
from django.test import Client
from tests.samples import first_certificate

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Step
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.common import calendar_of
from motcua.serve.dossiers.actions.phases import phase_limit, phase_steps
from motcua.serve.dossiers.actions.routing import tasks_of
from motcua.serve.dossiers.models import Dossier, State, Task
from motcua.serve.dossiers.presenting import clock_of
from motcua.serve.dossiers.progress import shares_of

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
WEEK = dt.timedelta(days=7)


@pytest.fixture
def hands(actor_of):
    names = {"clerk": "dat.tiepnhan", "officer": "dat.canbo", "leader": "dat.lanhdao", "seal": "dat.vanthu"}
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def dossier(hands):
    return actions.receive_dossier(by=hands["clerk"], filing=first_certificate(), now=MONDAY)


def first_result(hands, dossier, now=MONDAY):
    for part in ("clerk", "officer"):
        actions.forward_dossier(by=hands[part], dossier_id=dossier.pk, now=now)
    return actions.finish_dossier(by=hands["leader"], dossier_id=dossier.pk, now=now)


def give(hands, dossier, now):
    actions.return_result(by=hands["clerk"], dossier_id=dossier.pk, taken_by="Lê Thị Giả", now=now)
    dossier.refresh_from_db()


def phase(dossier, number):
    return dossier.phases.get(number=number)


def test_the_slip_promises_the_first_result_by_the_time_of_its_steps(dossier):
    assert [str(p.limit) for p in dossier.phases.order_by("number")] == ["11wd", "6wd"]
    assert phase(dossier, 1).due_at == dossier.due_at == dossier.first_due_at
    assert phase(dossier, 2).opened_at is None


def test_the_step_that_ends_a_phase_finishes_it_and_nothing_else_opens(hands, dossier):
    for part in ("clerk", "officer"):
        actions.forward_dossier(by=hands[part], dossier_id=dossier.pk, now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "step.last"):
        actions.forward_dossier(by=hands["leader"], dossier_id=dossier.pk, now=MONDAY)
    actions.finish_dossier(by=hands["leader"], dossier_id=dossier.pk, now=MONDAY)
    dossier.refresh_from_db()
    assert dossier.state == State.FINISHED
    assert not Task.objects.filter(dossier=dossier, closed_at=None).exists()


def test_returning_the_first_result_does_not_end_the_dossier(hands, dossier):
    first_result(hands, dossier)
    give(hands, dossier, MONDAY + WEEK)
    assert (dossier.state, dossier.returned_at, dossier.finished_at, dossier.due_at) == (State.FEE, None, None, None)
    kinds = list(Event.objects.filter(chain_id=dossier.pk).values_list("kind", flat=True))
    assert "dossier.first_result_returned" in kinds
    assert "dossier.returned" not in kinds


def test_while_the_applicant_is_waited_for_nothing_is_late(hands, dossier):
    first_result(hands, dossier)
    give(hands, dossier, MONDAY + 20 * WEEK)
    assert clock_of(dossier, MONDAY + 40 * WEEK) == ""
    with pytest.raises(Conflict, check=lambda e: e.code == "phase.waits"):
        actions.settle_fee(by=hands["clerk"], dossier_id=dossier.pk, now=MONDAY + 41 * WEEK)


def test_the_second_appointment_counts_from_when_the_applicant_is_back(hands, dossier):
    promised = dossier.due_at
    first_result(hands, dossier)
    give(hands, dossier, MONDAY + WEEK)
    back = MONDAY + 2 * WEEK
    actions.start_phase(by=hands["clerk"], dossier_id=dossier.pk, now=back)
    dossier.refresh_from_db()
    second = phase(dossier, 2)
    assert dossier.state == State.PROCESSING
    assert second.opened_at == back
    assert second.due_at == dossier.due_at > back
    assert dossier.first_due_at == promised, "the promise on the first slip stands"
    assert Task.objects.get(dossier=dossier, closed_at=None).step.key == "print"
    assert verify().ok


def test_the_second_phase_is_finished_and_judged_by_its_own_promise(hands, dossier):
    first_result(hands, dossier, MONDAY + 10 * WEEK)
    give(hands, dossier, MONDAY + 10 * WEEK)
    assert phase(dossier, 1).finished_on > phase(dossier, 1).due_on, "the first phase was late"
    back = MONDAY + 11 * WEEK
    actions.start_phase(by=hands["clerk"], dossier_id=dossier.pk, now=back)
    actions.forward_dossier(by=hands["officer"], dossier_id=dossier.pk, now=back)
    actions.forward_dossier(by=hands["leader"], dossier_id=dossier.pk, now=back)
    actions.finish_dossier(by=hands["seal"], dossier_id=dossier.pk, now=back)
    give(hands, dossier, back)
    second = phase(dossier, 2)
    assert dossier.state == State.RETURNED
    assert second.finished_on <= second.due_on
    assert second.returned_at == back
    assert verify().ok


def test_a_pause_within_the_second_phase_moves_its_promise_by_its_own_time(hands, dossier):
    first_result(hands, dossier)
    give(hands, dossier, MONDAY + WEEK)
    back = MONDAY + 2 * WEEK
    actions.start_phase(by=hands["clerk"], dossier_id=dossier.pk, now=back)
    due = Dossier.objects.get(pk=dossier.pk).due_at
    actions.pause_for_fee(by=hands["officer"], dossier_id=dossier.pk, amount=0, now=back)
    actions.settle_fee(by=hands["officer"], dossier_id=dossier.pk, now=back + WEEK)
    dossier.refresh_from_db()
    assert dossier.due_at == due + WEEK


def test_the_second_slip_is_printed_with_its_own_times(hands, dossier, tmp_path):
    first_result(hands, dossier)
    give(hands, dossier, MONDAY + WEEK)
    back = MONDAY + 2 * WEEK
    actions.start_phase(by=hands["clerk"], dossier_id=dossier.pk, now=back)
    slips = list(dossier.papers.filter(form="01").order_by("pk"))
    assert len(slips) == 2
    client = Client()
    client.force_login(User.objects.get(username="dat.tiepnhan"))
    file = tmp_path / "slip.pdf"
    file.write_bytes(client.get(f"/dossiers/{dossier.pk}/papers/{slips[1].pk}.pdf").content)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "hẹn lần 2" in " ".join(text.split())
    assert f"{phase(dossier, 2).due_at.astimezone(LOCAL):%d/%m/%Y}" in text or "tháng" in text


def test_both_pages_show_both_appointments(hands, dossier):
    first_result(hands, dossier)
    give(hands, dossier, MONDAY)
    staff = Client(headers={"Accept-Language": "en"})
    staff.force_login(User.objects.get(username="dat.tiepnhan"))
    page = staff.get(f"/dossiers/{dossier.pk}/").content.decode()
    assert "make the second appointment" in page
    anyone = Client(headers={"Accept-Language": "en"})
    track = anyone.get(f"/track/?code={dossier.code}&s={dossier.tracking_secret}").content.decode()
    for text in (page, track):
        assert "First result" in text
        assert "Second appointment" in text
    assert "made when you have done your part" in track


def test_where_the_process_waits_for_nobody_the_second_phase_begins_with_the_return(hands, dossier):
    Step.objects.filter(process=dossier.process, key="notice").update(switches={"first_result": True})
    first_result(hands, dossier)
    give(hands, dossier, MONDAY + WEEK)
    assert dossier.state == State.PROCESSING
    assert phase(dossier, 2).opened_at == MONDAY + WEEK


def test_a_phase_takes_as_long_as_its_longest_way(dossier):
    steps = list(dossier.process.steps.all())
    first, second = phase_steps(steps)
    assert [s.key for s in first] == ["receive", "examine", "notice"]
    assert str(phase_limit(second[:2])) == "5wd", "in days where all are given in days"
    beside = Step(key="beside", kind="consult", amount=9, unit="wd", after=[first[0].key])
    first[1].after = [first[0].key]
    assert str(phase_limit([first[0], beside, first[1]])) == str(phase_limit(first[:2])), "side by side counts once"


def test_the_hands_and_the_waits_of_both_phases_add_up_to_the_whole(hands, dossier):
    first_result(hands, dossier, MONDAY + WEEK)
    give(hands, dossier, MONDAY + 2 * WEEK)
    back, until = MONDAY + 3 * WEEK, MONDAY + 4 * WEEK
    actions.start_phase(by=hands["clerk"], dossier_id=dossier.pk, now=back)
    dossier.refresh_from_db()
    calendar = calendar_of(dossier)
    shares = shares_of(
        calendar, tasks_of(dossier), list(dossier.pauses.all()), received_at=dossier.received_at, until=until
    )
    assert shares.total == calendar.between(dossier.received_at, until)
    assert shares.waiting == calendar.between(MONDAY + 2 * WEEK, back)
    assert sum(stretch.minutes for stretch in shares.stretches if not stretch.waiting) + shares.waiting == shares.total

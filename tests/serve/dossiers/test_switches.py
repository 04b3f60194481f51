"""Every switch of a step: the page shows only what may be done, and the action refuses otherwise."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.samples import household

from motcua.record.accounts.models import User
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.serve.catalogue.models import Step
from motcua.serve.catalogue.switches import LABELS, NAMES
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Attachment, Dossier, Task
from motcua.serve.dossiers.offers import offers
from motcua.serve.dossiers.queries import access_dossier

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def dossier(actor_of: Any) -> Dossier:
    """Return a dossier that lies with the head of the ward's unit."""
    clerk = actor_of("xa.tiepnhan")
    taken = actions.receive_dossier(by=clerk, filing=household())
    actions.forward_dossier(by=clerk, dossier_id=taken.pk)
    return taken


def switch(dossier: Dossier, **switches: bool) -> None:
    """Set the switches of the step that the open task stands for."""
    task = Task.objects.get(dossier=dossier, closed_at=None)
    Step.objects.filter(pk=task.step_id).update(switches=switches)


def offered(actor: Any, dossier: Dossier) -> set[str]:
    found = access_dossier(by=actor, dossier_id=dossier.pk)
    task = Task.objects.filter(dossier=found, closed_at=None).select_related("step", "unit").first()
    return {offer.name for offer in offers(actor, found, task, timezone.now())}


def press(client: Client, username: str, dossier: Dossier, name: str, **typed: Any) -> Any:
    client.force_login(User.objects.get(username=username))
    return client.post(reverse("dossiers:act", args=[dossier.pk, name]), typed)


def new_date() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=20)


MAY = {
    "may_pause": (
        "pause_for_fee",
        "xa.truongphong",
        lambda by, pk: actions.pause_for_fee(by=by, dossier_id=pk, amount=0),
        {"amount": "0"},
    ),
    "may_supplement": (
        "request_supplement",
        "xa.truongphong",
        lambda by, pk: actions.request_supplement(by=by, dossier_id=pk, items=["x"], reason="y"),
        {"items": "x", "reason": "y"},
    ),
    "may_extend": (
        "extend",
        "xa.lanhdao",
        lambda by, pk: actions.extend_with_apology(by=by, dossier_id=pk, reason="y", new_due_at=new_date()),
        {"reason": "y", "new_due_on": f"{new_date():%Y-%m-%d}"},
    ),
    "may_cancel": (
        "stop",
        "xa.lanhdao",
        lambda by, pk: actions.stop_dossier(by=by, dossier_id=pk, reason="y"),
        {"reason": "y"},
    ),
    "may_recall": (
        "recall",
        "xa.tiepnhan",
        lambda by, pk: actions.recall_dossier(by=by, dossier_id=pk, reason="y"),
        {"reason": "y"},
    ),
}


def off(dossier: Dossier, name: str) -> None:
    """Switch it off; taking back is a matter of the step that was handed on."""
    task = dossier.tasks.order_by("number")[0 if name == "may_recall" else 1]
    Step.objects.filter(pk=task.step_id).update(switches={name: False})


@pytest.mark.parametrize("name", MAY)
class TestWhatMayBeDone:
    def test_is_offered_and_done_while_the_switch_is_on(self, actor_of: Any, dossier: Dossier, name: str) -> None:
        offer, username, act, _typed = MAY[name]
        assert offer in offered(actor_of(username), dossier)
        act(actor_of(username), dossier.pk)

    def test_is_neither_offered_nor_done_when_it_is_off(self, actor_of: Any, dossier: Dossier, name: str) -> None:
        offer, username, act, _typed = MAY[name]
        off(dossier, name)
        assert offer not in offered(actor_of(username), dossier)
        with pytest.raises(Conflict, check=lambda e: e.code in (f"step.{name}", "recall.forbidden")):
            act(actor_of(username), dossier.pk)

    def test_the_page_shows_it_only_when_it_is_on(self, client: Client, dossier: Dossier, name: str) -> None:
        offer, username, _act, typed = MAY[name]
        client.force_login(User.objects.get(username=username))
        address = reverse("dossiers:act", args=[dossier.pk, offer])
        assert address in client.get(reverse("dossiers:dossier", args=[dossier.pk])).content.decode()
        off(dossier, name)
        assert address not in client.get(reverse("dossiers:dossier", args=[dossier.pk])).content.decode()
        assert press(client, username, dossier, offer, **typed).status_code == 409


def test_every_switch_has_words_and_a_test_here() -> None:
    must = {"must_choose_person", "must_attach_result", "result_is_paper"}
    elsewhere = {"first_result", "waits_for_applicant"}
    assert set(LABELS) == set(NAMES) == {*MAY, *must, *elsewhere}


class TestAPersonMustBeChosen:
    def test_the_page_asks_and_the_action_waits_for_one(self, client: Client, actor_of: Any, dossier: Dossier) -> None:
        switch(dossier, must_choose_person=True)
        head = actor_of("xa.truongphong")
        with pytest.raises(Refused, check=lambda e: e.code == "assignee.missing"):
            actions.forward_dossier(by=head, dossier_id=dossier.pk)
        assert press(client, "xa.truongphong", dossier, "forward").status_code == 422
        page = client.get(reverse("dossiers:dossier", args=[dossier.pk])).content.decode()
        assert 'name="assignee"' in page
        officer = actor_of("xa.kinhte").post.pk
        assert press(client, "xa.truongphong", dossier, "forward", assignee=officer).status_code == 302

    def test_where_it_is_off_nobody_need_be_chosen(self, client: Client, dossier: Dossier) -> None:
        assert press(client, "xa.truongphong", dossier, "forward").status_code == 302


class TestAResultMustBeAttached:
    def test_the_form_asks_for_a_file_and_takes_it(self, client: Client, dossier: Dossier) -> None:
        switch(dossier, must_attach_result=True)
        assert press(client, "xa.truongphong", dossier, "forward").status_code == 422
        page = client.get(reverse("dossiers:dossier", args=[dossier.pk])).content.decode()
        assert 'id="step-result"' in page
        file = SimpleUploadedFile("ket-qua.pdf", PDF, "application/pdf")
        assert press(client, "xa.truongphong", dossier, "forward", file=file).status_code == 302
        assert dossier.attachments.filter(purpose=Attachment.Purpose.RESULT).exists()

    def test_a_result_of_an_earlier_step_does_not_count(self, actor_of: Any, dossier: Dossier) -> None:
        head = actor_of("xa.truongphong")
        file = SimpleUploadedFile("cu.pdf", PDF, "application/pdf")
        earlier = actions.add_attachment(by=head, dossier_id=dossier.pk, file=file, purpose="result")
        Attachment.objects.filter(pk=earlier.pk).update(added_at=timezone.now() - dt.timedelta(hours=1))
        switch(dossier, must_attach_result=True)
        with pytest.raises(Refused, check=lambda e: e.code == "result.missing"):
            actions.forward_dossier(by=head, dossier_id=dossier.pk)

    def test_where_it_is_off_the_form_asks_for_none(self, client: Client, dossier: Dossier) -> None:
        client.force_login(User.objects.get(username="xa.truongphong"))
        assert 'id="step-result"' not in client.get(reverse("dossiers:dossier", args=[dossier.pk])).content.decode()


@pytest.mark.parametrize("on", [True, False])
def test_a_result_becomes_a_paper_of_the_next_steps_only_where_the_switch_is_on(
    actor_of: Any, dossier: Dossier, on: bool
) -> None:
    switch(dossier, result_is_paper=on)
    head = actor_of("xa.truongphong")
    before = dossier.components.count()
    file = SimpleUploadedFile("y-kien.pdf", PDF, "application/pdf")
    actions.add_attachment(by=head, dossier_id=dossier.pk, file=file, purpose="result")
    actions.forward_dossier(by=head, dossier_id=dossier.pk)
    assert dossier.components.count() == before + on


class TestTakingBack:
    def test_who_handed_nothing_on_is_not_allowed(self, client: Client, actor_of: Any, dossier: Dossier) -> None:
        for username in ("xa.truongphong", "xa.lanhdao", "xa.canbo"):
            with pytest.raises(NotAllowed):
                actions.recall_dossier(by=actor_of(username), dossier_id=dossier.pk, reason="x")
            assert press(client, username, dossier, "recall", reason="x").status_code == 403

    def test_what_came_back_is_not_taken_back_twice(self, actor_of: Any, dossier: Dossier) -> None:
        clerk = actor_of("xa.tiepnhan")
        actions.recall_dossier(by=clerk, dossier_id=dossier.pk, reason="x")
        assert "recall" not in offered(clerk, dossier)
        with pytest.raises(Conflict):
            actions.recall_dossier(by=clerk, dossier_id=dossier.pk, reason="x")

    def test_what_somebody_has_taken_over_is_not_offered(self, actor_of: Any, dossier: Dossier) -> None:
        head = actor_of("xa.truongphong")
        actions.assign_task(by=head, dossier_id=dossier.pk, assignee_id=head.post.pk)
        assert "recall" not in offered(actor_of("xa.tiepnhan"), dossier)

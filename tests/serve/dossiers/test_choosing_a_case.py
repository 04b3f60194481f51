"""An officer finds that a dossier falls under another case: its promise follows that case's limit."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Component, Process
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import ComponentInput, Filing
from motcua.serve.dossiers.models import Dossier, Task

pytestmark = pytest.mark.django_db
WHY = "Chưa tra cứu được tình trạng hôn nhân"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


MONDAY = at("2026-11-23T09:00")


def marriage(case: str = "plain") -> Filing:
    return birth(procedure="1.000894", case=case, components=(ComponentInput(key="declaration", originals=1),))


@pytest.fixture
def officer(actor_of: Any) -> Any:
    return actor_of("xa.canbo")


@pytest.fixture
def dossier(actor_of: Any) -> Dossier:
    """A marriage received on Monday at nine as one that needs no verifying, with the officer."""
    clerk = actor_of("xa.tiepnhan")
    made = actions.receive_dossier(by=clerk, filing=marriage(), now=MONDAY)
    actions.forward_dossier(by=clerk, dossier_id=made.pk, now=MONDAY)
    return made


def choose(by: Any, dossier: Dossier, case: str = "verified", now: dt.datetime = MONDAY, reason: str = WHY) -> Dossier:
    return actions.choose_case(by=by, dossier_id=dossier.pk, case=case, reason=reason, now=now)


def test_a_marriage_that_an_officer_must_verify_has_five_working_days_from_its_receipt(officer, dossier):
    """Law on Civil Status 60/2014/QH13, Article 18."""
    first = dossier.due_at
    found = choose(officer, dossier, now=MONDAY + dt.timedelta(hours=2))
    # 24 November is a day off.
    assert (found.case, found.due_at, found.due_on) == ("verified", at("2026-12-01T09:00"), dt.date(2026, 12, 1))
    assert found.first_due_at == first == at("2026-11-23T17:00"), "the first promise is kept"
    assert WHY in found.note
    task = Task.objects.get(dossier=dossier, closed_at=None)
    assert at("2026-11-30T09:00") < task.due_at <= found.due_at, "who verifies gets the time that the promise gains"


def test_the_case_and_both_promises_are_in_the_ledger_and_no_reason_is(officer, dossier):
    choose(officer, dossier)
    event = Event.objects.get(chain_id=dossier.pk, kind="dossier.case_chosen")
    assert event.payload["rows"][dossier.ledger_key()]["case"] == "verified"
    assert event.payload["facts"]["old_due_at"] != event.payload["facts"]["new_due_at"]
    assert WHY not in str(event.payload)
    assert verify().ok


def test_chosen_back_the_first_promise_holds_again(officer, dossier):
    choose(officer, dossier)
    found = choose(officer, dossier, case="plain")
    assert found.due_at == found.first_due_at
    assert Task.objects.get(dossier=dossier, closed_at=None).due_at <= found.due_at


def test_time_that_the_applicant_took_is_given_back(officer, dossier, actor_of):
    actions.request_supplement(by=officer, dossier_id=dossier.pk, items=["a"], reason="b", now=at("2026-11-23T10:00"))
    actions.record_supplement(by=actor_of("xa.tiepnhan"), dossier_id=dossier.pk, now=at("2026-11-25T10:00"))
    found = choose(officer, dossier, now=at("2026-11-25T10:30"))
    assert found.due_at == at("2026-12-02T09:00")


def test_nobody_but_the_holder_chooses(actor_of, dossier):
    for name in ("xa.tiepnhan", "xa.lanhdao"):
        with pytest.raises(NotAllowed):
            choose(actor_of(name), dossier)


@pytest.mark.parametrize(
    ("case", "reason", "code"),
    [
        ("plain", WHY, "case.same"),
        ("moon", WHY, "case.unknown"),
        ("", WHY, "case.unknown"),
        ("verified", " ", "reason.missing"),
    ],
)
def test_what_is_no_other_case_is_refused_and_changes_nothing(officer, dossier, case, reason, code):
    with pytest.raises(Refused, check=lambda e: e.code == code):
        choose(officer, dossier, case=case, reason=reason)
    assert Dossier.objects.get(pk=dossier.pk).due_at == dossier.due_at


def test_a_promise_that_has_passed_is_not_made_timely_by_another_case(officer, dossier):
    with pytest.raises(Conflict, check=lambda e: e.code == "case.too_late"):
        choose(officer, dossier, now=at("2026-11-24T08:00"))


def test_a_promise_that_was_moved_with_an_apology_is_not_moved_again(actor_of, officer, dossier):
    leader = actor_of("xa.lanhdao")
    later = at("2026-11-25T17:00")
    actions.extend_with_apology(by=leader, dossier_id=dossier.pk, reason="x", new_due_at=later, now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "case.moved"):
        choose(officer, dossier)


def test_a_case_whose_papers_are_not_there_names_them(officer, dossier):
    case = dossier.version.cases.get(key="verified")
    Component.objects.create(version=dossier.version, order=90, key="proof", name_vi="Giấy xác minh", case=case)
    with pytest.raises(Refused, check=lambda e: e.code == "case.papers" and "Giấy xác minh" in e.message):
        choose(officer, dossier)


def test_a_case_with_a_process_of_its_own_is_not_changed_to_under_way(officer, dossier):
    own = Process.objects.get(pk=dossier.process_id)
    own.pk, own.case = None, "verified"
    own.save()
    with pytest.raises(Conflict, check=lambda e: e.code == "case.process"):
        choose(officer, dossier)


class TestPage:
    def page(self, client: Client, dossier: Dossier) -> str:
        client.force_login(User.objects.get(username="xa.canbo"))
        return client.get(f"/dossiers/{dossier.pk}/", headers={"Accept-Language": "en"}).content.decode()

    def test_the_officer_chooses_on_the_dossiers_page_and_sees_each_limit(self, client, actor_of):
        clerk = actor_of("xa.tiepnhan")
        made = actions.receive_dossier(by=clerk, filing=marriage())
        actions.forward_dossier(by=clerk, dossier_id=made.pk)
        assert "The conditions must be verified · 5 working days" in self.page(client, made)
        answer = client.post(f"/dossiers/{made.pk}/do/choose_case/", {"case": "verified", "reason": WHY})
        assert answer.status_code == 302
        made.refresh_from_db()
        assert made.case == "verified"
        refused = client.post(f"/dossiers/{made.pk}/do/choose_case/", {"case": "plain", "reason": ""})
        assert refused.status_code == 422

    def test_it_is_not_offered_where_the_procedure_has_no_cases(self, client, actor_of):
        clerk = actor_of("xa.tiepnhan")
        made = actions.receive_dossier(by=clerk, filing=household())
        assert "do/choose_case/" not in self.page(client, made)

    def test_the_clerk_sees_each_cases_time_limit_before_choosing(self, client):
        client.force_login(User.objects.get(username="xa.tiepnhan"))
        page = client.get("/intake/?procedure=1.000894", headers={"Accept-Language": "en"}).content.decode()
        assert "<strong>5 working days</strong>" in page
        assert "<strong>the same working day</strong>" in page


def test_the_list_of_results_says_which_go_by_post(client, actor_of):
    clerk, officer, leader = (actor_of(name) for name in ("xa.tiepnhan", "xa.canbo", "xa.lanhdao"))
    for way in ("post", "counter"):
        made = actions.receive_dossier(by=clerk, filing=birth(return_method=way))
        for hand in (clerk, officer):
            actions.forward_dossier(by=hand, dossier_id=made.pk)
        actions.finish_dossier(by=leader, dossier_id=made.pk)
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    page = client.get("/returns/", headers={"Accept-Language": "en"}).content.decode()
    assert page.count("by public post") == 1


def test_a_process_for_one_case_is_opened_by_the_cases_name(client):
    client.force_login(User.objects.get(username="quantri"))
    address = "/procedures/1.000894/processes/"
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert '<option value="commune" selected>' in page, "the level that has a process already"
    assert '<option value="verified">The conditions must be verified</option>' in page
    client.post(address, {"level": "commune", "case": "verified"})
    assert Process.objects.get(case="verified").status == "draft"
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert 'The conditions must be verified <span class="code soft small">verified</span>' in page

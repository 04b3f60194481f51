"""A procedure's form is filled in at the desk: checked, kept, shown, printed, corrected; by page and by API."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.declaring import declaration_of
from motcua.serve.dossiers.declarations import lines_of
from motcua.serve.dossiers.models import Declaration, Dossier

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, Any] = {
    "declarer_name": "Nguyễn Văn Thử",
    "declarer_id": "066090012345",
    "declarer_address": {"line": "12 Lê Duẩn", "unit": "24133"},
    "relation": "other",
    "relation_other": "Ông nội",
    "child_name": "Nguyễn An Thử",
    "born_on": "01/11/2026",
    "sex": "f",
    "married": "no",
    "father_name": "không hỏi",
    "copies": "2",
}


def sent(**changes: str) -> dict[str, str]:
    """Return what the intake page sends for a complete birth registration with its declaration."""
    page = {
        "procedure": "1.001193", "owner_name": "Nguyễn Văn Thử", "owner_identity_number": "066090012345",
        "owner_address": "12 Lê Duẩn", "paper_declaration": "on", "originals_declaration": "1",
        "paper_birth-certificate": "on", "originals_birth-certificate": "1", "declare": "on", "channel": "1",
    }  # fmt: skip
    for key, value in ANSWERS.items():
        parts = {f".{part}": text for part, text in value.items()} if isinstance(value, dict) else {"": value}
        page |= {f"f-{key}{part}": text for part, text in parts.items()}
    return page | changes


@pytest.fixture
def clerk(actor_of: Callable[[str], Any]) -> Any:
    return actor_of("xa.tiepnhan")


@pytest.fixture
def client() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    return client


@pytest.fixture
def dossier(clerk: Any) -> Dossier:
    return actions.receive_dossier(by=clerk, filing=birth(answers=ANSWERS))


def test_answers_are_checked_cleaned_and_kept_and_hidden_ones_are_not(dossier: Dossier) -> None:
    kept = declaration_of(dossier)
    assert kept is not None
    assert (kept.answers["born_on"], kept.answers["copies"]) == ("2026-11-01", 2)
    assert "father_name" not in kept.answers
    assert kept.answers["relation_other"] == "Ông nội"


def test_the_ledger_keeps_a_digest_of_the_answers_alone(dossier: Dossier) -> None:
    payloads = str(list(Event.objects.filter(chain_id=dossier.pk).values_list("payload", flat=True)))
    assert "declaration" in payloads
    assert "Nguyễn An" not in payloads
    assert "066090012345" not in payloads


def test_wrong_answers_name_their_fields_and_nothing_is_received(clerk: Any) -> None:
    before = Dossier.objects.count()
    wrong = ANSWERS | {"born_on": "31/02/2026", "child_name": "", "stranger": "x"}
    with pytest.raises(Invalid) as caught:
        actions.receive_dossier(by=clerk, filing=birth(answers=wrong))
    assert {e.field for e in caught.value.errors} == {"answers.born_on", "answers.child_name", "answers"}
    assert Dossier.objects.count() == before


def test_a_declaration_on_paper_needs_no_answers_and_keys_given_before_stay_good(clerk: Any) -> None:
    assert declaration_of(actions.receive_dossier(by=clerk, filing=birth())) is None
    assert birth().sha256() == replace(birth(), answers=None).sha256() != birth(answers=ANSWERS).sha256()


def test_answers_for_a_procedure_without_a_form_are_refused(clerk: Any) -> None:
    with pytest.raises(Invalid) as caught:
        actions.receive_dossier(by=clerk, filing=birth(procedure="2.000815", answers={}))
    assert "answers.no_form" in {e.code for e in caught.value.errors}


def test_the_desk_receives_with_the_form_shows_it_and_masks_the_number(client: Client) -> None:
    response = client.post(reverse("dossiers:intake"), sent())
    assert response.status_code == 302
    html = client.get(response["Location"].split("?")[0]).content.decode()
    assert "Nguyễn An Thử" in html
    assert "Ông nội" in html
    assert "066090012345" not in html


def test_a_wrong_answer_is_told_at_its_input_and_all_that_was_typed_stays(client: Client) -> None:
    response = client.post(reverse("dossiers:intake"), sent(**{"f-born_on": "31/02/2026"}))
    html = response.content.decode()
    assert response.status_code == 422
    assert 'id="f-born_on-error"' in html
    assert 'value="Nguyễn An Thử"' in html
    assert 'value="31/02/2026"' in html


def test_without_the_tick_the_form_is_on_paper(client: Client) -> None:
    page = sent()
    del page["declare"]
    assert client.post(reverse("dossiers:intake"), page).status_code == 302
    assert not Declaration.objects.exists()


def test_the_applicant_is_taken_over_where_nothing_was_typed_with_and_without_a_script(client: Client) -> None:
    page = sent(decision="prefill", **{"f-declarer_name": "", "f-declarer_id": "", "f-declarer_address.line": "Khác"})
    before = Dossier.objects.count()
    for url in (reverse("dossiers:intake"), reverse("dossiers:declaration_part")):
        html = client.post(url, page).content.decode()
        assert 'name="f-declarer_name" value="Nguyễn Văn Thử"' in html
        assert 'name="f-declarer_id" value="066090012345"' in html
        assert 'name="f-declarer_address.line" value="Khác"' in html
    assert Dossier.objects.count() == before


def test_the_declaration_is_printed_to_be_signed(client: Client, dossier: Dossier) -> None:
    paper = dossier.papers.get(form="declaration")
    response = client.get(reverse("dossiers:paper", args=[dossier.pk, paper.pk]))
    assert response.content.startswith(b"%PDF")
    words = [(line.label, line.value) for line in lines_of(Declaration.objects.get(), "vi")]
    assert ("Ngày, tháng, năm sinh", "01/11/2026") in words
    assert ("Quan hệ với người được khai sinh", "Người khác") in words


def test_a_correction_needs_a_reason_keeps_hidden_numbers_and_is_an_event(client: Client, dossier: Dossier) -> None:
    url = reverse("dossiers:declaration", args=[dossier.pk])
    assert "066090012345" not in client.get(url).content.decode()
    page = sent(**{"f-child_name": "Nguyễn Bình Thử", "f-declarer_id": ""})
    assert client.post(url, page).status_code == 422
    assert client.post(url, page | {"reason": "gõ nhầm", "f-copies": "many"}).status_code == 422
    assert client.post(url, page | {"reason": "gõ nhầm"}).status_code == 302
    kept = declaration_of(dossier)
    assert kept is not None
    assert (kept.answers["child_name"], kept.answers["declarer_id"]) == ("Nguyễn Bình Thử", "066090012345")
    assert Event.objects.filter(chain_id=dossier.pk, kind="dossier.answers_corrected").count() == 1
    assert dossier.papers.filter(form="declaration").count() == 2


def test_only_the_desk_corrects_and_a_correction_changes_something(
    clerk: Any, dossier: Dossier, actor_of: Callable[[str], Any]
) -> None:
    with pytest.raises(NotAllowed):
        actions.correct_answers(by=actor_of("xa.canbo"), dossier_id=dossier.pk, answers=ANSWERS, reason="x")
    with pytest.raises(Refused):
        actions.correct_answers(by=clerk, dossier_id=dossier.pk, answers=ANSWERS, reason="x")

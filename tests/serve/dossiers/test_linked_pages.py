"""Linked procedures on the pages: found in the same search, one form, one receipt, one tracking page."""

import datetime as dt
import subprocess

import pytest
from django.test import Client
from django.utils import timezone
from tests.samples import linked_filings
from tests.serve.dossiers.test_linked import BIRTH, finish_birth

from motcua.record.accounts.models import User
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import Case
from motcua.serve.catalogue.queries import version_on
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier, State

pytestmark = pytest.mark.django_db
FORM = {
    "procedure": BIRTH,
    "owner_name": "Nguyễn Văn Thử",
    "owner_identity_number": "066090012345",
    "channel": "1",
    "birth.paper_declaration": "on",
    "birth.originals_declaration": "1",
    "birth.paper_birth-certificate": "on",
    "birth.originals_birth-certificate": "1",
    "residence.paper_declaration": "on",
    "residence.originals_declaration": "1",
    "insurance.paper_declaration": "on",
    "insurance.originals_declaration": "1",
}


@pytest.fixture
def client():
    found = Client(headers={"Accept-Language": "en"})
    found.force_login(User.objects.get(username="xa.tiepnhan"))
    return found


@pytest.fixture
def linked(actor_of):
    return actions.receive_linked(by=actor_of("xa.tiepnhan"), code=BIRTH, filings=linked_filings())


def test_the_search_of_the_intake_page_finds_the_group_by_its_name_without_accents(client):
    found = client.get("/intake/options/?q=lien thong khai sinh").json()
    assert [item["value"] for item in found] == [BIRTH]
    assert "3 linked procedures" in found[0]["hint"]
    assert client.get("/intake/options/?q=khai sinh").json()[0]["value"] == "1.001193"


def test_the_form_asks_for_each_part_but_not_for_what_another_part_gives(client):
    page = client.get(f"/intake/?procedure={BIRTH}").content.decode()
    assert 'name="residence.paper_declaration"' in page
    assert 'name="birth.paper_birth-certificate"' in page
    assert 'name="residence.paper_birth-certificate"' not in page
    assert "is not handed in: it is the result of" in page


def test_one_form_receives_all_parts_and_leads_to_the_one_receipt(client):
    answer = client.post("/intake/", FORM, follow=True)
    assert Dossier.objects.count() == 3
    page = answer.content.decode()
    assert "Print the one receipt" in page
    assert "One date for all results" in page


def test_a_part_that_is_left_out_is_not_received(client):
    client.post("/intake/", FORM | {"without.insurance": "on"})
    assert Dossier.objects.count() == 2


def test_what_is_missing_is_named_with_its_procedure_and_nothing_typed_is_lost(client):
    form = {name: value for name, value in FORM.items() if not name.startswith("residence.paper")}
    answer = client.post("/intake/", form | {"owner_phone": "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Registration of permanent residence: A required paper is missing" in page
    assert page.count("This is not a Vietnamese phone number") == 2, "once in the summary, once at the field"
    assert "Nguyễn Văn Thử" in page
    assert not Dossier.objects.exists()


def test_the_receipt_says_one_date_and_its_code_leads_to_all_parts(client, linked, tmp_path):
    answer = client.get(f"/dossiers/{linked[0].pk}/group.pdf")
    file = tmp_path / "receipt.pdf"
    file.write_bytes(answer.content)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    due = Dossier.objects.get(pk=linked[1].pk).linked.expected_at.astimezone(LOCAL)
    assert f"{due:%H:%M %d/%m/%Y}" in " ".join(text.split())
    assert all(dossier.code in text.replace("\n", " ") or dossier.code[-6:] in text for dossier in linked)


def test_the_tracking_page_shows_one_date_whichever_part_is_asked_for(linked):
    due = Dossier.objects.get(pk=linked[1].pk).linked.expected_at.astimezone(LOCAL)
    for dossier in linked:
        page = Client(headers={"Accept-Language": "en"}).get(f"/track/?code={dossier.code}&s={dossier.tracking_secret}")
        text = page.content.decode()
        assert text.count('class="when"') == 1
        assert f"{due:%H:%M %d/%m/%Y}" in text
        assert "begins when the paper before it is there" in text
        others = [d.tracking_secret for d in linked if d.pk != dossier.pk]
        assert not any(secret in text for secret in others), "a part's secret opens nothing but the whole"


def test_the_police_see_their_part_and_no_link_to_what_is_not_theirs(actor_of, linked):
    finish_birth(actor_of, linked[0], timezone.now(), file=False)
    police = Client(headers={"Accept-Language": "en"})
    police.force_login(User.objects.get(username="cu.canbo"))
    page = police.get(f"/dossiers/{linked[1].pk}/").content.decode()
    assert linked[0].code in page
    assert f"/dossiers/{linked[0].pk}/" not in page
    assert police.get(f"/dossiers/{linked[0].pk}/").status_code == 404


def test_the_desk_starts_a_part_by_hand_where_the_first_ended(client, actor_of, linked):
    actions.withdraw_dossier(by=actor_of("xa.tiepnhan"), dossier_id=linked[0].pk, reason="x")
    address = f"/dossiers/{linked[1].pk}/"
    assert "Start this part by hand" in client.get(address).content.decode()
    assert client.post(f"{address}do/start_part/", {"paper": ""}).status_code == 422
    assert client.post(f"{address}do/start_part/", {"paper": "Giấy khai sinh"}).status_code == 302
    linked[1].refresh_from_db()
    assert linked[1].state == State.PROCESSING


def test_the_page_of_a_linked_dossier_opens_with_few_queries(client, linked, django_assert_max_num_queries):
    client.get(f"/dossiers/{linked[0].pk}/")
    with django_assert_max_num_queries(15):
        client.get(f"/dossiers/{linked[0].pk}/")


def test_a_group_whose_procedure_ended_says_so_instead_of_failing(client):
    from motcua.serve.catalogue.models import ProcedureVersion

    ProcedureVersion.objects.filter(procedure__code="1.004222").update(valid_to=dt.date(2025, 12, 1))
    answer = client.get(f"/intake/?procedure={BIRTH}")
    assert answer.status_code == 422
    assert "1.004222 is not in force" in answer.content.decode()


def test_a_part_whose_procedure_has_cases_asks_for_one_and_its_dossier_keeps_it(client):
    version = version_on("1.001193", timezone.localdate())
    for order, key in enumerate(("plain", "abandoned"), 1):
        Case.objects.create(version=version, order=order, key=key, name_vi=key, name_en=key)
    assert 'name="birth.case"' in client.get(f"/intake/?procedure={BIRTH}").content.decode()
    refused = client.post("/intake/", FORM)
    assert refused.status_code == 422
    assert "Choose the case" in refused.content.decode()
    assert client.post("/intake/", FORM | {"birth.case": "abandoned"}).status_code == 302
    assert Dossier.objects.get(version=version, linked__isnull=False).case == "abandoned"

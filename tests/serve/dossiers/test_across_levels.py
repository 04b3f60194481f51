"""Across levels: who receives is not who decides, on the pages and in the record."""

import pytest
from django.test import Client
from tests.samples import first_certificate

from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.serve.dossiers import queries
from motcua.serve.dossiers.models import Dossier, State

pytestmark = pytest.mark.django_db
BIRTH = {
    "procedure": "1.001193",
    "agency": "H15.136",
    "owner_name": "Nguyễn Văn Thử",
    "owner_identity_number": "066090012345",
    "paper_declaration": "on",
    "originals_declaration": "1",
    "paper_birth-certificate": "on",
    "originals_birth-certificate": "1",
}
LAND = {
    "procedure": "1.013949",
    "agency": "H15.23",
    "owner_name": "Lê Thị Giả",
    "paper_application": "on",
    "originals_application": "1",
    "paper_origin": "on",
    "certified_origin": "1",
}


def client_of(username):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username=username))
    return client


def act(username, dossier, name, **form):
    answer = client_of(username).post(f"/dossiers/{dossier.pk}/do/{name}/", form)
    assert answer.status_code == 302, answer.content.decode()[:3000]


def test_a_commune_receives_for_a_department_and_gives_the_result_back(actor_of):
    ward = client_of("xa.tiepnhan")
    assert ward.post("/intake/", LAND).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.agency_received.code, dossier.agency_competent.code) == ("H15.136", "H15.23")
    assert dossier.code.startswith("H15.136-"), "the code is the receiving desk's"
    page = ward.get(f"/dossiers/{dossier.pk}/").content.decode()
    assert dossier.agency_competent.name_en in page
    act("xa.tiepnhan", dossier, "forward")
    assert [t.dossier_id for t in queries.inbox(by=actor_of("dat.canbo"))] == [dossier.pk]
    assert not queries.inbox(by=actor_of("xa.kinhte")).exists(), "the ward's officers have nothing to do with it"
    act("dat.canbo", dossier, "forward")
    act("dat.lanhdao", dossier, "finish")
    assert dossier.code in ward.get("/returns/").content.decode(), "the result comes back to the ward"
    assert dossier.code not in client_of("dat.tiepnhan").get("/returns/").content.decode()
    act("xa.tiepnhan", dossier, "return_result", taken_by="Lê Thị Giả")
    dossier.refresh_from_db()
    assert dossier.state == State.FEE, "the first result is out; the second appointment waits for the applicant"
    assert verify().ok


def test_the_centre_receives_for_a_commune_whose_people_decide(actor_of):
    centre = client_of("tiepnhan1")
    assert centre.post("/intake/", BIRTH).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.agency_received.code, dossier.agency_competent.code) == ("H15.01", "H15.136")
    for username in ("tiepnhan1", "xa.canbo"):
        act(username, dossier, "forward")
    act("xa.lanhdao", dossier, "finish")
    assert (
        client_of("xa.tiepnhan").post(f"/dossiers/{dossier.pk}/do/return_result/", {"taken_by": "x"}).status_code == 403
    )
    act("tiepnhan1", dossier, "return_result", taken_by="Nguyễn Văn Thử")
    dossier.refresh_from_db()
    assert dossier.state == State.RETURNED


def test_what_went_to_the_wrong_level_is_moved_with_its_time(actor_of):
    from motcua.serve.dossiers import actions

    clerk = actor_of("xa.tiepnhan")
    permit = {
        "procedure": "1.009994", "agency": "H15.24", "owner_name": "Lê Thị Giả",
        "paper_application": "on", "originals_application": "1", "paper_land": "on", "certified_land": "1",
        "paper_drawings": "on", "originals_drawings": "2",
    }  # fmt: skip
    assert client_of("xa.tiepnhan").post("/intake/", permit).status_code == 302
    dossier = Dossier.objects.get()
    promised = dossier.due_at
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
    act("xa.tiepnhan", dossier, "move", agency="H15.136", reason="nhà ở riêng lẻ thuộc phường")
    dossier.refresh_from_db()
    assert dossier.agency_competent.code == "H15.136"
    assert dossier.due_at == promised
    assert [t.dossier_id for t in queries.inbox(by=actor_of("xa.truongphong"))] == [dossier.pk]
    assert client_of("xd.truongphong").get(f"/dossiers/{dossier.pk}/").status_code == 200, (
        "who had it may still read it"
    )


def test_another_department_does_not_see_what_is_not_its_own(actor_of):
    from motcua.serve.dossiers import actions

    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=first_certificate())
    assert client_of("xd.canbo").get(f"/dossiers/{dossier.pk}/").status_code == 404

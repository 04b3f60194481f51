"""Pages of tables, job positions, hand-over and absence, as an administrator, a leader and an officer use them."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcua.formats.tables import read_tables, write_xlsx
from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.actions import add_person
from motcua.record.organisation.models import Person, Post
from motcua.record.organisation.people_models import Absence, StaffingScheme, Streamlining, TableUpload
from motcua.record.organisation.staffing import staffing_figures
from motcua.record.organisation.tables.sheets import PEOPLE, SHEETS

pytestmark = pytest.mark.django_db


def browser(username: str = "quantri") -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username=username))
    return client


def hand_in(client: Client, content: bytes, name: str = "people.xlsx") -> Any:
    return client.post("/tables/", {"file": SimpleUploadedFile(name, content)})


def workbook(**changes: Any) -> bytes:
    return write_xlsx([(PEOPLE, [{"staff_code": "TR.1", "full_name": "Ngô Thị Trang"} | changes])])


def test_an_administrator_exports_changes_previews_and_applies():
    client = browser()
    answer = client.post("/tables/export/", {"sheet": ""})
    read = read_tables("a.xlsx", answer.content, SHEETS)
    assert (read.faults, len(read.rows["people"])) == ((), Person.objects.count())
    assert "attachment" in answer["Content-Disposition"]
    preview = hand_in(client, workbook())
    page = client.get(preview["Location"]).content.decode()
    assert "Ngô Thị Trang" in page
    assert not Person.objects.filter(staff_code="TR.1").exists()
    assert client.post(preview["Location"]).status_code == 302
    assert Person.objects.get(staff_code="TR.1").full_name == "Ngô Thị Trang"
    assert not TableUpload.objects.exists()


def test_a_changed_cell_is_shown_old_beside_new():
    add_person(by=_by(), staff_code="TR.1", full_name="Ngô Thị Tranh", now=timezone.now())
    client = browser()
    page = client.get(hand_in(client, workbook())["Location"]).content.decode()
    assert "<del>Ngô Thị Tranh</del> → <ins>Ngô Thị Trang</ins>" in page


def _by() -> Any:
    from motcua.record.organisation.actor import system

    return system(timezone.localdate())


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (workbook(email="nobody"), "p.xlsx", "Nhân sự!C2"),
        ("Mã nhân sự;Họ và tên;Lương\na;b;c\n".encode(), "p.csv", "row 1, column C"),
        (b"no workbook", "p.xlsx", "no XLSX workbook"),
        ("Mã nhân sự,Họ và tên\n".encode() + b"a,b\n" * 50_000, "p.csv", "more than 20,000 rows"),
        (workbook(), "p.xlsm", "macros"),
    ],
    ids=["cell", "head", "workbook", "rows", "macro"],
)
def test_a_file_at_fault_is_told_and_nothing_is_kept(content: bytes, name: str, told: str):
    answer = hand_in(browser(), content, name)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not TableUpload.objects.exists()


def test_without_a_file_the_page_says_so():
    assert browser().post("/tables/").status_code == 422


def test_what_changed_since_the_preview_is_shown_anew_and_not_applied():
    client = browser()
    preview = hand_in(client, workbook(phone="1"))["Location"]
    add_person(by=_by(), staff_code="TR.1", full_name="Ngô Thị Khác", now=timezone.now())
    answer = client.post(preview)
    assert answer.status_code == 409
    assert "Ngô Thị Khác" in answer.content.decode()
    assert Person.objects.get(staff_code="TR.1").phone == ""
    assert client.post(preview).status_code == 302
    assert Person.objects.get(staff_code="TR.1").phone == "1"


def test_files_of_yesterday_are_gone():
    client = browser()
    hand_in(client, workbook())
    TableUpload.objects.update(uploaded_at=timezone.now() - dt.timedelta(days=2))
    hand_in(client, workbook(phone="2"))
    assert TableUpload.objects.count() == 1


SCHEME = {
    "what": "approve", "number": "12/QĐ-UBND", "signed_on": "2026-01-05", "issuer": "UBND tỉnh",
    "valid_from": "2026-01-10", "code": ["CM.01", "", "LD.01"], "name": ["Tư pháp", "", "Trưởng phòng"],
    "group": ["professional", "", "leadership"], "heads": ["2", "", "1"],
}  # fmt: skip


def test_a_scheme_is_entered_filled_and_counted(actor_of):
    officer = actor_of("xa.canbo")
    url, client = f"/staffing/{officer.agency_id}/", browser()
    assert client.post(url, SCHEME).status_code == 302
    assert list(StaffingScheme.objects.get().positions.values_list("code", "head_count")) == [
        ("CM.01", 2),
        ("LD.01", 1),
    ]
    client.post(url, {"what": "assign", f"position.{officer.post.pk}": "CM.01"})
    assert Post.objects.get(pk=officer.post.pk).position == "CM.01"
    assert staffing_figures(officer.on, [officer.agency_id])[officer.agency_id].used == 1
    assert "Tư pháp" in client.get(url).content.decode()
    assert client.get("/staffing/?only=schemes").status_code == 200


def test_a_scheme_at_fault_names_its_row_and_keeps_what_was_typed(actor_of):
    url = f"/staffing/{actor_of('xa.canbo').agency_id}/"
    answer = browser().post(url, SCHEME | {"heads": ["2", "", "many"]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Row 3" in page
    assert "Trưởng phòng" in page
    assert "12/QĐ-UBND" in page
    assert not StaffingScheme.objects.exists()


def test_units_cut_are_entered_and_taken_back(actor_of):
    url, client = f"/staffing/{actor_of('xa.canbo').agency_id}/", browser()
    cut = {"what": "streamline", "kind": "cut", "name_vi": "Phòng Y tế", "units_before": "3", "units_after": "2"}
    cut |= {"heads_cut": "1", "number": "4/QĐ", "signed_on": "2026-01-01", "effective_on": "2026-02-01"}
    assert client.post(url, cut | {"units_after": "3"}).status_code == 422
    assert client.post(url, cut).status_code == 302
    row = Streamlining.objects.get()
    client.post(url, {"what": "withdraw", "row": row.pk})
    assert Streamlining.objects.get().withdrawn_at is not None


def test_an_officer_notes_an_absence_and_takes_it_back(actor_of):
    client, other = browser("xa.canbo"), actor_of("xa.kinhte").post.person
    today = timezone.localdate()
    form = {"first_day": today, "last_day": today + dt.timedelta(days=2), "stand_in": other.pk}
    assert client.post("/absences/", form | {"last_day": today - dt.timedelta(days=1)}).status_code == 422
    assert client.post("/absences/", form).status_code == 302
    row = Absence.objects.get()
    assert other.full_name in client.get("/absences/").content.decode()
    assert actor_of("xa.canbo").post.person.full_name in browser("xa.kinhte").get("/absences/").content.decode()
    assert browser("xa2.canbo").post(f"/absences/{row.pk}/cancel/").status_code == 403
    client.post(f"/absences/{row.pk}/cancel/")
    assert Absence.objects.get().cancelled_at is not None


def test_others_absences_are_seen_and_noted_by_who_heads_them_only(actor_of):
    person = actor_of("xa.canbo").post.person
    today = timezone.localdate()
    form = {"person": person.pk, "first_day": today, "last_day": today}
    assert browser("xa.kinhte").get(f"/absences/?person={person.pk}").status_code == 403
    assert browser("xa2.lanhdao").post("/absences/", form).status_code == 403
    assert browser("xa.lanhdao").post("/absences/", form).status_code == 302
    assert Absence.objects.get().person == person


def test_a_leader_finds_the_leaver_and_hands_over(actor_of):
    leaver = actor_of("xa.canbo").post
    client = browser("xa.lanhdao")
    assert leaver.person.full_name in client.get("/people/hand-over/?q=mau giang").content.decode()
    assert client.get(f"/people/hand-over/?post={leaver.pk}").status_code == 200
    assert client.post("/people/hand-over/", {"post": leaver.pk, "successor": ""}).status_code == 302
    assert Event.objects.filter(kind="post.handed_over").count() == 1


def test_another_agencys_post_is_not_handed_over(actor_of):
    leaver = actor_of("xa2.canbo").post
    client = browser("xa.lanhdao")
    assert leaver.person.full_name not in client.get(f"/people/hand-over/?post={leaver.pk}").content.decode()
    client.post("/people/hand-over/", {"post": leaver.pk})
    assert not Event.objects.filter(kind="post.handed_over").exists()


def test_an_acting_post_is_given_on_the_page(actor_of):
    officer = actor_of("xa.canbo").post
    client = browser()
    form = {"unit": officer.unit_id, "role": "head_of_unit", "valid_from": timezone.localdate(), "acting": "1"}
    client.post(f"/people/{officer.person_id}/", form)
    assert not Post.objects.filter(person=officer.person, acting=True).exists()
    until = timezone.localdate() + dt.timedelta(days=60)
    client.post(f"/people/{officer.person_id}/", form | {"valid_to": until})
    assert Post.objects.get(person=officer.person, acting=True).role == "head_of_unit"


def test_lists_tell_service_units_and_vertical_bodies_apart(actor_of):
    from motcua.record.organisation.models import Agency

    Agency.objects.filter(pk=actor_of("xa.canbo").agency_id).update(kind="vertical")
    page = browser().get("/agencies/?kind=vertical").content.decode()
    assert page.count("<tr><td") == 1
    assert "vertical body" in page

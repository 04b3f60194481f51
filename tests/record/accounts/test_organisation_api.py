"""The organisation by program: people, posts, agencies by decision, calendars, tables; post and scope are both asked."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.web.api.test_api import Program

from motcua.record.ledger.verifying import verify
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.models import Agency, CalendarDay, Person, Post

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BOTH = ("organisation:read", "organisation:write")


class Office:
    """A program of one post that keeps the organisation."""

    def __init__(self, actor: Any, scopes: tuple[str, ...] = BOTH) -> None:
        self.browser = Program(actor, scopes=scopes, name=f"{actor.post.pk}-{scopes}"[:100]).browser

    def get(self, path: str, **query: str) -> Any:
        return self.browser.get(f"/api/v1{path}", query)

    def send(self, method: str, path: str, **body: Any) -> Any:
        return self.browser.generic(
            method, f"/api/v1{path}", json.dumps(body, default=str), content_type="application/json"
        )

    def post(self, path: str, **body: Any) -> Any:
        return self.send("POST", path, **body)


@pytest.fixture
def office(actor_of: Any) -> Office:
    return Office(actor_of("quantri"))


@pytest.fixture
def commune() -> Agency:
    post = Post.objects.select_related("unit__agency").get(person__account__username="xa.canbo")
    found: Agency = post.unit.agency
    return found


def test_a_person_comes_gets_a_post_and_an_account_and_leaves_by_program(office: Office, commune: Agency) -> None:
    came = office.post("/people", staff_code="NV.901", full_name="Trần Thị  Thử", email="thu@example.vn")
    assert (came.status_code, came.json()["full_name"]) == (201, "Trần Thị Thử"), came.content
    unit = commune.units.filter(kind="room").first()
    given = office.post("/people/NV.901/posts", agency=commune.code, unit=unit.key, role="handling_officer")
    assert given.status_code == 201, given.content
    secret = office.post("/people/NV.901/account", username="tran.thu").json()["first_password"]
    assert office.post("/people/NV.901/account/reset-password").json()["first_password"] != secret
    changed = office.send("PUT", "/people/NV.901", full_name="Trần Thị Mới", phone="0905000001")
    assert changed.json()["full_name"] == "Trần Thị Mới"
    assert [one["staff_code"] for one in office.get("/people", q="tran thi moi").json()] == ["NV.901"]
    left = office.post("/people/NV.901/leave").json()
    assert (left["active"], left["account_open"], left["posts"][0]["role"]) == (False, False, "handling_officer")
    assert left["posts"][0]["valid_to"] is not None
    assert verify().ok


def test_an_account_is_closed_and_opened_again(office: Office) -> None:
    code = Person.objects.get(account__username="xa.canbo").staff_code
    assert office.post(f"/people/{code}/account/close").json()["account_open"] is False
    assert office.post(f"/people/{code}/account/open-again").json()["account_open"] is True
    own = Person.objects.get(account__username="quantri").staff_code
    assert office.post(f"/people/{own}/account/close").status_code == 422


def test_a_posts_work_passes_to_a_successor_and_the_post_ends(office: Office, commune: Agency) -> None:
    leaver = Post.objects.get(person__account__username="xa.canbo")
    office.post("/people", staff_code="NV.902", full_name="Lê Văn Thay")
    body = {"agency": commune.code, "unit": leaver.unit.key, "role": leaver.role}
    successor = office.post("/people/NV.902/posts", **body).json()["id"]
    preview = office.post(f"/posts/{leaver.pk}/preview-hand-over", successor=successor)
    assert preview.status_code == 200, preview.content
    assert all(line["faults"] == [] for line in preview.json())
    assert office.post(f"/posts/{leaver.pk}/hand-over", successor=successor).status_code == 200
    ended = office.post(f"/posts/{leaver.pk}/end", last_day=timezone.localdate())
    assert ended.json()["valid_to"] == str(timezone.localdate() + DAY)
    assert office.post(f"/posts/{leaver.pk}/hand-over", successor=leaver.pk).status_code == 422
    assert office.post("/posts/999999/end", last_day=timezone.localdate()).status_code == 404


def test_an_absence_is_noted_with_a_stand_in_and_cancelled(office: Office) -> None:
    away = Person.objects.get(account__username="xa.canbo").staff_code
    today = timezone.localdate()
    noted = office.post("/absences", staff_code=away, first_day=today, last_day=today + DAY)
    assert noted.status_code == 201, noted.content
    assert office.post("/absences", staff_code=away, first_day=today, last_day=today).status_code == 409
    assert office.post(f"/absences/{noted.json()['id']}/cancel").json()["cancelled_at"]


def draft_of(office: Office, on: dt.date) -> str:
    head = {"number": "77/NQ-HĐND", "signed_on": on - DAY, "effective_on": on, "legal_basis": "Luật 72/2025/QH15"}
    answer = office.post("/agency-decisions", **head)
    assert answer.status_code == 201, answer.content
    found: str = answer.json()["id"]
    return found


def test_agencies_change_by_a_decision_that_is_drafted_previewed_and_committed(office: Office, commune: Agency) -> None:
    today = timezone.localdate()
    one = f"/agency-decisions/{draft_of(office, today)}"
    line = {"kind": "renamed", "sources": [commune.code], "results": [{"name_vi": "Uỷ ban nhân dân xã Tên Mới"}]}
    added = office.post(f"{one}/lines", **line)
    assert added.json()["lines"][0]["sources"] == [commune.code], added.content
    before = Agency.objects.get(pk=commune.pk).name_vi
    assert office.post(f"{one}/preview").json() == {
        "may_commit": True, "made": [], "ended": [], "moving": [], "faults": []
    }  # fmt: skip
    assert Agency.objects.get(pk=commune.pk).name_vi == before
    assert office.post(f"{one}/commit").json()["status"] == "carried_out"
    assert office.get(f"/agencies/{commune.code}").json()["name_vi"] == "Uỷ ban nhân dân xã Tên Mới"
    yesterday = office.get(f"/agencies/{commune.code}", on=str(today - DAY)).json()
    assert yesterday["name_vi"] == before
    assert office.post(f"{one}/commit").status_code == 409


def test_two_communes_merge_into_a_new_one_whose_lines_name_codes(office: Office) -> None:
    today = timezone.localdate()
    first, second = Agency.objects.on(today).filter(level="commune").order_by("code")[:2]
    one = f"/agency-decisions/{draft_of(office, today)}"
    new = {"code": f"{first.code.split('.')[0]}.999", "name_vi": "Uỷ ban nhân dân xã Gộp"}
    line = {"kind": "merged", "sources": [first.code, second.code], "results": [new]}
    assert office.post(f"{one}/lines", **line).status_code == 201
    preview = office.post(f"{one}/preview").json()
    assert (preview["may_commit"], preview["made"]) == (True, [new["code"]])
    assert preview["ended"] == [first.code, second.code]
    assert {moving["new"] for moving in preview["moving"]} == {new["code"]}
    assert office.post(f"{one}/discard").json()["status"] == "discarded"
    assert not Agency.objects.filter(code=new["code"]).exists()


def test_a_line_that_names_no_agency_is_refused_with_its_field_and_a_line_can_be_taken_out(
    office: Office, commune: Agency
) -> None:
    one = f"/agency-decisions/{draft_of(office, timezone.localdate())}"
    refused = office.post(f"{one}/lines", kind="dissolved", sources=["H15.000"])
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (404, "sources")
    office.post(f"{one}/lines", kind="dissolved", sources=[commune.code])
    assert office.post(f"{one}/lines/1/remove").json()["lines"] == []
    assert office.post(f"{one}/commit").json()["code"] == "decision.empty"
    changed = office.send(
        "PUT", one, number="78/NQ", signed_on=timezone.localdate(), effective_on=timezone.localdate(), legal_basis="x"
    )
    assert changed.json()["number"] == "78/NQ"
    assert Decision.objects.get().status == "draft"


def test_units_desks_job_positions_and_units_cut_are_entered(office: Office, commune: Agency) -> None:
    path, today = f"/agencies/{commune.code}", timezone.localdate()
    assert office.post(f"{path}/units", key="phong-moi", kind="desk", name_vi="Phòng mới").status_code == 201
    desk = office.post(f"{path}/desks", unit="phong-moi", name_vi="Quầy mới").json()["desks"][-1]
    assert (desk["unit"], desk["name_vi"]) == ("phong-moi", "Quầy mới")
    positions = [{"code": "CV01", "name_vi": "Chuyên viên", "group": "professional", "head_count": 3}]
    head = {"number": "5/QĐ", "signed_on": today, "issuer": "UBND tỉnh", "valid_from": today}
    scheme = office.post(f"{path}/schemes", **head, positions=positions)
    assert (scheme.status_code, scheme.json()["positions"]) == (201, 1), scheme.content
    post = Post.objects.filter(unit__agency=commune).first()
    assert office.post(f"/posts/{post.pk}/position", position="CV01").json()["position"] == "CV01"
    wrong = office.post(
        f"{path}/schemes", **head | {"valid_from": today + DAY}, positions=[positions[0] | {"group": "?"}]
    )
    assert wrong.status_code == 422
    cut = {"kind": "cut", "name_vi": "Phòng A", "units_before": 3, "units_after": 2, "number": "6/QĐ"}
    entered = office.post(f"{path}/streamlinings", **cut, signed_on=today, effective_on=today)
    assert entered.status_code == 201, entered.content
    back = f"{path}/streamlinings/{entered.json()['id']}/withdraw"
    assert office.post(back).json()["withdrawn_at"]
    assert office.post(back).status_code == 409


def test_a_day_off_is_set_and_taken_away_and_shifts_are_set(office: Office) -> None:
    day = timezone.localdate() + 20 * DAY
    body = {"kind": "off", "name_vi": "Nghỉ bù", "source": "Công điện 1/CĐ-TTg"}
    assert office.send("PUT", f"/calendars/default/days/{day}", **body).status_code == 200
    assert str(day) in {d["date"] for d in office.get("/calendars/default", year=str(day.year)).json()["days"]}
    assert office.send("DELETE", f"/calendars/default/days/{day}").status_code == 204
    assert not CalendarDay.objects.filter(date=day).exists()
    week = [{"weekday": d, "opens": "07:00", "closes": "11:30"} for d in range(5)]
    shifts = office.send("PUT", "/calendars/default/shifts", valid_from=day, shifts=week)
    assert shifts.status_code == 200, shifts.content
    assert sum(1 for s in shifts.json()["shifts"] if s["valid_from"] == str(day)) == 5
    crossed = [{"weekday": 0, "opens": "11:00", "closes": "07:00"}]
    assert office.send("PUT", "/calendars/default/shifts", valid_from=day, shifts=crossed).status_code == 422
    assert office.send("PUT", f"/calendars/none/days/{day}", **body).status_code == 404


def test_the_tables_go_out_and_come_back_changing_only_what_differs(office: Office) -> None:
    content = office.get("/organisation-tables", sheet="people").content
    text = content.decode("utf-8-sig")
    name = Person.objects.get(account__username="xa.canbo").full_name
    file = SimpleUploadedFile("people.csv", text.replace(name, "Nguyễn Văn Đổi").encode())
    plan = office.browser.post("/api/v1/organisation-tables/preview", {"file": file}).json()
    assert (plan["counts"]["people"]["changed"], plan["faults"]) == (1, [])
    file.seek(0)
    stale = office.browser.post(f"/api/v1/organisation-tables/apply?digest={'0' * 64}", {"file": file})
    assert stale.status_code == 409
    file.seek(0)
    done = office.browser.post(f"/api/v1/organisation-tables/apply?digest={plan['digest']}", {"file": file})
    assert done.status_code == 200, done.content
    assert Person.objects.filter(full_name="Nguyễn Văn Đổi").exists()
    wrong = SimpleUploadedFile("people.csv", "Không,Có\n1,2\n".encode())
    assert office.browser.post("/api/v1/organisation-tables/apply", {"file": wrong}).status_code == 422


READS = ("/people", "/agency-decisions", "/organisation-tables")


@pytest.mark.parametrize("path", READS)
def test_only_an_administrators_program_reads_people_decisions_and_tables(path: str, actor_of: Any) -> None:
    assert Office(actor_of("quantri")).get(path).status_code == 200
    assert Office(actor_of("xa.canbo")).get(path).status_code == 403
    assert Office(actor_of("quantri"), scopes=("dossiers:read",)).get(path).status_code == 403


def test_whoever_may_not_change_learns_nothing_of_what_is_there(actor_of: Any) -> None:
    officer, reader = Office(actor_of("xa.canbo")), Office(actor_of("quantri"), scopes=("organisation:read",))
    for office in (officer, reader):
        for path in ("/people/NONE/leave", "/posts/999999/position", "/agencies/H15.000/desks"):
            body = {"position": "x", "unit": "x", "name_vi": "x"}
            assert office.post(path, **body).status_code == 403, path

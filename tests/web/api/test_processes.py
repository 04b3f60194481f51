"""The API of internal processes: a draft's way by program, faults named, scopes kept, BPMN out and in."""

import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from tests.web.api.test_api import Program

pytestmark = pytest.mark.django_db
WRITE = ("processes:read", "processes:write")


class Desk:
    """A program of one post that speaks of processes."""

    def __init__(self, actor: Any, scopes: tuple[str, ...] = WRITE) -> None:
        self.browser: Browser = Program(actor, scopes=scopes).browser

    def get(self, path: str = "", **query: str) -> Any:
        return self.browser.get(f"/api/v1/processes{path}", query)

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        kind = "application/json"
        return self.browser.generic(method, f"/api/v1/processes{path}", json.dumps(body), content_type=kind)


@pytest.fixture
def admin(actor_of: Any) -> Desk:
    return Desk(actor_of("quantri"))


@pytest.fixture
def draft(admin: Desk) -> dict[str, Any]:
    answer = admin.send("POST", "", {"procedure": "1.009994", "level": "commune"})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_draft_is_opened_saved_and_approved_by_program(admin: Desk, draft: dict[str, Any]) -> None:
    assert (draft["status"], draft["faults"]) == ("draft", [])
    steps = draft["steps"]
    steps[1]["switches"] = {"may_cancel": False}
    saved = admin.send(
        "PUT", f"/{draft['id']}", {"seen": draft["seen"], "steps": steps, "drafts": {"stop": ["leader"]}}
    )
    assert saved.status_code == 200, saved.content
    assert saved.json()["steps"][1]["switches"] == {"may_cancel": False}
    today = timezone.localdate().isoformat()
    decision = {"decision": "9/QĐ", "decided_on": today, "valid_from": today, "seen": saved.json()["seen"]}
    approved = admin.send("POST", f"/{draft['id']}/approve", decision)
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    listed = admin.get(procedure="1.009994").json()
    assert {p["status"] for p in listed if p["level"] == "commune"} == {"approved", "replaced"}


def test_an_unsound_table_is_saved_with_its_faults_and_not_approved(admin: Desk, draft: dict[str, Any]) -> None:
    steps = draft["steps"][:-1]
    saved = admin.send("PUT", f"/{draft['id']}", {"seen": draft["seen"], "steps": steps}).json()
    assert [fault["code"] for fault in saved["faults"]] == ["last_not_return"]
    today = timezone.localdate().isoformat()
    decision = {"decision": "9/QĐ", "decided_on": today, "valid_from": today, "seen": saved["seen"]}
    refused = admin.send("POST", f"/{draft['id']}/approve", decision)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "process.last_not_return"


def test_words_that_are_not_to_be_chosen_are_named_by_row(admin: Desk, draft: dict[str, Any]) -> None:
    steps = draft["steps"]
    steps[1]["role"] = "king"
    steps[2]["switches"] = {"may_fly": True}
    answer = admin.send("PUT", f"/{draft['id']}", {"seen": draft["seen"], "steps": steps})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["steps.2.role", "steps.3.switches.may_fly"]


def test_a_negative_time_is_refused_by_the_schema(admin: Desk, draft: dict[str, Any]) -> None:
    steps = draft["steps"]
    steps[1]["amount"] = -1
    answer = admin.send("PUT", f"/{draft['id']}", {"seen": draft["seen"], "steps": steps})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.steps.1.amount")


def test_two_who_save_the_same_draft_do_not_overwrite_each_other(admin: Desk, draft: dict[str, Any]) -> None:
    body = {"seen": draft["seen"], "steps": draft["steps"][:3]}
    assert admin.send("PUT", f"/{draft['id']}", body).status_code == 200
    assert admin.send("PUT", f"/{draft['id']}", body).json()["code"] == "process.changed"


def test_a_draft_is_discarded_once(admin: Desk, draft: dict[str, Any]) -> None:
    body = {"seen": draft["seen"]}
    assert admin.send("POST", f"/{draft['id']}/discard", body).json()["status"] == "discarded"
    assert admin.send("POST", f"/{draft['id']}/discard", body).status_code == 409


def test_what_is_written_as_bpmn_is_read_again(admin: Desk, draft: dict[str, Any]) -> None:
    written = admin.get(f"/{draft['id']}/bpmn")
    assert written["Content-Type"].startswith("application/xml")
    read = admin.browser.post("/api/v1/processes/read-bpmn", written.content, content_type="application/xml")
    assert read.status_code == 200, read.content
    assert (read.json()["steps"], read.json()["notes"]) == (draft["steps"], [])


def test_a_file_with_entities_is_refused(admin: Desk) -> None:
    laughs = b'<!DOCTYPE d [<!ENTITY a "ha">]><d>&a;</d>'
    answer = admin.browser.post("/api/v1/processes/read-bpmn", laughs, content_type="application/xml")
    assert (answer.status_code, answer.json()["code"]) == (422, "bpmn.doctype")


def test_scopes_and_posts_are_kept(actor_of: Any, draft: dict[str, Any]) -> None:
    reader = Desk(actor_of("xa.canbo"), scopes=("processes:read",))
    assert reader.get(f"/{draft['id']}").status_code == 200
    body = {"procedure": "1.009994", "level": "commune"}
    assert reader.send("POST", "", body).json()["code"] == "token.scope_missing"
    officer = Desk(actor_of("xa.truongphong"))
    assert officer.send("POST", "", body).status_code == 403
    assert Desk(actor_of("xa.lanhdao"), scopes=("dossiers:read",)).get(f"/{draft['id']}").status_code == 403


def test_what_is_not_there_is_a_404(admin: Desk) -> None:
    assert admin.get("/999999").status_code == 404
    assert admin.get(procedure="0.0").status_code == 404
    assert admin.send("POST", "", {"procedure": "0.0", "level": "commune"}).status_code == 404

"""The API of what is not received, of files, steps and papers."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.api.test_api import BIRTH, Program

from motcua.serve.dossiers.models import Dossier, State

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def clerk(actor_of: Any) -> Program:
    return Program(actor_of("xa.tiepnhan"))


@pytest.fixture
def code(clerk: Program) -> str:
    return str(clerk.post(body=BIRTH).json()["code"])


def upload(program: Program, code: str, content: bytes = PDF, **typed: str) -> Any:
    file = SimpleUploadedFile("scan.pdf", content, "application/pdf")
    return program.browser.post(f"/api/v1/dossiers/{code}/files", {"file": file, **typed})


def test_a_filing_is_refused_by_program_with_its_form(clerk: Program) -> None:
    answer = clerk.post("/refuse", {"filing": BIRTH, "reason": "không thuộc thẩm quyền", "legal_basis": "Luật Hộ tịch"})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["state"], answer.json()["due_at"]) == (State.REFUSED, None)
    assert [p["form"] for p in clerk.get(f"/{answer.json()['code']}/papers").json()] == ["03"]


def test_a_refusal_without_reason_is_refused(clerk: Program) -> None:
    answer = clerk.post("/refuse", {"filing": BIRTH, "reason": " ", "legal_basis": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "reason.missing")
    assert not Dossier.objects.exists()


def test_papers_are_asked_for_before_receipt(clerk: Program) -> None:
    filing = BIRTH | {"components": []}
    answer = clerk.post("/request-papers", {"filing": filing, "items": ["Tờ khai"], "reason": "thiếu"})
    assert (answer.status_code, answer.json()["state"]) == (201, State.SUPPLEMENT)
    assert clerk.post("/request-papers", {"filing": filing, "items": []}).status_code == 422


def test_a_file_is_added_and_checked_by_its_content(clerk: Program, code: str) -> None:
    added = upload(clerk, code, purpose="scan", component="declaration")
    assert added.status_code == 201, added.content
    assert (added.json()["purpose"], added.json()["size"]) == ("scan", len(PDF))
    assert Dossier.objects.get(code=code).components.get(component__key="declaration").digitised
    assert upload(clerk, code, b"MZ no pdf").status_code == 422
    assert upload(clerk, code, purpose="king").status_code == 422


def test_steps_say_where_it_lies(clerk: Program, actor_of: Any, code: str) -> None:
    clerk.post(f"/{code}/forward")
    steps = clerk.get(f"/{code}/steps").json()
    assert [step["state"] for step in steps][:2] == ["done", "now"]
    hand = steps[1]["tasks"][0]
    assert hand["closed_at"] is None
    assert hand["opened_at"].endswith("+07:00")
    officer = Program(actor_of("xa.canbo"))
    assert (
        officer.post(f"/{code}/assign", {"post": actor_of("xa.canbo").post.pk, "task": hand["task"]}).status_code == 200
    )


def test_a_paper_is_printed_and_counted(clerk: Program, code: str) -> None:
    slip = clerk.get(f"/{code}/papers").json()[0]
    address = f"/api/v1/dossiers/{code}/papers/{slip['id']}/print?language=en"
    answer = clerk.browser.post(address, "", content_type="application/json")
    assert answer.content.startswith(b"%PDF")
    assert clerk.get(f"/{code}/papers").json()[0]["prints"] == slip["prints"] + 1


def test_others_see_nothing_and_scopes_are_kept(actor_of: Any, code: str) -> None:
    stranger = Program(actor_of("xa2.canbo"))
    for path in ("steps", "papers"):
        assert stranger.get(f"/{code}/{path}").status_code == 404
    assert upload(stranger, code).status_code == 404
    reader = Program(actor_of("xa.canbo"), scopes=("dossiers:read",))
    assert reader.get(f"/{code}/steps").status_code == 200
    assert upload(reader, code).json()["code"] == "token.scope_missing"
    body = json.loads(reader.post("/refuse", {"filing": BIRTH, "reason": "x", "legal_basis": "x"}).content)
    assert body["code"] == "token.scope_missing"

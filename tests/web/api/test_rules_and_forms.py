"""Reviews, rules of publication, catalogue files, forms and promises by program."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.samples import birth
from tests.web.api.test_api import Program

from motcua.record.ledger.models import Event
from motcua.serve.dossiers.actions import receive_dossier

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(actor_of: Any) -> Any:
    browser = Program(actor_of("quantri")).browser

    def send(method: str, path: str, **body: Any) -> Any:
        return browser.generic(method, f"/api/v1{path}", json.dumps(body, default=str), content_type="application/json")

    send.browser = browser  # type: ignore[attr-defined]
    return send


def test_a_review_goes_its_way_into_a_draft(ask: Any) -> None:
    opened = ask("POST", "/reviews", procedure="1.001193")
    assert opened.status_code == 201, opened.content
    one, today = f"/reviews/{opened.json()['id']}", timezone.localdate()
    assert ask("POST", f"{one}/propose").json()["code"] == "review.nothing"
    line = {"name": "Đi lại", "hours_before": "2", "hours_after": "0", "fee_before": 8000}
    dropped = [{"key": "birth-certificate", "reason": "đã có trong CSDL"}]
    saved = ask("PUT", one, times_a_year=10, wage_an_hour=40_000, lines=[line], dropped=dropped)
    assert (saved.status_code, saved.json()["saved_a_year"]) == (200, 880_000), saved.content
    assert saved.json()["dropped"] == ["birth-certificate"]
    assert ask("POST", f"{one}/propose").json()["state"] == "proposed"
    assert ask("POST", f"{one}/reopen", reason="Thiếu số liệu").json()["reason"] == "Thiếu số liệu"
    ask("POST", f"{one}/propose")
    approval = {"decision": "3/QĐ", "decided_on": today, "valid_from": today + dt.timedelta(days=9)}
    assert ask("POST", f"{one}/approve", **approval).json()["state"] == "approved"
    assert ask("POST", f"{one}/reject", reason="x").status_code == 409
    assert ask("GET", "/reviews").json()[0]["procedure"] == "1.001193"
    assert ask("PUT", one, dropped=[{"key": "no-such-paper"}]).status_code == 409


def test_rules_of_publication_are_set_with_their_source(ask: Any) -> None:
    later = timezone.localdate() + dt.timedelta(days=30)
    rules = ask("GET", "/publication-rules").json()
    key = rules["deadlines"][0]["key"]
    body = {"key": key, "amount": 3, "unit": "wd", "source": "NĐ mới", "valid_from": later}
    assert ask("POST", "/publication-rules/deadlines", **body).json()["amount"] == 3
    assert ask("POST", "/publication-rules/deadlines", **body | {"amount": 0}).status_code == 422
    asked = {"key": "ro-rang", "name_vi": "Có rõ không?", "source": "NĐ mới", "valid_from": later}
    question = ask("POST", "/publication-rules/questions", **asked)
    assert question.status_code == 201, question.content
    end = f"/publication-rules/questions/{question.json()['id']}/end"
    until = str(later + dt.timedelta(days=5))
    assert ask("POST", end, valid_to=until).json()["valid_to"] == until
    wage = {"amount_an_hour": 45_000, "source": "NSO", "valid_from": later}
    assert ask("POST", "/publication-rules/wages", **wage).json()["amount_an_hour"] == 45_000


def test_a_catalogue_file_is_handed_in_and_its_faults_are_told(ask: Any) -> None:
    file = SimpleUploadedFile("x.json", b"{not json")
    answer = ask.browser.post("/api/v1/catalogue-imports?valid_from=2026-12-01", {"file": file})
    assert answer.status_code == 201, answer.content
    assert answer.json()["faults"]
    done = ask("POST", f"/catalogue-imports/{answer.json()['id']}/carry-out")
    assert done.status_code == 422


def test_a_form_is_made_named_anew_saved_and_published(ask: Any) -> None:
    made = ask("POST", "/forms", code="to-khai-thu", name_vi="Tờ khai thử")
    assert made.status_code == 201, made.content
    assert ask("PUT", "/forms/to-khai-thu", name_vi="Tờ khai mới", name_en="New").json()["name_vi"] == "Tờ khai mới"
    assert ask("PUT", "/forms/to-khai-thu", name_vi=" ").status_code == 422
    assert ask("PUT", "/forms/none-such", name_vi="x").status_code == 404
    one = f"/forms/versions/{made.json()['id']}"
    fields = [{"key": "name", "kind": "text", "label_vi": "Họ tên"}]
    wrong = [*fields, {"key": "b", "kind": "text", "label_vi": "B", "show_if": [{"field": "gone", "op": "filled"}]}]
    saved = ask("PUT", one, fields=wrong, seen=[])
    assert saved.status_code == 200, saved.content
    assert "gone" in saved.json()["faults"][0]
    refused = ask("POST", f"{one}/publish", valid_from=timezone.localdate(), seen=saved.json()["fields"])
    assert (refused.status_code, "gone" in refused.json()["detail"]) == (422, True)
    again = ask("PUT", one, fields=fields, seen=saved.json()["fields"]).json()
    published = ask("POST", f"{one}/publish", valid_from=timezone.localdate(), seen=again["fields"])
    assert published.json()["status"] == "published", published.content
    draft = ask("POST", "/forms/to-khai-thu/draft").json()
    assert draft["number"] == 2
    discarded = ask("POST", f"/forms/versions/{draft['id']}/discard", seen=draft["fields"])
    assert discarded.json()["status"] == "discarded"


def test_an_identity_number_is_shown_in_full_with_a_reason_that_stands_in_the_ledger(actor_of: Any) -> None:
    clerk = actor_of("xa.tiepnhan")
    dossier = receive_dossier(by=clerk, filing=birth())
    program = Program(clerk)
    shown = program.post(f"/{dossier.code}/reveal-identity", {"reason": "counter"})
    assert shown.status_code == 200, shown.content
    assert shown.json()[0]["identity_number"] == dossier.parties.first().identity_number
    assert Event.objects.get(kind="dossier.identity_revealed").payload["facts"] == {"reason": "counter"}
    assert program.post(f"/{dossier.code}/reveal-identity", {"reason": "because"}).status_code == 422
    assert program.post(f"/{dossier.code}/print-control-slip").json() == {"code": dossier.code, "form": "06"}
    assert program.post(f"/{dossier.code}/print-delivery").status_code == 404


def test_promises_are_looked_at_and_made_again_by_program(ask: Any) -> None:
    plan = ask("GET", "/calendars/default/promises")
    assert (plan.status_code, plan.json()["moving"]) == (200, 0), plan.content
    assert ask("POST", "/calendars/default/promises", source="").status_code == 422
    run = ask("POST", "/calendars/default/promises", source="Công điện 1")
    assert run.status_code == 202, run.content
    assert ask("GET", f"/calendars/default/promises/{run.json()['id']}").json()["source"] == "Công điện 1"
    assert ask("GET", "/calendars/none/promises").status_code == 404

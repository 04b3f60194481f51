"""Groups of linked procedures on their page and by program: the next version, faults by field, filings keep theirs."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html
from tests.web.api.test_api import Program

from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.serve.dossiers.actions.linked import group_on
from motcua.serve.dossiers.models import LinkedGroup

pytestmark = pytest.mark.django_db
CODE = "2.002621"
URL = f"/linked-procedures/{CODE}/"


@pytest.fixture
def admin() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="quantri"))
    return client


def typed(admin: Client, url: str = URL) -> dict[str, str]:
    """Return what the page would send as it stands, from today."""
    form = next(f for f in html.fromstring(admin.get(url).content.decode()).forms if "valid_from" in f.fields)
    sent = {name: value.lstrip("\n") for name, value in form.form_values()}
    return sent | {"valid_from": str(timezone.localdate())}


def test_the_next_version_ends_the_one_before_it_and_filings_keep_theirs(admin: Client) -> None:
    today = timezone.localdate()
    before = group_on(CODE, today)
    sent = typed(admin) | {"name_vi": "Liên thông mới", "part-optional-2": "1"}
    assert admin.post(URL, sent).status_code == 302
    after = group_on(CODE, today)
    assert (after.number, after.name_vi) == (before.number + 1, "Liên thông mới")
    assert [p.procedure.code for p in after.parts.all()] == [p.procedure.code for p in before.parts.all()]
    assert after.parts.all()[1].takes == before.parts.all()[1].takes
    before.refresh_from_db()
    assert before.valid_to == today
    assert before.parts.count() == after.parts.count(), "what was filed before keeps its parts"
    assert verify().ok


def test_a_group_is_made_anew(admin: Client) -> None:
    sent = typed(admin, "/linked-procedures/new/") | {"code": "9.100001", "name_vi": "Hai thủ tục"}
    sent |= {"part-key-1": "birth", "part-procedure-1": "1.001193"}
    sent |= {"part-key-2": "residence", "part-procedure-2": "1.004222", "part-waits_for-2": "birth"}
    assert admin.post("/linked-procedures/new/", sent).status_code == 302
    assert "Hai thủ tục" in admin.get("/linked-procedures/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"part-waits_for-1": "insurance"}, "part-waits_for-1", "no earlier part"),
        ({"part-waits_for-2": "residence"}, "part-waits_for-2", "no earlier part"),
        ({"part-takes-2": "insurance = x"}, "part-takes-2", "does not wait"),
        ({"part-procedure-2": "0.000000"}, "part-procedure-2", "no procedure 0.000000"),
        ({"part-key-2": "birth", "part-waits_for-2": "", "part-takes-2": ""}, "part-key-2", "twice"),
        ({"part-agency-1": "H99"}, "part-agency-1", "no agency"),
        ({"valid_from": "2020-01-01"}, "valid_from", "from today"),
        ({"valid_from": "x"}, "valid_from", "date"),
        ({"name_vi": " "}, "name_vi", "name"),
    ],
)
def test_what_does_not_do_is_named_at_its_field_and_nothing_changes(
    changed: dict[str, str], field: str, words: str, admin: Client
) -> None:
    answer = admin.post(URL, typed(admin) | changed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#{field}"' in page
    assert words in page
    assert not LinkedGroup.objects.filter(code=CODE, number__gt=1).exists()


def test_a_program_publishes_a_version_and_a_second_one_of_the_day_is_refused(actor_of: Any) -> None:
    program = Program(actor_of("quantri"), scopes=("catalogue:write",)).browser
    parts = [{"key": "a", "procedure": "1.001193"}, {"key": "b", "procedure": "1.004222", "waits_for": ["a"]}]
    body = {"name_vi": "Liên thông", "valid_from": str(timezone.localdate() + dt.timedelta(days=1)), "parts": parts}

    def send(**changed: Any) -> Any:
        path = f"/api/v1/linked-procedures/{CODE}/group"
        return program.put(path, json.dumps(body | changed), content_type="application/json")

    assert send(parts=parts[:1]).status_code == 422
    assert send().json()["number"] == 2
    assert send().status_code == 409

"""The API: tokens and scopes, a dossier's way by program, errors as problem+json, its published description."""

import json

import pytest
from django.test import Client as Browser
from django.utils import timezone
from openapi_spec_validator import validate

from motcua.record.accounts.actions import create_client, issue_token, revoke_token
from motcua.record.accounts.actions.clients import SCOPES
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actor import system
from motcua.serve.dossiers.models import Dossier

pytestmark = pytest.mark.django_db

BIRTH = {
    "procedure": "1.001193",
    "owner": {"name": "Nguyễn Văn Thử", "identity_number": "066090012345", "phone": "0905123456"},
    "components": [{"key": "declaration", "originals": 1}, {"key": "birth-certificate", "originals": 1}],
}


class Program:
    """An API client of one account's post."""

    def __init__(self, actor, scopes=SCOPES, name="") -> None:
        now = timezone.now()
        by = system(timezone.localdate(now))
        client = create_client(by=by, name=name or f"p{actor.post.pk}", post=actor.post, now=now)
        self.token, self.secret = issue_token(by=by, client=client, scopes=scopes, now=now)
        self.browser = Browser(headers={"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"})

    def get(self, path="", **query):
        return self.browser.get(f"/api/v1/dossiers{path}", query)

    def post(self, path="", body=None, **headers):
        text = body if isinstance(body, str) else json.dumps(body or {})
        return self.browser.post(f"/api/v1/dossiers{path}", text, content_type="application/json", headers=headers)


@pytest.fixture
def clerk(actor_of):
    return Program(actor_of("xa.tiepnhan"))


def test_a_dossier_goes_its_way_by_program(clerk, actor_of):
    answer = clerk.post(body=BIRTH)
    assert answer.status_code == 201, answer.content
    code = answer.json()["code"]
    assert answer.json()["due_at"].endswith("+07:00")
    assert clerk.post(f"/{code}/forward").status_code == 200
    assert Program(actor_of("xa.canbo")).post(f"/{code}/forward").json()["state"] == 4
    assert Program(actor_of("xa.lanhdao")).post(f"/{code}/finish").json()["state"] == 9
    assert clerk.post(f"/{code}/return", {"taken_by": "Nguyễn Văn Thử"}).json()["state"] == 10
    assert clerk.get(f"/{code}").json()["returned_at"]
    assert [d["code"] for d in clerk.get(q="nguyen van thu").json()] == [code]
    actors = set(Event.objects.filter(kind__startswith="dossier.").values_list("actor", flat=True))
    assert all(actor.startswith("client:") for actor in actors)
    assert verify().ok


def test_the_same_key_gives_the_same_dossier_and_other_content_409(clerk):
    first = clerk.post(body=BIRTH, **{"Idempotency-Key": "a"}).json()["code"]
    assert clerk.post(body=BIRTH, **{"Idempotency-Key": "a"}).json()["code"] == first
    other = clerk.post(body=BIRTH | {"sets": 2}, **{"Idempotency-Key": "a"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.other_content")
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"procedure": "0.0"}, 422, "procedure.unknown"),
        ({"components": []}, 422, "component.missing"),
        ({"owner": {"name": "A", "identity_number": "12345678901X"}}, 422, "party.identity_number"),
        ({"received_at": "2099-01-01T08:00:00+07:00"}, 422, "received_at.future"),
        ({"owner": {"name": "x" * 500}}, 422, "party.name_too_long"),
        ({"owner": {}}, 422, "missing"),
        ({"channel": 9}, 422, "less_than_equal"),
    ],
)
def test_bad_input_is_a_problem_that_names_its_field(clerk, change, status, code):
    answer = clerk.post(body=BIRTH | change)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert code in [e["code"] for e in answer.json()["errors"]]
    assert all(e["field"] for e in answer.json()["errors"])
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', '{"procedure": "a\\u0000"}'])
def test_what_is_no_filing_is_refused(clerk, body):
    assert clerk.post(body=body).status_code in (400, 422)


def test_without_a_valid_token_nothing_answers(actor_of):
    assert Browser().get("/api/v1/dossiers?q=abc").status_code == 401
    program = Program(actor_of("xa.tiepnhan"))
    revoke_token(by=system(timezone.localdate()), token=program.token, now=timezone.now())
    answer = program.get(q="abc")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_token_does_only_what_its_scopes_name(actor_of):
    reader = Program(actor_of("xa.tiepnhan"), scopes=["dossiers:read"])
    assert reader.post(body=BIRTH).json()["code"] == "token.scope_missing"
    assert reader.get(q="abc").status_code == 403


def test_another_agencys_dossier_is_not_found(clerk, actor_of):
    code = clerk.post(body=BIRTH).json()["code"]
    other = Program(actor_of("xa2.canbo"))
    assert other.get(f"/{code}").status_code == 404
    assert other.post(f"/{code}/forward").status_code == 404
    assert other.get("/H15.01-000101-0001").json()["detail"] == other.get(f"/{code}").json()["detail"]


def test_an_action_that_the_state_forbids_is_a_conflict(clerk):
    code = clerk.post(body=BIRTH).json()["code"]
    answer = clerk.post(f"/{code}/return", {"taken_by": "A"})
    assert (answer.status_code, answer.json()["code"]) == (409, "state.not_allowed")


def test_the_description_is_public_and_valid():
    answer = Browser().get("/api/v1/openapi.json")
    description = answer.json()
    assert answer.status_code == 200
    assert description["openapi"].startswith("3.1")
    validate(description)
    operations = {o["operationId"] for path in description["paths"].values() for o in path.values()}
    assert operations == {"receive", "read", "search", "forward", "finish", "return"}

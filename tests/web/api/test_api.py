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
from motcua.serve.dossiers.actions import __all__ as dossier_actions
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


@pytest.mark.parametrize(
    ("body", "status"), [("{", 400), ("[]", 422), ("null", 422), ('"x"', 422), ('{"procedure": "a\\u0000"}', 422)]
)
def test_what_is_no_filing_is_refused(clerk, body, status):
    assert clerk.post(body=body).status_code == status


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
    assert {"receive", "read", "search", "forward", "finish", "return"} <= operations
    # Every action on a dossier is in the description, but those that need a file, a print or a form of their own.
    by_page_only = {
        "add_attachment",
        "print_paper",
        "refuse_filing",
        "request_papers_before_receipt",
        "reveal_identity",
    }
    many = {"forward_many", "return_many"}
    named = {name.removesuffix("_dossier") for name in dossier_actions if name not in by_page_only | many}
    alike = {"return_result": "return", "extend_with_apology": "extend", "consult_agency": "consult",
             "answer_consultation": "answer", "move_to_agency": "move", "void_receipt": "void", "assign_task": "assign",
             "cancel_consultation": "cancel_consultation", "receive_with": "receive"}  # fmt: skip
    assert {alike.get(name, name) for name in named} <= operations


TRADE = {
    "procedure": "1.001612",
    "owner": {"name": "Trần Thị Mẫu", "identity_number": "066190054321", "phone": "0905654321"},
    "components": [{"key": "application", "originals": 1}, {"key": "identity", "copies": 1}],
    "payment": {"how": "cash"},
}


class TestEveryOtherAction:
    @pytest.fixture
    def head(self, actor_of):
        return Program(actor_of("xa.truongphong"))

    @pytest.fixture
    def code(self, clerk, head):
        code = clerk.post(body=TRADE).json()["code"]
        assert clerk.post(f"/{code}/forward").status_code == 200
        return code

    def test_supplement_and_payment_duty_stop_and_start_the_clock(self, clerk, head, code):
        asked = head.post(f"/{code}/request-supplement", {"items": ["Đơn"], "reason": "thiếu"})
        assert asked.json()["state"] == 5, asked.content
        assert clerk.post(f"/{code}/record-supplement").json()["state"] == 4
        assert head.post(f"/{code}/pause-for-fee", {"amount": 50000}).json()["state"] == 6
        assert clerk.post(f"/{code}/settle-fee").json()["state"] == 4

    def test_recall_assign_and_send_back(self, clerk, head, actor_of, code):
        assert head.post(f"/{code}/forward").status_code == 200
        assert head.post(f"/{code}/recall", {"reason": "nhầm"}).status_code == 200
        assert head.post(f"/{code}/forward").status_code == 200
        officer = actor_of("xa.kinhte")
        assert head.post(f"/{code}/assign", {"post": officer.post.pk}).status_code == 200
        back = Program(officer).post(f"/{code}/send-back", {"to_step": "assign", "reason": "xem lại"})
        assert back.status_code == 200, back.content

    def test_opinion_mishap_and_repair(self, clerk, head, actor_of, code):
        other = actor_of("xa2.truongphong")
        body = {"agency": other.post.unit.agency.code, "question": "Có vướng không?"}
        assert head.post(f"/{code}/consult", body).status_code == 200
        asked = Dossier.objects.get(code=code).consultations.get()
        answers = [Program(actor_of(name), name=name) for name in ("xa2.canbo", "xa2.kinhte", "xa2.truongphong")]
        got = [a.post(f"/{code}/answer", {"consultation": asked.pk, "answer": "Không"}).status_code for a in answers]
        assert 200 in got
        assert clerk.post(f"/{code}/record-mishap", {"kind": "lost", "what": "mất bản sao"}).status_code == 200
        mishap = Dossier.objects.get(code=code).mishaps.get()
        repaired = clerk.post(f"/{code}/repair-mishap", {"mishap": mishap.pk, "repair": "cấp lại", "cost": 20000})
        assert repaired.status_code == 200, repaired.content

    def test_two_dossiers_of_one_applicant_on_one_receipt(self, clerk, code):
        again = clerk.post(body=TRADE | {"on_receipt_of": code})
        assert again.status_code == 201, again.content
        third = clerk.post(body=TRADE).json()["code"]
        assert clerk.post(f"/{third}/join-group", {"receipt_of": code}).status_code == 200
        assert Dossier.objects.get(code=third).membership.group_id == Dossier.objects.get(code=code).pk

    def test_ends_without_a_result(self, clerk, head, actor_of, code):
        leader = Program(actor_of("xa.lanhdao"))
        assert head.post(f"/{code}/withdraw", {"reason": "x"}).status_code == 403, "only the desk"
        assert leader.post(f"/{code}/stop", {"reason": "theo đơn"}).json()["state"] == 8
        assert clerk.post(f"/{code}/withdraw", {"reason": "x"}).status_code == 409

    def test_a_token_without_the_scope_does_none_of_them(self, actor_of, code):
        poor = Program(actor_of("xa.truongphong"), scopes=("dossiers:read",), name="poor")
        assert poor.post(f"/{code}/pause-for-fee").status_code == 403

    def test_an_unknown_agency_is_named(self, head, code):
        answer = head.post(f"/{code}/consult", {"agency": "X00.00", "question": "?"})
        assert (answer.status_code, answer.json()["code"]) == (422, "agency.unknown")

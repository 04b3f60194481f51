"""The API of linked filings, arrivals, the post, second appointments and compensation."""

import json

import pytest
from tests.samples import birth, first_certificate
from tests.web.api.test_api import BIRTH, Program

from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier

pytestmark = pytest.mark.django_db
DECLARATION = {"components": [{"key": "declaration", "originals": 1}]}
LINKED = {
    "owner": BIRTH["owner"],
    "parts": {"birth": {"components": BIRTH["components"]}, "residence": DECLARATION, "insurance": DECLARATION},
}


class Side(Program):
    """A client that also asks beside the dossiers."""

    def ask(self, path, body=None):
        if body is None:
            return self.browser.get(f"/api/v1{path}")
        return self.browser.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


@pytest.fixture
def clerk(actor_of):
    return Side(actor_of("xa.tiepnhan"))


def test_a_birth_is_filed_once_and_read_as_a_whole(clerk):
    groups = {g["code"]: g for g in clerk.ask("/linked-procedures").json()}
    assert [p["key"] for p in groups["2.002621"]["parts"]] == ["birth", "residence", "insurance"]
    answer = clerk.ask("/linked-procedures/2.002621", LINKED)
    assert answer.status_code == 201, answer.content
    whole = answer.json()
    assert [p["waits"] for p in whole["parts"]] == [False, True, True]
    assert whole["due_at"] == max(p["due_at"] for p in whole["parts"])
    code = whole["parts"][1]["dossier"]["code"]
    assert clerk.get(f"/{code}/linked").json() == whole


def test_what_is_missing_is_named_by_part(clerk):
    body = LINKED | {"parts": LINKED["parts"] | {"residence": {"components": []}}}
    answer = clerk.ask("/linked-procedures/2.002621", body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["residence.components.declaration"]
    assert clerk.ask("/linked-procedures/9.9", LINKED).status_code == 404
    assert not Dossier.objects.exists()


def test_an_optional_part_that_is_not_given_is_left_out(clerk):
    parts = {key: part for key, part in LINKED["parts"].items() if key != "insurance"}
    answer = clerk.ask("/linked-procedures/2.002621", LINKED | {"parts": parts})
    assert len(answer.json()["parts"]) == 2


def test_a_dossier_of_its_own_has_no_linked_filing(clerk):
    code = clerk.post(body=BIRTH).json()["code"]
    assert clerk.get(f"/{code}/linked").status_code == 404


def test_what_arrived_is_accepted_guided_or_refused(clerk):
    codes = [clerk.ask("/arrivals", BIRTH | {"channel": 2}).json()["code"] for _n in range(3)]
    assert clerk.ask("/arrivals", BIRTH).status_code == 422
    assert clerk.post(f"/{codes[0]}/accept").json()["state"] == 2
    assert clerk.post(f"/{codes[1]}/ask-before-receipt", {"items": ["x"], "reason": "y"}).json()["state"] == 5
    assert clerk.post(f"/{codes[2]}/refuse", {"reason": "x", "legal_basis": "y"}).json()["state"] == 3


def test_results_go_by_post_and_are_followed(clerk, actor_of):
    by = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=by, filing=birth(return_method="post"))
    for hand in (by, actor_of("xa.canbo")):
        actions.forward_dossier(by=hand, dossier_id=dossier.pk)
    actions.finish_dossier(by=actor_of("xa.lanhdao"), dossier_id=dossier.pk)
    made = clerk.ask("/postal-lists", {"items": [{"code": dossier.code}]})
    assert made.status_code == 201, made.content
    address = f"/postal-lists/{made.json()['id']}"
    item = made.json()["items"][0]["id"]
    assert clerk.ask(f"{address}/hand-over", {"carried_by": "x"}).json()["items"][0]["status"] == "posted"
    clerk.ask(f"/postal-lists/items/{item}/tracking", {"tracking_number": "EH1VN"})
    followed = clerk.ask(f"/postal-lists/items/{item}/arrived", {}).json()
    assert (followed["status"], followed["tracking_number"]) == ("arrived", "EH1VN")
    assert clerk.ask(f"/postal-lists/items/{item}/back", {"reason": "x"}).status_code == 409
    other = Side(actor_of("xa2.tiepnhan"))
    assert other.ask(address).status_code == 404
    assert other.ask(f"/postal-lists/items/{item}/arrived", {}).status_code == 404
    assert clerk.ask(f"{address}/cancel", {}).status_code == 409


def test_a_second_appointment_is_made_by_program(actor_of):
    hands = {name: actor_of(f"dat.{name}") for name in ("tiepnhan", "canbo", "lanhdao")}
    dossier = actions.receive_dossier(by=hands["tiepnhan"], filing=first_certificate())
    for name in ("tiepnhan", "canbo"):
        actions.forward_dossier(by=hands[name], dossier_id=dossier.pk)
    actions.finish_dossier(by=hands["lanhdao"], dossier_id=dossier.pk)
    desk = Program(hands["tiepnhan"])
    assert desk.post(f"/{dossier.code}/return", {"taken_by": "x"}).json()["state"] == 6
    answer = desk.post(f"/{dossier.code}/start-phase").json()
    assert (answer["state"], answer["finished_at"]) == (4, None)
    assert answer["due_at"] != answer["first_due_at"]


def test_a_claim_is_decided_and_paid_by_program(clerk, actor_of):
    code = clerk.post(body=BIRTH).json()["code"]
    clerk.post(f"/{code}/record-mishap", {"kind": "lost", "what": "x"})
    number = Dossier.objects.get(code=code).mishaps.get().pk
    assert clerk.post(f"/{code}/claim-compensation", {"mishap": number, "damage": "x"}).status_code == 200
    body = {"mishap": number, "amount": 1, "decision": "1/QĐ"}
    assert clerk.post(f"/{code}/decide-compensation", body).status_code == 403
    assert Program(actor_of("xa.lanhdao")).post(f"/{code}/decide-compensation", body).status_code == 200
    assert clerk.post(f"/{code}/pay-compensation", {"mishap": number}).status_code == 200

"""Publication by program: a decision's whole way, scopes kept, refusals with their fields, shares with their lines."""

import datetime as dt
import json
from typing import Any

import pytest
from tests.web.api.test_api import Program

from motcua.serve.catalogue.publication import actions
from motcua.serve.catalogue.queries import version_on

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BOTH = ("publication:read", "publication:write")


class Office:
    """A program of one post that publishes."""

    def __init__(self, actor: Any, scopes: tuple[str, ...] = BOTH) -> None:
        self.browser = Program(actor, scopes=scopes).browser

    def get(self, path: str, **query: str) -> Any:
        return self.browser.get(f"/api/v1/publication{path}", query)

    def post(self, path: str, **body: Any) -> Any:
        return self.browser.post(f"/api/v1/publication{path}", json.dumps(body), content_type="application/json")


def test_a_decision_goes_its_whole_way_by_program(admin, checker, draft, today):
    office, check = Office(admin), Office(checker)
    opened = office.post("/decisions", title="Công bố", agency="H15")
    assert opened.status_code == 201, opened.content
    one = f"/decisions/{opened.json()['id']}"
    item = {"kind": "amended", "version_id": draft.pk, "law_effective_on": f"{today + 30 * DAY}"}
    added = office.post(f"{one}/items", **item).json()["items"][0]
    assert (added["procedure"], added["number"]) == ("1.001193", draft.number)
    assert office.post(f"{one}/items/{added['id']}/remove").json()["items"] == []
    office.post(f"{one}/items", **item)
    assert office.post(f"{one}/ask-for-check").json()["state"] == "checking"
    assert check.post(f"{one}/return", reason="Thiếu").json()["return_reason"] == "Thiếu"
    office.post(f"{one}/ask-for-check")
    met = [{"key": q.key, "verdict": "met"} for q in actions.checklist_on(today)]
    assert check.post(f"{one}/pass-check", answers=met).json()["state"] == "checked"
    signed = office.post(f"{one}/sign", number="5/QĐ-UBND", signed_on=f"{today}", signer="Chủ tịch")
    assert signed.json()["number"] == "5/QĐ-UBND"
    assert office.post(f"{one}/publish", published_on=f"{today}").json()["state"] == "published"
    assert version_on("1.001193", draft.valid_from) == draft
    assert [d["state"] for d in office.get("/decisions", state="published").json()] == ["published"]
    told = office.get("/shares", **{"from": f"{today}", "to": f"{today}"}).json()
    assert (told["published"]["numerator"], told["published"]["denominator"]) == (1, 1)
    assert told["updated"]["lines"][0]["decision_id"] == opened.json()["id"]


def test_a_refusal_names_its_fields(decision, admin, checker, carry_on):
    carry_on("checking")
    one = f"/decisions/{decision.pk}"
    refused = Office(checker).post(f"{one}/pass-check", answers=[{"key": "fees", "verdict": "not_met"}])
    assert refused.status_code == 422
    assert "verdict-fees" in [error["field"] for error in refused.json()["errors"]]
    assert Office(admin).post(f"{one}/publish", published_on="2026-01-01").status_code == 409
    assert Office(admin).post("/decisions", title="", agency="H99").json()["code"] == "invalid"


def test_scopes_and_posts_are_kept(decision, admin, actor_of):
    reader = Office(admin, scopes=("publication:read",))
    assert reader.get(f"/decisions/{decision.pk}").status_code == 200
    assert reader.post(f"/decisions/{decision.pk}/ask-for-check").status_code == 403
    assert Office(actor_of("xa.canbo")).post(f"/decisions/{decision.pk}/ask-for-check").status_code == 403
    assert reader.get("/decisions/00000000-0000-0000-0000-000000000000").status_code == 404
    assert reader.get("/shares", **{"from": "2026-01-01", "to": "2026-02-01", "agency": "H99"}).status_code == 404

"""A program that acts for a post of an agency that ends goes on for the post of the successor."""

import pytest
from django.utils import timezone

from motcua.record.accounts.actions import create_client, issue_token
from motcua.record.accounts.models import Client
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actions.history import LineInput, Outcome, add_line, commit_decision, draft_decision
from motcua.record.organisation.actor import system


@pytest.mark.django_db
def test_its_token_stays_valid_and_acts_for_the_new_agency(client, actor_of):
    now, today = timezone.now(), timezone.localdate()
    by, clerk, other = system(today), actor_of("xa.tiepnhan"), actor_of("xa2.tiepnhan")
    program = create_client(by=by, name="kiosk", post=clerk.post, now=now)
    _token, secret = issue_token(by=by, client=program, scopes=["dossiers:search"], now=now)
    decision = draft_decision(
        by=by, number="1/NQ", signed_on=today, effective_on=today, legal_basis="Luật 72/2025/QH15", now=now
    )
    new = Outcome(code="H15.901", name_vi="UBND phường Hợp Nhất")
    line = LineInput("merged", [clerk.agency_id, other.agency_id], [new])
    add_line(by=by, decision_id=decision.pk, line=line, now=now)
    commit_decision(by=by, decision_id=decision.pk, now=now)

    assert Client.objects.get(name="kiosk").post.unit.agency.code == "H15.901"
    answer = client.get("/api/v1/dossiers?q=an", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert Event.objects.filter(kind="client.moved").count() == 1
    assert verify().ok

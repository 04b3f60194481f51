"""The record of publication and reviews: replayed from its events it is the same; a back-dated signature is found."""

import datetime as dt

import pytest
from django.utils import timezone

from motcua.record.ledger.sealing import seal
from motcua.record.ledger.verifying import verify
from motcua.serve.catalogue.publication import actions, queries
from motcua.serve.catalogue.publication.models import PublicationDecision
from motcua.serve.catalogue.review import actions as reviewing
from motcua.serve.catalogue.review.actions import ReviewData

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def finding():
    seal(timezone.now())
    return verify().first


def test_a_published_decision_and_a_review_replay_to_what_is_stored(carry_on, admin, draft):
    carry_on("published")
    review = reviewing.open_review(by=admin, code="1.012790", now=timezone.now())
    data = ReviewData(restructures=True, findings="Trùng dữ liệu")
    reviewing.save_review(by=admin, review_id=review.pk, data=data, now=timezone.now())
    assert finding() is None


def test_a_procedure_that_was_taken_off_leaves_no_hole_in_the_record(decision, admin):
    item = decision.items.get()
    actions.remove_item(by=admin, decision_id=decision.pk, item_id=item.pk, now=timezone.now())
    assert finding() is None
    assert list(queries.decision_with_items(decision.pk).items.all()) == []


def test_a_signature_that_is_dated_back_in_the_table_is_found(decision, carry_on):
    carry_on("signed")
    PublicationDecision.objects.filter(pk=decision.pk).update(signed_on=decision.signed_on - 10 * DAY)
    found = finding()
    assert found is not None
    assert (found.row, found.field) == (decision.ledger_key(), "signed_on")

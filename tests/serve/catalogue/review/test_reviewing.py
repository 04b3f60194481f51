"""A review from its opening to the draft version that leaves out what was dropped."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.serve.catalogue.review.conftest import LINES

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication import actions as publication
from motcua.serve.catalogue.publication.models import Offering
from motcua.serve.catalogue.queries import version_on
from motcua.serve.catalogue.review import actions
from motcua.serve.catalogue.review.actions import ReviewData
from motcua.serve.catalogue.review.costing import costing_of
from motcua.serve.catalogue.review.models import Review

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def proposal(review: Review) -> ReviewData:
    """Return a proposal that drops the first paper, takes two days less, and is restructured for online filing."""
    version = review.version
    return ReviewData(
        times_a_year=1_200,
        wage_an_hour=54_000,
        lines=LINES,
        dropped={version.components.first().pk: "Đã có trong Cơ sở dữ liệu đất đai"},
        limit_amount=version.limit_amount - 2,
        limit_unit=version.limit_unit,
        service_level=4,
        restructures=True,
        findings="Giấy tờ trùng với dữ liệu đã có.",
    )


def save(by, review, data):
    return actions.save_review(by=by, review_id=review.pk, data=data, now=timezone.now())


@pytest.fixture
def proposed(review, admin):
    save(admin, review, proposal(review))
    return actions.propose_review(by=admin, review_id=review.pk, now=timezone.now())


def approve(by, review, today, **changes):
    said = {"decision": "99/QĐ-UBND", "decided_on": today, "valid_from": today + 20 * DAY} | changes
    return actions.approve_review(by=by, review_id=review.pk, now=timezone.now(), **said)


def test_a_review_begins_with_the_steps_of_those_who_ask_and_the_fees_as_they_are(review):
    lines = list(review.lines.all())
    fees = sum(fee.amount for fee in review.version.fees.all())
    assert len(lines) == 6
    assert (lines[-1].fee_before, lines[-1].fee_after) == (fees, fees)
    assert review.wage_an_hour == 54_000


def test_what_is_saved_costs_what_the_worked_example_says(review, admin):
    save(admin, review, proposal(review))
    review.refresh_from_db()
    costing = costing_of(review, review.lines.all())
    assert (costing.before.once, costing.after.once) == (706_000, 197_500)
    assert costing.before.a_year == 847_200_000
    assert costing.percent == Decimal("72.03")
    event = Event.objects.filter(chain_id=review.pk).latest("number")
    assert event.payload["facts"]["before"] == 847_200_000


def test_an_approved_review_becomes_the_next_draft_without_what_was_dropped(proposed, admin, today):
    draft = approve(admin, proposed, today)
    old = proposed.version
    assert (draft.status, draft.number) == (ProcedureVersion.Status.DRAFT, old.number + 1)
    assert (draft.limit_amount, draft.service_level) == (old.limit_amount - 2, 4)
    gone = old.components.first().key
    assert {c.key for c in draft.components.all()} == {c.key for c in old.components.all()} - {gone}
    assert old.components.filter(key=gone).exists(), "the version in force is not touched"
    proposed.refresh_from_db()
    assert (proposed.state, proposed.draft, proposed.decision) == ("approved", draft, "99/QĐ-UBND")


def test_once_published_the_draft_is_in_force_and_marked_as_restructured(proposed, admin, actor_of, today):
    draft = approve(admin, proposed, today)
    code, now = draft.procedure.code, timezone.now()
    assert not Offering.objects.filter(procedure=draft.procedure, restructured=True).exists()
    decision = publication.open_decision(by=admin, title="Đơn giản hóa", agency_code="H15", now=now)
    same = {"decision_id": decision.pk, "now": now}
    publication.add_item(by=admin, kind="amended", version_id=draft.pk, law_effective_on=today, **same)
    publication.ask_for_check(by=admin, **same)
    met = {q.key: ("met", "") for q in publication.checklist_on(today)}
    publication.pass_check(by=actor_of("kiemtra"), answers=met, **same)
    publication.sign_decision(by=admin, number="7/QĐ-UBND", signed_on=today, signer="Chủ tịch", **same)
    publication.publish_decision(by=admin, published_on=today, **same)
    assert version_on(code, draft.valid_from) == draft
    mark = Offering.objects.get(procedure=draft.procedure, restructured=True)
    assert (mark.valid_from, mark.decision) == (draft.valid_from, "7/QĐ-UBND")
    before = Offering.objects.get(procedure=draft.procedure, restructured=False)
    assert (before.valid_to, mark.on_portal) == (draft.valid_from, before.on_portal)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"limit_amount": 10_000}, "limit_amount"),
        ({"service_level": 2}, "service_level"),
        ({"dropped": {0: "x"}}, "dropped"),
        ({"lines": (*LINES[:2], replace(LINES[2], money_after=-1))}, "money_after-3"),
        ({"lines": (replace(LINES[0], name=" "),)}, "name-1"),
        ({"lines": LINES * 11}, "lines"),
    ],
)
def test_a_fault_is_named_by_its_field_and_nothing_is_saved(review, admin, wrong, field):
    with pytest.raises(Invalid) as refused:
        save(admin, review, replace(proposal(review), **wrong))
    assert [e.field for e in refused.value.errors] == [field]
    assert review.lines.count() == 6
    review.refresh_from_db()
    assert review.findings == ""


def test_a_review_that_changes_nothing_is_not_proposed(review, admin):
    save(admin, review, ReviewData(lines=LINES))
    with pytest.raises(Refused, match=r"review\.nothing"):
        actions.propose_review(by=admin, review_id=review.pk, now=timezone.now())


def test_a_procedure_is_examined_once_at_a_time(review, admin):
    with pytest.raises(Refused, match=r"review\.open_already"):
        actions.open_review(by=admin, code="1.012790", now=timezone.now())


def test_what_is_proposed_is_not_changed_until_it_is_sent_back(proposed, admin):
    with pytest.raises(Conflict):
        save(admin, proposed, proposal(proposed))
    actions.reopen_review(by=admin, review_id=proposed.pk, reason="Tính lại chi phí", now=timezone.now())
    save(admin, proposed, proposal(proposed))


def test_a_rejected_review_says_why_and_leaves_no_draft(proposed, admin, today):
    with pytest.raises(Refused, match=r"review\.reason"):
        actions.reject_review(by=admin, review_id=proposed.pk, reason="", now=timezone.now())
    actions.reject_review(by=admin, review_id=proposed.pk, reason="Trái luật", now=timezone.now())
    with pytest.raises(Conflict):
        approve(admin, proposed, today)
    assert not ProcedureVersion.objects.filter(status="draft", procedure=proposed.version.procedure).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"decision": " "}, "decision"), ({"decided_on": 1}, "decided_on"), ({"valid_from": -99_999}, "valid_from")],
)
def test_an_approval_needs_a_decision_and_dates_in_order(proposed, admin, today, changes, field):
    dated = {name: max(today + n * DAY, dt.date(2000, 1, 1)) if isinstance(n, int) and n > -9_999 else n
             for name, n in changes.items()}  # fmt: skip
    dated = {name: dt.date(2000, 1, 1) if value == -99_999 else value for name, value in dated.items()}
    with pytest.raises(Invalid) as refused:
        approve(admin, proposed, today, **dated)
    assert [e.field for e in refused.value.errors] == [field]
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


def test_a_leader_approves_what_the_own_agency_examined_and_no_other(proposed, actor_of, today):
    with pytest.raises(NotAllowed):
        approve(actor_of("xa.lanhdao"), proposed, today)
    own = actions.open_review(by=actor_of("xa.truongphong"), code="1.001193", now=timezone.now())
    save(actor_of("xa.truongphong"), own, ReviewData(restructures=True))
    actions.propose_review(by=actor_of("xa.truongphong"), review_id=own.pk, now=timezone.now())
    assert approve(actor_of("xa.lanhdao"), own, today).procedure.code == "1.001193"


def test_an_officer_neither_opens_nor_saves(review, actor_of):
    with pytest.raises(NotAllowed):
        actions.open_review(by=actor_of("xa.canbo"), code="1.001193", now=timezone.now())
    with pytest.raises(NotAllowed):
        save(actor_of("xa.truongphong"), review, ReviewData())


def test_the_page_names_the_cell_of_a_number_that_is_none_and_keeps_what_was_typed(review):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="quantri"))
    typed = {
        "lines": "1",
        "name-1": "Đi nộp",
        "hours_before-1": "hai giờ",
        "money_before-1": "50.000",
        "findings": "Ghi",
    }
    answer = client.post(f"/reviews/{review.pk}/act/save/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="hours_before-1-error"' in page
    assert 'value="hai giờ"' in page
    assert "Ghi</textarea>" in page
    client.post(f"/reviews/{review.pk}/act/save/", typed | {"hours_before-1": "2,5"})
    line = review.lines.get()
    assert (line.hours_before, line.money_before) == (Decimal("2.50"), 50_000)

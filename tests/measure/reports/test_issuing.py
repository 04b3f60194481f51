"""Issued reports stand: they verify after later changes, an edited one is found, corrections make a new edition."""

import datetime as dt

import pytest
from tests.samples import birth

from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.metrics.second_count import count_again
from motcua.measure.reports.actions import check_report, discard_report, draft_report, sign_report
from motcua.measure.reports.models import Issue
from motcua.measure.reports.verifying import differences, verify_report
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Span

pytestmark = pytest.mark.django_db

PERIOD = {"first": dt.date(2026, 11, 1), "last": dt.date(2026, 11, 30)}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def people(actor_of):
    names = {"clerk": "xa.tiepnhan", "leader": "xa.lanhdao", "head": "xa.truongphong", "seal": "xa.vanthu"}
    return {part: actor_of(name) for part, name in names.items()}


@pytest.fixture
def dossiers(people):
    return [
        actions.receive_dossier(by=people["clerk"], filing=birth(), now=at(f"2026-11-2{n}T09:00")) for n in (0, 3, 5)
    ]


def issued(people, **changes) -> Issue:
    made = draft_report(by=people["seal"], form="II.06a", **PERIOD, **changes)
    check_report(by=people["head"], issue_id=made.pk)
    return sign_report(by=people["leader"], issue_id=made.pk)


def test_an_issued_report_verifies_after_later_changes_and_a_new_edition_names_the_cells(people, dossiers):
    issue = issued(people)
    assert (issue.status, issue.number, issue.content["totals"]["3"]) == ("issued", "01/BC-2026", 3)
    actions.void_receipt(by=people["leader"], dossier_id=dossiers[2].pk, reason="x", now=at("2026-11-25T09:30"))
    catch_up()
    assert verify_report(issue).ok
    newer = issued(people, replaces=issue)
    assert (newer.edition, newer.content["totals"]["3"]) == (2, 2)
    assert "Σ [3]: 3 → 2" in list(differences(issue.content, newer.content))
    assert verify().ok


def test_an_edited_cell_or_an_edited_span_is_found(people, dossiers):
    issue = issued(people)
    Span.objects.filter(dossier_id=dossiers[0].pk).update(channel=2)
    assert {finding.kind for finding in verify_report(issue).findings} == {"spans"}
    issue.content["totals"]["4"] = 1
    assert "content" in {finding.kind for finding in verify_report(issue).findings}


def test_nobody_checks_their_own_report_and_only_leaders_sign(people, dossiers):
    own = draft_report(by=people["head"], form="II.06a", **PERIOD)
    with pytest.raises(Conflict):
        check_report(by=people["head"], issue_id=own.pk)
    with pytest.raises(NotAllowed):
        sign_report(by=people["head"], issue_id=own.pk)
    with pytest.raises(Conflict):
        sign_report(by=people["leader"], issue_id=own.pk)
    assert discard_report(by=people["head"], issue_id=own.pk).status == "discarded"
    with pytest.raises(Conflict):
        discard_report(by=people["head"], issue_id=issued(people).pk)


def test_the_second_count_agrees_and_names_a_planted_span(people, dossiers):
    actions.withdraw_dossier(by=people["clerk"], dossier_id=dossiers[1].pk, reason="z", now=at("2026-11-25T10:00"))
    actions.void_receipt(by=people["leader"], dossier_id=dossiers[2].pk, reason="x", now=at("2026-11-25T09:30"))
    actions.refuse_filing(by=people["clerk"], filing=birth(), reason="a", legal_basis="b", now=at("2026-11-23T11:00"))
    question = Question(*PERIOD.values(), catch_up())
    assert (count_again(question).dossiers, count_again(question).differing) == (2, 0)
    Span.objects.filter(dossier_id=dossiers[0].pk, valid_to=None).update(due_on=dt.date(2026, 12, 24))
    found = count_again(question)
    assert found.differing == 1
    (example,) = found.examples
    assert (example.dossier_id, example.field, str(example.spans)) == (str(dossiers[0].pk), "due_on", "2026-12-24")
    Span.objects.filter(dossier_id=dossiers[0].pk).delete()
    assert [(d.field, d.ledger) for d in count_again(question).examples] == [("", "there")]

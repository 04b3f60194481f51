"""From draft to publication: who may, in which order, what comes into force, what is refused with its name."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import chain_of
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.serve.catalogue.models import Process
from motcua.serve.catalogue.publication import actions
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.publication.models import PublicationDeadline
from motcua.serve.catalogue.queries import process_for, version_on

pytestmark = pytest.mark.django_db
BIRTH = "1.001193"
DAY = dt.timedelta(days=1)


def kinds(chain_id):
    return list(Event.objects.filter(chain_id=chain_id).order_by("number").values_list("kind", flat=True))


def met(today):
    return {q.key: ("met", "Đã xem") for q in actions.checklist_on(today)}


def test_a_decision_goes_from_draft_to_publication_with_an_event_for_each_stage(decision, carry_on, today):
    carry_on("published")
    assert kinds(decision.pk) == [
        "publication.opened",
        "publication.item_added",
        "publication.check_asked",
        "publication.checked",
        "publication.signed",
        "publication.published",
    ]
    assert (decision.number, decision.signed_on, decision.published_on) == ("12/QĐ-UBND", today, today)
    assert kinds(chain_of("procedure", BIRTH))[-1] == "procedure.version_in_force"


def test_an_amended_version_is_in_force_from_its_date_and_the_old_one_until_then(in_force, draft, carry_on):
    carry_on("signed")
    assert version_on(BIRTH, draft.valid_from) == in_force, "a draft serves nobody, signed or not"
    carry_on("published")
    assert version_on(BIRTH, draft.valid_from - DAY) == in_force
    assert version_on(BIRTH, draft.valid_from) == draft


def test_the_new_version_goes_by_the_processes_of_the_old_one(in_force, draft, carry_on, today):
    carry_on("published")
    old = process_for(in_force, "commune", today)
    new = process_for(draft, "commune", draft.valid_from)
    assert old.pk != new.pk
    assert [s.key for s in new.steps.all()] == [s.key for s in old.steps.all()]
    assert (old.valid_to, new.valid_from) == (draft.valid_from, draft.valid_from)


def test_a_process_that_was_approved_for_the_draft_is_not_replaced(draft, carry_on):
    own = Process.objects.create(version=draft, level="commune", valid_from=draft.valid_from, decision="77/QĐ")
    carry_on("published")
    assert list(Process.objects.filter(version=draft)) == [own]


def test_an_abolished_procedure_ends_on_its_date(in_force, admin, carry_on, decision, today):
    item = decision.items.get()
    actions.remove_item(by=admin, decision_id=decision.pk, item_id=item.pk, now=timezone.now())
    actions.add_item(
        by=admin,
        decision_id=decision.pk,
        kind="abolished",
        version_id=in_force.pk,
        law_effective_on=today,
        ends_on=today + 5 * DAY,
        now=timezone.now(),
    )
    carry_on("published")
    assert version_on(BIRTH, today + 4 * DAY) == in_force
    assert version_on(BIRTH, today + 5 * DAY) is None
    assert process_for(in_force, "commune", today + 5 * DAY) is None


def test_the_check_is_due_by_the_working_calendar(decision, carry_on):
    PublicationDeadline.objects.filter(key="check").update(amount=1)
    carry_on("checking")
    asked, due = decision.check_asked_at, decision.check_due_at
    assert dt.timedelta(hours=1) < due - asked < dt.timedelta(days=15)
    assert timezone.localtime(due).weekday() < 5


def test_who_asked_for_the_check_does_not_check_it(decision, carry_on, admin, today):
    carry_on("checking")
    with pytest.raises(NotAllowed, match="own_check"):
        actions.pass_check(by=admin, decision_id=decision.pk, answers=met(today), now=timezone.now())


def test_a_check_with_an_open_or_unmet_question_does_not_pass_and_records_nothing(decision, carry_on, checker, today):
    carry_on("checking")
    answers = met(today) | {"papers": ("not_met", "Thừa bản sao"), "fees": ("", "")}
    with pytest.raises(Invalid) as refused:
        actions.pass_check(by=checker, decision_id=decision.pk, answers=answers, now=timezone.now())
    assert {e.field for e in refused.value.errors} == {"verdict-papers", "verdict-fees"}
    decision.refresh_from_db()
    assert (decision.state, decision.answers.count()) == ("checking", 0)


def test_a_decision_goes_back_with_a_reason_and_comes_again_in_a_second_round(decision, carry_on, checker, today):
    carry_on("checking")
    with pytest.raises(Refused, match=r"publication\.reason"):
        actions.return_to_draft(by=checker, decision_id=decision.pk, reason=" ", now=timezone.now())
    answers = {"papers": ("not_met", "Thừa bản sao chứng thực")}
    actions.return_to_draft(
        by=checker, decision_id=decision.pk, reason="Bỏ bản sao", answers=answers, now=timezone.now()
    )
    decision.refresh_from_db()
    assert (decision.state, decision.return_reason) == ("draft", "Bỏ bản sao")
    carry_on("checked")
    assert sorted(set(decision.answers.values_list("round", flat=True))) == [1, 2]
    assert decision.return_reason == ""
    assert decision.answers.get(round=1).remark == "Thừa bản sao chứng thực"


@pytest.mark.parametrize("stage", ["draft", "checking", "checked", "published"])
def test_only_a_signed_decision_is_published(decision, carry_on, admin, today, stage):
    if stage != "draft":
        carry_on(stage)
    with pytest.raises(Conflict, match=r"publication\.state"):
        actions.publish_decision(by=admin, decision_id=decision.pk, published_on=today, now=timezone.now())


@pytest.mark.parametrize("days", [-1, 1])
def test_it_is_published_between_its_signature_and_today(decision, carry_on, admin, today, days):
    carry_on("signed")
    with pytest.raises(Refused, match="published_on"):
        actions.publish_decision(by=admin, decision_id=decision.pk, published_on=today + days * DAY, now=timezone.now())


def test_a_signature_needs_number_signer_and_a_date_that_has_come(decision, carry_on, admin, today):
    carry_on("checked")
    with pytest.raises(Invalid) as refused:
        actions.sign_decision(
            by=admin, decision_id=decision.pk, number=" ", signed_on=today + DAY, signer="", now=timezone.now()
        )
    assert [e.field for e in refused.value.errors] == ["number", "signed_on", "signer"]


def test_a_new_procedure_that_overlaps_a_version_in_force_is_refused_naming_it(decision, draft, admin, today):
    actions.remove_item(by=admin, decision_id=decision.pk, item_id=decision.items.get().pk, now=timezone.now())
    with pytest.raises(Refused) as refused:
        actions.add_item(
            by=admin,
            decision_id=decision.pk,
            kind="new",
            version_id=draft.pk,
            law_effective_on=today,
            now=timezone.now(),
        )
    assert refused.value.code == "publication.overlap"
    assert "1.001193" in refused.value.message
    assert draft.name in refused.value.message
    assert "01/01/2018" in refused.value.message


def test_an_amendment_that_begins_before_the_version_in_force_is_refused(in_force, admin, decision, draft, today):
    actions.remove_item(by=admin, decision_id=decision.pk, item_id=decision.items.get().pk, now=timezone.now())
    draft.valid_from = in_force.valid_from
    draft.save()
    with pytest.raises(Refused, match=r"publication\.overlap"):
        actions.add_item(
            by=admin, decision_id=decision.pk, kind="amended", version_id=draft.pk,
            law_effective_on=today, now=timezone.now(),
        )  # fmt: skip


def test_a_procedure_lies_on_one_open_decision_at_a_time(decision, draft, admin, today):
    other = actions.open_decision(by=admin, title="Khác", agency_code="H15", now=timezone.now())
    with pytest.raises(Refused, match=r"publication\.elsewhere") as refused:
        actions.add_item(
            by=admin,
            decision_id=other.pk,
            kind="amended",
            version_id=draft.pk,
            law_effective_on=today,
            now=timezone.now(),
        )
    assert "Công bố thủ tục hộ tịch" in refused.value.message


def test_an_overlap_that_came_meanwhile_stops_the_whole_publication(decision, draft, carry_on, in_force, admin, today):
    carry_on("signed")
    in_force.valid_from = draft.valid_from + DAY
    in_force.save()
    with pytest.raises(Refused, match=r"publication\.(overlap|nothing_to_amend)"):
        actions.publish_decision(by=admin, decision_id=decision.pk, published_on=today, now=timezone.now())
    decision.refresh_from_db()
    draft.refresh_from_db()
    assert (decision.state, draft.status) == ("signed", "draft")


def test_an_empty_decision_is_not_sent_to_the_check(admin, db):
    empty = actions.open_decision(by=admin, title="Trống", agency_code="H15", now=timezone.now())
    with pytest.raises(Refused, match=r"publication\.empty"):
        actions.ask_for_check(by=admin, decision_id=empty.pk, now=timezone.now())


@pytest.mark.parametrize("username", ["xa.tiepnhan", "xa.lanhdao", "giamdoc"])
def test_others_neither_draft_nor_check_nor_publish(username, actor_of, decision, carry_on, today):
    other = actor_of(username)
    same = {"by": other, "decision_id": decision.pk, "now": timezone.now()}
    carry_on("checking")
    for act, more in (
        (actions.ask_for_check, {}),
        (actions.pass_check, {"answers": met(today)}),
        (actions.return_to_draft, {"reason": "x"}),
        (actions.sign_decision, {"number": "1", "signed_on": today, "signer": "x"}),
        (actions.publish_decision, {"published_on": today}),
    ):
        with pytest.raises(NotAllowed):
            act(**same, **more)


def test_a_copy_keeps_papers_fees_and_results_and_there_is_one_draft_at_a_time(in_force, draft, admin, today):
    for parts in ("components", "fees", "results", "methods", "cases"):
        names = [list(getattr(v, parts).values_list("pk", flat=True)) for v in (in_force, draft)]
        assert len(names[0]) == len(names[1])
        assert not set(names[0]) & set(names[1])
    with pytest.raises(Conflict, match=r"version\.draft_open"):
        draft_next_version(by=admin, version_id=in_force.pk, valid_from=today + DAY, now=timezone.now())


def test_the_page_warns_of_a_process_that_takes_longer_than_the_new_limit(admin, carry_on, decision, draft, in_force):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="quantri"))
    warning = "takes longer than the new time limit"
    assert warning not in client.get(f"/publication/{decision.pk}/").content.decode()
    type(in_force).objects.filter(pk=in_force.pk).update(limit_amount=5, limit_unit="wd")
    type(draft).objects.filter(pk=draft.pk).update(limit_amount=1, limit_unit="wh")
    assert warning in client.get(f"/publication/{decision.pk}/").content.decode()

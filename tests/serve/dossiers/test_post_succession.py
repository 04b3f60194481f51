"""An agency ends while results wait for the post, are on their way, or came back: the successor follows each to its end."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actions.history import (
    LineInput,
    Outcome,
    add_line,
    commit_decision,
    draft_decision,
    preview_decision,
)
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.errors import Conflict
from motcua.record.organisation.models import Agency, Desk
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Dossier, PostalItem, PostalList, State
from motcua.serve.dossiers.offers import came_back
from motcua.serve.dossiers.post_succession import signed_for

pytestmark = pytest.mark.django_db
MERGED = Outcome(code="H15.901", name_vi="UBND phường Hợp Nhất")


@pytest.fixture
def by(actor_of: Any) -> Any:
    return actor_of("quantri")


@pytest.fixture
def old(actor_of: Any) -> Agency:
    return Agency.objects.get(pk=actor_of("xa.tiepnhan").agency_id)


def decision_of(by: Any, line: LineInput, series: str = "anew") -> Decision:
    now, today = timezone.now(), timezone.localdate()
    signed = today - dt.timedelta(days=10)
    made = draft_decision(
        by=by, number="1/NQ", signed_on=signed, effective_on=today, legal_basis="x", series=series, now=now
    )
    add_line(by=by, decision_id=made.pk, line=line, now=now)
    return made


def carry_out(by: Any, line: LineInput, series: str = "anew") -> None:
    commit_decision(by=by, decision_id=decision_of(by, line, series).pk, now=timezone.now())


def ready(actor_of: Any) -> Dossier:
    """Return a birth whose result waits for the post."""
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=birth(return_method="post", return_place="12 Lê Duẩn"))
    for hand in (clerk, actor_of("xa.canbo")):
        actions.forward_dossier(by=hand, dossier_id=dossier.pk)
    return actions.finish_dossier(by=actor_of("xa.lanhdao"), dossier_id=dossier.pk)


@pytest.fixture
def post(actor_of: Any) -> SimpleNamespace:
    """One result on a list, one with the post, one that came back, one that came back and is listed again, one done."""
    clerk = actor_of("xa.tiepnhan")
    listed, sent, back, again, done = (ready(actor_of) for _n in range(5))
    signed = actions.make_postal_list(
        by=clerk, items=[(d.pk, f"EH{n}VN") for n, d in enumerate((sent, back, again, done))]
    )
    actions.hand_to_post(by=clerk, list_id=signed.pk, carried_by="Ông Bưu Tá")
    item = {row.dossier_id: row for row in signed.items.all()}
    actions.note_post_arrived(by=clerk, item_id=item[done.pk].pk)
    for dossier in (back, again):
        actions.note_post_back(by=clerk, item_id=item[dossier.pk].pk, reason="không có người nhận")
    waiting = actions.make_postal_list(by=clerk, items=[(listed.pk, "EH7VN"), (again.pk, "")], carrier="Bưu cục 1")
    return SimpleNamespace(listed=listed, sent=sent, back=back, again=again, done=done, signed=signed, waiting=waiting)


def test_a_list_that_waits_is_the_successors_with_a_number_of_its_own(by, actor_of, old, post):
    second = actor_of("xa2.tiepnhan").agency_id
    carry_out(by, LineInput("merged", [old.pk, second], [MERGED]))
    clerk = actor_of("xa.tiepnhan")
    made = queries.postal_lists(by=clerk).get(handed_at=None)
    assert (made.number, made.carrier, made.desk.unit.agency_id) == ("01/2026/BCCI", "Bưu cục 1", clerk.agency_id)
    assert made.made_by_id == clerk.post.pk, "who made the list sits at the successor's desk now"
    rows = [(i.dossier_id, i.tracking_number, i.status) for i in made.items.order_by("order")]
    assert rows == [(post.listed.pk, "EH7VN", "listed"), (post.again.pk, "", "listed")]
    post.waiting.refresh_from_db()
    assert post.waiting.cancelled_at is not None
    assert not post.waiting.items.exists()
    actions.hand_to_post(by=clerk, list_id=made.pk, carried_by="Bà Bưu Tá")
    post.listed.refresh_from_db()
    assert (post.listed.state, post.listed.agency_received_id) == (State.RETURNED, clerk.agency_id)
    assert verify().ok


def test_what_is_on_its_way_or_came_back_is_followed_by_the_successor(by, actor_of, old, post):
    carry_out(by, LineInput("merged", [old.pk], [MERGED]))
    clerk = actor_of("xa.tiepnhan")
    assert [d.pk for d in queries.for_the_post(by=clerk)] == [post.back.pk]
    actions.give_after_post(by=clerk, dossier_id=post.back.pk, taken_by="Nguyễn Văn Thử")
    sent = PostalItem.objects.get(dossier=post.sent)
    actions.note_post_arrived(by=clerk, item_id=sent.pk)
    sent.refresh_from_db()
    assert sent.status == "arrived"
    assert not queries.for_the_post(by=clerk).exists()
    post.done.refresh_from_db()
    assert post.done.agency_received_id == old.pk, "what was delivered stays with the agency that sent it"
    assert verify().ok


def test_a_list_that_was_signed_names_the_agency_that_signed_it(by, actor_of, old, post):
    name = old.name_vi
    carry_out(by, LineInput("merged", [old.pk], [MERGED]))
    client = Client(headers={"Accept-Language": "vi"})
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    page = client.get(f"/post/{post.signed.pk}/")
    assert page.status_code == 200
    assert name in page.content.decode()
    assert client.get(f"/post/{post.signed.pk}.pdf").status_code == 200
    assert signed_for(PostalList.objects.get(pk=post.signed.pk)).name_vi == name
    anew = PostalList.objects.get(cancelled_at=None, handed_at=None)
    assert signed_for(anew).name_vi == MERGED.name_vi


def test_each_move_is_an_event_and_nothing_is_lost(by, actor_of, old, post):
    before = set(PostalItem.objects.values_list("pk", "dossier_id", "status", "tracking_number"))
    carry_out(by, LineInput("merged", [old.pk], [MERGED]))
    new = Agency.objects.get(code=MERGED.code)
    assert set(PostalItem.objects.values_list("pk", "dossier_id", "status", "tracking_number")) == before
    facts = {"old": old.pk, "new": new.pk}
    for dossier, kind in (
        (post.listed, "dossier.list_succeeded"),
        (post.again, "dossier.list_succeeded"),
        (post.again, "dossier.succeeded"),
        (post.sent, "dossier.succeeded"),
        (post.back, "dossier.succeeded"),
    ):
        event = Event.objects.get(chain_id=dossier.pk, kind=kind)
        assert facts.items() <= event.payload["facts"].items()
        assert event.actor == by.key
    assert Event.objects.filter(chain_id=post.done.pk, kind="dossier.succeeded").count() == 0
    assert Event.objects.filter(kind="postal_list.succeeded").count() == 2
    report = verify()
    assert report.ok, report.first


def test_numbers_carry_on_where_the_decision_says_so(by, actor_of, old, post):
    carry_out(by, LineInput("merged", [old.pk], [MERGED]), series="carry_on")
    assert PostalList.objects.get(cancelled_at=None, handed_at=None).number == "03/2026/BCCI"


def test_after_a_split_the_first_part_follows_what_is_on_its_way(by, actor_of, old, post):
    parts = [Outcome(code="H15.901", name_vi="UBND phường Đông"), Outcome(code="H15.902", name_vi="UBND phường Tây")]
    carry_out(by, LineInput("split", [old.pk], parts))
    clerk = actor_of("xa.tiepnhan")
    assert Agency.objects.get(pk=clerk.agency_id).code == "H15.901"
    made = queries.postal_lists(by=clerk).get(handed_at=None)
    assert {i.dossier_id for i in made.items.all()} == {post.listed.pk, post.again.pk}
    actions.note_post_back(by=clerk, item_id=PostalItem.objects.get(dossier=post.sent).pk, reason="sai địa chỉ")
    assert {d.pk for d in queries.for_the_post(by=clerk)} == {post.back.pk, post.sent.pk}
    assert not PostalList.objects.filter(agency__code="H15.902").exists()
    assert verify().ok


def test_a_successor_without_a_desk_is_told_of_each_result_with_the_post(by, actor_of, old, post):
    second = actor_of("xa2.tiepnhan").agency_id
    Desk.objects.filter(unit__agency=second).update(valid_to=timezone.localdate())
    decision = decision_of(by, LineInput("merged", [old.pk], [Outcome(agency=second)]))
    named = {fault.subject for fault in preview_decision(by=by, decision_id=decision.pk, now=timezone.now()).faults}
    assert {post.listed.code, post.sent.code, post.back.code, post.again.code} <= named
    assert post.done.code not in named


def test_what_came_back_and_was_sent_again_waits_no_more_once_it_arrives(actor_of, post):
    clerk = actor_of("xa.tiepnhan")
    assert {d.pk for d in queries.for_the_post(by=clerk)} == {post.back.pk}
    actions.hand_to_post(by=clerk, list_id=post.waiting.pk, carried_by="x")
    actions.note_post_arrived(by=clerk, item_id=post.waiting.items.get(dossier=post.again).pk)
    assert {d.pk for d in queries.for_the_post(by=clerk)} == {post.back.pk}, "it was delivered"


def test_what_came_back_and_was_taken_off_its_second_list_is_given_at_the_counter(actor_of, post):
    clerk = actor_of("xa.tiepnhan")
    assert not came_back(post.again), "it is on a list"
    with pytest.raises(Conflict, check=lambda e: e.code == "post.nothing_back"):
        actions.give_after_post(by=clerk, dossier_id=post.again.pk, taken_by="Nguyễn Văn Thử")
    actions.take_off_list(by=clerk, item_id=post.waiting.items.get(dossier=post.again).pk)
    assert came_back(post.again)
    assert {d.pk for d in queries.for_the_post(by=clerk)} == {post.back.pk, post.again.pk}
    actions.give_after_post(by=clerk, dossier_id=post.again.pk, taken_by="Nguyễn Văn Thử")
    assert {d.pk for d in queries.for_the_post(by=clerk)} == {post.back.pk}

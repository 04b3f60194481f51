"""Results by public post: lists for the carrier, tracking numbers, what came back."""

import datetime as dt
import subprocess

import pytest
from django.test import Client
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Dossier, PostalItem, PostalList, State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)


@pytest.fixture
def clerk(actor_of):
    return actor_of("xa.tiepnhan")


@pytest.fixture
def ready(actor_of, clerk):
    """Return a maker of results that wait for the post."""

    def make(filing=None):
        filing = filing or birth(return_method="post", return_place="12 Lê Duẩn, Buôn Ma Thuột")
        dossier = actions.receive_dossier(by=clerk, filing=filing, now=MONDAY)
        for by in (clerk, actor_of("xa.canbo")):
            actions.forward_dossier(by=by, dossier_id=dossier.pk, now=MONDAY)
        return actions.finish_dossier(by=actor_of("xa.lanhdao"), dossier_id=dossier.pk, now=MONDAY)

    return make


@pytest.fixture
def posted(clerk, ready):
    """A result that the post has, with its item."""
    dossier = ready()
    made = actions.make_postal_list(by=clerk, items=[(dossier.pk, "EH123456789VN")], now=MONDAY)
    actions.hand_to_post(by=clerk, list_id=made.pk, carried_by="Ông Bưu Tá", now=MONDAY)
    return PostalItem.objects.get()


def client_of(username="xa.tiepnhan"):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username=username))
    return client


def test_results_whose_applicants_chose_the_post_wait_for_a_list(clerk, ready):
    by_post, _at_counter = ready(), ready(birth())
    assert [d.pk for d in queries.for_the_post(by=clerk)] == [by_post.pk]
    actions.make_postal_list(by=clerk, items=[(by_post.pk, "")], now=MONDAY)
    assert not queries.for_the_post(by=clerk).exists(), "what is on a list is not offered again"


def test_handing_a_list_over_returns_every_result_on_it(clerk, ready):
    first, second = ready(), ready()
    made = actions.make_postal_list(by=clerk, items=[(first.pk, "EH1VN"), (second.pk, "EH2VN")], now=MONDAY)
    assert Dossier.objects.get(pk=first.pk).state == State.FINISHED, "the list alone returns nothing"
    actions.hand_to_post(by=clerk, list_id=made.pk, carried_by="Ông Bưu Tá", now=MONDAY)
    for dossier, tracking in ((first, "EH1VN"), (second, "EH2VN")):
        dossier.refresh_from_db()
        delivery = dossier.deliveries.get()
        assert (dossier.state, delivery.method, delivery.tracking_number) == (State.RETURNED, "post", tracking)
    assert set(made.items.values_list("status", flat=True)) == {"posted"}
    assert verify().ok


def test_one_result_that_cannot_go_holds_the_whole_list_and_is_named(clerk, ready):
    good = ready()
    open_one = actions.receive_dossier(by=clerk, filing=household(return_method="post"), now=MONDAY)
    with pytest.raises(Invalid) as refusal:
        actions.make_postal_list(by=clerk, items=[(good.pk, ""), (open_one.pk, "")], now=MONDAY)
    assert open_one.code in refusal.value.errors[0].message
    assert not PostalList.objects.exists()
    assert not PostalItem.objects.exists()


def test_a_list_is_numbered_by_agency_and_year(clerk, ready):
    numbers = [actions.make_postal_list(by=clerk, items=[(ready().pk, "")], now=MONDAY).number for _n in range(2)]
    assert numbers == ["01/2026/BCCI", "02/2026/BCCI"]


def test_a_list_is_handed_over_once_and_cancelled_only_before(clerk, ready):
    dossier = ready()
    made = actions.make_postal_list(by=clerk, items=[(dossier.pk, "")], now=MONDAY)
    actions.cancel_list(by=clerk, list_id=made.pk, now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "post.cancelled"):
        actions.hand_to_post(by=clerk, list_id=made.pk, carried_by="x", now=MONDAY)
    assert [d.pk for d in queries.for_the_post(by=clerk)] == [dossier.pk], "it is at the desk again"
    again = actions.make_postal_list(by=clerk, items=[(dossier.pk, "")], now=MONDAY)
    actions.hand_to_post(by=clerk, list_id=again.pk, carried_by="x", now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "post.handed"):
        actions.cancel_list(by=clerk, list_id=again.pk, now=MONDAY)


def test_what_the_post_delivered_is_done(clerk, posted):
    actions.note_post_arrived(by=clerk, item_id=posted.pk, now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "post.status"):
        actions.note_post_back(by=clerk, item_id=posted.pk, reason="x", now=MONDAY)


def test_what_came_back_goes_out_again_or_is_given_at_the_counter(clerk, posted):
    dossier_id = posted.dossier_id
    with pytest.raises(Refused):
        actions.note_post_back(by=clerk, item_id=posted.pk, reason=" ", now=MONDAY)
    actions.note_post_back(by=clerk, item_id=posted.pk, reason="không có người nhận", now=MONDAY)
    assert [d.pk for d in queries.for_the_post(by=clerk)] == [dossier_id]
    again = actions.make_postal_list(by=clerk, items=[(dossier_id, "EH9VN")], now=MONDAY)
    actions.hand_to_post(by=clerk, list_id=again.pk, carried_by="x", now=MONDAY)
    actions.note_post_back(by=clerk, item_id=again.items.get().pk, reason="lần hai", now=MONDAY)
    actions.give_after_post(by=clerk, dossier_id=dossier_id, taken_by="Nguyễn Văn Thử", now=MONDAY)
    with pytest.raises(Conflict, check=lambda e: e.code == "post.nothing_back"):
        actions.give_after_post(by=clerk, dossier_id=dossier_id, taken_by="Nguyễn Văn Thử", now=MONDAY)
    assert verify().ok


def test_another_agency_sees_neither_list_nor_item(actor_of, posted):
    other = actor_of("xa2.tiepnhan")
    with pytest.raises(NotFound):
        actions.note_post_arrived(by=other, item_id=posted.pk, now=MONDAY)
    assert client_of("xa2.tiepnhan").get(f"/post/{posted.postal_list_id}/").status_code == 404
    with pytest.raises(NotAllowed):
        actions.make_postal_list(by=actor_of("xa.canbo"), items=[(posted.dossier_id, "")], now=MONDAY)


class TestPages:
    def test_a_list_is_made_printed_and_handed_over(self, ready, tmp_path):
        dossier, client = ready(), client_of()
        assert dossier.code in client.get("/post/").content.decode()
        form = {"dossier": str(dossier.pk), f"tracking-{dossier.pk}": "EH123456789VN", "carrier": ""}
        answer = client.post("/post/make/", form)
        made = PostalList.objects.get()
        assert answer.url == f"/post/{made.pk}/"
        file = tmp_path / "list.pdf"
        file.write_bytes(client.get(f"/post/{made.pk}.pdf").content)
        text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
        assert "EH123456789VN" in text
        assert "12 Lê Duẩn" in " ".join(text.split())
        assert "Nhân viên bưu chính" in text or "NHÂN VIÊN BƯU CHÍNH" in text
        client.post(f"/post/{made.pk}/do/hand_over/", {"carried_by": "Ông Bưu Tá"})
        dossier.refresh_from_db()
        assert dossier.state == State.RETURNED
        assert "Ông Bưu Tá" in client.get(f"/post/{made.pk}/").content.decode()

    def test_nothing_ticked_is_told_and_what_was_typed_stays(self, ready):
        dossier, client = ready(), client_of()
        answer = client.post("/post/make/", {f"tracking-{dossier.pk}": "EH7VN", "carrier": "Bưu cục 1"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "EH7VN" in page
        assert "Bưu cục 1" in page

    def test_each_item_is_followed_to_its_end(self, posted):
        client = client_of()
        address = f"/post/{posted.postal_list_id}/do"
        client.post(f"{address}/tracking/", {"item": posted.pk, "tracking_number": "EH555VN"})
        answer = client.post(f"{address}/back/", {"item": posted.pk, "reason": ""})
        assert answer.status_code == 422
        client.post(f"{address}/arrived/", {"item": posted.pk})
        posted.refresh_from_db()
        assert (posted.status, posted.tracking_number) == ("arrived", "EH555VN")

    def test_the_citizen_follows_the_parcel_by_its_number(self, clerk, posted):
        dossier = posted.dossier
        address = f"/track/?code={dossier.code}&s={dossier.tracking_secret}"
        page = Client(headers={"Accept-Language": "en"}).get(address).content.decode()
        assert "EH123456789VN" in page
        assert "with the post" in page
        actions.note_post_back(by=clerk, item_id=posted.pk, reason="x", now=MONDAY)
        page = Client(headers={"Accept-Language": "en"}).get(address).content.decode()
        assert "came back from the post" in page

    def test_what_came_back_is_given_from_the_dossiers_page(self, clerk, posted):
        actions.note_post_back(by=clerk, item_id=posted.pk, reason="x", now=MONDAY)
        client, address = client_of(), f"/dossiers/{posted.dossier_id}/"
        assert "Give at the counter what came back" in client.get(address).content.decode()
        assert client.post(f"{address}do/give_after_post/", {"taken_by": "A"}).status_code == 302

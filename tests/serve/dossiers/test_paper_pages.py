"""Papers that pages offer: delivery sheets, lists of results, receipts in three copies, English beside Vietnamese."""

import re

import pytest
from django.utils import timezone
from tests.formats.paper_samples import about, text_of
from tests.samples import birth, household

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import ComponentInput, PartyInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(actor_of):
    return {who: actor_of(f"xa.{who}") for who in ("tiepnhan", "canbo", "lanhdao")}


@pytest.fixture
def desk(client):
    client.force_login(User.objects.get(username="xa.tiepnhan"))
    return client


@pytest.fixture
def finished(ward):
    """A birth registration whose result is ready."""
    dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=birth())
    actions.forward_dossier(by=ward["tiepnhan"], dossier_id=dossier.pk)
    actions.forward_dossier(by=ward["canbo"], dossier_id=dossier.pk)
    actions.finish_dossier(by=ward["lanhdao"], dossier_id=dossier.pk)
    return dossier


def give(ward, dossier, **how):
    taken = {"taken_by": "Nguyễn Văn Thử", "identity_number": "066090012345"} | how
    return actions.return_result(by=ward["tiepnhan"], dossier_id=dossier.pk, **taken)


def body(answer) -> bytes:
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer) if answer.streaming else answer.content


def pages(pdf: bytes) -> int:
    return int(re.search(r"Pages:\s+(\d+)", about(pdf)).group(1))


class TestDelivery:
    def test_the_page_offers_the_sheet_once_the_result_is_given(self, desk, ward, finished):
        address = f"/dossiers/{finished.pk}/delivery.pdf"
        assert address not in desk.get(f"/dossiers/{finished.pk}/").content.decode()
        assert desk.get(address).status_code == 404
        give(ward, finished)
        assert address in desk.get(f"/dossiers/{finished.pk}/").content.decode()

    def test_it_says_what_was_given_to_whom_as_what(self, desk, ward, finished):
        give(ward, finished)
        said = text_of(body(desk.get(f"/dossiers/{finished.pk}/delivery.pdf")))
        for words in ("PHIẾU GIAO NHẬN KẾT QUẢ", finished.code, "Nguyễn Văn Thử", "Chủ hồ sơ", "066090012345",
                      "Tại quầy", finished.version.results.first().name_vi):  # fmt: skip
            assert words in said

    @pytest.mark.parametrize(
        ("how", "words"),
        [
            ({"taken_by": "Trần Thị Nộp"}, "Tư cách: Người nộp hồ sơ"),
            ({"taken_by": "Ai Đó Khác"}, "Tư cách: Người nhận thay"),
            ({"method": "post", "taken_by": "Bưu tá", "tracking_number": "EK123VN"}, "Tư cách: Nhân viên bưu chính"),
        ],
    )
    def test_who_took_it_is_named_by_their_part(self, desk, ward, how, words):
        filing = birth(submitter=PartyInput(name="Trần Thị Nộp"))
        dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=filing)
        actions.forward_dossier(by=ward["tiepnhan"], dossier_id=dossier.pk)
        actions.forward_dossier(by=ward["canbo"], dossier_id=dossier.pk)
        actions.finish_dossier(by=ward["lanhdao"], dossier_id=dossier.pk)
        give(ward, dossier, **how)
        said = text_of(body(desk.get(f"/dossiers/{dossier.pk}/delivery.pdf")))
        assert words in said
        assert ("EK123VN" in said) == ("tracking_number" in how)

    def test_the_second_print_is_marked(self, desk, ward, finished):
        give(ward, finished)
        address = f"/dossiers/{finished.pk}/delivery.pdf"
        assert "BẢN IN LẠI" not in text_of(body(desk.get(address)))
        assert "BẢN IN LẠI lần 1" in text_of(body(desk.get(address)))


class TestResultList:
    def test_the_days_results_go_back_to_the_desk(self, client, finished):
        client.force_login(User.objects.get(username="xa.vanthu"))
        assert "/result-list/" in client.get("/desk/").content.decode()
        said = text_of(body(client.get("/result-list/")))
        assert "DANH SÁCH BÀN GIAO KẾT QUẢ" in said
        assert finished.code in said
        assert "Tổng số: 1 kết quả" in said

    def test_a_day_without_results_says_so(self, client, finished):
        client.force_login(User.objects.get(username="xa.vanthu"))
        answer = client.get("/result-list/?day=2026-01-05", headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        assert "no result on 05/01/2026" in answer.content.decode()

    def test_a_day_without_papers_to_hand_over_says_so_and_offers_another(self, client):
        client.force_login(User.objects.get(username="giamdoc"))
        answer = client.get("/hand-over/?day=2026-01-05", headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        assert "received no papers on 05/01/2026" in answer.content.decode()

    def test_each_desk_gets_a_list_of_its_own(self, client, actor_of, ward, finished):
        filing = birth(agency=ward["canbo"].post.unit.agency.code)
        centre = actor_of("tiepnhan1")
        other = actions.receive_dossier(by=centre, filing=filing)
        actions.forward_dossier(by=centre, dossier_id=other.pk)
        actions.forward_dossier(by=ward["canbo"], dossier_id=other.pk)
        actions.finish_dossier(by=ward["lanhdao"], dossier_id=other.pk)
        client.force_login(User.objects.get(username="xa.vanthu"))
        pdf = body(client.get("/result-list/"))
        assert pages(pdf) == 2
        first, second = text_of(pdf, page=1), text_of(pdf, page=2)
        assert (other.code in first) != (other.code in second)
        assert (finished.code in first) != (finished.code in second)


class TestReceipt:
    def test_it_comes_once_or_in_three_copies(self, desk, ward):
        dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=household())
        address = f"/dossiers/{dossier.pk}/papers/{dossier.papers.get(form='receipt').pk}.pdf"
        assert f"{address}?copies=3" in desk.get(f"/dossiers/{dossier.pk}/").content.decode()
        assert pages(body(desk.get(address))) == 1
        pdf = body(desk.get(f"{address}?copies=3"))
        assert pages(pdf) == 3
        for page, copy in enumerate(("Lưu", "Giao người nộp", "Kế toán"), start=1):
            assert f"Liên: {copy}" in text_of(pdf, page=page)

    def test_only_a_receipt_has_three(self, desk, ward):
        dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=birth())
        address = f"/dossiers/{dossier.pk}/papers/{dossier.papers.get().pk}.pdf?copies=3"
        assert pages(body(desk.get(address))) == 2


class TestEnglish:
    def test_the_slip_keeps_its_vietnamese_and_adds_english(self, desk, ward):
        filing = birth(
            components=(
                ComponentInput(key="declaration", originals=1),
                ComponentInput(key="birth-certificate", originals=1),
            )
        )
        dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=filing)
        address = f"/dossiers/{dossier.pk}/papers/{dossier.papers.get().pk}.pdf"
        plain, both = (text_of(body(desk.get(a)), page=1) for a in (address, f"{address}?language=en"))
        english = [c.component.name_en for c in dossier.components.select_related("component")]
        assert all(english)
        for words in ("GIẤY TIẾP NHẬN HỒ SƠ", "Thời gian trả kết quả", dossier.code):
            assert words in plain
            assert words in both
        for words in ("Receipt of dossier", "Result due at", "At the counter", "the same working day", *english):
            assert words not in plain
            assert words in both

    @pytest.mark.parametrize("kind", ["control.pdf", "delivery.pdf"])
    def test_slips_of_the_way_and_of_the_delivery_too(self, desk, ward, finished, kind):
        give(ward, finished)
        address = f"/dossiers/{finished.pk}/{kind}"
        plain, both = (text_of(body(desk.get(a))) for a in (address, f"{address}?language=en"))
        words = {"control.pdf": "Control slip", "delivery.pdf": "Delivery of the result"}[kind]
        assert words not in plain
        assert words in both

    @pytest.mark.parametrize("address", ["/register/?as=pdf", "/hand-over/?"])
    def test_lists_too(self, desk, finished, address):
        words = {"/register/?as=pdf": "Register of dossiers", "/hand-over/?": "Hand-over list"}[address]
        assert words not in text_of(body(desk.get(address)))
        assert words in text_of(body(desk.get(f"{address}&language=en")))

    def test_the_page_offers_it(self, desk, finished):
        assert "?language=en" in desk.get(f"/dossiers/{finished.pk}/").content.decode()

    def test_another_language_is_vietnamese(self, desk, finished):
        assert "Register of dossiers" not in text_of(body(desk.get("/register/?as=pdf&language=fr")))


class TestPhones:
    def test_papers_and_the_register_write_them_as_people_do(self, desk, ward):
        dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=birth())
        assert dossier.parties.get().phone == "+84905123456"
        today = timezone.localdate()
        for address in (
            f"/dossiers/{dossier.pk}/papers/{dossier.papers.get().pk}.pdf",
            f"/register/?as=pdf&from={today}",
        ):
            said = text_of(body(desk.get(address)))
            assert "+84" not in said
            assert "0905123456" in said.replace(" ", "")
        page = desk.get("/register/").content.decode()
        assert "0905 123 456" in page
        assert "+84905" not in page


class TestControlSlip:
    def test_each_print_is_written_down_and_marked_from_the_second_on(self, desk, finished):
        address = f"/dossiers/{finished.pk}/control.pdf"
        printed = Event.objects.filter(chain_id=finished.pk, kind="dossier.paper_printed", payload__facts__form="06")
        assert "BẢN IN LẠI" not in text_of(body(desk.get(address)))
        assert printed.count() == 1
        assert "BẢN IN LẠI lần 1" in text_of(body(desk.get(address)))
        assert printed.count() == 2

    def test_who_may_not_read_the_dossier_leaves_no_event(self, client, finished):
        client.force_login(User.objects.get(username="xa2.canbo"))
        assert client.get(f"/dossiers/{finished.pk}/control.pdf").status_code == 404
        assert not Event.objects.filter(chain_id=finished.pk, kind="dossier.paper_printed").exists()


def test_a_receipt_in_english_says_the_amount_in_words_of_both_languages(desk, ward):
    dossier = actions.receive_dossier(by=ward["tiepnhan"], filing=household())
    receipt = dossier.papers.get(form="receipt")
    text = " ".join(text_of(body(desk.get(f"/dossiers/{dossier.pk}/papers/{receipt.pk}.pdf?language=en"))).split())
    assert "Một trăm nghìn đồng" in text
    assert "One hundred thousand dong" in text

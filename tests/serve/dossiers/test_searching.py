"""Finding dossiers by what somebody says of them, newest first, within what one may read."""

import datetime as dt

import pytest
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries, searching
from motcua.serve.dossiers.filing import PartyInput
from motcua.serve.dossiers.models import Participant

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=LOCAL)


def found(by, words, most=100):
    return searching.find_dossiers(by=by, words=words, most=most)


@pytest.fixture(params=[(5_000, 20_000), (0, 2), (0, 3), (0, 5)], ids=str)
def clerk(actor_of, monkeypatch, request):
    """A clerk, where few bear a name, and where so many do that the newest two or three are looked through first."""
    monkeypatch.setattr(searching, "MANY", request.param[0])
    monkeypatch.setattr(searching, "NEWEST", request.param[1])
    return actor_of("xa.tiepnhan")


@pytest.fixture
def receive(clerk):
    """Receive dossiers of people of these names, one a minute; a new identity number each."""
    minutes = iter(range(60))

    def receive(*names, by=clerk):
        rows = []
        for name in names:
            minute = next(minutes)
            owner = PartyInput(name=name, identity_number=f"0660900123{minute:02}", phone="0905123456")
            now = MONDAY + dt.timedelta(minutes=minute)
            rows.append(actions.receive_dossier(by=by, filing=birth(owner=owner), now=now))
        return rows

    return receive


@pytest.mark.parametrize(
    "words", ["nguyen van thu", "Thử", "0905 123 456", "066090012345", "+84905123456", "ngu thu", "van th"]
)
def test_finds_by_name_phone_and_identity_number(clerk, words):
    dossier = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    assert found(clerk, words) == [dossier]


def test_finds_by_code_and_by_its_serial(clerk):
    dossier = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    assert found(clerk, dossier.code.lower()) == [dossier]


@pytest.mark.parametrize("words", ["0905-123-456", "(090) 512 3456", "0660 9001 2345"])
def test_numbers_are_found_however_their_digits_are_parted(clerk, words):
    dossier = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY)
    assert found(clerk, words) == [dossier]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("H'Hen Niê", "h'hen nie"),
        ("H'Hen Niê", "H’Hen"),
        ("H’Hen Niê", "H'Hen Niê"),
        ("H'Hen Niê", "h hen n"),
        ("Y-Khoa Êban", "y-khoa eban"),
        ("Công ty XD&TM Mẫu", "xd&tm"),
        ("Cty 1/5 Mẫu", "cty 1/5"),
        ("Công ty A.B.C", "cong ty a.b"),
        ("Tổ hợp (Mẫu)", "to hop (mau)"),
    ],
)
def test_a_name_with_signs_is_found_as_it_is_written(clerk, receive, name, words):
    (dossier,) = receive(name)
    assert found(clerk, words) == [dossier]


def test_who_files_by_the_thousand_is_found_by_each_desk(clerk, receive, actor_of, monkeypatch):
    monkeypatch.setattr(searching, "FEW", 2)
    other = actor_of("xa2.tiepnhan")
    mine, theirs = receive("Lê Thị Một"), receive("Lê Thị Hai", "Lê Thị Ba", "Lê Thị Bốn", by=other)
    assert found(clerk, "0905 123 456") == mine
    assert found(other, "0905 123 456") == theirs[::-1]


def test_a_number_of_another_agencys_dossier_hides_no_dossier_of_ones_own(clerk, receive, actor_of):
    (mine,), (theirs,) = receive("Tổ 900"), receive("Lê Thị Hai", by=actor_of("xa2.tiepnhan"))
    type(theirs).objects.filter(pk=theirs.pk).update(code="900")
    assert found(clerk, "900") == [mine]


@pytest.mark.parametrize("words", ["", "   ", "'; drop", "a & | !", ":*", "\\", "khong ai ca", ".", "(-)"])
def test_odd_words_find_nothing_and_break_nothing(clerk, words):
    owner = PartyInput(name="Lê Thị Mẫu", phone="0905123456")
    actions.receive_dossier(by=clerk, filing=birth(owner=owner), now=MONDAY)
    assert found(clerk, words) == []


def test_the_newest_come_first_and_no_more_than_asked(clerk, receive):
    rows = receive("Lê Thị Một", "Lê Thị Hai", "Trần Văn Ba", "Lê Thị Bốn", "Lê Thị Năm")
    assert found(clerk, "le thi") == [rows[4], rows[3], rows[1], rows[0]]
    assert found(clerk, "le thi", most=2) == [rows[4], rows[3]]


def test_an_old_dossier_is_found_behind_newer_ones(clerk, receive):
    old, *_newer = receive("Phan Văn Xưa", *["Lê Thị Mới"] * 5)
    assert found(clerk, "phan van xua") == [old]


def test_words_are_whole_words_where_somebody_bears_them(clerk, receive):
    ho, hoa, han = receive("Hồ Thị Lan", "Hoàng Thị Lan", "Lê Thị Hân")
    assert found(clerk, "ho lan") == [ho]
    assert found(clerk, "hoa lan") == [hoa], "nobody is called Hoa"
    assert found(clerk, "thi h") == [han, hoa, ho], "nobody is called H"
    assert found(clerk, "ho") == [ho]
    assert found(clerk, "th la") == [hoa, ho]


def test_a_name_that_only_others_bear_is_taken_as_the_beginning_of_one(clerk, receive, actor_of):
    (hoa,) = receive("Trần Thị Hoa")
    receive("Trần Thị Ho", by=actor_of("xa2.tiepnhan"))
    assert found(clerk, "tran thi ho") == [hoa]


def test_shows_no_other_agencys_dossier(clerk, receive, actor_of):
    receive("Nguyễn Văn Khác", "Nguyễn Văn Khác")
    dossier = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY + dt.timedelta(hours=2))
    assert found(actor_of("xa2.canbo"), "nguyen") == []
    assert found(actor_of("xa2.canbo"), "nguyen", most=1) == []
    assert found(actor_of("xa2.canbo"), "ngu vă") == []
    assert found(actor_of("kiemtra"), "nguyen", most=1) == [dossier]
    assert found(actor_of("quantri"), "nguyen") == []


def test_newer_dossiers_of_others_hide_none_of_the_own(clerk, receive, actor_of):
    other = actor_of("xa2.tiepnhan")
    (own,) = receive("Nguyễn Văn Mình", by=other)
    receive("Nguyễn Văn Khác", "Nguyễn Văn Khác", "Nguyễn Văn Khác")
    assert found(other, "nguyen van", most=1) == [own]


def test_finds_what_the_agency_has_a_part_in(clerk, receive, actor_of):
    (dossier,) = receive("Nguyễn Văn Chung")
    other = actor_of("xa2.canbo")
    Participant.objects.create(dossier=dossier, agency_id=other.agency_id, since=MONDAY)
    assert found(other, "van chung") == [dossier]


def test_finds_what_one_desk_took_in_for_another_agency(clerk, receive, actor_of):
    (dossier,) = receive("Nguyễn Văn Giúp")
    other = actor_of("xa2.canbo")
    type(dossier).objects.filter(pk=dossier.pk).update(agency_helped=other.agency_id)
    assert found(other, "giup") == [dossier]


def test_rows_come_in_the_order_of_their_keys_without_those_that_one_may_not_read(clerk, receive, actor_of):
    one, two, three = receive("A", "B", "C")
    keys = [two.pk, three.pk, one.pk]
    assert [row.pk for row in queries.in_order(clerk, keys)] == keys
    assert queries.in_order(actor_of("xa2.canbo"), keys) == []


def test_the_page_says_that_more_were_found_than_it_shows(actor_of, client, monkeypatch):
    monkeypatch.setattr("motcua.serve.dossiers.views.lists.SHOWN", 2)
    clerk, page = actor_of("xa.tiepnhan"), client
    page.force_login(User.objects.get(username="xa.tiepnhan"))
    rows = [actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY + dt.timedelta(minutes=n)) for n in range(2)]
    both = page.post("/search/", {"q": "van thu"}, headers={"Accept-Language": "vi"}).content.decode()
    assert "mới nhất" not in both
    assert all(row.code in both for row in rows)
    third = actions.receive_dossier(by=clerk, filing=birth(), now=MONDAY + dt.timedelta(hours=1))
    three = page.post("/search/", {"q": "van thu"}, headers={"Accept-Language": "vi"}).content.decode()
    assert "Có hơn 2 hồ sơ phù hợp" in three
    assert third.code in three
    assert rows[0].code not in three

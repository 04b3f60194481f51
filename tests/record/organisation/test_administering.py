"""Administering: people, posts, desks, units, agencies, calendars, programs; who may, and what is refused."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.record.accounts.actions import create_client, issue_token, revoke_token
from motcua.record.accounts.models import Token, User
from motcua.record.accounts.tokens import valid_token
from motcua.record.ledger.models import Event
from motcua.record.ledger.recording import chain_of
from motcua.record.organisation import actions, queries
from motcua.record.organisation.actions.loading import rebuild_paths
from motcua.record.organisation.actions.people import person_chain
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.record.organisation.models import Agency, AgencyPath, CalendarDay, Desk, Person, Post, Role, Unit
from motcua.record.organisation.queries import calendar_for, subtree
from motcua.rules.working_time import Shift

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def calendars_as_stored() -> None:
    # Compiled calendars are kept by revision, and each test takes its revisions back.
    queries._compiled.cache_clear()


@pytest.fixture
def administrator(actor_of: Any) -> Any:
    return actor_of("quantri")


@pytest.fixture
def browser() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="quantri"))
    return client


@pytest.fixture
def person(administrator: Any) -> Person:
    return actions.add_person(by=administrator, staff_code="THU.01", full_name="  Nguyễn  Thị Đào ", now=timezone.now())


@pytest.fixture
def unit() -> Unit:
    return Post.objects.filter(role=Role.CLERK).order_by("pk").first().unit


def kinds_of(chain: Any) -> list[str]:
    return list(Event.objects.filter(chain_id=chain).order_by("number").values_list("kind", flat=True))


def test_a_person_is_found_without_diacritics_and_the_ledger_holds_no_name(person, browser):
    assert person.full_name == "Nguyễn Thị Đào"
    assert "Nguyễn Thị Đào" in browser.get("/people/?q=dao thi").content.decode()
    assert "Đào" not in str(Event.objects.get(chain_id=person_chain("THU.01")).payload)


@pytest.mark.parametrize(
    "wrong",
    [
        {"staff_code": ""},
        {"staff_code": "a b"},
        {"staff_code": "x" * 31},
        {"full_name": " "},
        {"full_name": "x" * 500},
        {"email": "nobody"},
        {"phone": "0" * 21},
    ],
)
def test_a_person_with_wrong_particulars_is_refused_and_the_field_is_named(wrong, administrator):
    right = {"staff_code": "THU.02", "full_name": "Lê Thử"}
    before = Person.objects.count()
    with pytest.raises(Refused) as refused:
        actions.add_person(by=administrator, now=timezone.now(), **right | wrong)
    assert [refused.value.field] == list(wrong)
    assert Person.objects.count() == before
    assert actions.add_person(by=administrator, now=timezone.now(), **right).pk


def test_only_an_administrator_adds_people_posts_desks_units_agencies_days_and_tokens(actor_of, person, unit):
    now, by = timezone.now(), actor_of("xa.lanhdao")
    tries = [
        lambda: actions.add_person(by=by, staff_code="X1", full_name="X", now=now),
        lambda: actions.change_person(by=by, person=person, full_name="X", now=now),
        lambda: actions.end_person(by=by, person=person, last_day=DAY, now=now),
        lambda: actions.give_post(by=by, person=person, unit=unit, role=Role.LEADER, valid_from=DAY, now=now),
        lambda: actions.end_post(by=by, post=Post.objects.first(), valid_to=dt.date(2030, 1, 1), now=now),
        lambda: actions.add_desk(by=by, unit=unit, name_vi="X", valid_from=DAY, now=now),
        lambda: actions.add_unit(by=by, agency=unit.agency, key="x", kind="room", name_vi="X", valid_from=DAY, now=now),
        lambda: actions.add_agency(
            by=by, code="H15.99", name_vi="X", level="department", parent=unit.agency, valid_from=DAY, now=now
        ),
        lambda: actions.remove_calendar_day(by=by, code="default", day=DAY, now=now),
        lambda: actions.set_shifts(by=by, code="default", valid_from=DAY, shifts={}, now=now),
        lambda: create_client(by=by, name="X", post=by.post, now=now),
    ]
    before = Event.objects.count()
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()
    assert Event.objects.count() == before


def test_the_same_post_is_not_given_twice_on_any_day(administrator, person, unit):
    now = timezone.now()
    give = {"by": administrator, "person": person, "unit": unit, "role": Role.OFFICER, "now": now}
    later = actions.give_post(**give, valid_from=dt.date(2026, 6, 1))
    with pytest.raises(Conflict):
        actions.give_post(**give, valid_from=DAY)
    earlier = actions.give_post(**give, valid_from=DAY, valid_to=dt.date(2026, 6, 1))
    assert earlier.valid_to == later.valid_from


def test_a_person_who_leaves_holds_no_post_the_day_after_and_the_account_closes(browser, administrator, person, unit):
    now, today = timezone.now(), timezone.localdate()
    give = {"by": administrator, "person": person, "unit": unit, "now": now}
    actions.give_post(**give, role=Role.OFFICER, valid_from=dt.date(2026, 1, 5))
    actions.give_post(**give, role=Role.HEAD, valid_from=dt.date(2026, 1, 5), valid_to=dt.date(2026, 2, 1))
    browser.post(f"/people/{person.pk}/account/", {"what": "open", "username": "thu.dao"})
    page = browser.post(f"/people/{person.pk}/", {"what": "leave", "last_day": today.isoformat()}, follow=True)
    assert page.status_code == 200
    tomorrow = today + dt.timedelta(days=1)
    assert not Post.objects.on(tomorrow).filter(person=person).exists()
    assert person.posts.get(role=Role.HEAD).valid_to == dt.date(2026, 2, 1), "what ended before stays as it was"
    assert not User.objects.get(username="thu.dao").is_active
    assert kinds_of(person_chain("THU.01"))[-2:] == ["person.left", "account.closed"]


def test_an_administrator_cannot_end_the_post_they_act_in_nor_leave(administrator):
    now, tomorrow = timezone.now(), timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(Refused, match=r"post\.own"):
        actions.end_post(by=administrator, post=administrator.post, valid_to=tomorrow, now=now)
    with pytest.raises(Refused, match=r"person\.self"):
        actions.end_person(by=administrator, person=administrator.post.person, last_day=tomorrow, now=now)


def test_a_first_password_is_shown_once(browser, person):
    page = browser.post(f"/people/{person.pk}/account/", {"what": "open", "username": "thu.dao"}, follow=True)
    assert "thu.dao, first password " in page.content.decode()
    assert "first password " not in browser.get(f"/people/{person.pk}/").content.decode()


@pytest.mark.parametrize("sent", [{"unit": "abc"}, {"unit": "9" * 30}, {"unit": "0"}])
def test_a_post_in_a_unit_that_does_not_exist_is_not_found(sent, browser, person):
    assert browser.post(f"/people/{person.pk}/", sent | {"role": "leader"}).status_code == 404


@pytest.mark.parametrize("address", ["/calendar/?year=99999", "/calendar/?year=x", "/agencies/?on=2026-02-30",
                                     "/agencies/?page=x", "/people/?q=%25"])  # fmt: skip
def test_nonsense_in_an_address_gives_the_page_of_today(address, browser):
    assert browser.get(address).status_code == 200


def test_a_date_that_does_not_exist_is_asked_for_again(browser):
    before = CalendarDay.objects.count()
    page = browser.post("/calendar/", {"date": "2026-02-30", "kind": "off", "name_vi": "x", "source": "y"}, follow=True)
    assert "Give a date." in page.content.decode()
    assert CalendarDay.objects.count() == before


def test_a_day_off_moves_what_is_promised_from_then_on_and_its_removal_moves_it_back(browser, unit):
    start = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    before = calendar_for(unit.agency_id, DAY).promise(start, _two_days()).due_at
    browser.post(
        "/calendar/?year=2026", {"date": "2026-03-03", "kind": "off", "name_vi": "Nghỉ", "source": "TB 1/2026"}
    )
    moved = calendar_for(unit.agency_id, DAY).promise(start, _two_days()).due_at
    assert moved - before == dt.timedelta(days=1)
    browser.post("/calendar/?year=2026", {"date": "2026-03-03", "what": "remove"})
    assert calendar_for(unit.agency_id, DAY).promise(start, _two_days()).due_at == before


def _two_days() -> Any:
    from motcua.rules.working_time import Duration

    return Duration.parse("2wd")


def test_shifts_hold_from_their_date_and_overlapping_ones_are_refused(administrator, unit):
    now = timezone.now()
    mornings = {day: [Shift(dt.time(7), dt.time(11))] for day in range(5)}
    actions.set_shifts(by=administrator, code="default", valid_from=dt.date(2030, 1, 1), shifts=mornings, now=now)
    day = dt.datetime(2030, 1, 7, tzinfo=dt.UTC)
    week = day, day + dt.timedelta(days=7)
    assert calendar_for(unit.agency_id, DAY).between(*week) == 5 * 4 * 60
    overlapping = {0: [Shift(dt.time(7), dt.time(11)), Shift(dt.time(10), dt.time(12))]}
    with pytest.raises(Refused, match=r"calendar\.shift_order"):
        actions.set_shifts(by=administrator, code="default", valid_from=DAY, shifts=overlapping, now=now)
    assert kinds_of(chain_of("calendar", "default"))[-1] == "calendar.shifts_set"


def test_a_new_agency_stands_in_the_tree_as_if_the_whole_tree_were_made_again(administrator):
    parent = Agency.objects.on(DAY).filter(level="department").order_by("pk").first()
    agency = actions.add_agency(
        by=administrator, code="H15.98", name_vi="Chi cục Thử", level="department", parent=parent,
        valid_from=DAY, now=timezone.now(),
    )  # fmt: skip
    assert agency.pk in subtree(parent.pk, DAY)
    assert agency.pk not in subtree(parent.pk, DAY - dt.timedelta(days=1))
    fields = ("ancestor", "descendant", "depth", "valid_from", "valid_to")
    made = set(AgencyPath.objects.values_list(*fields))
    rebuild_paths()
    assert set(AgencyPath.objects.values_list(*fields)) == made
    with pytest.raises(Conflict):
        actions.add_agency(
            by=administrator, code="H15.98", name_vi="X", level="department", parent=parent,
            valid_from=DAY, now=timezone.now(),
        )  # fmt: skip


def test_a_unit_and_a_desk_are_added_on_the_agencys_page(browser, unit):
    url = f"/agencies/{unit.agency_id}/"
    browser.post(url, {"what": "unit", "key": "to-thu", "kind": "room", "unit_name": "Tổ thử"})
    browser.post(url, {"unit": unit.pk, "name_vi": "Quầy thử"})
    assert Unit.objects.get(key="to-thu").agency_id == unit.agency_id
    assert Desk.objects.get(name_vi="Quầy thử").unit_id == unit.pk
    page = browser.post(url, {"unit": unit.pk, "name_vi": "x" * 501}, follow=True).content.decode()
    assert "too long" in page


def test_a_token_is_shown_once_works_and_is_worthless_once_revoked(browser):
    form = {"name": "Cổng thử", "username": "xa.tiepnhan", "scopes": ["dossiers:read"], "days": "30", "what": "issue"}
    text = browser.post("/clients/", form, follow=True).content.decode()
    secret = next(word.strip(". ") for word in text.split() if word.startswith("mc_"))
    now = timezone.now()
    token = valid_token(secret, now)
    assert token.scopes == ["dossiers:read"]
    assert secret not in browser.get("/clients/").content.decode()
    assert not Token.objects.filter(digest=secret).exists()
    assert valid_token(secret, now + dt.timedelta(days=31)) is None
    browser.post("/clients/", {"what": "revoke", "token": token.pk})
    assert valid_token(secret, now) is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "Name the program"),
        ({"scopes": []}, "Choose what the program may do"),
        ({"scopes": ["everything"]}, "Unknown scope"),
        ({"username": "nobody"}, "No account of this name"),
    ],
)
def test_a_token_without_name_scope_or_post_is_refused_in_words(sent, said, browser):
    form = {"name": "Cổng thử", "username": "xa.tiepnhan", "scopes": ["dossiers:read"], "what": "issue"}
    assert said in browser.post("/clients/", form | sent, follow=True).content.decode()
    assert not Token.objects.exists()


def test_tokens_are_listed_and_revoked_from_the_command_line(capsys, administrator, actor_of):
    import argparse

    from motcua.record.accounts import cli

    now = timezone.now()
    client = create_client(by=administrator, name="Cổng thử", post=actor_of("xa.tiepnhan").post, now=now)
    token, secret = issue_token(by=administrator, client=client, scopes=["dossiers:read"], now=now)
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())

    def run(*words: str) -> int:
        args = parser.parse_args(["token", *words])
        return int(args.run(args))

    assert run("list") == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{token.pk}\tCổng thử\tdossiers:read\tvalid\t")
    assert secret not in printed
    assert (run("revoke", str(token.pk)), run("revoke", str(token.pk))) == (0, 2)
    assert valid_token(secret, now) is None


def test_only_an_administrator_revokes(administrator, actor_of):
    now = timezone.now()
    client = create_client(by=administrator, name="X", post=actor_of("xa.tiepnhan").post, now=now)
    token, _secret = issue_token(by=administrator, client=client, scopes=["dossiers:read"], now=now)
    with pytest.raises(NotAllowed):
        revoke_token(by=actor_of("xa.tiepnhan"), token=token, now=now)

"""Coming in: sign-in, lock-out, first password, limits of sessions, the log."""

import datetime as dt
import re
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from motcua.record.accounts.actions import close_account, reset_password
from motcua.record.accounts.jobs import forget_sign_ins
from motcua.record.accounts.models import SignIn, User, UserSession
from motcua.record.organisation.errors import NotAllowed, Refused

PASSWORD = "motcua-demo-2026"
OWN = "mot-mat-khau-moi-2026"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Accept-Language": "en"})


def sign_in(client: Client, username: str = "xa.tiepnhan", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(browser):
    wrong, unknown = sign_in(browser, password="x"), sign_in(browser, "nobody.here", "x")
    assert wrong.status_code == unknown.status_code == 422
    texts = [re.sub(r"csrf[^>]*>", "", a.content.decode()).partition('name="username"')[0] for a in (wrong, unknown)]
    assert texts[0] == texts[1]
    assert sign_in(browser).status_code == 302


def test_capital_letters_and_spaces_around_a_name_do_not_matter(browser):
    assert sign_in(browser, " Xa.TiepNhan ").status_code == 302
    assert is_in(browser)


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "javascript:alert(1)", "me", "/\\example.org"]
)
def test_after_sign_in_nobody_is_led_to_another_site(target, browser):
    assert sign_in(browser, next=target)["Location"] == "/start/"


def test_after_sign_in_one_is_led_to_the_page_that_was_asked_for(browser):
    assert sign_in(browser, next="/lists/?list=late")["Location"] == "/lists/?list=late"


def test_five_failures_close_the_door_however_the_name_is_spelt(browser):
    for name in ("xa.tiepnhan", "Xa.tiepnhan", "XA.tiepnhan", " xa.tiepnhan", "xa.Tiepnhan"):
        last = sign_in(browser, name, "x")
    assert last.status_code == 429
    assert "15 more minutes" in last.content.decode()
    assert sign_in(browser).status_code == 429, "the right password opens nothing now"
    assert SignIn.objects.filter(result=SignIn.Result.LOCKED).exists()


def test_a_closed_door_says_the_minutes_that_are_left(browser):
    for _n in range(5):
        said = sign_in(browser, password="x").content.decode()
    assert "15" in re.search(r"<p>[^<]*\d+[^<]*</p>", said).group()
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=11, seconds=30))
    for _n in range(3):
        answer = sign_in(browser, password="x")
        assert answer.status_code == 429
        said = re.search(r"<p>[^<]*\d+[^<]*</p>", answer.content.decode()).group()
        assert re.findall(r"\d+", said) == ["4"], "an attempt at a closed door does not close it for longer"
    assert answer["Retry-After"] == "240"
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=16))
    assert sign_in(browser).status_code == 302


def test_an_unknown_name_is_locked_out_like_a_known_one(browser):
    answers = [sign_in(browser, "nobody.here", "x").status_code for _n in range(5)]
    assert answers == [422, 422, 422, 422, 429]


def test_an_administrator_unlocks_an_account(browser):
    for _n in range(5):
        sign_in(browser, password="x")
    user = User.objects.get(username="xa.tiepnhan")
    administrator = Client()
    administrator.force_login(User.objects.get(username="quantri"))
    administrator.post(f"/people/{user.person_id}/account/", {"what": "unlock"})
    assert sign_in(browser).status_code == 302


def test_what_is_typed_for_a_name_is_kept_only_if_it_is_one(browser):
    sign_in(browser, "my-secret-password", "x")
    sign_in(browser, "a\0b", "x")
    sign_in(browser, password="x")
    assert list(SignIn.objects.order_by("pk").values_list("username", flat=True)) == ["", "", "xa.tiepnhan"]


def test_a_closed_account_does_not_come_in_and_its_open_session_ends(browser, actor_of):
    sign_in(browser)
    user = User.objects.get(username="xa.tiepnhan")
    close_account(by=actor_of("quantri"), user=user, active=False, now=timezone.now())
    assert not is_in(browser)
    assert sign_in(browser).status_code == 422
    close_account(by=actor_of("quantri"), user=user, active=True, now=timezone.now())
    assert sign_in(browser).status_code == 302


def test_nobody_closes_the_account_they_use(actor_of):
    with pytest.raises(Refused, match=r"account\.own"):
        close_account(
            by=actor_of("quantri"), user=User.objects.get(username="quantri"), active=False, now=timezone.now()
        )


def test_a_first_password_leads_to_choosing_ones_own_before_anything_else(browser, actor_of):
    user = User.objects.get(username="xa.tiepnhan")
    first = reset_password(by=actor_of("quantri"), user=user, now=timezone.now())
    assert sign_in(browser).status_code == 422, "the old one is worthless"
    assert sign_in(browser, password=first).status_code == 302
    assert browser.get("/desk/")["Location"] == "/password/"
    assert browser.get("/intake/")["Location"] == "/password/"
    weak = {"old_password": first, "new_password": "1234567890", "again": "1234567890"}
    assert browser.post("/password/", weak).status_code == 422
    same = {"old_password": first, "new_password": first, "again": first}
    assert browser.post("/password/", same).status_code == 422
    differ = {"old_password": first, "new_password": OWN, "again": OWN + "x"}
    assert browser.post("/password/", differ).status_code == 422
    assert browser.post("/password/", {"old_password": first, "new_password": OWN, "again": OWN}).status_code == 302
    assert browser.get("/desk/").status_code == 200
    browser.post("/sign-out/")
    assert sign_in(browser, password=OWN).status_code == 302


def test_only_an_administrator_gives_a_new_first_password(actor_of):
    user = User.objects.get(username="xa.canbo")
    with pytest.raises(NotAllowed):
        reset_password(by=actor_of("xa.tiepnhan"), user=user, now=timezone.now())
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one_known(browser):
    other = Client()
    sign_in(other)
    sign_in(browser)
    browser.post("/password/", {"old_password": PASSWORD, "new_password": OWN, "again": OWN})
    assert is_in(browser)
    assert not is_in(other)
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [browser.session.session_key]


def test_the_fourth_sign_in_ends_the_oldest_session(settings):
    browsers = [Client() for _n in range(settings.SESSIONS_PER_USER + 1)]
    for each in browsers:
        sign_in(each)
    assert [is_in(each) for each in browsers] == [False, True, True, True]


def test_one_session_among_several_can_be_ended_and_only_ones_own(browser):
    other, foreign = Client(), Client()
    sign_in(other)
    sign_in(browser)
    sign_in(foreign, "xa.canbo")
    numbers = {s.session_key: s.pk for s in UserSession.objects.all()}
    browser.post("/me/sessions/end/", {"session": numbers[foreign.session.session_key]})
    assert is_in(foreign)
    assert is_in(other)
    browser.post("/me/sessions/end/", {"session": numbers[other.session.session_key]})
    assert not is_in(other)
    assert is_in(browser)


@pytest.mark.parametrize(("age", "ends"), [({"seen": 59}, False), ({"seen": 61}, True), ({"started": 11 * 60}, False),
                                       ({"started": 12 * 60 + 1}, True)])  # fmt: skip
def test_a_session_ends_after_an_hour_of_rest_or_twelve_in_all(age, ends, browser):
    sign_in(browser)
    session = browser.session
    for name, minutes in age.items():
        session[name] -= minutes * 60
    session.save()
    assert is_in(browser) is not ends
    assert UserSession.objects.count() == (0 if ends else 1)


def test_a_request_writes_at_most_once_a_minute(browser, django_assert_max_num_queries):
    sign_in(browser)
    with django_assert_max_num_queries(50) as asked:
        browser.get("/me/")
    assert not [q["sql"] for q in asked.captured_queries if q["sql"].startswith(("UPDATE", "INSERT"))]


def test_signing_out_needs_a_form_and_is_noted(browser):
    sign_in(browser)
    assert browser.get("/sign-out/").status_code == 405
    assert is_in(browser)
    browser.post("/sign-out/")
    assert not is_in(browser)
    assert list(SignIn.objects.order_by("pk").values_list("result", flat=True)) == ["ok", "out"]


def test_the_log_of_sign_ins_is_filtered_by_name_and_result(browser):
    sign_in(Client(), "xa.canbo", "x")
    sign_in(Client(), "xa.tiepnhan")
    sign_in(browser, "kiemtra")
    text = browser.get("/sign-ins/?result=wrong").content.decode()
    assert "xa.canbo" in text
    assert "xa.tiepnhan" not in text
    assert "xa.canbo" not in browser.get("/sign-ins/?who=tiepnhan").content.decode()


def test_sign_ins_are_forgotten_after_ninety_days_and_sessions_when_they_are_over(browser):
    sign_in(browser)
    SignIn.objects.create(username="", result="wrong", at=timezone.now() - dt.timedelta(days=91))
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(minutes=1))
    assert forget_sign_ins(timestamp=0) == 1
    assert SignIn.objects.count() == 1
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()

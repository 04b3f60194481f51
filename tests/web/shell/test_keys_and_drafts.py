"""What a clerk does without a mouse, and what becomes of what was typed."""

import pytest
from playwright.sync_api import Browser, Page, Route
from tests.web.browser import axe_violations, new_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
BIRTH = "/intake/?procedure=1.001193"


@pytest.fixture
def clerk(browser: Browser, site: str) -> Page:
    """The page of a receiving clerk who has signed in."""
    page = new_page(browser, site)
    sign_in(page, "xa.tiepnhan")
    return page


def fill(page: Page) -> None:
    page.fill("#owner_identity_number", "066090012345")
    page.fill("#owner_name", "Nguyễn Văn Thử")
    page.fill("#owner_phone", "0905123456")
    page.fill("#owner_address", "12 Lê Duẩn")
    page.keyboard.press("Alt+a")


def test_what_is_typed_outlives_the_session(clerk: Page) -> None:
    clerk.goto(BIRTH)
    fill(clerk)
    clerk.context.clear_cookies(name="sessionid")
    clerk.keyboard.press("Alt+r")
    clerk.wait_for_url("**/sign-in/**")
    clerk.fill("[name=username]", "xa.tiepnhan")
    clerk.fill("[name=password]", "motcua-demo-2026")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url("**/intake/?procedure=1.001193")
    clerk.wait_for_selector(".draft-note")
    assert clerk.input_value("#owner_name") == "Nguyễn Văn Thử"
    assert clerk.input_value("#owner_phone") == "0905123456"
    assert clerk.locator("[data-required]:checked").count() == clerk.locator("[data-required]").count() > 0
    assert axe_violations(clerk) == []
    clerk.click(".draft-note button")
    assert clerk.input_value("#owner_name") == ""


def test_the_next_person_at_the_desk_sees_no_draft_of_another(clerk: Page) -> None:
    clerk.goto(BIRTH)
    fill(clerk)
    clerk.context.clear_cookies(name="sessionid")
    sign_in(clerk, "tiepnhan1")
    clerk.goto(BIRTH)
    assert clerk.input_value("#owner_name") == ""
    assert clerk.locator(".draft-note").count() == 0


def test_sign_out_forgets_drafts(clerk: Page) -> None:
    clerk.goto(BIRTH)
    fill(clerk)
    clerk.click("[data-forget]")
    clerk.wait_for_url(lambda url: "intake" not in url)
    assert clerk.evaluate("() => Object.keys(sessionStorage).filter(k => k.startsWith('draft:'))") == []


def test_a_received_dossier_leaves_no_draft(clerk: Page) -> None:
    clerk.goto(BIRTH)
    fill(clerk)
    clerk.keyboard.press("Alt+r")
    clerk.wait_for_url("**/dossiers/**")
    clerk.goto(BIRTH)
    assert clerk.input_value("#owner_name") == ""


def test_a_double_click_sends_once(clerk: Page) -> None:
    sent: list[str] = []

    def slowly(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
        route.continue_()

    clerk.goto(BIRTH)
    fill(clerk)
    clerk.route("**/intake/**", slowly)
    clerk.dblclick("button[value=receive]")
    clerk.wait_for_url("**/dossiers/**")
    assert len(sent) == 1


def test_enter_takes_the_procedure_even_before_the_answer_is_there(clerk: Page) -> None:
    clerk.goto("/intake/")
    clerk.keyboard.type("khai sinh")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url("**/intake/?procedure=1.001193")


def test_a_search_without_an_answer_says_so(clerk: Page) -> None:
    clerk.goto("/intake/")
    clerk.keyboard.type("zzzz")
    clerk.wait_for_function("() => document.querySelector('.combo [role=status]').textContent !== ''")
    clerk.keyboard.press("Enter")
    assert clerk.url.endswith("/intake/")


def test_rows_are_walked_and_opened_by_keys(clerk: Page) -> None:
    clerk.goto("/intake/")
    clerk.evaluate("() => document.activeElement.blur()")
    clerk.keyboard.press("j")
    clerk.keyboard.press("j")
    clerk.keyboard.press("k")
    assert clerk.evaluate("() => document.activeElement.closest('tr').rowIndex") == 1
    clerk.keyboard.press("Enter")
    clerk.wait_for_url("**/intake/?procedure=*")


def test_the_list_of_keys_names_those_of_the_page(clerk: Page) -> None:
    clerk.goto("/desk/")
    clerk.keyboard.press("?")
    assert clerk.locator("#keys[open] kbd", has_text="n").count() >= 1
    assert axe_violations(clerk) == []
    clerk.keyboard.press("n")  # a key of the menu rests while the list is open
    assert clerk.url.endswith("/desk/")
    clerk.keyboard.press("Escape")
    clerk.keyboard.press("n")
    clerk.wait_for_url("**/intake/")

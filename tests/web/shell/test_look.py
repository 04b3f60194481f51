"""The pages of the shell as people meet them: narrow and wide, light and dark, in both languages."""

import pytest
from playwright.sync_api import Browser
from tests.web.browser import axe_violations, new_page, overflows, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = {"/": 200, "/design/": 200, "/no-such-page/": 404}
FACES = [("vi", 360, False), ("vi", 1440, False), ("en", 1440, True), ("en", 360, True)]


@pytest.mark.parametrize(("language", "width", "dark"), FACES)
def test_public_pages_fit_their_window_and_have_no_barrier(
    browser: Browser, site: str, language: str, width: int, dark: bool
) -> None:
    page = new_page(browser, site, width=width, language=language, dark=dark)
    for path, status in PAGES.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        assert page.get_attribute("html", "lang") == language
        assert axe_violations(page) == []
        assert not overflows(page), path
        assert page.script_errors == []  # type: ignore[attr-defined]
        screenshot(page, f"{path.strip('/') or 'home'}-{width}{'-dark' if dark else ''}")


def test_vietnamese_is_set_in_its_own_typeface(browser: Browser, site: str) -> None:
    page = new_page(browser, site)
    page.goto("/")
    page.evaluate("() => document.fonts.ready")
    loaded = page.evaluate("() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert any("Be Vietnam Pro" in family for family in loaded)


def test_the_first_page_leads_to_a_procedure_without_a_script(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto("/")
    page.fill("#q", "khai sinh")
    page.press("#q", "Enter")
    assert page.locator("main a", has_text="Đăng ký khai sinh").count() == 1


def test_the_language_is_a_switch_away_and_stays(browser: Browser, site: str) -> None:
    page = new_page(browser, site)
    page.goto("/procedures/")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/procedures/")
    assert page.get_attribute("html", "lang") == "en"
    page.goto("/")
    assert page.inner_text("h1") == "One door for every paper"


def test_a_state_of_the_clock_is_an_icon_a_word_and_a_colour(browser: Browser, site: str) -> None:
    page = new_page(browser, site)
    page.goto("/design/")
    shown = page.locator(".gallery p .clock").evaluate_all(
        "all => all.map(c => [c.querySelector('use').href.baseVal, c.innerText.trim(), getComputedStyle(c).color])"
    )
    assert len({icon for icon, _word, _colour in shown}) == len({word for _icon, word, _colour in shown}) == 8
    assert len({colour for _icon, _word, colour in shown}) == 4

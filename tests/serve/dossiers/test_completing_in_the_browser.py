"""Completing what arrived in a browser: by keyboard, on a phone and a screen, held to axe."""

# ruff: noqa: F811
import pytest
from playwright.sync_api import Browser
from tests.samples import birth
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in
from tests.web.shell.conftest import browser, site  # noqa: F401

from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import PartyInput
from motcua.serve.dossiers.models import Channel, Dossier, State

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
HALF = {"declarer_name": "Nguyễn Văn Thử", "child_name": "Nguyễn An Thử"}


@pytest.fixture
def arrived(fresh_database, actor_of):
    filing = birth(channel=Channel.POST, components=(), owner=PartyInput(name="Nguyễn Văn Thử"), answers=HALF)
    return actions.record_arrival(by=actor_of("xa.tiepnhan"), filing=filing)


@pytest.mark.parametrize("width", [360, 1440])
def test_every_face_of_the_page_is_readable_and_accessible(
    browser: Browser,
    site: str,
    arrived: Dossier,
    actor_of,
    width: int,
) -> None:
    marriage = birth(procedure="1.000894", channel=Channel.POST, components=())
    other = actions.record_arrival(by=actor_of("xa.tiepnhan"), filing=marriage)
    page = new_page(browser, site, width=width)
    sign_in(page, "xa.tiepnhan")
    pages = {
        "arrivals": "/arrivals/",
        "arrived": f"/dossiers/{arrived.pk}/",
        "complete": f"/dossiers/{arrived.pk}/complete/",
        "complete-case": f"/dossiers/{other.pk}/complete/",
    }
    for name, path in pages.items():
        page.goto(path)
        assert axe_violations(page) == [], name
        assert not overflows(page), name
        screenshot(page, f"{name}-{width}")
    page.goto(pages["complete"])
    page.fill("#owner_phone", "12")
    page.locator("#complete [data-key=r]").click()
    page.wait_for_selector("#errors")
    assert axe_violations(page) == []
    assert not overflows(page)
    screenshot(page, f"complete-refused-{width}")
    assert page.script_errors == []  # type: ignore[attr-defined]


def test_a_clerk_completes_and_receives_without_a_mouse(
    browser: Browser,
    site: str,
    fresh_database,
    actor_of,
) -> None:
    filing = birth(channel=Channel.POST, components=(), owner=PartyInput(name="Nguyễn Văn Thử"))
    bare = actions.record_arrival(by=actor_of("xa.tiepnhan"), filing=filing)
    page = new_page(browser, site)
    sign_in(page, "xa.tiepnhan")
    page.goto(f"/dossiers/{bare.pk}/")
    page.keyboard.press("c")
    page.wait_for_url("**/complete/")
    page.locator("#owner_address").fill("12 Lê Duẩn")
    page.keyboard.press("Alt+a")
    page.locator("#owner_address").press("Enter")
    page.wait_for_url(f"**/dossiers/{bare.pk}/")
    bare.refresh_from_db()
    assert (bare.state, bare.owner_address, bare.components.count()) == (State.NEW, "12 Lê Duẩn", 2)
    page.keyboard.press("c")
    page.wait_for_url("**/complete/")
    page.keyboard.press("Alt+r")
    page.wait_for_url("**/?fresh=1")
    bare.refresh_from_db()
    assert bare.state == State.RECEIVED
    assert page.script_errors == []  # type: ignore[attr-defined]

"""The lists and what is posted, in a browser: readable on a phone, accessible, their codes readable by a scanner."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.web.browser import axe_violations, new_page, overflows, screenshot

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1440])
def test_lists_and_posting_are_readable_and_accessible(site: str, browser: Browser, width: int) -> None:
    page = new_page(browser, site, width=width)
    for path, name in (
        ("/procedures/lists/", "all"),
        ("/procedures/lists/?list=full", "full"),
        ("/procedures/lists/?list=centre", "none"),
        ("/posting/", "posting"),
        ("/posting/HT/", "screen"),
    ):
        page.goto(path)
        screenshot(page, f"lists-{name}-{width}")
        assert axe_violations(page) == [], path
        assert not overflows(page), path
        assert page.script_errors == []  # type: ignore[attr-defined]
        spilt = "() => [...document.querySelectorAll('td')].filter((c) => c.scrollHeight > c.clientHeight + 4).length"
        assert page.evaluate(spilt) == 0, f"{path}: what is taller than its cell lies over the next"


def test_the_code_on_the_screen_leads_to_the_procedure(site: str, browser: Browser, tmp_path: Path) -> None:
    page = new_page(browser, site)
    page.goto("/posting/HT/")
    link = page.locator(".posting a", has_text="Đăng ký khai sinh")
    link.locator("svg").screenshot(path=tmp_path / "code.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "code.png"], capture_output=True, text=True, check=True)
    assert read.stdout.strip().endswith("/procedures/1.001193/")

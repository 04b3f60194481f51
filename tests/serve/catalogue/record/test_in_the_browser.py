"""The record in a browser: search, record, comparison and import on a phone and a screen, held to axe."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from tests.formats.national.catalogue_samples import as_json, record
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in

from motcua.record.organisation.actor import system
from motcua.serve.catalogue import actions


def look(page: Page) -> None:
    """Hold the page to axe, to its width, and to the security policy."""
    assert axe_violations(page) == []
    assert not overflows(page)
    assert page.script_errors == []  # type: ignore[attr-defined]


def put_in() -> None:
    """Put two versions of a full record in the catalogue, the second a draft."""
    now = timezone.now()
    by = system(timezone.localdate(now))
    second = record()
    second["TRINHTUTHUCHIEN"][0]["TRINHTU"] = [{"TENTRINHTU": "Bước 1. Nộp một lần"}]
    for found, since, announced in ((record(), dt.date(2020, 1, 1), True), (second, dt.date(2028, 1, 1), False)):
        actions.import_catalogue(
            by=by, name="a.json", content=as_json(found), valid_from=since, now=now, announced=announced
        )


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_the_record_is_readable_and_accessible(site: str, browser: Browser, width: int) -> None:
    put_in()
    page = new_page(browser, site, width=width)
    for path in ("procedures/?q=giay+phep&field=G99-MAU", "procedures/9.000002/", "procedures/1.001612/compare/"):
        page.goto(f"{site}/{path}")
        look(page)
    sign_in(page, "quantri")
    for path in ("catalogue/", "catalogue/procedures/9.000002/?version=2", "procedures/9.000002/compare/?old=1&new=2"):
        page.goto(f"{site}/{path}")
        look(page)


@pytest.mark.parametrize("width", [360, 1440])
def test_a_draft_is_discarded_by_keyboard(site: str, browser: Browser, width: int) -> None:
    put_in()
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    page.goto("/catalogue/procedures/9.000002/draft/")
    look(page)
    screenshot(page, f"draft-{width}")
    page.locator("a[href$='/draft/discard/']").press("Enter")
    page.wait_for_selector("#reason")
    look(page)
    screenshot(page, f"draft-discard-{width}")
    page.locator("#reason").fill("Bộ rút quyết định; sẽ làm lại khi có văn bản mới")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/procedures/9.000002/?version=2")
    look(page)
    screenshot(page, f"draft-discarded-{width}")
    assert "Bộ rút quyết định" in page.inner_text("main")
    for name, path in {"open": "catalogue/procedures/9.000002/draft/", "list": "catalogue/?when=discarded"}.items():
        page.goto(f"{site}/{path}")
        look(page)
        screenshot(page, f"draft-{name}-again-{width}")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_file_is_handed_in_read_and_imported(site: str, browser: Browser, width: int, tmp_path: Path) -> None:
    file = tmp_path / "tthc.json"
    file.write_bytes(as_json(record()))
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    page.goto(f"{site}/catalogue/import/")
    look(page)
    page.set_input_files("#file", file)
    page.click("main form button.main")
    page.wait_for_url("**/catalogue/import/*-*/")
    look(page)
    page.click("main form button.main")
    page.wait_for_url("**/catalogue/?when=draft")
    look(page)
    assert "9.000002" in page.inner_text("main")

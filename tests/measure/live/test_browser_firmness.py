"""How sure the ranks of the live index are, in the browser: asked for, watched, read, at both widths."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from tests.measure.assessment.test_browser import look
from tests.measure.live.test_firmness import stand
from tests.web.browser import new_page, open_browser, running_site, screenshot, sign_in

from motcua.measure.live.firmness_actions import carry_out
from motcua.measure.live.models import Firmness
from motcua.record.organisation.models import Level

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def site(fresh_database: str, settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.UPLOADS = tmp_path
    with running_site() as address:
        yield address


def test_the_ranks_of_the_live_index_from_the_board_to_what_moves_them(browser: Browser, site: str) -> None:
    stand({Level.COMMUNE: 30, Level.DEPARTMENT: 5})
    page = new_page(browser, site, language="en")
    sign_in(page, "giamdoc")
    page.goto("/live-index/?on=2026-11-25")
    page.get_by_role("link", name="How sure are the ranks").click()
    expect(page.get_by_role("heading", name="How sure are the ranks")).to_be_visible()
    page.get_by_role("navigation", name="Level").get_by_role("link", name="Commune").click()
    expect(page.locator(".intervals").first.locator("tbody tr")).to_have_count(30)
    look(page, "live-firmness")
    page.locator("#seed").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#moves progress")).to_be_visible()
    look(page, "live-firmness-progress")
    row = Firmness.objects.get()
    assert carry_out(firmness_id=row.pk, seed=1, now=timezone.now())
    expect(page.locator("#moves table").first).to_be_visible(timeout=5_000)
    look(page, "live-firmness-moves")
    # Another period keeps the level.
    page.get_by_role("navigation", name="Period").get_by_role("link", name="Quarter").click()
    expect(page).to_have_url(re.compile("period=quarter.*level=commune"))
    expect(page.get_by_text("Nothing to rank yet")).to_be_visible()
    vietnamese = new_page(browser, site, width=360, height=740)
    sign_in(vietnamese, "giamdoc")
    vietnamese.goto("/live-index/firmness/?on=2026-11-25&level=commune")
    screenshot(vietnamese, "live-firmness-vi-360")

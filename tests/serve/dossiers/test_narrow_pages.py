"""Lists and papers on a phone: rows become stacks that are read without scrolling sideways."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from tests.samples import birth, household
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in
from tests.web.shell.conftest import browser, site  # noqa: F401

from motcua.serve.dossiers import actions
from motcua.serve.dossiers.filing import ComponentInput, PartyInput

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def dossier(fresh_database, actor_of):
    """Some dossiers of a ward; the first was late before a paper was asked for."""
    clerk, head = actor_of("xa.tiepnhan"), actor_of("xa.truongphong")
    long = household(
        owner=PartyInput(
            name="Nguyễn Thị Hồng Nhung Công Tằng Tôn Nữ", identity_number="066190054321", phone="0905654321",
            address="Số 125/7/3 đường Nguyễn Thị Minh Khai, tổ dân phố 12, phường Buôn Ma Thuột, tỉnh Đắk Lắk",
        )
    )  # fmt: skip
    past = timezone.now() - dt.timedelta(days=21)
    found = actions.receive_dossier(by=clerk, filing=long, now=past)
    actions.forward_dossier(by=clerk, dossier_id=found.pk, now=past)
    actions.request_supplement(by=head, dossier_id=found.pk, items=["Hợp đồng thuê nhà"], reason="thiếu giấy tờ")
    reused = (
        ComponentInput(key="declaration", originals=1),
        ComponentInput(key="birth-certificate", reused=True),
        ComponentInput(name="Giấy ủy quyền có chứng thực", certified=1, copies=2),
    )
    for filing in (birth(components=reused), household()):
        last = actions.receive_dossier(by=clerk, filing=filing)
    return {"late": found, "last": last, "reused": last.__class__.objects.get(components__reused=True)}


def hidden_right(page: Page, selector: str) -> list[str]:
    """Return the words of cells that end beyond the window."""
    return page.locator(selector).evaluate_all(
        "cells => cells.filter(c => c.getBoundingClientRect().right > innerWidth + 1).map(c => c.innerText)"
    )


@pytest.mark.parametrize("width", [360, 1440])
def test_the_register_and_a_dossier_fit_their_window(browser: Browser, site: str, dossier, width: int) -> None:  # noqa: F811
    page = new_page(browser, site, width=width)
    sign_in(page, "xa.tiepnhan")
    since = timezone.localdate() - dt.timedelta(days=60)
    pages = {
        "register": f"/register/?from={since}",
        "dossier-reused": f"/dossiers/{dossier['reused'].pk}/",
        "dossier-late": f"/dossiers/{dossier['late'].pk}/",
        "received": f"/dossiers/{dossier['last'].pk}/?fresh=1",
        "list-late": "/lists/?list=late",
        "list-call": "/lists/?list=call",
        "intake": "/intake/?procedure=1.001193",
    }
    for name, path in pages.items():
        page.goto(path)
        assert axe_violations(page) == []
        assert not overflows(page), name
        screenshot(page, f"{name}-{width}")
        if width == 360 and name != "intake":
            assert hidden_right(page, ".table td") == [], name
    assert page.script_errors == []  # type: ignore[attr-defined]


def test_the_labels_of_the_intake_pages_counts_do_not_overlap(browser: Browser, site: str) -> None:  # noqa: F811
    page = new_page(browser, site, width=360)
    sign_in(page, "xa.tiepnhan")
    page.goto("/intake/?procedure=1.001193")
    row = page.locator("table.counts tbody tr").first
    boxes = row.locator(".count-label").evaluate_all(
        "all => all.map(e => { const r = document.createRange(); r.selectNodeContents(e); "
        "const b = r.getBoundingClientRect(); return [b.left, b.right]; })"
    )
    assert len(boxes) == 4
    assert all(left >= right for (_start, right), (left, _end) in itertools.pairwise(boxes))


def test_a_phone_shows_heads_beside_values_and_leaves_out_what_is_empty(browser: Browser, site: str, dossier) -> None:  # noqa: F811
    page = new_page(browser, site, width=360)
    sign_in(page, "xa.tiepnhan")
    page.goto("/register/")
    labels = (
        page.locator("tbody tr")
        .first.locator("td:visible")
        .evaluate_all("cells => cells.map(c => getComputedStyle(c, '::before').content)")
    )
    assert '"Mã hồ sơ: "' in labels
    assert '"Ngày trả: "' not in labels, "it was not returned yet"
    assert "+84" not in page.inner_text("main")


def test_a_dossier_late_before_it_was_stopped_says_both(browser: Browser, site: str, dossier) -> None:  # noqa: F811
    page = new_page(browser, site, width=360)
    sign_in(page, "xa.tiepnhan")
    page.goto(f"/dossiers/{dossier['late'].pk}/")
    assert page.locator(".clock").first.inner_text().strip() == "quá hạn, đang chờ"


def test_the_number_is_shown_by_keyboard_for_a_reason(browser: Browser, site: str, dossier) -> None:  # noqa: F811
    page = new_page(browser, site, width=360)
    sign_in(page, "xa.tiepnhan")
    page.goto(f"/dossiers/{dossier['late'].pk}/")
    assert "066190054321" not in page.content()
    page.locator("summary", has_text="Xem đầy đủ số định danh").focus()
    page.keyboard.press("Enter")
    screenshot(page, "reveal-form-360")
    page.select_option("#reveal-reason", "counter")
    page.locator("form[action$='/reveal/'] button").press("Enter")
    page.wait_for_url("**/reveal/")
    assert "066190054321" in page.inner_text("main")
    assert axe_violations(page) == []
    assert not overflows(page)
    screenshot(page, "revealed-360")

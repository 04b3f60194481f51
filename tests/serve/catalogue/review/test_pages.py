"""The pages of a review in a browser: examined, proposed, approved; on a phone too, without a script."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from tests.serve.catalogue.review.test_reviewing import proposal
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in

from motcua.serve.catalogue.review import actions

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_a_review_is_readable_and_accessible(site: str, browser: Browser, actor_of, width: int) -> None:
    admin, now = actor_of("quantri"), timezone.now()
    review = actions.open_review(by=admin, code="1.012790", now=now)
    actions.save_review(by=admin, review_id=review.pk, data=proposal(review), now=now)
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    for stage in ("list", "open", "proposed"):
        if stage == "proposed":
            actions.propose_review(by=admin, review_id=review.pk, now=now)
        page.goto("/reviews/" if stage == "list" else f"/reviews/{review.pk}/")
        screenshot(page, f"review-{stage}-{width}")
        assert axe_violations(page) == [], stage
        assert not overflows(page), stage
        assert page.script_errors == []  # type: ignore[attr-defined]


def test_a_procedure_is_simplified_on_the_pages(site: str, browser: Browser) -> None:
    page = new_page(browser, site)
    sign_in(page, "quantri")
    page.goto("/reviews/")
    page.fill("[name=code]", "1.012790")
    page.get_by_role("button", name="Mở rà soát").click()
    page.fill("[name=times_a_year]", "1.200")
    page.fill("[name='hours_before-1']", "1,5")
    page.fill("[name='hours_after-1']", "1")
    page.locator("[name=drop]").first.check()
    page.get_by_role("button", name="Lưu và tính chi phí").click()
    # Half an hour less at 54,000 đồng, 1,200 times a year.
    assert "32.400.000 ₫" in (page.locator(".stat.good").text_content() or "")
    page.get_by_role("button", name="Trình phê duyệt").click()
    page.fill("[name=decision]", "99/QĐ-UBND")
    page.fill("[name=valid_from]", "2027-06-01")
    page.get_by_role("button", name="Phê duyệt", exact=True).click()
    page.wait_for_selector("text=99/QĐ-UBND")
    assert "Phiên bản 2, từ ngày 01/06/2027" in (page.text_content("aside") or "")

"""The pages of publication in a browser: a decision from draft to publication, on a phone too, without a script."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in

from motcua.record.organisation.actor import Actor
from motcua.serve.catalogue.publication import actions
from motcua.serve.catalogue.publication.drafting import draft_next_version
from motcua.serve.catalogue.publication.models import PublicationDecision
from motcua.serve.catalogue.queries import version_on

pytestmark = pytest.mark.browser
DAY = dt.timedelta(days=1)


def look(page: Page, name: str) -> None:
    """Take a picture; hold the page to axe, to its width, and to the security policy."""
    screenshot(page, name)
    assert axe_violations(page) == []
    assert not overflows(page)
    assert page.script_errors == []  # type: ignore[attr-defined]


@pytest.fixture
def opened(site: str, actor_of: Callable[[str], Actor]) -> PublicationDecision:
    """A draft decision with an amended and an abolished procedure, in the database that the site reads."""
    admin, today, now = actor_of("quantri"), timezone.localdate(), timezone.now()
    birth, licence = version_on("1.001193", today), version_on("1.001612", today)
    assert birth is not None
    assert licence is not None
    draft = draft_next_version(by=admin, version_id=birth.pk, valid_from=today + 7 * DAY, now=now)
    decision = actions.open_decision(by=admin, title="Công bố thủ tục lĩnh vực hộ tịch", agency_code="H15", now=now)
    same = {"by": admin, "decision_id": decision.pk, "law_effective_on": today + 20 * DAY, "now": now}
    actions.add_item(kind="amended", version_id=draft.pk, **same)
    actions.add_item(kind="abolished", version_id=licence.pk, ends_on=today + 30 * DAY, **same)
    return decision


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_publication_is_readable_and_accessible(site, browser: Browser, opened, actor_of, width):
    today, checker = timezone.localdate(), actor_of("kiemtra")
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    page.goto("/publication/")
    look(page, f"publication-list-{width}")
    page.goto(f"/publication/{opened.pk}/")
    look(page, f"publication-draft-{width}")
    same = {"decision_id": opened.pk, "now": timezone.now()}
    actions.ask_for_check(by=actor_of("quantri"), **same)
    other = new_page(browser, site, width=width)
    sign_in(other, "kiemtra")
    other.goto(f"/publication/{opened.pk}/")
    look(other, f"publication-check-{width}")
    met = {q.key: ("met", "Đã đối chiếu") for q in actions.checklist_on(today)}
    actions.pass_check(by=checker, answers=met, **same)
    page.goto(f"/publication/{opened.pk}/")
    look(page, f"publication-sign-{width}")
    for path, name in (
        ("shares/?share=complete", "shares"),
        ("settings/", "settings"),
        ("offerings/", "offerings"),
    ):
        page.goto(f"/publication/{path}")
        look(page, f"publication-{name}-{width}")


def test_a_decision_goes_all_its_way_on_the_pages(site, browser: Browser, opened):
    page, other = new_page(browser, site), new_page(browser, site)
    sign_in(page, "quantri")
    page.goto(f"/publication/{opened.pk}/")
    page.get_by_role("button", name="Gửi kiểm tra chất lượng").click()
    sign_in(other, "kiemtra")
    other.goto(f"/publication/{opened.pk}/")
    other.get_by_role("button", name="Đạt yêu cầu").click()
    assert other.locator(".notice.bad li").count() == len(actions.checklist_on(timezone.localdate()))
    for radio in other.locator("input[value=met]").all():
        radio.check()
    other.get_by_role("button", name="Đạt yêu cầu").click()
    page.goto(f"/publication/{opened.pk}/")
    page.fill("[name=number]", "2711/QĐ-UBND")
    page.fill("[name=signer]", "Chủ tịch UBND tỉnh")
    page.get_by_role("button", name="Ghi nhận việc ký").click()
    page.get_by_role("button", name="Công bố", exact=True).click()
    page.wait_for_selector("text=đã công bố")
    opened.refresh_from_db()
    assert (opened.state, opened.number) == ("published", "2711/QĐ-UBND")
    assert version_on("1.001193", timezone.localdate() + 7 * DAY).number == 2

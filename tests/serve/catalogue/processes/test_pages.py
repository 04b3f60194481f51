"""The pages of processes in a browser: a joint process of three agencies, typed, drawn, approved; on a phone too."""

from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from tests.web.browser import axe_violations, new_page, overflows, screenshot, sign_in

from motcua.record.accounts.models import User
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.queries import posts_of
from motcua.serve.catalogue.models import Process, StepKind, Where
from motcua.serve.catalogue.processes import queries
from motcua.serve.catalogue.processes.actions import create_draft, save_draft
from motcua.serve.catalogue.processes.rows import StepRow, digest_of
from motcua.serve.catalogue.queries import version_on


def joint_draft() -> Process:
    """Open a draft in which two agencies give their opinion side by side."""
    now = timezone.now()
    today = timezone.localdate()
    admin = Actor(post=posts_of(User.objects.get(username="quantri").person_id, today)[0], on=today)
    version = version_on("1.009994", today)
    assert version is not None
    draft = create_draft(by=admin, version_id=version.pk, level="commune", now=now)
    rows = queries.rows_in(draft)
    first = rows[1].key
    opinions = [
        StepRow(key, name, kind=StepKind.CONSULT, where=Where.NAMED, agency=agency, amount=1, after=(first,))
        for key, name, agency in (
            ("so-xay-dung", "Sở Xây dựng cho ý kiến về chỉ giới xây dựng", "H15.24"),
            ("so-nong-nghiep", "Sở Nông nghiệp và Môi trường cho ý kiến về đất", "H15.23"),
        )
    ]
    joined = replace(rows[2], after=tuple(row.key for row in opinions), optional=True)
    seen = digest_of(rows, draft.drafts)
    table = [*rows[:2], *opinions, joined, *rows[3:]]
    return save_draft(by=admin, process_id=draft.pk, rows=table, drafts={"refusal": ["leader"]}, seen=seen, now=now)


def look(page: Page, name: str) -> None:
    """Take a picture; hold the page to axe, to its width, and to the security policy."""
    screenshot(page, name)
    assert axe_violations(page) == []
    assert not overflows(page)
    assert page.script_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_a_process_is_readable_and_accessible(site: str, browser: Browser, width: int) -> None:
    draft = joint_draft()
    page = new_page(browser, site, width=width)
    sign_in(page, "quantri")
    for path, name in (
        ("procedures/1.009994/processes", "list"),
        (f"processes/{draft.pk}", "process"),
        (f"processes/{draft.pk}/edit", "edit"),
    ):
        page.goto(f"/{path}/")
        look(page, f"process-{name}-{width}")


def test_the_letters_of_the_diagram_stay_readable_on_a_phone(site: str, browser: Browser) -> None:
    draft = joint_draft()
    page = new_page(browser, site, width=360)
    sign_in(page, "quantri")
    page.goto(f"/processes/{draft.pk}/")
    heights = page.evaluate(
        "() => [...document.querySelectorAll('figure svg text')].map((t) => t.getBBox().height * t.getScreenCTM().a)"
    )
    assert min(heights) >= 11
    outside = page.evaluate(
        "() => [...document.querySelectorAll('figure svg g:has(> rect)')].filter((g) => {"
        " const r = g.querySelector('rect').getBBox();"
        " return [...g.querySelectorAll('text')].some((t) => { const b = t.getBBox();"
        " return b.x < r.x || b.x + b.width > r.x + r.width || b.y < r.y || b.y + b.height > r.y + r.height; }); })"
        ".map((g) => g.textContent)"
    )
    assert outside == []


def test_the_administrator_adds_a_row_without_a_script_and_approves(site: str, browser: Browser) -> None:
    draft = joint_draft()
    page = new_page(browser, site)
    sign_in(page, "quantri")
    page.goto(f"/processes/{draft.pk}/edit/")
    page.click("button[value=add]")
    last = page.locator("#last")
    last.get_by_label("STT").fill("5,5")
    last.get_by_label("Tên (tiếng Việt)").fill("Kiểm tra hiện trường")
    page.click("button[value=done]")
    page.wait_for_selector("figure svg")
    assert "Kiểm tra hiện trường" in (page.text_content("figure svg") or "")
    page.fill("[name=decision]", "77/QĐ-UBND")
    page.get_by_role("button", name="Phê duyệt").click()
    page.wait_for_selector("text=77/QĐ-UBND")
    draft.refresh_from_db()
    assert (draft.status, draft.decision) == ("approved", "77/QĐ-UBND")

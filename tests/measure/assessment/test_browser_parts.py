"""The page of a unit and the first page of who appraises, in the browser, at the size of a province's round."""

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.measure.assessment.conftest import move_to
from tests.measure.assessment.province import drawn_entries, prepared_round
from tests.measure.assessment.test_browser import look, post_of, said
from tests.web.browser import axe_violations, new_page, open_browser, overflows, running_site, screenshot, sign_in

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput, GroupInput
from motcua.measure.assessment.frameworks import framework_of, shipped_text
from motcua.measure.assessment.models import Member
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Agency, Level

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


def unfolded(page: Page) -> list[str]:
    return page.evaluate("() => [...document.querySelectorAll('details.part[open] > .body')].map((each) => each.id)")


def test_parts_fold_on_a_phone_stay_as_they_were_left_and_are_all_on_paper(
    browser: Browser, site: str, people: Any
) -> None:
    now, own = timezone.now(), post_of("vh.canbo").unit.agency
    found = prepared_round(people, "PAR Index 2026")
    given = GroupInput("Sở của thử nghiệm", shipped_text("par-index-departments-model"), [own])
    actions.add_group(by=people.preparer, round_id=found.pk, group=given, now=now)
    member = Member.objects.get(round=found, agency=own)
    move_to(people, found.pk, "self")
    mine = [entry for entry in drawn_entries(found, seed=3) if entry.member_id == member.pk]
    by = Actor(post=post_of("vh.canbo"), on=timezone.localdate(now))
    done = [entry for entry in mine if entry.leaf.startswith(("D1.1.", "D1.2."))]
    actions.save_entries(by=by, step="self", entries=done, now=now)

    page = new_page(browser, site, language="en", width=360, height=740)
    sign_in(page, "vh.canbo")
    page.goto(f"/rounds/units/{member.pk}/")
    assert unfolded(page) == ["s-D1.3"]
    height = page.evaluate("() => document.documentElement.scrollHeight")
    look(page, "parts-unit")
    page.set_viewport_size({"width": 360, "height": 740})
    page.click("[data-unfold]")
    assert len(unfolded(page)) == page.locator("details.part").count() == 30
    assert page.evaluate("() => document.documentElement.scrollHeight") > 3 * height
    page.click("[data-fold]")
    assert unfolded(page) == []

    # By keyboard; what was left unfolded is so after a reload, and one jumps to a part from the list.
    summary = page.locator("details.part > summary").nth(3)
    summary.focus()
    page.keyboard.press("Enter")
    code = unfolded(page)
    assert len(code) == 1
    page.reload()
    assert unfolded(page) == code
    page.locator("nav .chip[href='#s-D7.1']").click()
    assert "s-D7.1" in unfolded(page)
    expect(page.locator("details.part:has([id='s-D7.1']) > summary")).to_be_focused()
    expect(page.locator("details.part:has([id='s-D7.1']) > summary")).to_be_in_viewport()
    page.goto("/rounds/")
    page.go_back()
    assert "s-D7.1" in unfolded(page)

    # Saving goes on at the next part, and says there that it was saved.
    part = page.locator("details.part:has([id='s-D7.1'])")
    part.locator("textarea").first.fill("Đã triển khai")
    part.get_by_role("button", name="Save and go to the next part").click()
    said(page)
    expect(page.locator(".messages")).to_be_in_viewport()
    expect(page.locator("details.part:has([id='s-D7.2']) > summary")).to_be_focused()
    screenshot(page, "parts-saved-360")
    assert axe_violations(page) == []

    # On paper every part is open, without scripts too.
    page.evaluate("() => sessionStorage.clear()")
    page.goto(f"/rounds/units/{member.pk}/")
    page.emulate_media(media="print")
    box = page.locator("article h3").last.bounding_box()
    assert box is not None
    assert box["height"] > 5
    page.emulate_media(media="screen")


def test_who_appraises_finds_on_the_first_page_what_awaits_them_and_begins_by_a_key(
    browser: Browser, site: str, people: Any
) -> None:
    day = timezone.localdate()
    calendar = {"appraisal": (day - dt.timedelta(5), day + dt.timedelta(2))}
    found = prepared_round(people, "PAR Index 2026", calendar=calendar)
    move_to(people, found.pk, "appraisal")
    entries = drawn_entries(found, seed=3)[: 22 * 70 + 100]
    actions.save_entries(by=people.appraiser, step="appraisal", entries=entries, now=timezone.now())
    page = new_page(browser, site, language="en")
    sign_in(page, "tc.canbo")
    expect(page.get_by_role("heading", name="Assessment: this awaits you")).to_be_visible()
    look(page, "awaits-desk")
    page.keyboard.press("a")
    page.wait_for_url("**/rounds/groups/**")
    page.goto("/rounds/mine/")
    look(page, "awaits-mine")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds/groups/**")
    vietnamese = new_page(browser, site, width=360, height=740)
    sign_in(vietnamese, "tc.canbo")
    expect(vietnamese.locator(".awaits")).to_be_visible()
    screenshot(vietnamese, "awaits-desk-vi-360")
    assert not overflows(vietnamese)
    vietnamese.goto("/rounds/mine/")
    screenshot(vietnamese, "awaits-mine-vi-360")
    leader = new_page(browser, site)
    sign_in(leader, "giamdoc")
    move_to(people, found.pk, "council")
    leader.goto("/start/")
    leader.wait_for_url("**/overview/")
    expect(leader.locator(".awaits")).to_be_visible()
    screenshot(leader, "awaits-overview-vi-1440")


def test_the_cheapest_way_of_a_composite_index_is_found_on_its_page(browser: Browser, site: str, people: Any) -> None:
    now, chance = timezone.now(), random.Random(4)
    found = prepared_round(people, "DDCI 2026")
    own = people.appraiser.post.unit.agency_id
    units = list(Agency.objects.filter(level=Level.COMMUNE, valid_to=None).exclude(pk=own).order_by("code")[:4])
    given = GroupInput("DDCI", shipped_text("ddci-model"), units)
    group = actions.add_group(by=people.preparer, round_id=found.pk, group=given, now=now)
    move_to(people, found.pk, "appraisal")
    leaves = framework_of(group.text).root.leaves()
    members = list(Member.objects.filter(group=group).order_by("agency__code"))
    rows = [
        EntryInput(member.pk, leaf.code, {leaf.code: f"{chance.uniform(3, 5 if member is members[0] else 8):.2f}"})
        for leaf in leaves
        for member in members
    ]
    actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=now)
    page = new_page(browser, site, language="en")
    sign_in(page, "tc.canbo")
    page.goto(f"/rounds/units/{members[0].pk}/what-if/")
    page.select_option("#goal", "ranks")
    page.click("button:text-is('Find the way')")
    expect(page.get_by_text("This leads to")).to_be_visible()
    expect(page.get_by_text("raise to").first).to_be_visible()
    look(page, "what-if-composite")

"""A round for 22 departments and 8 districts in the browser: framework, evidence, appeals, council, public ranking."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.measure.assessment.province import GROUPS, agencies, drawn_entries, self_assessed
from tests.measure.assessment.test_browser import look, open_all, post_of, said
from tests.web.browser import new_page, open_browser, running_site, sign_in

from motcua.measure.assessment.actions import EntryInput
from motcua.measure.assessment.models import Entry, Member, Round
from motcua.measure.assessment.verifying import verify_round
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


def move_on(page: Page, address: str) -> None:
    page.goto(address)
    page.click("text=Sign off and move on")
    said(page)


def fill_in(page: Page, entries: list[EntryInput]) -> None:
    """Type the values of a unit into its sheet."""
    for entry in entries:
        for code, text in entry.values.items():
            field = page.locator(f"[name='v:{entry.member_id}:{entry.leaf}:{code}']")
            if field.evaluate("(node) => node.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)


# Over a minute: 30 units with 70 leaves each, every page looked at by axe at two widths.
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_round_for_22_departments_and_8_districts_from_framework_to_public_ranking(
    browser: Browser, site: str, people: Any
) -> None:
    from django.utils import timezone

    now = timezone.now()
    agencies(people, now)
    own = post_of("vh.canbo").unit.agency
    names = ("quantri", "vh.canbo", "vh.lanhdao", "tc.canbo", "giamdoc")
    admin, unit, head, appraiser, council = (new_page(browser, site, language="en") for _ in names)
    for page, name in zip((admin, unit, head, appraiser, council), names, strict=True):
        sign_in(page, name)

    # Who prepares: two groups, each with its framework, people, the calendar.
    admin.goto("/rounds/")
    admin.fill("#name", "PAR Index 2026")
    admin.fill("#first", "2026-01-01")
    admin.fill("#last", "2026-12-31")
    admin.click("text=Begin the round")
    said(admin)
    address = admin.url
    for level, framework, base, count in (
        (Level.DEPARTMENT, "par-index-departments-model", 700, 21),
        (Level.DISTRICT, "par-index-districts-model", 800, 8),
    ):
        open_all(admin)
        admin.fill("#group_name", GROUPS[level])
        admin.select_option("#framework", framework)
        codes = [own.code] if level == Level.DEPARTMENT else []
        admin.fill("#codes", " ".join([*codes, *(f"H15.{base + n}" for n in range(count))]))
        admin.click("button:text('Add the group')")
        said(admin)
    for name, part in (("tc.canbo", "appraiser"), ("giamdoc", "council")):
        open_all(admin)
        admin.select_option("#post", str(post_of(name).pk))
        admin.select_option("#part", part)
        admin.click("button:text-is('Assign')")
        said(admin)
    found = Round.objects.get()
    assert Member.objects.filter(round=found).count() == 30
    look(admin, "province-round")
    move_on(admin, address)

    # Self-assessment: one unit in the browser with evidence, the others by their own leaders.
    entries = drawn_entries(found, seed=3)
    self_assessed(people, found, entries, but=own)
    member = Member.objects.get(round=found, agency=own)
    sheet = f"/rounds/units/{member.pk}/"
    unit.goto(sheet)
    open_all(unit)
    fill_in(unit, [entry for entry in entries if entry.member_id == member.pk])
    pdf = {"name": "ke-hoach.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    unit.locator("input[name^='file:'][name$=':D1.1.1']").set_input_files(pdf)
    unit.locator("button:text-is('Save')").first.click()
    said(unit)
    look(unit, "province-unit")
    head.goto(sheet)
    head.click("text=Sign the self-assessment off")
    said(head)
    move_on(admin, address)

    # Appraisal, leaf by leaf across 22 units, by keyboard.
    group = found.groups.get(name=GROUPS[Level.DEPARTMENT])
    appraiser.goto(f"/rounds/groups/{group.pk}/D3.4.1/")
    look(appraiser, "province-leaf")
    first = appraiser.locator("[data-column='on_time_num']").first
    first.focus()
    began = time.monotonic()
    for _unit in range(3):
        appraiser.keyboard.type("5")
        appraiser.keyboard.press("Enter")
    # Units stand by code: the demo's department first, then the others.
    filled = [box.input_value() for box in appraiser.locator("[data-column='on_time_num']").all()]
    assert filled[:4] == ["5", "5", "5", ""]
    appraiser.click("text=Recognise all that are empty")
    assert appraiser.locator("[data-column='recognised']:checked").count() == 19
    appraiser.click("text=Save and go to the next leaf")
    said(appraiser)
    assert time.monotonic() - began < 15
    assert appraiser.url.endswith("/D3.4.2/")
    assert Entry.objects.filter(step="appraisal", leaf="D3.4.1", recognised=True).count() == 19
    admin.goto(f"{address}board/")
    look(admin, "province-board")
    admin.click("text=Remind them now")
    said(admin)
    appraiser.goto("/rounds/")
    expect(appraiser.locator(".notice.warn:not([hidden])")).to_contain_text("leaves are left")
    # An appeal: what was lowered is explained with evidence that was used before, and appraised again.
    appraiser.goto(f"/rounds/groups/{group.pk}/D1.1.1/")
    place = f"v:{member.pk}:D1.1.1:plan_issued"
    appraiser.locator(f"select[name='{place}']").select_option("none")
    appraiser.click("text=Save all")
    said(appraiser)
    move_on(admin, address)
    unit.goto(sheet)
    open_all(unit)
    unit.locator("textarea[name$=':D1.1.1']").fill("Kế hoạch đã ban hành đúng hạn, xem tệp")
    unit.locator("select[name^='evidence:'][name$=':D1.1.1']").select_option(index=1)
    unit.locator("button:text-is('Save')").first.click()
    said(unit)
    move_on(admin, address)
    appraiser.goto(f"/rounds/groups/{group.pk}/D1.1.1/")
    expect(appraiser.locator(".leaf-grid > tbody > tr > td").get_by_text("xem tệp")).to_be_visible()
    appraiser.locator(f"select[name='{place}']").select_option("on_time")
    appraiser.click("text=Save all")
    said(appraiser)
    move_on(admin, address)

    # The council looks at a unit, takes the draft decision, and publishes.
    council.goto(address)
    with council.expect_download() as download:
        council.click("text=Draft decision (DOCX)")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    council.click("button:text-is('Publish')")
    said(council)
    found.refresh_from_db()
    assert verify_round(found) == []
    assert [len(group["units"]) for group in found.content["groups"]] == [8, 22]

    # Everybody: ranking, card, slides by keyboard.
    public = new_page(browser, site, language="en")
    public.goto(f"/rankings/{found.pk}/")
    assert public.locator("tbody tr").count() == 30
    look(public, "province-ranking")
    public.locator("tbody tr a").first.click()
    expect(public.get_by_text("Nearest gains")).to_be_visible()
    look(public, "province-card")
    public.goto(f"/rankings/{found.pk}/slides/")
    look(public, "province-slides")
    public.keyboard.press("ArrowRight")
    expect(public.locator("section.slide:focus")).to_have_attribute("id", "g1-result")
    public.keyboard.press("End")
    expect(public.locator("section.slide:focus")).to_have_attribute("id", "s-end")

"""A whole round in the browser with four roles: who prepares, a unit, an appraiser, the council."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.web.browser import axe_violations, new_page, open_browser, overflows, running_site, screenshot, sign_in

from motcua.measure.assessment.actions import carry_out
from motcua.measure.assessment.models import Round
from motcua.measure.assessment.verifying import verify_round
from motcua.record.accounts.models import User
from motcua.record.organisation.models import Agency, Level, Post

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FILE = str(Path(__file__).parent / "model.yaml")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def site(fresh_database: str, settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.UPLOADS = tmp_path
    with running_site() as address:
        yield address


def look(page: Page, name: str) -> None:
    """Look at the page at both widths: axe finds nothing, nothing sticks out."""
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"{name}-{width}")
        assert axe_violations(page) == []
        assert not overflows(page), f"{name} at {width}"
    page.set_viewport_size({"width": 1440, "height": 900})


def said(page: Page) -> None:
    expect(page.locator(".messages .notice.good")).to_be_visible()


def open_all(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details').forEach((d) => (d.open = true))")


def post_of(username: str) -> Post:
    return Post.objects.filter(person__account__username=username).select_related("unit__agency").first()


def test_a_round_from_its_framework_to_the_public_ranking(browser: Browser, site: str) -> None:
    assert User.objects.filter(username="tc.canbo").exists()
    own = post_of("xa.canbo").unit.agency
    others = Agency.objects.filter(level=Level.COMMUNE, valid_to=None).exclude(pk=own.pk).order_by("code")[:2]
    admin, unit, head, appraiser, council = (new_page(browser, site, language="en") for _ in range(5))
    for page, name in zip(
        (admin, unit, head, appraiser, council),
        ("quantri", "xa.canbo", "xa.lanhdao", "tc.canbo", "giamdoc"),
        strict=True,
    ):
        sign_in(page, name)

    def move_on(page: Page = admin) -> None:
        page.goto(address)
        page.click("text=Sign off and move on")
        said(page)

    # Preparation
    admin.goto("/rounds/")
    admin.fill("#name", "PAR Index 2026")
    admin.fill("#first", "2026-01-01")
    admin.fill("#last", "2026-12-31")
    admin.click("text=Begin the round")
    said(admin)
    address = admin.url
    admin.fill("#group_name", "Communes")
    admin.set_input_files("#framework_file", FILE)
    admin.fill("#codes", " ".join([own.code, *(each.code for each in others)]))
    admin.click("button:text('Add the group')")
    said(admin)
    for leaf, kind, inputs in (
        ("B.1", "measure", "on_time=dossiers.resolved dossiers=dossiers.counted"),
        ("B.2", "table", ""),
    ):
        open_all(admin)
        admin.fill("#src-leaf", leaf)
        admin.select_option("#src-kind", kind)
        admin.fill("#src-inputs", inputs)
        admin.click("text=Keep the source")
        said(admin)
    for name, part in (("tc.canbo", "appraiser"), ("giamdoc", "council")):
        open_all(admin)
        admin.select_option("#post", str(post_of(name).pk))
        admin.select_option("#part", part)
        admin.click("button:text-is('Assign')")
        said(admin)
    open_all(admin)
    rows = "\n".join(f"{each.code},0.{n}" for n, each in enumerate([own, *others], start=7))
    table = {"name": "s.csv", "mimeType": "text/csv", "buffer": f"unit,satisfaction\n{rows}\n".encode()}
    admin.set_input_files("#table", table)
    admin.click("text=Load the table")
    said(admin)
    open_all(admin)
    look(admin, "round")
    admin.click("text=Count the measured leaves anew")
    said(admin)
    move_on()

    # Self-assessment: a wrong value loses nothing
    unit.goto(address)
    unit.click(f"text={own.name_en or own.name_vi}")
    unit.locator("select[name$=':A.1:plan']").select_option("on_time")
    unit.locator("input[name$=':A.2:tasks_done']").fill("nine")
    unit.locator("input[name$=':A.2:tasks']").fill("10")
    pdf = {"name": "ke-hoach.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    open_all(unit)
    unit.locator("input[name^='file:'][name$=':A.1']").set_input_files(pdf)
    unit.click("button:text-is('Save') >> nth=0")
    expect(unit.locator("#errors")).to_contain_text("“nine” is not a number")
    assert unit.locator("input[name$=':A.2:tasks']").input_value() == "10"
    unit.locator("input[name$=':A.2:tasks_done']").fill("9")
    # The file of the refused form is kept, and goes with the next try.
    expect(unit.locator("input[type=checkbox][name^='evidence:'][name$=':A.1']")).to_be_checked()
    unit.locator("textarea[name$=':B.1']").fill("Chưa có hồ sơ trong kỳ")
    unit.click("button:text-is('Save') >> nth=0")
    said(unit)
    open_all(unit)
    look(unit, "self")
    member = unit.url.partition("#")[0]
    head.goto(member)
    head.click("text=Sign the self-assessment off")
    said(head)
    admin.goto(f"{address}board/")
    look(admin, "board")
    move_on()

    # Appraisal of one leaf across the units, evidence beside the score
    appraiser.goto(address)
    open_all(appraiser)
    appraiser.click("text=A.1 Plan issued")
    cells = appraiser.locator(".leaf-grid > tbody > tr > td")
    expect(cells.get_by_text("ke-hoach.pdf").first).to_be_visible()
    for box in appraiser.locator("select[name$=':A.1:plan']").all():
        box.select_option("late")
    appraiser.click("text=Save all")
    said(appraiser)
    look(appraiser, "leaf")
    leaf = appraiser.url
    move_on()

    # Explanation, re-appraisal
    unit.goto(member)
    unit.locator("textarea[name$=':A.1']").fill("Kế hoạch ký ngày 15/12, đúng hạn")
    unit.click("button:text-is('Save') >> nth=0")
    said(unit)
    move_on()
    appraiser.goto(leaf)
    expect(cells.get_by_text("đúng hạn").first).to_be_visible()
    appraiser.locator(f"select[name='v:{member.rstrip('/').rsplit('/', 1)[1]}:A.1:plan']").select_option("on_time")
    appraiser.click("text=Save all")
    said(appraiser)
    move_on()

    # The council decides and publishes
    council.goto(member)
    look(council, "council")
    council.goto(address)
    council.click("button:text-is('Publish')")
    said(council)
    found = Round.objects.get()
    assert verify_round(found) == []
    public = new_page(browser, site, language="en")
    public.goto("/rankings/")
    public.click("text=PAR Index 2026")
    look(public, "ranking")
    expect(public.locator("tbody tr").first).to_contain_text(own.name_en or own.name_vi)
    public.goto(f"{public.url}{own.code}/")
    look(public, "card")
    assert public.request.get(f"{public.url}card.pdf").body().startswith(b"%PDF")
    told = public.request.get(f"/rankings/{found.pk}/data.json").json()
    assert told["sha256"] == found.sha256
    admin.goto("/standing/")
    admin.click("text=Take them in")
    expect(admin.get_by_text("64.81")).to_be_visible()
    look(admin, "standing")
    unit.goto(f"{member}score/TOP/")
    look(unit, "derivation")

    # What if, and how sure
    unit.goto(f"{member}what-if/")
    unit.locator("select[name='v:plan']").select_option("late")
    unit.click("button:text-is('See what follows')")
    expect(unit.get_by_text("Points then")).to_be_visible()
    expect(unit.locator("select[name='v:plan']")).to_have_value("late")
    unit.click("button:text-is('Find the way')")
    look(unit, "what-if")
    admin.goto(address)
    admin.click("text=How sure are the ranks")
    look(admin, "firmness")
    admin.click("button:text-is('Work out what moves the ranks')")
    expect(admin.locator("#moves progress")).to_be_visible()
    group = found.groups.get()
    assert carry_out(group_id=group.pk, seed=1, now=timezone.now())
    expect(admin.locator("#moves table").first).to_be_visible(timeout=5_000)
    look(admin, "moves")

"""A dossier that three agencies share, and one filing that starts three procedures: at the keyboard, to the end."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.test_walk import Hands
from tests.web.browser import axe_violations, new_page, open_browser, overflows, running_site, screenshot

from motcua.record.ledger.verifying import verify
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers.models import Dossier, State, Task
from motcua.serve.dossiers.queries import linked_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def site(fresh_database: str, settings: Any, tmp_path: Path) -> Iterator[str]:
    settings.UPLOADS = tmp_path
    with running_site() as address:
        settings.PUBLIC_URL = address
        yield address


class People:
    """Everybody who takes part, each signed in once."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.known: dict[str, Hands] = {}

    def __getitem__(self, username: str) -> Hands:
        if username not in self.known:
            self.known[username] = Hands(self.browser, self.site, username)
        return self.known[username]

    def carry_on(self, username: str, dossier: Dossier, key: str = "i", before: str = "") -> None:
        """Let a person open the dossier from their list and do what carries it on, by keyboard alone.

        `before` is a choice to make first: letters for the select of the fee.
        """
        hands = self[username]
        hands.leading_to(key, to="/(inbox|returns)/")
        hands.leading_to("j", "Enter", to=f"/dossiers/{dossier.pk}/")
        assert axe_violations(hands.page) == []
        if hands.page.locator("#result").count():
            permit = {"name": "giay-phep.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
            hands.page.set_input_files("#result", permit)
        if before:
            hands.page.locator("#pay-return_result").focus()
            hands.type(before)
            hands.page.locator("h1").first.click()
        hands.press("d")
        expect(hands.page.locator(".messages .notice.good")).to_be_visible()


@pytest.fixture
def people(browser: Browser, site: str) -> People:
    return People(browser, site)


def find(clerk: Hands, words: str, code: str) -> None:
    """Choose a procedure or a group by letters of its name."""
    clerk.leading_to("n", to="/intake/$")
    clerk.type(words)
    expect(clerk.page.locator("[role=option]").first).to_be_visible()
    clerk.leading_to("Enter", to=rf"\?procedure={re.escape(code)}")


def citizen(browser: Browser, site: str, dossier: Dossier) -> Page:
    """Open the tracking page on a phone."""
    page = new_page(browser, site, width=360, height=740, language="en")
    page.goto(f"/track/?code={dossier.code}&s={dossier.tracking_secret}")
    assert axe_violations(page) == []
    assert not overflows(page)
    return page


def open_agencies(dossier: Dossier) -> list[str]:
    tasks = Task.objects.filter(dossier=dossier, closed_at=None).select_related("agency")
    return sorted(task.agency.code for task in tasks)


def test_three_agencies_share_a_dossier_and_the_citizen_sees_one_dossier_and_one_date(browser, site, people):
    clerk = people["xd.tiepnhan"]
    find(clerk, "giay phep xay dung", "1.009994")
    clerk.say("066090012345", "Nguyễn Văn Thử", "0905123456", "12 Lê Duẩn")
    clerk.press("Alt+a")
    page = clerk.page
    if page.locator("#pay").count():
        page.locator("#pay").focus()
        clerk.type(page.locator("#pay option").nth(1).inner_text()[:3])
    if page.input_value("#agency") != "H15.24":
        page.locator("#agency").focus()
        clerk.type("Sở Xây")
    clerk.leading_to("Alt+r", to=r"/dossiers/.*fresh=1")
    dossier = Dossier.objects.get()
    due = dossier.due_at
    clerk.press("d")
    expect(page.locator(".messages .notice.good")).to_be_visible()
    people.carry_on("xd.truongphong", dossier)
    assert open_agencies(dossier) == ["H15.23", "H15.24"], "two agencies at the same time, the third received it"

    phone = citizen(browser, site, dossier)
    screenshot(phone, "joint-track-360")
    expect(phone.locator("h1")).to_have_text(dossier.code)
    assert phone.locator(".promise .when").count() == 1
    expect(phone.locator(".promise .when")).to_have_text(f"{due.astimezone(LOCAL):%H:%M %d/%m/%Y}")

    people.carry_on("dat.canbo", dossier)
    assert open_agencies(dossier) == ["H15.24"], "the other agency is still waited for"
    people.carry_on("xd.canbo", dossier)
    for _hand in range(4):
        dossier.refresh_from_db()
        if dossier.state == State.FINISHED:
            break
        task = Task.objects.get(dossier=dossier, closed_at=None)
        role = {"head_of_unit": "xd.truongphong", "leader": "xd.lanhdao", "document_clerk": "xd.vanthu"}[task.role]
        people.carry_on(role, dossier)
    people.carry_on("xd.tiepnhan", dossier, "r", before="tiền")
    dossier.refresh_from_db()
    assert dossier.state == State.RETURNED
    assert dossier.first_due_at == due
    assert verify().ok


def test_a_birth_is_filed_once_and_the_citizen_sees_one_date_for_three_results(browser, site, people):
    clerk = people["xa.tiepnhan"]
    find(clerk, "lien thong khai sinh", "2.002621")
    clerk.check("linked-intake")
    clerk.say("066090012345", "Nguyễn Văn Thử", "0905123456", "12 Lê Duẩn")
    clerk.leading_to("Alt+a", "Alt+r", to=r"/dossiers/.*fresh=1")
    clerk.check("linked-received")
    first, residence, insurance = Dossier.objects.order_by("linked__part__order")
    whole = linked_of(first)
    promised = f"{whole.due_at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
    phone = citizen(browser, site, first)
    screenshot(phone, "linked-track-360")
    assert phone.locator(".promise .when").count() == 1
    expect(phone.locator(".promise .when")).to_have_text(promised)

    clerk.press("d")
    expect(clerk.page.locator(".messages .notice.good")).to_be_visible()
    people.carry_on("xa.canbo", first)
    people.carry_on("xa.lanhdao", first)
    for part, officer, leader in ((residence, "cu.canbo", "ca.lanhdao"), (insurance, "bh.canbo", "bh.lanhdao")):
        part.refresh_from_db()
        assert part.state == State.PROCESSING, "the birth certificate has started it"
        people.carry_on(officer, part)
        people.carry_on(leader, part)
    phone.reload()
    screenshot(phone, "linked-done-360")
    expect(phone.get_by_text("All results are ready since")).to_be_visible()
    assert axe_violations(phone) == []
    for dossier in (first, residence, insurance):
        people.carry_on("xa.tiepnhan", dossier, "r")
    assert set(Dossier.objects.values_list("state", flat=True)) == {State.RETURNED}
    assert verify().ok


def test_on_a_phone_the_promise_and_the_next_action_come_first(browser, site, people, actor_of):
    from tests.samples import birth

    from motcua.serve.dossiers import actions

    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    page = people["xa.tiepnhan"].page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/dossiers/{dossier.pk}/")
    screenshot(page, "dossier-first-360")
    top = {name: page.locator(name).first.bounding_box()["y"] for name in (".promise", ".offer", "dl.facts")}
    assert top[".promise"] < top[".offer"] < top["dl.facts"]
    page.set_viewport_size({"width": 1440, "height": 900})
    screenshot(page, "dossier-first-1440")
    beside = {name: page.locator(name).first.bounding_box()["x"] for name in (".promise", "dl.facts")}
    assert beside[".promise"] > beside["dl.facts"], "on a wide window it stands beside"


def test_a_bundle_of_one_applicant_is_received_on_one_receipt_without_a_mouse(browser, site, people):
    clerk = people["xa.tiepnhan"]
    find(clerk, "khai sinh", "1.001193")
    clerk.say("066090012345", "Nguyễn Văn Thử", "0905123456", "12 Lê Duẩn")
    clerk.leading_to("Alt+a", "Alt+r", to=r"/dossiers/.*fresh=1")
    for _more in range(2):
        clerk.leading_to("m", to=r"/intake/\?with=.*procedure=1\.001193")
        assert clerk.page.input_value("#owner_name") == "Nguyễn Văn Thử", "the applicant is not typed again"
        clerk.leading_to("Alt+a", "Alt+r", to=r"/dossiers/.*fresh=1")
    clerk.check("bundle")
    dossiers = list(Dossier.objects.all())
    assert len(dossiers) == 3
    assert len({d.membership.group_id for d in dossiers}) == 1
    href = clerk.page.get_attribute("main a[data-key=o]", "href")
    answer = clerk.page.context.request.get(str(href))
    assert answer.headers["content-type"] == "application/pdf"
    assert clerk.page.locator(".timeline a.code").count() >= 3

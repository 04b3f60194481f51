"""A dossier from hand to hand by keyboard alone, in a browser; and what a browser adds: expiry, double clicks, width."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, expect
from tests.samples import birth, household
from tests.web.browser import PASSWORD, axe_violations, new_page, open_browser, overflows, running_site, screenshot

from motcua.record.ledger.sealing import seal
from motcua.record.ledger.verifying import verify
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier, State

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KEYSTROKES = 40
SECONDS = 60
AGREES = "Your slip agrees with the ledger. Compare the time printed on it with the time above."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def site(fresh_database: str, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The application on a database of this test's own; slips name its address."""
    settings.UPLOADS = tmp_path
    with running_site() as address:
        settings.PUBLIC_URL = address
        yield address


class Hands:
    """A person at a keyboard, whose keystrokes are counted; what the applicant says is not."""

    def __init__(self, browser: Browser, site: str, username: str) -> None:
        self.page = new_page(browser, site)
        self.strokes = 0
        self.page.goto("/sign-in/")
        for part, then in ((username, "Tab"), (PASSWORD, "Enter")):
            self.page.keyboard.type(part)
            self.page.keyboard.press(then)
        self.page.wait_for_url(lambda url: "sign-in" not in url)
        self.strokes = 0

    def press(self, *keys: str) -> None:
        """Press keys; a key with Alt is two."""
        for key in keys:
            self.strokes += len(key.split("+"))
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type the clerk's own letters."""
        self.strokes += len(text)
        self.page.keyboard.type(text)

    def say(self, *words: str) -> None:
        """Type what the applicant says, a field each."""
        for n, word in enumerate(words):
            if n:
                self.press("Tab")
            self.page.keyboard.type(word)

    def leading_to(self, *keys: str, to: str) -> None:
        """Press keys that open a page whose address has this form."""
        for key in keys:
            self.press(key)
        self.page.wait_for_url(re.compile(to))
        self.page.wait_for_load_state()

    def check(self, name: str) -> None:
        """Look at the page: axe finds nothing, no script has thrown."""
        screenshot(self.page, name)
        assert axe_violations(self.page) == []
        assert self.page.script_errors == []  # type: ignore[attr-defined]


def receive(clerk: Hands) -> Dossier:
    """Receive a birth registration by keyboard alone, from the first page of the day."""
    clerk.leading_to("n", to="/intake/$")
    clerk.type("khai sinh")
    expect(clerk.page.locator("[role=option]").first).to_be_visible()
    clerk.leading_to("Enter", to=r"\?procedure=1\.001193")
    clerk.say("066090012345", "Nguyễn Văn Thử", "0905123456", "12 Lê Duẩn")
    clerk.leading_to("Alt+a", "Alt+r", to=r"/dossiers/.*fresh=1")
    return Dossier.objects.get()


def carry_on(hands: Hands, open_with: str, dossier: Dossier, name: str) -> None:
    """Open the first dossier of a list and do what carries it on, by keyboard alone."""
    hands.leading_to(open_with, to="/(inbox|returns)/")
    hands.check(f"{name}-list")
    hands.leading_to("j", "Enter", to=f"/dossiers/{dossier.pk}/")
    hands.check(f"{name}-dossier")
    hands.press("d")
    expect(hands.page.locator(".messages .notice.good")).to_be_visible()


def read_slip(page: Page, folder: Path) -> tuple[str, dict[str, str]]:
    """Print the slip, and read it back: its text, and its codes by their kind."""
    href = page.get_attribute("main a[data-key=p]", "href")
    answer = page.context.request.get(str(href))
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / "slip.pdf"
    file.write_bytes(answer.body())
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", file, folder / "slip"], check=True)
    picture = next(folder.glob("slip*.png"))
    found = subprocess.run(["zbarimg", "-q", picture], capture_output=True, text=True, check=True).stdout
    return text, dict(line.split(":", 1) for line in found.splitlines())


def test_a_dossier_goes_from_door_to_door_by_keyboard_alone(browser, site, tmp_path, record_property):
    clerk = Hands(browser, site, "xa.tiepnhan")
    clerk.check("desk")
    began = time.monotonic()
    dossier = receive(clerk)
    took = time.monotonic() - began
    record_property("intake", f"{clerk.strokes} keystrokes, {took:.1f} s")
    assert clerk.strokes <= KEYSTROKES
    assert took < SECONDS
    clerk.check("received")

    text, codes = read_slip(clerk.page, tmp_path)
    assert codes["CODE-128"] == dossier.code
    assert codes["QR-Code"].startswith(f"{site}/track/?code={dossier.code}&s={dossier.tracking_secret}")
    due = dossier.due_at.astimezone(LOCAL)
    printed = rf"{due:%H} giờ {due:%M}( phút)?,? ngày {due:%d}(/| tháng ){due:%m}(/| năm ){due:%Y}"
    assert re.search(printed, " ".join(text.split())), text

    clerk.press("d")
    expect(clerk.page.locator(".messages .notice.good")).to_be_visible()
    carry_on(Hands(browser, site, "xa.canbo"), "i", dossier, "officer")
    carry_on(Hands(browser, site, "xa.lanhdao"), "i", dossier, "leader")
    carry_on(clerk, "r", dossier, "returns")
    dossier.refresh_from_db()
    assert dossier.state == State.RETURNED

    citizen = new_page(browser, site, width=360, height=740)
    citizen.goto(codes["QR-Code"])
    screenshot(citizen, "track360")
    with translation.override("vi"):
        expect(citizen.get_by_text(translation.gettext(AGREES))).to_be_visible()
    expect(citizen.get_by_text(f"{due:%H:%M %d/%m/%Y}").first).to_be_visible()
    assert axe_violations(citizen) == []
    assert not overflows(citizen)
    citizen.goto(codes["QR-Code"].rpartition("&c=")[0] + "&c=AAAA-AAAA")
    expect(citizen.locator(".notice.bad")).to_be_visible()

    while seal(timezone.now()):
        pass
    report = verify()
    assert report.ok, report


def open_intake(browser: Browser, site: str) -> Hands:
    """Sit before the form, filled in but not sent."""
    clerk = Hands(browser, site, "xa.tiepnhan")
    clerk.page.goto("/intake/?procedure=1.001193")
    clerk.say("066090012345", "Nguyễn Văn Thử", "0905123456", "12 Lê Duẩn")
    clerk.press("Alt+a")
    return clerk


def test_a_session_that_expires_in_the_midst_of_the_form_loses_nothing_typed(browser, site):
    from django.contrib.sessions.models import Session

    clerk = open_intake(browser, site)
    page = clerk.page
    page.fill("#note", "giao trước 10 giờ")
    Session.objects.all().delete()
    clerk.leading_to("Alt+r", to="/sign-in/")
    assert not Dossier.objects.exists()
    clerk.say("xa.tiepnhan", PASSWORD)
    clerk.leading_to("Enter", to="/intake/")
    values = {name: page.input_value(f"[name={name}]") for name in ("owner_identity_number", "owner_name", "note")}
    assert values == {
        "owner_identity_number": "066090012345", "owner_name": "Nguyễn Văn Thử", "note": "giao trước 10 giờ",
    }  # fmt: skip
    assert all(tick.is_checked() for tick in page.locator("[data-required]").all())
    assert "Thử" not in page.url
    clerk.leading_to("Alt+r", to=r"/dossiers/.*fresh=1")
    page.goto("/intake/?procedure=1.001193")
    assert page.input_value("#owner_name") == "", "what was received is not offered again"


def test_the_form_stands_ready_with_what_is_usual(browser, site):
    page = open_intake(browser, site).page
    assert page.input_value("[name=sets]") == "1"
    assert page.input_value("[name=agency]") == "H15.136"


def test_a_double_click_makes_one_dossier(browser, site):
    clerk = open_intake(browser, site)
    clerk.page.dblclick("button[data-key=r]")
    clerk.page.wait_for_url(re.compile("/dossiers/"))
    assert Dossier.objects.count() == 1


def test_the_looks_at_a_page_find_what_is_wrong(browser, site):
    page = new_page(browser, site, width=360)
    page.set_content("<title>x</title><main><img src=a><input><div style='inline-size:500px'>x</div></main>")
    found = " ".join(axe_violations(page))
    assert "image-alt" in found
    assert "label" in found
    assert overflows(page)


PAGES = {
    "": ("/", "/procedures/", "/procedures/1.001193/", "/track/", "{track}", "/sign-in/", "/nowhere/"),
    "xa.tiepnhan": (
        "/desk/", "/intake/", "/intake/?procedure=1.001193", "/intake/?procedure=1.001612", "/inbox/", "/returns/",
        "/lists/", "/search/", "/register/", "/me/", "/password/", "{dossier}",
    ),
    "xa.canbo": ("{dossier}", "/people/"),
    "xa.lanhdao": ("{dossier}", "/inbox/?unit=1"),
    "kiemtra": ("/ledger/", "/sign-ins/", "{dossier}"),
    "quantri": ("/people/", "/people/1/", "/agencies/", "/agencies/1/", "/calendar/"),
}  # fmt: skip


@pytest.mark.parametrize("username", PAGES)
def test_every_page_is_free_of_axes_findings_and_fits_a_phone(username, browser, site, actor_of):
    clerk, officer, leader = (actor_of(f"xa.{who}") for who in ("tiepnhan", "canbo", "lanhdao"))
    long_name = "Công ty trách nhiệm hữu hạn " + "Thương mại dịch vụ " * 5
    actions.receive_dossier(by=clerk, filing=household())
    done = actions.receive_dossier(by=clerk, filing=birth())
    for by in (clerk, officer):
        actions.forward_dossier(by=by, dossier_id=done.pk)
    actions.finish_dossier(by=leader, dossier_id=done.pk)
    dossier = actions.receive_dossier(by=clerk, filing=birth(summary=long_name, note=long_name))
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
    page = Hands(browser, site, username).page if username else new_page(browser, site)
    found = []
    for n, address in enumerate(PAGES[username]):
        url = address.format(
            dossier=f"/dossiers/{dossier.pk}/", track=f"/track/?code={dossier.code}&s={dossier.tracking_secret}"
        )
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(url)
        screenshot(page, f"{username or 'anyone'}-{n}-1440")
        found += axe_violations(page)
        page.set_viewport_size({"width": 360, "height": 740})
        screenshot(page, f"{username or 'anyone'}-{n}-360")
        found += [f"{url} is wider than a phone"] if overflows(page) else []
        found += axe_violations(page)
    assert found == []

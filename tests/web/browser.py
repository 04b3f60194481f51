"""The browser that tests drive: Chromium against the application itself, with what axe says of a page."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
PICTURES = os.environ.get("TEST_PICTURES", "")
PASSWORD = "motcua-demo-2026"
LOCALES = {"vi": "vi-VN", "en": "en-GB"}

# Playwright's synchronous interface keeps a loop in this thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def new_page(
    browser: Browser, site: str, *, width: int = 1440, height: int = 900, language: str = "vi", dark: bool = False
) -> Page:
    """Return a page of a person of its own: own cookies, own storage.

    Args:
        site: address that relative paths are resolved against.
        width, height: of the window, in CSS pixels.
        language: "vi" or "en", as the browser asks for it.
        dark: whether the person's system asks for a dark scheme.

    A script that throws is kept in `page.script_errors`, and so is what the security policy blocks.
    """
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": height},
        locale=LOCALES[language],
        timezone_id="Asia/Ho_Chi_Minh",
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    page.script_errors = errors  # type: ignore[attr-defined]
    return page


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in as a demo account and wait for its first page."""
    page.goto("/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds wrong on a page, one line per rule: its name and the first elements it names."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Two frames: what the page sets when its size changes (a table that scrolls becomes focusable) is set by then.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    answer: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url} {found['id']}: "
        + " | ".join(str(node["target"]) + " " + node["html"][:90] for node in found["nodes"][:5])
        for found in answer["violations"]
    ]


def overflows(page: Page) -> bool:
    """Tell whether the page is wider than its window, so that one would have to scroll sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page in the folder that TEST_PICTURES names; without it, do nothing."""
    if PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


@contextlib.contextmanager
def running_site() -> Iterator[str]:
    """Serve the application in a thread, on the database that this test uses; the address is given.

    Needs a database whose rows other connections see: the fixture `fresh_database`, not a test's transaction.
    """
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()

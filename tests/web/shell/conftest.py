"""The application, served, for tests with a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.web.browser import open_browser, running_site


@pytest.fixture
def site(fresh_database: str) -> Iterator[str]:
    """The address of the application on a database of this test's own."""
    with running_site() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for the tests of a file."""
    with open_browser() as opened:
        yield opened

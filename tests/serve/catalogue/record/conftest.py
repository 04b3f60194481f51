"""Chromium against the application, for the pages of the record."""

from tests.web.shell.conftest import browser, site

__all__ = ["browser", "site"]

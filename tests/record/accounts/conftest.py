"""The application, served, for tests with a browser."""

from tests.web.shell.conftest import browser, site

__all__ = ["browser", "site"]

"""Positions come again from test to test: no answer may be kept from one to the next."""

import pytest

from motcua.measure.metrics.caching import ANSWERS


@pytest.fixture(autouse=True)
def no_answers_kept() -> None:
    """Forget what the process keeps of figures."""
    ANSWERS.clear()

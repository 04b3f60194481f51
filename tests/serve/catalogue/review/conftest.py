"""A review of the birth registration, and Chromium for its pages."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.web.shell.conftest import browser, site

from motcua.record.organisation.actor import Actor
from motcua.serve.catalogue.review import actions
from motcua.serve.catalogue.review.costing import LineData
from motcua.serve.catalogue.review.models import Review

__all__ = ["browser", "site"]

# The worked example of tests/rules/test_compliance_cost.py.
LINES = (
    LineData("Điền tờ khai", Decimal("1.5"), Decimal(1)),
    LineData("Chứng thực giấy tờ", Decimal(2), Decimal(0), 20_000, 0),
    LineData("Đi nộp hồ sơ", Decimal(3), Decimal("0.25"), 50_000, 0),
    LineData("Đi nhận kết quả", Decimal("2.5"), Decimal(0), 50_000, 30_000, 100_000, 100_000),
)


@pytest.fixture
def admin(actor_of: Callable[[str], Actor]) -> Actor:
    return actor_of("quantri")


@pytest.fixture
def review(db: None, admin: Actor) -> Review:
    return actions.open_review(by=admin, code="1.012790", now=timezone.now())

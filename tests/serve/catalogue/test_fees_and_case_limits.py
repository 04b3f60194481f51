"""Lower prices of later pages and caps, and time limits of one case, as data of a version."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from tests.samples import birth

from motcua.record.organisation.queries import calendar_by_code
from motcua.rules.working_time import Duration, to_local_date
from motcua.serve.catalogue.content import CaseData, Words
from motcua.serve.catalogue.difference_words import sentence
from motcua.serve.catalogue.differences import differences
from motcua.serve.catalogue.models import Case
from motcua.serve.catalogue.queries import fee_amount, limit_of, version_on
from motcua.serve.catalogue.reading import content_of
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db
COPIES, BIRTH = "2.000815", "1.001193"


def version(code: str) -> Any:
    found = version_on(code, timezone.localdate())
    assert found is not None
    return found


@pytest.mark.parametrize(("pages", "copies", "dong"), [(2, 1, 4000), (3, 1, 5000), (10, 2, 24_000), (900, 1, 200_000)])
def test_certified_copies_cost_less_from_the_third_page_on_up_to_a_cap(pages: int, copies: int, dong: int) -> None:
    (fee,) = version(COPIES).fees.all()
    assert fee_amount(fee, pages, copies) == dong


def test_another_price_of_later_pages_is_told_in_words() -> None:
    old = content_of(version(COPIES))
    new = replace(old, fees=(replace(old.fees[0], later_from=0, later_amount=0, most=300_000),))
    (told,) = [sentence(one) for one in differences(old, new)]
    assert "300.000" in told
    assert "1.000" in told


@pytest.fixture
def verified() -> Case:
    return Case.objects.create(
        version=version(BIRTH), order=1, key="verified", name_vi="Phải xác minh", limit_amount=5, limit_unit="wd"
    )


def test_a_case_with_a_limit_of_its_own_is_promised_by_it(verified: Case, actor_of: Any) -> None:
    found = version(BIRTH)
    assert limit_of(found, 1, "verified") == Duration(5, "wd")
    assert limit_of(found, 1) == limit_of(found, 1, "no-such-case") != Duration(5, "wd")
    other = Case.objects.create(version=found, order=2, key="plain", name_vi="Không phải xác minh")
    clerk, at = actor_of("xa.tiepnhan"), timezone.now()
    dossiers = {
        case.key: actions.receive_dossier(by=clerk, filing=replace(birth(), case=case.key), now=at)
        for case in (verified, other)
    }
    promise = calendar_by_code("default").promise(at, Duration(5, "wd"), cut_off=found.cut_off)
    assert dossiers["verified"].due_at == promise.due_at
    assert dossiers["plain"].due_at < promise.due_at
    assert to_local_date(dossiers["verified"].due_at) > to_local_date(at) + dt.timedelta(days=4)


def test_another_limit_of_a_case_is_a_difference() -> None:
    own = CaseData("a", Words("A", "A"), own_limit=Duration(5, "wd"))
    old = replace(content_of(version(BIRTH)), cases=(own,))
    new = replace(old, cases=(replace(own, own_limit=Duration(3, "wd")),))
    assert [one.part for one in differences(old, new)] == ["case"]

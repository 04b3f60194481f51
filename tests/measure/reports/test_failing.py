"""A check that fails shows the dossiers that break it, and no other."""

import datetime as dt

import pytest
from django.test import Client
from tests.samples import birth

from motcua.measure.metrics.caching import ANSWERS
from motcua.measure.metrics.positions import catch_up
from motcua.measure.reports.actions import check_report, draft_report, sign_report
from motcua.record.accounts.models import User
from motcua.record.organisation.errors import Conflict
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db
NOVEMBER = {"first": dt.date(2026, 11, 1), "last": dt.date(2026, 11, 30)}
ASKED = "from=2026-11-01&to=2026-11-30"


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def dossiers(actor_of):
    clerk = actor_of("xa.tiepnhan")
    mornings = [dt.datetime(2026, 11, day, 9, 0, tzinfo=LOCAL) for day in (18, 19, 20)]
    made = [actions.receive_dossier(by=clerk, filing=birth(), now=morning) for morning in mornings]
    for dossier in made[1:]:
        later = dt.datetime(2026, 11, 20, 11, 0, tzinfo=LOCAL)
        actions.withdraw_dossier(by=clerk, dossier_id=dossier.pk, reason="x", now=later)
    catch_up()
    return made


def planted(dossier) -> None:
    """Judge a resolved dossier as neither early nor on time nor late, behind the ledger's back."""
    assert dossier.spans.exclude(resolved_on=None).update(judged=7)
    ANSWERS.clear()


def failing(client, address):
    page = client.get(address)
    return [check for check in page.context["checks"] if not check["holds"]]


def test_a_failing_sum_lists_the_dossier_that_breaks_it_alone(dossiers):
    client = client_of("xa.lanhdao")
    assert failing(client, f"/reports/make/II.06a/?{ASKED}") == []
    planted(dossiers[1])
    (check,) = failing(client, f"/reports/make/II.06a/?{ASKED}")
    assert check["check"] == "7 = 8 + 9 + 10"
    page = client.get(check["address"])
    assert [(row.dossier.pk, row.counted_in) for row in page.context["page"]] == [(dossiers[1].pk, (7,))]
    text = page.content.decode()
    assert dossiers[1].code in text
    assert dossiers[0].code not in text
    assert client_of("xa2.lanhdao").get(check["address"]).status_code == 404
    assert len(client_of("quantri").get(f"{check['address']}").context["page"].object_list) == 0


def test_a_draft_whose_check_fails_is_not_checked_off_and_opens_to_its_dossiers(dossiers, actor_of):
    planted(dossiers[2])
    made = draft_report(by=actor_of("xa.vanthu"), form="II.06a", **NOVEMBER)
    with pytest.raises(Conflict):
        check_report(by=actor_of("xa.truongphong"), issue_id=made.pk)
    client = client_of("xa.truongphong")
    (check,) = failing(client, f"/reports/issues/{made.pk}/")
    assert [row.dossier.pk for row in client.get(check["address"]).context["page"]] == [dossiers[2].pk]


def test_an_opening_that_differs_from_the_last_closing_lists_what_was_corrected_since(dossiers, actor_of):
    made = draft_report(by=actor_of("xa.vanthu"), form="II.06a", **NOVEMBER)
    check_report(by=actor_of("xa.truongphong"), issue_id=made.pk)
    sign_report(by=actor_of("xa.lanhdao"), issue_id=made.pk)
    december = "/reports/make/II.06a/?from=2026-12-01&to=2026-12-31"
    client = client_of("xa.lanhdao")
    assert failing(client, december) == []
    noon = dt.datetime(2026, 11, 20, 12, 0, tzinfo=LOCAL)
    actions.void_receipt(by=actor_of("xa.lanhdao"), dossier_id=dossiers[0].pk, reason="x", now=noon)
    catch_up()
    (check,) = failing(client, december)
    assert check["check"] == "6 = 11"
    page = client.get(check["address"])
    assert [(row.dossier.pk, row.counted_in) for row in page.context["page"]] == [(dossiers[0].pk, (11,))]


@pytest.mark.parametrize("query", ["check=9", "check=-1", "check=x", "check=opening", "", "check=0&issue=1"])
def test_a_check_that_is_not_there_is_not_found(dossiers, query):
    assert client_of("xa.lanhdao").get(f"/reports/check/?form=II.06a&{ASKED}&{query}").status_code == 404


def test_a_check_of_the_catalogue_offers_no_dossiers(dossiers):
    assert client_of("kiemtra").get(f"/reports/check/?form=II.07b&{ASKED}&check=0").status_code == 404

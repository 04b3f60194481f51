"""Reports as pages: made, opened cell by cell, checked, signed; nobody sees more than their agencies."""

import datetime as dt

import pytest
from django.test import Client
from tests.samples import birth

from motcua.measure.metrics.positions import catch_up
from motcua.measure.reports.counts import alarm, count_period
from motcua.measure.reports.models import Issue
from motcua.record.accounts.models import User
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db

NOVEMBER = "from=2026-11-01&to=2026-11-30"


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def dossiers(actor_of):
    clerk = actor_of("xa.tiepnhan")
    mornings = [dt.datetime(2026, 11, 20, hour, 0, tzinfo=LOCAL) for hour in (8, 9, 10)]
    made = [actions.receive_dossier(by=clerk, filing=birth(), now=morning) for morning in mornings]
    catch_up()
    return made


def test_a_live_report_shows_the_form_and_each_cell_opens_to_its_dossiers(dossiers):
    client = client_of("xa.lanhdao")
    page = client.get(f"/reports/make/II.06a/?{NOVEMBER}")
    assert page.status_code == 200
    (line,) = [line for line in page.context["lines"] if line["kind"] == "total"]
    cell, address = line["cells"][0]
    assert (cell.number, cell.value) == (3, 3)
    listed = client.get(address)
    assert listed.context["page"].paginator.count == 3
    assert {dossier.code for dossier in listed.context["page"]} == {dossier.code for dossier in dossiers}
    row = next(line for line in page.context["lines"] if line["kind"] == "row")
    assert client.get(row["cells"][0][1]).context["page"].paginator.count == row["cells"][0][0].value


def test_a_dossier_that_was_resolved_late_is_marked_so_in_the_list_behind_its_cell(dossiers, actor_of):
    late = dt.datetime(2026, 11, 30, 9, 0, tzinfo=LOCAL)
    clerk, officer, leader = (actor_of(f"xa.{name}") for name in ("tiepnhan", "canbo", "lanhdao"))
    actions.forward_dossier(by=clerk, dossier_id=dossiers[0].pk, now=dossiers[0].received_at)
    actions.forward_dossier(by=officer, dossier_id=dossiers[0].pk, now=dossiers[0].received_at)
    actions.finish_dossier(by=leader, dossier_id=dossiers[0].pk, now=late)
    catch_up()
    listed = client_of("xa.lanhdao").get(f"/reports/cell/?form=II.06a&column=10&{NOVEMBER}")
    (shown,) = listed.context["page"]
    assert shown.clock == "done_late"
    assert "xong quá hạn" in listed.content.decode()


def test_another_agency_sees_none_of_it_and_an_administrator_sees_figures_only(dossiers):
    other = client_of("xa2.lanhdao").get(f"/reports/make/II.06a/?{NOVEMBER}")
    assert [cell.value for cell, _address in other.context["lines"][-1]["cells"]] == [0] * 11
    stolen = client_of("xa2.lanhdao").get(f"/reports/cell/?form=II.06a&column=3&{NOVEMBER}&agency=1")
    assert stolen.status_code == 404
    admin = client_of("quantri").get(f"/reports/make/II.06a/?{NOVEMBER}")
    cell, address = admin.context["lines"][-1]["cells"][0]
    assert cell.value == 3
    assert client_of("quantri").get(address).context["page"].paginator.count == 0
    assert client_of("kiemtra").get(address).context["page"].paginator.count == 3


def test_dates_that_were_changed_on_the_page_are_meant_whatever_period_stands_beside_them(dossiers):
    client, shown = client_of("xa.lanhdao"), {"was_from": "2026-11-01", "was_to": "2026-11-30"}
    kept = {"period": "last_year", "from": "2026-11-01", "to": "2026-11-30"}
    changed = {"period": "month", "from": "2020-01-01", "to": "2026-11-30"}
    for values, first in ((kept, "2025-01-01"), (changed, "2020-01-01"), ({"period": "last_year"}, "2025-01-01")):
        page = client.get("/reports/make/II.06a/", values | (shown if "from" in values else {}))
        assert page.context["asked"].first.isoformat() == first
    text = client.get("/reports/make/II.06a/", changed).content.decode()
    assert 'name="was_from"' in text


def test_a_day_written_day_first_is_a_day(dossiers):
    client = client_of("xa.lanhdao")
    for text in ("30/11/2090", "2090-11-30"):
        page = client.get(
            f"/reports/make/II.06a/?{NOVEMBER}", {"as_of": text, "from": "2026-11-01", "to": "2026-11-30"}
        )
        assert page.context["asked"].question is not None
    assert client.get("/reports/make/II.06a/", {"as_of": "31/02/2026"}).status_code == 422


def test_an_alarm_of_a_past_period_ends_when_that_period_is_counted_again_and_agrees(dossiers):
    client = client_of("kiemtra")
    due_on = dossiers[0].due_on
    dossiers[0].spans.update(due_on=due_on + dt.timedelta(days=1))
    wrong = count_period(dt.date(2026, 11, 1), dt.date(2026, 11, 20))
    assert alarm() == wrong
    dossiers[0].spans.update(due_on=due_on)
    answer = client.post("/reports/counts/", {"of": wrong.pk}, follow=True)
    again = answer.context["count"]
    assert (again.first, again.last, again.differing) == (wrong.first, wrong.last, 0)
    assert alarm() is None
    assert client.post("/reports/counts/", {"of": "999999"}).status_code == 404


def test_a_report_goes_from_draft_over_check_to_signature_on_pages(dossiers):
    made = client_of("xa.vanthu").post("/reports/draft/II.06a/", {"from": "2026-11-01", "to": "2026-11-30"})
    issue = Issue.objects.get()
    assert made.url == f"/reports/issues/{issue.pk}/"
    client_of("xa.truongphong").post(f"{made.url}check/")
    client_of("xa.lanhdao").post(f"{made.url}sign/")
    page = client_of("xa.lanhdao").get(made.url)
    assert page.context["issue"].status == Issue.Status.ISSUED
    cell, address = page.context["lines"][-1]["cells"][0]
    assert client_of("xa.lanhdao").get(address).context["page"].paginator.count == cell.value == 3
    assert client_of("xa2.lanhdao").get(made.url).status_code == 404


def test_a_new_edition_shows_which_cells_changed(dossiers, actor_of):
    client_of("xa.vanthu").post("/reports/draft/II.06a/", {"from": "2026-11-01", "to": "2026-11-30"})
    first = Issue.objects.get()
    client_of("xa.truongphong").post(f"/reports/issues/{first.pk}/check/")
    client_of("xa.lanhdao").post(f"/reports/issues/{first.pk}/sign/")
    noon = dt.datetime(2026, 11, 20, 11, 0, tzinfo=LOCAL)
    actions.void_receipt(by=actor_of("xa.lanhdao"), dossier_id=dossiers[0].pk, reason="x", now=noon)
    newer = client_of("xa.vanthu").post(f"/reports/issues/{first.pk}/edition/")
    rows = client_of("xa.vanthu").get(f"{newer.url}differences/").context["rows"]
    assert (rows[0]["column"].number, rows[0]["old"], rows[0]["new"]) == (3, 3, 2)


def test_the_list_behind_a_cell_goes_out_as_a_file_without_formulas(dossiers):
    dossiers[0].owner_name = "=cmd|' /C calc'!A0"
    dossiers[0].save(update_fields=["owner_name"])
    answer = client_of("xa.lanhdao").get(f"/reports/cell/?form=II.06a&column=3&{NOVEMBER}&as=csv")
    text = answer.content.decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert "'=cmd" in text
    assert ",=cmd" not in text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-30&to=2026-11-01", "to"),
        ("from=30.11.2026&to=2026-11-01", "from"),
        (f"{NOVEMBER}&agency=999999", "agency"),
        (f"{NOVEMBER}&as_of=1999-01-01", "as_of"),
        (f"{NOVEMBER}&as_of=gestern", "as_of"),
    ],
)
def test_what_cannot_be_asked_is_named_at_its_field(dossiers, query, field):
    answer = client_of("xa.lanhdao").get(f"/reports/make/II.06a/?{query}")
    assert answer.status_code == 422
    assert set(answer.context["asked"].faults) == {field}


def test_pages_ask_few_questions(dossiers, django_assert_max_num_queries):
    client = client_of("xa.lanhdao")
    address = f"/reports/cell/?form=II.06a&column=3&{NOVEMBER}"
    for page in (f"/reports/make/II.06a/?{NOVEMBER}", "/reports/", address):
        client.get(page)
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200


@pytest.mark.parametrize("form", ["II.06a", "CCHC-HS", "DG-01"])
@pytest.mark.parametrize(
    "wrong", ["from=0001-01-01&to=2026-11-30", "from=2026-11-01&to=9999-12-31", f"{NOVEMBER}&as_of=9999-12-31"]
)
def test_a_day_at_the_end_of_all_calendars_is_named_at_its_field(form, wrong):
    page = client_of("xa.lanhdao").get(f"/reports/make/{form}/?{wrong}")
    assert page.status_code == 422
    assert "Nhập ngày, ví dụ" in page.content.decode()

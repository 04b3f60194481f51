"""What the record cannot know is typed by people: marked with who and when, recorded, and never counted as known."""

import datetime as dt

import pytest
from django.test import Client
from tests.samples import birth, household

from motcua.measure.metrics.caching import ANSWERS
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.actions import check_report, draft_report, sign_report
from motcua.measure.reports.entering import enter_values, entered_values, row_text
from motcua.measure.reports.making import form_of, make
from motcua.measure.reports.models import EnteredValue
from motcua.measure.reports.verifying import verify_report
from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Invalid, NotAllowed, Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db
PERIOD = {"first": dt.date(2026, 10, 1), "last": dt.date(2026, 12, 31)}
ASKED = "from=2026-10-01&to=2026-12-31"
ENTERED_IN_SHEET = (12, 15, 16, 17, 18, 19)


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def dossiers(actor_of):
    """One on time without a supplement, one late; both resolved in the quarter."""
    ANSWERS.clear()
    clerk = actor_of("xa.tiepnhan")
    morning = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
    made = [actions.receive_dossier(by=clerk, filing=filing, now=morning) for filing in (birth(), household())]
    for dossier, later in zip(made, (1, 24 * 21), strict=True):
        moment = morning + dt.timedelta(hours=later)
        actions.withdraw_dossier(by=clerk, dossier_id=dossier.pk, reason="x", now=moment)
    catch_up()
    return made


def entered(by, values, form="DG-02", **more):
    agency = more.pop("agency", by.post.unit.agency)
    return enter_values(by=by, form=form_of(form), agency=agency, values=values, **PERIOD, **more)


def sheet(by, form="DG-02"):
    agency = by.post.unit.agency
    question = Question(*PERIOD.values(), catch_up(), frozenset({agency.pk}))
    return make(form_of(form), question, anew=True, entered=entered_values(form_of(form), agency, *PERIOD.values()))


def test_a_typed_value_stands_in_its_cell_with_who_and_when_and_is_an_event(dossiers, actor_of):
    by = actor_of("xa.vanthu")
    now = dt.datetime(2026, 12, 30, 8, 0, tzinfo=LOCAL)
    (row,) = entered(by, {(12, ""): "1,5"}, now=now)
    found = sheet(by)
    assert found.totals[12] == 1.5
    mark = found.entered[12, ""]
    assert (mark.by, dt.datetime.fromisoformat(mark.at)) == (by.post.person.full_name, now)
    event = Event.objects.get(chain_id=row.batch_id)
    assert (event.kind, event.actor) == ("report.values_entered", by.key)
    assert event.payload["rows"][f"entered_value:{row.pk}"]["column"] == 12
    assert verify().ok


def test_a_remark_is_in_the_ledger_as_a_digest_alone(dossiers, actor_of):
    (row,) = entered(actor_of("xa.vanthu"), {(31, ""): "theo báo cáo của Nguyễn Văn Thử"})
    event = Event.objects.get(chain_id=row.batch_id)
    assert "Thử" not in str(event.payload)


def test_the_latest_value_stands_and_an_empty_one_empties_the_cell(dossiers, actor_of):
    by = actor_of("xa.vanthu")
    entered(by, {(12, ""): "1"})
    entered(actor_of("xa.lanhdao"), {(12, ""): "2"})
    assert sheet(by).totals[12] == 2
    assert entered(by, {(12, ""): "2,0"}) == [], "what is as it was is no event"
    entered(by, {(12, ""): ""})
    assert sheet(by).totals[12] is None
    assert EnteredValue.objects.count() == 3


def test_wrong_values_are_named_by_cell_and_nothing_is_kept(dossiers, actor_of):
    with pytest.raises(Invalid) as refused:
        entered(actor_of("xa.vanthu"), {(12, ""): "3", (15, ""): "hai", (16, ""): "1", (17, ""): "NaN"})
    assert [error.field for error in refused.value.errors] == ["12.", "15.", "17."]
    with pytest.raises(Refused):
        entered(actor_of("xa.vanthu"), {(11, ""): "2"})
    assert EnteredValue.objects.count() == 0


def test_a_clerk_and_another_agency_may_not_enter(dossiers, actor_of):
    with pytest.raises(NotAllowed):
        entered(actor_of("xa.tiepnhan"), {(12, ""): "1"})
    ours = actor_of("xa.vanthu").post.unit.agency
    for name in ("xa2.lanhdao", "kiemtra"):
        with pytest.raises(NotAllowed):
            entered(actor_of(name), {(12, ""): "1"}, agency=ours)


def test_sheet_two_adds_up_only_when_every_index_is_there_and_then_has_a_class(dossiers, actor_of):
    by = actor_of("xa.vanthu")
    before = sheet(by).totals
    assert (before[1], before[10], before[11], before[13], before[14]) == (2, 18, 0.5, 2.0, 2.0)
    assert (before[20], before[41]) == (None, None)
    entered(by, {(number, ""): "2" for number in ENTERED_IN_SHEET})
    after = sheet(by).totals
    assert (after[20], after[41]) == (16.5, "Xuất sắc")
    entered(by, {(12, ""): "0,4"})
    assert (sheet(by).totals[20], sheet(by).totals[41]) == (14.9, "Tốt")


def test_sheet_three_ranks_agencies_with_equal_totals_on_one_place(dossiers, actor_of):
    clerk = actor_of("xa2.tiepnhan")
    morning = dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL)
    other = actions.receive_dossier(by=clerk, filing=birth(), now=morning)
    actions.withdraw_dossier(by=clerk, dossier_id=other.pk, reason="x", now=morning)
    by, form = actor_of("quantri"), form_of("DG-03")
    question = Question(*PERIOD.values(), catch_up())
    rows = make(form, question, anew=True).rows
    assert len(rows) == 2
    assert [row.cells[16] for row in rows] == [None, None]
    cells = {(n, row_text(row.key)): "1" for row in rows for n in (6, 9, 10, 11, 12, 13)}
    enter_values(by=by, form=form, agency=None, values=cells, **PERIOD)
    typed = entered_values(form, None, *PERIOD.values())
    ranked = make(form, question, anew=True, entered=typed).rows
    assert sorted((row.cells[14], row.cells[16]) for row in ranked) == [(10.5, 2), (11.0, 1)]


def test_sheet_one_has_a_line_for_each_resolved_dossier_that_opens_to_it(dossiers, actor_of):
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=dt.datetime(2026, 12, 1, 9, tzinfo=LOCAL))
    catch_up()
    page = client_of("xa.lanhdao").get(f"/reports/make/DG-01/?{ASKED}")
    lines = [line for line in page.context["lines"] if line["kind"] == "row"]
    assert {line["name"] for line in lines} == {dossier.code for dossier in dossiers}
    points = {line["name"]: [cell.value for cell, _ in line["cells"]][:4] for line in lines}
    assert points == {dossiers[0].code: [1.0, None, 2.0, 2.0], dossiers[1].code: [0.0, None, 2.0, 2.0]}
    assert {line["cells"][0][1] for line in lines} <= {f"/dossiers/{dossier.pk}/" for dossier in dossiers}


def test_more_rows_than_the_form_holds_are_refused_in_words(dossiers, monkeypatch):
    from dataclasses import replace

    from motcua.measure.reports.views import making

    small = replace(form_of("DG-01"), most_rows=1)
    monkeypatch.setattr(making, "form_of", lambda code, version=None: small)
    answer = client_of("xa.lanhdao").get(f"/reports/make/DG-01/?{ASKED}")
    assert answer.status_code == 422
    assert "holds 1 rows, and 2 were found" in answer.content.decode()


def test_values_are_typed_on_a_page_shown_as_typed_and_frozen_with_the_issue(dossiers, actor_of):
    client = client_of("xa.vanthu")
    page = client.get(f"/reports/enter/DG-02/?{ASKED}")
    assert page.status_code == 200
    wrong = client.post(f"/reports/enter/DG-02/?{ASKED}", {"cell.12.": "2,5", "cell.15.": "1"})
    assert wrong.status_code == 422
    assert "between 0 and 2" in wrong.content.decode()
    assert 'value="2,5"' in wrong.content.decode(), "what was typed is not lost"
    assert EnteredValue.objects.count() == 0
    done = client.post(f"/reports/enter/DG-02/?{ASKED}", {"cell.12.": "2", "cell.15.": "1"})
    assert done.status_code == 302
    shown = client.get(done.url).content.decode()
    assert f"Typed by {actor_of('xa.vanthu').post.person.full_name}" in shown
    made = draft_report(by=actor_of("xa.vanthu"), form="DG-02", **PERIOD)
    check_report(by=actor_of("xa.truongphong"), issue_id=made.pk)
    issue = sign_report(by=actor_of("xa.lanhdao"), issue_id=made.pk)
    assert issue.content["totals"]["12"] == 2
    entered(actor_of("xa.vanthu"), {(12, ""): "0"})
    assert verify_report(issue).ok, "what is typed later does not change what was issued"


def test_values_typed_later_are_not_known_at_an_older_position(dossiers, actor_of):
    by = actor_of("xa.vanthu")
    entered(by, {(12, ""): "1"})
    before = catch_up()
    entered(by, {(12, ""): "2"})
    catch_up()
    then = entered_values(form_of("DG-02"), by.post.unit.agency, *PERIOD.values(), known_at=before)
    assert then[12, ""].value == 1


def test_procedures_and_processes_are_counted_of_the_catalogue_and_open_to_their_list(dossiers):
    page = client_of("kiemtra").get(f"/reports/make/II.07b/?{ASKED}")
    total = next(line for line in page.context["lines"] if line["kind"] == "total")
    assert all(check["holds"] for check in page.context["checks"])
    values = {cell.number: cell.value for cell, _ in total["cells"]}
    assert values[3] >= values[7] > 0
    assert values[11] >= values[7]
    opened = 0
    for line in page.context["lines"]:
        for cell, address in line["cells"]:
            if address and (line["kind"] == "total" or opened < 12):
                listed = client_of("kiemtra").get(address)
                assert listed.context["page"].paginator.count == cell.value
                opened += 1
    assert opened >= 12

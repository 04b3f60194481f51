"""What a report says is held to its dossiers: each cell to its list, each dossier to the count, each row to the ledger."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.utils import translation
from tests.samples import birth, household

from motcua.measure.metrics.caching import ANSWERS
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.reports import cli
from motcua.measure.reports.actions import check_report, draft_report, sign_report
from motcua.measure.reports.making import form_of, make
from motcua.measure.reports.opening import Cell, DossiersBehind
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db
PERIOD = (dt.date(2026, 11, 1), dt.date(2026, 11, 25))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def dossiers(actor_of):
    """A dossier for each column of II.06a: carried over, of both channels, early, on time, late, open in time and late."""
    ANSWERS.clear()
    clerk, second = actor_of("xa.tiepnhan"), actor_of("xa2.tiepnhan")
    carried = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-10-29T09:00"))
    late = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-11-02T09:00"))
    early = actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-23T09:00"))
    on_time = actions.receive_dossier(by=second, filing=birth(), now=at("2026-11-23T08:00"))
    online = actions.receive_dossier(by=second, filing=birth(channel=2), now=at("2026-11-25T09:00"))
    actions.withdraw_dossier(by=clerk, dossier_id=late.pk, reason="x", now=at("2026-11-20T09:00"))
    actions.withdraw_dossier(by=clerk, dossier_id=early.pk, reason="x", now=at("2026-11-23T10:00"))
    actions.withdraw_dossier(by=second, dossier_id=on_time.pk, reason="x", now=at("2026-11-23T10:00"))
    waits = actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-25T09:00"))
    return SimpleNamespace(carried=carried, late=late, early=early, on_time=on_time, online=online, waits=waits)


def report():
    return make(form_of("II.06a"), Question(*PERIOD, catch_up()), anew=True)


@pytest.mark.parametrize("code", ["II.06a", "MC-THANG"])
def test_the_list_behind_each_cell_has_as_many_rows_as_the_cell_says(dossiers, actor_of, code):
    made = make(form_of(code), Question(*PERIOD, catch_up()), anew=True)
    opened = 0
    for row in (*made.rows, None):
        for number, value in (row.cells if row else made.totals).items():
            column = made.form.column(number)
            behind = DossiersBehind(Cell(made.form, column, made.question, row.key if row else {}), actor_of("kiemtra"))
            listed = list(behind.every())
            assert (len(listed), len(behind)) == (value, value), (row and row.names, column)
            assert len({dossier.pk for dossier in listed}) == value
            opened += bool(value)
    if code == "II.06a":
        assert all(made.totals.values()), "a cell that is zero proves nothing"
        assert opened > 20


def test_one_dossier_voided_is_one_less_in_total_and_in_its_row_alone(dossiers, actor_of):
    before = report()
    actions.void_receipt(
        by=actor_of("xa.lanhdao"), dossier_id=dossiers.waits.pk, reason="x", now=at("2026-11-25T11:00")
    )
    after = report()
    assert {n: before.totals[n] - after.totals[n] for n in before.totals if before.totals[n] != after.totals[n]} == {
        3: 1,
        5: 1,
        11: 1,
        12: 1,
    }
    gone = [row for row in before.rows if row.cells[3] != next((r.cells[3] for r in after.rows if r.key == row.key), 0)]
    assert [row.key["level"] for row in gone] == ["commune"]


def test_the_sum_over_agencies_is_the_total(dossiers):
    by_agency = make(form_of("MC-THANG"), Question(*PERIOD, catch_up()), anew=True)
    assert len(by_agency.rows) >= 2
    assert by_agency.totals[7] == report().totals[7] == sum(row.cells[7] for row in by_agency.rows) == 3


def test_the_command_verify_fails_on_an_edited_span_and_names_the_cell(dossiers, actor_of, capsys):
    made = draft_report(by=actor_of("xa.vanthu"), form="II.06a", first=PERIOD[0], last=PERIOD[1])
    check_report(by=actor_of("xa.truongphong"), issue_id=made.pk)
    issue = sign_report(by=actor_of("xa.lanhdao"), issue_id=made.pk)
    asked = SimpleNamespace(issue=issue.number, json=True)
    assert cli.run_verify(asked) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    dossiers.carried.spans.update(channel=2)
    assert cli.run_verify(asked) == 0, "who was carried over is counted in another column"
    dossiers.waits.spans.update(channel=2)
    assert cli.run_verify(asked) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["findings"][0]["kind"] == "spans"
    assert any("[4]: 0 → 1" in cell for cell in told["findings"][0]["cells"])


def test_a_number_that_two_agencies_gave_is_verified_by_its_identifier(dossiers, actor_of, capsys):
    issues = []
    for ward in ("xa", "xa2"):
        made = draft_report(by=actor_of(f"{ward}.lanhdao"), form="II.06a", first=PERIOD[0], last=PERIOD[1])
        check_report(by=actor_of("kiemtra"), issue_id=made.pk)
        issues.append(sign_report(by=actor_of(f"{ward}.lanhdao"), issue_id=made.pk))
    assert issues[0].number == issues[1].number
    assert cli.run_verify(SimpleNamespace(issue=issues[0].number, json=True)) == 2
    told = capsys.readouterr().err
    assert all(str(issue.pk) in told and issue.agency.name_vi in told for issue in issues)
    assert cli.run_verify(SimpleNamespace(issue=str(issues[0].pk), json=True)) == 0
    assert json.loads(capsys.readouterr().out)["report"] == str(issues[0].pk)


def test_the_command_recount_names_the_dossier_of_a_planted_span(dossiers, capsys):
    asked = SimpleNamespace(first=PERIOD[0], last=PERIOD[1])
    assert cli.run_recount(asked) == 0
    dossiers.online.spans.filter(valid_to=None).update(channel=1)
    with translation.override("en"):
        assert cli.run_recount(asked) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{dossiers.online.code} channel: 1 in spans, 2 in the ledger"

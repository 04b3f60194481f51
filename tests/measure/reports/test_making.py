"""Biểu II.06a from the record: counted, closed, as known then."""

import datetime as dt

import pytest
from tests.samples import birth, household

from motcua.measure.metrics.counting import list_of
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.making import as_json, form_of, make
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db

NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def people(actor_of):
    names = {"clerk": "xa.tiepnhan", "leader": "xa.lanhdao", "officer": "xa.canbo"}
    return {part: actor_of(name) for part, name in names.items()}


def report(position: int | None = None, period=NOVEMBER):
    return make(form_of("ii.06A"), Question(*period, position or catch_up()))


def totals(made) -> dict[int, int]:
    return {number: value for number, value in made.totals.items() if value}


def test_a_received_dossier_is_open_in_time_until_its_day_has_passed(people):
    actions.receive_dossier(by=people["clerk"], filing=birth(), now=at("2026-11-23T09:00"))
    position = catch_up()
    assert totals(report(position, (NOVEMBER[0], dt.date(2026, 11, 23)))) == {3: 1, 5: 1, 11: 1, 12: 1}
    assert totals(report(position)) == {3: 1, 5: 1, 11: 1, 13: 1}
    assert totals(report(position, (dt.date(2026, 12, 1), dt.date(2026, 12, 31)))) == {3: 1, 6: 1, 11: 1, 13: 1}


def test_what_is_withdrawn_or_waits_keeps_the_sums_closed(people):
    clerk = people["clerk"]
    one = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-11-23T09:00"))
    actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-23T09:00"))
    actions.withdraw_dossier(by=clerk, dossier_id=one.pk, reason="x", now=at("2026-11-23T10:00"))
    actions.refuse_filing(by=clerk, filing=birth(), reason="a", legal_basis="b", now=at("2026-11-23T11:00"))
    made = report()
    assert totals(made)[3] == 2
    assert totals(made)[9] == totals(made)[7] == 1
    assert [check.holds for check in made.checks] == [True] * 4
    assert len(made.rows) == 2


def test_a_voided_receipt_counts_nowhere_but_the_older_position_still_says_one(people):
    dossier = actions.receive_dossier(by=people["clerk"], filing=birth(), now=at("2026-11-23T09:00"))
    before = catch_up()
    actions.void_receipt(by=people["leader"], dossier_id=dossier.pk, reason="x", now=at("2026-11-23T09:30"))
    assert totals(report()) == {}
    assert totals(report(before)) == {3: 1, 5: 1, 11: 1, 13: 1}


def test_the_list_behind_a_figure_has_as_many_rows_as_the_figure(people):
    for hour in ("08:00", "09:00", "10:00"):
        actions.receive_dossier(by=people["clerk"], filing=birth(), now=at(f"2026-11-23T{hour}"))
    question = Question(*NOVEMBER, catch_up())
    assert (
        len(live.rows(list_of(question, "dossiers.received_directly")))
        == make(form_of("II.06a"), question).totals[5]
        == 3
    )


def test_json_is_keyed_by_the_columns_of_the_form(people):
    actions.receive_dossier(by=people["clerk"], filing=birth(), now=at("2026-11-23T09:00"))
    data = as_json(report())
    assert list(data["columns"]) == [str(n) for n in range(1, 14)]
    assert list(data["totals"]) == [str(n) for n in range(3, 14)]
    assert data["rows"][0]["1"] == 1
    assert "Hộ tịch" in data["rows"][0]["2"]

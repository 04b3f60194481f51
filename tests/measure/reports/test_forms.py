"""Every shipped form can be made, its checks hold, its totals are the sums of its rows, whatever the cut."""

import datetime as dt

import pytest
from tests.samples import birth, household

from motcua.formats.reportforms import FormFault, parse_form
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.columns import adds_up
from motcua.measure.reports.making import as_json, form_of, forms, make
from motcua.measure.reports.writing import FILES
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

PERIOD = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


@pytest.fixture
def question(actor_of):
    clerk = actor_of("xa.tiepnhan")
    for filing in (birth(), household()):
        dossier = actions.receive_dossier(by=clerk, filing=filing, now=dt.datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL))
    later = dt.datetime(2026, 11, 20, 10, 0, tzinfo=LOCAL)
    actions.withdraw_dossier(by=clerk, dossier_id=dossier.pk, reason="x", now=later)
    return Question(*PERIOD, catch_up())


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(forms()))
def test_a_shipped_form_is_made_with_every_check_green_in_every_file(code, question):
    report = make(form_of(code), question)
    assert [check for check in report.checks if not check.holds] == []
    for column in report.form.figures:
        if report.rows and adds_up(column):
            assert report.totals[column.number] == sum(row.cells[column.number] for row in report.rows)
    for _media, write in FILES.values():
        assert write(report.form, as_json(report), None, None, "vi")


@pytest.mark.django_db
def test_parameters_of_a_column_part_what_the_whole_counts(question):
    totals = make(form_of("MC-THANG"), question).totals
    assert (totals[3], totals[4], totals[5], totals[6]) == (2, 0, 2, 0)


def test_a_form_with_a_fault_is_refused_with_its_place():
    with pytest.raises(FormFault, match="column 9 holds no figure"):
        parse_form(form(checks=["3 = 4 + 9"]), "x.yaml")
    with pytest.raises(FormFault, match="number 3 comes twice"):
        parse_form(form(columns=[{"number": 3, "measure": "a", "title_vi": "x", "title_en": "x"}] * 2), "x.yaml")
    with pytest.raises(FormFault, match=r"x\.yaml: opening"):
        parse_form(form(opening={"opening": 3, "remaining": 11}), "x.yaml")


def form(**changes):
    columns = [{"number": n, "measure": "dossiers.open", "title_vi": "x", "title_en": "x"} for n in (3, 4)]
    plain = {"code": "X", "version": 1, "valid_from": dt.date(2020, 1, 1), "source": "s", "title_vi": "t"}
    return {**plain, "title_en": "t", "rows": [], "columns": columns, "checks": [], **changes}

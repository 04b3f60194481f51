"""One definition, several engines: the same rows from PostgreSQL and from DuckDB over Parquet."""

import datetime as dt
import math

import pytest
from django.db import connection
from tests.samples import birth, household

from motcua.measure.metrics.counting import figures, list_of, sql_of, table_of
from motcua.measure.metrics.definitions import MEASURES
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.engines.duck import Duck
from motcua.measure.metrics.facts import export_facts, exported_position
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import CUTS, Question
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 25))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def life(actor_of):
    """Some dossiers: open, waiting, late, withdrawn, refused, finished."""
    clerk, head = actor_of("xa.tiepnhan"), actor_of("xa.truongphong")
    for hour in ("08:00", "09:00"):
        actions.receive_dossier(by=clerk, filing=birth(), now=at(f"2026-11-20T{hour}"))
    gone = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-11-20T10:00"))
    actions.withdraw_dossier(by=clerk, dossier_id=gone.pk, reason="x", now=at("2026-11-25T10:00"))
    trade = actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-23T09:00"))
    actions.forward_dossier(by=clerk, dossier_id=trade.pk, now=at("2026-11-23T09:30"))
    actions.request_supplement(by=head, dossier_id=trade.pk, items=["a"], reason="b", now=at("2026-11-23T10:00"))
    actions.refuse_filing(by=clerk, filing=birth(), reason="a", legal_basis="b", now=at("2026-11-23T11:00"))
    return catch_up()


def alike(one, other) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and math.isclose(one, other, rel_tol=1e-12)
    return one == other


@pytest.mark.django_db(transaction=True)
def test_every_measure_says_the_same_on_both_engines_by_every_cut(life, tmp_path):
    export_facts(tmp_path)
    duck = Duck(tmp_path)
    question = Question(*NOVEMBER, life)
    for by in ([], ["level", "field"], ["agency", "month"], ["channel", "procedure", "unit"]):
        here = figures(live.rows, question, list(MEASURES), by)
        there = figures(duck.rows, question, list(MEASURES), by)
        assert here.keys() == there.keys()
        for key, values in here.items():
            differing = {m: (v, there[key][m]) for m, v in values.items() if not alike(v, there[key][m])}
            assert differing == {}, (by, key)
    assert figures(live.rows, question, ["service.refused"], [])[()]["service.refused"] == 1


@pytest.mark.django_db(transaction=True)
def test_an_export_writes_only_what_changed_and_an_older_position_stays_readable(life, tmp_path, actor_of):
    assert export_facts(tmp_path).months == 1
    assert export_facts(tmp_path).months == 0
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=at("2026-12-01T09:00"))
    catch_up()
    assert export_facts(tmp_path).months == 1
    question = Question(NOVEMBER[0], dt.date(2026, 12, 31), exported_position(tmp_path))
    older = Question(NOVEMBER[0], dt.date(2026, 12, 31), life)
    counts = [
        figures(Duck(tmp_path).rows, q, ["dossiers.received"])[()]["dossiers.received"] for q in (question, older)
    ]
    assert counts == [5, 4]


@pytest.mark.django_db
def test_measures_add_up_over_every_cut_where_they_say_so(life):
    question = Question(*NOVEMBER, life)
    adding = [code for code, m in MEASURES.items() if m.adds_up]
    whole = figures(live.rows, question, adding)[()]
    for cut in CUTS:
        parts = figures(live.rows, question, adding, [cut]).values()
        assert {code: sum(part[code] or 0 for part in parts) for code in adding} == whole, cut


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code, m in MEASURES.items() if m.opens and m.unit == "dossiers"])
def test_the_list_behind_a_count_has_as_many_rows_as_it_says(life, code):
    question = Question(*NOVEMBER, life)
    assert len(live.rows(list_of(question, code))) == figures(live.rows, question, [code])[()][code]


@pytest.mark.django_db
def test_postgresql_computes_the_whole_alone(life):
    sql = sql_of(
        table_of(Question(*NOVEMBER, life), ["dossiers.resolved", "time.handling_p90"], ["agency"]), "postgres"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        assert any("Aggregate" in line for (line,) in cursor.fetchall())


def test_every_measure_says_in_two_languages_what_it_counts_and_who_asks():
    for m in MEASURES.values():
        assert all((m.name_vi, m.name_en, m.words_vi, m.words_en, m.source, m.unit, m.owner)), m.code
        assert m.name_vi != m.name_en
    assert len(MEASURES) >= 40


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        Question(dt.date(2026, 2, 1), dt.date(2026, 1, 1), 1)

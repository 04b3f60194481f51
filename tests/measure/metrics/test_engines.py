"""One definition, several engines: the same rows from PostgreSQL and from DuckDB over Parquet."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from tests.samples import birth

from motcua.measure.metrics.counting import figures, list_of, sql_of, table_of
from motcua.measure.metrics.definitions import MEASURES
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.engines.duck import Duck
from motcua.measure.metrics.facts import export_facts, exported_position
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import CUTS, Question
from motcua.record.organisation.models import Post
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.queries import versions_on
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models.spans import Span

NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 25))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def spans_behind(question: Question, code: str) -> list[Span]:
    """Return the spans that stand behind a figure, each dossier's own on the last day, read without Ibis."""
    keys = [row["dossier_id"] for row in live.rows(list_of(question, code))]
    standing = Q(to_on=None) | Q(to_on__gt=question.last)
    found = list(Span.objects.filter(standing, dossier__in=keys, from_on__lte=question.last, retracted=None))
    assert len(found) == len(keys) == len(set(keys))
    return found


FULL = Q(outline=False) & ~Q(announced_in="")


def held(*roles: str) -> QuerySet[Post]:
    """Return the posts in force on the last day, read without Ibis."""
    posts = Post.objects.on(NOVEMBER[1])
    return posts.filter(role__in=roles) if roles else posts


def quantile(column: str, share: float, least: int = 0) -> Callable[[list[Span]], float]:
    def of(spans: list[Span]) -> float:
        values = [getattr(s, column) for s in spans if s.resolved_on and getattr(s, column) >= least]
        return float(np.quantile(values, share))

    return of


# What a dossier is given by TT 01/2018/TT-VPCP, Article 13 and 14, worked out from its dates once more.
POINTS: dict[str, Callable[[Span], int]] = {
    "evaluation.time_points": lambda s: 2 if s.resolved_on < s.due_on else 1 if s.resolved_on == s.due_on else 0,
    "evaluation.contact_points": lambda s: max(2 - s.supplements, 0),
    "evaluation.agency_points": lambda s: 1 if s.supplements else 2,
}
POSSIBLE = {
    "evaluation.time_points": {0, 1, 2},
    "evaluation.contact_points": {0, 1, 2},
    "evaluation.agency_points": {1, 2},
}
BY_HAND: dict[str, Callable[[list[Span]], float]] = {
    "payment.collected": lambda spans: sum(s.fee_paid for s in spans if s.received_on >= NOVEMBER[0]),
    "service.supplements_hundredfold": lambda spans: 100 * sum(s.supplements for s in spans),
    "service.supplements_per_hundred": lambda spans: (
        100 * sum(s.supplements for s in spans) / sum(s.received_on >= NOVEMBER[0] for s in spans)
    ),
    "time.handling_median": quantile("worked_minutes", 0.5),
    "time.handling_p90": quantile("worked_minutes", 0.9),
    "time.handling_mean": lambda spans: float(np.mean([s.worked_minutes for s in spans if s.resolved_on])),
    "time.waited_median": quantile("waited_minutes", 0.5, least=1),
    "staffing.posts": lambda _spans: held().count(),
    "staffing.clerks": lambda _spans: held("receiving_clerk").count(),
    "staffing.officers": lambda _spans: held("handling_officer").count(),
    "staffing.deciding": lambda _spans: held("leader", "head_of_unit").count(),
    "staffing.clerks_share": lambda _spans: held("receiving_clerk").count() / held().count(),
    "publication.in_force": lambda _spans: versions_on(NOVEMBER[1]).count(),
    "publication.complete": lambda _spans: versions_on(NOVEMBER[1]).filter(FULL).count(),
    "publication.complete_share": lambda _spans: (
        versions_on(NOVEMBER[1]).filter(FULL).count() / versions_on(NOVEMBER[1]).count()
    ),
    # See the decision of `life`: made known before one of its two laws took effect.
    "publication.published": lambda _spans: 2,
    "publication.before_effect": lambda _spans: 1,
    "publication.before_effect_share": lambda _spans: 0.5,
}


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
            differing = {m: (v, there[key][m]) for m, v in values.items() if v != there[key][m]}
            assert differing == {}, (by, key)
    assert figures(live.rows, question, ["service.refused"], [])[()]["service.refused"] == 1


@pytest.mark.django_db(transaction=True)
def test_an_export_writes_only_what_changed_and_an_older_position_stays_readable(life, tmp_path, actor_of):
    assert export_facts(tmp_path).months == 2
    assert export_facts(tmp_path).months == 0
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=at("2026-12-01T09:00"))
    catch_up()
    assert export_facts(tmp_path).months == 1
    question = Question(NOVEMBER[0], dt.date(2026, 12, 31), exported_position(tmp_path))
    older = Question(NOVEMBER[0], dt.date(2026, 12, 31), life)
    counts = [
        figures(Duck(tmp_path).rows, q, ["dossiers.received"])[()]["dossiers.received"] for q in (question, older)
    ]
    assert counts == [9, 8]


@pytest.mark.django_db(transaction=True)
def test_facts_lie_under_the_province_that_is_there_and_no_month_under_two(life, tmp_path, actor_of):
    export_facts(tmp_path)
    spans = tmp_path / "dossiers_span"
    assert [folder.name for folder in spans.iterdir()] == ["province=H15"], "not under one that was merged since"
    (spans / "province=H15").rename(spans / "province=H45")
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=at("2026-11-30T09:00"))
    catch_up()
    export_facts(tmp_path)
    question = Question(*NOVEMBER, exported_position(tmp_path))
    counts = [figures(rows, question, ["dossiers.received"])[()] for rows in (Duck(tmp_path).rows, live.rows)]
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_measures_add_up_over_every_cut_where_they_say_so(life):
    question = Question(*NOVEMBER, life)
    adding = [code for code, m in MEASURES.items() if m.adds_up]
    whole = figures(live.rows, question, adding)[()]
    for cut in CUTS:
        parts = figures(live.rows, question, adding, [cut]).values()
        assert {code: sum(part[code] or 0 for part in parts) for code in adding} == whole, cut


def recounted(question: Question, code: str) -> float | None:
    """Return the figure of a measure from the dossiers that its list names."""
    measure, listed = MEASURES[code], spans_behind(question, code)
    if measure.ratio_of:
        below = len(spans_behind(question, measure.ratio_of[1]))
        return len(listed) / below if below else None
    if code in POINTS:
        given = [POINTS[code](span) for span in listed]
        assert set(given) == POSSIBLE[code], "each number of points is given to some"
        return sum(given) / len(given)
    return len(listed)


@pytest.mark.django_db
def test_the_list_behind_each_figure_says_it_when_it_is_recounted_by_hand(life):
    question = Question(*NOVEMBER, life)
    opened = [code for code, m in MEASURES.items() if m.opens]
    assert {MEASURES[code].unit for code in opened} == {"dossiers", "share", "points"}
    assert figures(live.rows, question, opened)[()] == {code: recounted(question, code) for code in opened}


@pytest.mark.django_db
def test_each_figure_without_a_list_is_what_the_spans_say_when_they_are_recounted_by_hand(life):
    question = Question(*NOVEMBER, life)
    spans = spans_behind(question, "dossiers.counted")
    expected = {code: recount(spans) for code, recount in BY_HAND.items()}
    assert all(expected.values()), "a figure of nothing proves nothing"
    assert expected.keys() == {code for code, m in MEASURES.items() if not m.opens}
    assert figures(live.rows, question, list(BY_HAND))[()] == pytest.approx(expected, rel=1e-12)


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


@pytest.mark.django_db
def test_staff_and_publications_are_counted_by_agency_and_by_their_own_dates(life):
    agency = Post.objects.get(person__staff_code="DEMO-xa.tiepnhan").unit.agency
    codes = ["staffing.posts", "publication.published", "dossiers.received"]
    rows = figures(live.rows, Question(*NOVEMBER, life), codes, ["agency"])
    mine = held().filter(unit__agency=agency).count()
    assert rows[agency.pk,] == {"staffing.posts": mine, "publication.published": 2, "dossiers.received": 8}
    only = Question(*NOVEMBER, life, agencies=frozenset({agency.pk}))
    assert figures(live.rows, only, codes[:2])[()] == {"staffing.posts": mine, "publication.published": 2}
    earlier = Question(dt.date(2026, 10, 1), dt.date(2026, 10, 31), life)
    assert figures(live.rows, earlier, ["publication.published"])[()]["publication.published"] == 0
    Post.objects.filter(person__staff_code="DEMO-xa.tiepnhan").update(valid_to=NOVEMBER[1])
    assert figures(live.rows, only, ["staffing.posts"])[()]["staffing.posts"] == mine - 1


@pytest.mark.django_db(transaction=True)
def test_empty_tables_and_empty_words_are_exported_as_they_are(tmp_path, actor_of):
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=at("2026-11-20T09:00"))
    question = Question(*NOVEMBER, catch_up())
    export_facts(tmp_path)
    codes = ["publication.published", "publication.complete", "publication.in_force", "dossiers.received"]
    (here,), (there,) = (figures(rows, question, codes).values() for rows in (live.rows, Duck(tmp_path).rows))
    assert here == there
    assert (here["publication.published"], here["publication.complete"], here["dossiers.received"]) == (0, 0, 1)

"""Figures open to their dossiers, and quick answers are the same as those counted anew."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.samples import birth, household

from motcua.measure.metrics.caching import ANSWERS, FIRST, NotCompiled, Shape, quick_figures, with_parameters
from motcua.measure.metrics.counting import figures
from motcua.measure.metrics.definitions import MEASURES
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.opening import address, figure_of
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import CUTS, Question
from motcua.record.accounts.models import User
from motcua.record.organisation.errors import Refused
from motcua.serve.dossiers import actions


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def received(actor_of):
    """Three dossiers of a ward and one of another; the position after them."""
    ANSWERS.clear()
    ours = [actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=f) for f in (birth(), household(), birth())]
    theirs = actions.receive_dossier(by=actor_of("xa2.tiepnhan"), filing=birth())
    catch_up()
    return ours, theirs


def question_of(today, **more):
    from motcua.serve.dossiers.span_keeping import spans_position

    return Question(today, today, spans_position(), **more)


@pytest.mark.django_db
def test_a_quick_answer_is_the_answer_for_every_measure_and_cut(received, today):
    (one, *_rest), _theirs = received
    questions = [
        question_of(today),
        question_of(today, agencies=frozenset({one.agency_competent_id})),
        question_of(today, where=(("field", ("no such",)), ("channel", (1, 2)))),
        question_of(today, where=(("unit", (None, one.desk_id or 0)),)),
        question_of(today, where=(("received_by", (one.agency_received_id,)), ("level", ("commune",)))),
    ]
    for question in questions:
        for by in [(), *((name,) for name in CUTS)]:
            assert quick_figures(question, list(MEASURES), by) == figures(live.rows, question, list(MEASURES), by)


@pytest.mark.django_db
def test_values_of_a_question_are_parameters_and_never_part_of_the_statement(received, today):
    nasty = "x'); DROP TABLE dossiers_span; --%s"
    assert quick_figures(question_of(today, where=(("field", (nasty,)),)), ["dossiers.received"])[()] == {
        "dossiers.received": 0
    }


def test_a_statement_with_a_mark_left_over_is_not_used():
    with pytest.raises(NotCompiled):
        with_parameters(f"SELECT '{FIRST}'", Shape(False, ()))


@pytest.mark.django_db
def test_an_answer_is_kept_for_its_position_and_a_new_event_asks_anew(
    received, today, actor_of, django_assert_num_queries
):
    question = question_of(today)
    assert quick_figures(question, ["dossiers.received"])[()]["dossiers.received"] == 4
    with django_assert_num_queries(0):
        quick_figures(question, ["dossiers.received"])
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    catch_up()
    assert quick_figures(question_of(today), ["dossiers.received"])[()]["dossiers.received"] == 5
    assert quick_figures(question, ["dossiers.received"])[()]["dossiers.received"] == 4


@pytest.mark.django_db
def test_the_list_holds_what_the_figure_counts_and_nothing_of_another_agency(received, today, actor_of):
    ours, theirs = received
    whole = figure_of(actor_of("kiemtra"), {"measure": ["dossiers.received"], "from": [str(today)], "to": [str(today)]})
    assert whole.count() == 4
    assert not whole.restricted
    mine = figure_of(actor_of("xa.lanhdao"), {"measure": ["dossiers.received"], "from": [str(today)]})
    assert mine.restricted
    assert mine.count() == 3
    assert {d.pk for d in mine.dossiers(0, 10)} == {d.pk for d in ours}
    foreign = {"measure": ["dossiers.received"], "agency": [str(theirs.agency_competent_id)]}
    assert figure_of(actor_of("xa.lanhdao"), foreign).count() == 0


@pytest.mark.django_db
def test_pages_of_a_list_meet_without_gap_or_double(received, actor_of):
    mine = figure_of(actor_of("xa.lanhdao"), {"measure": ["dossiers.received"]})
    pages = [mine.keys(offset, 2) for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert len({key for page in pages for key in page}) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"measure": ["no.such"]}, "measure"),
        ({"measure": ["time.handling_p90"]}, "measure"),
        ({"measure": ["dossiers.open"], "from": ["31/01/2026"]}, "from"),
        ({"measure": ["dossiers.open"], "from": ["2026-02-01"], "to": ["2026-01-01"]}, "to"),
        ({"measure": ["dossiers.open"], "agency": ["H99.99"]}, "agency"),
        ({"measure": ["dossiers.open"], "channel": ["online"]}, "channel"),
        ({"measure": ["dossiers.open"], "at": ["now"]}, "at"),
    ],
)
def test_a_wrong_address_is_refused_and_the_place_is_named(actor_of, values, field):
    with pytest.raises(Refused) as refused:
        figure_of(actor_of("kiemtra"), values)
    assert refused.value.field == field


@pytest.mark.django_db
def test_the_page_of_a_figure_lists_its_dossiers_in_few_queries(received, today, django_assert_max_num_queries):
    client = Client()
    client.force_login(User.objects.get(username="xa.lanhdao"), backend="django.contrib.auth.backends.ModelBackend")
    (one, *_rest), theirs = received
    target = address("dossiers.received", question_of(today, agencies=frozenset({one.agency_competent_id})))
    assert client.get(target).status_code == 200
    with django_assert_max_num_queries(15):
        text = client.get(target).content.decode()
    assert one.code in text
    assert theirs.code not in text
    assert client.get(reverse("metrics:dossiers"), {"measure": "no.such"}).status_code == 422


@pytest.mark.django_db
def test_an_older_position_shows_the_list_as_it_was_known_then(received, today, actor_of):
    before = question_of(today)
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    catch_up()
    values = {"measure": ["dossiers.received"], "from": [str(today)], "to": [str(today)]}
    assert figure_of(actor_of("xa.lanhdao"), values | {"at": [str(before.known_at)]}).count() == 3
    assert figure_of(actor_of("xa.lanhdao"), values).count() == 4
    assert dt.date.fromisoformat(values["from"][0]) == today

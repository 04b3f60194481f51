"""The live index: measured leaves from dossiers, entered values for the others, standings with their recipe."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.samples import birth

from motcua.measure.live import queries
from motcua.measure.live.actions import compute_standings, enter_value
from motcua.measure.live.jobs import compute_all
from motcua.measure.live.models import Entered, Standing
from motcua.measure.live.periods import period_of
from motcua.measure.live.scoring import score_period
from motcua.measure.live.sources import SOURCES, can_be_entered, framework
from motcua.measure.live.supposing import peers_of, suppose
from motcua.measure.metrics.positions import catch_up
from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

DAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 25, 15, 0, tzinfo=LOCAL)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def client_of(client):
    """Return a browser that an account has signed in with."""

    def find(username: str) -> Client:
        client.force_login(User.objects.get(username=username))
        return client

    return find


@pytest.fixture
def four(actor_of):
    """Four dossiers of a ward; none reuses digitised data."""
    clerk = actor_of("xa.tiepnhan")
    for hour in ("08:00", "09:00", "10:00", "11:00"):
        actions.receive_dossier(by=clerk, filing=birth(), now=at(f"2026-11-24T{hour}"))
    return clerk


@pytest.mark.django_db
def test_a_score_names_its_figures_and_opens_to_the_dossiers_that_lose_points(four, actor_of):
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    found = queries.standing_of(period_of("month", DAY), four.agency_id)
    lines = {line.code: line for line in queries.lines_of(found)}
    held = lines["PROGRESS_ON_TIME"]
    assert (held.score, held.numerator, held.denominator, held.source) == (20.0, 4, 4, "measured")
    reused = lines["REUSED_DIGITIZED_DATA"]
    assert (reused.score, reused.lost) == (0.0, 2.0)
    assert "measure=766.REUSED_DIGITIZED_DATA_lost" in reused.opens
    assert "measure=dossiers.carried_over" in lines["DOSSIER_SYNC"].outside
    assert lines["PUBLISH_ON_TIME"].score is None
    assert (found.digest, found.position) == (framework()[1], catch_up())


@pytest.mark.django_db
def test_the_list_behind_lost_points_has_as_many_dossiers_as_are_lost(four, client_of):
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    lines = queries.lines_of(queries.standing_of(period_of("month", DAY), four.agency_id))
    opened = next(line.opens for line in lines if line.code == "REUSED_DIGITIZED_DATA")
    page = client_of("xa.tiepnhan").get(opened)
    assert page.context["page"].paginator.count == 4


@pytest.mark.django_db
def test_an_entered_value_counts_from_then_on_is_told_in_the_ledger_and_the_newest_wins(four, actor_of):
    by = actor_of("quantri")
    sent = {"by": by, "leaf": "PUBLIC_UPDATE_ON_TIME", "kind": "month", "on": DAY, "denominator": 82}
    enter_value(**sent, numerator=10, now=at("2026-11-24T08:00"))
    made = enter_value(**sent, numerator=79, now=at("2026-11-24T09:00"), note="CSDL quốc gia")
    scored = score_period(period_of("month", DAY), DAY, catch_up())
    assert scored.result.nodes["PUBLIC_UPDATE_ON_TIME"].score[0] == 3.85
    assert Entered.objects.count() == 2
    assert Event.objects.filter(chain_id=made.pk, kind="index.entered").count() == 1
    ward = scored.pairs[four.agency_id]["PUBLIC_UPDATE_ON_TIME"]
    assert (ward.numerator, ward.source) == (79, "inherited")


@pytest.mark.django_db
def test_a_figure_of_an_earlier_month_is_carried_on_and_said_so(four, actor_of):
    enter_value(
        by=actor_of("quantri"),
        leaf="PETITION_PROCESSING_ON_TIME",
        kind="month",
        on=dt.date(2026, 10, 1),
        numerator=1,
        denominator=2,
    )
    scored = score_period(period_of("month", DAY), DAY, catch_up())
    assert scored.pairs[None]["PETITION_PROCESSING_ON_TIME"].source == "carried"
    assert "PETITION_PROCESSING_ON_TIME" not in scored.pairs[four.agency_id]


@pytest.mark.django_db
def test_what_the_record_measures_cannot_be_typed_over(actor_of):
    with pytest.raises(Conflict):
        enter_value(by=actor_of("quantri"), leaf="PROGRESS_ON_TIME", kind="month", on=DAY, numerator=1, denominator=1)
    assert not can_be_entered("PROGRESS_ON_TIME")
    assert can_be_entered("PROVIDE_ONLINE")


@pytest.mark.django_db
def test_a_leader_enters_for_the_own_agency_alone_and_a_clerk_nothing(actor_of):
    sent = {"leaf": "PROVIDE_ONLINE", "kind": "month", "on": DAY, "numerator": 1, "denominator": 2}
    leader = actor_of("xa.lanhdao")
    enter_value(by=leader, agency_id=leader.agency_id, **sent)
    for by, agency in ((leader, None), (actor_of("xa.tiepnhan"), leader.agency_id)):
        with pytest.raises(NotAllowed):
            enter_value(by=by, agency_id=agency, **sent)


@pytest.mark.django_db
def test_a_part_larger_than_the_whole_is_refused(actor_of):
    with pytest.raises(Invalid):
        enter_value(by=actor_of("quantri"), leaf="PROVIDE_ONLINE", kind="month", on=DAY, numerator=3, denominator=2)


@pytest.mark.django_db
def test_scoring_twice_on_a_day_keeps_one_result_and_the_next_day_another(four):
    for moment in (NOW, NOW + dt.timedelta(hours=1), NOW + dt.timedelta(days=1)):
        compute_standings(by=four, kind="month", on=DAY, now=moment)
    assert Standing.objects.filter(agency=None, kind="month").count() == 2


@pytest.mark.django_db
def test_the_hourly_job_scores_what_lasts_and_the_months_before(four):
    compute_all(NOW)
    months = Standing.objects.filter(agency=None, kind="month").values_list("first__month", flat=True)
    assert sorted(months) == list(range(1, 12))
    assert set(Standing.objects.filter(agency=None).values_list("kind", flat=True)) == {"month", "quarter", "year"}


@pytest.mark.django_db
def test_published_figures_of_the_province_come_out_of_the_same_figures(four, monkeypatch):
    from motcua.measure.live import scoring

    file = Path(__file__).parents[2] / "conformance" / "data" / "idx766_metric_cases.csv"
    with file.open(encoding="utf-8-sig", newline="") as rows:
        cases = [row for row in csv.DictReader(rows) if "Đắk Lắk" in row["unit"] and row["snapshot"] == "2026-10-10"]
    published = {row["metric_code"]: row for row in cases}
    figures = {}
    for code, source in SOURCES.items():
        if code in published:
            figures[source.numerator] = int(published[code]["numerator"])
            figures[source.denominator] = int(published[code]["denominator"])
    full = dict.fromkeys(scoring.MEASURES, 0) | figures
    monkeypatch.setattr(scoring, "_figures", lambda question: {1: full})
    scored = score_period(period_of("year", DAY), DAY, 1)
    firm = [code for code in SOURCES if code in published]
    assert len(firm) >= 6
    for code in firm:
        assert scored.result.nodes[code].score[0] == float(published[code]["score_published"]), code


@pytest.mark.django_db
def test_pages_show_the_board_the_tree_and_the_form(four, client_of, django_assert_max_num_queries):
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    clerk = client_of("xa.tiepnhan")
    with django_assert_max_num_queries(15):
        board = clerk.get(reverse("live:board"), {"on": "2026-11-25"})
    assert board.status_code == 200
    assert len(board.context["rows"]) >= 1
    with django_assert_max_num_queries(15):
        tree = clerk.get(reverse("live:unit", args=["province"]), {"on": "2026-11-25"})
    assert "measure=766.REUSED_DIGITIZED_DATA_lost" in tree.content.decode()
    assert clerk.get(reverse("live:unit", args=["999999"])).status_code == 404
    admin = client_of("quantri")
    sent = {"period": "month", "on": "2026-11-01", "leaf": "PROVIDE_ONLINE", "unit": "province"}
    wrong = admin.post(reverse("live:entered"), sent | {"numerator": "x", "denominator": "2"})
    assert (wrong.status_code, "numerator" in wrong.context["errors"]) == (422, True)
    right = admin.post(reverse("live:entered"), sent | {"numerator": "1", "denominator": "2"})
    assert right.status_code == 302
    assert Entered.objects.get().entered_by is not None


def test_periods_are_those_of_the_calendar():
    assert period_of("quarter", DAY).first == dt.date(2026, 10, 1)
    assert period_of("year", DAY).last == dt.date(2026, 12, 31)
    assert [month.first.month for month in period_of("quarter", DAY).months()] == [10, 11, 12]


@pytest.mark.django_db
def test_a_page_supposes_other_figures_and_finds_the_cheapest_way(four, client_of, django_assert_max_num_queries):
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    clerk = client_of("xa.lanhdao")
    address = reverse("live:what_if", args=[str(four.agency_id)])
    with django_assert_max_num_queries(15):
        page = clerk.get(address, {"on": "2026-11-25", "n-REUSED_DIGITIZED_DATA": "4", "goal": "class"})
    found = page.context["found"]
    assert found.then.points == pytest.approx(found.now.points + 2)
    way = page.context["way"]
    assert way.standing.points >= 50
    assert all(leaf.numerator + more <= leaf.denominator for leaf, more, _effort in page.context["steps"])
    half = next(leaf for leaf in found.leaves if leaf.code == "SYNCED_WITH_DVCQG_PERSONAL_STORAGE").half
    assert half == 1
    wrong = clerk.get(address, {"on": "2026-11-25", "n-REUSED_DIGITIZED_DATA": "5"})
    assert "REUSED_DIGITIZED_DATA" in wrong.context["errors"]


@pytest.mark.django_db
def test_what_if_equals_a_real_change(four, actor_of):
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    period = period_of("month", DAY)
    entered = {"by": actor_of("quantri"), "leaf": "PUBLIC_CONTENT_FULL", "kind": "month", "on": DAY, "denominator": 10}
    enter_value(**entered, numerator=5, now=at("2026-11-25T08:00"))
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    supposed = suppose(peers_of(queries.board(period), None), "province", {"PUBLIC_CONTENT_FULL": 9})
    enter_value(**entered, numerator=9, now=at("2026-11-25T09:00"))
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    assert queries.standing_of(period, None).total == pytest.approx(supposed.then.points)


@pytest.mark.django_db
def test_a_month_without_dossiers_is_not_scored_as_nothing(four):
    empty = dt.date(2026, 3, 15)
    compute_standings(by=four, kind="month", on=empty, now=NOW)
    assert queries.standing_of(period_of("month", empty), None).total is None


@pytest.mark.django_db
def test_a_period_is_counted_up_to_a_past_day_within_it(four):
    compute_standings(by=four, kind="month", on=DAY, now=NOW)
    day = dt.date(2026, 11, 23)
    compute_standings(by=four, kind="month", on=DAY, until=day, now=NOW)
    period = period_of("month", DAY)
    assert queries.standing_of(period, None, day).total is None
    assert queries.standing_of(period, None).total is not None
    with pytest.raises(Invalid):
        compute_standings(by=four, kind="month", on=DAY, until=dt.date(2026, 12, 1), now=NOW)

"""Scenarios: invented dossiers whose rows add up to the published figures."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from motcua.borders.exchange.scenarios import ScenarioFault, making, plan, portions, read_scenario, scenario_codes
from motcua.borders.exchange.scenarios.plans import FATES, DayPlan
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.making import form_of, make
from motcua.record.ledger.models import Event
from motcua.record.ledger.sealing import last_position
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actor import system
from motcua.record.organisation.queries import calendar_by_code
from motcua.serve.dossiers.actions.bulk import import_histories
from motcua.serve.dossiers.models import Apology, ImportRun, Span

SMALL = Decimal("0.0005")


def load(code: str, scale: Decimal = SMALL):
    scenario = read_scenario(code, scale)
    faults: list = []
    outcome = import_histories(
        by=system(timezone.localdate()),
        source=scenario.source_name,
        name=scenario.run_name,
        portions=portions(scenario),
        demo=True,
        apart=False,
        tell_faults=faults.extend,
    )
    assert faults == []
    return scenario, outcome


@pytest.mark.django_db
@pytest.mark.parametrize("code", scenario_codes())
class TestCloses:
    def test_the_rows_add_up_to_the_scaled_figures_in_the_report(self, code):
        scenario, outcome = load(code)
        assert outcome.written == scenario.total
        question = Question(scenario.first, scenario.last, last_position())
        report = make(form_of("II.06a"), question)
        assert report.totals[7] == scenario.counts["resolved"]
        assert report.totals[10] == scenario.counts["late"]
        assert report.totals[11] == scenario.counts["open_in_time"] + scenario.counts["open_overdue"]
        assert report.totals[13] == scenario.counts["open_overdue"]
        assert report.totals[6] == scenario.counts["carried_over"]
        assert all(check.holds for check in report.checks)
        assert Apology.objects.filter(kind="apology").count() == scenario.counts["apologies"]
        assert verify().first is None

    def test_events_were_recorded_when_they_happened_and_the_run_is_marked(self, code):
        load(code, Decimal("0.0001"))
        told = Event.objects.filter(kind__startswith="dossier.").values_list("occurred_at", "recorded_at")
        assert all(occurred == recorded for occurred, recorded in told)
        assert ImportRun.objects.get().demo


@pytest.mark.django_db
class TestFigures:
    def test_the_published_figures_stand_in_the_plan_at_full_size(self):
        scenario = read_scenario("dak-lak-2020-h1")
        days = plan(scenario, calendar_by_code("default"))
        assert sum(day.counts["resolved"] for day in days) == 1_094_944
        assert (scenario.counts["late"], scenario.counts["apologies"]) == (757, 754)
        year = read_scenario("thai-nguyen-2017").counts
        assert year["resolved"] == 746_305
        assert round(100 - 100 * year["late"] / year["resolved"], 1) == 98.6
        now = read_scenario("dak-lak-2026")
        assert now.population == 443_565
        assert now.population - now.counts["late"] - now.counts["open_overdue"] == 393_087

    def test_numerators_of_decision_766_add_up(self):
        scenario, _outcome = load("dak-lak-2026")
        end = scenario.last
        rows = Span.objects.filter(standing__gte=1, from_on__lte=end).exclude(to_on__lte=end)
        rows = rows.exclude(resolved_on__lt=scenario.first)
        assert rows.count() == scenario.population
        assert rows.filter(e_result=True).count() == scenario.counted["e_result"]
        assert rows.filter(e_result=True, digitised__gt=0).count() == scenario.counted["digitised"]
        assert rows.filter(reused__gt=0).count() == scenario.counted["reused"]
        assert rows.filter(synchronised=True).count() == scenario.counted["synchronised"]

    def test_a_second_load_writes_nothing_and_the_same_seed_gives_the_same_dossiers(self):
        scenario, first = load("dak-lak-2020-h1", Decimal("0.0001"))
        _scenario, second = load("dak-lak-2020-h1", Decimal("0.0001"))
        assert (second.written, second.known) == (0, first.written)
        again = [h for p in portions(scenario) for h in p.histories()]
        assert again == [h for p in portions(scenario) for h in p.histories()]


@pytest.mark.django_db
class TestPieces:
    def test_a_busy_day_comes_in_pieces_that_add_up_and_share_no_number(self, monkeypatch):
        """Whatever the size of the portions, the figures are those of the plan."""
        monkeypatch.setattr(making, "PORTION", 4)
        scenario = read_scenario("dak-lak-2020-h1", Decimal("0.001"))
        made = list(portions(scenario))
        assert max(sum(piece.total for piece in portion.days) for portion in made) < 2 * 4 + len(FATES)
        assert max(piece.pieces for portion in made for piece in portion.days) > 1
        found = [history for portion in made for history in portion.histories()]
        assert len({history.code for history in found}) == len(found) == scenario.total
        apologised = sum(any(moment.kind == "apologised" for moment in history.moments) for history in found)
        assert apologised == scenario.counts["apologies"]


@given(counts=st.lists(st.integers(0, 500), min_size=4, max_size=4), most=st.integers(1, 100))
def test_pieces_follow_each_other_without_gap_or_overlap(counts, most):
    day = DayPlan(dt.date(2020, 1, 2), dict(zip(FATES, counts, strict=True)), dict.fromkeys(FATES, 30), True)
    pieces = day.in_pieces(most)
    for fate, count in day.counts.items():
        places = [piece.at[fate] + n for piece in pieces for n in range(piece.counts[fate])]
        assert places == list(range(30, 30 + count))
    assert all(piece.total <= most + len(FATES) for piece in pieces)


class TestFaults:
    def test_an_unknown_scenario_names_those_there_are(self):
        with pytest.raises(ScenarioFault, match="dak-lak-2020-h1"):
            read_scenario("atlantis")

    def test_a_scale_of_nothing_is_refused(self):
        with pytest.raises(ScenarioFault, match="scale"):
            read_scenario("dak-lak-2020-h1", Decimal(0))


def test_counts_are_rounded_half_up():
    assert read_scenario("dak-lak-2020-h1", Decimal("0.001")).counts["late"] == 1
    assert read_scenario("dak-lak-2020-h1", Decimal("0.0001")).counts["resolved"] == 109
    assert dt.date(2020, 6, 30) == read_scenario("dak-lak-2020-h1").last

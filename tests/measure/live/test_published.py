"""Decision 766 of Đắk Lắk from rows: an invented population shows the points that were published."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from motcua.borders.exchange.scenarios import portions, read_scenario
from motcua.measure.live import queries
from motcua.measure.live.actions import compute_standings
from motcua.measure.live.periods import period_of
from motcua.measure.metrics.opening import figure_of
from motcua.record.organisation.actor import system
from motcua.serve.dossiers.actions.bulk import import_histories

CASES = Path(__file__).parents[2] / "conformance" / "data" / "idx766_metric_cases.csv"
COUNTED = (
    "PROGRESS_ON_TIME",
    "ORIGINAL_RESULT_AVAILABLE",
    "SO_HOA_GIAY_TO_GIAI_QUYET",
    "REUSED_DIGITIZED_DATA",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    "CITIZEN_DATA_CONNECTED_DOSSIER",
)
LAST = dt.date(2026, 10, 10)
# Of the smallest scale whose rounded counts give the same points to the cent.
SMALL = Decimal("0.002")


def published() -> dict[str, dict[str, str]]:
    with CASES.open(encoding="utf-8") as file:
        return {row["metric_code"]: row for row in csv.DictReader(file)}


def lines(scale: Decimal) -> tuple[dict[str, queries.Line], queries.Standing, int]:
    """Load the scenario, score its year up to its last day; return the province's tree and how many are carried over."""
    scenario = read_scenario("dak-lak-2026", scale)
    import_histories(
        by=system(timezone.localdate()),
        source=scenario.source_name,
        name=scenario.run_name,
        portions=portions(scenario),
        demo=True,
        apart=False,
    )
    now = dt.datetime.combine(dt.date(2026, 11, 21), dt.time(9), dt.UTC)
    compute_standings(by=system(LAST), kind="year", on=LAST, until=LAST, now=now)
    standing = queries.standing_of(period_of("year", LAST), None, LAST)
    return {line.code: line for line in queries.lines_of(standing)}, standing, scenario.counts["carried_over"]


def behind(address: str) -> int:
    """Count the dossiers that the address of a figure lists."""
    from django.http import QueryDict

    return figure_of(system(LAST), dict(QueryDict(address.partition("?")[2]).lists())).count()


def check(scale: Decimal) -> None:
    found, standing, carried = lines(scale)
    assert standing.last == LAST
    for code in COUNTED:
        line, row = found[code], published()[code]
        assert (line.score, line.most) == (float(row["score_published"]), float(row["max_score"])), code
        assert line.source == "measured"
        assert behind(line.opens) == line.denominator - line.numerator
        assert line.lost == pytest.approx(line.most - line.score)
    synchronised = found["DOSSIER_SYNC"]
    assert behind(synchronised.outside) == carried
    assert found["PROGRESS_ON_TIME"].denominator - synchronised.denominator == carried


@pytest.mark.django_db
def test_rows_of_a_small_population_show_the_published_points_and_open_to_their_dossiers():
    check(SMALL)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.django_db
def test_rows_of_the_whole_population_show_the_published_figures():
    check(Decimal(1))

"""Cases worked out by hand, and the days that civil servants had off, against the shipped calendar."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from motcua.rules.working_time import LOCAL, Duration
from motcua.web.cli.due import shipped_calendar

HERE = Path(__file__).parent
CALENDAR = shipped_calendar()


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", table("cases.csv"), ids=lambda case: f"{case['received']} {case['for']}")
def test_a_promise_is_what_was_worked_out_by_hand(case):
    received = dt.datetime.fromisoformat(case["received"]).replace(tzinfo=LOCAL)
    cut_off = dt.time.fromisoformat(case["cut_off"]) if case["cut_off"] else None
    promise = CALENDAR.promise(received, Duration.parse(case["for"]), cut_off=cut_off)
    assert f"{promise.due_at:%Y-%m-%dT%H:%M}" == case["due_at"], case["why"]


@pytest.mark.parametrize("case", [c for c in table("cases.csv") if not c["cut_off"]], ids=lambda c: c["received"])
def test_the_same_holds_for_many_at_once(case):
    limit = Duration.parse(case["for"])
    ends = CALENDAR.add_many(np.array([case["received"]], dtype="datetime64[m]"), limit.amount, limit.unit)
    assert str(ends[0].astype("datetime64[m]")) == case["due_at"], case["why"]


@pytest.mark.parametrize("row", table("days_off.csv"), ids=lambda row: row["year"])
def test_the_calendar_takes_away_and_adds_the_days_of_each_year(row):
    year = int(row["year"])
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365 + (year % 4 == 0))]
    off = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not CALENDAR.shifts_on(day)]
    worked = [f"{day:%m-%d}" for day in days if day.weekday() >= 5 and CALENDAR.shifts_on(day)]
    assert (off, worked) == (row["off_on_weekdays"].split(), row["worked_on_weekends"].split())

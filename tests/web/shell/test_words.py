"""Words and figures as pages show them."""

import datetime as dt

import pytest
from django.utils import translation

from motcua.rules.working_time import LOCAL
from motcua.web.shell.templatetags import shell

TODAY = dt.date(2026, 11, 23)


def due(day: int, hour: int = 17) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "0 ₫"), (8_000, "8.000 ₫"), (1_234_567, "1.234.567 ₫"), (None, "0 ₫")]
)
def test_money_is_grouped_by_points(amount: int | None, shown: str) -> None:
    assert shell.dong(amount) == shown


def test_an_identity_number_shows_its_last_three_digits() -> None:
    assert shell.masked("066090012345") == "•••••••••345"
    assert shell.masked("12") == "12"
    assert shell.masked("") == "–"


def test_an_instant_is_shown_on_the_local_clock() -> None:
    moment = dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC)
    assert shell.local_datetime(moment) == "01:30 23/11/2026"
    assert shell.local_date(moment) == "23/11/2026"
    assert shell.local_datetime(None) == shell.local_date(None) == "–"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (due(23, 7), "due today"),
        (due(24, 7), "due tomorrow"),
        (due(26), "due in 3 days"),
        (due(22, 23), "1 day late"),
        (due(20), "3 days late"),
        (None, "–"),
    ],
)
def test_nearness_compares_local_dates(moment: dt.datetime | None, words: str) -> None:
    with translation.override("en"):
        assert shell.relative_due(moment, TODAY) == words


def test_every_state_of_the_clock_has_an_icon_and_a_word() -> None:
    assert set(shell.CLOCK_WORDS) == set(shell.CLOCK_ICONS)
    assert len(set(shell.CLOCK_ICONS.values())) == len(shell.CLOCK_ICONS)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+84905123456", "0905 123 456"),
        ("+842623858585", "02623 858 585"),
        ("+12025550123", "+12025550123"),
        ("1022", "1022"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_phone_number_is_shown_as_people_here_write_it(stored: str | None, shown: str) -> None:
    assert shell.phone(stored) == shown

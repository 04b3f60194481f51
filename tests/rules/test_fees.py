"""Fees by page and copy: the table of TT 226/2016/TT-BTC, and what holds for any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.fees import page_fee

CERTIFIED = {"later_from": 3, "later_amount": 1000, "most": 200_000}


@pytest.mark.parametrize(
    ("pages", "copies", "dong"),
    [(1, 1, 2000), (2, 1, 4000), (3, 1, 5000), (10, 1, 12_000), (10, 3, 36_000), (500, 1, 200_000), (500, 2, 400_000)],
)
def test_certified_copies_cost_what_the_circular_says(pages: int, copies: int, dong: int) -> None:
    assert page_fee(pages, copies, 2000, **CERTIFIED) == dong


def test_without_steps_every_page_costs_the_same() -> None:
    assert page_fee(10, 2, 2000) == 40_000


@given(st.integers(0, 2000), st.integers(1, 50), st.integers(0, 10_000), st.integers(0, 20), st.integers(0, 10_000))
def test_one_page_more_never_costs_less_and_copies_add_up(
    pages: int, copies: int, amount: int, later_from: int, later_amount: int
) -> None:
    steps = {"later_from": later_from, "later_amount": later_amount, "most": 200_000}
    one = page_fee(pages, 1, amount, **steps)
    assert one <= page_fee(pages + 1, 1, amount, **steps) <= 200_000
    assert page_fee(pages, copies, amount, **steps) == copies * one


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError):
        page_fee(-1, 1, 2000)

"""The cost of compliance: a worked example, published totals, and what must hold for any numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.compliance_cost import StepCost, cost_of, saving_percent

# Worked by hand, with an hour at 54,000 đồng and 1,200 dossiers a year.
# Fill in 1.5 h; certified copies 2 h, 20,000 đồng; file at the counter 3 h, 50,000 of travel; take the result 2.5 h,
# 50,000 of travel; charge 100,000. One dossier: 9 h × 54,000 = 486,000 + 120,000 + 100,000 = 706,000 đồng.
NOW = (
    StepCost(Decimal("1.5")),
    StepCost(Decimal(2), other=20_000),
    StepCost(Decimal(3), other=50_000),
    StepCost(Decimal("2.5"), other=50_000, fees=100_000),
)
# Online: no copies, no travel, 1 h to fill in, 0.25 h to file, the result by post for 30,000.
PROPOSED = (StepCost(Decimal(1)), StepCost(Decimal("0.25")), StepCost(Decimal(0), other=30_000, fees=100_000))


def test_the_worked_example():
    before = cost_of(NOW, wage_an_hour=54_000, times_a_year=1_200)
    assert (before.time, before.other, before.fees, before.once) == (486_000, 120_000, 100_000, 706_000)
    assert before.a_year == 847_200_000
    after = cost_of(PROPOSED, wage_an_hour=54_000, times_a_year=1_200)
    assert (after.once, after.a_year) == (197_500, 237_000_000)
    assert saving_percent(before.a_year, after.a_year) == Decimal("72.03")


@pytest.mark.parametrize(
    ("before", "after", "printed"),
    [
        # Printed in billion đồng a year. Hà Nội, 293 procedures, December 2025: 2,306 to 654, "71.64 per cent".
        (2_306_000_000_000, 654_000_000_000, "71.64"),
        # The Ministry of Construction, 137 procedures: 393.4 to 201.
        (393_400_000_000, 201_000_000_000, "48.91"),
    ],
)
def test_published_savings(before, after, printed):
    assert saving_percent(before, after) == Decimal(printed)


def test_a_proposal_that_costs_more_saves_less_than_nothing():
    assert saving_percent(100, 150) == Decimal("-50.00")


def test_nothing_is_saved_where_nothing_was_paid():
    assert saving_percent(0, 0) == Decimal("0.00")


def test_half_a_dong_is_rounded_up():
    assert cost_of([StepCost(Decimal("0.25"))], wage_an_hour=54_002, times_a_year=1).time == 13_501


@pytest.mark.parametrize("wrong", [{"hours": Decimal(-1)}, {"hours": Decimal(1), "other": -1}])
def test_a_negative_cost_is_refused(wrong):
    with pytest.raises(ValueError, match="negative"):
        cost_of([StepCost(**wrong)], wage_an_hour=1, times_a_year=1)


STEPS = st.lists(
    st.builds(
        StepCost,
        hours=st.decimals(0, 1000, places=2),
        other=st.integers(0, 10**9),
        fees=st.integers(0, 10**9),
    ),
    max_size=12,
)


@given(steps=STEPS, wage=st.integers(0, 10**6), times=st.integers(0, 10**6))
def test_dropping_a_step_never_makes_it_dearer(steps, wage, times):
    whole = cost_of(steps, wage_an_hour=wage, times_a_year=times)
    for gone in range(len(steps)):
        rest = cost_of([*steps[:gone], *steps[gone + 1 :]], wage_an_hour=wage, times_a_year=times)
        assert rest.a_year <= whole.a_year


@given(steps=STEPS, wage=st.integers(0, 10**6))
def test_twice_the_dossiers_cost_twice_as_much(steps, wage):
    once = cost_of(steps, wage_an_hour=wage, times_a_year=1)
    assert cost_of(steps, wage_an_hour=wage, times_a_year=2).a_year == 2 * once.a_year

"""What is masked cannot be found out from what is published."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.rules.disclosure import LEAST, determined, masked


def table(rows: list[list[int]]) -> tuple[dict, list]:
    """Return the counts of a table with both margins and the sums that hold."""
    wide = len(rows[0])
    counts = {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row)}
    counts |= {(r, "Σ"): sum(row) for r, row in enumerate(rows)}
    counts |= {("Σ", c): sum(row[c] for row in rows) for c in range(wide)}
    counts["Σ", "Σ"] = sum(map(sum, rows))
    columns = [*range(wide), "Σ"]
    sums = [((r, "Σ"), [(r, c) for c in range(wide)]) for r in [*range(len(rows)), "Σ"]]
    sums += [(("Σ", c), [(r, c) for r in range(len(rows))]) for c in columns]
    return counts, sums


def test_a_count_below_five_is_masked_and_zero_and_five_are_not():
    assert masked({"a": 1, "b": 4, "c": 5, "d": 0, "e": 100}) == {"a", "b"}


def test_a_total_that_would_give_it_away_costs_the_next_smallest_count():
    counts = {"all": 40, "a": 3, "b": 30, "c": 7, "d": 0}
    assert masked(counts, [("all", ["a", "b", "c", "d"])]) == {"a", "c"}


def test_two_masked_counts_whose_sum_is_told_to_be_below_five_cost_a_third():
    counts = {"all": 53, "a": 1, "b": 2, "c": 50}
    assert masked(counts, [("all", ["a", "b", "c"])]) == {"a", "b", "c"}


def test_a_zero_is_masked_only_where_nothing_else_is_left():
    assert masked({"all": 3, "a": 3, "b": 0}, [("all", ["a", "b"])]) == {"all", "a"}


def test_a_table_with_both_margins_needs_a_ring():
    counts, sums = table([[3, 20, 30], [10, 20, 30], [10, 20, 30]])
    hidden = masked(counts, sums)
    assert (0, 0) in hidden
    assert determined([(w, *p) for w, p in sums], set(hidden)) == set()
    assert len(hidden) == 4


ROWS = st.integers(1, 4).flatmap(
    lambda wide: st.lists(
        st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=wide, max_size=wide), min_size=1, max_size=4
    )
)


@given(ROWS)
@settings(max_examples=150, deadline=None)
def test_nothing_masked_follows_from_what_is_published(rows):
    counts, sums = table(rows)
    hidden = masked(counts, sums)
    assert {key for key, count in counts.items() if 0 < count < LEAST} <= hidden
    assert solved({key for key in hidden if counts[key]}, hidden, sums) == set()


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_whoever_tries_every_table_finds_another_one_for_each_masked_count(row):
    counts = dict(enumerate(row)) | {"Σ": sum(row)}
    hidden = masked(counts, [("Σ", list(range(len(row))))])
    fits = [
        guess
        for guess in product(range(0, sum(row) + 2), repeat=len(row))
        if all(guess[n] == row[n] for n in range(len(row)) if n not in hidden)
        and ("Σ" in hidden or sum(guess) == sum(row))
    ]
    assert all(len({guess[n] for guess in fits}) > 1 for n in hidden if n != "Σ" and 0 < row[n] < LEAST)


def solved(asked: set, hidden: frozenset, sums: list) -> set:
    """Return which of the asked counts the equations solve for: by fractions, other code than the rule's."""
    unknown = sorted(hidden, key=str)
    at = {key: n for n, key in enumerate(unknown)}
    rows = []
    for whole, parts in sums:
        row = [Fraction(0)] * len(unknown)
        for key in parts:
            if key in at:
                row[at[key]] += 1
        if whole in at:
            row[at[whole]] -= 1
        rows.append(row)
    done = []
    for n in range(len(unknown)):
        lead = next((row for row in rows if row[n]), None)
        if lead is None:
            continue
        rows.remove(lead)
        lead = [value / lead[n] for value in lead]
        rows = [[a - row[n] * b for a, b in zip(row, lead, strict=True)] for row in rows]
        done = [[a - row[n] * b for a, b in zip(row, lead, strict=True)] for row in done] + [lead]
    alone = {unknown[row.index(1)] for row in done if sum(map(bool, row)) == 1}
    return asked & alone

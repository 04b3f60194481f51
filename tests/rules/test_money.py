"""Amounts in English words: as people write them, and never two amounts alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.money import ONES, POWERS, TENS, in_words_en

ENGLISH = [
    (0, "Zero dong"),
    (1, "One dong"),
    (21, "Twenty-one dong"),
    (105_000, "One hundred and five thousand dong"),
    (1_000_005, "One million and five dong"),
    (2_013_100, "Two million thirteen thousand one hundred dong"),
    (999_999_999_999_999, None),
]


@pytest.mark.parametrize(("dong", "words"), ENGLISH)
def test_an_amount_is_written_in_english_words(dong: int, words: str | None) -> None:
    said = in_words_en(dong)
    assert said.endswith(" dong")
    assert words is None or said == words


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_two_amounts_never_have_the_same_english_words(one: int, other: int) -> None:
    assert (in_words_en(one) == in_words_en(other)) == (one == other)


@given(st.integers(0, 10**15 - 1))
def test_english_words_can_be_counted_back(dong: int) -> None:
    small = {word: n for n, word in enumerate(ONES)} | {word: n * 10 for n, word in enumerate(TENS) if word}
    powers = {word.strip(): 1000**n for n, word in enumerate(POWERS) if word}
    total = group = 0
    for word in in_words_en(dong).lower().removesuffix(" dong").replace("-", " ").split():
        if word in powers:
            total, group = total + group * powers[word], 0
        elif word == "hundred":
            group *= 100
        elif word != "and":
            group += small[word]
    assert total + group == dong


@pytest.mark.parametrize("dong", [-1, 10**15])
def test_amounts_beyond_english_words_are_refused(dong: int) -> None:
    with pytest.raises(ValueError, match="between 0"):
        in_words_en(dong)

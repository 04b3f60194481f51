"""Code 128: read back by a decoder written for this test, and by zbarimg from a picture."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.formats.barcodes import STOP, WIDTHS, code128_svg, code128_values


def decoded(values: list[int]) -> str:
    """Read symbol values as ISO/IEC 15417 says, sets B and C."""
    start, *data, check, stop = values
    assert stop == 106
    assert check == (start + sum(i * v for i, v in enumerate(data, 1))) % 103
    in_c = {104: False, 105: True}[start]
    text = ""
    for value in data:
        if value == (100 if in_c else 99):
            in_c = not in_c
        else:
            text += f"{value:02d}" if in_c else chr(value + 32)
    return text


def bars_of(svg: str) -> list[int]:
    """Return the symbol values that the drawn bars and spaces stand for."""
    bars = [(int(x), int(w)) for x, w in re.findall(r"M(\d+) 0h(\d+)v", svg)]
    widths = [str(bars[0][1])]
    for (x, w), (next_x, next_w) in itertools.pairwise(bars):
        widths += [str(next_x - x - w), str(next_w)]
    line = "".join(widths)
    assert len(line) % 6 == 1
    symbols = [line[i : i + 6] for i in range(0, len(line) - 7, 6)]
    return [WIDTHS.index(symbol) for symbol in symbols] + [WIDTHS.index(line[-7:])]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_any_printable_text_is_read_back(text):
    assert decoded(code128_values(text)) == text


@given(st.from_regex(r"[0-9A-Z.-]{0,6}[0-9]{0,12}[0-9A-Z.-]{0,6}", fullmatch=True).filter(bool))
def test_codes_full_of_digits_are_read_back_from_the_bars(text):
    assert decoded(bars_of(code128_svg(text))) == text


def test_digits_in_pairs_make_a_dossiers_code_shorter():
    values = code128_values("H15.104-261120-0001")

    assert len(values) < len("H15.104-261120-0001") + 3
    assert decoded(values) == "H15.104-261120-0001"


def test_each_symbol_is_eleven_modules_wide_and_the_stop_thirteen():
    assert len(WIDTHS) == 107
    assert len(set(WIDTHS)) == 107
    assert {sum(map(int, width)) for width in WIDTHS[:STOP]} == {11}
    assert sum(map(int, WIDTHS[STOP])) == 13


def test_a_quiet_zone_of_ten_modules_stands_on_both_sides():
    svg = code128_svg("A1")
    total = int(re.search(r'width="(\d+)"', svg)[1])
    bars = [(int(x), int(w)) for x, w in re.findall(r"M(\d+) 0h(\d+)v", svg)]

    assert bars[0][0] == 10
    assert total - sum(bars[-1]) == 10


@pytest.mark.parametrize("text", ["", "Đắk", "a\nb", "\x7f"])
def test_text_that_code_set_b_lacks_is_refused(text):
    with pytest.raises(ValueError, match="printable ASCII"):
        code128_values(text)

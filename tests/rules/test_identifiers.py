"""Codes and numbers, against published examples."""

import csv
import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.identifiers import (
    PROVINCES,
    CheckResult,
    DossierCode,
    IdentifierError,
    canonical_agency_code,
    check_citizen_id,
    check_tax_code,
    old_agency_code,
    read_agency_code,
    read_dossier_code,
    to_e164,
)
from motcua.rules.money import in_words_vi
from motcua.rules.text import fold, sort_key_vi


@pytest.mark.parametrize(
    ("text", "agency", "day", "serial"),
    [
        ("000.00.06.H56-231027-0361", "H56.06", dt.date(2023, 10, 27), 361),
        ("000.17.22.H56-210531-0001", "H56.22.17", dt.date(2021, 5, 31), 1),
        ("H56.14-240823-0001", "H56.14", dt.date(2024, 8, 23), 1),
        ("000.00.53.H48-220921-0099", "H48.53", dt.date(2022, 9, 21), 99),
        ("H15.10-200713-0001", "H15.10", dt.date(2020, 7, 13), 1),
        ("h15.01-261121-10000", "H15.01", dt.date(2026, 11, 21), 10_000),
    ],
)
def test_a_dossier_code_is_read_in_both_forms(text, agency, day, serial):
    code = DossierCode.parse(text)
    assert (code.agency, code.day, code.serial) == (agency, day, serial)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H15.01",
        "H15.01-261321-0001",
        "H15.01-261121-001",
        "H15.01-261121-0000",
        "X-261121-0001",
        "H15.01-261121-00001",
        "H15.01-٢٦١١٢١-0001",
        "H15.01-230229-0001",
        "H15.01-261121-0001-1",
    ],
)
def test_what_is_no_dossier_code_is_refused(text):
    with pytest.raises(IdentifierError):
        DossierCode.parse(text)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2068, 12, 31)), st.integers(1, 99_999))
def test_a_code_is_read_as_it_was_written(day, serial):
    text = DossierCode.format("H15.101.02", day, serial)
    assert str(DossierCode.parse(text)) == text


def test_a_copied_code_with_odd_characters_is_read():
    assert str(DossierCode.parse(" H15.01–２６１１２１–0001\u00a0")) == "H15.01-261121-0001"


def test_a_day_that_two_digits_of_a_year_cannot_say_has_no_code():
    with pytest.raises(IdentifierError):
        DossierCode.format("H15.01", dt.date(2100, 1, 1), 1)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("H22.01", "000.00.01.H22"),
        ("H56.22.17", "000.17.22.H56"),
        ("H56.22.17.001", "001.17.22.H56"),
        ("H15", "000.00.00.H15"),
    ],
)
def test_an_agency_code_is_written_in_either_order(new, old):
    assert (old_agency_code(new), canonical_agency_code(old)) == (old, new)
    assert (old_agency_code(old), canonical_agency_code(new)) == (old, new)


@pytest.mark.parametrize("code", ["H15.101", "H15.01.02.03"])
def test_the_old_order_has_no_place_for_longer_parts(code):
    with pytest.raises(IdentifierError):
        old_agency_code(code)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" 000.00.14.h15 ", "H15.14"),
        ("h15.14", "H15.14"),
        ("000.00.136.H15", "H15.136"),
        ("Sở Tư pháp", "Sở Tư pháp"),
        ("H15,14", "H15,14"),
    ],
)
def test_what_is_typed_as_an_agency_code_is_read_in_either_order_or_left_as_it_is(typed, read):
    assert read_agency_code(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("000.00.14.H15-240823-0001", "H15.14-240823-0001"),
        ("h15.14-240823-0001", "H15.14-240823-0001"),
        ("Nguyễn Văn Thử", "Nguyễn Văn Thử"),
        ("H15.14-241323-0001", "H15.14-241323-0001"),
    ],
)
def test_what_is_typed_as_a_dossier_code_is_read_in_either_order_or_left_as_it_is(typed, read):
    assert read_dossier_code(typed) == read


def test_agency_codes_of_both_orders_have_one_form():
    assert canonical_agency_code("000.00.01.H22") == canonical_agency_code("H22.01") == "H22.01"


def test_an_identity_number_warns_where_its_parts_disagree_and_does_not_block():
    assert check_citizen_id("066 0900 12345", birth_year=1990, sex="m").warnings == ()
    assert check_citizen_id("066090012345", birth_year=1991).warnings == ("citizen_id_birth_year",)
    assert check_citizen_id("066090012345", sex="f").warnings == ("citizen_id_sex",)
    assert check_citizen_id("066305012345", birth_year=2005, sex="f").warnings == ()
    assert check_citizen_id("999090012345").warnings == ("citizen_id_province",)
    assert check_citizen_id("003090012345").warnings == ("citizen_id_province",)
    assert check_citizen_id("118090012345").warnings == ()  # born abroad
    assert check_citizen_id("066305012345", birth_year=1905, sex="m").warnings == (
        "citizen_id_birth_year",
        "citizen_id_sex",
    )
    assert check_citizen_id("240123456").normalised == "240123456"


@given(st.sampled_from(sorted(PROVINCES)), st.integers(1900, 2399), st.sampled_from("mf"), st.integers(0, 999_999))
def test_a_number_made_by_the_rule_agrees_with_its_holder(province, year, sex, rest):
    fourth = (year - 1900) // 100 * 2 + (sex == "f")
    number = f"{province:03d}{fourth}{year % 100:02d}{rest:06d}"
    assert check_citizen_id(number, birth_year=year, sex=sex) == CheckResult(number)
    other = "m" if sex == "f" else "f"
    assert check_citizen_id(number, birth_year=year + 1, sex=other).warnings == (
        "citizen_id_birth_year",
        "citizen_id_sex",
    )


def test_the_provinces_of_identity_numbers_are_those_of_the_table():
    file = Path(__file__).parents[2] / "datasets" / "units" / "vn_units_before_2025-07_province_district_ward.csv"
    with file.open(encoding="utf-8", newline="") as source:
        assert {int(row["province_code"]) for row in csv.DictReader(source)} == PROVINCES


@pytest.mark.parametrize("number", ["06609001234A", "0660900123", "", "１２３４５６７８９"])
def test_an_identity_number_with_letters_or_another_length_is_refused(number):
    with pytest.raises(IdentifierError):
        check_citizen_id(number)


@pytest.mark.parametrize("code", ["0100109106", "0100109106-001", "0101248141", "0300588569"])
def test_published_tax_codes_pass(code):
    assert check_tax_code(code).normalised == code


@pytest.mark.parametrize("code", ["0100109107", "010010910", "0100109106-000", "ABCDEFGHIJ"])
def test_tax_codes_with_a_wrong_check_digit_or_form_are_refused(code):
    with pytest.raises(IdentifierError):
        check_tax_code(code)


def test_a_persons_number_is_a_tax_code_too():
    assert check_tax_code("066 090 012 345").normalised == "066090012345"


@given(st.integers(0, 999_999_999))
def test_at_most_one_last_digit_fits_a_tax_code_and_any_one_slip_is_caught(first_nine):
    passing = [code for digit in range(10) if is_tax_code(code := f"{first_nine:09d}{digit}")]
    assert len(passing) <= 1
    for code in passing:
        slips = (code[:n] + str(d) + code[n + 1 :] for n in range(9) for d in range(10) if str(d) != code[n])
        assert not any(is_tax_code(slip) for slip in slips)


def is_tax_code(text: str) -> bool:
    try:
        return bool(check_tax_code(text))
    except IdentifierError:
        return False


@pytest.mark.parametrize(
    ("phone", "e164"),
    [("0905 123 456", "+84905123456"), ("+84 905-123-456", "+84905123456"), ("84905123456", "+84905123456"),
     ("0262.3950.123", "+842623950123"), ("(0262) 3950 123", "+842623950123"), ("+84 (0) 905 123 456", "+84905123456"),
     ("0084 905123456", "+84905123456"), ("０９０５１２３４５６", "+84905123456")],
)  # fmt: skip
def test_phones_become_e164(phone, e164):
    assert to_e164(phone) == e164


@pytest.mark.parametrize(
    "phone", ["", "12345", "0105123456", "+1 202 555 0100", "090512345", "09051234567", "0905 12a 456", "02623950"]
)
def test_other_phones_are_refused(phone):
    with pytest.raises(IdentifierError):
        to_e164(phone)


def test_folding_drops_every_vietnamese_mark():
    assert fold("  Đăng  KÝ khai SINH ") == "dang ky khai sinh"
    assert fold("Ưu tiên, Ỷ Lan, Ẵm") == "uu tien, y lan, am"


def test_names_sort_as_in_a_vietnamese_dictionary():
    words = ["Đức", "Dũng", "Ân", "An", "Ăn", "Bá", "Ba", "Bạ", "Bà", "Em", "Ê"]
    expected = ["An", "Ăn", "Ân", "Ba", "Bà", "Bá", "Bạ", "Dũng", "Đức", "Em", "Ê"]
    assert sorted(words, key=sort_key_vi) == expected


def test_letters_and_tones_stand_in_the_order_of_the_alphabet():
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(set(letters), key=sort_key_vi) == letters
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "măm", "mặm", "mâm"]
    assert sorted(set(tones), key=sort_key_vi) == tones


def test_a_word_is_compared_before_the_next_one_and_a_tone_after_the_letters():
    names = [
        "Bà Rịa",
        "Bá Thước",
        "Ban Mê",
        "Bàn Cờ",
        "Buôn Đôn",
        "Buôn Hồ",
        "Buôn Ma Thuột",
        "Cư M'gar",
        "Đắk Lắk",
        "Ea H'leo",
    ]
    assert sorted(set(names), key=sort_key_vi) == names


@given(st.text())
def test_a_sort_key_is_ascii_and_the_same_for_either_way_to_write_a_letter(text):
    assert sort_key_vi(text).isascii()
    assert sort_key_vi(unicodedata.normalize("NFD", "Đắk Lắk")) == sort_key_vi("ĐẮK LẮK")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_the_letter_that_looks_like_a_capital_d_with_stroke_folds_too():
    assert fold("Ðắk Lắk") == fold("Đắk Lắk") == "dak lak"


@pytest.mark.parametrize(
    ("dong", "words"),
    [
        (0, "Không đồng"), (15, "Mười lăm đồng"), (21, "Hai mươi mốt đồng"), (105, "Một trăm linh năm đồng"),
        (2_000, "Hai nghìn đồng"), (135_000, "Một trăm ba mươi lăm nghìn đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (10, "Mười đồng"), (11, "Mười một đồng"), (20, "Hai mươi đồng"), (25, "Hai mươi lăm đồng"),
        (100, "Một trăm đồng"), (110, "Một trăm mười đồng"), (111, "Một trăm mười một đồng"),
        (115, "Một trăm mười lăm đồng"), (101, "Một trăm linh một đồng"), (10_005, "Mười nghìn không trăm linh năm đồng"),
        (105_000, "Một trăm linh năm nghìn đồng"), (100_000, "Một trăm nghìn đồng"), (1_000_010, "Một triệu không trăm mười đồng"),
        (21_021_021, "Hai mươi mốt triệu không trăm hai mươi mốt nghìn không trăm hai mươi mốt đồng"),
        (1_000_500_000_000, "Một nghìn tỷ năm trăm triệu đồng"),
        (1_000_000_000, "Một tỷ đồng"), (2_000_000_001, "Hai tỷ không trăm linh một đồng"),
    ],
)  # fmt: skip
def test_amounts_are_written_in_words(dong, words):
    assert in_words_vi(dong) == words


@pytest.mark.parametrize("dong", [-1, 10**15])
def test_an_amount_that_no_receipt_holds_is_refused(dong):
    with pytest.raises(ValueError, match="between 0 and"):
        in_words_vi(dong)


NUMBERS = dict(
    zip(
        ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mốt", "lăm", "mười"],
        [*range(10), 1, 5, 10],
        strict=True,
    )
)


def read_words(words: list[str]) -> int:
    """Read an amount back from its words, by another way than it was written."""
    for unit, value in (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 1_000), ("trăm", 100), ("mươi", 10)):
        if unit in words:
            at = len(words) - 1 - words[::-1].index(unit) if unit == "tỷ" else words.index(unit)
            return read_words(words[:at]) * value + read_words(words[at + 1 :])
    return sum(NUMBERS[word] for word in words if word != "linh")


@given(st.integers(0, 10**15 - 1))
def test_words_read_back_give_the_amount(dong):
    words = in_words_vi(dong).lower().removesuffix(" đồng").split()
    assert read_words(words) == dong


def test_the_holidays_have_no_day_twice_and_name_their_source():
    file = Path(__file__).parents[2] / "datasets" / "holidays" / "vn.csv"
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    days = [row["date"] for row in rows]
    assert len(days) == len(set(days))
    assert {day[:4] for day in days} == {str(year) for year in range(2018, 2028)}
    assert all(row["source"] and row["kind"] in ("off", "work") for row in rows)
    assert {("2026-01-02", "off"), ("2026-01-10", "work")} <= {(row["date"], row["kind"]) for row in rows}

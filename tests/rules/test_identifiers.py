"""Codes and numbers, against published examples."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.identifiers import (
    DossierCode,
    IdentifierError,
    canonical_agency_code,
    check_citizen_id,
    check_tax_code,
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
    "text", ["", "H15.01", "H15.01-261321-0001", "H15.01-261121-001", "H15.01-261121-0000", "X-261121-0001"]
)
def test_what_is_no_dossier_code_is_refused(text):
    with pytest.raises(IdentifierError):
        DossierCode.parse(text)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2068, 12, 31)), st.integers(1, 99_999))
def test_a_code_is_read_as_it_was_written(day, serial):
    text = DossierCode.format("H15.101.02", day, serial)
    assert str(DossierCode.parse(text)) == text


def test_agency_codes_of_both_orders_have_one_form():
    assert canonical_agency_code("000.00.01.H22") == canonical_agency_code("H22.01") == "H22.01"


def test_an_identity_number_warns_where_its_parts_disagree_and_does_not_block():
    assert check_citizen_id("066 0900 12345", birth_year=1990, sex="m").warnings == ()
    assert check_citizen_id("066090012345", birth_year=1991).warnings == ("citizen_id_birth_year",)
    assert check_citizen_id("066090012345", sex="f").warnings == ("citizen_id_sex",)
    assert check_citizen_id("066305012345", birth_year=2005, sex="f").warnings == ()
    assert check_citizen_id("999090012345").warnings == ("citizen_id_province",)
    assert check_citizen_id("240123456").normalised == "240123456"


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


@given(st.integers(0, 999_999_999))
def test_exactly_one_last_digit_fits_a_tax_code_or_none(first_nine):
    passing = 0
    for digit in range(10):
        try:
            check_tax_code(f"{first_nine:09d}{digit}")
            passing += 1
        except IdentifierError:
            continue
    assert passing <= 1


@pytest.mark.parametrize(
    ("phone", "e164"),
    [("0905 123 456", "+84905123456"), ("+84 905-123-456", "+84905123456"), ("84905123456", "+84905123456"),
     ("0262.3950.123", "+842623950123")],
)  # fmt: skip
def test_phones_become_e164(phone, e164):
    assert to_e164(phone) == e164


@pytest.mark.parametrize("phone", ["", "12345", "0105123456", "+1 202 555 0100", "090512345"])
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


@pytest.mark.parametrize(
    ("dong", "words"),
    [
        (0, "Không đồng"), (15, "Mười lăm đồng"), (21, "Hai mươi mốt đồng"), (105, "Một trăm linh năm đồng"),
        (2_000, "Hai nghìn đồng"), (135_000, "Một trăm ba mươi lăm nghìn đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (1_000_000_000, "Một tỷ đồng"), (2_000_000_001, "Hai tỷ không trăm linh một đồng"),
    ],
)  # fmt: skip
def test_amounts_are_written_in_words(dong, words):
    assert in_words_vi(dong) == words


def test_the_holidays_have_no_day_twice_and_name_their_source():
    file = Path(__file__).parents[2] / "datasets" / "holidays" / "vn.csv"
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    days = [row["date"] for row in rows]
    assert len(days) == len(set(days))
    assert {day[:4] for day in days} == {str(year) for year in range(2018, 2028)}
    assert all(row["source"] and row["kind"] in ("off", "work") for row in rows)
    assert {("2026-01-02", "off"), ("2026-01-10", "work")} <= {(row["date"], row["kind"]) for row in rows}

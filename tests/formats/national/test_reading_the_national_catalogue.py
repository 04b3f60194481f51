"""The national catalogue's JSON and the same as tables: read alike; what is wrong is told with its place."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.national.catalogue_samples import as_json, as_xlsx, packed, record, sheet_xml, sheets

from motcua.formats.datafiles import datasets_folder
from motcua.formats.national import MOST_ROWS, Fault, Record, read_catalogue
from motcua.rules.working_time import Duration


def faults(name: str, content: bytes) -> list[tuple[str, str]]:
    """Return place and code of what is wrong; a file with faults gives no record."""
    reading = read_catalogue(name, content)
    assert reading.records == ()
    return [(fault.place, fault.code) for fault in reading.faults]


def plain(found: Record) -> Record:
    """Return a record without the places of its values."""
    methods = tuple(
        replace(
            method,
            times=tuple(replace(t, fees=tuple(replace(fee, place="") for fee in t.fees)) for t in method.times),
        )
        for method in found.methods
    )
    return replace(found, place="", methods=methods, papers=tuple(replace(p, place="") for p in found.papers))


def test_a_full_record_is_read_with_channels_cases_and_fees() -> None:
    reading = read_catalogue("tthc.json", as_json(record()))
    assert reading.faults == ()
    (found,) = reading.records
    assert (found.code, found.field_code, found.announced_in) == ("9.000002", "G99-MAU", "12/QĐ-BM")
    assert [(m.channel, m.times[0].limit) for m in found.methods] == [
        (1, Duration(7, "wd")), (2, Duration(5, "wd")), (3, None),
    ]  # fmt: skip
    assert [fee.amount for method in found.methods for time in method.times for fee in time.fees] == [150_000, 75_000]
    assert [(p.case, p.name, p.originals, p.copies) for p in found.papers] == [
        ("Cấp lần đầu", "Đơn đề nghị", 1, 0), ("Cấp lần đầu", "Bản vẽ", 0, 2), ("Cấp lại", "Đơn đề nghị", 1, 0),
    ]  # fmt: skip
    assert found.levels == (("province", "Sở", "Trung tâm"),)
    assert found.orders[0].steps == ("Bước 1. Nộp", "Bước 2. Nhận")


def test_the_same_procedure_as_tables_says_the_same() -> None:
    (from_json,) = read_catalogue("tthc.json", as_json(record())).records
    reading = read_catalogue("tthc.xlsx", as_xlsx(sheets()))
    assert reading.faults == ()
    # A table has no column for who and where of a level.
    assert plain(reading.records[0]) == plain(replace(from_json, levels=(("province", "", ""),)))


def test_the_207_real_records_are_read() -> None:
    file = datasets_folder() / "catalogue" / "defence-207.csv"
    reading = read_catalogue(file.name, file.read_bytes())
    assert (len(reading.records), reading.faults) == (207, ())
    assert all(found.outline for found in reading.records)
    assert len({found.code for found in reading.records}) == 207
    subjects = {subject for found in reading.records for subject in found.subjects}
    assert {"Tổ chức (không bao gồm doanh nghiệp, HTX)", "Cán bộ, công chức, viên chức"} <= subjects
    assert sum(("commune", "", "") in found.levels for found in reading.records) == 85


def set_in(where: Any, path: list[Any], value: Any) -> None:
    """Put a value deep into nested lists and blocks."""
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = value


FEE = ["CACHTHUCTHUCHIEN", 0, "THOIGIAN", 0, "PHILEPHI", 0]


@pytest.mark.parametrize(
    ("path", "value", "place", "code"),
    [
        ([*FEE, "SOTIEN"], "-5000", "data[1].CACHTHUCTHUCHIEN[1].THOIGIAN[1].PHILEPHI[1].SOTIEN", "negative"),
        ([*FEE, "SOTIEN"], "miễn", "data[1].CACHTHUCTHUCHIEN[1].THOIGIAN[1].PHILEPHI[1].SOTIEN", "number"),
        ([*FEE, "DONVI"], "USD", "data[1].CACHTHUCTHUCHIEN[1].THOIGIAN[1].PHILEPHI[1].DONVI", "choice"),
        (["CACHTHUCTHUCHIEN", 1, "KENH"], "9", "data[1].CACHTHUCTHUCHIEN[2].KENH", "choice"),
        (
            ["CACHTHUCTHUCHIEN", 0, "THOIGIAN", 0, "DONVITINH"], "tuần",
            "data[1].CACHTHUCTHUCHIEN[1].THOIGIAN[1].DONVITINH", "choice",
        ),
        (["MATTHC"], "", "data[1].MATTHC", "missing"),
        (["MATTHC"], "<b>1</b>", "data[1].MATTHC", "code"),
        (["TENTTHC"], "x" * 501, "data[1].TENTTHC", "long"),
        (["TENTTHC"], {"a": 1}, "data[1].TENTTHC", "text"),
        (["LINHVUCTHUCHIEN"], [], "data[1].LINHVUCTHUCHIEN", "missing"),
        (["THANHPHANHOSO", 0, "GIAYTO", 1, "SOBANSAO"], 1.5, "data[1].THANHPHANHOSO[1].GIAYTO[2].SOBANSAO", "number"),
        (["HIEULUCTU"], "31/02/2026", "data[1].HIEULUCTU", "date"),
        (["CAPTHUCHIEN", 0, "CAPTHUCHIEN"], "7", "data[1].CAPTHUCHIEN[1].CAPTHUCHIEN", "choice"),
    ],
)  # fmt: skip
def test_a_wrong_value_in_json_is_told_with_its_path(path: list[Any], value: Any, place: str, code: str) -> None:
    changed = record()
    set_in(changed, path, value)
    assert faults("tthc.json", as_json(changed)) == [(place, code)]


@pytest.mark.parametrize(
    ("sheet", "row", "col", "value", "place", "code"),
    [
        ("PHILEPHI", 2, 3, -75000, "PHILEPHI!D3", "negative"),
        ("PHILEPHI", 0, 3, "Số tiền nộp", "PHILEPHI!D1", "head"),
        ("PHILEPHI", 0, 3, "KENH", "PHILEPHI!D1", "head_twice"),
        ("TTHC", 0, 0, None, "TTHC!1", "head_missing"),
        ("TTHC", 1, 1, "", "TTHC!B2", "missing"),
        ("TTHC", 1, 9, "Cấp Liên bang", "TTHC!J2", "choice"),
        ("THANHPHANHOSO", 3, 0, "9.999999", "THANHPHANHOSO!A4", "no_procedure"),
        ("CACHTHUCTHUCHIEN", 1, 3, "tuần", "CACHTHUCTHUCHIEN!D2", "choice"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(sheet: str, row: int, col: int, value: Any, place: str, code: str) -> None:
    named = sheets()
    named[sheet][row][col] = value
    assert (place, code) in faults("tthc.xlsx", as_xlsx(named))


def test_an_unknown_sheet_is_told() -> None:
    assert faults("tthc.xlsx", as_xlsx(sheets() | {"Ghi chú": [["x"]]})) == [("Ghi chú", "sheet")]


def test_fifty_thousand_rows_are_refused_at_the_first_row_too_many() -> None:
    named = sheets()
    named["TTHC"] += [named["TTHC"][1]] * 50_000
    assert faults("tthc.xlsx", as_xlsx(named)) == [(f"TTHC!A{MOST_ROWS + 2}", "rows")]


def test_one_cell_far_out_does_not_make_a_sheet_of_billions() -> None:
    far = sheet_xml([["MATTHC"]]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert faults("tthc.xlsx", packed({"TTHC": far})) == [("", "large")]


def test_two_versions_of_one_procedure_on_the_same_days_are_told() -> None:
    one, other = record(), record()
    assert faults("tthc.json", as_json(one, other)) == [("data[2].MATTHC", "twice")]
    one |= {"HIEULUCTU": "01/01/2026", "HIEULUCDEN": "01/07/2026"}
    other |= {"HIEULUCTU": "2026-06-30"}
    assert faults("tthc.json", as_json(one, other)) == [("data[2].MATTHC", "twice")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", b"{", "json"),
        ("a.json", b"\xff\xfe", "utf8"),
        ("a.json", b"[" * 100_000, "json"),
        ("a.json", b"[]", "empty"),
        ("a.json", b'["x"]', "block"),
        ("a.xlsx", b"PK no workbook", "workbook"),
        ("a.csv", b"ma_tthc,ten,linh_vuc\n", "empty"),
        ("a.pdf", b"%PDF", "ending"),
    ],
)
def test_what_is_no_catalogue_is_told(name: str, content: bytes, code: str) -> None:
    assert code in {found for _place, found in faults(name, content)}


def test_dates_are_read_as_people_and_the_portal_write_them() -> None:
    for text in ("01/07/2025", "2025-07-01", "20250701000000"):
        found = read_catalogue("a.json", as_json(record() | {"HIEULUCTU": text})).records[0]
        assert found.valid_from == dt.date(2025, 7, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*record(), "KENH", "THOIGIAN", "GIAYTO", "TRINHTU"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(list(record())))
def test_whatever_json_holds_the_reader_answers_with_records_or_faults(value: Any, key: str) -> None:
    reading = read_catalogue("a.json", as_json(record() | {key: value}))
    assert bool(reading.records) != bool(reading.faults)
    assert all(isinstance(fault, Fault) for fault in reading.faults)

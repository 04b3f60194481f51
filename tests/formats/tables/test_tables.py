"""Tables: what is written comes back the same; what is wrong is named at its cell; harmful files are refused."""

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from motcua.formats.tables import MOST_ROWS, Column, Sheet, read_tables, write_csv, write_xlsx

PEOPLE = Sheet(
    "people",
    "Nhân sự",
    "People",
    (
        Column("code", "Mã nhân sự", "Staff code", required=True, longest=50),
        Column("name", "Họ và tên", "Full name", required=True),
        Column("born_on", "Ngày sinh", "Born", kind="date"),
        Column("points", "Điểm", "Points", kind="integer"),
        Column("active", "Đang làm việc", "Active", kind="boolean"),
        Column("level", "Cấp", "Level", kind="choice", choices={"commune": ("Xã", "Commune"), "d": ("Sở", "Office")}),
    ),
)
NOTES = Sheet("notes", "Ghi chú", "Notes", (Column("note", "Ghi chú", "Note", required=True),))
HEADS = "Mã nhân sự,Họ và tên,Ngày sinh,Điểm,Đang làm việc,Cấp\n"

words = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=40)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
)
starts = st.sampled_from(["", "=", "+", "-", "@", "'=", "''-", "'", '"', ",", ";"])
texts = st.tuples(starts, words).map("".join).map(lambda text: unicodedata.normalize("NFC", text))
rows_strategy = st.lists(
    st.fixed_dictionaries(
        {
            "code": texts,
            "name": texts,
            "born_on": st.none() | st.dates(dt.date(1000, 1, 1)),
            "points": st.none() | st.integers(-(10**17), 10**17),
            "active": st.none() | st.booleans(),
            "level": st.none() | st.sampled_from(["commune", "d"]),
        }
    ),
    max_size=5,
)


@given(rows=rows_strategy, language=st.sampled_from(["vi", "en"]), as_csv=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_written_comes_back_the_same(rows: list[dict], language: str, as_csv: bool) -> None:
    if as_csv:
        read = read_tables("people.csv", write_csv(PEOPLE, rows, language), [PEOPLE, NOTES])
    else:
        read = read_tables("people.xlsx", write_xlsx([(PEOPLE, rows)], language), [PEOPLE, NOTES])
    assert read.faults == ()
    assert [dict(row.values) for row in read.rows["people"]] == rows


@pytest.mark.parametrize("text", ["=1+1", "+84 1", "-2", "@SUM(A1)", "\tx", "'=1", "＝1"])
def test_no_cell_is_written_as_a_formula(text: str) -> None:
    rows = [{"code": "a", "name": text}]
    cells = list(csv.reader(io.StringIO(write_csv(PEOPLE, rows).decode("utf-8-sig"))))
    assert cells[1][1] == f"'{text}"
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx([(PEOPLE, rows)])))
    assert book.get_sheet_by_index(0).to_python()[1][1] == f"'{text}"


def read_csv(text: str, *sheets: Sheet):
    return read_tables("people.csv", text.encode(), sheets or [PEOPLE])


@pytest.mark.parametrize(
    ("line", "code", "letter", "value"),
    [
        (",Lan,,,,", "required", "A", ""),
        ("a,Lan,31/02/2020,,,", "date", "C", "31/02/2020"),
        ("a,Lan,,ba,,", "integer", "D", "ba"),
        ("a,Lan,,,maybe,", "boolean", "E", "maybe"),
        ("a,Lan,,,,Huyện", "choice", "F", "Huyện"),
        ("a,La\x07n,,,,", "character", "B", "La\x07n"),
        (f"{'a' * 51},Lan,,,,", "long", "A", "a" * 51),
        ("a,Lan,,,,,extra", "surplus", "G", "extra"),
    ],
)
def test_a_fault_names_row_column_and_value(line: str, code: str, letter: str, value: str) -> None:
    read = read_csv(HEADS + "b,Minh,,,,\n\n" + line + "\n")
    assert [(f.code, f.row, f.letter, f.value) for f in read.faults] == [(code, 4, letter, value)]
    assert read.rows == {}


@pytest.mark.parametrize(
    ("heads", "code"),
    [
        ("Mã nhân sự,Họ và tên,Lương\n", "head"),
        ("Mã nhân sự,Họ và tên,staff_code\n", "head"),
        ("Mã nhân sự,Họ và tên,Ma nhan su\n", "head_twice"),
        ("Mã nhân sự,Ngày sinh\n", "head_missing"),
        ("x,y\n", "head"),
    ],
)
def test_wrong_heads_are_told(heads: str, code: str) -> None:
    heads = heads.replace("staff_code", "unknown")
    assert code in [fault.code for fault in read_csv(heads + "a,b,c\n").faults]


@pytest.mark.parametrize(
    "heads", ["Mã nhân sự *,Họ và tên *", "staff CODE,full name", "code,name", "MA NHAN SU,HO VA TEN"]
)
def test_heads_are_known_in_both_languages_without_marks(heads: str) -> None:
    read = read_csv(f"{heads}\na,Lan\n")
    assert [row.values["name"] for row in read.rows["people"]] == ["Lan"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_by_the_heads(delimiter: str) -> None:
    read = read_csv(f'Mã nhân sự{delimiter}Họ và tên\na{delimiter}"Lan, Mai; Cúc"\n')
    assert (read.delimiter, read.rows["people"][0].values["name"]) == (delimiter, "Lan, Mai; Cúc")


def windows_1258(text: str) -> bytes:
    """Write as Windows does: what has no byte of its own is a vowel with its tone behind it."""
    found = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        base = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else letter
        found += base.encode("cp1258") + tone.encode("cp1258")
    return found


@pytest.mark.parametrize(
    ("encode", "called"),
    [
        (lambda text: text.encode("utf-8"), "UTF-8"),
        (lambda text: text.encode("utf-8-sig"), "UTF-8-BOM"),
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (windows_1258, "Windows-1258"),
    ],
)
def test_the_encoding_is_found_and_told(encode: Callable[[str], bytes], called: str) -> None:
    text = "Mã nhân sự;Họ và tên\na;Nguyễn Thị Diệu Huyền Trưởng\n"
    read = read_tables("people.csv", encode(text), [PEOPLE])
    assert read.encoding == called
    assert read.rows["people"][0].values["name"] == "Nguyễn Thị Diệu Huyền Trưởng"


def repacked(content: bytes, extra: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, extra.pop(name, old.read(name)))
        for name, part in extra.items():
            new.writestr(name, part)
    return target.getvalue()


GOOD = write_xlsx([(PEOPLE, [{"code": "a", "name": "Lan"}])])
FAR = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"
# No cell says where it stands, and each of them holds the one long text.
MANY = SHEET + (b"<row>" + b'<c t="inlineStr"><is><t>0</t></is></c>' * 50 + b"</row>") * 90_000 + END
COPIES = SHEET + (b"<row>" + b'<c t="s"><v>0</v></c>' * 50 + b"</row>") * 100 + END
LONG = b"<sst><si><t>" + b"A" * 100_000 + b"</t></si></sst>"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", repacked(GOOD, {"xl/worksheets/sheet1.xml": MANY}), "bomb"),
        ("a.xlsx", repacked(GOOD, {"xl/worksheets/sheet1.xml": COPIES, "xl/sharedStrings.xml": LONG}), "bomb"),
        ("a.xlsx", b"no workbook", "workbook"),
        ("a.xlsx", GOOD[:400], "workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0rest", "encrypted"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "old_workbook"),
        ("a.xlsm", GOOD, "macro"),
        ("a.xlsx", repacked(GOOD, {"xl/vbaProject.bin": b"x"}), "macro"),
        ("a.xlsx", repacked(GOOD, {"xl/media/zeros": bytes(301_000_000)}), "bomb"),
        ("a.xlsx", repacked(GOOD, {"xl/worksheets/sheet1.xml": FAR}), "bomb"),
        ("a.pdf", b"%PDF", "ending"),
        ("a.csv", b"a,b\0\n", "encoding"),
        ("a.csv", b"\x89PNG\xd2\xd2\x00", "encoding"),
        ("a.csv", b"", "empty"),
        ("a.csv", bytes(20_000_001), "large"),
        ("a.csv", ('Mã nhân sự,Họ và tên\na,"' + "b" * 200_000 + '"\n').encode(), "csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_a_file_that_is_no_honest_table_is_refused(name: str, content: bytes, code: str) -> None:
    assert [fault.code for fault in read_tables(name, content, [PEOPLE]).faults] == [code]


def test_too_many_rows_are_refused_with_the_place() -> None:
    lines = "a,Lan,,,,\n" * 50_000
    fault = read_csv(HEADS + lines).faults[0]
    assert (fault.code, fault.place, fault.params) == ("rows", f"A{MOST_ROWS + 2}", {"most": "20,000"})


def test_a_workbook_may_hold_several_sheets_and_an_unknown_one_is_named() -> None:
    book = write_xlsx([(PEOPLE, [{"code": "a", "name": "Lan"}]), (NOTES, [{"note": "x"}])])
    read = read_tables("b.xlsx", book, [PEOPLE, NOTES])
    assert [len(read.rows[key]) for key in ("people", "notes")] == [1, 1]
    assert [(f.code, f.place) for f in read_tables("b.xlsx", book, [PEOPLE, PEOPLE]).faults] == [("sheet", "Ghi chú")]


def test_a_place_reads_as_spreadsheets_name_cells() -> None:
    book = write_xlsx([(PEOPLE, [{"code": "a", "name": ""}])])
    assert [fault.place for fault in read_tables("b.xlsx", book, [PEOPLE]).faults] == ["Nhân sự!B2"]


def test_a_table_that_does_not_begin_at_the_first_cell_keeps_its_places() -> None:
    part = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/worksheets/sheet1.xml")
    for old, new in zip("FEDCBA", "HGFEDC", strict=True):
        part = part.replace(f'r="{old}1"'.encode(), f'r="{new}1"'.encode())
        part = part.replace(f'r="{old}2"'.encode(), f'r="{new}2"'.encode())
    read = read_tables("b.xlsx", repacked(GOOD, {"xl/worksheets/sheet1.xml": part}), [PEOPLE])
    assert read.rows["people"][0].letters["code"] == "C"

"""Files of other records: read by name, refused by name."""

import csv
import datetime as dt
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from motcua.borders.exchange.columns import BadMapping, ColumnNames, read_mapping
from motcua.borders.exchange.dates import BadTime, read_time
from motcua.borders.exchange.files import BadFile, records_of
from motcua.borders.exchange.progress import Reading
from motcua.borders.exchange.reading import BadRecord, history_of, read_portions
from motcua.rules.working_time import LOCAL
from motcua.web.cli.importing import Errors

PLAIN = ColumnNames()
HEADS = ["Mã hồ sơ", "Mã thủ tục", "Cơ quan giải quyết", "Chủ hồ sơ", "Ngày tiếp nhận", "Ngày có kết quả"]
ROW = ["X-1", "1.001612", "H15.136", "Trần Thị Mẫu", "02/11/2026 09:00", "2026-11-04T09:00"]


def table(
    path: Path, *rows: list[str], heads: list[str] = HEADS, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows([heads, *rows])
    return path


def workbook(path: Path, *rows: list[str]) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADS, *rows]):
            sheet.write_row(number, 0, row)
    return path


def twenty_thousand(path: Path) -> Path:
    """Write a file of so many dossiers in the format of its ending."""
    codes = [f"X-{n:06}" for n in range(20_000)]
    match path.suffix:
        case ".jsonl":
            path.write_text("".join(json.dumps({**NATIONAL, "MaHoSo": code}) + "\n" for code in codes))
        case ".json":
            path.write_text(json.dumps({"service": "DongBo", "data": [{**NATIONAL, "MaHoSo": c} for c in codes]}))
        case ".xlsx":
            workbook(path, *([code, *ROW[1:]] for code in codes))
        case ".csv":
            table(path, *([code, *ROW[1:]] for code in codes))
        case ".parquet":
            parquet(path, table(path.with_suffix(".csv"), *([code, *ROW[1:]] for code in codes)))
    return path


def parquet(path: Path, source: Path) -> Path:
    import duckdb

    duckdb.execute(f"COPY (SELECT * FROM read_csv('{source}', all_varchar=true)) TO '{path}' (FORMAT parquet)")
    return path


def read(path: Path, names: ColumnNames = PLAIN):
    faults: list = []
    found = [h for portion in read_portions([path], names, faults) for h in portion.histories()]
    return found, faults


class TestTimes:
    @pytest.mark.parametrize(
        "text", ["20200122153000", "2020-01-22T15:30", "2020-01-22 15:30:00", "22/01/2020 15:30", "22.1.2020 15:30"]
    )
    def test_three_formats_say_the_same_instant(self, text):
        assert read_time(text) == dt.datetime(2020, 1, 22, 15, 30, tzinfo=LOCAL)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("01/22/2020", "month_first"),
            ("22/01/20", "year"),
            ("31/02/2020", "day"),
            ("20201322000000", "day"),
            ("0001-01-01", "day"),
            ("31/12/9999 23:59", "day"),
            ("soon", "form"),
        ],
    )
    def test_what_is_no_time_is_refused_by_name(self, text, reason):
        with pytest.raises(BadTime) as bad:
            read_time(text)
        assert bad.value.reason == reason

    @given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1)))
    def test_each_format_reads_back_what_it_wrote(self, moment):
        whole = moment.replace(microsecond=0, tzinfo=LOCAL)
        for form in ("%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S"):
            assert read_time(whole.strftime(form)) == whole


class TestTables:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_encodings_and_delimiters_are_told_apart(self, tmp_path, encoding, delimiter):
        found, faults = read(table(tmp_path / "a.csv", ROW, encoding=encoding, delimiter=delimiter))
        assert faults == []
        assert (found[0].name, found[0].agency) == ("Trần Thị Mẫu", "H15.136")
        assert [m.kind for m in found[0].moments] == ["forwarded", "finished"]

    def test_a_row_that_cannot_be_read_is_told_with_its_line_and_the_rest_is_read(self, tmp_path):
        bad = [*ROW[:4], "13/25/2026", ""]
        found, faults = read(table(tmp_path / "a.csv", ROW, bad, ["X-3", *ROW[1:]]))
        assert [h.code for h in found] == ["X-1", "X-3"]
        assert (faults[0].row, faults[0].reason) == ("a.csv:3", "time.day")

    def test_a_file_cut_in_half_is_refused_before_its_first_row(self, tmp_path):
        path = table(tmp_path / "a.csv", ROW, ROW)
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(BadFile, match="cắt ngang"):
            next(records_of(path, PLAIN))

    def test_a_file_of_bytes_that_are_no_text_is_refused(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"Ma,\x00\x01\xff\xd2\n")
        with pytest.raises(BadFile, match="UTF-8"):
            next(records_of(tmp_path / "a.csv", PLAIN))

    def test_a_file_in_windows_1258_is_read(self, tmp_path):
        row = [*ROW[:3], "Lê Ha\u0300", *ROW[4:]]
        heads = ["code", "procedure", "agency", "name", "received_at", "finished_at"]
        assert read(table(tmp_path / "a.csv", row, heads=heads, encoding="cp1258"))[0][0].name == "Lê Hà"

    def test_memory_does_not_grow_with_the_rows(self, tmp_path):
        def peak(rows: int) -> int:
            path = table(tmp_path / f"{rows}.csv", *([f"X-{n}", *ROW[1:]] for n in range(rows)))
            tracemalloc.start()
            for _record in records_of(path, PLAIN):
                pass
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return most

        peak(10)
        # Both are longer than the pieces that are read at once.
        assert peak(150_000) < peak(50_000) + 1_000_000

    @pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json", ".xlsx", ".parquet"])
    def test_how_much_is_still_to_come_is_known_while_a_file_is_read(self, tmp_path, ending):
        file = twenty_thousand(tmp_path / f"a{ending}")
        reading, told = Reading([file]), []
        for _record in records_of(file, PLAIN, reading):
            told.append(reading.expected())
        assert told[-1] == 20_000
        assert all(19_000 < guess < 21_000 for guess in told[10_000:])

    @pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json", ".xlsx", ".parquet"])
    def test_a_file_that_was_read_to_its_end_is_asked_no_more(self, tmp_path, ending):
        file = twenty_thousand(tmp_path / f"a{ending}")
        reading = Reading([file])
        assert sum(1 for _record in records_of(file, PLAIN, reading)) == reading.expected() == 20_000

    def test_heads_and_empty_rows_of_a_workbook_are_not_expected_as_dossiers(self, tmp_path):
        path = workbook(tmp_path / "a.xlsx", ["X-1", *ROW[1:]], [], [], ["X-2", *ROW[1:]])
        reading = Reading([path])
        told = [reading.expected() for _record in records_of(path, PLAIN, reading)]
        assert (len(told), told[-1]) == (2, 2)

    def test_a_missing_column_is_named(self, tmp_path):
        with pytest.raises(BadFile, match="received_at"):
            next(records_of(table(tmp_path / "a.csv", ROW[:4], heads=HEADS[:4]), PLAIN))

    def test_a_workbook_that_unpacks_without_end_is_refused(self, tmp_path):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/worksheets/sheet1.xml", b" " * 400_000_000)
        with pytest.raises(BadFile, match="giải nén"):
            next(records_of(path, PLAIN))

    def test_parquet_is_read_and_a_cut_one_refused(self, tmp_path):
        path = parquet(tmp_path / "a.parquet", table(tmp_path / "a.csv", ROW))
        assert read(path)[0][0].name == "Trần Thị Mẫu"
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(BadFile, match="Parquet"):
            next(records_of(path, PLAIN))

    def test_another_ending_is_refused(self, tmp_path):
        with pytest.raises(BadFile, match="đuôi tệp"):
            next(records_of(tmp_path / "a.docx", PLAIN))


NATIONAL = {
    "MaHoSo": "000.00.36.H15-261102-0007", "MaTTHC": "1.001612", "DonViXuLy": "H15.136", "ChuHoSo": "Trần Thị Mẫu",
    "KenhThucHien": "2", "LoaiDoiTuong": "1", "NgayTiepNhan": "20261102090000", "NgayHenTra": "20261106090000",
    "NgayKetThucXuLy": "20261105150000", "NgayTra": "20261106080000", "TrangThaiHoSo": "10",
    "TaiKhoanDuocXacThucVoiVNeID": "1",
    "TaiLieuNop": [{"TenTepDinhKem": "Đơn", "DuocSoHoa": "1"}, {"TenTepDinhKem": "Bỏ", "IsDeleted": "True"}],
    "DanhSachHoSoBoSung": [
        {"NoiDungBoSung": "thiếu đơn", "NgayBoSung": "20261103090000", "NgayTiepNhanBoSung": "20261104090000"}
    ],
}  # fmt: skip


class TestNational:
    def test_a_dossier_of_the_national_synchronisation_is_read(self, tmp_path):
        path = tmp_path / "a.json"
        path.write_text(json.dumps({"service": "DongBoHoSoMC", "isUpdating": "False", "data": [NATIONAL] * 3}))
        (history, *_more), faults = read(path)
        kinds = ["forwarded", "supplement_requested", "supplement_arrived", "finished", "returned"]
        assert faults == []
        assert [m.kind for m in history.moments] == kinds
        assert (history.channel, history.authenticated) == (2, True)
        assert [(p.name, p.digitised) for p in history.papers] == [("Đơn", True)]

    def test_lists_and_lines_are_read_too_in_pieces(self, tmp_path):
        many = [{**NATIONAL, "MaHoSo": f"X-{n}", "GhiChu": "á" * 400} for n in range(2_000)]
        (tmp_path / "list.json").write_text(json.dumps(many), encoding="utf-8")
        (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, many)))
        for name in ("list.json", "lines.jsonl"):
            assert [h.code for h in read(tmp_path / name)[0]] == [f"X-{n}" for n in range(2_000)]

    def test_a_list_cut_in_half_is_refused_before_its_first_dossier(self, tmp_path):
        path = tmp_path / "a.json"
        path.write_text(json.dumps([NATIONAL] * 5)[:-700])
        with pytest.raises(BadFile, match="cắt ngang"):
            next(records_of(path, PLAIN))

    def test_withdrawn_and_refused_end_as_the_state_says(self):
        keys = {"code": "a", "procedure": "1.1", "agency": "H15", "name": "b", "received_at": "20261102090000"}
        withdrawn = history_of("1", {**keys, "state": "7", "finished_at": "20261103090000"}, PLAIN)
        assert [m.kind for m in withdrawn.moments][-1] == "withdrawn"
        refused = history_of("1", {**keys, "state": "3", "refused_at": "20261102100000"}, PLAIN)
        assert [m.kind for m in refused.moments] == ["refused"]
        with pytest.raises(BadRecord) as bad:
            history_of("1", {**keys, "state": "1"}, PLAIN)
        assert bad.value.reason == "state.not_received"

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            *[(n, "ended_at.missing") for n in ("3", "7", "8", "9", "10", 10, "Đã trả kết quả", "RÚT HỒ SƠ")],
            *[(n, "waiting.missing") for n in ("5", "6", "Chờ bổ sung")],
        ],
    )
    def test_a_state_whose_time_is_missing_makes_no_open_dossier(self, state, reason):
        keys = {"code": "a", "procedure": "1.1", "agency": "H15", "name": "b", "received_at": "20261102090000"}
        with pytest.raises(BadRecord) as bad:
            history_of("1", {**keys, "state": state}, PLAIN)
        assert bad.value.reason == reason

    def test_a_day_without_its_hour_does_not_contradict_an_hour_of_that_day(self):
        keys = {"code": "a", "procedure": "1.1", "agency": "H15", "name": "b", "received_at": "03/11/2026 08:00"}
        days = {"forwarded_at": "03/11/2026", "finished_at": "03/11/2026", "returned_at": "03/11/2026 15:30"}
        moments = history_of("1", {**keys, **days}, PLAIN).moments
        assert [(m.kind, f"{m.at:%H:%M}") for m in moments] == [
            ("forwarded", "15:30"),
            ("finished", "15:30"),
            ("returned", "15:30"),
        ]
        later = history_of("1", {**keys, **days, "returned_at": "04/11/2026 15:30"}, PLAIN).moments
        assert [f"{m.at:%d %H:%M}" for m in later] == ["03 17:00", "03 17:00", "04 15:30"]
        wrong = history_of("1", {**keys, **days, "finished_at": "03/11/2026 16:00"}, PLAIN).moments
        assert [m.kind for m in wrong] == ["forwarded", "returned", "finished"], "an hour that is told stays"

    @pytest.mark.parametrize(
        ("told", "last"),
        [
            ({"state": "5", "supplement_requested_at": "20261103090000"}, "supplement_requested"),
            ({"state": "9", "finished_at": "20261103090000"}, "finished"),
            ({"state": "Đã trả kết quả", "returned_at": "20261103090000"}, "returned"),
            ({"state": "Rút hồ sơ", "finished_at": "20261103090000"}, "withdrawn"),
            ({"state": "Không được tiếp nhận", "returned_at": "20261103090000"}, "refused"),
            ({"state": "4"}, "forwarded"),
            ({"state": "Đang thụ lý", "forwarded_at": "20261103090000"}, "forwarded"),
        ],
    )
    def test_a_state_that_agrees_with_the_times_is_taken(self, told, last):
        keys = {"code": "a", "procedure": "1.1", "agency": "H15", "name": "b", "received_at": "20261102090000"}
        assert history_of("1", {**keys, **told}, PLAIN).moments[-1].kind == last


class TestMapping:
    def test_foreign_columns_values_and_codes_are_read_by_the_mapping(self, tmp_path):
        mapping = tmp_path / "m.yaml"
        mapping.write_text(
            "source: igate\ncolumns: {Ref: code, Opened: received_at, Who: name}\nvalues: {channel: {Web: 2}}\n"
            "procedures: {P7: '1.001612'}\nagencies: {UB1: H15.136}\ndefaults: {agency: UB1}\n",
            encoding="utf-8",
        )
        heads = ["Ref", "Opened", "Who", "Procedure", "Channel", "Colour"]
        path = table(tmp_path / "a.csv", ["7", "2026-11-02", "Lê", "P7", "Web", "red"], heads=heads)
        names = read_mapping(mapping)
        (history,), faults = read(path, names)
        assert (names.source, faults) == ("igate", [])
        assert (history.procedure, history.agency, history.channel) == ("1.001612", "H15.136", 2)

    @pytest.mark.parametrize("text", ["columns: [a]", "colums: {}", "columns: {a: colour}", "{", "- a"])
    def test_a_mapping_that_is_none_is_refused(self, tmp_path, text):
        (tmp_path / "m.yaml").write_text(text)
        with pytest.raises(BadMapping):
            read_mapping(tmp_path / "m.yaml")


def test_faults_are_written_so_that_no_spreadsheet_carries_them_out(tmp_path):
    from motcua.serve.dossiers.actions.bulk import Fault

    errors = Errors(tmp_path / "e.csv")
    errors.tell([Fault("a.csv:2", "=HYPERLINK(1)", "code", "no")])
    errors.close()
    assert "'=HYPERLINK" in (tmp_path / "e.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000 + "]" * 100_000,
        '[{"MaHoSo": ' + "[" * 100_000 + "]" * 100_000 + "}]",
        '[{"a": ' + "9" * 5_000 + "}]",
    ],
    ids=["lists", "lists in a dossier", "digits"],
)
def test_json_nested_without_end_is_no_json(tmp_path, text):
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile, match="không phải JSON"):
        list(records_of(file, PLAIN))


@pytest.mark.parametrize("given", [{"name": "a\0b"}, {"summary": "\ud800"}, {"moments": [{"kind": "x", "text": "\0"}]}])
def test_a_character_that_cannot_be_stored_is_named_with_its_row(given):
    with pytest.raises(BadRecord) as bad:
        history_of("1", {"code": "a", "received_at": "2026-01-01", **given}, PLAIN)
    assert bad.value.reason == "text.character"


def test_a_table_in_utf_16_that_is_cut_off_is_refused(tmp_path):
    whole = table(tmp_path / "a.csv", ROW, ROW).read_text(encoding="utf-8").rstrip()
    (tmp_path / "b.csv").write_bytes(whole.rpartition(",")[0].encode("utf-16"))
    with pytest.raises(BadFile, match="cắt ngang"):
        list(records_of(tmp_path / "b.csv", PLAIN))

"""Papers as other programs see them: pdftotext, pdfinfo, pdffonts, zbarimg; what each form must say."""

import datetime as dt
import io
import json
import re
import unicodedata
from dataclasses import replace

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook
from tests.formats.paper_samples import (
    CASE,
    PAPERS,
    PLACE,
    ROW,
    about,
    apology,
    codes_of,
    day_sheet,
    every_paper,
    slip,
    text_of,
)

from motcua.formats.papers import Sheet, forms, render
from motcua.formats.papers.render import HERE, _laid_out, balanced, cleaned, compiler, named

FORMS = sorted(every_paper())
HOSTILE = '#panic("x") $a_1$ *đậm* [ngoặc] \\ @nhãn <nhãn> `mã` // chú thích /* = + _nghiêng_ {{}} {guide} %s'


def letters() -> list[str]:
    """Return the 134 letters that Vietnamese adds to or shares with Latin with marks, both cases."""
    vowels = [v + mark for v in "aăâeêioôơuưy" for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")]
    lower = [unicodedata.normalize("NFC", v) for v in vowels]
    marked = [c for c in lower if c not in "aeiouy"] + ["đ"]
    return marked + [c.upper() for c in marked]


def strict(sheet: Sheet) -> bytes:
    """Compile without the way out for letters that the fonts lack."""
    data = json.dumps([_laid_out(sheet)])
    return compiler().compile(format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"])


class TestLetters:
    def test_all_134_vietnamese_letters_are_printed_and_read_back(self):
        alphabet = " ".join(letters())
        sheet = Sheet(
            title="Chữ", agency="Chữ", facts=(("Thường", alphabet),), highlights=(("Đậm", alphabet),),
            place_and_date=alphabet, receivers=(alphabet,),
        )  # fmt: skip
        assert len(letters()) == 134

        pdf = strict(sheet)

        said = text_of(pdf).replace(" ", "").replace(".", "")
        assert said.count("".join(letters())) == 4
        fonts = about(pdf, "pdffonts")
        assert len(re.findall(r"^[A-Z]{6}\+Tinos", fonts, re.M)) == 4

    def test_bold_italic_holds_them_too(self):
        # Only the heading "Nơi nhận" is bold and italic; its English must not hide a missing letter.
        source = (
            '#set document(title: "x")\n#set text(font: "Tinos", fallback: false, lang: "vi")\n#strong[#emph["{}"]]'
        )
        text = " ".join(letters())
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])
        pdf = typst.compile(source.format(text).encode(), font_paths=fonts, pdf_standards=["ua-1"])

        assert text.replace(" ", "") in text_of(pdf).replace(" ", "")
        assert "BoldItalic" in about(pdf, "pdffonts")

    def test_a_letter_that_the_fonts_lack_would_be_noticed(self):
        with pytest.raises(typst.TypstError):
            strict(Sheet(title="Chữ", agency="Chữ", facts=(("Tên", "李小龍"),)))

    def test_a_name_that_the_fonts_lack_is_still_printed(self):
        assert "Reason" in text_of(
            render(forms.refusal(replace(CASE, owner="李小龍", language="en"), reason="x", clerk="y"))
        )

    def test_only_our_fonts_are_used_and_all_are_embedded(self):
        lines = about(render(*slip()), "pdffonts").splitlines()[2:]

        assert lines
        for line in lines:
            assert "Tinos" in line
            assert re.search(r"yes yes yes", line)

    def test_the_fonts_come_with_their_licence(self):
        assert "SIL OPEN FONT LICENSE" in (HERE / "fonts" / "OFL.txt").read_text(encoding="utf-8").upper()


class TestSlip:
    def test_it_says_what_form_01_must_say(self):
        said = text_of(render(*slip()), page=1)

        for words in (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Mẫu số 01 (TT 03/2025/TT-VPCP)",
            "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Buôn Ma Thuột, ngày 20 tháng 11 năm 2026",
            "Mã hồ sơ: H15.104-261120-0001", "Mã bí mật: K7QP3M2X", "Mã kiểm tra: 7ZK3-MQ9A",
            "Tiếp nhận hồ sơ của: Nguyễn Thị Hồng Nhung", "Người nộp: Trần Văn Đỡ", "066190001234",
            "2. Số lượng hồ sơ: 1 (bộ)", "3. Thời gian giải quyết theo quy định: 3 ngày làm việc",
            "4. Thời gian nhận hồ sơ: 08 giờ 15 phút, ngày 20/11/2026",
            "5. Thời gian trả kết quả: 17 giờ 00 phút, ngày 25/11/2026",
            "6. Đăng ký nhận kết quả: Tại quầy", "7. Phí, lệ phí: 8.000 đồng", "Lê Thị Mai",
        ):  # fmt: skip
            assert words in said

    def test_it_has_two_copies_each_a_page_of_a5(self):
        pdf = render(*slip())

        assert "Liên: Lưu" in text_of(pdf, page=1)
        assert "Liên: Giao khách hàng" in text_of(pdf, page=2)
        assert re.search(r"Pages:\s+2\n", about(pdf))
        assert "419.528 x 595.276" in about(pdf)

    @pytest.mark.parametrize("dpi", [150, 200])
    @pytest.mark.parametrize("page", [1, 2])
    def test_a_scanner_reads_both_codes(self, tmp_path, page, dpi):
        read = codes_of(render(*slip()), tmp_path, page=page, dpi=dpi)

        assert read == {f"QR-Code:{CASE.qr}", "CODE-128:H15.104-261120-0001"}

    def test_a_long_code_past_9999_is_read_too(self, tmp_path):
        case = replace(CASE, code="H15.104.27-261120-12345")

        assert "CODE-128:H15.104.27-261120-12345" in codes_of(render(*slip(case)), tmp_path, dpi=200)

    def test_secret_and_check_code_stand_on_one_line(self):
        said = text_of(render(*slip(replace(CASE, secret="WWWWWWWWWW", check_code="WWWWWWWW"))), layout=True)

        assert "Mã bí mật: WWWWWWWWWW Mã kiểm tra: WWWW-WWWW" in said

    def test_the_second_phase_shows_only_when_given_and_moves_the_numbers(self):
        plain = text_of(render(*slip()))
        phased = text_of(render(*slip(second_phase=(CASE.due_at, None))))

        assert "giai đoạn 2" not in plain
        assert "6. Thời gian nhận hồ sơ bổ sung (giai đoạn 2): 17 giờ 00 phút, ngày 25/11/2026" in phased
        assert "7. Thời gian trả kết quả (giai đoạn 2): ....." in phased
        assert "8. Đăng ký nhận kết quả" in phased

    def test_without_a_fee_there_is_no_fee_line(self):
        assert "Phí, lệ phí" not in text_of(render(*slip(fee="")))

    def test_only_a_reprint_is_marked(self):
        assert "BẢN IN LẠI" not in text_of(render(*slip()))
        assert text_of(render(*slip(reprint=3))).count("BẢN IN LẠI lần 3") == 2

    def test_forty_papers_run_over_pages_with_head_and_page_numbers(self):
        many = [(f"Giấy tờ thứ {n} của hồ sơ", 1, 0, 1) for n in range(1, 41)]
        pdf = render(*slip(papers=many))
        half = int(re.search(r"Pages:\s+(\d+)", about(pdf))[1]) // 2
        said = text_of(pdf)

        assert half > 1
        assert all(said.count(f"Giấy tờ thứ {n} của hồ sơ") == 2 for n in range(1, 41))
        assert f"Trang 1/{half}" in text_of(pdf, page=1)
        assert f"Trang 1/{half}" in text_of(pdf, page=half + 1)
        assert "Tên giấy tờ" in text_of(pdf, page=2)

    @pytest.mark.parametrize("name", ["Nguyễn " * 71, "x" * 500, "ễ" * 500], ids=["words", "unbroken", "marks"])
    def test_a_name_of_500_letters_stays_within_the_page(self, name, tmp_path):
        pdf = render(*slip(replace(CASE, owner=name, submitter=name), papers=[(name, 1, 0, 0)]))
        boxes = (
            __import__("subprocess")
            .run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
            .stdout.decode()
        )
        edges = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]

        assert edges
        assert max(edges) <= 419.6
        assert name.strip().replace(" ", "") in text_of(pdf).replace(" ", "")

    def test_no_slip_at_all_is_refused(self):
        with pytest.raises(ValueError, match="nothing to print"):
            render()

    def test_many_slips_make_one_file_each_with_its_own_code(self, tmp_path):
        cases = [replace(CASE, code=f"H15.104-261120-{n:04}") for n in range(1, 6)]
        pdf = render(*[sheet for case in cases for sheet in slip(case)])

        assert re.search(r"Pages:\s+10\n", about(pdf))
        assert "CODE-128:H15.104-261120-0005" in codes_of(pdf, tmp_path, page=10)
        assert "Trang" not in text_of(pdf)


class TestEveryPaper:
    @pytest.mark.parametrize("form", FORMS)
    def test_it_is_tagged_titled_and_the_same_each_time(self, form):
        sheets = every_paper()[form]
        pdf = render(*sheets)

        assert re.search(r"Tagged:\s+yes", about(pdf))
        assert re.search(rf"Title:\s+{re.escape(sheets[0].title)}", about(pdf))
        assert b"pdfuaid" in pdf
        assert b"/Lang(vi-VN)" in pdf
        assert render(*sheets) == pdf

    @pytest.mark.parametrize("form", FORMS)
    def test_markup_in_what_people_write_is_printed_as_written(self, form):
        case = replace(CASE, owner=HOSTILE, submitter=HOSTILE, address=HOSTILE, request=HOSTILE, desk=HOSTILE)
        said = text_of(render(*every_paper(case, HOSTILE)[form]))

        assert HOSTILE.replace(" ", "") in said.replace(" ", "") or form == "day"

    @pytest.mark.parametrize("form", FORMS)
    def test_each_label_has_its_english_and_the_vietnamese_stays(self, form):
        words = json.loads((HERE / "english.json").read_text(encoding="utf-8"))
        for sheet in every_paper()[form]:
            labels = [sheet.title, *(name for name, _ in (*sheet.facts, *sheet.highlights, *sheet.seals))]
            labels += [word for person in sheet.signatures for word in (person.who, person.remark)]
            labels += [*(sheet.table.heads if sheet.table else ()), sheet.table_title, sheet.copy_for]
            bare = {re.sub(r"^\d+\. ", "", label) for label in labels if label}
            assert bare - set(words) == set()

        vietnamese = text_of(render(*every_paper()[form]))
        both = text_of(render(*every_paper(replace(CASE, language="en"))[form]))
        assert sheet.title.upper() in vietnamese.replace("  ", " ")
        if form not in ("register", "hand_over", "results"):
            assert sheet.title.upper() in both
            assert words[sheet.title] in both
            assert words[sheet.title] not in vietnamese

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=80))
    def test_no_text_breaks_a_paper(self, text):
        case = replace(CASE, owner=text, request=text)
        assert render(apology(case, text, extension=False)).startswith(b"%PDF")


class TestForms:
    def test_titles_and_numbers_follow_the_date_of_the_paper(self):
        old, new = dt.date(2025, 9, 14), dt.date(2025, 9, 15)

        assert forms.title_of("04", old) == (
            "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
            "Mẫu số 04 (TT 01/2018/TT-VPCP)",
        )
        assert forms.title_of("04", new)[0] == "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
        assert forms.title_of("06", old)[1] == "Mẫu số 05 (TT 01/2018/TT-VPCP)"
        assert forms.title_of("06", new)[1] == "Mẫu số 06 (TT 03/2025/TT-VPCP)"
        assert forms.title_of("07", old)[1] == "Mẫu số 06 (TT 01/2018/TT-VPCP)"
        assert forms.title_of("05", old) == ("Thông báo dừng giải quyết hồ sơ", "")
        assert forms.title_of("01", dt.date(2018, 7, 1))[1] == "Mẫu số 01 (TT 01/2018/TT-VPCP)"

    def test_dates_are_written_as_decree_30_asks(self):
        assert forms.dated("Đắk Lắk", dt.date(2026, 2, 5)) == "Đắk Lắk, ngày 05 tháng 02 năm 2026"
        assert forms.dated("Đắk Lắk", dt.date(2026, 3, 15)) == "Đắk Lắk, ngày 15 tháng 3 năm 2026"
        assert forms.dated("", dt.date(2026, 12, 1)) == "ngày 01 tháng 12 năm 2026"

    @pytest.mark.parametrize(
        ("stored", "printed"),
        [("+84905123456", "0905 123 456"), ("+842623855555", "02623 855 555"), ("+33123456789", "+33123456789")],
    )
    def test_phones_are_printed_as_people_write_them(self, stored, printed):
        assert f"Điện thoại, email: {printed} ·" in text_of(render(*slip(replace(CASE, phone=stored))))

    def test_an_apology_gives_the_old_time_the_reason_and_the_new_time(self):
        late = text_of(render(apology(CASE, "Sở Xây dựng", extension=False)))
        early = text_of(render(apology(CASE, "Sở Xây dựng", extension=True)))

        for said in (late, early):
            assert "Kính gửi: Nguyễn Thị Hồng Nhung" in said
            assert "08 giờ 15 phút, ngày 20/11/2026" in said
            assert "17 giờ 00 phút, ngày 25/11/2026" in said
            assert "12/PXL" in said
        assert "chưa trả kết quả" in late
        assert "gia hạn thời gian giải quyết; thời gian trả kết quả mới" in early

    def test_a_refusal_of_an_online_dossier_gives_the_time_of_filing_and_one_signature(self):
        online = text_of(render(forms.refusal(CASE, reason="Điều 13", clerk="Mai", filed_online_at=CASE.received_at)))
        counter = text_of(render(forms.refusal(CASE, reason="Điều 13", clerk="Mai")))

        assert "Thời gian nộp trực tuyến: 08 giờ 15 phút" in online
        assert "NGƯỜI NỘP HỒ SƠ" not in online
        assert "NGƯỜI NỘP HỒ SƠ" in counter

    def test_the_control_slip_never_shows_the_applicants_secret(self, tmp_path):
        rows = [("Giao: Một cửa", "08 giờ", "Trước hạn", "Mai"), ("Nhận: Phòng", "09 giờ", "", "")]
        pdf = render(forms.control_slip(CASE, competent="UBND phường", rows=rows))

        assert CASE.secret not in text_of(pdf)
        assert not any(CASE.secret in code for code in codes_of(pdf, tmp_path))
        assert "Trước hạn" in text_of(pdf)

    def test_the_day_sheet_prints_the_root_in_groups_and_as_a_code(self, tmp_path):
        pdf = render(day_sheet())
        said = text_of(pdf)

        assert "01234567 89abcdef" in said
        assert "fedcba98 76543210" in said
        assert "Số sự kiện: 190" in said
        assert codes_of(pdf, tmp_path) == {"QR-Code:motcua-root:12:2026-11-20:" + "0123456789abcdef" * 4}

    def test_a_receipt_has_three_copies_with_the_amount_in_words(self):
        sheet = every_paper()["receipt"][0]
        pdf = render(*forms.in_copies(sheet, "Lưu", "Giao người nộp", "Kế toán"))

        assert text_of(pdf).count("Bằng chữ: Tám nghìn đồng") == 3
        assert "Liên: Kế toán" in text_of(pdf, page=3)
        assert "595.276 x 419.528" in about(pdf)

    def test_an_empty_list_is_still_a_paper(self):
        assert "SỔ THEO DÕI HỒ SƠ" in text_of(render(forms.register(**PLACE, period="Ngày 20/11/2026", rows=[])))

    def test_the_register_repeats_its_head_on_each_page(self):
        pdf = render(forms.register(**PLACE, period="Tháng 11", rows=[ROW] * 60))

        assert "841.89 x 595.276" in about(pdf)
        assert "Mã hồ sơ" in text_of(pdf, page=2)
        assert text_of(pdf).count(CASE.code) == 60


class TestWorkbook:
    def sheet_of(self, content: bytes) -> list[list[object]]:
        return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    def test_it_holds_the_register_as_text_so_that_nothing_is_a_formula(self):
        row = (ROW[0], ROW[1], "=HYPERLINK(1)", *ROW[3:6], "0905123456", *ROW[7:])
        content = forms.register_workbook(agency=CASE.agency, period="Tháng 11", day=CASE.day, rows=[row])
        cells = self.sheet_of(content)

        assert cells[1][0] == "SỔ THEO DÕI HỒ SƠ"
        assert tuple(cells[4]) == forms.REGISTER_HEADS
        assert cells[5][2] == "=HYPERLINK(1)"
        assert cells[5][6] == "0905123456"
        assert len(cells) == 6

    def test_without_rows_it_still_has_its_heads(self):
        cells = self.sheet_of(forms.register_workbook(agency="A", period="B", day=CASE.day, rows=[]))

        assert tuple(cells[4]) == forms.REGISTER_HEADS

    def test_a_row_of_another_length_is_refused(self):
        with pytest.raises(ValueError):
            forms.register_workbook(agency="A", period="B", day=CASE.day, rows=[("1", "2")])


class TestTexts:
    def test_marks_that_change_how_a_line_reads_are_left_out(self):
        assert cleaned("A\u202eB\x00C\u200bD\nE") == "ABCD E"

    def test_decomposed_letters_are_composed(self):
        assert cleaned(unicodedata.normalize("NFD", "Đắk Lắk")) == "Đắk Lắk"

    def test_a_long_title_is_cut_near_its_middle(self):
        assert balanced("Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", 48) == [
            "Văn bản xin lỗi và đề nghị",
            "gia hạn thời gian giải quyết",
        ]
        assert balanced("Sổ theo dõi hồ sơ", 48) == ["Sổ theo dõi hồ sơ"]

    def test_an_agency_stands_in_two_lines_kind_and_place(self):
        assert named("Ủy ban nhân dân phường Buôn Ma Thuột") == ["Ủy ban nhân dân", "phường Buôn Ma Thuột"]
        assert named("UBND phường Ea Kao") == ["Ủy ban nhân dân", "phường Ea Kao"]
        assert named("Sở Xây dựng") == ["Sở Xây dựng"]

    def test_papers_given_are_counted_by_kind(self):
        said = text_of(render(*slip(papers=PAPERS)), page=1, layout=True)

        assert "1 Tờ khai đăng ký khai sinh 1 2 Giấy chứng nhận kết hôn 1 2" in said

"""Reports as files: sums are formulas, papers stand in the legal layout, no name is carried out."""

import datetime as dt
import io
import re
import subprocess
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from tests.samples import birth, household

from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.making import Row, as_json, form_of, make
from motcua.measure.reports.writing import FILES, paper_of
from motcua.record.organisation.models import Agency, Level
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

pytestmark = pytest.mark.django_db

PERIOD = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


@pytest.fixture
def content(actor_of):
    clerk = actor_of("xa.tiepnhan")
    for filing in (birth(), birth(), household()):
        actions.receive_dossier(by=clerk, filing=filing, now=dt.datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL))
    return as_json(make(form_of("II.06a"), Question(*PERIOD, catch_up())))


def file(kind: str, content: dict) -> bytes:
    return FILES[kind][1](form_of("II.06a"), content, Agency.objects.filter(level="commune").first(), None, "vi")


def test_a_workbook_sums_by_formula_and_says_the_same_figures(content):
    made = file("xlsx", content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    total = next(row for row in rows if row[1] == "Tổng cộng")
    assert [int(value) for value in total[2:]] == [content["totals"][str(n)] for n in range(3, 14)]
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>SUM(" in sheet
    assert sheet.count("<f>") >= 11 + 3


def test_a_sum_that_does_not_hold_stays_a_number(content):
    content["rows"][0]["3"] += 1
    sheet = zipfile.ZipFile(io.BytesIO(file("xlsx", content))).read("xl/worksheets/sheet1.xml").decode()
    whole = zipfile.ZipFile(io.BytesIO(file("xlsx", as_sound(content)))).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<f>") == whole.count("<f>") - 1


def as_sound(content: dict) -> dict:
    content["rows"][0]["3"] -= 1
    return content


def test_a_pdf_and_a_document_carry_letterhead_motto_table_and_signature(content, tmp_path):
    target = tmp_path / "report.pdf"
    target.write_bytes(file("pdf", content))
    text = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    document = Document(io.BytesIO(file("docx", content)))
    words = "\n".join(p.text for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs)
    for said in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Tổng cộng"):
        assert said in text
        assert said in words
    assert "(3)=(4)+(5)+(6)" in words
    assert document.sections[0].page_width > document.sections[0].page_height


def test_the_letterhead_of_the_whole_province_is_that_of_the_province_that_is_there(content):
    for kind in ("pdf", "docx"):
        assert file(kind, content)
    paper = paper_of(form_of("II.06a"), content, None, None, "vi")
    assert paper.agency == "Ủy ban nhân dân tỉnh Đắk Lắk"
    assert Agency.objects.filter(level=Level.PROVINCE).count() > 1, "one that was merged since is in the record too"


def test_the_sums_that_a_column_is_of_are_not_cut_off_by_its_width(content, tmp_path):
    target = tmp_path / "report.pdf"
    target.write_bytes(file("pdf", content))
    text = subprocess.run(["pdftotext", "-bbox", target, "-"], capture_output=True, text=True, check=True).stdout
    widths = [float(b) - float(a) for a, b in re.findall(r'xMin="([\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>\(\d+\)=', text)]
    assert widths
    assert max(widths) < 50


def test_a_name_that_looks_like_a_formula_is_text_in_every_spreadsheet(content):
    report = make(form_of("II.06a"), Question(*PERIOD, catch_up()))
    evil = replace(report, rows=(Row(report.rows[0].key, ("=1+1", "=cmd|x"), report.rows[0].cells),))
    told = as_json(evil)
    assert "'=cmd|x" in file("csv", told).decode("utf-8-sig")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file("xlsx", told))).get_sheet_by_index(0).to_python()
    assert "'=cmd|x" in {row[1] for row in rows}


def test_the_total_of_a_paper_adds_up_its_sections(content):
    paper = paper_of(form_of("II.06a"), content, None, None, "vi")
    kinds = [line.kind for line in paper.lines]
    assert [kinds[n] for n in paper.lines[-1].sums] == ["section"] * kinds.count("section")

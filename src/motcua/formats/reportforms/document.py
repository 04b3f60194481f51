"""A report as a document (DOCX) in the layout of NĐ 30/2020/NĐ-CP: letterhead, motto, number, table, signature."""

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from motcua.formats.reportforms.paper import Paper

CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


def write_document(paper: Paper) -> bytes:
    """Return the report as a DOCX file: A4 landscape, Times New Roman."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(0)
    document.core_properties.title = f"{paper.title} {paper.subtitle}"
    document.core_properties.language = "vi-VN"
    _letterhead(document, paper)
    _say(document.add_paragraph(), paper.title.upper(), bold=True, size=14, before=12)
    _say(document.add_paragraph(), paper.subtitle, italic=True, size=13)
    document.add_paragraph()
    _table(document, paper)
    for note in paper.notes:
        _say(document.add_paragraph(), note, size=11, align=LEFT, before=3)
    _signature(document, paper)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _say(
    paragraph: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = 13,
    align: Any = CENTRE,
    before: float = 0,
    under: bool = False,
) -> None:
    run = paragraph.add_run("".join(c for c in text if c.isprintable()))
    run.bold, run.italic, run.underline, run.font.size = bold, italic, under, Pt(size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)


def _letterhead(document: Any, paper: Paper) -> None:
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    if paper.superior:
        _say(left.paragraphs[0], paper.superior.upper(), size=12)
        _say(left.add_paragraph(), paper.agency.upper(), bold=True, size=12, under=True)
    else:
        _say(left.paragraphs[0], paper.agency.upper(), bold=True, size=12, under=True)
    _say(left.add_paragraph(), f"Số: {paper.number or '……/BC-……'}", before=6)
    _say(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _say(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", bold=True, under=True)
    _say(right.add_paragraph(), paper.place_and_date, italic=True, before=6)


def _table(document: Any, paper: Paper) -> None:
    rows = paper.head_rows + 1 + len(paper.lines)
    table = document.add_table(rows=rows, cols=len(paper.columns))
    table.style = "Table Grid"
    for head in paper.heads:
        cell = table.cell(head.row, head.at)
        if head.columns > 1 or head.rows > 1:
            cell = cell.merge(table.cell(head.row + head.rows - 1, head.at + head.columns - 1))
        _say(cell.paragraphs[0], head.title, bold=True, size=10)
    cells = table._cells
    wide = len(paper.columns)
    for at, text in enumerate(paper.numbers):
        _say(cells[paper.head_rows * wide + at].paragraphs[0], text, italic=True, size=9)
    for n, line in enumerate(paper.lines, start=paper.head_rows + 1):
        for at, (number, role, _adds) in enumerate(paper.columns):
            text = {"index": line.index, "name": line.name}.get(role, line.shown.get(number, ""))
            align = {"index": CENTRE, "name": LEFT}.get(role, RIGHT)
            _say(cells[n * wide + at].paragraphs[0], text, bold=line.kind != "row", size=10, align=align)
    for row in table.rows[: paper.head_rows + 1]:
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(repeated)


def _signature(document: Any, paper: Paper) -> None:
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    _say(left.paragraphs[0], "Nơi nhận:", bold=True, italic=True, size=12, align=LEFT, before=12)
    _say(left.add_paragraph(), "- Lưu: VT.", size=11, align=LEFT)
    _say(right.paragraphs[0], paper.signer.upper(), bold=True, before=12)
    for _ in range(3):
        right.add_paragraph()
    _say(right.add_paragraph(), paper.signer_name, bold=True)

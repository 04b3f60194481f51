"""The decision that publishes a round, as a draft in Word: the layout of NĐ 30/2020/NĐ-CP (annex I), tables annexed."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from motcua.formats.papers.forms.wording import dated
from motcua.measure.assessment.publishing.cards import plain
from motcua.measure.assessment.publishing.told import Content, ToldGroup, ToldUnit, told_groups

CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
TO_FILL = "……"
HEADS = ("Hạng", "Cơ quan, đơn vị", "Tự chấm", "Thẩm định", "Chính thức", "Xếp loại", "So với kỳ trước")
WIDTHS = (13, 58, 18, 19, 19, 20, 18)


@dataclass(frozen=True)
class Issuer:
    """Who issues the decision: the people's committee of the province, and its place on papers."""

    name: str
    place: str


def write_decision(content: Content, issuer: Issuer, day: dt.date, sha256: str = "") -> bytes:
    """Return the draft of the decision as DOCX: A4, Times New Roman, page numbers in the head from page 2.

    Args:
        content: what is or would be published.
        day: the day on the paper; the number and what it rests on are left to fill in.
        sha256: the digest of the publication, where it is published.
    """
    groups = told_groups(content, "vi")
    document = Document()
    _page(document, content)
    _say(document.add_paragraph(), "DỰ THẢO", bold=True, italic=True, size=12, align=RIGHT)
    _letterhead(document, issuer, day)
    _title(document, content)
    _grounds(document, groups, issuer)
    _articles(document, content, groups)
    _signature(document, issuer)
    for number, group in enumerate(groups, start=1):
        _annex(document, content, group, number, sha256)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _page(document: Any, content: Content) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(0)
    document.core_properties.title = f"Quyết định công bố {content['round']}"
    document.core_properties.language = "vi-VN"
    head = section.header.paragraphs[0]
    head.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        _field(head.add_run(), kind, text)


def _field(run: Any, kind: str, text: str) -> None:
    """Add a part of a field: Word counts the pages itself."""
    run.font.size = Pt(13)
    if kind:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    else:
        part = OxmlElement("w:instrText")
        part.text = text
    run._r.append(part)


def _say(
    paragraph: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = 13,
    align: Any = CENTRE,
    before: float = 0,
) -> Any:
    run = paragraph.add_run("".join(c for c in text if c.isprintable()))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    return paragraph


def _rule(cell: Any, share: float, width: float) -> None:
    """Draw a line under what stands above, so much of the column's width (mm) wide."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(width * (1 - share) / 2)
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def _letterhead(document: Any, issuer: Issuer, day: dt.date) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Mm(68), Mm(97)
    kind, place = _parts(issuer.name)
    _say(left.paragraphs[0], kind.upper(), bold=True, size=13)
    if place:
        _say(left.add_paragraph(), place.upper(), bold=True, size=13)
    _rule(left, 0.4, 64)
    _say(left.add_paragraph(), f"Số: {TO_FILL}/QĐ-UBND", before=6)
    _say(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12.5)
    _say(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", bold=True, size=13.5)
    _rule(right, 0.62, 93)
    place_and_date = dated(issuer.place, day).replace(f"ngày {day:%d}", f"ngày {TO_FILL}")
    _say(right.add_paragraph(), place_and_date, italic=True, size=13.5, before=6)


def _parts(name: str) -> tuple[str, str]:
    """Return the lines of the letterhead: the kind of body, the place."""
    name = name.replace("UBND", "Ủy ban nhân dân", 1) if name.startswith("UBND") else name
    kind = "Ủy ban nhân dân"
    return (kind, name.removeprefix(kind).strip()) if name.startswith(kind) else (name, "")


def _title(document: Any, content: Content) -> None:
    _say(document.add_paragraph(), "QUYẾT ĐỊNH", bold=True, size=14, before=14)
    _say(document.add_paragraph(), f"Về việc công bố kết quả {content['round']}", bold=True, size=14)
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    _rule(cell, 0.3, 165)


def _grounds(document: Any, groups: Sequence[ToldGroup], issuer: Issuer) -> None:
    _kind, place = _parts(issuer.name)
    _say(document.add_paragraph(), f"CHỦ TỊCH ỦY BAN NHÂN DÂN {place.upper()}", bold=True, size=13.5, before=6)
    sets = "; ".join(f"{group.title} (phiên bản {group.version})" for group in groups)
    grounds = (
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        f"Căn cứ Quyết định số {TO_FILL}/QĐ-UBND ngày {TO_FILL} của Ủy ban nhân dân {place} ban hành {sets};",
        f"Theo đề nghị của Hội đồng thẩm định và Giám đốc Sở Nội vụ tại Tờ trình số {TO_FILL}/TTr-SNV ngày {TO_FILL}.",
    )
    for ground in grounds:
        _body(document, ground, italic=True)


def _body(document: Any, text: str, italic: bool = False, lead: str = "") -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.15
    if lead:
        _say(paragraph, lead, bold=True, align=JUSTIFIED)
    _say(paragraph, text, italic=italic, align=JUSTIFIED, before=6)


def _articles(document: Any, content: Content, groups: Sequence[ToldGroup]) -> None:
    first, last = (dt.date.fromisoformat(content[name]) for name in ("first", "last"))
    _say(document.add_paragraph(), "QUYẾT ĐỊNH:", bold=True, size=13.5, before=10)
    period = f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"
    _body(document, f"Công bố kết quả {content['round']}, kỳ đánh giá {period}, như sau:", lead="Điều 1. ")
    for number, group in enumerate(groups, start=1):
        _body(document, f"{number}. {group.name}: {in_sentences(group)} Chi tiết tại Phụ lục {roman(number)}.")
    second = (
        "Thủ trưởng các cơ quan, đơn vị có tên trong Phụ lục căn cứ kết quả được công bố, khắc phục các tiêu chí bị "
        "mất điểm, đưa vào kế hoạch cải cách hành chính năm sau. Kết quả là căn cứ đánh giá mức độ hoàn thành nhiệm vụ "
        "và xét thi đua, khen thưởng."
    )
    _body(document, second, lead="Điều 2. ")
    third = (
        "Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc Sở Nội vụ, Thủ "
        "trưởng các cơ quan, đơn vị liên quan chịu trách nhiệm thi hành Quyết định này./."
    )
    _body(document, third, lead="Điều 3. ")


def in_sentences(group: ToldGroup) -> str:
    """Return what a group came to: mean, classes with their shares, first and last unit, who rose most."""
    classes = ", ".join(f"{c.name} {c.units} đơn vị ({plain(c.share)}%)" for c in group.classes if c.units)
    said = [f"{len(group.ranked)} đơn vị, điểm trung bình {plain(group.mean)}"]
    if classes:
        said.append(f"xếp loại {classes}")
    if group.ranked:
        best, worst = group.ranked[0], group.ranked[-1]
        said.append(f"cao nhất là {best.name} ({plain(best.score)}), thấp nhất là {worst.name} ({plain(worst.score)})")
    if group.risers:
        said.append(f"tăng hạng nhiều nhất là {group.risers[0].name} (tăng {group.risers[0].rank_change} bậc)")
    return "; ".join(said) + "."


def _signature(document: Any, issuer: Issuer) -> None:
    document.add_paragraph()
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    _say(left.paragraphs[0], "Nơi nhận:", bold=True, italic=True, size=12, align=LEFT)
    receivers = ("Như Điều 3;", "Bộ Nội vụ;", "TT Tỉnh ủy, TT HĐND tỉnh;", "CT, các PCT UBND tỉnh;")
    for line in (*receivers, "Cổng thông tin điện tử tỉnh;", "Lưu: VT, SNV."):
        _say(left.add_paragraph(), f"- {line}", size=11, align=LEFT)
    _say(right.paragraphs[0], "CHỦ TỊCH", bold=True, size=13.5)
    for _line in range(4):
        right.add_paragraph()
    _say(right.add_paragraph(), TO_FILL, bold=True, size=13.5)


def _annex(document: Any, content: Content, group: ToldGroup, number: int, sha256: str) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _say(document.add_paragraph(), f"Phụ lục {roman(number)}", bold=True, size=14)
    _say(document.add_paragraph(), f"KẾT QUẢ {content['round'].upper()}", bold=True, size=13)
    _say(document.add_paragraph(), group.name.upper(), bold=True, size=13)
    issued = f"(Kèm theo Quyết định số {TO_FILL}/QĐ-UBND ngày {TO_FILL} của Chủ tịch Ủy ban nhân dân tỉnh)"
    _say(document.add_paragraph(), issued, italic=True, size=13)
    _say(document.add_paragraph(), "1. Điểm, xếp hạng, xếp loại", bold=True, align=LEFT, before=8)
    _table(document, HEADS, WIDTHS, [_row(unit) for unit in group.units])
    _say(document.add_paragraph(), "2. Điểm theo lĩnh vực", bold=True, align=LEFT, before=10)
    _domains(document, group)
    if sha256:
        _say(document.add_paragraph(), f"Mã kiểm chứng (SHA-256): {sha256}", size=9, align=LEFT, before=8)


def _row(unit: ToldUnit) -> tuple[str, ...]:
    change = "–" if unit.rank_change is None else _arrow(unit.rank_change)
    scores = (plain(unit.own), plain(unit.appraised), plain(unit.score))
    return (str(unit.rank or "–"), unit.name, *scores, unit.rating or "–", change)


def _arrow(change: int) -> str:
    return f"▲ {change}" if change > 0 else f"▼ {-change}" if change < 0 else "＝"


def _domains(document: Any, group: ToldGroup) -> None:
    """Add a table of units by domain; the domains are numbered in the head and named below it."""
    heads = ("Hạng", "Cơ quan, đơn vị", *(str(n) for n in range(1, len(group.domains) + 1)))
    wide = 94 / max(1, len(group.domains))
    rows = [(str(u.rank or "–"), u.name, *(plain(points) for points, _most in u.domains)) for u in group.units]
    rows.append(("", "Trung bình", *(plain(domain.mean) for domain in group.domains)))
    _table(document, heads, (13, 58, *(wide for _ in group.domains)), rows)
    named = "; ".join(f"({n}) {d.name}, tối đa {plain(d.most)}" for n, d in enumerate(group.domains, start=1))
    _say(document.add_paragraph(), f"Lĩnh vực: {named}.", italic=True, size=10.5, align=LEFT, before=4)


def _table(document: Any, heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1 + len(rows), cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    cells = table._cells
    for at, head in enumerate(heads):
        _say(cells[at].paragraphs[0], head, bold=True, size=10.5)
    for n, row in enumerate(rows, start=1):
        for at, text in enumerate(row):
            side = LEFT if at == 1 else CENTRE
            _say(cells[n * len(heads) + at].paragraphs[0], text, size=10.5, align=side)
    for n, cell in enumerate(cells):
        cell.width = Mm(widths[n % len(heads)])
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)


def roman(number: int) -> str:
    """Return a small number in Roman digits, as annexes are numbered."""
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number - 1] if number <= 10 else str(number)

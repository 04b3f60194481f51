"""A report as a workbook (XLSX): figures as numbers, sums as formulas, checks that a spreadsheet computes itself."""

import io
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from motcua.formats.reportforms.form import Figure
from motcua.formats.reportforms.paper import Paper, PaperLine
from motcua.formats.tables.cells import guard

FIRST_ROW = 4


def write_workbook(paper: Paper) -> bytes:
    """Return the report as a workbook; every text is text, and no name is read as a formula."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("".join(c for c in paper.code if c not in "[]:*?/\\")[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        styles = _styles(book)
        _letterhead(sheet, paper, styles)
        top = _heads(sheet, paper, styles)
        for n, line in enumerate(paper.lines):
            _line(sheet, paper, styles, top, n, line)
        _notes(sheet, paper, top)
        sheet.freeze_panes(top, 2 if paper.columns[0][1] == "index" else 1)
    return target.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    font = {"font_name": "Times New Roman", "font_size": 11}
    ruled = {**font, "border": 1, "valign": "vcenter"}
    return {
        "bold": book.add_format({**font, "bold": True, "align": "center"}),
        "title": book.add_format({**font, "font_size": 13, "bold": True, "align": "center"}),
        "plain": book.add_format({**font, "italic": True, "align": "center"}),
        "head": book.add_format({**ruled, "bold": True, "align": "center", "text_wrap": True}),
        "number": book.add_format({**ruled, "italic": True, "align": "center", "font_size": 9}),
        "text": book.add_format({**ruled, "text_wrap": True}),
        "text_strong": book.add_format({**ruled, "bold": True, "text_wrap": True}),
        "figure": book.add_format({**ruled, "num_format": "#,##0"}),
        "figure_strong": book.add_format({**ruled, "bold": True, "num_format": "#,##0"}),
        "decimal": book.add_format({**ruled, "num_format": "#,##0.0##"}),
        "share": book.add_format({**ruled, "num_format": "0.0%"}),
    }


def _letterhead(sheet: Any, paper: Paper, styles: dict[str, Any]) -> None:
    last = max(len(paper.columns) - 1, 1)
    for row, (text, style) in enumerate(
        ((paper.agency.upper(), "bold"), (paper.title, "title"), (paper.subtitle, "plain"))
    ):
        sheet.merge_range(row, 0, row, last, guard(text), styles[style])
    for at, (_number, role, _adds) in enumerate(paper.columns):
        sheet.set_column(at, at, {"index": 6, "name": 40}.get(role, 12))


def _heads(sheet: Any, paper: Paper, styles: dict[str, Any]) -> int:
    for head in paper.heads:
        row, at = FIRST_ROW + head.row, head.at
        if head.columns > 1 or head.rows > 1:
            last = (row + head.rows - 1, at + head.columns - 1)
            sheet.merge_range(row, at, *last, head.title, styles["head"])
        else:
            sheet.write_string(row, at, head.title, styles["head"])
    row = FIRST_ROW + paper.head_rows
    for at, text in enumerate(paper.numbers):
        sheet.write_string(row, at, text, styles["number"])
    return row + 1


def _line(sheet: Any, paper: Paper, styles: dict[str, Any], top: int, n: int, line: PaperLine) -> None:
    row, strong = top + n, "" if line.kind == "row" else "_strong"
    at_of = {number: at for at, (number, _role, _adds) in enumerate(paper.columns)}
    for at, (number, role, adds) in enumerate(paper.columns):
        value = line.cells.get(number)
        if role in ("index", "name"):
            sheet.write_string(row, at, guard(line.index if role == "index" else line.name), styles[f"text{strong}"])
        elif value is None:
            sheet.write_blank(row, at, None, styles["text"])
        elif isinstance(value, str):
            sheet.write_string(row, at, guard(value), styles[f"text{strong}"])
        elif isinstance(value, float) and number not in paper.shares:
            sheet.write_number(row, at, value, styles["decimal"])
        elif number in paper.shares:
            sheet.write_number(row, at, value, styles["share"])
        else:
            formula = _formula(paper, line, top, row, at, at_of, adds)
            style = styles[f"figure{strong}"]
            if formula:
                sheet.write_formula(row, at, formula, style, value)
            else:
                sheet.write_number(row, at, value, style)


def _formula(paper: Paper, line: PaperLine, top: int, row: int, at: int, at_of: dict[int, int], adds: bool) -> str:
    """Return the formula of a cell that is a sum: of lines (a section, the total), or of columns (3 = 4 + 5 + 6)."""
    if line.sums and adds:
        if len(line.sums) > 1 and line.sums[-1] - line.sums[0] == len(line.sums) - 1:
            ends = (xl_rowcol_to_cell(top + line.sums[0], at), xl_rowcol_to_cell(top + line.sums[-1], at))
            return f"=SUM({':'.join(ends)})"
        return "=" + "+".join(xl_rowcol_to_cell(top + n, at) for n in line.sums)
    parts = paper.parts.get(paper.columns[at][0], ())
    # What does not hold stays a number: a formula would hide it.
    if parts and line.cells[paper.columns[at][0]] == sum(counted(line.cells[number]) for number in parts):
        return "=" + "+".join(xl_rowcol_to_cell(row, at_of[number]) for number in parts)
    return ""


def counted(figure: Figure) -> float:
    """Return a figure as a summand: what is no number adds nothing."""
    return 0 if figure is None or isinstance(figure, str) else figure


def _notes(sheet: Any, paper: Paper, top: int) -> None:
    row = top + len(paper.lines) + 1
    for n, note in enumerate(paper.notes):
        sheet.write_string(row + n, 1, guard(note))

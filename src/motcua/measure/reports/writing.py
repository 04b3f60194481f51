"""A report as a file: JSON, CSV, XLSX with formulas, PDF and DOCX in the legal layout."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from django.utils import timezone

from motcua.formats.papers.forms import dated
from motcua.formats.reportforms import Figure, Form
from motcua.formats.reportforms.paper import Paper, PaperHead, PaperLine
from motcua.formats.tables.cells import guard
from motcua.measure.reports.columns import adds_up, unit_of
from motcua.measure.reports.laying import Laid, lay_out
from motcua.measure.reports.models import Issue
from motcua.record.organisation.history import dated as named_then
from motcua.record.organisation.models import Agency
from motcua.record.organisation.queries import province_on
from motcua.rules.working_time import LOCAL

Content = Mapping[str, Any]
TOTAL = {"vi": "Tổng cộng", "en": "Total"}


def write_json(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> bytes:
    """Return a report as JSON: columns, rows and totals by the form's own numbers."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def write_csv(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> bytes:
    """Return a report as CSV: a head, its numbers, every line; UTF-8 with a mark; no text is carried out."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    groups = [form.group_title(c.group, language) for c in form.columns]
    titles = [c.title(language) for c in form.columns]
    writer.writerow(f"{group}: {title}" if group else title for group, title in zip(groups, titles, strict=True))
    writer.writerow(f"({c.number})" for c in form.columns)
    for line in lay_out(form, content, language).lines:
        values = {cell.number: guard(_plain(cell.value)) for cell in line.cells}
        name = guard(line.name) if line.kind != "total" else TOTAL[language]
        words = {"index": line.index, "name": name}
        writer.writerow(words.get(c.role, values.get(c.number, "")) for c in form.columns)
    return target.getvalue().encode("utf-8-sig")


def _plain(value: Figure) -> str:
    return "" if value is None else str(value)


def write_xlsx(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> bytes:
    """Return a report as a workbook whose sums are formulas."""
    from motcua.formats.reportforms.workbook import write_workbook

    return write_workbook(paper_of(form, content, agency, issue, language))


def write_pdf(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> bytes:
    """Return a report as PDF in the legal layout."""
    from motcua.formats.reportforms.printed import write_pdf as written

    return written(paper_of(form, content, agency, issue, language))


def write_docx(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> bytes:
    """Return a report as DOCX in the legal layout, to be worked on."""
    from motcua.formats.reportforms.document import write_document

    return write_document(paper_of(form, content, agency, issue, language))


Writer = Callable[[Form, Content, Agency | None, Issue | None, str], bytes]
OFFICE = "application/vnd.openxmlformats-officedocument"
FILES: dict[str, tuple[str, Writer]] = {
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", write_xlsx),
    "pdf": ("application/pdf", write_pdf),
    "docx": (f"{OFFICE}.wordprocessingml.document", write_docx),
    "csv": ("text/csv; charset=utf-8", write_csv),
    "json": ("application/json", write_json),
}


def paper_of(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> Paper:
    """Return what a report's paper holds: letterhead, heads, lines with what they sum up, who signs."""
    laid = lay_out(form, content, language)
    day = timezone.localdate(issue.signed_at or issue.made_at) if issue else dt.datetime.now(LOCAL).date()
    whose = _called(agency or province_on(day), day)
    first, last = (dt.date.fromisoformat(content[name]) for name in ("from", "to"))
    stacked = form.layout == "lines"
    return Paper(
        code=form.code,
        title=form.title(language),
        subtitle=f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}",
        agency=whose.name_vi if whose else "",
        superior=whose.parent.name_vi if whose and whose.parent else "",
        number=issue.number if issue else "",
        place_and_date=dated(whose.place if whose else "", day),
        signer="Thủ trưởng cơ quan, đơn vị",
        signer_name=issue.signed_by.person.full_name if issue and issue.signed_by else "",
        notes=_notes(content, issue),
        **(_stacked(laid, language) if stacked else _tabled(laid, language)),
    )


def _called(agency: Agency | None, day: dt.date) -> Agency | None:
    """Return an agency with the name and the agency above it as of the day on the paper; the row stays as it is."""
    return next(iter(named_then([copy(agency)], day))) if agency else None


def _notes(content: Content, issue: Issue | None) -> tuple[str, ...]:
    failing = [f"Không khớp: {c['check']} ({'; '.join(c['fails'][:5])})" for c in content["checks"] if not c["holds"]]
    if content.get("public"):
        failing.append(f"* Số dưới {content['masked_below']} và số có thể làm lộ số đó không được công bố.")
    typed = content.get("entered", {})
    if typed:
        failing.append(f"{len(typed)} ô do người nhập: {_typists(typed)}.")
    position = f"Số liệu tính từ sổ cái đến vị trí {content['position']}"
    return (*failing, f"{position}, ấn bản {issue.edition}." if issue else f"{position}; chưa ban hành.")


def _typists(typed: Mapping[str, Any]) -> str:
    last: dict[str, str] = {}
    for each in typed.values():
        last[each["by"]] = max(last.get(each["by"], ""), each["at"])
    days = {who: dt.datetime.fromisoformat(at).astimezone(LOCAL).strftime("%d/%m/%Y") for who, at in last.items()}
    return "; ".join(f"{who} ({day})" for who, day in sorted(days.items()))


def _tabled(laid: Laid, language: str) -> dict[str, Any]:
    form = laid.form
    return {
        "head_rows": len(laid.heads),
        "heads": tuple(_placed(laid)),
        "numbers": laid.numbers,
        "columns": tuple((c.number, c.role, adds_up(c)) for c in form.columns),
        "lines": tuple(
            PaperLine(
                line.kind,
                line.index,
                line.name if line.kind != "total" else TOTAL[language],
                {cell.number: cell.value for cell in line.cells},
                {cell.number: cell.shown for cell in line.cells},
                _summed(laid, n),
            )
            for n, line in enumerate(laid.lines)
        ),
        "parts": {c.number: form.sum_of(c.number) for c in form.figures if form.sum_of(c.number)},
        "shares": frozenset(c.number for c in form.figures if unit_of(c) == "share"),
    }


def _summed(laid: Laid, n: int) -> tuple[int, ...]:
    """Return the lines that a section (its rows) or the total (the sections, or the rows) adds up."""
    kinds = [line.kind for line in laid.lines]
    if kinds[n] == "section":
        end = next((i for i in range(n + 1, len(kinds)) if kinds[i] != "row"), len(kinds))
        return tuple(range(n + 1, end))
    if kinds[n] == "total":
        part = "section" if "section" in kinds else "row"
        return tuple(i for i, kind in enumerate(kinds) if kind == part)
    return ()


def _placed(laid: Laid) -> list[PaperHead]:
    """Return the heads with their places: those of the second row stand under the groups."""
    above, below = laid.heads[0], iter(laid.heads[1] if len(laid.heads) > 1 else ())
    found, at = [], 0
    for head in above:
        found.append(PaperHead(head.title, at, 0, head.columns, head.rows))
        if head.scope == "colgroup":
            found += [PaperHead(next(below).title, at + n, 1) for n in range(head.columns)]
        at += head.columns
    return found


def _stacked(laid: Laid, language: str) -> dict[str, Any]:
    """Return a form with one row, its columns one under another; those of one line stand side by side."""
    form = laid.form
    index, what, figure = {"vi": ("STT", "Chỉ tiêu", "Số liệu"), "en": ("No.", "What is counted", "Figure")}[language]
    heads = (index, what, *(side[f"title_{language}"] for side in form.sides or ({f"title_{language}": figure},)))
    cells = {cell.number: cell for cell in laid.lines[-1].cells}
    lines, group = [], ""
    for columns in form.lines:
        first = columns[0]
        if first.group and first.group != group:
            lines.append(PaperLine("section", "", form.group_title(first.group, language), {}, {}))
        group = first.group
        values = {2 + column.side: cells[column.number] for column in columns}
        lines.append(
            PaperLine(
                "row",
                str(first.line or first.number),
                first.title(language),
                {at: cell.value for at, cell in values.items()},
                {at: cell.shown for at, cell in values.items()},
            )
        )
    sides = tuple((at, "figure", False) for at in range(3, len(heads) + 1))
    return {
        "head_rows": 1,
        "heads": tuple(PaperHead(title, at, 0) for at, title in enumerate(heads)),
        "numbers": tuple(f"({n})" for n in range(1, len(heads) + 1)),
        "columns": ((1, "index", False), (2, "name", False), *sides),
        "lines": tuple(lines),
        "parts": {},
    }

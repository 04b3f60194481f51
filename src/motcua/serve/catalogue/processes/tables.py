"""The table of a process as a workbook, as it is annexed to a decision."""

import io
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from rustpy_xlsxwriter import Format, write_worksheet

from motcua.serve.catalogue.models import Process
from motcua.serve.catalogue.processes.presenting import draft_words, shown_rows, switch_words
from motcua.serve.catalogue.processes.rows import StepRow

WIDTHS = (6, 36, 18, 28, 20, 12, 16, 40, 18)
HEAD_ROW = 4


def workbook(process: Process, rows: Sequence[StepRow], drafts: Mapping[str, Sequence[str]]) -> bytes:
    """Return the table as XLSX in the reader's language. Every cell is text, so that none is read as a formula.

    Args:
        process: with its version and procedure.
        rows: its steps in order.
        drafts: hands of papers before they go out, listed below the steps.
    """
    heads = [_("No."), _("Step"), _("What"), _("Who"), _("Time"), _("After"), _("May be sent back to"), _("Settings"),
             _("Key")]  # fmt: skip
    steps = [
        (str(s.number), s.name, s.kind, s.who, s.time, ", ".join(s.after), ", ".join(s.back),
         "; ".join(switch_words(s.row)), s.row.key)
        for s in shown_rows(rows, {}, ())
    ]  # fmt: skip
    hands = [("", paper, " → ".join(names), *[""] * 6) for paper, names in draft_words(drafts)]
    target = io.BytesIO()
    write_worksheet(
        [dict(zip(heads, cells, strict=True)) for cells in [*steps, *hands]],
        target,
        sheet_name="Quy trinh",
        header_row=HEAD_ROW,
        freeze_row=HEAD_ROW + 1,
        bold_headers=True,
        column_widths=[float(width) for width in WIDTHS],
        merge_ranges=[(row, 0, row, len(heads) - 1, *line) for row, line in enumerate(_titles(process))],
    )
    return target.getvalue()


def _titles(process: Process) -> list[tuple[str, Format]]:
    version = process.version
    place = " · ".join(part for part in (process.get_level_display(), process.case) if part)
    decision = f"{process.decision} · {process.decided_on:%d/%m/%Y}" if process.decided_on else process.decision
    return [
        (_("Internal process"), Format().set_bold().set_font_size(14)),
        (f"{version.procedure.code} · {version.name}", Format().set_bold()),
        (f"{place} · {process.get_status_display()}", Format()),
        (decision or "–", Format().set_italic()),
    ]

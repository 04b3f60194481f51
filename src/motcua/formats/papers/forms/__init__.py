"""What each form holds: the set of TT 03/2025/TT-VPCP (01 to 07), that of TT 01/2018/TT-VPCP for papers of its time.

Of a dossier (`dossier`): slip 01, supplement 02, refusal 03, apology 04, stop notice 05, control slip 06, the receipt
of a fee, the delivery of a result. Of many (`lists`): register 07 (also as a workbook), hand-over lists, the day sheet.
Titles and numbers by date are data (`sets.json`), so are sentences (`sentences.json`) and English (`english.json`).

    sheets = forms.slip(case, papers=[("Tờ khai", 1, 0, 0)], sets=1, limit="5 ngày làm việc", ...)
    pdf = render(*sheets)
"""

from motcua.formats.papers.forms.dossier import (
    RECEIPT_COPIES,
    Case,
    apology,
    control_slip,
    declaration,
    delivery,
    in_copies,
    receipt,
    refusal,
    slip,
    stop_notice,
    supplement,
)
from motcua.formats.papers.forms.lists import (
    REGISTER_HEADS,
    REGISTER_PDF_ROWS,
    REGISTER_WIDTHS,
    day_sheet,
    group_receipt,
    hand_over,
    postal_list,
    register,
    register_workbook,
    result_list,
)
from motcua.formats.papers.forms.wording import dated, grouped, national, title_of, written

__all__ = [
    "RECEIPT_COPIES",
    "REGISTER_HEADS",
    "REGISTER_PDF_ROWS",
    "REGISTER_WIDTHS",
    "Case",
    "apology",
    "control_slip",
    "dated",
    "day_sheet",
    "declaration",
    "delivery",
    "group_receipt",
    "grouped",
    "hand_over",
    "in_copies",
    "national",
    "postal_list",
    "receipt",
    "refusal",
    "register",
    "register_workbook",
    "result_list",
    "slip",
    "stop_notice",
    "supplement",
    "title_of",
    "written",
]

"""Papers about many dossiers: the register (form 07), hand-over lists, the day sheet of the ledger."""

import datetime as dt
import io
from collections.abc import Sequence

from rustpy_xlsxwriter import Format, write_worksheet

from motcua.formats.papers.eras import form_on
from motcua.formats.papers.forms.wording import dated, sentence, sentences, title_of, told
from motcua.formats.papers.model import Language, Person, Sheet, Table

REGISTER_HEADS = (
    "STT", "Mã hồ sơ", "Tên thủ tục", "Số bộ", "Chủ hồ sơ", "Địa chỉ", "Điện thoại", "Ngày nhận", "Hẹn trả",
    "Ngày trả", "Cách nhận", "Ghi chú",
)  # fmt: skip
REGISTER_WIDTHS = ("28pt", "94pt", "1.3fr", "26pt", "1fr", "1fr", "62pt", "52pt", "52pt", "52pt", "46pt", "52pt")
REGISTER_ALIGNS = ("center", "left", "left", "center", "left", "left", "left", *("center",) * 4, "left")
# Laying out a row takes about 0.2 MB and 0.4 ms; a longer register belongs in a workbook.
REGISTER_PDF_ROWS = 2000
# Widths of a workbook's columns, in letters.
WORKBOOK_WIDTHS = (6, 23, 42, 7, 28, 42, 14, 12, 12, 12, 12, 18)


def register(
    *, agency: str, superior: str, place: str, period: str, day: dt.date, rows: Sequence[tuple[str, ...]]
) -> Sheet:
    """Return form 07 (06 of TT 01/2018): the register of a period; `rows` have the columns of REGISTER_HEADS."""
    form = form_on("07", day)
    return Sheet(
        title=form.title,
        agency=agency,
        superior=superior,
        subtitle=period,
        form=form.mark,
        place_and_date=dated(place, day),
        table=Table(REGISTER_HEADS, REGISTER_WIDTHS, tuple(rows), REGISTER_ALIGNS),
        signatures=(Person("Người lập sổ"), Person("Thủ trưởng cơ quan", "(Ký, đóng dấu)")),
        size=form.size,
    )


def register_workbook(*, agency: str, period: str, day: dt.date, rows: Sequence[tuple[str, ...]]) -> bytes:
    """Return the register as a workbook (XLSX). Every cell is text, so that none is read as a formula.

    Args:
        period: "Từ ngày … đến ngày …", printed under the title.
        day: date of the paper, which chooses the form's title.
        rows: the columns of REGISTER_HEADS.

    Raises:
        ValueError: a row of another length.
    """
    title, _ = title_of("07", day)
    last = len(REGISTER_HEADS) - 1
    records = [dict(zip(REGISTER_HEADS, row, strict=True)) for row in rows]
    target = io.BytesIO()
    write_worksheet(
        records or [dict.fromkeys(REGISTER_HEADS, "")],
        target,
        sheet_name="So theo doi",
        header_row=4,
        freeze_row=5,
        bold_headers=True,
        autofilter=bool(records),
        column_widths=[float(width) for width in WORKBOOK_WIDTHS],
        merge_ranges=[
            (0, 0, 0, last, agency.upper(), Format().set_bold()),
            (1, 0, 1, last, title.upper(), Format().set_bold().set_font_size(14)),
            (2, 0, 2, last, period, Format().set_italic()),
        ],
    )
    return target.getvalue()


def hand_over(
    *, agency: str, superior: str, place: str, day: dt.date, to: str, rows: Sequence[tuple[str, ...]]
) -> Sheet:
    """Return the list with which a desk hands the day's papers to a competent agency.

    Args:
        rows: number, code, procedure, owner, count of papers, due date.
    """
    return Sheet(
        title="Danh sách bàn giao hồ sơ",
        subtitle=f"Ngày {day:%d/%m/%Y} · Bên nhận: {to} · Tổng số: {len(rows)} hồ sơ",
        agency=agency,
        superior=superior,
        place_and_date=dated(place, day),
        table=Table(
            ("STT", "Mã hồ sơ", "Thủ tục", "Chủ hồ sơ", "Số giấy tờ", "Hẹn trả"),
            ("32pt", "128pt", "1.3fr", "1fr", "38pt", "68pt"),
            tuple(rows),
            ("center", "left", "left", "left", "center", "center"),
        ),
        signatures=(Person("Bên giao"), Person("Bên nhận")),
        size="a4",
    )


def group_receipt(
    *,
    agency: str,
    superior: str,
    place: str,
    day: dt.date,
    owner: str,
    clerk: str,
    url: str,
    rows: Sequence[tuple[str, ...]],
    together: str = "",
    group: str = "",
    qr: str = "",
) -> Sheet:
    """Return one receipt for several dossiers of an applicant, beside the slips of form 01.

    Args:
        url: where each dossier is looked up.
        rows: number, code, procedure, who decides, promised time, secret.
        together: the one time at which all results of linked procedures are promised, "" for a mere bundle.
        group: the name of the linked procedures.
        qr: the address that shows them all.
    """
    return Sheet(
        title="Giấy tiếp nhận hồ sơ liên thông và hẹn trả kết quả" if group else "Giấy tiếp nhận chung nhiều hồ sơ",
        subtitle=f"Người nộp: {owner} · Tổng số: {len(rows)} hồ sơ" + (f" · Hẹn trả: {together}" if together else ""),
        qr=qr,
        facts=told(
            *((("Nhóm thủ tục", group), ("Hẹn trả toàn bộ kết quả", together)) if group else ()), ("Tra cứu", url)
        ),
        agency=agency,
        superior=superior,
        place_and_date=dated(place, day),
        table=Table(
            ("STT", "Mã hồ sơ", "Thủ tục", "Cơ quan giải quyết", "Hẹn trả", "Mã bí mật"),
            ("26pt", "120pt", "1.3fr", "1fr", "66pt", "94pt"),
            tuple(rows),
            ("center", "left", "left", "left", "center", "center"),
        ),
        signatures=(Person("Người nộp hồ sơ", name=owner), Person("Người tiếp nhận", name=clerk)),
        size="a4",
    )


def postal_list(
    *,
    agency: str,
    superior: str,
    place: str,
    day: dt.date,
    number: str,
    carrier: str,
    clerk: str,
    carried_by: str,
    rows: Sequence[tuple[str, ...]],
) -> Sheet:
    """Return the list with which a desk hands results to the carrier of the public post, signed by both.

    Args:
        number: of the list.
        carried_by: the person of the post, "" before the hand-over.
        rows: number, code, matter, owner, address, tracking number.
    """
    return Sheet(
        title="Danh sách bàn giao kết quả cho bưu chính công ích",
        subtitle=f"Số: {number} · Ngày {day:%d/%m/%Y} · Bên nhận: {carrier} · Tổng số: {len(rows)} bưu gửi",
        agency=agency,
        superior=superior,
        place_and_date=dated(place, day),
        table=Table(
            ("STT", "Mã hồ sơ", "Nội dung", "Người nhận", "Địa chỉ nhận", "Số hiệu bưu gửi", "Ghi chú"),
            ("28pt", "104pt", "1.1fr", "1fr", "1.4fr", "96pt", "60pt"),
            tuple((*row, "") for row in rows),
            ("center", "left", "left", "left", "left", "left", "left"),
        ),
        signatures=(Person("Bên giao", name=clerk), Person("Nhân viên bưu chính", name=carried_by)),
        size="a4-landscape",
    )


def result_list(
    *, agency: str, superior: str, place: str, day: dt.date, to: str, rows: Sequence[tuple[str, ...]]
) -> Sheet:
    """Return the list with which results come back to a desk.

    Args:
        rows: number, code, matter, result, owner, address, a mark if a fee is owed, a mark if it goes by post.
    """
    return Sheet(
        title="Danh sách bàn giao kết quả",
        subtitle=f"Ngày {day:%d/%m/%Y} · Bên nhận: {to} · Tổng số: {len(rows)} kết quả",
        agency=agency,
        superior=superior,
        place_and_date=dated(place, day),
        table=Table(
            ("STT", "Mã hồ sơ", "Nội dung", "Kết quả", "Chủ hồ sơ", "Địa chỉ", "Phí", "Bưu chính"),
            ("28pt", "96pt", "1.2fr", "1fr", "1fr", "1.2fr", "34pt", "40pt"),
            tuple(rows),
            ("center", "left", "left", "left", "left", "left", "center", "center"),
        ),
        signatures=(Person("Bên giao"), Person("Bên nhận")),
        size="a4-landscape",
    )


def day_sheet(
    *,
    agency: str,
    place: str,
    day: dt.date,
    number: int,
    first: int,
    last: int,
    root: str,
    previous: str,
    language: Language = "vi",
) -> Sheet:
    """Return the day's root of the ledger, to be signed and kept on paper.

    Args:
        number: of the root; `first` and `last` are the positions of the events it covers (first > last for none).
        root: in hexadecimal; so is `previous`, the root it is chained to.
    """
    count = max(last - first + 1, 0)
    paragraphs, english = sentences(sentence("root"))
    return Sheet(
        title="Dấu vân ngày của sổ cái",
        subtitle=f"Số {number} · ngày {day:%d/%m/%Y}",
        agency=agency,
        place_and_date=dated(place, day),
        qr=f"motcua-root:{number}:{day.isoformat()}:{root}",
        facts=told(
            ("Vị trí các sự kiện", f"từ {first} đến {last}" if count else "không có sự kiện mới"),
            ("Số sự kiện", str(count)),
        ),
        seals=(("Dấu ngày", root), ("Dấu trước", previous)),
        paragraphs=paragraphs,
        translations=english if language == "en" else (),
        signatures=(Person("Người in"), Person("Người chứng kiến")),
        size="a4",
        language=language,
    )

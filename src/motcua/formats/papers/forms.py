"""The forms of TT 03/2025/TT-VPCP (01–07), with the titles of TT 01/2018/TT-VPCP for papers of its time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from motcua.formats.papers.model import Person, Sheet, Table

# From this day on the set of TT 03/2025 is used; before it that of TT 01/2018.
NEW_SET_FROM = dt.date(2025, 9, 15)
TITLES = {
    "01": ("Giấy tiếp nhận hồ sơ và hẹn trả kết quả",) * 2,
    "02": ("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",) * 2,
    "03": ("Phiếu từ chối tiếp nhận giải quyết hồ sơ",) * 2,
    "04": ("Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"),
    "05": ("Thông báo dừng giải quyết hồ sơ",) * 2,
    "06": ("Phiếu kiểm soát quá trình giải quyết hồ sơ",) * 2,
    "07": ("Sổ theo dõi hồ sơ",) * 2,
}
OLD_NUMBERS = {"06": "05", "07": "06"}


def title_of(form: str, day: dt.date) -> tuple[str, str]:
    """Return a form's title and its mark ("Mẫu số 06") on a day."""
    new = day >= NEW_SET_FROM
    number = form if new else OLD_NUMBERS.get(form, form)
    source = "TT 03/2025/TT-VPCP" if new else "TT 01/2018/TT-VPCP"
    return TITLES[form][1 if new else 0], f"Mẫu số {number} ({source})"


def written(moment: dt.datetime) -> str:
    """Return a local instant as forms write it: 15 giờ 30 phút, ngày 05/02/2020."""
    return f"{moment:%H} giờ {moment:%M} phút, ngày {moment:%d/%m/%Y}"


def dated(place: str, day: dt.date) -> str:
    """Return place and date: Đắk Lắk, ngày 05 tháng 02 năm 2020."""
    return f"{place}, ngày {day:%d} tháng {day:%m} năm {day.year}"


@dataclass(frozen=True)
class Case:
    """What every paper of a dossier says. Instants are local."""

    superior: str
    agency: str
    place: str
    desk: str
    code: str
    secret: str
    check_code: str
    qr: str
    owner: str
    submitter: str
    address: str
    phone: str
    email: str
    identity: str
    request: str
    received_at: dt.datetime
    due_at: dt.datetime | None
    day: dt.date
    guide: str = ""


def _sheet(case: Case, form: str, **more: object) -> Sheet:
    title, mark = title_of(form, case.day)
    base = Sheet(
        title=title,
        agency=case.agency,
        superior=case.superior,
        place_and_date=dated(case.place, case.day),
        form=mark,
        code=case.code,
        secret=case.secret,
        check_code=case.check_code,
        qr=case.qr,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def _who(case: Case) -> tuple[tuple[str, str], ...]:
    contact = " · ".join(part for part in (case.phone, case.email) if part)
    lines = (
        ("Hồ sơ của", case.owner),
        ("Người nộp", case.submitter if case.submitter != case.owner else ""),
        ("Địa chỉ", case.address),
        ("Điện thoại, email", contact),
        ("Nội dung yêu cầu giải quyết", case.request),
    )
    return tuple(line for line in lines if line[1])


def slip(
    case: Case,
    *,
    papers: Sequence[tuple[str, int, int, int]],
    sets: int,
    limit: str,
    return_at: str,
    fee: str,
    clerk: str,
    reprint: int = 0,
) -> list[Sheet]:
    """Return form 01 in its two copies.

    Args:
        papers: name, originals, certified copies, copies of each paper handed in.
        limit: the time limit in words.
        return_at: how and where the result is returned.
        fee: what was paid, in words; empty if nothing.
    """
    rows = tuple(
        (str(n), name, *(str(count) if count else "" for count in counts))
        for n, (name, *counts) in enumerate(papers, start=1)
    )
    facts = [
        ("Bộ phận tiếp nhận và trả kết quả", case.desk),
        ("Tiếp nhận hồ sơ của", case.owner),
        ("Người nộp", case.submitter if case.submitter != case.owner else ""),
        ("Số CCCD/CMND/hộ chiếu", case.identity),
        ("Địa chỉ", case.address),
        ("Điện thoại, email", " · ".join(part for part in (case.phone, case.email) if part)),
        ("Nội dung yêu cầu giải quyết", case.request),
    ]
    after = [
        ("2. Số lượng hồ sơ", f"{sets} (bộ)"),
        ("3. Thời gian giải quyết theo quy định", limit),
        ("4. Thời gian nhận hồ sơ", written(case.received_at)),
        ("5. Thời gian trả kết quả", written(case.due_at) if case.due_at else "không hẹn"),
        ("6. Đăng ký nhận kết quả", return_at),
        ("7. Phí, lệ phí", fee),
    ]
    sheet = _sheet(
        case,
        "01",
        facts=tuple(f for f in facts if f[1]),
        table_title="1. Thành phần hồ sơ nộp gồm:",
        table=Table(
            ("STT", "Tên giấy tờ", "Bản chính", "Chứng thực", "Bản sao"),
            ("22pt", "1fr", "40pt", "46pt", "40pt"),
            rows,
        ),
        highlights=tuple(f for f in after if f[1]),
        signatures=(Person("Người nộp hồ sơ", name=case.submitter), Person("Người tiếp nhận hồ sơ", name=clerk)),
        foot="Quét mã QR để xem hồ sơ đang ở đâu và kiểm tra thời gian nhận ghi trên giấy này.",
        reprint=reprint,
    )
    return [replace(sheet, copy_for="Lưu"), replace(sheet, copy_for="Giao khách hàng")]


def supplement(
    case: Case, *, items: Sequence[str], reason: str, until: dt.date, officer: str, reprint: int = 0
) -> Sheet:
    """Return form 02: what is missing, said once and completely."""
    return _sheet(
        case,
        "02",
        facts=_who(case),
        table_title="Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
        table=Table(("STT", "Giấy tờ, nội dung cần bổ sung"), ("26pt", "1fr"), _numbered(items)),
        highlights=(("Lý do", reason or "hồ sơ chưa đầy đủ"), ("Nộp bổ sung chậm nhất ngày", f"{until:%d/%m/%Y}")),
        paragraphs=(f"Nếu có vướng mắc, xin liên hệ {case.guide or case.desk} để được hướng dẫn.",),
        signatures=(Person("Người hướng dẫn", name=officer),),
        reprint=reprint,
    )


def _numbered(items: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(n), item) for n, item in enumerate(items, start=1))


def refusal(case: Case, *, reason: str, clerk: str, reprint: int = 0) -> Sheet:
    """Return form 03: the reason and its legal basis."""
    return _sheet(
        case,
        "03",
        facts=_who(case),
        highlights=(("Lý do từ chối và căn cứ", reason),),
        paragraphs=(
            "Qua xem xét, cơ quan thông báo không tiếp nhận, giải quyết hồ sơ này.",
            f"Nếu có vướng mắc, xin liên hệ {case.guide or case.desk} để được hướng dẫn.",
        ),
        signatures=(Person("Người nộp hồ sơ", name=case.submitter), Person("Người tiếp nhận hồ sơ", name=clerk)),
        reprint=reprint,
    )


def apology(
    case: Case,
    *,
    number: str,
    responsible: str,
    promised: dt.datetime,
    reason: str,
    again: dt.datetime | None,
    signer: str,
    extension: bool,
    reprint: int = 0,
) -> Sheet:
    """Return form 04: an apology with a new date, before or after the promised one."""
    new = f" Thời gian trả kết quả mới: {written(again)}." if again else " Kết quả đã có tại nơi tiếp nhận."
    cause = "cần thêm thời gian giải quyết" if extension else "đã quá thời hạn hẹn trả kết quả"
    return _sheet(
        case,
        "04",
        size="a4",
        number=number,
        subtitle="V/v xin lỗi và hẹn lại ngày trả kết quả",
        addressee=case.owner,
        paragraphs=(
            f"Ngày {case.received_at:%d/%m/%Y}, {case.agency} tiếp nhận hồ sơ của Ông/Bà về việc {case.request}, "
            f"mã số {case.code}; thời gian hẹn trả kết quả: {written(promised)}.",
            f"Đến nay, hồ sơ {cause}. Cơ quan chịu trách nhiệm: {responsible}. Lý do: {reason}",
            f"{responsible} chân thành xin lỗi Ông/Bà.{new}",
            "Rất mong nhận được sự thông cảm của Ông/Bà.",
        ),
        signatures=(Person("Thủ trưởng cơ quan", "(Ký, đóng dấu)", signer),),
        receivers=(case.owner, case.desk, "Lưu: VT"),
        reprint=reprint,
    )


def stop_notice(case: Case, *, number: str, reason: str, signer: str, reprint: int = 0) -> Sheet:
    """Return form 05 of TT 03/2025: handling has stopped."""
    return _sheet(
        case,
        "05",
        size="a4",
        number=number,
        addressee=case.owner,
        paragraphs=(
            f"Ngày {case.received_at:%d/%m/%Y}, {case.agency} tiếp nhận hồ sơ của Ông/Bà về việc {case.request}, "
            f"mã số {case.code}.",
            f"Sau khi xem xét, cơ quan thông báo dừng giải quyết hồ sơ. Lý do: {reason}",
            f"Nếu có vướng mắc, xin liên hệ {case.guide or case.desk} để được hướng dẫn.",
        ),
        signatures=(Person("Thủ trưởng cơ quan", "(Ký, đóng dấu)", signer),),
        receivers=(case.owner, "Lưu: VT"),
        reprint=reprint,
    )


def control_slip(case: Case, *, competent: str, rows: Sequence[tuple[str, str, str, str]], reprint: int = 0) -> Sheet:
    """Return form 06 (05 of TT 01/2018): a row for each hand-over: giver and taker, time, result, note."""
    return _sheet(
        case,
        "06",
        size="a4",
        facts=(
            ("Kèm theo hồ sơ của", case.owner),
            ("Nội dung", case.request),
            ("Ngày nhận", written(case.received_at)),
            ("Ngày hẹn trả", written(case.due_at) if case.due_at else "không hẹn"),
            ("Cơ quan giải quyết", competent),
        ),
        table=Table(
            ("Giao / Nhận", "Thời gian giao nhận", "Kết quả (trước, đúng, quá hạn)", "Ghi chú, ký"),
            ("1.3fr", "1fr", "1fr", "1fr"),
            tuple(rows),
        ),
        reprint=reprint,
    )


def register(
    *, agency: str, superior: str, place: str, period: str, day: dt.date, rows: Sequence[tuple[str, ...]]
) -> Sheet:
    """Return form 07 (06 of TT 01/2018): the register of a period."""
    title, mark = title_of("07", day)
    return Sheet(
        title=title,
        agency=agency,
        superior=superior,
        subtitle=period,
        form=mark,
        place_and_date=dated(place, day),
        table=Table(REGISTER_HEADS, REGISTER_WIDTHS, tuple(rows)),
        size="a4-landscape",
    )


REGISTER_HEADS = (
    "STT", "Mã hồ sơ", "Tên thủ tục", "Số bộ", "Chủ hồ sơ", "Địa chỉ", "Điện thoại", "Ngày nhận", "Hẹn trả",
    "Ngày trả", "Cách nhận", "Ghi chú",
)  # fmt: skip
REGISTER_WIDTHS = ("22pt", "92pt", "1.3fr", "26pt", "1fr", "1fr", "62pt", "48pt", "48pt", "48pt", "42pt", "48pt")


def hand_over(
    *, agency: str, superior: str, place: str, day: dt.date, to: str, rows: Sequence[tuple[str, ...]]
) -> Sheet:
    """Return the list with which a desk hands the day's papers to a competent agency."""
    return Sheet(
        title="Danh sách bàn giao hồ sơ",
        subtitle=f"Ngày {day:%d/%m/%Y} · Bên nhận: {to}",
        agency=agency,
        superior=superior,
        place_and_date=dated(place, day),
        table=Table(
            ("STT", "Mã hồ sơ", "Thủ tục", "Chủ hồ sơ", "Số giấy tờ", "Hẹn trả"),
            ("24pt", "110pt", "1.3fr", "1fr", "44pt", "70pt"),
            tuple(rows),
        ),
        signatures=(Person("Bên giao"), Person("Bên nhận")),
        size="a4",
    )


def receipt(
    case: Case, *, number: str, amount: str, words: str, what: str, how: str, cashier: str, reprint: int = 0
) -> Sheet:
    """Return the receipt of a fee."""
    return replace(
        _sheet(case, "01"),
        title="Biên lai thu phí, lệ phí",
        form="",
        number=number,
        facts=(
            ("Người nộp", case.submitter),
            ("Địa chỉ", case.address),
            ("Lý do thu", what),
            ("Số tiền", amount),
            ("Bằng chữ", words),
            ("Hình thức", how),
        ),
        signatures=(Person("Người nộp tiền", name=case.submitter), Person("Người thu tiền", name=cashier)),
        reprint=reprint,
    )


def day_sheet(
    *, agency: str, place: str, day: dt.date, number: int, first: int, last: int, root: str, previous: str
) -> Sheet:
    """Return the day's root of the ledger, to be signed and kept on paper."""
    return Sheet(
        title="Dấu vân ngày của sổ cái",
        subtitle=f"Số {number} · ngày {day:%d/%m/%Y}",
        agency=agency,
        place_and_date=dated(place, day),
        qr=f"motcua-root:{number}:{day.isoformat()}:{root}",
        facts=(
            ("Các sự kiện", f"từ vị trí {first} đến {last}"),
            ("Dấu trước", grouped(previous)),
            ("Dấu ngày", grouped(root)),
        ),
        paragraphs=(
            "Dấu này phủ mọi sự kiện đã ghi đến cuối ngày. Ai sửa lại sổ cái sẽ không thể tạo lại đúng dấu này. "
            "Giữ tờ này ở nơi người quản trị hệ thống không với tới.",
        ),
        signatures=(Person("Người in"), Person("Người chứng kiến")),
        size="a4",
    )


def grouped(text: str) -> str:
    """Return a long hexadecimal number in groups of eight."""
    return " ".join(text[i : i + 8] for i in range(0, len(text), 8))

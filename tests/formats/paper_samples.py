"""A dossier's papers for tests, and the eyes to read them: other people's programs."""

import datetime as dt
import re
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

from motcua.formats.papers import Sheet, forms

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
CASE = forms.Case(
    superior="Ủy ban nhân dân tỉnh Đắk Lắk",
    agency="Ủy ban nhân dân phường Buôn Ma Thuột",
    place="Buôn Ma Thuột",
    desk="Trung tâm Phục vụ hành chính công phường Buôn Ma Thuột",
    code="H15.104-261120-0001",
    secret="K7QP3M2X",
    check_code="7ZK3MQ9A",
    qr="https://motcua.example.vn/track/?code=H15.104-261120-0001&s=K7QP3M2X&c=7ZK3MQ9A",
    owner="Nguyễn Thị Hồng Nhung",
    submitter="Trần Văn Đỡ",
    address="45 Lê Duẩn, phường Buôn Ma Thuột, tỉnh Đắk Lắk",
    phone="0905 123 456",
    email="nhung@example.vn",
    identity="066190001234",
    request="Đăng ký khai sinh",
    received_at=dt.datetime(2026, 11, 20, 8, 15, tzinfo=LOCAL),
    due_at=dt.datetime(2026, 11, 25, 17, 0, tzinfo=LOCAL),
    day=dt.date(2026, 11, 20),
    guide="Lê Thị Mai, 0262 3855 555",
)
PAPERS = [("Tờ khai đăng ký khai sinh", 1, 0, 0), ("Giấy chứng nhận kết hôn", 0, 1, 2)]
ROW = (
    "1",
    CASE.code,
    CASE.request,
    "1",
    CASE.owner,
    CASE.address,
    CASE.phone,
    "20/11/2026",
    "25/11/2026",
    "",
    "Trực tiếp",
    "",
)
PLACE = {"agency": CASE.agency, "superior": CASE.superior, "place": CASE.place, "day": CASE.day}


def slip(case: forms.Case = CASE, **more: object) -> list[Sheet]:
    """Return the slip of the sample dossier."""
    said = {"papers": PAPERS, "sets": 1, "limit": "3 ngày làm việc", "return_at": "Tại quầy", "fee": "8.000 đồng"}
    return forms.slip(case, **(said | {"clerk": "Lê Thị Mai"} | more))  # type: ignore[arg-type]


def every_paper(case: forms.Case = CASE, text: str = "vì phải xác minh") -> dict[str, list[Sheet]]:
    """Return each paper once; `text` stands where people write freely."""
    at = case.received_at
    return {
        "slip": slip(case, papers=[(text, 1, 0, 0)], second_phase=(at, None), reprint=1),
        "supplement": [forms.supplement(case, items=[text], reason=text, until=case.day, officer=text)],
        "refusal": [forms.refusal(case, reason=text, clerk=text, filed_online_at=at)],
        "apology": [apology(case, text, extension=False)],
        "extension": [apology(case, text, extension=True)],
        "stop": [forms.stop_notice(case, number="5/TB", reason=text, signer=text)],
        "control": [forms.control_slip(case, competent=text, cooperating=text, rows=[(text, "8 giờ", "", text)])],
        "register": [forms.register(**PLACE, period=text, rows=[ROW])],
        "hand_over": [forms.hand_over(**PLACE, to=text, rows=[("1", case.code, text, text, "2", "25/11/2026")])],
        "results": [
            forms.result_list(**PLACE, to=text, rows=[("1", case.code, text, text, case.owner, text, "x", "x")])
        ],
        "receipt": [
            forms.receipt(
                case,
                number="123",
                amount="8.000 đồng",
                words="Tám nghìn đồng",
                what=text,
                how="Tiền mặt",
                cashier=text,
                series="DL/26",
            )
        ],
        "delivery": [delivery(case, text)],
        "day": [day_sheet(case)],
    }


def apology(case: forms.Case, text: str, *, extension: bool) -> Sheet:
    """Return an apology (form 04)."""
    return forms.apology(
        case,
        number="12/PXL",
        responsible=text,
        promised=case.received_at,
        reason=text,
        again=case.due_at,
        signer=text,
        extension=extension,
    )


def delivery(case: forms.Case, text: str) -> Sheet:
    """Return the sheet of a result that was taken."""
    return forms.delivery(
        case,
        results=[(text, "7/2026")],
        taken_by=text,
        capacity="người được ủy quyền",
        identity="066190009999",
        taken_at=case.received_at,
        how="Tại quầy",
        clerk=text,
        originals=text,
    )


def day_sheet(case: forms.Case = CASE) -> Sheet:
    """Return a day sheet of the ledger."""
    root, previous = "0123456789abcdef" * 4, "fedcba9876543210" * 4
    return forms.day_sheet(
        agency=case.agency,
        place=case.place,
        day=case.day,
        number=12,
        first=1201,
        last=1390,
        root=root,
        previous=previous,
        language=case.language,
    )


def _run(*command: str, given: bytes | None = None) -> bytes:
    return subprocess.run(command, input=given, check=True, capture_output=True, timeout=60).stdout


def text_of(pdf: bytes, *, page: int | None = None, layout: bool = False) -> str:
    """Return the words of a PDF, as `pdftotext` reads them (row by row with `layout`), with single spaces."""
    options = ["-f", str(page), "-l", str(page)] if page else []
    options += ["-layout"] if layout else []
    return " ".join(_run("pdftotext", *options, "-", "-", given=pdf).decode().split())


def codes_of(pdf: bytes, folder: Path, *, page: int = 1, dpi: int = 150) -> set[str]:
    """Return what `zbarimg` reads from a page's picture: {"QR-Code:…", "CODE-128:…"}."""
    (folder / "paper.pdf").write_bytes(pdf)
    numbers = ["-f", str(page), "-l", str(page), "-r", str(dpi)]
    _run("pdftoppm", "-gray", *numbers, "-singlefile", str(folder / "paper.pdf"), str(folder / "page"))
    return set(_run("zbarimg", "-q", str(folder / "page.pgm")).decode().splitlines())


def right_edges(pdf: bytes) -> list[float]:
    """Return where each word ends, in points from the left."""
    boxes = _run("pdftotext", "-bbox", "-", "-", given=pdf).decode()
    return [float(edge) for edge in re.findall(r'xMax="([0-9.]+)"', boxes)]


def about(pdf: bytes, program: str = "pdfinfo") -> str:
    """Return what `pdfinfo` or `pdffonts` says."""
    return _run(program, "-", given=pdf).decode()

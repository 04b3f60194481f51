"""A full record as `LayThuTuc` answers, and workbooks of the same; invented, but for the names of the fields."""

import copy
import io
import json
import zipfile
from typing import Any
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RECORD: dict[str, Any] = {
    "ID": "77",
    "MATTHC": "9.000002",
    "TENTTHC": "Cấp giấy phép mẫu",
    "LOAITTHC": "TTHC được luật giao quy định chi tiết",
    "TRANGTHAI": "1",
    "MACOQUANCONGBO": "G99",
    "IDQUYETDINHCONGBO": "12/QĐ-BM",
    "LINHVUCTHUCHIEN": [{"MALINHVUC": "G99-MAU", "TENLINHVUC": "Lĩnh vực mẫu"}],
    "COQUANTHUCHIEN": [{"MADONVI": "H15.24", "TENDONVI": "Sở Xây dựng"}],
    "CAPTHUCHIEN": [{"CAPTHUCHIEN": "1", "MOTACOQUANTHUCHIEN": "Sở", "DIACHITIEPNHAN": "Trung tâm"}],
    "TRINHTUTHUCHIEN": [
        {"TRUONGHOP": "Cấp lần đầu", "TRINHTU": [{"TENTRINHTU": "Bước 1. Nộp"}, {"TENTRINHTU": "Bước 2. Nhận"}]}
    ],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": "1",
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": "7",
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "Kể từ ngày nhận đủ hồ sơ",
                    "PHILEPHI": [{"MAPHILEPHI": "LP1", "SOTIEN": "150.000", "DONVI": "Đồng", "MOTA": "Lệ phí cấp"}],
                }
            ],
        },
        {
            "KENH": 2,
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": 5,
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "",
                    "PHILEPHI": [{"MAPHILEPHI": "LP1", "SOTIEN": 75000, "DONVI": "VNĐ", "MOTA": "Lệ phí cấp"}],
                }
            ],
        },
        {"KENH": "3", "THOIGIAN": [{"THOIGIANGIAIQUYET": "", "DONVITINH": "", "MOTA": "Theo bưu chính"}]},
    ],
    "THANHPHANHOSO": [
        {
            "TRUONGHOP": "Cấp lần đầu",
            "GIAYTO": [
                {"MAGIAYTO": "000.01", "TENGIAYTO": "Đơn đề nghị", "SOBANCHINH": "1", "SOBANSAO": "0",
                 "TENMAUDON": "Mẫu 01", "URL": "https://example.vn/mau-01"},
                {"MAGIAYTO": "", "TENGIAYTO": "Bản vẽ", "SOBANCHINH": 0, "SOBANSAO": 2, "TENMAUDON": "", "URL": ""},
            ],
        },
        {"TRUONGHOP": "Cấp lại", "GIAYTO": [{"TENGIAYTO": "Đơn đề nghị", "SOBANCHINH": 1, "SOBANSAO": 0}]},
    ],
    "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Công dân Việt Nam"}, {"TENDOITUONG": "Doanh nghiệp"}],
    "MOTADOITUONGTHUCHIEN": "Người từ đủ 18 tuổi",
    "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.1", "TENKETQUA": "Giấy phép"}],
    "CANCUPHAPLY": [{"SOVANBAN": "1/2025/QH15", "TENVANBAN": "Luật Mẫu"}],
    "YEUCAU": "Không",
}  # fmt: skip

SHEETS: dict[str, list[list[Any]]] = {
    "TTHC": [
        ["Mã TTHC", "Tên TTHC", "MALINHVUC", "Lĩnh vực", "Loại TTHC", "MACOQUANCONGBO", "Quyết định công bố", "MADONVI",
         "Cơ quan thực hiện", "Cấp thực hiện", "Đối tượng thực hiện", "MOTADOITUONGTHUCHIEN", "YEUCAU"],
        ["9.000002", "Cấp giấy phép mẫu", "G99-MAU", "Lĩnh vực mẫu", "TTHC được luật giao quy định chi tiết", "G99",
         "12/QĐ-BM", "H15.24", "Sở Xây dựng", "Cấp Tỉnh", "Công dân Việt Nam, Doanh nghiệp", "Người từ đủ 18 tuổi",
         "Không"],
    ],
    "CACHTHUCTHUCHIEN": [
        ["MATTHC", "KENH", "THOIGIANGIAIQUYET", "DONVITINH", "MOTA"],
        ["9.000002", "Trực tiếp", 7, "Ngày làm việc", "Kể từ ngày nhận đủ hồ sơ"],
        ["9.000002", "Trực tuyến", 5, "Ngày làm việc", ""],
        ["9.000002", "3", "", "", "Theo bưu chính"],
    ],
    "PHILEPHI": [
        ["MATTHC", "KENH", "MAPHILEPHI", "SOTIEN", "DONVI", "MOTA"],
        ["9.000002", "Trực tiếp", "LP1", 150000, "Đồng", "Lệ phí cấp"],
        ["9.000002", "Trực tuyến", "LP1", 75000.0, "Đồng", "Lệ phí cấp"],
    ],
    "THANHPHANHOSO": [
        ["MATTHC", "TRUONGHOP", "MAGIAYTO", "TENGIAYTO", "SOBANCHINH", "SOBANSAO", "TENMAUDON", "URL"],
        ["9.000002", "Cấp lần đầu", "000.01", "Đơn đề nghị", 1, 0, "Mẫu 01", "https://example.vn/mau-01"],
        ["9.000002", "Cấp lần đầu", None, "Bản vẽ", 0, 2, None, None],
        ["9.000002", "Cấp lại", None, "Đơn đề nghị", 1, 0, None, None],
    ],
    "TRINHTUTHUCHIEN": [
        ["MATTHC", "TRUONGHOP", "TENTRINHTU"],
        ["9.000002", "Cấp lần đầu", "Bước 1. Nộp"],
        ["9.000002", "Cấp lần đầu", "Bước 2. Nhận"],
    ],
    "KETQUATHUCHIEN": [["MATTHC", "MAKETQUA", "TENKETQUA"], ["9.000002", "KQ.1", "Giấy phép"]],
    "CANCUPHAPLY": [["MATTHC", "SOVANBAN", "TENVANBAN"], ["9.000002", "1/2025/QH15", "Luật Mẫu"]],
}  # fmt: skip


def record() -> dict[str, Any]:
    """Return a record to change."""
    return copy.deepcopy(RECORD)


def sheets() -> dict[str, list[list[Any]]]:
    """Return the sheets to change."""
    return copy.deepcopy(SHEETS)


def as_json(*records: Any) -> bytes:
    """Return records as the catalogue's service wraps them."""
    return json.dumps({"data": list(records)}, ensure_ascii=False).encode()


def _cell(place: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def sheet_xml(rows: list[list[Any]]) -> str:
    """Return a sheet as a workbook holds it."""
    lines = "".join(
        f'<row r="{n}">' + "".join(_cell(f"{chr(65 + i)}{n}", value) for i, value in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def as_xlsx(named: dict[str, list[list[Any]]]) -> bytes:
    """Return sheets as a workbook, cell by cell as they are given, wrong heads and all."""
    return packed({title: sheet_xml(rows) for title, rows in named.items()})


def packed(sheets_by_title: dict[str, str]) -> bytes:
    """Return a workbook of these sheets."""
    numbers = range(1, len(sheets_by_title) + 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>' for n in numbers
        )
        book.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{parts}</Types>',
        )
        book.writestr("_rels/.rels", _relations([("xl/workbook.xml", "officeDocument")]))
        relations = [(f"worksheets/sheet{n}.xml", "worksheet") for n in numbers]
        book.writestr("xl/_rels/workbook.xml.rels", _relations(relations))
        listed = "".join(
            f'<sheet name="{escape(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(sheets_by_title, 1)
        )
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
        )
        for n, xml in enumerate(sheets_by_title.values(), 1):
            book.writestr(f"xl/worksheets/sheet{n}.xml", xml)
    return out.getvalue()


def _relations(targets: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets, 1)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )

"""What the columns of a file may be called, and a mapping file for those that are called otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from motcua.formats.tables.columns import normal

# Key → Vietnamese, English, the national synchronisation's name.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("Mã hồ sơ", "Code", "MaHoSo"),
    "procedure": ("Mã thủ tục", "Procedure", "MaTTHC"),
    "agency": ("Cơ quan giải quyết", "Agency", "DonViXuLy", "MaDonVi"),
    "agency_received": ("Cơ quan tiếp nhận", "Received by", "NoiNopHoSo"),
    "agency_helped": ("Cơ quan hỗ trợ", "Helped by"),
    "channel": ("Kênh", "Channel", "KenhThucHien"),
    "state": ("Trạng thái", "State", "TrangThaiHoSo"),
    "name": ("Chủ hồ sơ", "Owner", "ChuHoSo"),
    "kind": ("Loại đối tượng", "Kind", "LoaiDoiTuong"),
    "identity_number": ("Số giấy tờ", "Identity number", "SoGiayToChuHoSo"),
    "tax_code": ("Mã số thuế", "Tax code"),
    "born_on": ("Ngày sinh", "Born on", "NgaySinh"),
    "sex": ("Giới tính", "Sex", "GioiTinh"),
    "phone": ("Số điện thoại", "Phone", "SoDienThoai"),
    "email": ("Thư điện tử", "Email"),
    "address": ("Địa chỉ", "Address"),
    "summary": ("Trích yếu", "Summary", "TrichYeuHoSo"),
    "note": ("Ghi chú", "Note", "GhiChu"),
    "received_at": ("Ngày tiếp nhận", "Received", "NgayTiepNhan"),
    "promised_at": ("Ngày hẹn trả", "Promised", "NgayHenTra"),
    "forwarded_at": ("Ngày chuyển xử lý", "Forwarded", "NgayChuyenXuLy"),
    "supplement_requested_at": ("Ngày yêu cầu bổ sung", "Supplement requested"),
    "supplement_arrived_at": ("Ngày bổ sung", "Supplement arrived"),
    "promised_after": ("Ngày hẹn trả mới", "Promised then", "NgayHenTraMoi"),
    "extended_at": ("Ngày gia hạn", "Extended"),
    "extended_until": ("Gia hạn đến", "Extended until"),
    "apologised_at": ("Ngày xin lỗi", "Apologised"),
    "finished_at": ("Ngày có kết quả", "Finished", "NgayKetThucXuLy"),
    "returned_at": ("Ngày trả kết quả", "Returned", "NgayTra"),
    "withdrawn_at": ("Ngày rút", "Withdrawn"),
    "stopped_at": ("Ngày dừng", "Stopped"),
    "refused_at": ("Ngày từ chối", "Refused", "NgayTuChoi"),
    "recorded_at": ("Ngày ghi nhận", "Recorded"),
    "synchronised_at": ("Ngày đồng bộ", "Synchronised"),
    "authenticated": ("Đã xác thực", "Authenticated", "TaiKhoanDuocXacThucVoiVNeID"),
    "paid_online": ("Thanh toán trực tuyến", "Paid online", "DuocThanhToanTrucTuyen"),
    "paid_how": ("Cách nộp", "Paid how"),
    "fee_due": ("Phí, lệ phí", "Fee due"),
    "fee_paid": ("Đã nộp", "Fee paid"),
    "e_result": ("Kết quả điện tử", "Electronic result"),
    "supplements": ("DanhSachHoSoBoSung",),
    "papers": ("TaiLieuNop",),
    "progress": ("TienDo", "DanhSachTienDo"),
    "moments": ("DienBien",),
}  # fmt: skip
REQUIRED = ("code", "procedure", "received_at", "name")
KNOWN = {normal(name): key for key, names in COLUMNS.items() for name in (key, *names)}


class BadMapping(ValueError):
    """A mapping file that cannot be used; the sentence says why."""


@dataclass(frozen=True)
class ColumnNames:
    """Names of foreign columns, values, agencies and procedures, and what holds where a file says nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def key_of(self, head: str) -> str:
        """Return the key that a column's head means, "" for none."""
        return self.columns.get(normal(head)) or KNOWN.get(normal(head), "")


def read_mapping(path: Path | None) -> ColumnNames:
    """Return what a mapping file says; nothing without one.

    Raises:
        BadMapping: not a YAML file, or one with other parts or columns.
    """
    if path is None:
        return ColumnNames()
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise BadMapping(_("%(file)s is no mapping file that can be read.") % {"file": path}) from error
    if not isinstance(data, dict):
        raise BadMapping(_("%(file)s is no mapping file: it has no parts.") % {"file": path})
    parts = {"source": str, "columns": dict, "values": dict, "agencies": dict, "procedures": dict, "defaults": dict}
    for name, value in data.items():
        if name not in parts or not isinstance(value, parts[name]):
            told = _("%(file)s: %(name)s is not one of %(known)s, or not of its form.")
            raise BadMapping(told % {"file": path, "name": repr(name), "known": ", ".join(parts)})
    for key in [*map(str, data.get("columns", {}).values()), *data.get("values", {}), *data.get("defaults", {})]:
        if key not in COLUMNS:
            told = _("%(file)s: there is no column %(name)s; there are %(known)s.")
            raise BadMapping(told % {"file": path, "name": repr(key), "known": ", ".join(COLUMNS)})
    columns = {normal(str(head)): key for head, key in data.get("columns", {}).items()}
    texts = {part: {str(a): str(b) for a, b in data.get(part, {}).items()} for part in ("agencies", "procedures")}
    values = {key: {str(a): b for a, b in found.items()} for key, found in data.get("values", {}).items()}
    return ColumnNames(columns, values, **texts, defaults=data.get("defaults", {}), source=data.get("source", ""))


def keys_of(heads: Sequence[Any], mapping: ColumnNames) -> list[str]:
    """Return the key of each column, "" where it is not read."""
    return [mapping.key_of(str(head)) if head not in (None, "") else "" for head in heads]

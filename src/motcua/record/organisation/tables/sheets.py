"""The four tables with their columns."""

from motcua.formats.tables import Column, Sheet
from motcua.record.organisation.models import AgencyKind, Level, Role, UnitKind

LEVELS: dict[str, tuple[str, str]] = {
    Level.PROVINCE: ("Tỉnh", "Province"),
    Level.DEPARTMENT: ("Sở, ban, ngành", "Department"),
    Level.CENTRE: ("Trung tâm Phục vụ hành chính công", "Service centre"),
    Level.DISTRICT: ("Huyện", "District"),
    Level.COMMUNE: ("Xã", "Commune"),
}
KINDS: dict[str, tuple[str, str]] = {
    AgencyKind.ADMINISTRATIVE: ("Cơ quan hành chính", "Administrative agency"),
    AgencyKind.SERVICE_UNIT: ("Đơn vị sự nghiệp", "Public service unit"),
    AgencyKind.VERTICAL: ("Cơ quan ngành dọc", "Vertical body"),
}
UNIT_KINDS: dict[str, tuple[str, str]] = {
    UnitKind.DESK: ("Bộ phận một cửa", "One-stop desk"),
    UnitKind.ROOM: ("Phòng chuyên môn", "Specialised unit"),
    UnitKind.LEADERSHIP: ("Lãnh đạo", "Leadership"),
    UnitKind.OFFICE: ("Văn phòng", "Office"),
}
ROLES: dict[str, tuple[str, str]] = {
    Role.CLERK: ("Cán bộ tiếp nhận", "Receiving clerk"),
    Role.OFFICER: ("Chuyên viên xử lý", "Handling officer"),
    Role.HEAD: ("Trưởng phòng", "Head of unit"),
    Role.LEADER: ("Lãnh đạo", "Leader"),
    Role.DOCUMENT_CLERK: ("Văn thư", "Document clerk"),
    Role.CASHIER: ("Thu phí, lệ phí", "Cashier"),
    Role.CENTRE_MANAGER: ("Giám đốc Trung tâm", "Centre manager"),
    Role.AUDITOR: ("Kiểm tra, giám sát", "Auditor"),
    Role.ADMINISTRATOR: ("Quản trị", "Administrator"),
}
FROM = Column("valid_from", "Từ ngày", "From", kind="date", required=True, width=12)
TO = Column("valid_to", "Đến trước ngày", "To (exclusive)", kind="date", width=14)

AGENCIES = Sheet(
    "agencies",
    "Cơ quan",
    "Agencies",
    (
        Column("code", "Mã định danh", "Identity code", required=True, longest=40),
        FROM,
        TO,
        Column("name_vi", "Tên", "Name", required=True, longest=500, width=44),
        Column("name_en", "Tên tiếng Anh", "Name in English", longest=500, width=32),
        Column("level", "Cấp", "Level", kind="choice", choices=LEVELS, required=True),
        Column("kind", "Loại", "Kind", kind="choice", choices=KINDS),
        Column("parent", "Cơ quan cấp trên", "Agency above", longest=40),
        Column("unit_code", "Mã đơn vị hành chính", "Administrative unit code", longest=10),
        Column("address", "Địa chỉ", "Address", longest=300, width=32),
        Column("phone", "Điện thoại", "Phone", longest=30),
        Column("place", "Địa danh trên văn bản", "Place name on papers", longest=100),
    ),
)
UNITS = Sheet(
    "units",
    "Đơn vị",
    "Units",
    (
        Column("agency", "Mã cơ quan", "Agency code", required=True, longest=40),
        Column("key", "Khóa", "Key", required=True, longest=40),
        FROM,
        TO,
        Column("kind", "Loại đơn vị", "Kind of unit", kind="choice", choices=UNIT_KINDS, required=True),
        Column("name_vi", "Tên", "Name", required=True, longest=500, width=44),
        Column("name_en", "Tên tiếng Anh", "Name in English", longest=500, width=32),
        Column("fields_served", "Mã lĩnh vực", "Field codes", longest=2_000),
    ),
)
PEOPLE = Sheet(
    "people",
    "Nhân sự",
    "People",
    (
        Column("staff_code", "Mã nhân sự", "Staff code", required=True, longest=30),
        Column("full_name", "Họ và tên", "Full name", required=True, longest=200, width=30),
        Column("email", "Thư điện tử", "E-mail", longest=254, width=28),
        Column("phone", "Điện thoại", "Phone", longest=20),
        Column("active", "Đang làm việc", "In service", kind="boolean"),
    ),
)
POSTS = Sheet(
    "posts",
    "Vị trí công tác",
    "Posts",
    (
        Column("staff_code", "Mã nhân sự", "Staff code", required=True, longest=30),
        Column("agency", "Mã cơ quan", "Agency code", required=True, longest=40),
        Column("unit", "Khóa đơn vị", "Unit key", required=True, longest=40),
        Column("role", "Vai trò", "Role", kind="choice", choices=ROLES, required=True),
        FROM,
        TO,
        Column("title", "Chức danh", "Title", longest=200, width=30),
        Column("acting", "Quyền, phụ trách", "Acting", kind="boolean"),
        Column("position", "Mã vị trí việc làm", "Job position code", longest=30),
    ),
)
SHEETS = (AGENCIES, UNITS, PEOPLE, POSTS)
BY_KEY = {sheet.key: sheet for sheet in SHEETS}

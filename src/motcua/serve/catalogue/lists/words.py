"""What the lists are called, and how a time limit is written on papers."""

from django.utils.translation import gettext_lazy as _

from motcua.record.organisation.models import Level
from motcua.serve.catalogue.models import Channel, Fee, ProcedureVersion, TimeUnit

NAMES = {
    "all": _("All procedures"),
    "centre": _("Wholly at the Centre"),
    "full": _("Fully online"),
    "partial": _("Partly online"),
    "portal": _("On the national portal"),
    "restructured": _("Restructured for online filing"),
}
# Who decides where a whole level of agencies does.
DECIDING = {
    Level.PROVINCE: _("the province's people's committee"),
    Level.DEPARTMENT: _("departments of the province"),
    Level.CENTRE: _("the Public Administration Service Centre"),
    Level.DISTRICT: _("people's committees of districts"),
    Level.COMMUNE: _("people's committees of communes"),
}
# Papers and workbooks are Vietnamese: the legal text.
HEADS = (
    "STT", "Mã thủ tục", "Tên thủ tục hành chính", "Lĩnh vực", "Cơ quan thực hiện", "Thời hạn", "Mức độ trực tuyến",
    "Toàn bộ tại Trung tâm", "Cổng DVCQG", "Đã tái cấu trúc",
)  # fmt: skip
TITLES = {
    "all": "Danh mục thủ tục hành chính",
    "centre": "Danh mục thủ tục thực hiện toàn bộ tại Trung tâm Phục vụ hành chính công",
    "full": "Danh mục dịch vụ công trực tuyến toàn trình",
    "partial": "Danh mục dịch vụ công trực tuyến một phần",
    "portal": "Danh mục thủ tục tích hợp trên Cổng Dịch vụ công quốc gia",
    "restructured": "Danh mục thủ tục đã tái cấu trúc quy trình",
}
LEVELS = {2: "Cung cấp thông tin", 3: "Một phần", 4: "Toàn trình"}
UNITS = {
    TimeUnit.WORKING_HOUR: "giờ làm việc",
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.DAY: "ngày",
    TimeUnit.MONTH: "tháng",
}
CHANNELS = {Channel.COUNTER: "trực tiếp", Channel.ONLINE: "trực tuyến", Channel.POST: "qua dịch vụ bưu chính công ích"}


def limit_vi(version: ProcedureVersion) -> str:
    """Return a time limit in Vietnamese, as papers write it."""
    if version.outline:
        return "theo quy định"
    if version.at_once:
        return "Trả ngay"
    if not version.limit_amount:
        return "Trong ngày làm việc"
    return f"{version.limit_amount} {UNITS[TimeUnit(version.limit_unit)]}"


def fees_vi(version: ProcedureVersion) -> str:
    """Return the fees in Vietnamese, as papers write them; the fee of one way of handing in names it."""
    fees = [f"{fee.name_vi}{_way(fee)}: {fee.amount:,} đồng".replace(",", ".") for fee in version.fees.all()]
    return "; ".join(fees) or ("theo quy định" if version.outline else "Không")


def _way(fee: Fee) -> str:
    return f" (nộp {CHANNELS[Channel(fee.channel)]})" if fee.channel else ""

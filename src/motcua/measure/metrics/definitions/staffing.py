"""Staffing: the posts that serve, at the end of a period."""

from collections.abc import Collection
from typing import Any

from motcua.measure.metrics.definitions.measure import Measure, measure, share

DECREE_118 = "NĐ 118/2025/NĐ-CP"
CLERKS = ("receiving_clerk",)
OFFICERS = ("handling_officer",)
DECIDE = ("head_of_unit", "leader")


def _posts(roles: Collection[str] = (), **values: Any) -> Measure:
    def expression(rows: Any, _q: Any) -> Any:
        return rows.count(where=rows.role.isin(sorted(roles))) if roles else rows.count()

    return measure(expression=expression, over="posts", unit="posts", source=DECREE_118, **values)


posts = _posts(
    code="staffing.posts",
    name_vi="Vị trí công tác",
    name_en="Posts",
    words_vi="Vị trí đang có người giữ vào ngày cuối kỳ, theo ngày bắt đầu và kết thúc của vị trí.",
    words_en="Posts that are held on the last day of the period, by the dates of the posts.",
)
clerks = _posts(
    CLERKS,
    code="staffing.clerks",
    name_vi="Cán bộ tiếp nhận",
    name_en="Receiving clerks",
    words_vi="Vị trí tiếp nhận và trả kết quả đang có người giữ vào ngày cuối kỳ.",
    words_en="Posts of receiving clerks that are held on the last day of the period.",
)
officers = _posts(
    OFFICERS,
    code="staffing.officers",
    name_vi="Cán bộ xử lý",
    name_en="Handling officers",
    words_vi="Vị trí xử lý hồ sơ đang có người giữ vào ngày cuối kỳ.",
    words_en="Posts of handling officers that are held on the last day of the period.",
)
deciding = _posts(
    DECIDE,
    code="staffing.deciding",
    name_vi="Lãnh đạo và trưởng đơn vị",
    name_en="Leaders and heads of units",
    words_vi="Vị trí lãnh đạo cơ quan và trưởng đơn vị đang có người giữ vào ngày cuối kỳ.",
    words_en="Posts of leaders of agencies and heads of units that are held on the last day of the period.",
)
clerks_share = share(
    clerks,
    posts,
    code="staffing.clerks_share",
    name_vi="Tỷ lệ cán bộ tiếp nhận",
    name_en="Share of receiving clerks",
    words_vi="Vị trí tiếp nhận trên mọi vị trí đang có người giữ vào ngày cuối kỳ.",
    words_en="Receiving clerks among all posts that are held on the last day of the period.",
    source=DECREE_118,
)

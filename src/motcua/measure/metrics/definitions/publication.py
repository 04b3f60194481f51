"""Publication: procedures in force with what the public must find of them, and decisions made known in time."""

from typing import Any

from motcua.measure.metrics.definitions.measure import Expression, Measure, measure, share

DECREE_63 = "NĐ 63/2010/NĐ-CP, điều 13–15"


def _count(over: str, rows_that: Expression | None = None, **values: Any) -> Measure:
    def expression(rows: Any, q: Any) -> Any:
        return rows.count() if rows_that is None else rows.count(where=rows_that(rows, q))

    return measure(expression=expression, over=over, unit="procedures", source=DECREE_63, **values)


in_force = _count(
    "procedures",
    code="publication.in_force",
    name_vi="Thủ tục đang có hiệu lực",
    name_en="Procedures in force",
    words_vi="Thủ tục có phiên bản đã công bố đang có hiệu lực vào ngày cuối kỳ.",
    words_en="Procedures with a published version in force on the last day of the period.",
)
complete = _count(
    "procedures",
    lambda rows, q: ~rows.outline & (rows.announced_in != ""),
    code="publication.complete",
    name_vi="Thủ tục công khai đủ nội dung",
    name_en="Procedures published in full",
    words_vi="Thủ tục đang có hiệu lực, có số quyết định công bố và đủ thời hạn, phí, thành phần hồ sơ.",
    words_en="Procedures in force with the number of their decision and with times, fees and papers.",
)
complete_share = share(
    complete,
    in_force,
    code="publication.complete_share",
    name_vi="Tỷ lệ thủ tục công khai đủ nội dung",
    name_en="Share of procedures published in full",
    words_vi="Thủ tục công khai đủ nội dung trên số thủ tục đang có hiệu lực vào ngày cuối kỳ.",
    words_en="Procedures published in full among those in force on the last day of the period.",
    source=DECREE_63,
    better="up",
)
published = _count(
    "published",
    code="publication.published",
    name_vi="Thủ tục được công bố trong kỳ",
    name_en="Procedures made known",
    words_vi="Thủ tục mới hoặc sửa đổi trong các quyết định công bố đã công khai trong kỳ.",
    words_en="New and changed procedures of the decisions that were published in the period.",
)
before_effect = _count(
    "published",
    lambda rows, q: rows.published_on < rows.law_effective_on,
    code="publication.before_effect",
    name_vi="Công bố trước ngày có hiệu lực",
    name_en="Made known before they took effect",
    words_vi="Thủ tục được công khai trước ngày căn cứ pháp lý mới nhất có hiệu lực.",
    words_en="Procedures published before the day on which their latest legal basis took effect.",
)
before_effect_share = share(
    before_effect,
    published,
    code="publication.before_effect_share",
    name_vi="Tỷ lệ công bố trước ngày có hiệu lực",
    name_en="Share made known before they took effect",
    words_vi="Thủ tục được công khai trước ngày có hiệu lực trên số thủ tục được công bố trong kỳ.",
    words_en="Procedures published before they took effect among those published in the period.",
    source=DECREE_63,
    better="up",
)

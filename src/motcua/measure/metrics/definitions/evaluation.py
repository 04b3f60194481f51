"""Points by which TT 01/2018/TT-VPCP evaluates how dossiers are resolved: 0, 1 or 2 for a dossier; averages."""

from typing import Any

from motcua.measure.metrics.definitions import dossiers as d
from motcua.measure.metrics.definitions.measure import Expression, Measure, measure

CIRCULAR_1 = "TT 01/2018/TT-VPCP, điều 13, 14"
EARLY, ON_TIME = -1, 0


def _average(points: Any) -> Expression:
    """Return the average of what `points` gives each resolved dossier; empty where none was resolved."""

    def expression(rows: Any, question: Any) -> Any:
        resolved = rows.count(where=rows.resolved).nullif(0)
        return points(rows).cast("int64").sum(where=rows.resolved).cast("float64") / resolved.cast("float64")

    return expression


def _points(code: str, points: Any, **words: str) -> Measure:
    return measure(
        code=f"evaluation.{code}",
        expression=_average(points),
        opens=d.resolved.opens,
        unit="points",
        better="up",
        adds_up=False,
        source=CIRCULAR_1,
        **words,
    )


time_points = _points(
    "time_points",
    lambda rows: (rows.judged == EARLY).ifelse(2, (rows.judged == ON_TIME).ifelse(1, 0)),
    name_vi="Điểm chỉ số 1: tổng thời gian giải quyết",
    name_en="Points of index 1: time to resolve",
    words_vi="Trung bình của hồ sơ có kết quả trong kỳ: 2 điểm trước hạn, 1 điểm đúng hạn, 0 điểm quá hạn.",
    words_en="Average over the dossiers resolved in the period: 2 points early, 1 on time, 0 late.",
)
contact_points = _points(
    "contact_points",
    lambda rows: (rows.supplements == 0).ifelse(2, (rows.supplements == 1).ifelse(1, 0)),
    name_vi="Điểm chỉ số 3: số lần phải liên hệ để hoàn thiện hồ sơ",
    name_en="Points of index 3: times that people were asked for more",
    words_vi="Trung bình của hồ sơ có kết quả trong kỳ: 2 điểm không phải bổ sung, 1 điểm một lần, 0 điểm hơn một lần.",
    words_en="Average over the dossiers resolved in the period: 2 points never asked, 1 asked once, 0 more than once.",
)
agency_points = _points(
    "agency_points",
    lambda rows: (rows.supplements == 0).ifelse(2, 1),
    name_vi="Điểm chỉ số 4: số cơ quan phải liên hệ",
    name_en="Points of index 4: agencies that people must turn to",
    words_vi="Trung bình của hồ sơ có kết quả trong kỳ: 2 điểm không phải liên hệ thêm, 1 điểm chỉ liên hệ Bộ phận Một "
    "cửa. Mọi yêu cầu bổ sung trong hệ thống đều đi qua Bộ phận Một cửa; "
    "liên hệ ngoài hệ thống do người thẩm định xét.",
    words_en="Average over the dossiers resolved in the period: 2 points nobody, 1 the one-stop desk alone. Here each "
    "request for a supplement goes through the desk; whatever happens outside the record is for the appraiser to say.",
)

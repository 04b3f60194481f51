"""How long it takes, the citizen's waiting taken out and shown beside it."""

from typing import Any

from motcua.measure.metrics.definitions import dossiers as d
from motcua.measure.metrics.definitions.measure import counts, measure, share
from motcua.measure.metrics.questions import Question

HANDLING_VI = "phút làm việc từ khi tiếp nhận đến khi có kết quả, trừ thời gian chờ người dân"
HANDLING_EN = "working minutes from receipt to the result, without the time spent waiting for the applicant"
SERVICE = "NĐ 61/2018/NĐ-CP, điều 31; TT 01/2018/TT-VPCP, chỉ số 1"


def _quantile(column: str, at: float) -> Any:
    return lambda rows, q: rows[column].cast("float64").quantile(at, where=rows.resolved)


median = measure(
    expression=_quantile("worked_minutes", 0.5),
    code="time.handling_median",
    name_vi="Trung vị thời gian giải quyết",
    name_en="Median handling time",
    words_vi=f"Trung vị của {HANDLING_VI}, của hồ sơ giải quyết trong kỳ.",
    words_en=f"Median of the {HANDLING_EN}, of dossiers resolved in the period.",
    source=SERVICE,
    unit="minutes",
    better="down",
    adds_up=False,
)
ninetieth = measure(
    expression=_quantile("worked_minutes", 0.9),
    code="time.handling_p90",
    name_vi="Bách phân vị 90 thời gian giải quyết",
    name_en="90th percentile of handling time",
    words_vi=f"Chín phần mười hồ sơ giải quyết trong kỳ không lâu hơn mức này: {HANDLING_VI}.",
    words_en=f"Nine of ten dossiers resolved in the period took no longer: {HANDLING_EN}.",
    source=SERVICE,
    unit="minutes",
    better="down",
    adds_up=False,
)
mean = measure(
    expression=lambda rows, q: rows.worked_minutes.cast("float64").mean(where=rows.resolved),
    code="time.handling_mean",
    name_vi="Thời gian giải quyết bình quân",
    name_en="Mean handling time",
    words_vi=f"Trung bình cộng của {HANDLING_VI}, của hồ sơ giải quyết trong kỳ.",
    words_en=f"Arithmetic mean of the {HANDLING_EN}, of dossiers resolved in the period.",
    source="QĐ 766/QĐ-TTg, chỉ số 2.2",
    unit="minutes",
    better="down",
    adds_up=False,
)
waited_median = measure(
    expression=lambda rows, q: rows.waited_minutes.cast("float64").quantile(
        0.5, where=rows.resolved & (rows.waited_minutes > 0)
    ),
    code="time.waited_median",
    name_vi="Trung vị thời gian chờ người dân",
    name_en="Median time waiting for the applicant",
    words_vi="Trung vị số phút làm việc chờ bổ sung hoặc chờ nghĩa vụ tài chính, của hồ sơ có chờ.",
    words_en="Median of the working minutes spent waiting for a supplement or a payment, where there was a wait.",
    source=SERVICE,
    unit="minutes",
    adds_up=False,
)
waited = counts(
    lambda rows, q: rows.resolved & (rows.waited_minutes > 0),
    code="time.waited",
    name_vi="Hồ sơ đã giải quyết có thời gian chờ người dân",
    name_en="Resolved dossiers that waited for the applicant",
    words_vi="Hồ sơ giải quyết trong kỳ đã có lúc chờ bổ sung hoặc chờ nghĩa vụ tài chính.",
    words_en="Dossiers resolved in the period that waited for a supplement or a payment at some time.",
    source=SERVICE,
)
waiting = counts(
    lambda rows, q: rows.waiting,
    code="dossiers.waiting",
    name_vi="Đang chờ người dân",
    name_en="Waiting for the applicant",
    words_vi="Hồ sơ chờ bổ sung hoặc chờ nghĩa vụ tài chính vào cuối ngày cuối kỳ.",
    words_en="Dossiers that wait for a supplement or a payment at the end of the last day.",
    source=d.II_06A,
)
in_time_share = share(
    counts(
        lambda rows, q: rows.judged <= 0,
        code="dossiers.resolved_in_time",
        name_vi="Giải quyết trước và đúng hạn",
        name_en="Resolved early or on time",
        words_vi="Hồ sơ giải quyết trong kỳ không muộn hơn ngày hẹn trả.",
        words_en="Dossiers resolved in the period not after the promised date.",
        source=d.II_06A,
        better="up",
    ),
    d.resolved,
    code="dossiers.in_time_share",
    name_vi="Tỷ lệ giải quyết đúng hạn",
    name_en="Share resolved in time",
    words_vi="Hồ sơ giải quyết trước và đúng hạn trên hồ sơ đã giải quyết.",
    words_en="Dossiers resolved early or on time, of all that were resolved.",
    source="NĐ 61/2018/NĐ-CP, điều 31",
    better="up",
)


def _within_first(rows: Any, q: Question) -> Any:
    return rows.resolved & (rows.first_due_on.isnull() | (rows.resolved_on <= rows.first_due_on))


first_promise = share(
    counts(
        _within_first,
        code="dossiers.first_promise_kept",
        name_vi="Giữ đúng lời hẹn đầu tiên",
        name_en="First promise kept",
        words_vi="Hồ sơ giải quyết trong kỳ không muộn hơn ngày hẹn in trên giấy tiếp nhận ban đầu.",
        words_en="Dossiers resolved in the period not after the date printed on the first slip.",
        source="NĐ 61/2018/NĐ-CP, điều 19",
        better="up",
    ),
    d.resolved,
    code="dossiers.first_promise_share",
    name_vi="Tỷ lệ giữ đúng lời hẹn đầu tiên",
    name_en="Share of first promises kept",
    words_vi="Hồ sơ giữ đúng lời hẹn đầu tiên trên hồ sơ đã giải quyết; gia hạn và bổ sung không được trừ.",
    words_en="Dossiers that kept the first promise, of all resolved; extensions and supplements are no excuse.",
    source="NĐ 61/2018/NĐ-CP, điều 19",
    better="up",
)

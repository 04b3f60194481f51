"""Received, carried over, resolved, open: what Biểu II.06a counts."""

from motcua.measure.metrics.definitions.measure import counts
from motcua.measure.metrics.questions import ONLINE

II_06A = "TT 01/2020/TT-VPCP, Biểu II.06a/VPCP/KSTT"

counted = counts(
    lambda rows, q: rows.standing >= 1,
    code="dossiers.counted",
    name_vi="Tổng số hồ sơ trong kỳ",
    name_en="All dossiers of the period",
    words_vi="Hồ sơ tiếp nhận đến hết kỳ mà chưa giải quyết xong trước khi kỳ bắt đầu.",
    words_en="Dossiers received by the end of the period and not resolved before it began.",
    source=II_06A,
)
received = counts(
    lambda rows, q: ~rows.opening,
    code="dossiers.received",
    name_vi="Tiếp nhận trong kỳ",
    name_en="Received in the period",
    words_vi="Hồ sơ có ngày tiếp nhận trong kỳ; hồ sơ bị từ chối trước khi tiếp nhận không tính.",
    words_en="Dossiers whose day of receipt lies in the period; what was refused before receipt is not counted.",
    source=II_06A,
)
received_online = counts(
    lambda rows, q: ~rows.opening & (rows.channel == ONLINE),
    code="dossiers.received_online",
    name_vi="Tiếp nhận trực tuyến trong kỳ",
    name_en="Received online in the period",
    words_vi="Hồ sơ tiếp nhận trong kỳ, nộp trực tuyến.",
    words_en="Dossiers received in the period that were filed online.",
    source=II_06A,
    better="up",
)
received_directly = counts(
    lambda rows, q: ~rows.opening & (rows.channel != ONLINE),
    code="dossiers.received_directly",
    name_vi="Tiếp nhận trực tiếp hoặc qua bưu chính trong kỳ",
    name_en="Received at the counter or by post in the period",
    words_vi="Hồ sơ tiếp nhận trong kỳ, nộp trực tiếp hoặc qua dịch vụ bưu chính công ích.",
    words_en="Dossiers received in the period that were filed at the counter or by public post.",
    source=II_06A,
)
carried_over = counts(
    lambda rows, q: rows.opening,
    code="dossiers.carried_over",
    name_vi="Từ kỳ trước chuyển qua",
    name_en="Carried over",
    words_vi="Hồ sơ tiếp nhận trước kỳ và chưa giải quyết xong khi kỳ bắt đầu.",
    words_en="Dossiers received before the period and not resolved when it began.",
    source=II_06A,
)
resolved = counts(
    lambda rows, q: rows.resolved,
    code="dossiers.resolved",
    name_vi="Đã giải quyết",
    name_en="Resolved",
    words_vi="Hồ sơ có kết quả trong kỳ; hồ sơ rút hoặc dừng sau khi tiếp nhận được tính là giải quyết xong ngày đó.",
    words_en="Dossiers with a result in the period; withdrawn or stopped after receipt counts as resolved that day.",
    source=II_06A,
)
resolved_early = counts(
    lambda rows, q: rows.judged == -1,
    code="dossiers.resolved_early",
    name_vi="Giải quyết trước hạn",
    name_en="Resolved early",
    words_vi="Hồ sơ giải quyết trong kỳ, trước ngày hẹn trả.",
    words_en="Dossiers resolved in the period before the promised date.",
    source=II_06A,
    better="up",
)
resolved_on_time = counts(
    lambda rows, q: rows.judged == 0,
    code="dossiers.resolved_on_time",
    name_vi="Giải quyết đúng hạn",
    name_en="Resolved on time",
    words_vi="Hồ sơ giải quyết trong kỳ, đúng ngày hẹn trả; không có ngày hẹn cũng là đúng hạn.",
    words_en="Dossiers resolved in the period on the promised date; one without a promise counts as on time.",
    source=II_06A,
    better="up",
)
resolved_late = counts(
    lambda rows, q: rows.judged == 1,
    code="dossiers.resolved_late",
    name_vi="Giải quyết quá hạn",
    name_en="Resolved late",
    words_vi="Hồ sơ giải quyết trong kỳ, sau ngày hẹn trả đang có hiệu lực khi có kết quả.",
    words_en="Dossiers resolved in the period after the date promised at that time.",
    source=II_06A,
    better="down",
)
open_ = counts(
    lambda rows, q: ~rows.resolved,
    code="dossiers.open",
    name_vi="Đang giải quyết",
    name_en="Open",
    words_vi="Hồ sơ chưa giải quyết xong vào cuối ngày cuối kỳ.",
    words_en="Dossiers not resolved at the end of the period's last day.",
    source=II_06A,
)
open_in_time = counts(
    lambda rows, q: ~rows.resolved & ~rows.overdue,
    code="dossiers.open_in_time",
    name_vi="Đang giải quyết trong hạn",
    name_en="Open in time",
    words_vi="Hồ sơ đang giải quyết chưa quá ngày hẹn; đang chờ bổ sung hoặc chờ nghĩa vụ tài chính là trong hạn.",
    words_en="Open dossiers whose promised date has not passed; waiting for a supplement or a payment is in time.",
    source=II_06A,
)
open_late = counts(
    lambda rows, q: rows.overdue,
    code="dossiers.open_late",
    name_vi="Đang giải quyết quá hạn",
    name_en="Open and late",
    words_vi="Hồ sơ đang giải quyết mà ngày hẹn trả ở trước ngày cuối kỳ, không trong thời gian chờ.",
    words_en="Open dossiers whose promised date lies before the period's last day and that wait for nobody outside.",
    source=II_06A,
    better="down",
)
due_on_last_day = counts(
    lambda rows, q: ~rows.resolved & ~rows.waiting & (rows.due_on == q.last),
    code="dossiers.due_on_last_day",
    name_vi="Đến hạn ngày cuối kỳ",
    name_en="Due on the last day",
    words_vi="Hồ sơ đang giải quyết có ngày hẹn trả là ngày cuối kỳ, không trong thời gian chờ.",
    words_en="Open dossiers whose promised date is the period's last day and that wait for nobody outside.",
    source=II_06A,
)

"""How people are served: supplements, refusals, apologies, online filing and payment, digitised papers."""

from motcua.measure.metrics.definitions import dossiers as d
from motcua.measure.metrics.definitions.measure import counts, measure, share
from motcua.measure.metrics.questions import ONLINE

NEVER_ACCEPTED = 3
WITHDRAWN, STOPPED, FINISHED = 7, 8, 9
FULLY_ONLINE = 4
DIRECTIVE_10 = "Chỉ thị 10/CT-TTg năm 2019"
DECREE_61 = "NĐ 61/2018/NĐ-CP"
DECREE_42 = "NĐ 42/2022/NĐ-CP"

with_supplement = counts(
    lambda rows, q: ~rows.opening & (rows.supplements > 0),
    code="service.with_supplement",
    name_vi="Phải bổ sung",
    name_en="Asked for a supplement",
    words_vi="Hồ sơ tiếp nhận trong kỳ đã bị yêu cầu bổ sung.",
    words_en="Dossiers received in the period for which a supplement was asked.",
    source=DIRECTIVE_10,
    better="down",
)
supplements_per_hundred = share(
    measure(
        expression=lambda rows, q: rows.supplements.cast("int64").sum(where=~rows.opening).coalesce(0) * 100,
        code="service.supplements_hundredfold",
        name_vi="Số lần yêu cầu bổ sung (nhân 100)",
        name_en="Requests for a supplement (times 100)",
        words_vi="Tổng số lần yêu cầu bổ sung của hồ sơ tiếp nhận trong kỳ, nhân 100.",
        words_en="All requests for a supplement on dossiers received in the period, times 100.",
        source=DIRECTIVE_10,
        unit="requests",
        better="down",
    ),
    d.received,
    code="service.supplements_per_hundred",
    name_vi="Số lần yêu cầu bổ sung trên 100 hồ sơ",
    name_en="Supplements asked per hundred dossiers",
    words_vi="Số lần yêu cầu bổ sung trên mỗi 100 hồ sơ tiếp nhận trong kỳ.",
    words_en="Requests for a supplement for each hundred dossiers received in the period.",
    source=DIRECTIVE_10,
    unit="per hundred",
    better="down",
)
supplemented_twice = counts(
    lambda rows, q: ~rows.opening & (rows.supplements > 1),
    code="service.supplemented_twice",
    name_vi="Phải bổ sung quá một lần",
    name_en="Asked more than once",
    words_vi="Hồ sơ tiếp nhận trong kỳ bị yêu cầu bổ sung hơn một lần.",
    words_en="Dossiers received in the period for which supplements were asked more than once.",
    source=DIRECTIVE_10,
    better="down",
)
refused = counts(
    lambda rows, q: (rows.state == NEVER_ACCEPTED) & (rows.from_on >= q.first),
    code="service.refused",
    name_vi="Từ chối tiếp nhận",
    name_en="Refused",
    words_vi="Hồ sơ bị từ chối bằng văn bản trong kỳ, trước khi được tiếp nhận.",
    words_en="Filings refused in writing in the period, before receipt.",
    source=DECREE_61,
    over="filed",
)
withdrawn = counts(
    lambda rows, q: rows.state == WITHDRAWN,
    code="service.withdrawn",
    name_vi="Người nộp rút hồ sơ",
    name_en="Withdrawn",
    words_vi="Hồ sơ người nộp rút trong kỳ sau khi đã tiếp nhận.",
    words_en="Dossiers that applicants withdrew in the period after receipt.",
    source=DECREE_61,
)
stopped = counts(
    lambda rows, q: rows.state == STOPPED,
    code="service.stopped",
    name_vi="Dừng giải quyết",
    name_en="Stopped",
    words_vi="Hồ sơ cơ quan dừng giải quyết trong kỳ sau khi đã tiếp nhận.",
    words_en="Dossiers whose handling was stopped in the period after receipt.",
    source=DECREE_61,
)
to_collect = counts(
    lambda rows, q: rows.state == FINISHED,
    code="service.to_collect",
    name_vi="Có kết quả, chưa trả",
    name_en="Ready, not yet returned",
    words_vi="Hồ sơ có kết quả trong kỳ mà cuối kỳ chưa trả cho người dân.",
    words_en="Dossiers resolved in the period whose result was not returned by its end.",
    source=DECREE_61,
    better="down",
)
returned = counts(
    lambda rows, q: rows.returned_on >= q.first,
    code="service.returned",
    name_vi="Đã trả kết quả",
    name_en="Returned",
    words_vi="Hồ sơ đã trả kết quả cho người dân trong kỳ.",
    words_en="Dossiers whose result was returned in the period.",
    source=DECREE_61,
    over="all",
)
late_all = counts(
    lambda rows, q: (rows.judged == 1) | rows.overdue,
    code="dossiers.late",
    name_vi="Quá hạn (đã và đang giải quyết)",
    name_en="Late, resolved or open",
    words_vi="Hồ sơ giải quyết quá hạn trong kỳ và hồ sơ đang giải quyết đã quá hạn.",
    words_en="Dossiers resolved late in the period, and open ones that are late.",
    source=DECREE_61,
    better="down",
)
apologies_owed = counts(
    lambda rows, q: ((rows.judged == 1) | rows.overdue) & rows.apologised_on.isnull() & ~rows.extended,
    code="service.apologies_owed",
    name_vi="Còn nợ thư xin lỗi",
    name_en="Apologies owed",
    words_vi="Hồ sơ quá hạn chưa có thư xin lỗi và chưa được gia hạn kèm xin lỗi.",
    words_en="Late dossiers with neither an apology nor an extension with apology.",
    source=f"{DECREE_61}, điều 19",
    better="down",
)
apologies_for_resolved = counts(
    lambda rows, q: (rows.judged == 1) & rows.apologised_on.notnull(),
    code="service.apologies_for_resolved",
    name_vi="Giải quyết quá hạn có thư xin lỗi",
    name_en="Resolved late, with an apology",
    words_vi="Hồ sơ giải quyết quá hạn trong kỳ mà người dân đã nhận thư xin lỗi.",
    words_en="Dossiers resolved late in the period for which an apology was sent.",
    source=f"{DECREE_61}, điều 19",
)
apologies_sent = counts(
    lambda rows, q: (rows.apologised_on >= q.first) & (rows.apologised_on <= q.last),
    code="service.apologies_sent",
    name_vi="Thư xin lỗi đã gửi",
    name_en="Apologies sent",
    words_vi="Hồ sơ có thư xin lỗi gửi trong kỳ.",
    words_en="Dossiers for which an apology was sent in the period.",
    source=f"{DECREE_61}, điều 19",
    over="all",
)
extended = counts(
    lambda rows, q: rows.extended,
    code="service.extended",
    name_vi="Gia hạn kèm xin lỗi",
    name_en="Extended with an apology",
    words_vi="Hồ sơ trong kỳ được gia hạn trước khi đến hạn, kèm thư xin lỗi.",
    words_en="Dossiers of the period whose promise was extended with an apology before it passed.",
    source=f"{DECREE_61}, điều 19",
    better="down",
)
online_share = share(
    d.received_online,
    d.received,
    code="service.online_share",
    name_vi="Tỷ lệ nộp trực tuyến",
    name_en="Share filed online",
    words_vi="Hồ sơ nộp trực tuyến trên hồ sơ tiếp nhận trong kỳ.",
    words_en="Dossiers filed online, of all received in the period.",
    source=DECREE_42,
    better="up",
)
fully_online = counts(
    lambda rows, q: ~rows.opening & (rows.channel == ONLINE) & (rows.service_level == FULLY_ONLINE),
    code="service.fully_online",
    name_vi="Trực tuyến toàn trình",
    name_en="Fully online",
    words_vi="Hồ sơ nộp trực tuyến trong kỳ của thủ tục cung cấp toàn trình.",
    words_en="Dossiers filed online in the period for procedures offered fully online.",
    source=DECREE_42,
    better="up",
)
fully_eligible = counts(
    lambda rows, q: ~rows.opening & (rows.service_level == FULLY_ONLINE),
    code="service.fully_online_eligible",
    name_vi="Thuộc thủ tục toàn trình",
    name_en="Of procedures offered fully online",
    words_vi="Hồ sơ tiếp nhận trong kỳ của thủ tục cung cấp toàn trình, nộp bằng mọi cách.",
    words_en="Dossiers received in the period for procedures offered fully online, however filed.",
    source=DECREE_42,
)
fully_online_share = share(
    fully_online,
    fully_eligible,
    code="service.fully_online_share",
    name_vi="Tỷ lệ hồ sơ trực tuyến toàn trình",
    name_en="Share fully online",
    words_vi="Hồ sơ trực tuyến toàn trình trên hồ sơ của thủ tục cung cấp toàn trình.",
    words_en="Fully online dossiers, of those of procedures offered fully online.",
    source=DECREE_42,
    better="up",
)
with_fee = counts(
    lambda rows, q: ~rows.opening & (rows.fee_due > 0),
    code="payment.with_fee",
    name_vi="Có phí, lệ phí",
    name_en="With a fee",
    words_vi="Hồ sơ tiếp nhận trong kỳ phải nộp phí, lệ phí.",
    words_en="Dossiers received in the period for which a fee is due.",
    source="QĐ 766/QĐ-TTg, chỉ số 3.6",
)
paid_online = counts(
    lambda rows, q: ~rows.opening & (rows.fee_due > 0) & (rows.paid_how == "online"),
    code="payment.paid_online",
    name_vi="Thanh toán trực tuyến",
    name_en="Paid online",
    words_vi="Hồ sơ tiếp nhận trong kỳ có phí, lệ phí đã thanh toán trực tuyến.",
    words_en="Dossiers received in the period whose fee was paid online.",
    source="QĐ 766/QĐ-TTg, chỉ số 3.6",
    better="up",
)
paid_online_share = share(
    paid_online,
    with_fee,
    code="payment.paid_online_share",
    name_vi="Tỷ lệ thanh toán trực tuyến",
    name_en="Share paid online",
    words_vi="Hồ sơ thanh toán trực tuyến trên hồ sơ có phí, lệ phí.",
    words_en="Dossiers paid online, of those with a fee.",
    source="QĐ 766/QĐ-TTg, chỉ số 3.6",
    better="up",
)
fees = measure(
    expression=lambda rows, q: rows.fee_paid.sum(where=~rows.opening).coalesce(0),
    code="payment.collected",
    name_vi="Phí, lệ phí đã thu",
    name_en="Fees collected",
    words_vi="Tổng phí, lệ phí đã thu của hồ sơ tiếp nhận trong kỳ (đồng).",
    words_en="All fees collected for dossiers received in the period (đồng).",
    source=DECREE_61,
    unit="đồng",
)

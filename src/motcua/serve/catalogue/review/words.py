"""The steps that a review begins with, and how its events are told."""

from django.utils.translation import gettext_lazy as _

# What those who ask do (the columns of the tables of compliance cost); a reviewer adds and drops lines.
FIRST_LINES = (
    ("Chuẩn bị hồ sơ: điền mẫu đơn, tờ khai", "Fill in forms"),
    ("Chuẩn bị hồ sơ: sao chụp, chứng thực giấy tờ", "Copy and certify papers"),
    ("Đi lại và nộp hồ sơ", "Travel and hand in"),
    ("Phối hợp: bổ sung, kiểm tra, xác minh", "Supplements, checks on the spot"),
    ("Đi lại và nhận kết quả", "Travel and take the result"),
    ("Phí, lệ phí", "Fees and charges"),
)
EVENTS = {
    "review.opened": _("Review opened"),
    "review.saved": _("Saved"),
    "review.proposed": _("Proposed"),
    "review.approved": _("Approved"),
    "review.rejected": _("Rejected"),
    "review.reopened": _("Sent back to be worked on"),
}

"""The first checklist, deadlines and wage of publication and review. All are data: a later row takes their place."""

import datetime as dt

from django.db import migrations

SINCE = dt.date(2018, 1, 1)
NATIONAL = "Bộ chỉ số QĐ 766/QĐ-TTg"
CONTROL = "NĐ 63/2010/NĐ-CP (sửa đổi bởi NĐ 48/2013, NĐ 92/2017); TT 02/2017/TT-VPCP"
DEADLINES = (
    ("check", 5, "Quy chế nội bộ của địa phương; kiểm tra lại trước khi dùng"),
    ("publish", 5, f"{NATIONAL}, chỉ số 1.1 (địa phương)"),
    ("update", 5, f"{NATIONAL}, chỉ số 1.2 (địa phương)"),
)
CHECKLIST = (
    ("legal-basis", "Có căn cứ pháp lý, còn hiệu lực", "It has a legal basis that is in force", CONTROL),
    ("competence", "Đúng thẩm quyền công bố", "The agency may publish it", CONTROL),
    (
        "parts",
        "Đủ các bộ phận tạo thành của thủ tục",
        "All constituent parts are there",
        "NĐ 63/2010/NĐ-CP, khoản 2 Điều 8",
    ),
    (
        "papers",
        "Thành phần hồ sơ không ngoài quy định, không trùng dữ liệu đã có",
        "No paper beyond the law, none that data already give",
        CONTROL,
    ),
    ("limit", "Thời hạn giải quyết đúng quy định", "The time limit is as the law says", CONTROL),
    ("fees", "Phí, lệ phí đúng văn bản quy định mức thu", "Fees are as the fee rules say", CONTROL),
    ("forms", "Mẫu đơn, tờ khai đầy đủ, đúng bản hiện hành", "Forms are complete and current", CONTROL),
    ("wording", "Trình bày rõ ràng, đúng thể thức", "Clear wording, proper layout", "NĐ 30/2020/NĐ-CP"),
)
# GDP a head of 2024 over 2,112 working hours (12 months of 176): a sample, to be replaced by what is announced.
WAGE = (54_000, "GDP bình quân đầu người năm 2024 chia 2.112 giờ làm việc; số mẫu, kiểm tra lại trước khi dùng")


def fill(apps, schema_editor):
    """Write the deadlines of publication, the checklist and the wage that the product ships with."""
    deadline, item, wage = (
        apps.get_model("catalogue", name) for name in ("PublicationDeadline", "ChecklistItem", "WageRate")
    )
    for key, amount, source in DEADLINES:
        deadline.objects.create(key=key, amount=amount, unit="wd", source=source, valid_from=SINCE)
    for order, (key, vi, en, source) in enumerate(CHECKLIST, 1):
        item.objects.create(key=key, order=order, name_vi=vi, name_en=en, source=source, valid_from=SINCE)
    wage.objects.create(amount_an_hour=WAGE[0], source=WAGE[1], valid_from=SINCE)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_publication_and_review")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

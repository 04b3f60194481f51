"""Versions of a procedure: drafts stay out of use, a running dossier keeps the version it was received by."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.formats.datafiles import datasets_folder
from motcua.serve.catalogue.actions import load_procedure
from motcua.serve.catalogue.content import ProcedureData
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.parsing import parse_procedure, parse_procedures
from motcua.serve.catalogue.queries import search_versions, version_on, versions_on
from motcua.serve.catalogue.reading import content_of, with_parts

pytestmark = pytest.mark.django_db
BIRTH = "1.001193"


def test_a_draft_is_in_no_list_and_serves_nobody(today: dt.date) -> None:
    in_force = version_on(BIRTH, today)
    assert in_force is not None
    draft = ProcedureVersion.objects.create(
        procedure=in_force.procedure,
        number=9,
        status=ProcedureVersion.Status.DRAFT,
        name_vi=in_force.name_vi,
        folded_name=in_force.folded_name,
        valid_from=today,
    )
    assert version_on(BIRTH, today) == in_force
    assert draft not in versions_on(today)
    assert draft not in search_versions("khai sinh", today)


FULL = """
code: "9.000001"
sample: true
number: 1
valid_from: 2026-01-01
kind: Thủ tục được luật giao quy định chi tiết
announced_by: Bộ Mẫu
announced_in: 12/QĐ-BM
field: {code: MAU, name_vi: Lĩnh vực mẫu, name_en: Sample field}
name_vi: Thủ tục mẫu có hai trường hợp
name_en: A sample procedure with two cases
competence: [{level: commune}]
limit: 5wd
limits_by_channel: {"2": 3wd}
service_level: 4
subjects: [Công dân Việt Nam]
subjects_note: Người từ đủ 18 tuổi.
levels: [{level: commune, agency: Ủy ban nhân dân cấp xã, address: Trung tâm Phục vụ hành chính công}]
agencies: [{code: H15.136, name: UBND phường}]
methods:
  - {channel: 1, time: 5wd, note_vi: Tại quầy, note_en: At the desk}
  - {channel: 2, time: 3wd}
  - {channel: 3, note_vi: Theo thời gian chuyển phát, note_en: As long as the post takes}
cases:
  - {key: first, name_vi: Cấp lần đầu, name_en: First issue, order_vi: Bước 1, order_en: Step 1}
  - {key: again, name_vi: Cấp lại, name_en: Issued again}
components:
  - {key: form, name_vi: Tờ khai, name_en: Form, originals: 1, code: "000.01", url: "https://example.vn/to-khai"}
  - {key: report, name_vi: Đơn báo mất, name_en: Report of loss, originals: 1, case: again}
fees:
  - {name_vi: Phí, name_en: Fee, kind: fee, amount: 50000, per: dossier, when: before, channel: 1, code: P1}
  - {name_vi: Phí, name_en: Fee, kind: fee, amount: 25000, per: dossier, when: before, channel: 2, terms_vi: Giảm một nửa,
     terms_en: Half}
results: [{name_vi: Giấy phép, name_en: Permit, electronic: true, code: KQ1}]
legal_bases: [{number: 1/2025/QH15, name: Luật Mẫu}]
requirements_vi: Không
requirements_en: None
order_vi: Nộp hồ sơ
order_en: Hand in
process:
  commune:
    decision: Mẫu
    steps:
      - {key: receive, kind: receive, role: receiving_clerk, unit_kind: desk, time: 1wh, name_vi: Nhận, name_en: Receive}
      - {key: return, kind: return, role: receiving_clerk, unit_kind: desk, time: 0wh, name_vi: Trả, name_en: Return}
"""


@pytest.fixture
def full(tmp_path: Path) -> ProcedureData:
    """A version that says all that the national record has room for."""
    file = tmp_path / "full.yaml"
    file.write_text(FULL, encoding="utf-8")
    return parse_procedure(file)


def test_what_is_stored_of_a_full_record_reads_back_as_it_was_given(full: ProcedureData, actor_of: Any) -> None:
    version = load_procedure(by=actor_of("quantri"), data=full, now=timezone.now())
    assert version is not None
    stored = with_parts(ProcedureVersion.objects.filter(pk=version.pk)).get()
    assert content_of(stored) == replace(full, competences=(), processes=())


def test_every_shipped_version_reads_back_as_its_file_says() -> None:
    files = {(data.code, data.number): data for data in parse_procedures(datasets_folder() / "provinces" / "dak-lak")}
    for version in with_parts(ProcedureVersion.objects.all()):
        data = files[version.procedure.code, version.number]
        assert content_of(version) == replace(data, competences=(), processes=())

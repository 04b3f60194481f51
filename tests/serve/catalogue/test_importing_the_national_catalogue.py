"""The national catalogue becomes drafts: previewed, all or nothing, and nobody's dossier changes."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override
from tests.formats.national.catalogue_samples import as_json, as_xlsx, record, sheets
from tests.samples import birth

from motcua.formats.datafiles import datasets_folder
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed
from motcua.rules.working_time import Duration
from motcua.serve.catalogue import actions
from motcua.serve.catalogue.difference_words import sentence
from motcua.serve.catalogue.models import Component, Procedure, ProcedureVersion
from motcua.serve.catalogue.previewing import preview_import
from motcua.serve.catalogue.queries import competent_agencies, version_on
from motcua.serve.catalogue.reading import content_of, with_parts
from motcua.serve.dossiers import actions as dossiers
from motcua.web.cli.commands import parse

pytestmark = pytest.mark.django_db
NEXT_YEAR = dt.date(2028, 1, 1)
DRAFT, PUBLISHED = ProcedureVersion.Status.DRAFT, ProcedureVersion.Status.PUBLISHED


@pytest.fixture
def admin(actor_of: Any) -> Any:
    return actor_of("quantri")


def put_in(by: Any, *records: Any, since: dt.date = NEXT_YEAR, **other: Any) -> Any:
    """Import records as JSON."""
    now = timezone.now()
    return actions.import_catalogue(
        by=by, name="tthc.json", content=as_json(*records), valid_from=since, now=now, **other
    )


def newest(code: str) -> ProcedureVersion:
    """Return the newest version of a procedure."""
    return with_parts(ProcedureVersion.objects.filter(procedure__code=code)).order_by("-number")[0]


def birth_record(**changes: Any) -> dict[str, Any]:
    """Return the birth registration as the national catalogue might give it, the fees and times changed."""
    return record() | {
        "MATTHC": "1.001193",
        "TENTTHC": "Đăng ký khai sinh",
        "LINHVUCTHUCHIEN": [{"MALINHVUC": "HT", "TENLINHVUC": "Hộ tịch"}],
        **changes,
    }


def test_a_new_procedure_becomes_a_draft_with_all_that_its_record_says(admin: Any, today: dt.date) -> None:
    found = put_in(admin, record())
    assert [(row.what, row.data.code) for row in found.rows] == [("new", "9.000002")]
    version = newest("9.000002")
    content = content_of(version)
    assert (version.status, version.valid_from, version_on("9.000002", NEXT_YEAR)) == (DRAFT, NEXT_YEAR, None)
    assert (content.limit, content.limits_by_channel) == (Duration(7, "wd"), {"2": "5wd"})
    assert [(fee.amount, fee.channel, fee.kind) for fee in content.fees] == [
        (150_000, 1, "charge"), (75_000, 2, "charge"),
    ]  # fmt: skip
    assert [(c.name.vi, c.case, c.originals, c.copies) for c in content.components] == [
        ("Đơn đề nghị", "cap-lan-dau", 1, 0), ("Bản vẽ", "cap-lan-dau", 0, 2), ("Đơn đề nghị", "cap-lai", 1, 0),
    ]  # fmt: skip
    assert [case.order.vi for case in content.cases] == ["Bước 1. Nộp\nBước 2. Nhận", ""]
    assert [agency.code for agency in competent_agencies(version, NEXT_YEAR)] == ["H15.24"]
    assert verify().ok


def test_the_same_file_again_changes_nothing(admin: Any) -> None:
    put_in(admin, record())
    events = Event.objects.count()
    assert [row.what for row in put_in(admin, record()).rows] == ["same"]
    assert Event.objects.count() == events


def test_a_changed_record_writes_over_the_draft_and_is_told_in_words(admin: Any) -> None:
    put_in(admin, record())
    changed = record()
    changed["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0] |= {"THOIGIANGIAIQUYET": "3"}
    changed["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"][0]["SOTIEN"] = "100000"
    (row,) = put_in(admin, changed).rows
    with override("en"):
        assert [sentence(found) for found in row.differences] == [
            "Time limit: from 7 working days to 3 working days",
            "Handed in at the counter: from “7 working days, Kể từ ngày nhận đủ hồ sơ” to "
            "“3 working days, Kể từ ngày nhận đủ hồ sơ”",
            "Fee of “Lệ phí cấp, at the counter” lowered from 150,000 đồng to 100,000 đồng",
        ]
    assert Procedure.objects.get(code="9.000002").versions.count() == 1
    assert newest("9.000002").limit_amount == 3
    assert Event.objects.latest("id").kind == "procedure.version_revised"
    assert verify().ok


def test_a_running_dossier_keeps_its_version(admin: Any, actor_of: Any, today: dt.date) -> None:
    dossier = dossiers.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    before = content_of(newest("1.001193"))
    put_in(admin, birth_record())
    dossier.refresh_from_db()
    assert dossier.version.number == before.number
    assert newest("1.001193").number == before.number + 1
    assert newest("1.001193").status == DRAFT
    assert content_of(with_parts(ProcedureVersion.objects.filter(pk=dossier.version_id)).get()) == before
    assert version_on("1.001193", today) == dossier.version


def test_what_the_national_record_does_not_know_is_kept_from_the_version_before(admin: Any, today: dt.date) -> None:
    old = version_on("1.001193", today)
    assert old is not None
    paper = old.components.all()[0]
    name = {"TENGIAYTO": paper.name_vi.upper(), "SOBANCHINH": 1, "SOBANSAO": 0}
    put_in(admin, birth_record(THANHPHANHOSO=[{"TRUONGHOP": "", "GIAYTO": [name]}]))
    draft = newest("1.001193")
    assert (draft.cut_off, draft.name_en) == (old.cut_off, old.name_en)
    assert [component.key for component in draft.components.all()] == [paper.key]


def test_a_version_that_overlaps_one_in_force_is_refused_with_its_place(admin: Any, today: dt.date) -> None:
    with pytest.raises(Invalid) as refused, override("en"):
        put_in(admin, birth_record(), since=dt.date(2010, 1, 1))
    assert [(e.code, e.field) for e in refused.value.errors] == [("import.overlap", "data[1].MATTHC")]
    assert "data[1].MATTHC: 1.001193 overlaps version 1" in refused.value.errors[0].message


def test_one_wrong_cell_keeps_the_whole_file_out(admin: Any) -> None:
    named = sheets()
    named["PHILEPHI"][2][3] = -75_000
    before = Event.objects.count()
    with pytest.raises(Invalid) as refused, override("en"):
        actions.import_catalogue(
            by=admin, name="tthc.xlsx", content=as_xlsx(named), valid_from=NEXT_YEAR, now=timezone.now()
        )
    assert refused.value.errors[0].message == "PHILEPHI!D3: must not be negative; it is “-75000”."
    assert Event.objects.count() == before
    assert not Procedure.objects.filter(code="9.000002").exists()


def test_the_second_of_two_procedures_at_fault_keeps_the_first_out(admin: Any) -> None:
    with pytest.raises(Invalid):
        put_in(admin, record(), birth_record(HIEULUCTU="01/01/2015"))
    assert not Procedure.objects.filter(code="9.000002").exists()


def test_the_207_announced_procedures_are_in_force_at_once_and_found(admin: Any, today: dt.date) -> None:
    file = datasets_folder() / "catalogue" / "defence-207.csv"
    found = actions.import_catalogue(
        by=admin, name=file.name, content=file.read_bytes(), valid_from=today, now=timezone.now(), announced=True
    )
    assert (found.count("new"), len(found.rows)) == (207, 207)
    version = version_on("1.013128", today)
    assert version is not None
    assert (version.outline, version.announced_in) == (True, "Quyết định số 3717/QĐ-BQP")
    assert {agency.level for agency in competent_agencies(version, today)} == {"commune"}
    assert not Component.objects.filter(version__procedure__code__startswith="1.0131").exists()
    assert preview_import(file.name, file.read_bytes(), today).count("same") == 207


def test_a_file_is_previewed_then_carried_out_once(admin: Any) -> None:
    now = timezone.now()
    kept, found = actions.upload_catalogue(
        by=admin, name="tthc.json", content=as_json(record()), valid_from=NEXT_YEAR, now=now
    )
    assert found.count("new") == 1
    assert not Procedure.objects.filter(code="9.000002").exists()
    actions.carry_out_import(by=admin, import_id=kept.pk, now=now)
    assert newest("9.000002").status == DRAFT
    with pytest.raises(Conflict):
        actions.carry_out_import(by=admin, import_id=kept.pk, now=now)
    kept.refresh_from_db()
    assert (kept.new, bytes(kept.content)) == (1, b"")


def test_only_who_drafts_may_import(actor_of: Any) -> None:
    with pytest.raises(NotAllowed):
        put_in(actor_of("xa.tiepnhan"), record())


def command(*arguments: str) -> int:
    """Run `motcua catalogue import` as the command line does, the database being ready."""
    args = parse(["catalogue", "import", *arguments])
    return int(args.run(args))


def test_the_command_tells_first_and_writes_then(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "tthc.json"
    file.write_bytes(as_json(record(), birth_record()))
    assert command(str(file), "--dry-run", "--from", "2028-01-01") == 0
    told = capsys.readouterr().out
    assert "new 9.000002 Cấp giấy phép mẫu" in told
    assert "changed 1.001193 Đăng ký khai sinh\n    Kind of procedure: from – to" in told
    assert told.endswith("new 1 changed 1 same 0\n")
    assert not Procedure.objects.filter(code="9.000002").exists()
    assert command(str(file), "--from", "2028-01-01", "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
    assert newest("9.000002").status == DRAFT


def test_the_command_names_the_cell_that_is_wrong_and_writes_nothing(tmp_path: Path, capsys: Any) -> None:
    named = sheets()
    named["PHILEPHI"][0][3] = "Số tiền nộp"
    file = tmp_path / "tthc.xlsx"
    file.write_bytes(as_xlsx(named))
    assert command(str(file), "--language", "en") == 2
    assert "PHILEPHI!D1: no column is named “Số tiền nộp”" in capsys.readouterr().err
    assert not Procedure.objects.filter(code="9.000002").exists()

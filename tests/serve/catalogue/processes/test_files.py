"""BPMN written and read, the workbook, the comparison, a draft discarded: the pages and what they do."""

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from motcua.formats import bpmn
from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.serve.catalogue.models import Process, StepKind
from motcua.serve.catalogue.processes.actions import create_draft, discard_draft, save_draft
from motcua.serve.catalogue.processes.comparing import differences
from motcua.serve.catalogue.processes.importing import rows_from_bpmn
from motcua.serve.catalogue.processes.presenting import bpmn_rows, who
from motcua.serve.catalogue.processes.queries import rows_in
from motcua.serve.catalogue.processes.rows import CHOICES, StepRow, digest_of
from motcua.serve.catalogue.queries import process_for, version_on
from motcua.serve.catalogue.switches import NAMES

PERMIT = "1.009994"
ROWS = [
    StepRow("receive", "Tiếp nhận", "Receive", "receive", "receiving_clerk"),
    StepRow("examine", "Thẩm định", "Examine", amount=8, may_return_to=("receive",)),
    StepRow(
        "fire",
        "Ý kiến PCCC",
        "Fire",
        "consult",
        after=("examine",),
        where="named",
        agency="H15.04",
        amount=2,
        unit="wd",
    ),
    StepRow("land", "Ý kiến đất", "Land", "consult", after=("examine",), optional=True, switches={"may_pause": False}),
    StepRow("sign", "Ký", "Sign", "sign", "leader", after=("fire", "land"), amount=4),
    StepRow("return", "Trả", "Return", "return", "receiving_clerk"),
]


def file_of(rows: list[StepRow], name: str = "Cấp phép") -> bytes:
    return bpmn.export(name=name, rows=bpmn_rows(rows), namespace="urn:x")


NAMES_ = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=20).filter(str.strip)


@st.composite
def tables(draw: st.DrawFn) -> list[StepRow]:
    """Rows as the editor keeps them: each waits for rows above, all but the last are waited for."""
    rows: list[StepRow] = []
    for number in range(draw(st.integers(2, 8))):
        above = [row.key for row in rows]
        some = st.lists(st.sampled_from(above), unique=True, max_size=3).map(tuple) if above else st.just(())
        where = draw(st.sampled_from(CHOICES["where"]))
        rows.append(
            StepRow(
                key=f"s{number}",
                name_vi=draw(NAMES_),
                name_en=draw(st.just("") | NAMES_),
                kind=draw(st.sampled_from(CHOICES["kind"])),
                role=draw(st.sampled_from(CHOICES["role"])),
                where=where,
                agency="H15.04" if where == "named" else "",
                amount=draw(st.integers(0, 9_999)),
                unit=draw(st.sampled_from(CHOICES["unit"])),
                after=draw(some),
                may_return_to=draw(some),
                optional=draw(st.booleans()),
                switches=draw(st.dictionaries(st.sampled_from(NAMES), st.booleans())),
            )
        )
    rows = [replace(row, optional=row.optional and 0 < number < len(rows) - 1) for number, row in enumerate(rows)]
    waited = {
        key for number, row in enumerate(rows) for key in row.after or ((rows[number - 1].key,) if number else ())
    }
    left = tuple(row.key for row in rows[:-1] if row.key not in waited)
    last = rows[-1]
    joined = (*(last.after or (rows[-2].key,)), *left) if left else last.after
    return [*rows[:-1], replace(last, after=joined, may_return_to=())]


@given(tables())
def test_a_table_written_as_bpmn_and_read_again_is_the_same_table(rows: list[StepRow]) -> None:
    with translation.override("en"):
        found = rows_from_bpmn(file_of(rows))
    returns = [tuple(key for key in row.may_return_to) for row in found.rows]
    drawn = [tuple(one.may_return_to) for one in bpmn_rows(rows)]
    assert returns == drawn
    assert [replace(row, may_return_to=()) for row in found.rows] == [replace(row, may_return_to=()) for row in rows]
    assert found.notes == ()


def test_what_is_redrawn_counts_more_than_what_was_written() -> None:
    with translation.override("en"):
        content = file_of(ROWS).replace(b'name="Sign"', 'name="Phê duyệt"'.encode())
        renamed = rows_from_bpmn(content).rows[4]
        lane = f'name="{who(ROWS[4])}"'.encode()
        moved = rows_from_bpmn(file_of(ROWS).replace(lane, 'name="Văn thư"'.encode()))
    assert (renamed.key, renamed.name_vi, renamed.name_en) == ("sign", "Phê duyệt", "")
    assert moved.rows[4].role == "document_clerk"
    assert moved.notes


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="5.31.0">
<bpmn:collaboration id="C"><bpmn:participant id="P" name="Cấp phép &lt;b&gt;" processRef="Process_1"/></bpmn:collaboration>
<bpmn:process id="Process_1" isExecutable="true">
<bpmn:laneSet id="L">
<bpmn:lane id="L1" name="Bộ phận Một cửa"><bpmn:flowNodeRef>A</bpmn:flowNodeRef><bpmn:flowNodeRef>D</bpmn:flowNodeRef></bpmn:lane>
<bpmn:lane id="L2" name="Chuyên viên"><bpmn:flowNodeRef>B</bpmn:flowNodeRef></bpmn:lane>
<bpmn:lane id="L3" name="Giám đốc Sở"><bpmn:flowNodeRef>C1</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="S"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="A" name="Tiếp nhận hồ sơ" camunda:assignee="demo"/>
<bpmn:userTask id="B" name="Thẩm định &lt;script&gt;alert(1)&lt;/script&gt;"><bpmn:documentation>2 ngày làm việc</bpmn:documentation></bpmn:userTask>
<bpmn:userTask id="C1" name="Ký duyệt"><bpmn:documentation>4 giờ</bpmn:documentation></bpmn:userTask>
<bpmn:exclusiveGateway id="G" name="Đạt?"/><bpmn:userTask id="D" name="Trả kết quả"/><bpmn:endEvent id="E"/>
<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="A"/><bpmn:sequenceFlow id="f2" sourceRef="A" targetRef="B"/>
<bpmn:sequenceFlow id="f3" sourceRef="B" targetRef="C1"/><bpmn:sequenceFlow id="f4" sourceRef="C1" targetRef="G"/>
<bpmn:sequenceFlow id="f5" name="Không" sourceRef="G" targetRef="B"/><bpmn:sequenceFlow id="f6" sourceRef="G" targetRef="D"/>
<bpmn:sequenceFlow id="f7" sourceRef="D" targetRef="E"/></bpmn:process></bpmn:definitions>""".encode()


def test_a_file_of_a_common_editor_becomes_steps_with_guesses_that_are_told() -> None:
    with translation.override("en"):
        found = rows_from_bpmn(FOREIGN)
    said = [(r.key, r.kind, r.role, r.amount, r.unit, r.may_return_to) for r in found.rows]
    assert said == [
        ("tiep-nhan-ho-so", "receive", "receiving_clerk", 0, "wh", ()),
        ("tham-dinh-script-alert-1-script", "handle", "handling_officer", 2, "wd", ()),
        ("ky-duyet", "sign", "leader", 4, "wh", ("tham-dinh-script-alert-1-script",)),
        ("tra-ket-qua", "return", "receiving_clerk", 0, "wh", ()),
    ]
    assert len(found.notes) == 4
    assert all("guessed" in note for note in found.notes)


def test_a_file_with_too_many_steps_is_refused() -> None:
    rows = [StepRow(f"s{n}", f"Bước {n}") for n in range(81)]
    with pytest.raises(Refused) as refusal:
        rows_from_bpmn(file_of(rows))
    assert refusal.value.code == "process.too_long"


class TestDifferences:
    def test_equal_tables_have_none(self) -> None:
        assert differences(ROWS, ROWS) == []

    def test_added_removed_and_changed_steps_are_named_in_words(self) -> None:
        after = [ROWS[0], replace(ROWS[1], amount=16), ROWS[2], replace(ROWS[4], after=("fire",)), ROWS[5],
                 StepRow("file", "Lưu")]  # fmt: skip
        with translation.override("en"):
            found = [
                (d.kind, d.key, [(str(x.what), x.before, x.after) for x in d.details]) for d in differences(ROWS, after)
            ]
        assert found == [
            ("changed", "examine", [("Time", "8 working hours", "16 working hours")]),
            ("changed", "sign", [("After", "Fire, Land", "Fire")]),
            ("added", "file", []),
            ("removed", "land", []),
        ]

    def test_a_step_that_was_only_renamed_changes_nothing_for_those_that_name_it(self) -> None:
        renamed = [ROWS[0], replace(ROWS[1], name_vi="Xem xét", name_en="Look at"), *ROWS[2:]]
        assert [(d.key, len(d.details)) for d in differences(ROWS, renamed)] == [("examine", 2)]

    def test_a_step_that_moved_among_the_others_is_told(self) -> None:
        swapped = [ROWS[0], ROWS[1], ROWS[3], ROWS[2], *ROWS[4:]]
        assert {d.key for d in differences(ROWS, swapped)} == {"fire", "land"}

    @given(tables(), tables())
    def test_there_is_none_only_where_the_tables_say_the_same(self, one: list[StepRow], other: list[StepRow]) -> None:
        said = {d.key for d in differences(one, other)}
        for row in other:
            twin = next((r for r in one if r.key == row.key), None)
            if twin is None or (twin.name_vi, twin.kind, twin.amount) != (row.name_vi, row.kind, row.amount):
                assert row.key in said
        assert {row.key for row in one} - {row.key for row in other} <= said


@pytest.fixture
def draft(actor_of: Any, today: dt.date) -> Process:
    version = version_on(PERMIT, today)
    assert version is not None
    return create_draft(by=actor_of("quantri"), version_id=version.pk, level="commune", now=timezone.now())


def seen(process: Process) -> str:
    return digest_of(rows_in(process), process.drafts)


def signed_in(client: Client, username: str = "quantri") -> Client:
    client.force_login(User.objects.get(username=username))
    return client


def sent(client: Client, process: Process, content: bytes) -> Any:
    file = SimpleUploadedFile("a.bpmn", content)
    return client.post(reverse("catalogue:process_read", args=[process.pk]), {"file": file})


@pytest.mark.django_db
class TestDiscarding:
    def test_a_discarded_draft_is_kept_and_the_next_one_begins_afresh(self, actor_of: Any, draft: Process) -> None:
        by, now = actor_of("quantri"), timezone.now()
        save_draft(by=by, process_id=draft.pk, rows=ROWS[:2], drafts={}, seen=seen(draft), now=now)
        draft.refresh_from_db()
        discard_draft(by=by, process_id=draft.pk, seen=seen(draft), now=now)
        again = create_draft(by=by, version_id=draft.version_id, level="commune", now=now)
        assert again.pk != draft.pk
        assert len(rows_in(again)) > 2
        assert Process.objects.get(pk=draft.pk).status == Process.Status.DISCARDED
        assert verify().ok

    def test_it_serves_no_dossier(self, actor_of: Any, draft: Process, today: dt.date) -> None:
        before = process_for(draft.version, "commune", today)
        discard_draft(by=actor_of("quantri"), process_id=draft.pk, seen=seen(draft), now=timezone.now())
        assert process_for(draft.version, "commune", today) == before != draft

    def test_twice_or_after_somebody_saved_is_a_conflict(self, actor_of: Any, draft: Process) -> None:
        by, now = actor_of("quantri"), timezone.now()
        with pytest.raises(Conflict):
            discard_draft(by=by, process_id=draft.pk, seen="old", now=now)
        discard_draft(by=by, process_id=draft.pk, seen=seen(draft), now=now)
        with pytest.raises(Conflict):
            discard_draft(by=by, process_id=draft.pk, seen=seen(draft), now=now)

    def test_only_an_administrator_may(self, actor_of: Any, draft: Process) -> None:
        with pytest.raises(NotAllowed):
            discard_draft(by=actor_of("xa.canbo"), process_id=draft.pk, seen=seen(draft), now=timezone.now())

    def test_the_page_offers_it_and_does_it(self, client: Client, draft: Process) -> None:
        page = signed_in(client).get(reverse("catalogue:process", args=[draft.pk])).content.decode()
        url = reverse("catalogue:process_discard", args=[draft.pk])
        assert url in page
        assert client.post(url, {"seen": "old"}).status_code == 302
        assert Process.objects.get(pk=draft.pk).status == Process.Status.DRAFT
        client.post(url, {"seen": seen(draft)})
        assert Process.objects.get(pk=draft.pk).status == Process.Status.DISCARDED
        assert Event.objects.filter(kind="procedure.process_discarded").exists()


@pytest.mark.django_db
class TestReadingAFile:
    def test_shows_the_table_and_saves_nothing(self, client: Client, draft: Process) -> None:
        before = seen(draft)
        page = sent(signed_in(client), draft, FOREIGN)
        text = page.content.decode()
        assert page.status_code == 200
        assert 'value="Ký duyệt"' in text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
        assert seen(Process.objects.get(pk=draft.pk)) == before

    def test_a_dangerous_file_is_refused_with_its_place(self, client: Client, draft: Process) -> None:
        laughs = b'<!DOCTYPE d [<!ENTITY a "ha">]><d>&a;</d>'
        page = sent(signed_in(client), draft, laughs)
        assert page.status_code == 422
        assert "(dòng 1)" in page.content.decode() or "(line 1)" in page.content.decode()

    def test_without_a_file_it_asks_for_one(self, client: Client, draft: Process) -> None:
        assert signed_in(client).post(reverse("catalogue:process_read", args=[draft.pk])).status_code == 422

    def test_an_approved_process_is_not_read_into(self, client: Client, draft: Process) -> None:
        Process.objects.filter(pk=draft.pk).update(status=Process.Status.APPROVED, valid_from="2031-01-01")
        assert sent(signed_in(client), draft, FOREIGN).status_code == 302

    def test_what_the_page_gives_out_it_reads_again(self, client: Client, draft: Process) -> None:
        content = signed_in(client).get(reverse("catalogue:process_bpmn", args=[draft.pk])).content
        assert list(rows_from_bpmn(content).rows) == rows_in(draft)


@pytest.mark.django_db
def test_the_workbook_holds_the_table_as_text(client: Client, actor_of: Any, draft: Process) -> None:
    by = actor_of("quantri")
    rows = [replace(ROWS[0], name_vi="=1+1"), *ROWS[1:]]
    save_draft(by=by, process_id=draft.pk, rows=rows, drafts={"result": ["head"]}, seen=seen(draft), now=timezone.now())
    answer = signed_in(client).get(reverse("catalogue:process_xlsx", args=[draft.pk]))
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    table = [row for row in cells if row[0] in {"1", "2", "3", "4", "5", "6"}]
    assert [row[8] for row in table] == [row.key for row in rows]
    assert table[0][1] == "=1+1"
    assert table[4][5] == "3, 4"


@pytest.mark.django_db
def test_the_comparison_says_what_a_draft_changes(client: Client, actor_of: Any, draft: Process) -> None:
    url = reverse("catalogue:process_compare", args=[draft.pk])
    assert "Thẩm định sơ bộ" not in signed_in(client, "xa.canbo").get(url).content.decode()
    rows = rows_in(draft)
    rows.insert(1, StepRow("first-look", "Thẩm định sơ bộ", "First look", StepKind.HANDLE))
    save_draft(by=actor_of("quantri"), process_id=draft.pk, rows=rows, drafts={}, seen=seen(draft), now=timezone.now())
    assert "Thẩm định sơ bộ" in client.get(url).content.decode()

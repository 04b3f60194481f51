"""Internal processes: a draft is edited as a table, checked, approved by a decision; running dossiers keep theirs."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency, Role
from motcua.serve.catalogue.models import ProcedureVersion, Process, Where
from motcua.serve.catalogue.processes import queries
from motcua.serve.catalogue.processes.actions import approve_process, create_draft, save_draft
from motcua.serve.catalogue.processes.rows import StepRow, digest_of, form_rows
from motcua.serve.catalogue.queries import process_for, version_on
from motcua.serve.dossiers import actions as dossiers

pytestmark = pytest.mark.django_db
PERMIT = "1.009994"


@pytest.fixture
def version(today: dt.date) -> ProcedureVersion:
    found = version_on(PERMIT, today)
    assert found is not None
    return found


@pytest.fixture
def admin(actor_of: Any) -> Any:
    return actor_of("quantri")


@pytest.fixture
def draft(admin: Any, version: ProcedureVersion) -> Process:
    return create_draft(by=admin, version_id=version.pk, level="commune", now=timezone.now())


@pytest.fixture
def client_of(client: Client) -> Any:
    def find(username: str) -> Client:
        client.force_login(User.objects.get(username=username))
        return client

    return find


def seen(process: Process) -> str:
    """Return what an editor saw of a draft."""
    return digest_of(queries.rows_in(process), process.drafts)


def save(admin: Any, process: Process, rows: list[StepRow]) -> None:
    """Save rows over a draft just read."""
    save_draft(by=admin, process_id=process.pk, rows=rows, drafts={}, seen=seen(process), now=timezone.now())
    process.refresh_from_db()


def approve(admin: Any, process: Process, **other: Any) -> Process:
    """Approve a draft just read, from today on."""
    today = timezone.localdate()
    said = {"decision": "12/QĐ-UBND", "decided_on": today, "valid_from": today, "seen": seen(process)} | other
    return approve_process(by=admin, process_id=process.pk, now=timezone.now(), **said)


def sent(rows: list[StepRow], **other: str) -> dict[str, str]:
    """Return what the form sends for these rows."""
    data = {"rows": str(len(rows)), "what": "save"}
    for row in form_rows(rows):
        data |= {f"{name}-{row.number}": value for name, value in row.typed.items()}
        data |= {f"{name}-{row.number}": "on" for name, on in row.switches.items() if on}
    return data | other


def test_a_draft_begins_as_a_copy_of_the_process_in_force(
    draft: Process, version: ProcedureVersion, today: dt.date
) -> None:
    in_force = process_for(version, "commune", today)
    assert in_force is not None
    assert in_force.pk != draft.pk
    assert queries.rows_in(draft) == queries.rows_in(in_force)
    assert Event.objects.filter(kind="procedure.process_drafted").count() == 1


def test_a_second_draft_is_the_one_that_is_open(admin: Any, draft: Process, version: ProcedureVersion) -> None:
    again = create_draft(by=admin, version_id=version.pk, level="commune", now=timezone.now())
    assert again.pk == draft.pk


def test_a_draft_is_not_in_force_and_not_shown_to_the_public(
    draft: Process, admin: Any, version: ProcedureVersion, client: Client, today: dt.date
) -> None:
    rows = queries.rows_in(draft)
    save(admin, draft, [replace(rows[0], name_vi="Bước chỉ có trong dự thảo"), *rows[1:]])
    assert process_for(version, "commune", today) != draft
    assert "Bước chỉ có trong dự thảo" not in client.get(f"/procedures/{PERMIT}/").content.decode()


def test_an_approved_process_serves_new_dossiers_and_the_old_one_is_replaced(
    admin: Any, draft: Process, version: ProcedureVersion, today: dt.date
) -> None:
    old = process_for(version, "commune", today)
    approve(admin, draft)
    assert process_for(version, "commune", today) == draft
    assert old is not None
    old.refresh_from_db()
    assert (old.status, old.valid_to) == ("replaced", today)
    assert process_for(version, "commune", today - dt.timedelta(1)) == old
    event = Event.objects.get(kind="procedure.process_approved")
    assert event.payload["facts"]["process"] == draft.pk


def test_a_process_approved_for_a_later_date_waits_until_then(
    admin: Any, draft: Process, version: ProcedureVersion, today: dt.date
) -> None:
    old = process_for(version, "commune", today)
    later = today + dt.timedelta(10)
    approve(admin, draft, valid_from=later)
    assert process_for(version, "commune", later - dt.timedelta(1)) == old
    assert process_for(version, "commune", later) == draft


def test_a_running_dossier_keeps_its_process(admin: Any, actor_of: Any, today: dt.date) -> None:
    dossier = dossiers.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    before = dossier.process_id
    draft = create_draft(by=admin, version_id=dossier.version_id, level="commune", now=timezone.now())
    approve(admin, draft)
    dossier.refresh_from_db()
    assert dossier.process_id == before
    newer = dossiers.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    assert newer.process_id == draft.pk


def test_an_unsound_draft_is_saved_and_refused_at_approval_with_its_steps_named(admin: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    save(admin, draft, [rows[0], replace(rows[1], after=(rows[-2].key,)), *rows[2:]])
    with pytest.raises(Invalid) as refused:
        approve(admin, draft)
    assert "process.loop" in [error.code for error in refused.value.errors]
    assert rows[1].key in refused.value.message
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_role_that_nobody_holds_keeps_a_draft_from_approval(admin: Any, draft: Process, today: dt.date) -> None:
    rows = queries.rows_in(draft)
    nobody = replace(rows[1], where=Where.NAMED, agency="H15.99")
    from motcua.record.organisation.models import Agency, Post

    held = set(Post.objects.on(today).values_list("unit__agency_id", flat=True))
    empty = Agency.objects.on(today).exclude(pk__in=held).first()
    assert empty is not None
    save(admin, draft, [rows[0], replace(nobody, agency=empty.code), *rows[2:]])
    with pytest.raises(Invalid) as refused:
        approve(admin, draft)
    assert [(e.code, e.field) for e in refused.value.errors] == [("process.role_unheld", rows[1].key)]


def test_agencies_in_which_a_role_is_empty_are_told_without_holding_up(draft: Process, today: dt.date) -> None:
    gaps = queries.role_gaps(draft, queries.rows_in(draft), today)
    assert gaps
    assert all(0 < len(gap.missing) < gap.of for gap in gaps)
    assert queries.faults_of(draft, queries.rows_in(draft), gaps) == []


def test_an_approved_process_is_never_changed(admin: Any, draft: Process) -> None:
    approve(admin, draft)
    with pytest.raises(Conflict, match=r"process\.approved"):
        save(admin, draft, queries.rows_in(draft))
    with pytest.raises(Conflict, match=r"process\.approved"):
        approve(admin, draft)


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(admin: Any, draft: Process) -> None:
    rows, before = queries.rows_in(draft), seen(draft)
    save(admin, draft, [replace(rows[0], name_vi="Khác"), *rows[1:]])
    with pytest.raises(Conflict, match=r"process\.changed"):
        save_draft(by=admin, process_id=draft.pk, rows=rows, drafts={}, seen=before, now=timezone.now())
    assert queries.rows_in(draft)[0].name_vi == "Khác"


def test_wrong_rows_are_refused_by_field_and_nothing_is_saved(admin: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    wrong = [rows[0], replace(rows[1], key=rows[0].key), replace(rows[2], agency="H99.1"), *rows[3:]]
    with pytest.raises(Invalid) as refused:
        save(admin, draft, wrong)
    assert [error.field for error in refused.value.errors] == ["key-2", "agency-3"]
    assert queries.rows_in(draft) == rows


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"decision": " "}, "process.decision"),
        ({"decided_on": dt.date(2999, 1, 1)}, "process.decided_on"),
        ({"valid_from": dt.date(2020, 1, 1)}, "process.valid_from"),
    ],
)
def test_a_decision_that_does_not_do_is_refused(admin: Any, draft: Process, other: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        approve(admin, draft, **other)
    assert code in [error.code for error in refused.value.errors]


def test_only_the_administrator_writes(actor_of: Any, draft: Process, version: ProcedureVersion) -> None:
    clerk = actor_of("xa.tiepnhan")
    with pytest.raises(NotAllowed):
        create_draft(by=clerk, version_id=version.pk, level="commune", now=timezone.now())
    with pytest.raises(NotAllowed):
        save(clerk, draft, queries.rows_in(draft))
    with pytest.raises(NotAllowed):
        approve(clerk, draft)


def test_a_level_or_case_that_is_none_is_refused(admin: Any, version: ProcedureVersion) -> None:
    for level, case, code in (("moon", "", "process.level"), ("commune", "Trẻ bị bỏ rơi", "process.case")):
        with pytest.raises(Refused, match=code):
            create_draft(by=admin, version_id=version.pk, level=level, case=case, now=timezone.now())


def test_the_form_adds_deletes_and_reorders_rows_by_number(client_of: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    new = StepRow("", "Lấy ý kiến công an", kind="consult", after=(rows[1].key,))
    data = sent([*rows, new], seen=seen(draft))
    data |= {f"order-{len(rows) + 1}": "2,5", "delete-3": "on", "draft-refusal-leader": "on", "may_pause-1": ""}
    response = client_of("quantri").post(reverse("catalogue:process_edit", args=[draft.pk]), data)
    assert response.status_code == 302
    keys = [row.key for row in queries.rows_in(draft)]
    assert keys == [rows[0].key, rows[1].key, "lay-y-kien-cong-an", *[row.key for row in rows[3:]]]
    draft.refresh_from_db()
    assert draft.drafts == {"refusal": ["leader"]}
    assert queries.rows_in(draft)[0].switches["may_pause"] is False


def test_faults_stand_beside_their_row(client_of: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    data = sent([rows[0], replace(rows[1], after=("khong-co",)), *rows[2:]], seen=seen(draft))
    page = client_of("quantri").post(reverse("catalogue:process_edit", args=[draft.pk]), data, follow=True)
    row = page.content.decode().split('id="key-2"')[1].split("</td>")[0]
    assert "khong-co" in row.split('class="error"')[1]


def test_what_cannot_be_read_is_marked_and_nothing_typed_is_lost(client_of: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    data = sent(rows, seen=seen(draft)) | {"amount-2": "-5", "name_vi-3": "<b>Tên</b> mới", "role-4": "king"}
    page = client_of("quantri").post(reverse("catalogue:process_edit", args=[draft.pk]), data)
    body = page.content.decode()
    assert page.status_code == 422
    assert 'id="amount-2-error"' in body
    assert 'value="-5"' in body
    assert 'id="role-4-error"' in body
    assert "&lt;b&gt;Tên&lt;/b&gt; mới" in body
    assert queries.rows_in(draft) == rows


def test_the_page_of_a_process_shows_diagram_and_table(client_of: Any, draft: Process) -> None:
    body = client_of("xa.canbo").get(reverse("catalogue:process", args=[draft.pk])).content.decode()
    assert "<svg" in body
    assert body.split("<figure")[1].count("<rect") == draft.steps.count()
    assert 'id="diagram-title"' in body
    assert reverse("catalogue:process_edit", args=[draft.pk]) not in body


def test_approval_from_the_page_puts_the_process_in_force(client_of: Any, draft: Process, today: dt.date) -> None:
    url = reverse("catalogue:process_approve", args=[draft.pk])
    data = {"decision": "5/QĐ-UBND", "decided_on": "nonsense", "valid_from": today.isoformat(), "seen": seen(draft)}
    refused = client_of("quantri").post(url, data)
    assert refused.status_code == 422
    assert "5/QĐ-UBND" in refused.content.decode()
    assert client_of("quantri").post(url, data | {"decided_on": today.isoformat()}).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.decision) == ("approved", "5/QĐ-UBND")


def test_the_bpmn_file_holds_every_step_and_names_with_markup(admin: Any, client_of: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    save(admin, draft, [replace(rows[0], name_vi="</bpmn:task> & <x>"), *rows[1:]])
    response = client_of("xa.canbo").get(reverse("catalogue:process_bpmn", args=[draft.pk]))
    assert response["Content-Disposition"].endswith('.bpmn"')
    tasks = [e.get("name") for e in ET.fromstring(response.content).iter() if e.tag.endswith("}userTask")]
    assert tasks == ["</bpmn:task> & <x>", *[row.name_vi for row in rows[1:]]]


def test_a_tangled_table_has_no_file_and_no_diagram(admin: Any, client_of: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    save(admin, draft, [rows[0], replace(rows[1], after=(rows[1].key,)), *rows[2:]])
    response = client_of("quantri").get(reverse("catalogue:process_bpmn", args=[draft.pk]), follow=True)
    assert response.redirect_chain
    assert "<figure" not in response.content.decode()


def test_the_procedure_page_links_to_the_processes_for_staff_only(client: Client, client_of: Any) -> None:
    link = reverse("catalogue:processes", args=[PERMIT])
    assert link not in client.get(f"/procedures/{PERMIT}/").content.decode()
    assert link in client_of("xa.canbo").get(f"/procedures/{PERMIT}/").content.decode()


def test_the_pages_ask_at_most_15_queries_with_40_steps(admin: Any, client_of: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    many = [replace(rows[1], key=f"s{n}", after=(), may_return_to=(), amount=0) for n in range(38)]
    save(admin, draft, [rows[0], *many, replace(rows[-1], after=())])
    client = client_of("quantri")
    for name in ("process", "process_edit", "process_bpmn"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"catalogue:{name}", args=[draft.pk])).status_code == 200
        assert len(asked) <= 15


def test_the_editor_writes_the_head_of_unit_as_the_policies_read_it(client_of: Any, admin: Any, draft: Process) -> None:
    data = sent(queries.rows_in(draft), seen=seen(draft)) | {"draft-refusal-head_of_unit": "on"}
    assert client_of("quantri").post(reverse("catalogue:process_edit", args=[draft.pk]), data).status_code == 302
    draft.refresh_from_db()
    assert draft.drafts == {"refusal": [Role.HEAD.value]}
    page = client_of("quantri").get(reverse("catalogue:process_edit", args=[draft.pk])).content.decode()
    assert re.search(r'name="draft-refusal-head_of_unit"[^>]* checked', page)
    hands = {"refusal": ["leader", "head"]}
    rows = queries.rows_in(draft)
    save_draft(by=admin, process_id=draft.pk, rows=rows, drafts=hands, seen=seen(draft), now=timezone.now())
    draft.refresh_from_db()
    assert draft.drafts == {"refusal": [Role.HEAD.value, Role.LEADER.value]}, "the short word is taken too"


def test_a_step_names_its_agency_in_either_order_of_the_code(admin: Any, draft: Process) -> None:
    rows = queries.rows_in(draft)
    agency = Agency.objects.filter(code="H15.22").first()
    assert agency is not None
    turned = f"000.00.{agency.code.removeprefix('H15.')}.H15"
    save(admin, draft, [rows[0], replace(rows[1], where="named", agency=turned), *rows[2:]])
    assert queries.rows_in(draft)[1].agency == agency.code

"""What helps a round along: checks, recognition, reminders, taking a group out, counting each hour, losing nothing."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from tests.measure.assessment.conftest import TEXT, move_to, prepared

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput, GroupInput
from motcua.measure.assessment.jobs import count_measured_leaves, remind_of_stages
from motcua.measure.assessment.models import Assignment, Entry, Evidence, Group, Member, Reminder, Round
from motcua.measure.assessment.queries import progress_of, waited_for
from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
CHECKED = TEXT.replace(
    '          name: {vi: "Ban hành kế hoạch", en: "Plan issued"}\n',
    '          name: {vi: "Ban hành kế hoạch", en: "Plan issued"}\n'
    '          evidence: {vi: "Kế hoạch", en: "The plan"}\n'
    '          checklist: [{vi: "Có chữ ký", en: "It is signed"}, {vi: "Đúng hạn", en: "It is in time"}]\n',
)


def save(by, step, *entries):
    return actions.save_entries(by=by, step=step, entries=entries, now=timezone.now())


def client_of(username):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=username))
    return client


def test_a_group_added_by_mistake_is_taken_out_while_the_round_is_prepared(people, db):
    found = prepared(people)
    mistaken = actions.add_group(
        by=people.preparer,
        round_id=found.id,
        group=GroupInput("Nhầm", TEXT, [people.appraiser.post.unit.agency]),
        now=timezone.now(),
    )
    client = client_of("quantri")
    answer = client.post(f"/rounds/{found.id}/do/take_out/", {"group": mistaken.pk}, follow=True)
    assert "out of the round" in answer.content.decode()
    with pytest.raises(NotFound):
        actions.take_group_out(by=people.preparer, group_id=mistaken.pk, now=timezone.now())
    # The same name and the same agency may come in again, as they should have.
    again = GroupInput("Nhầm", TEXT, [people.appraiser.post.unit.agency])
    actions.add_group(by=people.preparer, round_id=found.id, group=again, now=timezone.now())
    board = progress_of(Round.objects.get(pk=found.id))
    assert sorted(group.name for group, _lines in board) == ["Nhầm", "Xã, phường"]
    member = Member.objects.get(group=mistaken)
    with pytest.raises(NotFound):
        actions.add_comment(by=people.preparer, member_id=member.pk, leaf="A.1", text="x", now=timezone.now())
    assert verify().ok


def test_a_group_is_not_taken_out_once_the_round_runs_nor_by_anybody(people, round_):
    with pytest.raises(NotAllowed):
        actions.take_group_out(by=people.unit, group_id=round_.group.pk, now=timezone.now())
    move_to(people, round_.id, "self")
    with pytest.raises(Conflict, match=r"assessment\.prepared"):
        actions.take_group_out(by=people.preparer, group_id=round_.group.pk, now=timezone.now())
    assert Group.objects.get(pk=round_.group.pk).taken_out_at is None


@pytest.fixture
def checked(people, db):
    """A round whose first leaf has a checklist."""
    now, own = timezone.now(), people.unit.post.unit.agency
    found = actions.open_round(
        by=people.preparer, name="PAR", first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31), now=now
    )
    group = GroupInput("Xã", CHECKED, [own])
    actions.add_group(by=people.preparer, round_id=found.pk, group=group, now=now)
    for post, part in ((people.appraiser.post, "appraiser"), (people.council.post, "council")):
        actions.assign(by=people.preparer, round_id=found.pk, post=post, part=part, now=now)
    return Member.objects.get(round=found)


def test_an_appraiser_ticks_the_checklist_and_recognises_a_value_as_it_stands(people, checked):
    move_to(people, checked.round_id, "self")
    save(people.unit, "self", EntryInput(checked.pk, "A.1", {"plan": "late"}, checked=[0]))
    assert Entry.objects.get(step="self").checked == []
    move_to(people, checked.round_id, "appraisal")
    save(people.appraiser, "appraisal", EntryInput(checked.pk, "A.1", recognised=True, checked=[1, 0, 1]))
    kept = Entry.objects.get(step="appraisal")
    assert (kept.recognised, kept.checked, kept.values) == (True, [0, 1], {})
    [(_group, [line])] = progress_of(Round.objects.get(pk=checked.round_id))
    assert line.appraised == 1
    assert "A.1" not in line.left
    with pytest.raises(Invalid, match="no such line"):
        save(people.appraiser, "appraisal", EntryInput(checked.pk, "A.1", recognised=True, checked=[2]))
    # Who gives another value does not recognise.
    save(people.appraiser, "appraisal", EntryInput(checked.pk, "A.1", {"plan": "none"}, recognised=True))
    assert not Entry.objects.get(step="appraisal").recognised
    page = client_of("tc.canbo").get(f"/rounds/groups/{checked.group_id}/A.1/").content.decode()
    assert "It is in time" in page
    assert "The plan" in page


def calendar(first, last, stage="self"):
    day = timezone.localdate()
    return {stage: (day + dt.timedelta(first), day + dt.timedelta(last))}


@pytest.mark.parametrize(("last", "reminded"), [(9, 0), (3, 3), (0, 3), (-1, 3)])
def test_units_that_have_not_signed_off_are_reminded_before_the_stage_ends_once_a_day(people, db, last, reminded):
    found = prepared(people, calendar=calendar(-5, last))
    move_to(people, found.id, "self")
    assert remind_of_stages(0) == reminded
    assert remind_of_stages(0) == 0
    assert Reminder.objects.count() == reminded
    page = client_of("xa.canbo").get("/rounds/").content.decode()
    assert ("the stage “self-assessment” ends on" in page) == bool(reminded)
    assert "the stage “" not in client_of("tc.canbo").get("/rounds/").content.decode()
    assert verify().ok


def test_who_signed_off_and_who_has_appraised_all_is_not_waited_for(people, round_):
    move_to(people, round_.id, "self")
    actions.submit_self_assessment(by=people.head, member_id=round_.own.pk, now=timezone.now())
    found = Round.objects.get(pk=round_.id)
    assert {each.agency_id for each in waited_for(found, progress_of(found))} == {m.agency_id for m in round_.others}
    part = Assignment.Part.APPRAISER
    actions.assign(
        by=people.preparer, round_id=round_.id, post=people.head.post, part=part, group=round_.group, leaves=["A.1"],
        now=timezone.now(),
    )  # fmt: skip
    move_to(people, round_.id, "appraisal")
    found = Round.objects.get(pk=round_.id)
    counts = {each.post_id: each.count for each in waited_for(found, progress_of(found))}
    # B.1 is measured; three units have A.1, A.2, B.2. The head appraises A.1 alone, and not in the own unit.
    assert counts == {people.appraiser.post.pk: 9, people.head.post.pk: 2}
    for leaf in ("A.1", "A.2", "B.2"):
        rows = [EntryInput(m.pk, leaf, recognised=True) for m in (round_.own, *round_.others)]
        save(people.appraiser, "appraisal", *rows)
    assert waited_for(found, progress_of(found)) == []


def test_a_unit_whose_leaf_was_changed_is_waited_for_until_it_explains(people, round_):
    move_to(people, round_.id, "appraisal")
    save(people.appraiser, "appraisal", EntryInput(round_.own.pk, "A.1", {"plan": "none"}))
    move_to(people, round_.id, "explanation")
    found = Round.objects.get(pk=round_.id)
    [waited] = waited_for(found, progress_of(found))
    assert (waited.agency_id, waited.what, waited.count) == (round_.own.agency_id, "explain", 1)
    save(people.unit, "explanation", EntryInput(round_.own.pk, "A.1", note="đã ban hành"))
    assert waited_for(found, progress_of(found)) == []


def test_measured_leaves_are_counted_each_hour_until_the_stage_takes_none(people, round_):
    assert count_measured_leaves(0) == 3
    assert count_measured_leaves(0) == 0
    assert Entry.objects.filter(step="source", leaf="B.1").count() == 3
    move_to(people, round_.id, "council")
    Entry.objects.filter(step="source").delete()
    assert count_measured_leaves(0) == 0


def test_what_was_typed_while_the_stage_closed_is_shown_to_be_copied_and_its_files_are_kept(
    people, round_, settings, tmp_path
):
    settings.UPLOADS = tmp_path
    move_to(people, round_.id, "self")
    key, client = f"{round_.own.pk}:A.1", client_of("xa.canbo")
    typed = {"step": "self", "row": key, f"v:{key}:plan": "on_time", f"note:{key}": "Kế hoạch số 12"}
    move_to(people, round_.id, "appraisal")
    file = SimpleUploadedFile("kh.pdf", b"%PDF-1.7 plan")
    answer = client.post(f"/rounds/units/{round_.own.pk}/", {**typed, f"file:{key}": file})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "A.1: Kế hoạch số 12" in page
    assert "A.1:plan: on_time" in page
    assert not Entry.objects.filter(step="self").exists()
    assert Evidence.objects.get().original_name == "kh.pdf"


def test_evidence_of_500_mb_is_refused_before_it_is_read_and_one_over_the_limit_keeps_the_rest(
    people, round_, settings, tmp_path
):
    settings.UPLOADS = tmp_path
    move_to(people, round_.id, "self")
    key, client = f"{round_.own.pk}:A.1", client_of("xa.canbo")
    address = f"/rounds/units/{round_.own.pk}/"
    huge = client.generic(
        "POST", address, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(500 * 2**20)
    )
    assert huge.status_code == 413
    assert "20 MB" in huge.content.decode()
    settings.UPLOAD_LIMIT_BYTES = 2**20
    large = SimpleUploadedFile("anh.pdf", b"%PDF-1.7" + bytes(3 * 2**20))
    typed = {
        "step": "self",
        "row": key,
        f"v:{key}:plan": "on_time",
        f"note:{key}": "Kế hoạch số 12",
        f"file:{key}": large,
    }
    answer = client.post(address, typed)
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "at most 1 MB" in page
    assert "Kế hoạch số 12" in page
    assert not Evidence.objects.exists()


def test_evidence_is_used_again_in_another_year_with_its_hash_beside_it(people, round_, settings, tmp_path):
    settings.UPLOADS = tmp_path
    file = SimpleUploadedFile("kh.pdf", b"%PDF-1.7 plan")
    agency = people.unit.post.unit.agency
    kept = actions.add_evidence(by=people.unit, agency=agency, file=file, now=timezone.now())
    later = prepared(people, name="PAR 2027")
    for found in (round_, later):
        move_to(people, found.id, "self")
        save(people.unit, "self", EntryInput(found.own.pk, "A.1", {"plan": "late"}, evidence=[str(kept.pk)]))
        page = client_of("xa.canbo").get(f"/rounds/units/{found.own.pk}/").content.decode()
        assert kept.sha256[:12] in page


def test_a_leaf_is_saved_and_the_next_one_comes(people, round_):
    move_to(people, round_.id, "appraisal")
    key = f"{round_.own.pk}:A.1"
    typed = {"step": "appraisal", "row": key, f"recognised:{key}": "1", "next": "A.2"}
    answer = client_of("tc.canbo").post(f"/rounds/groups/{round_.group.pk}/A.1/", typed)
    assert answer["Location"].endswith(f"/rounds/groups/{round_.group.pk}/A.2/")
    assert Entry.objects.get(step="appraisal").recognised


def test_a_measured_leaf_is_disputed_with_its_dossiers_and_counted_again_from_the_record(people, db, actor_of):
    from tests.samples import birth

    from motcua.serve.dossiers.actions import receive_dossier

    now = timezone.now()
    year = timezone.localdate(now).year
    found = prepared(people, first=dt.date(year, 1, 1), last=dt.date(year, 12, 31))
    dossier = receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=now)
    count_measured_leaves(0)
    kept = Entry.objects.get(member=found.own, leaf="B.1", step="source")
    before = int(kept.values["dossiers"])
    move_to(people, found.id, "self")
    disputed = EntryInput(found.own.pk, "B.1", note="thiếu hồ sơ thứ hai", disputed=[dossier.code])
    save(people.unit, "self", disputed)
    page = client_of("tc.canbo").get(f"/rounds/groups/{found.group.pk}/B.1/").content.decode()
    assert dossier.code in page
    [(_group, lines)] = progress_of(Round.objects.get(pk=found.id))
    assert {line.member.pk: line.disputed for line in lines}[found.own.pk] == 1
    # The correction is made in the record; the next hour tells it, with a recipe of a later position.
    receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=now)
    count_measured_leaves(0)
    after = Entry.objects.get(pk=kept.pk)
    assert int(after.values["dossiers"]) == before + 1
    assert after.recipe["position"] > kept.recipe["position"]


def test_figures_of_a_derivation_have_the_marks_of_the_page_and_codes_keep_theirs():
    from motcua.measure.assessment.templatetags.assessment import decimals

    with translation.override("vi"):
        assert decimals("min(1, 0.85 ÷ 0.3) × 1 = 1; D1.1 11.07") == "min(1, 0,85 ÷ 0,3) × 1 = 1; D1.1 11,07"
    assert decimals("0.85") == "0.85"

"""Rounds through their actions: what each stage takes and refuses, what is kept, what is published and verified."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.measure.assessment.conftest import FIRST, LAST, TEXT, group_of, move_to, prepared

from motcua.formats.frameworks import Table, read_table
from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput, GroupInput
from motcua.measure.assessment.models import Assignment, Entry, Member, Round, StageChange, Standing
from motcua.measure.assessment.scoring import score_group
from motcua.measure.assessment.verifying import verify_round
from motcua.record.accounts.models import User
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actions import add_agency
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency, Level

pytestmark = pytest.mark.django_db


def entry(member, leaf="A.1", note="", evidence=(), disputed=(), **values):
    return EntryInput(member.pk, leaf, values, note, evidence, disputed)


def save(by, step, *entries, now=None):
    return actions.save_entries(by=by, step=step, entries=entries, now=now or timezone.now())


def points(found, member, code="TOP", step="council"):
    return score_group(group_of(found), step).points(member.pk, code)


def test_a_round_runs_from_preparation_to_a_publication_that_verifies(round_, people):
    now = timezone.now()
    table = Table(
        "s.csv", ("unit", "satisfaction"), tuple((n, (a.code, "0.8")) for n, a in enumerate(round_.agencies, 2))
    )
    actions.load_table(by=people.preparer, group_id=round_.group.pk, table=table, now=now)
    actions.count_measures(by=people.preparer, round_id=round_.id, now=now)
    move_to(people, round_.id, "self")
    save(people.unit, "self", entry(round_.own, plan="on_time"), entry(round_.own, "A.2", tasks_done="9", tasks="10"))
    actions.submit_self_assessment(by=people.head, member_id=round_.own.pk, now=now)
    move_to(people, round_.id, "appraisal")
    save(
        people.appraiser,
        "appraisal",
        *(entry(m, plan="late", note="chậm 3 ngày") for m in (round_.own, *round_.others)),
    )
    move_to(people, round_.id, "explanation")
    save(people.unit, "explanation", entry(round_.own, note="Kế hoạch ký đúng hạn"))
    move_to(people, round_.id, "reappraisal")
    save(people.appraiser, "reappraisal", entry(round_.own, plan="on_time", note="chấp nhận"))
    move_to(people, round_.id, "council")
    save(people.council, "council", entry(round_.others[0], "A.2", tasks_done="1", tasks="2"))
    # A.1 40, A.2 20 × 9/10, B.2 15 × 0.8; B.1 has no dossiers and is re-based: 70 of 75 points.
    assert points(round_, round_.own, step="self") == pytest.approx(93.33)
    assert points(round_, round_.own, step="appraisal") == pytest.approx(66.67)
    assert points(round_, round_.own) == pytest.approx(93.33)
    found = actions.publish_round(by=people.council, round_id=round_.id, now=now)
    [group] = found.content["groups"]
    assert (group["units"][0]["rank"], group["units"][0]["code"]) == (1, round_.agencies[0].code)
    assert sum(row["share"] for row in group["classes"]) == 100
    assert verify_round(found) == []
    assert verify().ok


def test_what_was_published_cannot_be_changed_unnoticed(round_, people):
    move_to(people, round_.id, "council")
    save(people.council, "council", *(entry(m, plan="late") for m in (round_.own, *round_.others)))
    actions.publish_round(by=people.council, round_id=round_.id, now=timezone.now())
    found = Round.objects.get(pk=round_.id)
    found.content["groups"][0]["units"][0]["score"] = 99.0
    assert [finding.kind for finding in verify_round(found)] == ["content"]
    found.content["groups"][0]["units"][0]["nodes"]["A.1"][0] = 40.0
    assert [finding.kind for finding in verify_round(found)] == ["content", "scores"]
    found.refresh_from_db()
    Entry.objects.filter(step="council").update(values={"plan": "on_time"})
    assert [finding.kind for finding in verify_round(found)] == ["kept"]


def test_every_step_is_kept_beside_the_others_with_who_and_when(round_, people):
    move_to(people, round_.id, "self")
    save(people.unit, "self", entry(round_.own, plan="on_time", note="xem tệp"))
    move_to(people, round_.id, "appraisal")
    save(people.appraiser, "appraisal", entry(round_.own, plan="none"))
    kept = Entry.objects.filter(member=round_.own).order_by("at").values_list("step", "values", "by_id")
    assert list(kept) == [
        ("self", {"plan": "on_time"}, people.unit.post.pk),
        ("appraisal", {"plan": "none"}, people.appraiser.post.pk),
    ]


@pytest.mark.parametrize(
    ("values", "leaf", "said"),
    [
        ({"plan": "sometimes"}, "A.1", "choose one of the options"),
        ({"tasks": "many"}, "A.2", "“many” is not a number"),
        ({"nothing": "1"}, "A.1", "there is no such input"),
        ({"satisfaction": "0.8"}, "B.2", "cannot type over it"),
        ({"on_time": "5"}, "B.1", "dispute it with dossiers"),
    ],
)
def test_a_value_that_cannot_stand_is_refused_with_its_place_and_nothing_is_kept(round_, people, values, leaf, said):
    move_to(people, round_.id, "self")
    with pytest.raises(Invalid) as refused:
        save(
            people.unit,
            "self",
            entry(round_.own, "A.2", tasks_done="1", tasks="2"),
            EntryInput(round_.own.pk, leaf, values),
        )
    [error] = refused.value.errors
    assert said in error.message
    assert error.field.startswith(f"{round_.own.pk}:{leaf}")
    assert not Entry.objects.filter(step="self").exists()


def test_a_share_typed_as_85_is_asked_which_is_meant(people, db):
    found = prepared(people, sources={})
    move_to(people, found.id, "self")
    with pytest.raises(Invalid, match=r"85% or 0\.85"):
        save(people.unit, "self", entry(found.own, "B.2", satisfaction="85"))
    save(people.unit, "self", entry(found.own, "B.2", satisfaction="85%"))
    assert points(found, found.own, "B.2", "self") == pytest.approx(12.75)


def test_the_dossiers_of_a_dispute_must_exist(round_, people):
    move_to(people, round_.id, "self")
    with pytest.raises(Invalid, match="there is no dossier X-1"):
        save(people.unit, "self", entry(round_.own, "B.1", note="hồ sơ này đúng hạn", disputed=["X-1"]))


def test_a_stage_takes_only_its_own_entries(round_, people):
    with pytest.raises(Conflict, match=r"assessment\.stage"):
        save(people.unit, "self", entry(round_.own, plan="late"))
    move_to(people, round_.id, "appraisal")
    with pytest.raises(Conflict, match=r"assessment\.stage"):
        save(people.unit, "self", entry(round_.own, plan="late"))
    assert not Entry.objects.filter(step="self").exists()


def test_a_percentage_typed_as_0_85_is_asked_which_is_meant(people, db):
    text = TEXT.replace("unit: share", "unit: percent")
    now, part = timezone.now(), Assignment.Part.APPRAISER
    found = actions.open_round(by=people.preparer, name="PAR", first=FIRST, last=LAST, now=now)
    group = GroupInput("Xã", text, [people.unit.post.unit.agency])
    actions.add_group(by=people.preparer, round_id=found.pk, group=group, now=now)
    actions.assign(by=people.preparer, round_id=found.pk, post=people.appraiser.post, part=part, now=now)
    move_to(people, found.pk, "self")
    member = Member.objects.get(round=found)
    with pytest.raises(Invalid, match=r"for 85 per cent write 85"):
        save(people.unit, "self", entry(member, "B.2", satisfaction="0.85"))
    for said, reached in (("85", 12.75), ("85%", 12.75), ("0.85%", 0.13), ("0", 0)):
        save(people.unit, "self", entry(member, "B.2", satisfaction=said))
        scored = score_group(member.group, "self").points(member.pk, "B.2")
        assert scored == pytest.approx(reached)


@pytest.mark.parametrize(("late", "taken"), [("refused", False), ("marked", True)])
def test_what_comes_after_the_last_day_is_refused_or_marked(people, db, late, taken):
    day = timezone.localdate()
    found = prepared(people, late=late, calendar={"self": (day - dt.timedelta(9), day - dt.timedelta(1))})
    move_to(people, found.id, "self")
    if not taken:
        with pytest.raises(Conflict, match=r"assessment\.late"):
            save(people.unit, "self", entry(found.own, plan="late"))
        assert not Entry.objects.filter(step="self").exists()
    else:
        assert save(people.unit, "self", entry(found.own, plan="late"))[0].late


def test_a_unit_that_signed_off_changes_nothing_until_it_takes_that_back(round_, people):
    move_to(people, round_.id, "self")
    now = timezone.now()
    with pytest.raises(NotAllowed):
        actions.submit_self_assessment(by=people.unit, member_id=round_.own.pk, now=now)
    actions.submit_self_assessment(by=people.head, member_id=round_.own.pk, now=now)
    with pytest.raises(Conflict, match=r"assessment\.submitted"):
        save(people.unit, "self", entry(round_.own, plan="late"))
    actions.submit_self_assessment(by=people.head, member_id=round_.own.pk, now=now, back=True)
    assert save(people.unit, "self", entry(round_.own, plan="late"))


def test_nobody_enters_for_another_unit(round_, people):
    move_to(people, round_.id, "self")
    with pytest.raises(NotAllowed):
        save(people.foreign, "self", entry(round_.own, plan="late"))


def test_nobody_appraises_their_own_unit_and_nobody_unasked(round_, people):
    now = timezone.now()
    actions.assign(by=people.preparer, round_id=round_.id, post=people.head.post, part="appraiser", now=now)
    actions.assign(
        by=people.preparer, round_id=round_.id, post=people.foreign.post, part="appraiser", group=round_.group,
        leaves=["A.2"], now=now,
    )  # fmt: skip
    move_to(people, round_.id, "appraisal")
    with pytest.raises(NotAllowed, match=r"assessment\.own_unit"):
        save(people.head, "appraisal", entry(round_.own, plan="late"))
    with pytest.raises(NotAllowed, match=r"assessment\.not_assigned"):
        save(people.foreign, "appraisal", entry(round_.own, plan="late"))
    assert save(people.head, "appraisal", entry(round_.others[1], plan="late"))
    assert save(people.foreign, "appraisal", entry(round_.own, "A.2", tasks_done="1", tasks="2"))


def test_reopening_needs_a_reason_and_loses_nothing(round_, people):
    move_to(people, round_.id, "self")
    save(people.unit, "self", entry(round_.own, plan="late"))
    move_to(people, round_.id, "explanation")
    with pytest.raises(Refused, match=r"assessment\.no_reason"):
        actions.reopen(by=people.preparer, round_id=round_.id, stage="self", reason=" ", now=timezone.now())
    actions.reopen(by=people.preparer, round_id=round_.id, stage="self", reason="Bổ sung tệp", now=timezone.now())
    assert StageChange.objects.order_by("at").last().reason == "Bổ sung tệp"
    assert Entry.objects.get(step="self").values == {"plan": "late"}
    assert save(people.unit, "self", entry(round_.own, plan="on_time"))


def test_evidence_is_kept_once_by_its_digest_and_a_unit_uses_only_its_own(round_, people, settings, tmp_path):
    settings.UPLOADS = tmp_path
    move_to(people, round_.id, "self")
    agency = people.unit.post.unit.agency

    def add(by, agency):
        file = SimpleUploadedFile("kh.pdf", b"%PDF-1.7 plan")
        return actions.add_evidence(by=by, agency=agency, file=file, now=timezone.now())

    first = add(people.unit, agency)
    assert add(people.unit, agency).pk == first.pk
    both = [entry(round_.own, leaf, note="x", evidence=[str(first.pk)]) for leaf in ("A.1", "A.2")]
    assert len(save(people.unit, "self", *both)) == 2
    other = add(people.foreign, people.foreign.post.unit.agency)
    with pytest.raises(Invalid, match="evidence"):
        save(people.unit, "self", entry(round_.own, evidence=[str(other.pk)]))
    settings.UPLOAD_LIMIT_BYTES = 4
    with pytest.raises(Refused, match=r"file\.too_large"):
        add(people.unit, agency)


def test_a_table_with_an_unknown_unit_or_text_for_a_number_applies_nothing(round_, people):
    rows = ((2, (round_.agencies[0].code, "0.9")), (3, ("nowhere", "0.9")), (4, (round_.agencies[1].name_vi, "good")))
    table = Table("s.csv", ("unit", "satisfaction"), rows)
    with pytest.raises(Invalid) as refused:
        actions.load_table(by=people.preparer, group_id=round_.group.pk, table=table, now=timezone.now())
    assert len(refused.value.errors) == 2
    assert not Entry.objects.filter(step="source").exists()


def test_a_measured_leaf_is_counted_with_its_recipe(round_, people):
    actions.count_measures(by=people.preparer, round_id=round_.id, now=timezone.now())
    kept = Entry.objects.get(member=round_.own, leaf="B.1")
    assert kept.recipe["measures"] == {"on_time": "dossiers.resolved", "dossiers": "dossiers.counted"}
    assert kept.recipe["position"] >= 0
    assert kept.values["dossiers"] == "0"


def test_a_framework_with_faults_is_refused_with_its_lines(round_, people):
    broken = TEXT.replace("points: 60", "points: 61")
    with pytest.raises(Refused, match=r"framework.yaml:14.*\n.*:18"):
        actions.add_group(
            by=people.preparer, round_id=round_.id, group=GroupInput("B", broken, round_.agencies), now=timezone.now()
        )


def test_scores_and_ranks_are_set_beside_the_earlier_round(round_, people):
    def publish(found, own, other):
        move_to(people, found.id, "council")
        rows = [entry(found.own, plan=own), entry(found.others[0], plan=other), entry(found.others[1], plan="none")]
        save(people.council, "council", *rows)
        return actions.publish_round(by=people.council, round_id=found.id, now=timezone.now())

    earlier = publish(round_, "late", "on_time")
    later = publish(prepared(people, name="PAR 2027", previous=earlier), "on_time", "late")
    changes = {unit["code"]: unit["rank_change"] for unit in later.content["groups"][0]["units"]}
    assert changes[round_.agencies[0].code] == 1
    assert changes[round_.agencies[1].code] == -1
    assert changes[round_.agencies[2].code] == 0


def test_22_departments_and_8_districts_are_assessed_in_one_round(people, db, django_assert_max_num_queries):
    now, part = timezone.now(), Assignment.Part
    root = Agency.objects.get(code="H15")
    units = {
        level: [
            add_agency(by=people.preparer, code=f"H15.{base + n}", name_vi=f"{name} {n}", level=level, parent=root, valid_from=FIRST, now=now)
            for n in range(count)
        ]
        for level, name, base, count in ((Level.DEPARTMENT, "Sở", 700, 22), (Level.DISTRICT, "Huyện", 800, 8))
    }  # fmt: skip
    found = actions.open_round(by=people.preparer, name="PAR", first=FIRST, last=LAST, now=now)
    from motcua.measure.assessment.frameworks import framework_of, inputs_of_leaf, options_of_leaf, shipped_text

    text = shipped_text("par-index-departments-model")
    for level, agencies in units.items():
        actions.add_group(by=people.preparer, round_id=found.pk, group=GroupInput(str(level), text, agencies), now=now)
    for post, what in ((people.appraiser.post, part.APPRAISER), (people.council.post, part.COUNCIL)):
        actions.assign(by=people.preparer, round_id=found.pk, post=post, part=what, now=now)
    move_to(people, found.pk, "appraisal")
    framework = framework_of(text)
    members = list(Member.objects.filter(round=found))
    rows = []
    for number, member in enumerate(members):
        for leaf in framework.root.leaves():
            good = str(10 + number)
            values = {code: "1" if kind == "flag" else good for code, kind in inputs_of_leaf(framework, leaf).items()}
            values = {code: "40" if code.endswith("_den") else v for code, v in values.items()}
            values |= {code: options_of_leaf(leaf)[number % 2] for code in values if options_of_leaf(leaf)}
            rows.append(EntryInput(member.pk, leaf.code, values))
    assert len(save(people.appraiser, "appraisal", *rows)) == 30 * len(list(framework.root.leaves()))
    move_to(people, found.pk, "council")
    with django_assert_max_num_queries(60):
        published = actions.publish_round(by=people.council, round_id=found.pk, now=now)
    assert [len(group["units"]) for group in published.content["groups"]] == [22, 8]
    assert verify_round(published) == []
    assert connection.connection is not None


def test_a_lead_agency_gives_the_values_of_its_leaf_across_units(people, db):
    lead = people.appraiser.post.unit.agency
    found = prepared(people, sources={"B.2": {"kind": "lead", "agency": lead.pk}})
    move_to(people, found.id, "self")
    with pytest.raises(NotAllowed, match=r"assessment\.not_lead"):
        save(people.foreign, "source", entry(found.own, "B.2", satisfaction="0.5"))
    save(people.appraiser, "source", *(entry(m, "B.2", satisfaction="0.5") for m in (found.own, *found.others)))
    assert points(found, found.own, "B.2", "self") == pytest.approx(7.5)
    client = Client()
    client.force_login(User.objects.get(username="tc.canbo"))
    page = client.get(f"/rounds/groups/{found.group.pk}/B.2/").content.decode()
    assert f"v:{found.own.pk}:B.2:satisfaction" in page


def test_the_published_standing_is_taken_in_and_a_bad_row_takes_in_nothing(people, db):
    from motcua.formats.datafiles import datasets_folder

    now = timezone.now()
    bad = Table(
        "x.csv", ("index", "year", "province", "rank"), ((2, ("PCI", "2019", "A", "3")), (3, ("PCI", "?", "A", "x")))
    )
    with pytest.raises(Invalid) as refused:
        actions.load_standing(by=people.preparer, table=bad, now=now)
    assert len(refused.value.errors) == 2
    assert not Standing.objects.exists()
    table = read_table(datasets_folder() / "standing" / "published.csv")
    assert actions.load_standing(by=people.preparer, table=table, now=now) == Standing.objects.count()
    assert Standing.objects.get(index="PCI", year=2019, province="Đắk Lắk").rank == 38
    assert "64,81" in Client().get("/standing/").content.decode()


def test_the_pages_of_a_round_ask_the_database_at_most_fifteen_times(round_, people, django_assert_max_num_queries):
    move_to(people, round_.id, "appraisal")
    save(people.appraiser, "appraisal", *(entry(m, plan="late", note="x") for m in (round_.own, *round_.others)))
    for username in ("quantri", "tc.canbo"):
        client = Client()
        client.force_login(User.objects.get(username=username))
        client.get("/me/")
        for page in (
            "/rounds/",
            f"/rounds/{round_.id}/",
            f"/rounds/{round_.id}/board/",
            f"/rounds/units/{round_.own.pk}/",
            f"/rounds/units/{round_.own.pk}/score/TOP/",
            f"/rounds/groups/{round_.group.pk}/A.1/",
        ):
            with django_assert_max_num_queries(15):
                assert client.get(page).status_code == 200, page


def test_who_has_no_part_sees_no_other_unit_of_a_round(round_, people):
    client = Client()
    client.force_login(User.objects.get(username="xa2.canbo"))
    pages = (f"units/{round_.own.pk}/", f"units/{round_.own.pk}/score/TOP/", f"groups/{round_.group.pk}/A.1/")
    assert [client.get(f"/rounds/{page}").status_code for page in pages] == [404, 404, 404]
    assert client.get(f"/rounds/{round_.id}/board/").status_code == 403
    assert client.get(f"/rankings/{round_.id}/").status_code == 404


@pytest.mark.parametrize(("language", "said"), [("vi", "thang.csv trống."), ("en", "thang.csv is empty.")])
def test_a_fault_of_an_uploaded_table_is_told_in_the_language_of_the_page(people, db, language, said):
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username="quantri"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    table = SimpleUploadedFile("thang.csv", b"", content_type="text/csv")
    page = client.post("/standing/load/", {"table": table}, follow=True)
    assert said in page.content.decode()

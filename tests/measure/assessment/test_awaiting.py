"""What rounds ask of a person: on the first page of their day and piece by piece; nothing where nothing is left."""

import datetime as dt

import pytest
from django.utils import timezone
from tests.measure.assessment.conftest import SOURCES, move_to, prepared
from tests.measure.assessment.province import drawn_entries, prepared_round
from tests.measure.assessment.test_supposing import client_of

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput
from motcua.measure.assessment.awaiting import works_of
from motcua.measure.assessment.models import Assignment, Round
from motcua.measure.assessment.queries import progress_of, waited_for

pytestmark = pytest.mark.django_db
TITLE = "Assessment: this awaits you"
SHORT = "/rounds/mine/short/"


def save(by, step, *entries):
    return actions.save_entries(by=by, step=step, entries=entries, now=timezone.now())


def works(actor):
    return works_of(actor, timezone.localdate())


def ends(stage, days):
    day = timezone.localdate()
    return {stage: (day - dt.timedelta(10), day + dt.timedelta(days))}


def test_an_appraiser_finds_how_much_is_left_by_when_and_what_comes_next(people, db):
    found = prepared(people, calendar=ends("appraisal", 2))
    move_to(people, found.id, "appraisal")
    [work] = works(people.appraiser)
    # B.1 is measured; A.1, A.2 and B.2 of three units are to appraise.
    assert (work.kind, work.left, work.asked, work.units, work.days) == ("appraise", 9, 9, 3, 2)
    assert [(pile.label, pile.left, pile.of) for pile in work.piles] == [
        ("A.1 Plan issued", 3, 3),
        ("A.2 Tasks done", 3, 3),
        ("B.2 Satisfaction", 3, 3),
    ]
    assert work.first.address == f"/rounds/groups/{found.group.pk}/A.1/"
    rows = [EntryInput(member.pk, "A.1", recognised=True) for member in (found.own, *found.others)]
    save(people.appraiser, "appraisal", *rows)
    [work] = works(people.appraiser)
    assert (work.left, work.done, work.first.label) == (6, 3, "A.2 Tasks done")
    assert works(people.unit) == works(people.foreign) == works(people.council) == []


def test_of_some_leaves_and_of_other_units_than_ones_own_alone(people, round_):
    part, now = Assignment.Part.APPRAISER, timezone.now()
    actions.assign(
        by=people.preparer, round_id=round_.id, post=people.head.post, part=part, group=round_.group, leaves=["A.2"],
        now=now,
    )  # fmt: skip
    move_to(people, round_.id, "appraisal")
    [work] = works(people.head)
    assert [(pile.label, pile.left) for pile in work.piles] == [("A.2 Tasks done", 2)]
    # The board waits for as much as the person finds.
    board = Round.objects.get(pk=round_.id)
    counts = {each.post_id: each.count for each in waited_for(board, progress_of(board))}
    assert counts[people.head.post.pk] == work.left


def test_a_units_people_find_its_parts_and_its_head_the_sign_off(people, db):
    found = prepared(people, calendar=ends("self", -1))
    move_to(people, found.id, "self")
    [work] = works(people.unit)
    assert (work.kind, work.left, work.asked, work.late_by, work.refused) == ("self", 2, 2, 1, True)
    assert work.first.address == f"/rounds/units/{found.own.pk}/#s-A"
    actions.set_calendar(
        by=people.preparer, round_id=found.id, calendar=ends("self", 5), late="refused", now=timezone.now()
    )
    save(
        people.unit,
        "self",
        EntryInput(found.own.pk, "A.1", {"plan": "late"}),
        EntryInput(found.own.pk, "A.2", {"tasks_done": "1", "tasks": "2"}),
    )
    assert works(people.unit) == []
    [work] = works(people.head)
    assert (work.kind, work.first.label, work.refused) == ("sign", "Sign the self-assessment off", False)
    actions.submit_self_assessment(by=people.head, member_id=found.own.pk, now=timezone.now())
    assert works(people.head) == []


def test_what_was_appraised_otherwise_is_explained_and_what_was_explained_appraised_again(people, round_):
    move_to(people, round_.id, "appraisal")
    keys = (round_.own.pk, *(member.pk for member in round_.others))
    for leaf in ("A.1", "A.2", "B.2"):
        save(people.appraiser, "appraisal", *[EntryInput(key, leaf, recognised=True) for key in keys])
    save(people.appraiser, "appraisal", EntryInput(round_.own.pk, "A.1", {"plan": "none"}))
    assert works(people.appraiser) == []
    move_to(people, round_.id, "explanation")
    [work] = works(people.unit)
    assert (work.kind, work.left, work.first.address) == ("explain", 1, f"/rounds/units/{round_.own.pk}/#s-A")
    save(people.unit, "explanation", EntryInput(round_.own.pk, "A.1", note="đã ban hành đúng hạn"))
    assert works(people.unit) == []
    move_to(people, round_.id, "reappraisal")
    [work] = works(people.appraiser)
    assert (work.left, work.first.label, work.piles[0].of) == (1, "A.1 Plan issued", 1)
    board = Round.objects.get(pk=round_.id)
    assert [each.count for each in waited_for(board, progress_of(board))] == [1]
    save(people.appraiser, "reappraisal", EntryInput(round_.own.pk, "A.1", {"plan": "on_time"}))
    assert works(people.appraiser) == []
    move_to(people, round_.id, "council")
    [work] = works(people.council)
    assert (work.kind, work.first.address) == ("decide", f"/rounds/{round_.id}/")


def test_a_lead_agency_finds_the_values_that_it_gives(people, db):
    lead = people.appraiser.post.unit.agency
    found = prepared(people, sources=SOURCES | {"B.2": {"kind": "lead", "agency": lead.pk}})
    move_to(people, found.id, "self")
    [work] = works(people.appraiser)
    assert (work.kind, work.left, work.first.label) == ("give", 3, "B.2 Satisfaction")
    client = client_of("tc.canbo")
    assert client.get(work.first.address).status_code == 200
    save(people.appraiser, "source", *[EntryInput(m.pk, "B.2", {"satisfaction": "0.8"}) for m in found.others])
    [work] = works(people.appraiser)
    assert (work.left, work.asked) == (1, 3)


def test_the_first_page_says_it_to_those_of_whom_something_is_asked(people, db, django_assert_max_num_queries):
    found = prepared(people, calendar=ends("appraisal", 2))
    move_to(people, found.id, "appraisal")
    asked, other = client_of("tc.canbo"), client_of("xa.canbo")
    # The page has a place for it and is not made to wait; the list of rounds has it without scripts too.
    first = asked.get(asked.get("/start/")["Location"])
    assert f'hx-get="{SHORT}" hx-trigger="load"' in first.content.decode()
    assert SHORT not in asked.get("/inbox/").content.decode()
    for place in (SHORT, "/rounds/"):
        with django_assert_max_num_queries(15):
            page = asked.get(place).content.decode()
        assert TITLE in page
        assert "9 values left, 3 leaves at 3 units" in page
        assert f'href="/rounds/groups/{found.group.pk}/A.1/" data-key="a"' in page
        assert "/rounds/mine/" in page
        assert TITLE not in other.get(place).content.decode()
    with django_assert_max_num_queries(15):
        page = asked.get("/rounds/mine/").content.decode()
    assert "B.2 Satisfaction" in page
    assert "Nothing awaits you" in other.get("/rounds/mine/").content.decode()


def test_a_whole_province_is_looked_through_in_few_queries(people, db, django_assert_max_num_queries):
    found = prepared_round(people, "Chỉ số CCHC năm 2026")
    move_to(people, found.pk, "appraisal")
    entries = [entry for place, entry in enumerate(drawn_entries(found, seed=3)) if place % 2]
    save(people.appraiser, "appraisal", *entries)
    with django_assert_max_num_queries(5):
        [work] = works(people.appraiser)
    own = people.appraiser.post.unit.agency
    units = [m for m in found.members.all() if m.agency_id != own.pk]
    assert work.left + work.done == work.asked
    assert work.units <= len(units)
    client = client_of("tc.canbo")
    for place in (SHORT, "/rounds/", "/rounds/mine/"):
        with django_assert_max_num_queries(15):
            assert TITLE in client.get(place).content.decode()


@pytest.mark.parametrize(
    ("username", "asked"),
    [("xa.lanhdao", True), ("giamdoc", True), ("xa.truongphong", True), ("xa.vanthu", True), ("xa.tiepnhan", False),
     ("thuphi", False), ("kiemtra", False), ("quantri", False)],
)  # fmt: skip
def test_the_first_page_of_every_post_that_can_be_asked_has_the_place(username, asked, db):
    client = client_of(username)
    page = client.get(client.get("/start/")["Location"]).content.decode()
    assert (SHORT in page) == asked
    # What nothing is asked of is given nothing at all.
    assert client.get(SHORT).content.strip() == b""


@pytest.mark.parametrize(("username", "stage"), [("xa.lanhdao", "self"), ("giamdoc", "council")])
def test_leaders_and_the_council_are_told_what_awaits_them(username, stage, people, round_):
    move_to(people, round_.id, stage)
    assert TITLE in client_of(username).get(SHORT).content.decode()

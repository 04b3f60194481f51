"""The parts of a unit's page: what a stage asks of them, which are unfolded, where one goes on after saving."""

import pytest
from django.utils import timezone
from tests.measure.assessment.conftest import SOURCES, TEXT, move_to
from tests.measure.assessment.test_supposing import client_of

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput
from motcua.measure.assessment.asking import asked_of
from motcua.measure.assessment.frameworks import framework_of
from motcua.measure.assessment.models import Assignment, Entry, Stage

SMALL = framework_of(TEXT)


def entry(leaf, step, **more):
    return Entry(leaf=leaf, step=step, **more)


def asked(stage, *entries):
    found = asked_of(SMALL, SOURCES, entries, stage)
    return sorted(found.leaves), sorted(found.left)


def test_a_unit_is_asked_for_the_leaves_that_it_gives_itself():
    assert asked(Stage.SELF) == (["A.1", "A.2"], ["A.1", "A.2"])
    assert asked(Stage.SELF, entry("A.1", "self", values={"plan": "late"})) == (["A.1", "A.2"], ["A.2"])
    # A note alone is no value.
    assert asked(Stage.SELF, entry("A.1", "self", note="x")) == (["A.1", "A.2"], ["A.1", "A.2"])


def test_an_appraiser_is_asked_for_all_but_measured_leaves_and_again_for_those_explained():
    assert asked(Stage.APPRAISAL) == (["A.1", "A.2", "B.2"], ["A.1", "A.2", "B.2"])
    first = [entry(leaf, "appraisal", recognised=True) for leaf in ("A.1", "A.2", "B.2")]
    assert asked(Stage.APPRAISAL, *first)[1] == []
    assert asked(Stage.REAPPRAISAL, *first) == ([], [])
    explained = entry("A.2", "explanation", note="x")
    assert asked(Stage.REAPPRAISAL, *first, explained) == (["A.2"], ["A.2"])
    assert asked(Stage.REAPPRAISAL, *first, explained, entry("A.2", "reappraisal", recognised=True))[1] == []
    # What the first appraisal left is still to do; a measured leaf that was disputed is corrected in the record.
    assert asked(Stage.REAPPRAISAL, *first[1:], entry("B.1", "explanation", note="x")) == (["A.1"], ["A.1"])


def test_explanations_are_asked_for_what_was_appraised_otherwise_and_nothing_before_the_council():
    rows = [entry("A.1", "appraisal", values={"plan": "none"}), entry("A.2", "appraisal", recognised=True)]
    assert asked(Stage.EXPLANATION, *rows) == (["A.1"], ["A.1"])
    assert asked(Stage.EXPLANATION, *rows, entry("A.1", "explanation", note="x")) == (["A.1"], [])
    assert asked(Stage.COUNCIL, *rows) == asked(Stage.PREPARATION, *rows) == ([], [])


# --- the page -------------------------------------------------------------------------------------------------


@pytest.fixture
def unit(round_, people):
    move_to(people, round_.id, "self")
    return f"/rounds/units/{round_.own.pk}/"


def unfolded(answer):
    return sorted(answer.context["unfolded"])


def test_the_first_unfinished_part_is_unfolded_and_each_says_how_far_it_is(
    unit, round_, people, django_assert_max_num_queries
):
    client = client_of("xa.canbo")
    with django_assert_max_num_queries(15):
        page = client.get(unit)
    assert unfolded(page) == ["A"]
    text = page.content.decode()
    assert "0 of 2 done" in text
    assert 'href="#s-A"' in text
    rows = [EntryInput(round_.own.pk, "A.1", {"plan": "late"})]
    rows.append(EntryInput(round_.own.pk, "A.2", {"tasks_done": "1", "tasks": "2"}))
    actions.save_entries(by=people.unit, step="self", entries=rows, now=timezone.now())
    page = client.get(unit)
    # B is measured and from a table: nothing of it waits for the unit.
    assert unfolded(page) == []
    assert "✓ 2 of 2 done" in page.content.decode()
    assert unfolded(client.get(f"{unit}?all=1")) == ["A", "B"]


def test_a_part_with_an_error_is_unfolded_and_saving_goes_on_at_the_part_of_the_button(unit, round_):
    client, key = client_of("xa.canbo"), f"{round_.own.pk}:B.1"
    wrong = client.post(unit, {"step": "self", "row": key, f"disputed:{key}": "H15-0", "at": "A"})
    assert (wrong.status_code, unfolded(wrong)) == (422, ["B"])
    right = {"step": "self", "row": f"{round_.own.pk}:A.1", f"v:{round_.own.pk}:A.1:plan": "late"}
    assert client.post(unit, right | {"at": "B"})["Location"] == f"{unit}#s-B"
    assert client.post(unit, right | {"at": "//elsewhere"})["Location"] == unit
    assert client.post(unit, right)["Location"] == unit


def test_an_appraiser_of_some_leaves_sees_the_progress_of_those(round_, people):
    part = Assignment.Part.APPRAISER
    actions.assign(
        by=people.preparer,
        round_id=round_.id,
        post=people.foreign.post,
        part=part,
        group=round_.group,
        leaves=["B.2"],
        now=timezone.now(),
    )
    move_to(people, round_.id, "appraisal")
    page = client_of("xa2.canbo").get(f"/rounds/units/{round_.own.pk}/")
    assert sorted(page.context["asked"].leaves) == ["B.2"]
    assert unfolded(page) == ["B"]
    assert sorted(client_of("tc.canbo").get(f"/rounds/units/{round_.own.pk}/").context["asked"].leaves) == [
        "A.1",
        "A.2",
        "B.2",
    ]

"""What if: supposed values come to what the same entries really bring; the cheapest way; who is told ranks."""

import random
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure.assessment.conftest import move_to
from tests.measure.assessment.province import values_of

from motcua.measure.assessment import actions
from motcua.measure.assessment.actions import EntryInput
from motcua.measure.assessment.frameworks import framework_of, shipped_text
from motcua.measure.assessment.models import Entry, Group, Member
from motcua.measure.assessment.scoring import Scored, inputs_at, score_inputs
from motcua.measure.assessment.supposing import NoWay, Supposer, same
from motcua.record.accounts.models import User

SET = framework_of(shipped_text("par-index-departments-model"))
KEYS = [str(UUID(int=n)) for n in range(1, 5)]


def drawn(seed: int) -> list[Entry]:
    """Entries of four units over the model set."""
    chance = random.Random(seed)
    return [
        Entry(member_id=UUID(key), leaf=leaf.code, step="self", values=values_of(SET, leaf, chance, good))
        for key, good in zip(KEYS, (0.6, 0.7, 0.8, 0.9), strict=True)
        for leaf in SET.root.leaves()
    ]


def supposer_of(entries: list[Entry], key: str = KEYS[0]) -> Supposer:
    return Supposer(SimpleNamespace(pk=UUID(key)), SET, KEYS, entries)


def really(entries: list[Entry], given_: dict[str, str], key: str = KEYS[0]) -> Scored:
    """Score the group with the values entered for one unit by the council."""
    later = Entry(member_id=UUID(key), leaf="any", step="council", values=given_)
    return Scored(SET, score_inputs(SET, inputs_at(KEYS, [*entries, later], "council")))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1))
def test_what_if_equals_the_same_values_entered(seed, other, good):
    entries, chance = drawn(seed), random.Random(other)
    chosen = chance.sample(list(SET.root.leaves()), 8)
    given_ = {code: text for leaf in chosen for code, text in values_of(SET, leaf, chance, good).items()}
    told, after = supposer_of(entries).suppose(given_), really(entries, given_)
    root = SET.root.code
    assert (told.then.points, told.then.rank) == (after.points(KEYS[0], root), after.ranks[KEYS[0]])
    assert told.then.rating == after.classes[KEYS[0]]
    assert [row.then for row in told.rows] == [after.points(KEYS[0], row.leaf.code) for row in told.rows]
    before = really(entries, {})
    assert (told.now.points, told.now.rank) == (before.points(KEYS[0], root), before.ranks[KEYS[0]])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_cheapest_way_leads_where_it_says_when_it_is_really_taken(seed):
    entries = drawn(seed)
    supposer = supposer_of(entries)
    efforts = {leaf.code: 1.0 + place % 3 for place, leaf in enumerate(SET.root.leaves())}
    way = supposer.way("ranks", 1, efforts)
    taken = {code: f"{value:g}" for step in way.steps for code, value in step.inputs.items()}
    taken |= {code: text for step in way.steps for code, text in step.texts.items()}
    after = really(entries, taken)
    assert after.points(KEYS[0], SET.root.code) == pytest.approx(way.standing.points, abs=0.005)
    assert after.ranks[KEYS[0]] <= supposer.suppose({}).now.rank - 1 or way.standing.points == pytest.approx(
        max(after.points(key, SET.root.code) for key in KEYS[1:2]), abs=0.01
    )
    assert way.effort == pytest.approx(sum(step.effort for step in way.steps))
    assert all(words for _leaf, words, _effort in supposer.steps_told(way))


def test_half_a_point_is_the_fewest_that_bring_it():
    supposer = supposer_of(drawn(3))
    found = supposer.suppose({})
    had = [row for row in found.rows if row.half]
    assert len(had) > 3
    for row in had:
        code = row.leaf.rule["numerator"]
        has = int(supposer.inputs[KEYS[0]][code])
        enough, fewer = (
            supposer.suppose({code: str(has + n)}).then.points - found.now.points for n in (row.half, row.half - 1)
        )
        assert enough >= 0.5 - 1e-9 > fewer - 1e-9


def test_the_best_unit_has_no_better_class_to_reach():
    best = [
        Entry(member_id=UUID(key), leaf=leaf.code, step="self", values=values_of(SET, leaf, random.Random(1), 1.0))
        for key in KEYS
        for leaf in SET.root.leaves()
    ]
    with pytest.raises(NoWay):
        supposer_of(best).way("class", 1, {})


def test_yes_and_1_say_the_same():
    assert same("flag", "1", "có")
    assert not same("flag", "1", "0")
    assert not same("number", "10", "100")


# --- the page -------------------------------------------------------------------------------------------------


def client_of(username: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=username))
    client.get("/me/")
    return client


@pytest.fixture
def entered(round_, people):
    """The round before the appraisers, with values of the ward and of another."""
    move_to(people, round_.id, "appraisal")
    rows = []
    for member, done in ((round_.own, "10"), (round_.others[0], "18")):
        rows.append(EntryInput(member.pk, "A.1", {"plan": "late"}))
        rows.append(EntryInput(member.pk, "A.2", {"tasks_done": done, "tasks": "20"}))
    actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=timezone.now())
    return round_


@pytest.mark.django_db
def test_the_page_says_what_the_real_entry_then_brings(entered, people, django_assert_max_num_queries):
    client, page = client_of("tc.canbo"), f"/rounds/units/{entered.own.pk}/what-if/"
    with django_assert_max_num_queries(15):
        assert client.get(page).status_code == 200
    with django_assert_max_num_queries(15):
        told = client.post(page, {"v:plan": "on_time", "v:tasks_done": "19"}).context["found"]
    before = (told.now.points, told.now.rank)
    assert not Entry.objects.filter(member=entered.own, values__contains={"plan": "on_time"}).exists()
    rows = [
        EntryInput(entered.own.pk, "A.1", {"plan": "on_time"}),
        EntryInput(entered.own.pk, "A.2", {"tasks_done": "19", "tasks": "20"}),
    ]
    actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=timezone.now())
    now = client.get(page).context["found"].now
    assert (now.points, now.rank) == (told.then.points, told.then.rank)
    assert now.points > before[0]


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_at_its_leaf_and_stays_in_the_field(entered):
    client, page = client_of("tc.canbo"), f"/rounds/units/{entered.own.pk}/what-if/"
    text = client.post(page, {"v:tasks_done": "abc", "v:plan": "on_time", "e:A.2": "-1"}).content.decode()
    assert "is not a number" in text
    assert 'value="abc"' in text
    assert "A.2: an effort is a number above 0." in client.post(page, {"e:A.2": "-1", "way": "1"}).content.decode()


@pytest.mark.django_db
def test_the_way_is_found_on_the_page_and_leaves_without_effort_stay(entered):
    client, page = client_of("tc.canbo"), f"/rounds/units/{entered.own.pk}/what-if/"
    sent = {"goal": "ranks", "ranks": "1", "way": "1", "e:A.1": "1", "e:A.2": "1", "e:B.1": "", "e:B.2": ""}
    found = client.post(page, sent).context
    assert [step.leaf for step in found["way"].steps] == ["A.1"]
    found = client.post(page, sent | {"e:A.1": ""}).context
    assert [(step.leaf, step.label) for step in found["way"].steps] == [("A.2", "8")]
    assert "no_way" in client.post(page, sent | {"e:A.1": "", "e:A.2": ""}).context


@pytest.mark.django_db
def test_a_unit_is_told_ranks_only_once_they_are_published_and_others_see_nothing(entered, people):
    page = f"/rounds/units/{entered.own.pk}/what-if/"
    assert client_of("xa2.canbo").get(page).status_code == 404
    own = client_of("xa.canbo")
    context = own.post(page, {"goal": "ranks", "way": "1"}).context
    assert not context["ranked"]
    assert context["goal"] == "class"
    assert "Rank in the group" not in own.get(page).content.decode()
    for member in Member.objects.filter(group=entered.group):
        values = {"A.1": {"plan": "late"}, "B.1": {}, "B.2": {}}
        rows = [EntryInput(member.pk, leaf, given_) for leaf, given_ in values.items() if given_]
        actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=timezone.now())
    move_to(people, entered.id, "council")
    actions.publish_round(by=people.council, round_id=entered.id, now=timezone.now())
    assert "Rank in the group" in own.get(page).content.decode()
    assert Group.objects.get(pk=entered.group.pk).round.published_at


@pytest.mark.django_db
def test_a_goal_that_is_not_there_is_named(entered):
    client, page = client_of("tc.canbo"), f"/rounds/units/{entered.own.pk}/what-if/"
    told = client.post(page, {"goal": "ranks", "ranks": "99", "way": "1"}).content.decode()
    assert "There are not so many ranks above it." in told
    sent = {"goal": "class", "way": "1", "e:A.1": "", "e:A.2": "", "e:B.1": "", "e:B.2": ""}
    assert "With these efforts no change of the figures leads there." in client.post(page, sent).content.decode()


# --- composite indices ----------------------------------------------------------------------------------------

DDCI = framework_of(shipped_text("ddci-model"))


def surveyed(seed: int) -> list[Entry]:
    """Entries of four units over the model DDCI set, its sub-indices from surveys."""
    chance = random.Random(seed)
    return [
        Entry(member_id=UUID(key), leaf=leaf.code, step="self", values={leaf.code: f"{chance.uniform(3, 8):.2f}"})
        for key in KEYS
        for leaf in DDCI.root.leaves()
    ]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_the_way_of_a_composite_index_leads_where_it_says_when_it_is_really_taken(seed, ranks):
    entries = surveyed(seed)
    last = Scored(DDCI, score_inputs(DDCI, inputs_at(KEYS, entries, "council")))
    key = max(KEYS, key=lambda each: last.ranks[each])
    supposer = Supposer(SimpleNamespace(pk=UUID(key)), DDCI, KEYS, entries)
    assert all(row.movable for row in supposer.suppose({}).rows if row.score < 10)
    way = supposer.way("ranks", ranks, {leaf.code: 1.0 for leaf in DDCI.root.leaves()})
    typed = {code: f"{value:.12g}" for step in way.steps for code, value in step.inputs.items()}
    told = supposer.suppose(typed)
    assert told.then.rank == way.standing.rank <= last.ranks[key] - ranks
    assert told.then.points == pytest.approx(way.standing.points)
    assert way.effort == sum(int(step.label) for step in way.steps)
    with translation.override("en"):
        assert all("raise to" in words for _leaf, words, _effort in supposer.steps_told(way))


@pytest.mark.django_db
def test_the_way_of_a_composite_index_is_for_whoever_is_told_the_ranks(round_, people):
    from motcua.measure.assessment.actions import GroupInput
    from motcua.record.organisation.models import Agency, Level

    now = timezone.now()
    agencies = list(Agency.objects.on(timezone.localdate()).filter(level=Level.DEPARTMENT).order_by("code")[:3])
    given_ = GroupInput("DDCI", shipped_text("ddci-model"), agencies)
    group = actions.add_group(by=people.preparer, round_id=round_.id, group=given_, now=now)
    move_to(people, round_.id, "appraisal")
    own = people.appraiser.post.unit.agency_id
    chance = random.Random(4)
    members = [member for member in Member.objects.filter(group=group) if member.agency_id != own]
    rows = [
        EntryInput(member.pk, leaf.code, {leaf.code: f"{chance.uniform(3, 8):.2f}"})
        for member in members
        for leaf in DDCI.root.leaves()
    ]
    actions.save_entries(by=people.appraiser, step="appraisal", entries=rows, now=now)
    scored = Scored(DDCI, score_inputs(DDCI, inputs_at([str(m.pk) for m in members], Entry.objects.all(), "council")))
    low = max(members, key=lambda member: scored.ranks[str(member.pk)])
    page = f"/rounds/units/{low.pk}/what-if/"
    client = client_of("tc.canbo")
    assert "Effort of a step" in client.get(page).content.decode()
    found = client.post(page, {"goal": "ranks", "ranks": "1", "way": "1"})
    assert found.context["way"].standing.rank < scored.ranks[str(low.pk)]
    assert "raise to" in found.content.decode()
    none = client.post(page, {"goal": "class", "way": "1"}).content.decode()
    assert "There is no better class." in none

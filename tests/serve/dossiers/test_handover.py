"""Somebody leaves or is away: their tasks go on in other hands, and the record says in whose."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.samples import birth

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation import actions as organisation
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Person, Post, Role
from motcua.record.organisation.queries import posts_stood_in_for
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.models import Dossier, Task
from motcua.serve.dossiers.presenting import timeline_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(actor_of: Any) -> Any:
    return actor_of("quantri")


@pytest.fixture
def colleague(by: Any, actor_of: Any, today: dt.date) -> Post:
    """A second officer of the same unit."""
    now = timezone.now()
    person = organisation.add_person(by=by, staff_code="THU.77", full_name="Phan Thị Kế", now=now)
    unit = actor_of("xa.canbo").post.unit
    return organisation.give_post(by=by, person=person, unit=unit, role=Role.OFFICER, valid_from=today, now=now)


@pytest.fixture
def held(actor_of: Any) -> list[Dossier]:
    """Two dossiers in the officer's own hands, a third one with the unit."""
    clerk, officer = actor_of("xa.tiepnhan"), actor_of("xa.canbo")
    found = []
    for number in range(3):
        dossier = actions.receive_dossier(by=clerk, filing=birth())
        actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
        if number < 2:
            actions.assign_task(by=officer, dossier_id=dossier.pk, assignee_id=officer.post.pk)
        found.append(dossier)
    return found


def assignees(dossiers: list[Dossier]) -> list[int | None]:
    return [Task.objects.get(dossier=d, closed_at=None).assignee_id for d in dossiers]


def test_open_tasks_go_to_the_successor_with_one_event_each(by, actor_of, held, colleague):
    leaver = actor_of("xa.canbo").post
    due = list(Task.objects.filter(closed_at=None).order_by("pk").values_list("due_at", "step_id"))
    [line] = organisation.preview_hand_over(by=by, leaver=leaver, successor=colleague)
    assert (line.plan.count, line.plan.faults, sorted(line.plan.items)) == (2, [], sorted(d.code for d in held[:2]))
    assert organisation.hand_over(by=by, leaver=leaver, successor=colleague, now=timezone.now()) == {"tasks": 2}
    assert assignees(held) == [colleague.pk, colleague.pk, None]
    assert list(Task.objects.filter(closed_at=None).order_by("pk").values_list("due_at", "step_id")) == due
    events = Event.objects.filter(kind="dossier.handed_over")
    assert sorted(e.chain_id for e in events) == sorted(d.pk for d in held[:2])
    assert {e.actor for e in events} == {by.key}
    facts = Event.objects.get(kind="post.handed_over").payload["facts"]
    assert facts == {"post": leaver.pk, "successor": colleague.pk, "counts": {"tasks": 2}}
    actions.forward_dossier(by=Actor(post=colleague, on=by.on), dossier_id=held[0].pk)


def test_without_a_successor_the_tasks_go_back_to_the_unit(by, actor_of, held):
    organisation.hand_over(by=by, leaver=actor_of("xa.canbo").post, successor=None, now=timezone.now())
    assert assignees(held) == [None, None, None]


def test_a_successor_who_cannot_do_the_step_stops_the_whole(by, actor_of, held):
    leaver, wrong = actor_of("xa.canbo").post, actor_of("xa.kinhte").post
    with pytest.raises(Invalid) as refused:
        organisation.hand_over(by=by, leaver=leaver, successor=wrong, now=timezone.now())
    assert held[0].code in refused.value.message
    assert assignees(held) == [leaver.pk, leaver.pk, None]
    assert not Event.objects.filter(kind__endswith="handed_over").exists()


@pytest.mark.parametrize("username", ["xa.canbo", "xa.truongphong", "xa2.lanhdao", "xa.tiepnhan"])
def test_only_who_heads_the_unit_or_administers_hands_over(username, actor_of, held, colleague):
    # The head of the demo heads another unit than the officer's.
    with pytest.raises(NotAllowed):
        organisation.hand_over(
            by=actor_of(username), leaver=actor_of("xa.canbo").post, successor=colleague, now=timezone.now()
        )


def test_the_leader_of_the_agency_may(actor_of, held, colleague):
    by = actor_of("xa.lanhdao")
    done = organisation.hand_over(by=by, leaver=actor_of("xa.canbo").post, successor=colleague, now=timezone.now())
    assert done == {"tasks": 2}


def test_a_successor_whose_post_has_ended_is_refused(by, actor_of, colleague):
    Post.objects.filter(pk=colleague.pk).update(valid_from="2020-01-01", valid_to="2020-02-01")
    with pytest.raises(Refused):
        organisation.preview_hand_over(by=by, leaver=actor_of("xa.canbo").post, successor=colleague)


# --- absence --------------------------------------------------------------------------------------------------


def absent(actor: Actor, stand_in: Person | None, first: int = 0, last: int = 5, **changes: Any) -> Any:
    days = {"first_day": actor.on + dt.timedelta(days=first), "last_day": actor.on + dt.timedelta(days=last)}
    given = {"by": actor, "person": actor.post.person, "stand_in": stand_in, "now": timezone.now()}
    return organisation.note_absence(**given | days | changes)


def test_the_stand_in_does_the_absent_ones_tasks_and_both_names_are_kept(actor_of, held):
    officer, other = actor_of("xa.canbo"), actor_of("xa.kinhte")
    absent(officer, other.post.person)
    [post] = posts_stood_in_for(other.post.person_id, officer.on)
    by = Actor(post=post, on=officer.on, stand_in=other.post)
    assert {t.dossier_id for t in queries.inbox(by=by)} == {d.pk for d in held}
    actions.forward_dossier(by=by, dossier_id=held[0].pk)
    event = Event.objects.filter(chain_id=held[0].pk).latest("number")
    assert event.actor == f"stand-in:{other.post.pk}:{post.pk}"
    who = timeline_of([event])[0].who
    assert other.post.person.full_name in who
    assert officer.post.person.full_name in who


def test_a_stand_in_may_on_the_dates_only(actor_of):
    officer, other = actor_of("xa.canbo"), actor_of("xa.kinhte").post.person
    absent(officer, other, 2, 4)
    found = [len(posts_stood_in_for(other.pk, officer.on + dt.timedelta(days=n))) for n in range(7)]
    assert found == [0, 0, 1, 1, 1, 0, 0]


def test_cancelling_ends_the_standing_in(actor_of):
    officer, other = actor_of("xa.canbo"), actor_of("xa.kinhte").post.person
    row = absent(officer, other)
    organisation.cancel_absence(by=officer, absence=row, now=timezone.now())
    assert posts_stood_in_for(other.pk, officer.on) == []
    with pytest.raises(Conflict):
        organisation.cancel_absence(by=officer, absence=row, now=timezone.now())
    absent(officer, other)


def test_a_stand_in_chooses_the_absent_ones_post_on_the_page(actor_of, held):
    officer, other = actor_of("xa.canbo"), actor_of("xa.kinhte")
    absent(officer, other.post.person)
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(User.objects.get(username="xa.kinhte"))
    assert held[0].code not in browser.get("/inbox/").content.decode()
    browser.post(reverse("accounts:choose_post"), {"post": officer.post.pk})
    page = browser.get("/inbox/").content.decode()
    assert held[0].code in page
    assert f"for {officer.post.person.full_name}" in page
    organisation.cancel_absence(by=officer, absence=officer.post.person.absences.get(), now=timezone.now())
    assert held[0].code not in browser.get("/inbox/").content.decode()


def test_an_absence_that_cannot_be_is_refused(actor_of):
    officer, other = actor_of("xa.canbo"), actor_of("xa.kinhte")
    absent(other, None)
    tries = [
        ({"first": 3, "last": 2}, None, "last_day"),
        ({"first": -5, "last": -2}, None, "last_day"),
        ({"last": 900}, None, "last_day"),
        ({}, officer.post.person, "stand_in"),
        ({}, actor_of("xa2.canbo").post.person, "stand_in"),
        ({}, other.post.person, "stand_in"),
        ({"reason": "x" * 301}, None, "reason"),
    ]
    for changes, stand_in, field in tries:
        with pytest.raises(Refused) as refused:
            absent(officer, stand_in, **changes)
        assert refused.value.field == field
    assert absent(officer, actor_of("xa.lanhdao").post.person).pk
    with pytest.raises(Conflict):
        absent(officer, None, 3, 9)


def test_nobody_notes_an_absence_of_others_but_who_heads_them(actor_of, by):
    officer = actor_of("xa.canbo")
    for username in ("xa.kinhte", "xa2.lanhdao"):
        with pytest.raises(NotAllowed):
            absent(officer, None, by=actor_of(username))
    stand_in = Actor(post=officer.post, on=officer.on, stand_in=actor_of("xa.kinhte").post)
    with pytest.raises(NotAllowed):
        absent(officer, None, by=stand_in)
    assert absent(officer, None, by=actor_of("xa.lanhdao")).pk


def test_nobody_stands_in_for_an_administrator(by, actor_of):
    stand_in = Post.objects.filter(unit__agency=by.agency_id).exclude(person=by.post.person).first()
    absent(by, stand_in.person)
    assert posts_stood_in_for(stand_in.person_id, by.on) == []

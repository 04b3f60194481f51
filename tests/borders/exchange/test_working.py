"""The demo's people at work: what they leave in the record and in their inboxes."""

import datetime as dt
from collections import Counter

import pytest

from motcua.borders.exchange.scenarios import NobodyToWork, work
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.models import Post
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers.models import Dossier, State, Task

pytestmark = pytest.mark.django_db

FRIDAY = dt.datetime(2026, 11, 20, 15, tzinfo=LOCAL)


def test_dossiers_stand_at_every_stage_and_the_record_holds():
    done = work(until=FRIDAY, dossiers=45, seed=3)
    states = Counter(Dossier.objects.values_list("state", flat=True))
    assert done["received"] + done["unread"] == sum(states.values()) == 45
    assert {State.RECEIVED, State.PROCESSING, State.FINISHED, State.RETURNED} <= set(states)
    assert states[State.RETURNED] > states[State.PROCESSING]
    assert verify().ok


def test_every_open_task_lies_with_somebody_of_the_demo():
    work(until=FRIDAY, dossiers=25, seed=4)
    held = {(post.unit_id, post.role) for post in Post.objects.filter(person__staff_code__startswith="DEMO-")}
    waiting = set(Task.objects.filter(closed_at=None).values_list("unit_id", "role"))
    assert len(waiting) > 3
    assert waiting <= held


def test_nothing_happens_at_night_on_days_off_or_after_the_present():
    work(until=FRIDAY, dossiers=25, seed=5)
    times = [
        at.astimezone(LOCAL)
        for at in Event.objects.filter(kind__startswith="dossier.").values_list("occurred_at", flat=True)
    ]
    assert max(times) <= FRIDAY
    assert min(times) >= FRIDAY - dt.timedelta(days=21)
    assert {at.weekday() for at in times} <= {0, 1, 2, 3, 4}
    assert all(7 <= at.hour < 18 for at in times)


def test_the_same_seed_does_the_same():
    first = work(until=FRIDAY, dossiers=10, seed=6)
    names = list(Dossier.objects.order_by("received_at", "owner_name").values_list("owner_name", flat=True))
    assert work(until=FRIDAY, dossiers=10, seed=6) == first
    assert sorted(Dossier.objects.values_list("owner_name", flat=True)) == sorted(2 * names)


def test_without_people_of_the_demo_nobody_works():
    Post.objects.filter(person__staff_code__startswith="DEMO-").update(valid_to=dt.date(2026, 1, 1))
    with pytest.raises(NobodyToWork):
        work(until=FRIDAY, dossiers=5)
    assert not Dossier.objects.exists()

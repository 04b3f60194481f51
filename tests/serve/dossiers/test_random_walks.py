"""Processes drawn at random, approved by the editor's actions and walked by real hands; the clocks of the parts."""

import datetime as dt
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.samples import household

from motcua.record.organisation.models import Agency, Role, Unit
from motcua.record.organisation.queries import calendar_for
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.processes.actions import approve_process, create_draft, save_draft
from motcua.serve.catalogue.processes.queries import rows_in
from motcua.serve.catalogue.processes.rows import StepRow, digest_of
from motcua.serve.catalogue.queries import version_on
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.common import calendar_of
from motcua.serve.dossiers.actions.routing import is_last_hand, steps_of_dossier, tasks_of
from motcua.serve.dossiers.models import Dossier, Pause, State, Task
from motcua.serve.dossiers.progress import shares_of

pytestmark = pytest.mark.django_db
BEGIN = dt.datetime(2026, 11, 23, 8, 0, tzinfo=LOCAL)
HANDS = {
    Role.CLERK: "xa.tiepnhan",
    Role.OFFICER: "xa.kinhte",
    Role.HEAD: "xa.truongphong",
    Role.LEADER: "xa.lanhdao",
    Role.DOCUMENT_CLERK: "xa.vanthu",
}


@st.composite
def sound_tables(draw: st.DrawFn) -> list[StepRow]:
    """Tables of two to seven steps of the ward's people, side by side and one after the other."""
    rows = [StepRow("receive", "Tiếp nhận", kind="receive", role=Role.CLERK.value)]
    roles = st.sampled_from([Role.OFFICER, Role.HEAD, Role.LEADER, Role.DOCUMENT_CLERK])
    for number in range(draw(st.integers(1, 5))):
        above = draw(st.lists(st.sampled_from([row.key for row in rows]), max_size=2, unique=True))
        back = (rows[number].key,) if draw(st.booleans()) and above in ([], [rows[number].key]) else ()
        amount = draw(st.integers(0, 3))
        rows.append(
            StepRow(f"s{number}", f"Bước {number}", role=draw(roles).value, after=tuple(above), amount=amount,
                    may_return_to=back)
        )  # fmt: skip
    waited = {key for n, row in enumerate(rows) for key in row.after or ((rows[n - 1].key,) if n else ())}
    open_ends = tuple(row.key for row in rows if row.key not in waited)
    return [*rows, StepRow("return", "Trả", kind="return", role=Role.CLERK.value, after=open_ends)]


def approved(by: Any, rows: list[StepRow]) -> None:
    """Put a table in force for the household business at the commune, by the actions of the editor."""
    now, today = timezone.now(), timezone.localdate()
    version = version_on("1.001612", today)
    assert version is not None
    draft = create_draft(by=by, version_id=version.pk, level="commune", now=now)
    seen = digest_of(rows_in(draft), draft.drafts)
    save_draft(by=by, process_id=draft.pk, rows=rows, drafts={}, seen=seen, now=now)
    approve_process(
        by=by,
        process_id=draft.pk,
        decision="1/QĐ",
        decided_on=today,
        valid_from=today,
        seen=digest_of(rows, {}),
        now=now,
    )


class Hands:
    """The ward's people, who work what lies open in any order, a while after each other."""

    def __init__(self, actor_of: Callable[[str], Any], chance: random.Random) -> None:
        self.actors = {role.value: actor_of(name) for role, name in HANDS.items()}
        self.chance, self.now, self.turns = chance, BEGIN, 0

    def wait(self) -> None:
        self.now += dt.timedelta(minutes=self.chance.randint(1, 2_000))

    def walk(self, dossier: Dossier) -> None:
        """Work until the result is ready."""
        while Dossier.objects.get(pk=dossier.pk).state != State.FINISHED:
            self.turns += 1
            assert self.turns < 100, "a walker goes in circles"
            self.wait()
            self._turn(dossier)

    def _turn(self, dossier: Dossier) -> None:
        tasks, steps = tasks_of(dossier), steps_of_dossier(dossier)
        held = [task for task in tasks if task.closed_at is None]
        assert held, "a walker stands still"
        task = self.chance.choice(held)
        by = self.actors[task.role]
        mine = {"by": by, "dossier_id": dossier.pk, "now": self.now}
        # Of several open steps a person works the one that the product gives them first.
        given_ = next(t for t in held if t.role == task.role and t.unit_id == task.unit_id)
        what = self.chance.random()
        if what < 0.15 and given_.step.may_return_to and self.turns < 40:
            actions.send_back_dossier(**mine, to_step=given_.step.may_return_to[0], reason="làm lại")
        elif what < 0.25 and self.turns < 40 and len(held) == 1:
            actions.pause_for_fee(**mine, amount=0)
            self.wait()
            actions.settle_fee(**mine | {"now": self.now})
        elif is_last_hand(steps, tasks, given_):
            actions.finish_dossier(**mine)
        else:
            actions.forward_dossier(**mine)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sound_tables(), st.randoms(use_true_random=False))
def test_an_approved_process_is_walked_to_its_result_and_its_clocks_add_up(
    actor_of: Callable[[str], Any], rows: list[StepRow], chance: random.Random
) -> None:
    with transaction.atomic():
        approved(actor_of("quantri"), rows)
        hands = Hands(actor_of, chance)
        dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household(), now=BEGIN)
        hands.walk(dossier)
        dossier = Dossier.objects.get(pk=dossier.pk)
        done = [task for task in tasks_of(dossier) if task.closed_at is not None]
        assert {task.step.key for task in done} == {row.key for row in rows} - {"return"}
        _check_clocks(dossier)
        transaction.set_rollback(True)


def _check_clocks(dossier: Dossier) -> None:
    """The parts' clocks plus the waits are the whole's, and the promise moved by the waits alone."""
    calendar = calendar_of(dossier)
    pauses = list(dossier.pauses.order_by("starts_at"))
    assert dossier.finished_at is not None
    shares = shares_of(calendar, tasks_of(dossier), pauses, received_at=dossier.received_at, until=dossier.finished_at)
    whole = calendar.between(dossier.received_at, dossier.finished_at)
    assert shares.total == whole == sum(part.minutes for part in shares.stretches)
    assert shares.waiting == sum(calendar.between(p.starts_at, p.ends_at) for p in pauses if p.ends_at)
    # One agency had it all the time that nobody waited.
    assert sum(shares.by_agency.values()) + shares.waiting == whole


def agency(pk: int) -> Agency:
    return Agency(pk=pk, name_vi=f"A{pk}")


@st.composite
def stretches_of_work(draw: st.DrawFn) -> tuple[list[Task], list[Pause], dt.datetime]:
    """Hands of three agencies, one after the other and side by side, and waits that do not overlap."""
    moments = st.integers(0, 20_000).map(lambda minutes: BEGIN + dt.timedelta(minutes=minutes))
    end = draw(moments.filter(lambda moment: moment > BEGIN))
    tasks = []
    for number in range(draw(st.integers(0, 6))):
        opened, closed = sorted((draw(moments), draw(moments)))
        unit = Unit(agency=agency(draw(st.integers(1, 3))))
        still = draw(st.booleans())
        tasks.append(Task(number=number, opened_at=opened, closed_at=None if still else closed, unit=unit))
    points = sorted(draw(st.lists(moments, max_size=6, unique=True)))
    pauses = [Pause(starts_at=a, ends_at=b, cause="fee") for a, b in list(pairwise(points))[::2]]
    return tasks, pauses, end


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(stretches_of_work())
def test_the_parts_of_any_walk_add_up_to_the_whole(
    actor_of: Callable[[str], Any], work: tuple[list[Task], list[Pause], dt.datetime]
) -> None:
    tasks, pauses, end = work
    calendar = calendar_for(actor_of("xa.tiepnhan").agency_id, BEGIN.date())  # type: ignore[attr-defined]
    shares = shares_of(calendar, tasks, pauses, received_at=BEGIN, until=end)
    whole = calendar.between(BEGIN, end)
    waits = sum(calendar.between(p.starts_at, min(p.ends_at, end)) for p in pauses if p.ends_at and p.starts_at < end)
    alone = sum(part.minutes for part in shares.stretches if not part.waiting and len(part.agencies) == 1)
    shared = sum(part.minutes for part in shares.stretches if not part.waiting and len(part.agencies) > 1)
    nobody = sum(part.minutes for part in shares.stretches if not part.waiting and not part.agencies)
    assert shares.waiting == waits
    assert alone + shared + nobody + waits == shares.total == whole
    assert all(minutes <= whole - waits for minutes in shares.by_agency.values())
    assert sum(shares.by_agency.values()) >= alone + shared

"""Agencies through time: what a decision does, what it may not, and that a date reads as the decisions say."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actions.history import (
    LineInput,
    Outcome,
    add_line,
    commit_decision,
    discard_decision,
    draft_decision,
    preview_decision,
    remove_line,
)
from motcua.record.organisation.actions.history.committing import carry_out_due
from motcua.record.organisation.actor import system
from motcua.record.organisation.decision_models import Decision
from motcua.record.organisation.errors import Conflict, NotAllowed, Refused
from motcua.record.organisation.history import (
    agencies_on,
    name_on,
    parent_on,
    replayed_on,
    successor_on,
    successors_of,
    tree_on,
)
from motcua.record.organisation.models import Agency, AgencyPath, Desk, Level, Post, Unit
from motcua.record.organisation.queries import subtree

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)
EVE = DAY - dt.timedelta(days=1)


@pytest.fixture
def by(actor_of: Any) -> Any:
    return actor_of("quantri")


def ward(number: int) -> Agency:
    """Return a commune of the two-tier era, the best staffed first."""
    communes = Agency.objects.on(EVE).filter(level=Level.COMMUNE)
    return communes.annotate(held=Count("units__posts")).order_by("-held", "code")[number]


def draft(by: Any, *lines: LineInput, on: dt.date = DAY, number: str = "12/NQ-HĐND") -> Decision:
    now = timezone.now()
    decision = draft_decision(
        by=by,
        number=number,
        signed_on=on - dt.timedelta(days=20),
        effective_on=on,
        legal_basis="Luật Tổ chức chính quyền địa phương 2025, Điều 9",
        now=now,
    )
    for line in lines:
        add_line(by=by, decision_id=decision.pk, line=line, now=now)
    return decision


def commit(by: Any, *lines: LineInput, on: dt.date = DAY, number: str = "12/NQ-HĐND") -> Decision:
    return commit_decision(by=by, decision_id=draft(by, *lines, on=on, number=number).pk, now=timezone.now())


def merged_into_new(*old: Agency, code: str = "H15.901", name: str = "UBND xã Hợp Nhất") -> LineInput:
    return LineInput("merged", [one.pk for one in old], [Outcome(code=code, name_vi=name)])


def test_a_renamed_agency_keeps_its_old_name_before_the_day(by):
    one = ward(0)
    old = one.name_vi
    commit(by, LineInput("renamed", [one.pk], [Outcome(name_vi="UBND phường Tên Mới", name_en="New Ward")]))
    one.refresh_from_db()
    assert [name_on(one, EVE), name_on(one, DAY), one.name_vi] == [old, "UBND phường Tên Mới", "UBND phường Tên Mới"]
    assert {a.pk: a.name_vi for a in agencies_on(EVE)}[one.pk] == old


def test_two_communes_merge_into_a_new_one_with_units_desks_and_posts(by):
    one, two = ward(0), ward(1)
    held = Post.objects.on(timezone.localdate()).filter(unit__agency__in=[one, two])
    people = set(held.values_list("person_id", "role"))
    assert people
    commit(by, merged_into_new(one, two))
    new = Agency.objects.get(code="H15.901")
    assert [a.code for a in new.predecessors.order_by("code")] == sorted([one.code, two.code])
    assert new.parent_id == one.parent_id
    kinds = set(Unit.objects.on(DAY).filter(agency=new).values_list("kind", flat=True))
    assert kinds == {"desk", "room", "leadership", "office"}
    assert Desk.objects.on(DAY).filter(unit__agency=new).exists()
    assert not Unit.objects.on(DAY).filter(agency__in=[one, two]).exists()
    today = timezone.localdate()
    assert set(Post.objects.on(today).filter(unit__agency=new).values_list("person_id", "role")) == people
    assert not Post.objects.on(today).filter(unit__agency__in=[one, two]).exists()
    assert new.pk in subtree(new.parent_id, DAY)
    assert one.pk not in subtree(new.parent_id, DAY)
    assert one.pk in subtree(new.parent_id, EVE)


def test_old_figures_roll_up_to_the_successor_of_today_only_after_the_merger(by):
    one, two = ward(0), ward(1)
    commit(by, merged_into_new(one, two))
    new = Agency.objects.get(code="H15.901")
    assert successor_on(one.pk, EVE) == one.pk
    assert successor_on(one.pk, DAY) == successor_on(two.pk, DAY) == new.pk


def test_a_split_is_named_and_the_first_takes_over(by):
    one = ward(0)
    parts = [Outcome(code="H15.902", name_vi="UBND xã Đông"), Outcome(code="H15.903", name_vi="UBND xã Tây")]
    commit(by, LineInput("split", [one.pk], parts))
    east, west = Agency.objects.get(code="H15.902"), Agency.objects.get(code="H15.903")
    found = successors_of(one.pk, DAY)
    assert (set(found.agencies), found.one, found.splits) == ({east.pk, west.pk}, east.pk, (one.pk,))


def test_a_split_without_a_named_heir_does_not_roll_up_as_one():
    district = Agency.objects.filter(level=Level.DISTRICT, code__startswith="H15").order_by("code").first()
    found = successors_of(district.pk, dt.date(2025, 7, 1))
    assert len(found.agencies) > 1
    assert found.one is None
    assert found.splits == (district.pk,)


def test_part_of_an_agency_leaves_and_the_rest_goes_on(by):
    one = ward(0)
    commit(by, LineInput("split", [one.pk], [Outcome(code="H15.904", name_vi="UBND xã Tách")], continues=True))
    one.refresh_from_db()
    assert one.valid_to is None
    assert successor_on(one.pk, DAY) == one.pk


def test_a_moved_agency_stands_below_its_old_parent_before_the_day_and_below_the_new_after(by):
    one, two = ward(0), ward(1)
    old = one.parent_id
    commit(by, LineInput("moved", [one.pk], [Outcome(parent=two.pk)]))
    assert [parent_on(one, EVE).pk, parent_on(one, DAY).pk] == [old, two.pk]
    assert one.pk in subtree(two.pk, DAY)
    assert one.pk not in subtree(two.pk, EVE)
    rows = AgencyPath.objects.filter(descendant=one, depth=1).order_by("valid_from")
    assert [(r.ancestor_id, r.valid_to) for r in rows] == [(old, DAY), (two.pk, None)]


def test_a_decision_of_a_later_day_changes_rows_then_and_not_before(by):
    one, tomorrow = ward(0), timezone.localdate() + dt.timedelta(days=1)
    old = one.name_vi
    decision = commit(by, LineInput("renamed", [one.pk], [Outcome(name_vi="UBND xã Ngày Mai")]), on=tomorrow)
    one.refresh_from_db()
    assert decision.status == Decision.Status.COMMITTED
    assert [one.name_vi, name_on(one, tomorrow)] == [old, "UBND xã Ngày Mai"]
    assert carry_out_due(timezone.now()) == 0
    assert carry_out_due(timezone.now() + dt.timedelta(days=1)) == 1
    one.refresh_from_db()
    assert one.name_vi == "UBND xã Ngày Mai"


def test_a_preview_says_what_would_come_and_changes_nothing(by):
    one, two = ward(0), ward(1)
    decision = draft(by, merged_into_new(one, two))
    before = Event.objects.count()
    found = preview_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert found.may_commit
    assert [a.code for a in found.made] == ["H15.901"]
    assert [e.old.code for e in found.endings] == [one.code, two.code]
    assert {m.mover.name for m in found.moving} >= {"posts"}
    assert Event.objects.count() == before
    assert not Agency.objects.filter(code="H15.901").exists()
    assert AgencyPath.objects.on(DAY).filter(descendant=one).exists()


def test_a_discarded_draft_changes_nothing_and_cannot_be_committed(by):
    decision = draft(by, merged_into_new(ward(0), ward(1)))
    discard_decision(by=by, decision_id=decision.pk, now=timezone.now())
    with pytest.raises(Conflict):
        commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert not Agency.objects.filter(code="H15.901").exists()


def test_a_line_taken_out_is_not_carried_out(by):
    one = ward(0)
    decision = draft(by, merged_into_new(one, ward(1)), LineInput("renamed", [ward(2).pk], [Outcome(name_vi="Khác")]))
    remove_line(by=by, decision_id=decision.pk, order=1, now=timezone.now())
    commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    one.refresh_from_db()
    assert one.valid_to is None


def test_only_an_administrator_drafts_and_commits(by, actor_of):
    with pytest.raises(NotAllowed):
        draft(actor_of("xa.lanhdao"))
    decision = draft(by, merged_into_new(ward(0), ward(1)))
    with pytest.raises(NotAllowed):
        commit_decision(by=actor_of("xa.lanhdao"), decision_id=decision.pk, now=timezone.now())


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (lambda: [LineInput("dissolved", [ward(0).parent_id])], "decision.below"),
        (lambda: [LineInput("moved", [ward(0).parent_id], [Outcome(parent=ward(0).pk)])], "decision.cycle"),
        (lambda: [merged_into_new(ward(0), ward(1), code=ward(2).code)], "agency.code_taken_named"),
        (lambda: [merged_into_new(ward(0)), merged_into_new(ward(0), code="H15.905")], "decision.not_there"),
    ],
)
def test_what_does_not_fit_the_tree_is_refused_whole(by, lines, code):
    decision = draft(by, LineInput("renamed", [ward(3).pk], [Outcome(name_vi="Nửa vời")]), *lines())
    before = tree_on(DAY)
    with pytest.raises(Refused) as refusal, transaction.atomic():
        commit_decision(by=by, decision_id=decision.pk, now=timezone.now())
    assert refusal.value.code == code
    assert tree_on(DAY) == before


def test_a_decision_cannot_take_effect_before_a_later_one_on_the_same_agency(by):
    one = ward(0)
    commit(by, LineInput("renamed", [one.pk], [Outcome(name_vi="Sau")]))
    with pytest.raises(Refused) as refusal, transaction.atomic():
        commit(by, LineInput("renamed", [one.pk], [Outcome(name_vi="Trước")]), on=EVE)
    assert refusal.value.code == "decision.later"
    assert "12/NQ-HĐND" in refusal.value.message


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LineInput("melted"), "line.kind"),
        (LineInput("renamed"), "line.sources"),
        (LineInput("created", (), [Outcome(code="H15,14", name_vi="Sở", level="department")]), "agency.code"),
        (LineInput("created", (), [Outcome(code="H15.99", name_vi="Sở", level="moon")]), "agency.level"),
        (LineInput("created", (), [Outcome(code="H15.99", name_vi=" ", level="department")]), "name.missing"),
        (LineInput("moved", [10**12], [Outcome(parent=1)]), "line.unknown"),
    ],
)
def test_a_line_that_lacks_something_is_refused_at_once(by, line, code):
    with pytest.raises(Refused) as refusal:
        draft(by, line)
    assert refusal.value.code == code


def test_a_code_in_the_older_order_is_kept_in_the_canonical_one(by):
    commit(by, LineInput("created", (), [Outcome(code="000.00.77.h15", name_vi="Sở Thử", level="department")]))
    assert Agency.objects.get(name_vi="Sở Thử").code == "H15.77"


def test_the_ledger_tells_every_row_of_a_merger(by):
    commit(by, merged_into_new(ward(0), ward(1)), LineInput("renamed", [ward(2).pk], [Outcome(name_vi="Khác")]))
    report = verify()
    assert report.ok, report.first


# --- for any history: reading at a date is replaying the decisions to that date

KINDS = ("created", "renamed", "moved", "merged", "absorbed", "split", "carved", "dissolved")
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 40)), min_size=1, max_size=9
)


def line_of(kind: str, a: Agency, b: Agency, n: int) -> LineInput:
    new = Outcome(code=f"H99.{n:02d}", name_vi=f"Mới {n}", level="commune", parent=b.pk)
    other = Outcome(code=f"H99.{n:02d}.01", name_vi=f"Mới {n} khác", level="commune", parent=b.parent_id or 0)
    return {
        "created": LineInput("created", (), [new]),
        "renamed": LineInput("renamed", [a.pk], [Outcome(name_vi=f"Tên {n}")]),
        "moved": LineInput("moved", [a.pk], [Outcome(parent=b.pk)]),
        "merged": LineInput("merged", [a.pk, b.pk], [Outcome(code=new.code, name_vi=new.name_vi)]),
        "absorbed": LineInput("merged", [a.pk], [Outcome(agency=b.pk)]),
        "split": LineInput("split", [a.pk], [new, other]),
        "carved": LineInput("split", [a.pk], [other], continues=True),
        "dissolved": LineInput("dissolved", [a.pk]),
    }[kind]


def closure_of(tree: Any) -> set[tuple[int, int]]:
    """Return who stands above whom in a tree, by climbing."""
    pairs = set()
    for agency in tree:
        above: int | None = agency
        while above is not None:
            pairs.add((above, agency))
            above = tree[above].parent
    return pairs


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
@example(steps=[("renamed", 3, 0, 5), ("dissolved", 3, 0, 5)])
@example(steps=[("moved", 5, 2, 5), ("absorbed", 5, 1, 5)])
def test_reading_at_a_date_is_replaying_the_decisions_to_that_date(steps):
    by, now = system(DAY), timezone.now()
    with transaction.atomic():
        small_country()
        committed, days = 0, {DAY - dt.timedelta(days=1), now.date()}
        for n, (kind, a, b, offset) in enumerate(steps, 1):
            on = DAY + dt.timedelta(days=offset)
            known = list(Agency.objects.filter(code__startswith="H99").order_by("pk"))
            decision = draft(by, on=on, number=f"{n}/QĐ")
            days |= {on, on - dt.timedelta(days=1)}
            try:
                with transaction.atomic():
                    line = line_of(kind, known[a % len(known)], known[b % len(known)], n)
                    add_line(by=by, decision_id=decision.pk, line=line, now=now)
                    commit_decision(by=by, decision_id=decision.pk, now=now)
                committed += 1
            except Refused:
                continue
        event(f"{committed} committed")
        for day in days:
            replayed = replayed_on(day)
            assert tree_on(day) == replayed
            ours = set(AgencyPath.objects.on(day).values_list("ancestor_id", "descendant_id"))
            assert ours == closure_of(replayed)
        transaction.set_rollback(True)


def small_country() -> None:
    """Leave only a small tree of six agencies below a top, so that histories meet."""
    by, now = system(DAY), timezone.now()
    from motcua.record.organisation.actions.loading import load_agencies
    from motcua.record.organisation.parsing import AgencyData

    since = dt.date(2020, 1, 1)
    top = AgencyData(code="H99", level="province", name_vi="Tỉnh", valid_from=since)
    below = [
        AgencyData(code=f"H99.{900 + n}", level="commune", name_vi=f"Xã {n}", valid_from=since, parent="H99")
        for n in range(3)
    ]
    lower = [
        AgencyData(code=f"H99.900.{n:02d}", level="commune", name_vi=f"Ấp {n}", valid_from=since, parent="H99.900")
        for n in range(2)
    ]
    load_agencies(by=by, agencies=[top, *below, *lower], now=now)

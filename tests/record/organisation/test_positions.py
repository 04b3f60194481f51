"""Job positions: a scheme holds until the next one; figures count people, not posts; units cut are counted once."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from motcua.record.organisation import actions
from motcua.record.organisation.actions.positions import PositionInput
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed, Refused
from motcua.record.organisation.models import Agency, Post, Role
from motcua.record.organisation.staffing import position_figures, staffing_figures, streamlining_figures

pytestmark = pytest.mark.django_db
OFFICER = PositionInput(1, "CM.01", "Chuyên viên tư pháp", "professional", 2)
HEAD = PositionInput(2, "LD.01", "Trưởng phòng", "leadership", 1)


@pytest.fixture
def by(actor_of: Any) -> Any:
    return actor_of("quantri")


@pytest.fixture
def ward(actor_of: Any) -> Agency:
    return Agency.objects.get(pk=actor_of("xa.canbo").agency_id)


def approve(by: Any, agency: Agency, *positions: PositionInput, **changes: Any) -> Any:
    given = {
        "number": "12/QĐ-UBND",
        "signed_on": dt.date(2026, 1, 5),
        "issuer": "UBND tỉnh",
        "valid_from": dt.date(2026, 1, 10),
    }
    return actions.approve_scheme(by=by, agency=agency, positions=positions, now=timezone.now(), **given | changes)


def test_a_scheme_holds_until_the_next_one_begins(by, ward):
    first = approve(by, ward, OFFICER)
    second = approve(by, ward, OFFICER, HEAD, valid_from=dt.date(2026, 7, 1))
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (dt.date(2026, 7, 1), None)
    assert staffing_figures(dt.date(2026, 3, 1), [ward.pk])[ward.pk].given == 2
    assert staffing_figures(dt.date(2026, 8, 1), [ward.pk])[ward.pk].given == 3
    with pytest.raises(Conflict):
        approve(by, ward, OFFICER, valid_from=dt.date(2026, 2, 1))


def test_head_count_used_counts_people_in_positions_and_names_those_without(by, ward, actor_of, today):
    scheme = approve(by, ward, OFFICER, HEAD)
    before = staffing_figures(today, [ward.pk])[ward.pk]
    assert (before.used, before.given, before.has_scheme) == (0, 3, True)
    post = actor_of("xa.canbo").post
    actions.assign_position(by=by, post=post, position="CM.01", now=timezone.now())
    after = staffing_figures(today, [ward.pk])[ward.pk]
    assert (after.used, after.unplaced) == (1, before.unplaced - 1)
    assert [(f.given, f.used) for f in position_figures(scheme, today)] == [(2, 1), (1, 0)]


def test_an_acting_post_fills_no_position_and_has_an_end(by, ward, actor_of, today):
    approve(by, ward, HEAD)
    officer = actor_of("xa.canbo").post
    give = {"by": by, "person": officer.person, "unit": officer.unit, "role": Role.HEAD, "valid_from": today}
    with pytest.raises(Refused) as refused:
        actions.give_post(**give, acting=True, now=timezone.now())
    assert refused.value.field == "valid_to"
    until = today + dt.timedelta(days=30)
    post = actions.give_post(**give, acting=True, valid_to=until, position="LD.01", now=timezone.now())
    assert post.acting
    assert staffing_figures(today, [ward.pk])[ward.pk].used == 0


def test_a_post_cannot_name_a_position_that_the_scheme_does_not_have(by, ward, actor_of):
    approve(by, ward, OFFICER)
    with pytest.raises(Refused) as refused:
        actions.assign_position(by=by, post=actor_of("xa.canbo").post, position="XX", now=timezone.now())
    assert refused.value.field == "position"
    assert Post.objects.filter(position="XX").count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"code": ""}, {"code": "a b"}, {"name_vi": " "}, {"group": "x"}, {"head_count": None}, {"head_count": -1}],
)
def test_a_position_at_fault_is_named_by_its_row_and_nothing_is_kept(wrong, by, ward):
    with pytest.raises(Invalid) as refused:
        approve(by, ward, OFFICER, replace(HEAD, **wrong))
    assert "2" in refused.value.errors[0].message
    assert not ward.staffing_schemes.exists()


def test_a_code_twice_is_refused(by, ward):
    with pytest.raises(Invalid) as refused:
        approve(by, ward, OFFICER, replace(HEAD, code="CM.01"))
    assert refused.value.errors[0].code == "position.twice"


def test_units_merged_or_cut_are_figures_of_their_period(by, ward):
    given = {"kind": "merged", "name_vi": "Phòng Y tế, Phòng Văn hóa", "units_before": 2, "units_after": 1}
    given |= {"number": "3/QĐ", "signed_on": dt.date(2026, 2, 1), "effective_on": dt.date(2026, 3, 1)}
    row = actions.note_streamlining(by=by, agency=ward, heads_cut=1, now=timezone.now(), **given)
    year = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    figure = streamlining_figures(*year, [ward.pk])[ward.pk]
    assert (figure.units_fewer, figure.heads_cut) == (1, 1)
    assert streamlining_figures(dt.date(2026, 3, 2), year[1], [ward.pk])[ward.pk].units_fewer == 0
    with pytest.raises(Refused):
        actions.note_streamlining(by=by, agency=ward, heads_cut=0, now=timezone.now(), **given | {"units_after": 2})
    actions.withdraw_streamlining(by=by, row=row, now=timezone.now())
    assert streamlining_figures(*year, [ward.pk])[ward.pk].heads_cut == 0


def test_only_an_administrator_changes_positions(actor_of, ward):
    with pytest.raises(NotAllowed):
        approve(actor_of("xa.lanhdao"), ward, OFFICER)


def test_figures_of_many_agencies_take_three_queries(django_assert_max_num_queries, today):
    ids = list(Agency.objects.on(today).values_list("pk", flat=True))
    with django_assert_max_num_queries(3):
        assert len(staffing_figures(today, ids)) == len(ids)

"""Two wards merge while dossiers are under way: the old figures stay right, the new ones are right, and they roll up."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from tests.samples import birth

from motcua.measure.metrics.counting import figures
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.positions import catch_up
from motcua.measure.metrics.questions import Question
from motcua.record.organisation.actions.history import LineInput, Outcome, add_line, commit_decision, draft_decision
from motcua.record.organisation.history import rolled_up_to
from motcua.record.organisation.models import Agency
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

MEASURES = ["dossiers.received", "dossiers.resolved"]


def merge(by: Any, old: list[int], day: dt.date, now: dt.datetime) -> Agency:
    decision = draft_decision(
        by=by, number="1/NQ", signed_on=day, effective_on=day, legal_basis="Luật 72/2025/QH15", now=now
    )
    line = LineInput("merged", old, [Outcome(code="H15.901", name_vi="UBND phường Hợp Nhất")])
    add_line(by=by, decision_id=decision.pk, line=line, now=now)
    commit_decision(by=by, decision_id=decision.pk, now=now)
    return Agency.objects.get(code="H15.901")


@pytest.mark.django_db
def test_the_figures_of_the_old_and_of_the_new_agency_are_both_right(actor_of):
    today = timezone.localdate()
    noon = dt.datetime.combine(today, dt.time(12), LOCAL)
    week_ago = noon - dt.timedelta(days=7)
    clerk, second = actor_of("xa.tiepnhan"), actor_of("xa2.tiepnhan")
    old = [clerk.agency_id, second.agency_id]
    done, under_way = [actions.receive_dossier(by=clerk, filing=birth(), now=week_ago) for _ in range(2)]
    actions.withdraw_dossier(by=clerk, dossier_id=done.pk, reason="x", now=week_ago + dt.timedelta(hours=1))
    actions.receive_dossier(by=second, filing=birth(), now=week_ago)
    new = merge(actor_of("quantri"), old, today, noon)
    after = actor_of("xa.tiepnhan")
    assert after.agency_id == new.pk
    actions.withdraw_dossier(by=after, dossier_id=under_way.pk, reason="x", now=noon + dt.timedelta(hours=1))
    actions.receive_dossier(by=after, filing=birth(), now=noon + dt.timedelta(hours=2))
    position = catch_up()

    before = Question(today - dt.timedelta(days=8), today - dt.timedelta(days=1), position)
    found = figures(live.rows, before, MEASURES, ["agency"])
    assert {key[0]: value["dossiers.received"] for key, value in found.items()} == {old[0]: 2, old[1]: 1}

    until_today = Question(today - dt.timedelta(days=8), today, position)
    found = figures(live.rows, until_today, MEASURES, ["agency"])
    assert {key[0]: value["dossiers.received"] for key, value in found.items()} == {old[0]: 1, new.pk: 3}

    together = rolled_up_to(new.pk, today)
    assert together >= {*old, new.pk}
    whole = Question(today - dt.timedelta(days=8), today, position, agencies=together)
    assert figures(live.rows, whole, MEASURES)[()]["dossiers.received"] == 4

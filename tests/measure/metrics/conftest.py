"""Dossiers of November that every measure has something to say about."""

import datetime as dt
from typing import Any

import pytest
from tests.samples import birth, household

from motcua.measure.metrics.positions import catch_up
from motcua.record.organisation.errors import Conflict
from motcua.rules.working_time import LOCAL
from motcua.serve.catalogue.models import ProcedureVersion
from motcua.serve.catalogue.publication.models import PublicationDecision, PublicationItem
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier, State

HANDS = ("xa.tiepnhan", "xa.canbo", "xa.truongphong", "xa.kinhte", "xa.lanhdao", "xa.vanthu")


def at(text: str) -> dt.datetime:
    """Return the instant of a local time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def finish(actor_of: Any, dossier: Dossier, now: dt.datetime) -> None:
    """Hand a dossier on until its result is there."""
    hands = [actor_of(name) for name in HANDS]
    while Dossier.objects.get(pk=dossier.pk).state != State.FINISHED:
        task = dossier.tasks.get(closed_at=None)
        by = next(hand for hand in hands if (hand.unit_id, hand.role) == (task.unit_id, task.role))
        try:
            actions.forward_dossier(by=by, dossier_id=dossier.pk, now=now)
        except Conflict:
            actions.finish_dossier(by=by, dossier_id=dossier.pk, now=now)


def resolved(actor_of: Any, finished: str, supplements: int) -> Dossier:
    """Return a household business of 16 November, resolved after so many supplements of an hour each."""
    clerk, head = actor_of("xa.tiepnhan"), actor_of("xa.truongphong")
    dossier = actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-16T09:00"))
    actions.forward_dossier(by=clerk, dossier_id=dossier.pk, now=at("2026-11-16T09:30"))
    for number in range(supplements):
        asked = at("2026-11-16T10:00") + dt.timedelta(hours=4 * number)
        actions.request_supplement(by=head, dossier_id=dossier.pk, items=["a"], reason="b", now=asked)
        actions.record_supplement(by=clerk, dossier_id=dossier.pk, now=asked + dt.timedelta(hours=1))
    finish(actor_of, dossier, at(finished))
    return dossier


def publish(agency_id: int) -> None:
    """Make procedures known: one in time, one too late; one is abolished, one was taken off the draft."""
    day = dt.date(2026, 11, 10)
    published = {"state": "published", "signed_on": day, "published_on": day}
    decision = PublicationDecision.objects.create(agency_id=agency_id, opened_at=at("2026-11-02T08:00"), **published)
    versions = ProcedureVersion.objects.filter(status="published").order_by("pk")[:4]
    ProcedureVersion.objects.filter(pk__in=[v.pk for v in versions[:2]]).update(announced_in="01/QĐ-UBND")
    for version, effective, kind, removed in zip(
        versions, (day + dt.timedelta(days=1), day, day, day), ("new", "amended", "abolished", "new"),
        (False, False, False, True), strict=True,
    ):  # fmt: skip
        PublicationItem.objects.create(
            decision=decision, version=version, kind=kind, law_effective_on=effective, removed=removed,
            ends_on=day if kind == "abolished" else None,
        )  # fmt: skip


@pytest.fixture
def life(actor_of: Any) -> int:
    """Some dossiers: open, waiting, late, withdrawn, refused, resolved early, on time and late; the position.

    A decision of the ward made two procedures known, one of them after its law took effect.
    """
    publish(actor_of("xa.lanhdao").agency_id)
    clerk, head = actor_of("xa.tiepnhan"), actor_of("xa.truongphong")
    for hour in ("08:00", "09:00"):
        actions.receive_dossier(by=clerk, filing=birth(), now=at(f"2026-11-20T{hour}"))
    gone = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-11-20T10:00"))
    actions.withdraw_dossier(by=clerk, dossier_id=gone.pk, reason="x", now=at("2026-11-25T10:00"))
    trade = actions.receive_dossier(by=clerk, filing=household(), now=at("2026-11-23T09:00"))
    actions.forward_dossier(by=clerk, dossier_id=trade.pk, now=at("2026-11-23T09:30"))
    actions.request_supplement(by=head, dossier_id=trade.pk, items=["a"], reason="b", now=at("2026-11-23T10:00"))
    actions.refuse_filing(by=clerk, filing=birth(), reason="a", legal_basis="b", now=at("2026-11-23T11:00"))
    ProcedureVersion.objects.filter(procedure__code="1.001612").update(supplement_limit=2)
    for finished, supplements in (("2026-11-17T10:00", 0), ("2026-11-18T10:00", 1), ("2026-11-24T15:00", 2)):
        resolved(actor_of, finished, supplements)
    carried = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-10-30T09:00"))
    finish(actor_of, carried, at("2026-11-02T09:00"))
    same_day = actions.receive_dossier(by=clerk, filing=birth(), now=at("2026-11-19T08:00"))
    finish(actor_of, same_day, at("2026-11-19T10:00"))
    actions.return_result(by=clerk, dossier_id=same_day.pk, taken_by="A", now=at("2026-11-19T10:30"))
    return catch_up()

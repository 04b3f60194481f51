"""Spans: what was true of a dossier from when to when, on both clocks."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.samples import birth, household

from motcua.record.ledger.sealing import deliver_all, seal
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Span, State
from motcua.serve.dossiers.span_keeping import rebuild_spans, rows_of, spans_position
from motcua.serve.dossiers.spans import SealedEvent, judge, spans_of


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


MONDAY = at("2026-11-23T09:00")


def sealed() -> None:
    while seal(timezone.now()):
        pass
    while deliver_all():
        pass


@pytest.fixture
def ward(actor_of):
    names = {"clerk": "xa.tiepnhan", "head": "xa.truongphong", "leader": "xa.lanhdao", "trade": "xa.kinhte"}
    return {part: actor_of(name) for part, name in names.items()}


def stored(dossier) -> list[Span]:
    return list(Span.objects.filter(dossier_id=dossier.pk).order_by("number"))


def standing(dossier) -> list[Span]:
    return [span for span in stored(dossier) if span.retracted is None]


@pytest.mark.django_db
class TestKept:
    def test_a_dossier_given_at_once_is_received_and_resolved_that_day(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
        sealed()
        (span,) = stored(dossier)
        assert (span.standing, span.state, span.received_on) == (1, State.RECEIVED, dt.date(2026, 11, 23))
        assert span.valid_to is None
        assert span.known_from <= spans_position()

    def test_waiting_for_a_supplement_is_a_span_of_its_own_and_its_minutes_are_waited(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=MONDAY)
        actions.request_supplement(
            by=ward["head"], dossier_id=dossier.pk, items=["x"], reason="y", now=at("2026-11-23T10:00")
        )
        actions.record_supplement(by=ward["clerk"], dossier_id=dossier.pk, now=at("2026-11-25T10:00"))
        sealed()
        spans = standing(dossier)
        assert [span.waiting for span in spans].count(True) == 1
        assert spans[-1].waited_minutes == 7.5 * 60, "24 November is a day off"
        assert [span.valid_to for span in spans[:-1]] == [span.valid_from for span in spans[1:]]

    def test_a_voided_receipt_is_taken_back_but_was_known_before(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
        sealed()
        before = spans_position()
        actions.void_receipt(by=ward["leader"], dossier_id=dossier.pk, reason="twice", now=MONDAY)
        sealed()
        assert standing(dossier) == []
        assert all(span.known_from <= before < span.retracted for span in stored(dossier))

    def test_a_withdrawn_dossier_is_resolved_that_day_by_the_promise_in_force(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=birth(), now=MONDAY)
        actions.withdraw_dossier(by=ward["clerk"], dossier_id=dossier.pk, reason="z", now=at("2026-11-24T09:00"))
        sealed()
        last = standing(dossier)[-1]
        assert (last.standing, last.resolved_on, last.judged) == (2, dt.date(2026, 11, 24), 1)

    def test_a_refused_filing_was_never_received(self, ward):
        dossier = actions.refuse_filing(by=ward["clerk"], filing=birth(), reason="a", legal_basis="b", now=MONDAY)
        sealed()
        assert [span.standing for span in stored(dossier)] == [0]

    def test_handed_over_again_or_rebuilt_nothing_changes(self, ward):
        dossier = actions.receive_dossier(by=ward["clerk"], filing=household(), now=MONDAY)
        actions.forward_dossier(by=ward["clerk"], dossier_id=dossier.pk, now=at("2026-11-23T10:00"))
        sealed()
        first = [row.columns() for row in rows_of(dossier.pk)]
        kept = list(Span.objects.order_by("dossier_id", "number").values())
        assert rebuild_spans() == 1
        again = list(Span.objects.order_by("dossier_id", "number").values())
        assert [{**row, "id": 0} for row in again] == [{**row, "id": 0} for row in kept]
        assert [{name: row[name] for name in first[0]} for row in again] == first


START = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)
BASE = {"state": 2, "received_at": START.isoformat(), "received_on": "2026-03-02", "due_on": "2026-03-04",
        "version_id": 1, "agency_helped_id": 1, "agency_received_id": 1, "agency_competent_id": 1,
        "channel": 1, "service_level": 2}  # fmt: skip
CHANGES = st.fixed_dictionaries(
    {}, optional={"state": st.sampled_from([2, 4, 5, 6]), "due_on": st.sampled_from(["2026-03-05", "2026-03-09"])}
)


@st.composite
def histories(draw) -> list[SealedEvent]:
    """Return events of one dossier, some recorded later than they happened, perhaps voided at the end."""
    steps = draw(st.lists(st.tuples(st.integers(0, 9), CHANGES), max_size=8))
    events = [SealedEvent(1, "dossier.received", START, {"dossier:x": BASE})]
    for n, (hours, change) in enumerate(steps, start=2):
        events.append(SealedEvent(n, "dossier.changed", START + dt.timedelta(hours=hours), {"dossier:x": change}))
    if draw(st.booleans()):
        last = {"voided_at": START.isoformat()}
        events.append(SealedEvent(len(events) + 1, "dossier.voided", START, {"dossier:x": last}))
    return events


def as_known(rows, position):
    """Return what was known at a position: (from, to, facts), by the definition of the two clocks."""
    known = [r for r in rows if r.known_from <= position and not (r.retracted and r.retracted <= position)]
    return [(r.valid_from, r.valid_to if r.end_known and r.end_known <= position else None, r.facts) for r in known]


@given(histories(), st.integers(1, 10))
def test_what_was_known_at_a_position_is_what_the_events_up_to_it_say(events, position):
    whole = as_known(spans_of(events, lambda a, b, c: 0), position)
    then = spans_of([e for e in events if e.position <= position], lambda a, b, c: 0)
    expected = [(r.valid_from, r.valid_to, r.facts) for r in then if r.retracted is None]
    assert sorted(whole, key=lambda s: (s[0], s[1] is None)) == sorted(expected, key=lambda s: (s[0], s[1] is None))


@given(histories())
def test_spans_that_stand_follow_each_other_without_gap(events):
    rows = sorted((r for r in spans_of(events, lambda a, b, c: 0) if r.retracted is None), key=lambda r: r.valid_from)
    ends = [r.valid_to for r in rows]
    if rows:
        assert ends.count(None) == 1
        assert sorted(end for end in ends if end) == sorted(r.valid_from for r in rows)[1:]


@pytest.mark.parametrize(("due", "resolved", "expected"), [(4, 3, -1), (4, 4, 0), (4, 5, 1), (None, 4, 0), (4, None, None)])  # fmt: skip
def test_judged_by_local_dates(due, resolved, expected):
    day = {n: dt.date(2026, 3, n) for n in (3, 4, 5)}
    assert judge(day.get(due), day.get(resolved)) == expected

"""Whatever happens to dossiers, corrections included: a report as of an instant is what the ledger told by then.

Each report is made when its position is the present, and again at the end; the second time it must say the same, from
the stored spans, from spans made of the events alone, and by the second count. Every cut and every agency must close.
"""

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.samples import birth, household

from motcua.measure.metrics.caching import ANSWERS, quick_figures
from motcua.measure.metrics.counting import measure_of
from motcua.measure.metrics.positions import catch_up, position_at
from motcua.measure.metrics.questions import Question
from motcua.measure.metrics.second_count import count_again
from motcua.measure.reports.making import form_of, make
from motcua.measure.reports.verifying import spans_from_ledger
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.errors import Refused
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier

FATES = ("withdrawn", "voided", "extended", "supplement", "answered", "rechannelled", "due earlier", "received earlier")
CLOSED = ("II.06a", "MC-THANG", "CCHC-HS")
ADDING_CUTS = ("agency", "received_by", "unit", "level", "field", "procedure", "channel", "state", "month")
FEW = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@dataclass(frozen=True)
class Step:
    """Something that happens to the dossier of a number, hours after 9 o'clock on 2 November."""

    hour: int
    dossier: int
    fate: str


def at(hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL) + dt.timedelta(hours=hour)


HOURS = st.integers(0, 27 * 24)
RECEIPTS = st.lists(st.tuples(HOURS, st.booleans(), st.booleans()), min_size=1, max_size=4)
STEPS = st.lists(st.builds(Step, HOURS, st.integers(0, 3), st.sampled_from(FATES)), max_size=6)
DAYS = st.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 2))


class Life:
    """Lives of dossiers as the ledger hears of them, in the order of the clock."""

    def __init__(self, actor_of) -> None:
        self.wards = [
            {part: actor_of(f"{ward}.{name}") for part, name in (("clerk", "tiepnhan"), ("leader", "lanhdao"))}
            for ward in ("xa", "xa2")
        ]
        self.head = actor_of("xa.truongphong")
        self.dossiers: list[tuple[Dossier, dict]] = []
        self.done: set[str] = set()

    def receive(self, hour: int, household_at: bool, elsewhere: bool) -> None:
        ward, filing = self.wards[elsewhere], household() if household_at and not elsewhere else birth()
        self.dossiers.append((actions.receive_dossier(by=ward["clerk"], filing=filing, now=at(hour)), ward))

    def goes_on(self, hour: int, what) -> None:
        if isinstance(what, Step):
            self.happens(what)
        else:
            self.receive(hour, *what)

    def happens(self, step: Step) -> None:
        if step.dossier >= len(self.dossiers):
            return
        dossier, ward = self.dossiers[step.dossier]
        try:
            with transaction.atomic():
                self._do(step.fate, dossier, ward, at(step.hour))
            self.done.add(step.fate)
        except Refused:
            pass  # It has ended, or does not wait: what cannot happen does not.

    def _do(self, fate: str, dossier: Dossier, ward: dict, now: dt.datetime) -> None:
        plain = {"dossier_id": dossier.pk, "now": now}
        if fate == "withdrawn":
            actions.withdraw_dossier(by=ward["clerk"], reason="x", **plain)
        elif fate == "voided":
            actions.void_receipt(by=ward["leader"], reason="x", **plain)
        elif fate == "extended":
            later = dossier.due_at + dt.timedelta(days=3)
            actions.extend_with_apology(by=self.head, reason="x", new_due_at=later, **plain)
        elif fate == "supplement":
            actions.forward_dossier(by=ward["clerk"], **plain)
            actions.request_supplement(by=self.head, items=["x"], reason="y", **plain)
        elif fate == "answered":
            actions.record_supplement(by=ward["clerk"], **plain)
        else:
            corrected_late(dossier, fate, now)


def corrected_late(dossier: Dossier, fate: str, now: dt.datetime) -> None:
    """Record only now what was so from the day of receipt on: what the second clock is for."""
    dossier.refresh_from_db()
    earlier = dossier.received_at + dt.timedelta(minutes=1)
    values = {
        "rechannelled": {"channel": 3 - dossier.channel},
        "due earlier": {"due_on": dossier.received_on},
        "received earlier": {"received_on": dossier.received_on - dt.timedelta(days=3)},
    }[fate]
    with record_change(
        chain_id=dossier.pk,
        subject="dossier",
        kind="dossier.corrected",
        actor="system",
        occurred_at=earlier,
        recorded_at=max(now, earlier),
    ) as change:
        change.set(dossier, **values)


def in_order(receipts, steps) -> list[tuple[int, object]]:
    """Return what happens in the order of the clock, receipts first."""
    return sorted(
        [(hour, rest) for hour, *rest in receipts] + [(step.hour, step) for step in steps], key=lambda e: e[0]
    )


def figures_of(question: Question) -> dict[str, tuple]:
    """Return every cell of the forms that close, and hold their checks."""
    ANSWERS.clear()  # Positions come again in each history; only compiled statements may be kept.
    found = {}
    for code in CLOSED:
        made = make(form_of(code), question)
        assert [check for check in made.checks if not check.holds] == []
        found[code] = (made.totals, {row.names: row.cells for row in made.rows})
    return found


@pytest.mark.django_db
@settings(max_examples=6, **FEW)
@given(receipts=RECEIPTS, steps=STEPS, first=DAYS, length=st.integers(0, 30))
def test_a_report_as_of_any_position_is_what_the_ledger_told_by_then(actor_of, receipts, steps, first, length):
    with transaction.atomic():
        life, then = Life(actor_of), {}
        asked = Question(first, first + dt.timedelta(days=length), 1)
        for hour, what in in_order(receipts, steps):
            life.goes_on(hour, what)
            question = replace(asked, known_at=catch_up())
            then[question] = figures_of(question)
        for question, said in then.items():
            assert figures_of(question) == said, "what is recorded later changes nothing that was known"
            again = count_again(question)
            assert (again.differing, again.dossiers) == (0, said["II.06a"][0][3]), again.examples
            with spans_from_ledger(question.known_at, lambda done: None):
                assert figures_of(question) == said, "the spans say what the events say"
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=4, **FEW)
@given(receipts=RECEIPTS, steps=STEPS, first=DAYS, length=st.integers(0, 30))
def test_sums_close_for_every_agency_period_and_cut(actor_of, receipts, steps, first, length):
    with transaction.atomic():
        life, told = Life(actor_of), in_order(receipts, steps)
        for hour, what in told:
            life.goes_on(hour, what)
        ANSWERS.clear()
        question = Question(first, first + dt.timedelta(days=length), catch_up())
        columns = form_of("II.06a").measures
        assert all(measure_of(code).adds_up for code in columns)
        whole = quick_figures(question, columns)[()]
        for cut in ADDING_CUTS:
            parts = quick_figures(question, columns, [cut])
            assert {code: sum(part[code] for part in parts.values()) for code in columns} == whole, cut
        agencies = {key for (key,) in quick_figures(question, columns, ["agency"])}
        alone = [make(form_of("II.06a"), replace(question, agencies=frozenset({key}))) for key in agencies]
        assert all(check.holds for made in alone for check in made.checks)
        assert sum(made.totals[3] for made in alone) == whole["dossiers.counted"]
        carried_on(question, columns)
        transaction.set_rollback(True)


def carried_on(question: Question, columns) -> None:
    """Hold two halves of a period against the whole: what the first leaves open is what the second carries over."""
    half = question.first + (question.last - question.first) // 2
    if half == question.last:
        return
    before, after = replace(question, last=half), replace(question, first=half + dt.timedelta(days=1))
    earlier, later = (quick_figures(part, columns)[()] for part in (before, after))
    whole = quick_figures(question, columns)[()]
    assert later["dossiers.carried_over"] == earlier["dossiers.open"]
    assert earlier["dossiers.resolved"] + later["dossiers.resolved"] == whole["dossiers.resolved"]
    assert later["dossiers.open"] == whole["dossiers.open"]


@pytest.mark.django_db
def test_as_of_an_instant_is_the_position_of_the_last_event_recorded_by_then(actor_of):
    life, period = Life(actor_of), (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    life.receive(0, False, False)
    life.receive(30, False, True)
    life.happens(Step(50, 0, "rechannelled"))
    life.happens(Step(60, 1, "voided"))
    assert life.done == {"rechannelled", "voided"}
    catch_up()
    told = {
        hour: [make(form_of("II.06a"), Question(*period, position_at(at(hour)))).totals[n] for n in (3, 4, 5)]
        for hour in (1, 31, 51, 61)
    }
    assert told == {1: [1, 0, 1], 31: [2, 0, 2], 51: [2, 1, 1], 61: [1, 1, 0]}


@pytest.mark.django_db
def test_every_fate_of_the_random_histories_can_happen(actor_of):
    life = Life(actor_of)
    life.receive(0, True, False)
    life.receive(0, False, True)
    for n, fate in enumerate(("rechannelled", "due earlier", "received earlier", "supplement", "answered")):
        life.happens(Step(n + 1, 0, fate))
    life.receive(10, True, False)
    life.happens(Step(11, 2, "extended"))
    life.happens(Step(12, 2, "withdrawn"))
    life.happens(Step(12, 1, "voided"))
    assert life.done == set(FATES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_event WHERE recorded_at > occurred_at")
        assert cursor.fetchone()[0] >= 3, "corrections are recorded later than they hold"

"""Many dossiers written at once: what is left is what the desk would have left."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from tests.samples import household

from motcua.record.ledger.models import Cursor, Event
from motcua.record.ledger.recording import hash_of
from motcua.record.ledger.sealing import deliver_all, last_position, seal
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actor import system
from motcua.record.organisation.errors import NotAllowed
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.bulk import History, Moment, PaperHandedIn, copying, import_histories, importing
from motcua.serve.dossiers.actions.bulk.reference import Reference
from motcua.serve.dossiers.models import DayTally, Dossier, Origin, Span, Task
from motcua.serve.dossiers.models.spans import COUNTED
from motcua.serve.dossiers.span_keeping import rebuild_spans, rows_of

WARD = "H15.136"
NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=LOCAL)
STAMPS = ("valid_from", "valid_to", "from_on", "to_on")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@dataclass(frozen=True)
class Some:
    """A portion."""

    rows: tuple[History, ...]

    def histories(self) -> tuple[History, ...]:
        return self.rows


def story(code: str = "X-1", *moments: Moment, **changes: object) -> History:
    base = History(
        code=code,
        procedure="1.001612",
        agency=WARD,
        received_at=at("2026-11-02T09:00"),
        name="Trần Thị Mẫu",
        identity_number="066190054321",
        phone="0905654321",
        moments=moments,
        row=code,
    )
    return replace(base, **changes)


def load(*rows: History, **changes: object):
    faults: list = []
    values = {"by": system(NOW.date()), "source": "other", "name": "test", "now": NOW, "tell_faults": faults.extend}
    outcome = import_histories(portions=[Some(rows)], apart=False, **{**values, **changes})
    return outcome, faults


LONG = (
    Moment("forwarded", at("2026-11-02T10:00")),
    Moment("supplement_requested", at("2026-11-03T09:00"), text="thiếu 50% giấy\ttờ \\ bản sao"),
    Moment("supplement_arrived", at("2026-11-05T14:00")),
    Moment("extended", at("2026-11-06T08:00"), due_at=at("2026-11-12T17:00")),
    Moment("finished", at("2026-11-13T09:00")),
    Moment("apologised", at("2026-11-13T10:00"), text="01/PXL"),
    Moment("returned", at("2026-11-16T09:00")),
)
STORIES = {
    "open": (),
    "forwarded": LONG[:1],
    "waiting": LONG[:2],
    "long": LONG,
    "plain": (LONG[0], Moment("finished", at("2026-11-04T09:00")), Moment("returned", at("2026-11-04T15:00"))),
    "fee": (
        LONG[0],
        Moment("paused_for_fee", at("2026-11-03T09:00")),
        Moment("fee_settled", at("2026-11-03T16:00")),
        Moment("stopped", at("2026-11-04T09:00")),
    ),
    "withdrawn while waiting": (*LONG[:2], Moment("withdrawn", at("2026-11-04T09:00"))),
    "refused": (Moment("refused", at("2026-11-02T09:00")),),
}
CERTIFIED = story("at-once", procedure="2.000815")


def everything() -> list[History]:
    papers = (PaperHandedIn("Đơn", digitised=True), PaperHandedIn("Bản sao", reused=True, from_store=True))
    rows = [story(f"X-{name}", *moments) for name, moments in STORIES.items()]
    return [*rows, CERTIFIED, story("papers", papers=papers, fee_due=5, fee_paid=5, paid_how="online")]


@pytest.mark.django_db
class TestWritten:
    def test_every_kind_of_story_leaves_a_whole_record(self):
        outcome, faults = load(*everything())
        assert faults == []
        assert outcome.written == len(everything())
        assert verify().first is None
        for event in Event.objects.filter(kind__startswith="dossier."):
            assert hash_of(event) == bytes(event.hash)

    def test_spans_are_what_the_events_say_in_every_column(self):
        load(*everything())
        for dossier in Dossier.objects.all():
            stored = Span.objects.filter(dossier_id=dossier.pk).order_by("number")
            written = [
                {n: getattr(s, n) for n in ("known_from", "end_known", "retracted", *STAMPS, *COUNTED)} for s in stored
            ]
            assert written == [{k: row.columns()[k] for k in written[0]} for row in rows_of(dossier.pk)]
        before = list(Span.objects.order_by("dossier_id", "number").values())
        rebuild_spans()
        after = list(Span.objects.order_by("dossier_id", "number").values())
        assert [{**row, "id": 0} for row in before] == [{**row, "id": 0} for row in after]

    def test_subscribers_have_nothing_left_and_the_days_are_tallied(self):
        load(*everything())
        assert set(Cursor.objects.filter(name__startswith="dossiers.").values_list("position", flat=True)) == {
            last_position()
        }
        assert deliver_all() == 0
        tallied = sum(DayTally.objects.values_list("count", flat=True))
        assert tallied == Event.objects.filter(kind__startswith="dossier.").count()

    def test_what_waited_for_its_position_comes_first(self, actor_of):
        dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household(), now=at("2026-11-20T09:00"))
        load(story())
        assert Span.objects.filter(dossier_id=dossier.pk).count() == 1
        assert verify().first is None
        assert seal(NOW) == 0

    def test_recorded_at_is_now_and_the_sources_clock_stands_beside_it(self):
        load(story(recorded_at=at("2026-11-02T11:11")))
        event = Event.objects.get(kind="dossier.received")
        assert event.recorded_at == NOW
        assert Origin.objects.get().recorded_at == at("2026-11-02T11:11")
        assert event.payload["facts"]["source_recorded_at"].startswith("2026-11-02T04:11")

    def test_an_open_dossier_lies_in_hands(self):
        load(story("a"), story("b", *LONG[:1]))
        roles = dict(Task.objects.values_list("dossier__code", "role"))
        assert roles["a"] == "receiving_clerk"
        assert roles["b"] != "receiving_clerk"

    def test_people_are_found_without_marks(self):
        from motcua.rules.text import fold

        load(story())
        found = Dossier.objects.extra(
            where=["search @@ to_tsquery('simple', %s)"], params=[" & ".join(fold("Mẫu").split())]
        )
        assert found.count() == 1


@pytest.mark.django_db
class TestLikeTheDesk:
    def test_the_same_story_by_the_desk_and_in_bulk_leaves_the_same_row_and_spans(self, actor_of):
        clerk, head, leader = actor_of("xa.tiepnhan"), actor_of("xa.truongphong"), actor_of("xa.lanhdao")
        begin = at("2026-11-02T09:00")
        by_desk = actions.receive_dossier(by=clerk, filing=household(), now=begin)
        actions.forward_dossier(by=clerk, dossier_id=by_desk.pk, now=LONG[0].at)
        actions.request_supplement(by=head, dossier_id=by_desk.pk, items=["x"], reason="y", now=LONG[1].at)
        actions.record_supplement(by=clerk, dossier_id=by_desk.pk, now=LONG[2].at)
        actions.extend_with_apology(
            by=leader, dossier_id=by_desk.pk, reason="r", new_due_at=LONG[3].due_at, now=LONG[3].at
        )
        by_desk.refresh_from_db()
        load(story("X-desk", *LONG[:4], fee_due=by_desk.fee_due, fee_paid=by_desk.fee_paid, paid_how=by_desk.paid_how))
        in_bulk = Dossier.objects.get(code="X-desk")
        own = {"id", "code", "tracking_secret", "search", "note"}
        names = {f.attname for f in Dossier._meta.concrete_fields} - own
        assert {n: getattr(in_bulk, n) for n in names} == {n: getattr(by_desk, n) for n in names}
        # Papers are not told here, and only the last hand is known.
        other = {"unit_id", "components"}
        counted = [n for n in (*STAMPS, *COUNTED) if n not in other]
        spans = {
            pk: list(Span.objects.filter(dossier_id=pk, retracted=None).order_by("number").values(*counted))
            for pk in (by_desk.pk, in_bulk.pk)
        }
        assert spans[by_desk.pk] == spans[in_bulk.pk]


@pytest.mark.django_db
class TestOnce:
    def test_a_second_run_writes_no_doubles(self):
        load(story("a"), story("b"))
        outcome, _faults = load(story("a"), story("b"), story("c"))
        assert (outcome.written, outcome.known) == (1, 2)
        assert Dossier.objects.count() == 3
        assert verify().first is None

    def test_an_import_that_is_asked_to_stop_does_so_between_portions_and_goes_on_later(self):
        portions = [Some((story("a"),)), Some((story("b"),)), Some((story("c"),))]
        how = {"by": system(NOW.date()), "source": "other", "name": "test", "now": NOW, "apart": False}
        first = import_histories(portions=portions, stop=lambda: True, **how)
        assert (first.stopped, first.written, Dossier.objects.count()) == (True, 1, 1)
        assert first.run.finished_at is None
        second = import_histories(portions=portions, **how)
        assert (second.stopped, second.written, second.known) == (False, 2, 1)
        assert verify().first is None

    def test_a_code_in_our_form_is_kept_and_the_desks_series_follows_it(self, actor_of):
        load(story(f"{WARD}-261102-0007"))
        dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=household(), now=at("2026-11-02T10:00"))
        assert dossier.code == f"{WARD}-261102-0008"

    def test_only_administrators_and_jobs_import(self, actor_of):
        with pytest.raises(NotAllowed):
            load(story(), by=actor_of("xa.tiepnhan"))

    def test_a_dry_run_writes_nothing_and_tells_faults(self):
        outcome, faults = load(story("a"), story("b", agency="H15.999"), dry_run=True)
        assert (outcome.written, outcome.refused, Dossier.objects.count()) == (1, 1, 0)
        assert faults[0].row == "b"


WRONG = {
    "code.missing": story(""),
    "procedure.unknown": story(procedure="9.999999"),
    "agency.unknown": story(agency="H99.99"),
    "received_at": story(received_at=at("2030-01-01T09:00")),
    "promised_at": story(promised_at=at("2026-11-01T09:00")),
    "party.name_missing": story(name="  "),
    "party.identity_number": story(identity_number="12a"),
    "moment.order": story("x", Moment("forwarded", at("2026-11-01T09:00"))),
    "moment.kind": story("x", Moment("vanished", at("2026-11-03T09:00"))),
    "moment.state": story("x", Moment("supplement_arrived", at("2026-11-03T09:00"))),
    "moment.due": story("x", Moment("extended", at("2026-11-03T09:00"))),
    "text.character": story(note="a\0b"),
    "channel": story(channel=9),
    "fee": story(paid_how="shells"),
}


@pytest.mark.django_db
class TestFaults:
    @pytest.mark.parametrize("reason", WRONG)
    def test_a_wrong_history_is_named_and_the_rest_goes_in(self, reason):
        outcome, faults = load(WRONG[reason], story("good"))
        assert [fault.reason for fault in faults] == [reason]
        assert (outcome.written, outcome.refused) == (1, 1)
        assert verify().first is None

    def test_a_code_twice_far_apart_in_a_file_is_named_too(self):
        faults: list = []
        outcome = import_histories(
            by=system(NOW.date()), source="other", name="test", now=NOW, tell_faults=faults.extend, apart=False,
            portions=[Some((story("a"),)), Some((story("b"), story("a")))],
        )  # fmt: skip
        assert [(fault.code, fault.reason) for fault in faults] == [("a", "code.twice")]
        assert (outcome.written, outcome.known) == (2, 0)

    def test_a_batch_made_before_its_codes_were_taken_is_made_again(self, monkeypatch):
        faults: list = []
        first, second = Some((story("a"),)), Some((story("b"), story("a")))

        def ahead(portions, frame):
            """Make all ready before the first is written, as processes beside do."""
            yield from [(p, copying.make_ready(p.histories(), frame, Reference())) for p in portions]

        monkeypatch.setattr(importing, "_here", ahead)
        outcome = import_histories(
            by=system(NOW.date()), source="other", name="test", now=NOW, tell_faults=faults.extend, apart=False,
            portions=[first, second],
        )  # fmt: skip
        assert [(fault.code, fault.reason) for fault in faults] == [("a", "code.twice")]
        assert outcome.written == Dossier.objects.count() == 2
        assert verify().first is None

    def test_a_code_twice_in_a_file_is_taken_once(self):
        outcome, faults = load(story("a"), story("a"))
        assert [fault.reason for fault in faults] == ["code.twice"]
        assert outcome.written == 1

    def test_a_dissolved_agency_is_read_as_who_took_over(self):
        outcome, faults = load(story(agency="H15.03", procedure="1.009398"), story("b", agency="H15.10"))
        names = dict(Dossier.objects.values_list("code", "agency_competent__code"))
        assert faults == []
        assert names["X-1"] == "H15.21"
        assert outcome.written == 2

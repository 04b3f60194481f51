"""What is exported is taken back as it was: import, export, import is the identity."""

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.samples import household

from motcua.borders.exchange.columns import ColumnNames
from motcua.borders.exchange.exporting import WRITERS, dossiers_between, export_dossiers, record_of
from motcua.borders.exchange.reading import Rows, history_of, read_portions
from motcua.record.ledger.sealing import deliver_all, seal
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.actor import system
from motcua.record.organisation.errors import NotAllowed
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.actions.bulk import History, Moment, PaperHandedIn, import_histories
from motcua.serve.dossiers.models import Dossier, Span
from motcua.serve.dossiers.models.spans import COUNTED

NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=LOCAL)
BEGIN = dt.datetime(2026, 3, 2, 0, 0, tzinfo=LOCAL)
BY = system(NOW.date())
OWN = {"id", "tracking_secret", "search"}

# Lives by the kinds of their moments; what each needs beside its time is drawn.
LIVES = (
    (),
    ("forwarded",),
    ("forwarded", "finished", "returned"),
    ("forwarded", "supplement_requested"),
    ("forwarded", "supplement_requested", "supplement_arrived", "finished"),
    ("supplement_requested", "supplement_arrived", "forwarded", "supplement_requested", "supplement_arrived"),
    ("forwarded", "paused_for_fee", "fee_settled", "extended", "apologised", "finished", "returned"),
    ("forwarded", "withdrawn"),
    ("forwarded", "supplement_requested", "stopped"),
    ("refused",),
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@st.composite
def moments(draw, received_at):
    at, told = received_at, []
    for kind in draw(st.sampled_from(LIVES)):
        at += dt.timedelta(minutes=draw(st.integers(1, 9_000)), microseconds=draw(st.sampled_from([0, 1, 123_456])))
        due = at + dt.timedelta(days=draw(st.integers(0, 20))) if kind == "extended" or draw(st.booleans()) else None
        keeps_due = kind in ("supplement_arrived", "fee_settled", "extended", "apologised")
        keeps_text = kind in ("supplement_requested", "extended", "apologised")
        told.append(Moment(kind, at, due if keeps_due else None, draw(TEXT) if keeps_text else ""))
    return tuple(told)


@st.composite
def histories(draw):
    received_at = BEGIN + dt.timedelta(minutes=draw(st.integers(0, 60_000)))
    papers = st.builds(PaperHandedIn, TEXT.map(str.strip), st.booleans(), st.booleans(), st.booleans())
    promised = st.none() | st.integers(0, 40).map(lambda days: received_at + dt.timedelta(days=days))
    return History(
        code=draw(st.from_regex(r"[A-Z][0-9A-Z]{0,8}", fullmatch=True)),
        procedure=draw(st.sampled_from(["1.001612", "2.000815", "1.001193"])),
        agency=draw(st.sampled_from(["H15.136", "H15.137"])),
        received_at=received_at,
        name=draw(st.sampled_from(["Trần Thị Mẫu", "=cmd|'x'!A1", "'=1", "H, \"Bơ\"\\t", "Nguyễn Văn A; B"])),
        identity_number=draw(st.sampled_from(["", "066190054321", "240000001"])),
        born_on=draw(st.none() | st.dates(dt.date(1930, 1, 1), dt.date(2008, 1, 1))),
        sex=draw(st.sampled_from(["", "m", "f"])),
        phone=draw(st.sampled_from(["", "0905654321"])),
        address=draw(st.sampled_from(["", "thôn 3, xã Ea Kao"])),
        note=draw(TEXT.map(str.strip)),
        channel=draw(st.sampled_from([1, 2, 3])),
        promised_at=draw(promised),
        recorded_at=draw(st.none() | st.just(received_at)),
        synchronised_at=draw(st.none() | st.just(received_at)),
        authenticated=draw(st.booleans()),
        papers=tuple(draw(st.lists(papers, max_size=2))),
        fee_due=draw(st.sampled_from([0, 50_000])),
        paid_how=draw(st.sampled_from(["", "cash", "transfer", "online", "exempt"])),
        e_result=draw(st.none() | st.booleans()),
        moments=draw(moments(received_at)),
    )  # fmt: skip


def bring_in(rows, source="other"):
    faults: list = []
    import_histories(
        by=BY, source=source, name="test", portions=[Rows(tuple(rows))], apart=False, now=NOW, tell_faults=faults.extend
    )
    assert faults == []


def read(path: Path):
    faults: list = []
    found = [h for portion in read_portions([path], ColumnNames(), faults) for h in portion.histories()]
    assert faults == []
    return found


def state():
    """Return dossiers with their spans by code, but for what each installation makes for itself."""
    names = [f.attname for f in Dossier._meta.concrete_fields if f.attname not in OWN]
    found = {d.code: {name: getattr(d, name) for name in names} for d in Dossier.objects.all()}
    spans = Span.objects.order_by("dossier_id", "number")
    for code, *told in spans.values_list("dossier__code", "number", "valid_from", "valid_to", *COUNTED):
        found[code].setdefault("spans", []).append(told)
    return found


def there_and_back(given, path: Path):
    """Import, export, import elsewhere, export: what is there each time."""
    seen = []
    for _installation in range(2):
        with transaction.atomic():
            bring_in(given)
            assert export_dossiers(by=BY, dossiers=Dossier.objects.all(), path=path) == len(given)
            seen.append((state(), sorted(map(repr, map(record_of, read(path))))))
            given = read(path)
            transaction.set_rollback(True)
    return seen


@pytest.mark.django_db
class TestIdentity:
    @pytest.mark.parametrize("ending", WRITERS)
    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(population=st.lists(histories(), min_size=1, max_size=4, unique_by=lambda h: h.code))
    def test_import_export_import_is_the_identity(self, tmp_path, ending, population):
        # What the province's own events are read for is done once, not again after each one is rolled back.
        while seal(NOW) or deliver_all():
            pass
        first, second = there_and_back(population, tmp_path / f"a{ending}")
        assert first == second

    def test_what_the_desk_wrote_is_taken_in_elsewhere(self, tmp_path, actor_of):
        begin = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL)
        clerk, head = actor_of("xa.tiepnhan"), actor_of("xa.truongphong")
        with transaction.atomic():
            dossier = actions.receive_dossier(by=clerk, filing=household(), now=begin)
            actions.forward_dossier(by=clerk, dossier_id=dossier.pk, now=begin + dt.timedelta(hours=1))
            actions.request_supplement(
                by=head, dossier_id=dossier.pk, items=["x"], reason="y", now=begin + dt.timedelta(hours=2)
            )
            export_dossiers(by=BY, dossiers=Dossier.objects.all(), path=tmp_path / "a.jsonl")
            before = Dossier.objects.values("code", "state", "due_at", "received_at", "owner_name", "fee_due").get()
            transaction.set_rollback(True)
        bring_in(read(tmp_path / "a.jsonl"))
        assert Dossier.objects.values("code", "state", "due_at", "received_at", "owner_name", "fee_due").get() == before
        assert verify().first is None


STORY = History(
    code="X-1", procedure="1.001612", agency="H15.136", received_at=BEGIN + dt.timedelta(hours=9), name="Trần Thị Mẫu",
)  # fmt: skip


@pytest.mark.django_db
class TestFiles:
    def test_a_name_that_a_spreadsheet_would_carry_out_is_guarded_in_a_table(self, tmp_path):
        bring_in([replace(STORY, name="=HYPERLINK(1)")])
        export_dossiers(by=BY, dossiers=Dossier.objects.all(), path=tmp_path / "a.csv")
        with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
            (row,) = csv.DictReader(file)
        assert row["ChuHoSo"] == "'=HYPERLINK(1)"
        assert read(tmp_path / "a.csv")[0].name == "=HYPERLINK(1)"

    def test_days_and_agencies_choose_what_goes_out(self, tmp_path):
        bring_in([STORY, replace(STORY, code="X-2", received_at=BEGIN + dt.timedelta(days=8, hours=9))])
        agency = Dossier.objects.first().agency_received_id
        assert dossiers_between(None, BEGIN.date(), [agency]).count() == 1
        assert dossiers_between(BEGIN.date(), None, []).count() == 2
        assert dossiers_between(None, None, [agency + 1]).count() == 0

    def test_a_file_is_there_whole_or_not_at_all(self, tmp_path, monkeypatch):
        from motcua.borders.exchange import exporting

        bring_in([STORY])
        monkeypatch.setattr(exporting, "_named", lambda history: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            export_dossiers(by=BY, dossiers=Dossier.objects.all(), path=tmp_path / "a.json")
        assert not (tmp_path / "a.json").exists()

    def test_an_empty_list_is_one(self, tmp_path):
        export_dossiers(by=BY, dossiers=Dossier.objects.none(), path=tmp_path / "a.json")
        assert json.loads((tmp_path / "a.json").read_text()) == []

    def test_only_administrators_and_jobs_take_the_record_out(self, tmp_path, actor_of):
        with pytest.raises(NotAllowed):
            export_dossiers(by=actor_of("xa.tiepnhan"), dossiers=Dossier.objects.all(), path=tmp_path / "a.json")


def test_a_moment_without_its_time_is_named():
    from motcua.borders.exchange.reading import BadRecord

    with pytest.raises(BadRecord) as bad:
        history_of("1", {**record_of(STORY), "moments": [{"kind": "finished"}]}, ColumnNames())
    assert bad.value.reason == "moment.at"

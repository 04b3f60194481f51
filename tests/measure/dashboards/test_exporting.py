"""Lists taken out as files: whole, guarded, resumable, of one's own rights, recorded, gone after a week."""

import csv
import datetime as dt
import io
import tracemalloc

import duckdb
import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook
from tests.samples import birth

from motcua.measure.dashboards import exporting
from motcua.measure.dashboards.exporting import access_export, ask_export, carry_out, delete_exports, file_of, folder_of
from motcua.measure.dashboards.models import Export
from motcua.measure.metrics.positions import catch_up
from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.errors import NotAllowed, NotFound, Refused
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier

QUERY = "measure=dossiers.received"


@pytest.fixture
def received(actor_of, settings, tmp_path):
    settings.HOME = tmp_path
    ours = [actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth()) for _ in range(5)]
    actions.receive_dossier(by=actor_of("xa2.tiepnhan"), filing=birth())
    catch_up()
    return ours


def asked(actor_of, kind="csv", **more):
    return ask_export(by=actor_of("xa.lanhdao"), query=QUERY, title="Received", kind=kind, **more)


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1:]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_file_holds_the_dossiers_of_the_figure_that_the_post_may_read(received, actor_of, kind):
    made = asked(actor_of, kind)
    assert carry_out(made.pk, part_rows=2) == 5
    if kind == "csv":
        codes = {row[0] for row in rows_of(file_of(made))}
    elif kind == "xlsx":
        codes = {row[0] for row in CalamineWorkbook.from_path(str(file_of(made))).get_sheet_by_index(0).to_python()[1:]}
    else:
        codes = {row[0] for row in duckdb.read_parquet(str(file_of(made))).fetchall()}
    assert codes == {dossier.code for dossier in received}
    made.refresh_from_db()
    assert (made.total, made.done, made.fault) == (5, 5, "")
    assert {path.name for path in folder_of(made).iterdir()} == {"keys", f"dossiers.{kind}"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_days_are_days_where_the_format_has_them(received, actor_of, kind):
    made = asked(actor_of, kind)
    carry_out(made.pk)
    if kind == "xlsx":
        row = CalamineWorkbook.from_path(str(file_of(made))).get_sheet_by_index(0).to_python()[1]
        assert row[9] == "", "no result yet"
    else:
        row = duckdb.read_parquet(str(file_of(made))).fetchall()[0]
        assert row[9] is None
    assert row[7:9] == type(row)([received[0].received_on, received[0].due_on])


@pytest.mark.django_db
def test_asking_is_an_event_in_the_ledger(received, actor_of):
    made = asked(actor_of)
    event = Event.objects.get(chain_id=made.pk)
    assert (event.kind, event.actor) == ("export.asked", actor_of("xa.lanhdao").key)
    assert event.payload["rows"][f"export:{made.pk}"]["kind"] == "csv"


@pytest.mark.django_db
def test_what_was_cut_off_goes_on_where_it_stopped(received, actor_of, monkeypatch):
    made, write, calls = asked(actor_of), exporting._write_part, []

    def dying(folder, start, count, language):
        calls.append(start)
        if start >= 2 and len(calls) < 3:
            raise RuntimeError("killed")
        write(folder, start, count, language)

    monkeypatch.setattr(exporting, "_write_part", dying)
    with pytest.raises(RuntimeError):
        carry_out(made.pk, part_rows=2)
    assert not file_of(made).exists()
    first = (folder_of(made) / "part-000000000.csv").stat().st_mtime_ns
    actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth())
    catch_up()
    monkeypatch.setattr(exporting, "_assemble", lambda *_: None)
    assert carry_out(made.pk, part_rows=2) == 5
    assert (folder_of(made) / "part-000000000.csv").stat().st_mtime_ns == first


@pytest.mark.django_db
def test_a_name_that_looks_like_a_formula_is_guarded(received, actor_of):
    Dossier.objects.filter(pk=received[0].pk).update(owner_name='=HYPERLINK("http://x")')
    made = asked(actor_of)
    carry_out(made.pk)
    assert "'=HYPERLINK" in file_of(made).read_text("utf-8-sig")
    assert not any(cell.startswith("=") for row in rows_of(file_of(made)) for cell in row)


@pytest.mark.django_db
def test_only_the_post_that_asked_may_fetch_and_an_administrator_may_not_ask(received, actor_of):
    made = asked(actor_of)
    assert access_export(by=actor_of("xa.lanhdao"), export_id=made.pk) == made
    with pytest.raises(NotFound):
        access_export(by=actor_of("xa2.lanhdao"), export_id=made.pk)
    with pytest.raises(NotAllowed):
        ask_export(by=actor_of("quantri"), query=QUERY, title="", kind="csv")
    with pytest.raises(Refused):
        asked(actor_of, "pdf")


@pytest.mark.django_db
def test_files_are_kept_for_a_week_and_then_deleted(received, actor_of):
    now = timezone.now()
    made = asked(actor_of, now=now)
    carry_out(made.pk)
    assert delete_exports(now + dt.timedelta(days=6, hours=23)) == 0
    assert file_of(made).exists()
    assert delete_exports(now + dt.timedelta(days=7, seconds=1)) == 1
    assert not folder_of(made).exists()
    assert Export.objects.get(pk=made.pk).deleted_at is not None


@pytest.mark.django_db
def test_an_export_that_fails_says_so_and_shows_no_bar(received, actor_of, monkeypatch):
    made = asked(actor_of)

    def full(*_args):
        raise OSError("No space left on device")

    monkeypatch.setattr(exporting, "_write_part", full)
    with pytest.raises(OSError, match="No space"):
        exporting.write_export(str(made.pk))
    page = page_of("xa.lanhdao")
    assert "không ghi được" in page
    assert "<progress" not in page
    assert f'id="file-{made.pk}"' not in page


@pytest.mark.django_db
def test_a_list_too_long_for_xlsx_says_so(received, actor_of, monkeypatch):
    monkeypatch.setattr(exporting, "MOST_XLSX_ROWS", 4)
    made = asked(actor_of, "xlsx")
    carry_out(made.pk)
    made.refresh_from_db()
    assert made.fault == "too_long"
    assert not file_of(made).exists()


def test_a_big_workbook_is_written_in_flat_memory_with_every_row(tmp_path):
    def peak_of(rows: int) -> int:
        part = tmp_path / f"part-{rows}.csv"
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for n in range(rows):
                writer.writerow(
                    [
                        f"H15.136-261120-{n}",
                        "1.001193",
                        "Đăng ký khai sinh",
                        "'=1+1",
                        *["x"] * 3,
                        *["2026-11-20"] * 3,
                        "x",
                    ]
                )
        tracemalloc.start()
        exporting._to_xlsx(["a"] * 11, [part, part], tmp_path / f"{rows}.xlsx", "Hồ sơ")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    small, big = peak_of(1_000), peak_of(20_000)
    assert big < small + 1_000_000, "twenty times the rows need no more memory"
    rows = CalamineWorkbook.from_path(str(tmp_path / "20000.xlsx")).get_sheet_by_index(0).to_python()
    assert len(rows) == 40_001
    assert rows[-1][0] == "H15.136-261120-19999"
    assert rows[-1][3] == "'=1+1"
    assert not list(tmp_path.glob("tmp*")), "what was set aside is gone"


@pytest.mark.django_db
def test_an_export_shows_a_progress_bar_that_moves_until_the_file_is_there(received, actor_of, monkeypatch):
    made, seen = asked(actor_of), []
    write = exporting._write_part

    def watched(folder, start, count, language):
        write(folder, start, count, language)
        seen.append(page_of("xa.lanhdao"))

    monkeypatch.setattr(exporting, "_write_part", watched)
    carry_out(made.pk, part_rows=2)
    assert ['max="5" value="0"' in seen[0], 'max="5" value="2"' in seen[1], 'max="5" value="4"' in seen[2]] == [
        True
    ] * 3
    assert f'id="file-{made.pk}"' in page_of("xa.lanhdao")
    assert "<progress" not in page_of("xa.lanhdao")


def page_of(username):
    client = Client()
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/exports/").content.decode()

"""Lists taken out as files: asked for by an action, written by the worker part by part, deleted after a week.

The list is that of a figure at a position, so it does not change while it is written: first its keys go to a file, then
parts of rows; what was cut off goes on with the next part. Rights are looked at when it is asked for and again when it
is written; every text is guarded against being carried out as a formula.
"""

import csv
import datetime as dt
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from motcua.formats.tables import Column, Sheet
from motcua.formats.tables.cells import written
from motcua.measure.dashboards.models import Export
from motcua.measure.metrics.caching import Shape, list_sql, parameters
from motcua.measure.metrics.opening import Figure, figure_of
from motcua.record.ledger.models import new_id
from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import NotFound, Refused
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.policies import READS

KEYS = "SELECT dossier_id FROM ({inner}) AS found ORDER BY received_on DESC, dossier_id"
KEPT_FOR = dt.timedelta(days=7)
PART_ROWS = 5_000
KEY_BYTES = 16
MOST_XLSX_ROWS = 1_048_575
DOSSIERS = Sheet(
    "dossiers",
    "Hồ sơ",
    "Dossiers",
    (
        Column("code", "Mã hồ sơ", "Code", width=30),
        Column("procedure", "Mã thủ tục", "Procedure code"),
        Column("name", "Tên thủ tục", "Procedure", width=50),
        Column("owner", "Chủ hồ sơ", "Owner", width=28),
        Column("received_at", "Nơi tiếp nhận", "Received at", width=32),
        Column("decides", "Cơ quan giải quyết", "Decides", width=32),
        Column("channel", "Hình thức nộp", "Channel"),
        Column("received_on", "Ngày tiếp nhận", "Received", kind="date"),
        Column("due_on", "Hạn trả", "Due", kind="date"),
        Column("finished_on", "Ngày có kết quả", "Finished", kind="date"),
        Column("state", "Trạng thái", "State"),
    ),
)


def ask_export(*, by: Actor, query: str, title: str, kind: str, now: dt.datetime | None = None) -> Export:
    """Ask for the list behind a figure as a file; the worker writes it.

    Args:
        query: the query of the list's address (see `metrics.opening`).
        kind: "xlsx", "csv" or "parquet".

    Raises:
        NotAllowed: the post reads no dossiers.
        Refused: no such format, or the address names no list.
    """
    READS.check(by)
    if kind not in Export.Kind.values or by.post is None:
        raise Refused("export.kind", _("Choose XLSX, CSV or Parquet."), field="kind")
    values = parse_qs(query)
    figure = figure_of(by, values)
    address = urlencode(values | {"at": [str(figure.question.known_at)]}, doseq=True)
    if len(address) > 4000:
        raise Refused("export.address", _("The list is asked for in too many words."), field="address")
    moment = now or timezone.now()
    asked = Export(
        id=new_id(),
        post=by.post,
        address=address,
        title=title[:300],
        kind=kind,
        language="en" if translation.get_language() == "en" else "vi",
        position=figure.question.known_at,
        asked_at=moment,
    )
    with (
        transaction.atomic(),
        record_change(
            chain_id=asked.id,
            subject="export",
            kind="export.asked",
            actor=by.key,
            occurred_at=moment,
            recorded_at=moment,
            new=True,
        ) as change,
    ):
        change.add(asked)
        write_export.defer(export_id=str(asked.id))
    return asked


def access_export(*, by: Actor, export_id: uuid.UUID) -> Export:
    """Return an export that the actor's post asked for.

    Raises:
        NotFound: there is none of this post's.
    """
    found = Export.objects.filter(pk=export_id, post=by.post).first() if by.post else None
    if found is None:
        raise NotFound("export.not_found", _("There is no such export."))
    return found


@app.task(queue="dashboards", pass_context=False)
def write_export(export_id: str) -> int:
    """Write an export; started again it goes on where it was cut off. What fails is told to who asked."""
    try:
        return carry_out(uuid.UUID(export_id))
    except Exception:
        Export.objects.filter(pk=export_id, finished_at=None).update(fault="failed", finished_at=timezone.now())
        raise


def carry_out(export_id: uuid.UUID, part_rows: int = PART_ROWS) -> int:
    """Write the file of an export; return how many dossiers it holds."""
    asked = Export.objects.select_related("post__unit__agency").get(pk=export_id)
    if asked.finished_at is not None:
        return asked.total or 0
    figure = figure_of(Actor(post=asked.post, on=timezone.localdate()), parse_qs(asked.address))
    folder = folder_of(asked)
    folder.mkdir(parents=True, exist_ok=True)
    total = _write_keys(figure, folder / "keys")
    if asked.kind == Export.Kind.XLSX and total > MOST_XLSX_ROWS:
        Export.objects.filter(pk=asked.pk).update(fault="too_long", total=total, finished_at=timezone.now())
        return total
    Export.objects.filter(pk=asked.pk).update(total=total, done=0)
    with translation.override(asked.language):
        for start in range(0, total, part_rows):
            _write_part(folder, start, part_rows, asked.language)
            Export.objects.filter(pk=asked.pk).update(done=min(start + part_rows, total))
        _assemble(asked, folder)
    Export.objects.filter(pk=asked.pk).update(done=total, finished_at=timezone.now())
    return total


def folder_of(asked: Export) -> Path:
    """Return where an export's files lie."""
    return Path(settings.HOME) / "exports" / str(asked.pk)


def file_of(asked: Export) -> Path:
    """Return the file of an export."""
    return folder_of(asked) / f"dossiers.{asked.kind}"


def _write_keys(figure: Figure, target: Path) -> int:
    """Write the keys of the list, once; return how many."""
    if not target.exists():
        made = target.with_suffix(".writing")
        with made.open("wb") as file, transaction.atomic():
            for question in figure.readable:
                sql = KEYS.format(inner=list_sql(Shape.of(question), figure.measure.code))
                connection.ensure_connection()
                with connection.connection.cursor(name="export") as cursor:
                    cursor.itersize = 20_000
                    cursor.execute(sql, parameters(question))
                    for (key,) in cursor:
                        file.write(key.bytes)
        os.replace(made, target)
    return target.stat().st_size // KEY_BYTES


def _write_part(folder: Path, start: int, count: int, language: str) -> None:
    """Write one part as CSV without heads, unless it is there."""
    target = folder / f"part-{start:09d}.csv"
    if target.exists():
        return
    with (folder / "keys").open("rb") as file:
        file.seek(start * KEY_BYTES)
        packed = file.read(count * KEY_BYTES)
    keys = [uuid.UUID(bytes=packed[i : i + KEY_BYTES]) for i in range(0, len(packed), KEY_BYTES)]
    made = target.with_suffix(".writing")
    with made.open("w", encoding="utf-8", newline="") as part:
        writer = csv.writer(part)
        for row in _rows(keys):
            writer.writerow(written(column, row[column.key], language) for column in DOSSIERS.columns)
    os.replace(made, target)


def _rows(keys: list[uuid.UUID]) -> Iterator[dict[str, Any]]:
    related = Dossier.objects.select_related("version__procedure", "agency_competent", "agency_received")
    found = related.in_bulk(keys)
    for dossier in (found[key] for key in keys if key in found):
        yield {
            "code": dossier.code,
            "procedure": dossier.version.procedure.code,
            "name": dossier.version.name,
            "owner": dossier.owner_name,
            "received_at": dossier.agency_received.name,
            "decides": dossier.agency_competent.name,
            "channel": str(dossier.get_channel_display()),
            "received_on": dossier.received_on,
            "due_on": dossier.due_on,
            "finished_on": dossier.finished_on,
            "state": str(dossier.get_state_display()),
        }


def _assemble(asked: Export, folder: Path) -> None:
    """Make the file from its parts, under another name until it is whole, and drop the parts."""
    heads = [column.head(asked.language) for column in DOSSIERS.columns]
    parts, target = sorted(folder.glob("part-*.csv")), file_of(asked)
    made = target.with_name(f"writing.{asked.kind}")
    plain = folder / "plain.csv"
    if asked.kind == Export.Kind.XLSX:
        _to_xlsx(heads, parts, made, DOSSIERS.title(asked.language))
    else:
        _join(heads, parts, plain)
        if asked.kind == Export.Kind.CSV:
            os.replace(plain, made)
        else:
            _to_parquet(plain, made)
    os.replace(made, target)
    for spent in (*parts, plain):
        spent.unlink(missing_ok=True)


def _join(heads: Sequence[str], parts: Sequence[Path], target: Path) -> None:
    with target.open("wb") as whole:
        whole.write(("\ufeff" + ",".join(heads) + "\r\n").encode())
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, whole)


def _to_xlsx(heads: Sequence[str], parts: Sequence[Path], target: Path, title: str) -> None:
    """Write a workbook row by row: whatever its length, one row is in memory and the rest on the disk."""
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    options = {**plain, "constant_memory": True, "tmpdir": str(target.parent), "default_date_format": "dd/mm/yyyy"}
    import xlsxwriter

    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True})
        for at, column in enumerate(DOSSIERS.columns):
            sheet.set_column(at, at, column.width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, heads, bold)
        for n, row in enumerate(_csv_rows(parts), start=1):
            for at, (column, text) in enumerate(zip(DOSSIERS.columns, row, strict=True)):
                if column.kind == "date" and text:
                    sheet.write_datetime(n, at, dt.date.fromisoformat(text))
                else:
                    sheet.write_string(n, at, text)


def _csv_rows(parts: Sequence[Path]) -> Iterator[list[str]]:
    for part in parts:
        with part.open(encoding="utf-8", newline="") as source:
            yield from csv.reader(source)


def _to_parquet(plain: Path, target: Path) -> None:
    import duckdb

    with duckdb.connect() as duck:
        rows = duck.read_csv(str(plain), header=True, all_varchar=True, quotechar='"', escapechar='"', na_values="")
        days = [column.kind == "date" for column in DOSSIERS.columns]
        kinds = [f'"{name}"::DATE' if day else f'"{name}"' for name, day in zip(rows.columns, days, strict=True)]
        rows.project(", ".join(kinds)).write_parquet(str(target), compression="zstd")


@app.periodic(cron="40 2 * * *")
@app.task(queue="dashboards", pass_context=False)
def delete_old_exports(timestamp: int) -> int:
    """Delete the files of exports a week after they were asked for."""
    return delete_exports(timezone.now())


def delete_exports(now: dt.datetime) -> int:
    """Delete the files of exports asked for more than a week before an instant; return how many."""
    old = list(Export.objects.filter(asked_at__lt=now - KEPT_FOR, deleted_at=None))
    for asked in old:
        shutil.rmtree(folder_of(asked), ignore_errors=True)
    Export.objects.filter(pk__in=[asked.pk for asked in old]).update(deleted_at=now)
    return len(old)

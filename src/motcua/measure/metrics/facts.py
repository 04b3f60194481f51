"""Facts as files: spans as Parquet by province and month, the small tables beside them.

An export is incremental: only months with spans that changed since the last one are written again. Each file is
written under another name and then moved, and the position comes last, so that an export that was cut off is simply
made again.
"""

import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction
from django.utils import timezone

from motcua.measure.metrics.tables import SPANS, TABLES
from motcua.record.organisation.queries import province_on
from motcua.serve.dossiers.span_keeping import spans_position

STATE = "export.json"
SCHEMA = 4
ORDER = "ORDER BY to_on, agency_competent_id, dossier_id, number"
"""By the end first: whoever asks of a day skips what ended before it, see `questions.standing_by_end`."""
TYPES = {
    # As text: Spark reads no UUID of Parquet.
    "uuid": "VARCHAR",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "timestamp('UTC')": "TIMESTAMPTZ",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "string": "VARCHAR",
}
MONTHS = """
    SELECT to_char(from_on, 'YYYY-MM'), count(*) FROM dossiers_span
    WHERE known_from > %(since)s OR end_known > %(since)s OR retracted > %(since)s GROUP BY 1 ORDER BY 1
"""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: up to which position, how many months were written, how many spans lie in them."""

    position: int
    months: int
    spans: int


def export_facts(folder: Path, *, progress: Progress = lambda done, of: None) -> Exported:
    """Bring the files of a folder up to the present.

    Args:
        folder: made if it is not there.
        progress: is told how many months of how many are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    since = exported_position(folder)
    with _snapshot(), duckdb.connect() as duck:
        position, province = spans_position(), _province()
        with connection.cursor() as cursor:
            cursor.execute(MONTHS, {"since": since})
            months = [month for month, _changed in cursor.fetchall()]
        spans = 0
        for done, month in enumerate(months, start=1):
            first = dt.date.fromisoformat(f"{month}-01")
            after = (first + dt.timedelta(days=32)).replace(day=1)
            where = f"WHERE from_on >= '{first}' AND from_on < '{after}' {ORDER}"
            target = folder / SPANS.name / f"province={province}" / f"month={month}" / "spans.parquet"
            spans += _write(duck, SPANS, where, target)
            _drop_others(target)
            progress(done, len(months))
        for table in TABLES[1:]:
            _write(duck, table, "ORDER BY id", folder / f"{table.name}.parquet")
    _move(folder / STATE, json.dumps({"schema": SCHEMA, "position": position}).encode())
    return Exported(position, len(months), spans)


def exported_position(folder: Path) -> int:
    """Return the position that the files of a folder stand for, 0 if there is no usable export."""
    try:
        state = json.loads((folder / STATE).read_text())
    except (OSError, ValueError):
        return 0
    return int(state["position"]) if state.get("schema") == SCHEMA else 0


@contextmanager
def _snapshot() -> Iterator[None]:
    """Let every read of the export see the same moment."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _province() -> str:
    top = province_on(timezone.localdate())
    return top.code if top else "none"


def _drop_others(target: Path) -> None:
    """Drop the month that was written under the province's earlier code: read together it would count twice."""
    for other in target.parents[2].glob(f"province=*/{target.parent.name}/{target.name}"):
        if other != target:
            other.unlink()


def _write(duck: duckdb.DuckDBPyConnection, table: Any, where: str, target: Path) -> int:
    """Copy rows of a table out of PostgreSQL into one Parquet file; return how many."""
    names = ", ".join(table.columns)
    target.parent.mkdir(parents=True, exist_ok=True)
    types = ", ".join(f"'{name}': '{TYPES[kind]}'" for name, kind in table.columns.items())
    made = target.with_suffix(".writing")
    with tempfile.NamedTemporaryFile(suffix=".csv") as plain:
        with connection.cursor() as cursor:
            query = f"COPY (SELECT {names} FROM {table.name} {where}) TO STDOUT (FORMAT csv, HEADER false)"
            with cursor.connection.cursor().copy(query) as copy:
                for block in copy:
                    plain.write(block)
        plain.flush()
        # All told and nothing guessed: an empty table, or a column of empty words, gives nothing to guess by.
        read = (
            f"read_csv('{plain.name}', columns = {{{types}}}, auto_detect = false, header = false, delim = ',', "
            "quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false)"
        )
        duck.execute(f"COPY (SELECT * FROM {read}) TO '{made}' (FORMAT parquet, COMPRESSION zstd)")
    os.replace(made, target)
    found = duck.execute(f"SELECT count(*) FROM read_parquet('{target}')").fetchone()
    return int(found[0]) if found else 0


def _move(target: Path, content: bytes) -> None:
    made = target.with_suffix(".writing")
    made.write_bytes(content)
    os.replace(made, target)

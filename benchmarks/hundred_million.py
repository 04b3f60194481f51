"""One hundred million spans as Parquet files: a measure by agency over half a year on DuckDB. Prints one JSON object.

    python benchmarks/hundred_million.py [--spans 100000000] [--folder FOLDER]

The files have the layout and the types of `motcua facts export`; their rows are invented by DuckDB, two spans for each
dossier (open, then resolved), month by month over four years. No database runs. The question is asked in a process
of its own, so that its memory is told and not that of making the files.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

MONTHS = 48
ROWS = """
COPY (
    WITH one AS (
        SELECT uuid()::VARCHAR AS dossier_id, DATE '2022-01-01' + INTERVAL ({month}) MONTH AS month,
            i, (random() * 27)::INT AS day, 1 + (-ln(1 - random()) * 4)::INT AS days, 1 + (random() * 120)::INT AS agency,
            random() AS r
        FROM range({dossiers}) AS made(i)
    ), lived AS (SELECT *, (month + to_days(day))::DATE AS received, (month + to_days(day + days))::DATE AS ready FROM one),
    spans AS (SELECT lived.*, k FROM lived, range(2) AS two(k))
    SELECT dossier_id, k::SMALLINT AS number, ({month} * 10_000_000 + i + k)::BIGINT AS known_from,
        CASE WHEN k = 0 THEN {month} * 10_000_000 + i + 1 END::BIGINT AS end_known, NULL::BIGINT AS retracted,
        CASE WHEN k = 0 THEN received ELSE ready END::TIMESTAMPTZ AS valid_from,
        CASE WHEN k = 0 THEN ready END::TIMESTAMPTZ AS valid_to,
        CASE WHEN k = 0 THEN received ELSE ready END AS from_on, CASE WHEN k = 0 THEN ready END AS to_on,
        (1 + k)::SMALLINT AS standing, (CASE WHEN k = 0 THEN 4 ELSE 9 END)::SMALLINT AS state, false AS waiting,
        received AS received_on, (received + 5)::DATE AS due_on, (received + 5)::DATE AS first_due_on,
        CASE WHEN k = 1 THEN ready END AS resolved_on, NULL::DATE AS returned_on,
        CASE WHEN k = 1 THEN sign(days - 5) END::SMALLINT AS judged, false AS extended, NULL::DATE AS apologised_on,
        1::BIGINT AS version_id, agency::BIGINT AS agency_helped_id, agency::BIGINT AS agency_received_id,
        agency::BIGINT AS agency_competent_id, NULL::BIGINT AS unit_id, (1 + 2 * r)::SMALLINT AS channel,
        3::SMALLINT AS service_level, CASE WHEN k = 1 THEN days * 480 END::INTEGER AS worked_minutes,
        0::INTEGER AS waited_minutes, 0::SMALLINT AS supplements, 0::BIGINT AS fee_due, 0::BIGINT AS fee_paid,
        '' AS paid_how, 3::SMALLINT AS components, 1::SMALLINT AS digitised, 0::SMALLINT AS reused,
        0::SMALLINT AS from_store, r > 0.5 AS e_result, true AS authenticated, r > 0.1 AS synchronised
    FROM spans ORDER BY to_on, agency_competent_id
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""
SMALL = {
    "organisation_agency": "SELECT i::BIGINT AS id, 'X' || i AS code, 'commune' AS level FROM range(1, 122) AS t(i)",
    "catalogue_procedureversion": """SELECT 1::BIGINT AS id, 1::BIGINT AS procedure_id, 'published' AS status,
        false AS outline, '1' AS announced_in, 3::SMALLINT AS service_level, DATE '2022-01-01' AS valid_from,
        NULL::DATE AS valid_to""",
    "catalogue_procedure": "SELECT 1::BIGINT AS id, '1' AS code, 1::BIGINT AS field_id",
    "catalogue_field": "SELECT 1::BIGINT AS id, '1' AS code",
}
# Tables that the question does not touch.
NOTHING = ("organisation_unit", "organisation_post", "catalogue_publicationdecision", "catalogue_publicationitem")
SMALL |= dict.fromkeys(NOTHING, "SELECT 1::BIGINT AS id")
ASK = """
import datetime as dt, json, os, sys, time
from pathlib import Path
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.web.settings")
from motcua.measure.metrics.counting import figures
from motcua.measure.metrics.engines.duck import Duck
from motcua.measure.metrics.questions import Question
duck = Duck(Path(sys.argv[1]))
question = Question(dt.date(2025, 1, 1), dt.date(2025, 6, 30), 10**15)
times = []
for _ in range(3):
    began = time.perf_counter()
    found = figures(duck.rows, question, ["dossiers.resolved_late"], ["agency"])
    times.append(time.perf_counter() - began)
late = sum(row["dossiers.resolved_late"] for row in found.values())
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"times": times, "agencies": len(found), "late": late, "memory_mb": memory}))
"""


def make(folder: Path, spans: int) -> None:
    """Write the files."""
    with duckdb.connect() as duck:
        duck.execute("SET preserve_insertion_order = false")
        for month in range(MONTHS):
            target = folder / "dossiers_span" / "province=X" / f"month={month:02d}" / "spans.parquet"
            target.parent.mkdir(parents=True)
            duck.execute(ROWS.format(month=month, dossiers=spans // MONTHS // 2, target=target))
            print(f"\r  {month + 1} of {MONTHS} months", end="", file=sys.stderr, flush=True)
        for name, rows in SMALL.items():
            duck.execute(f"COPY ({rows}) TO '{folder / name}.parquet' (FORMAT parquet)")


def measure(folder: Path, spans: int) -> dict[str, Any]:
    """Make the files, ask, and return what it took."""
    began = time.perf_counter()
    make(folder, spans)
    making = time.perf_counter() - began
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    answer = subprocess.run([sys.executable, "-c", ASK, str(folder)], check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(answer.stdout)
    return {
        "spans": spans // MONTHS // 2 * MONTHS * 2,
        "making_s": round(making),
        "gigabytes": round(size / 1e9, 2),
        "first_s": round(found["times"][0], 2),
        "median_s": round(statistics.median(found["times"]), 2),
        "memory_mb": found["memory_mb"],
        "agencies": found["agencies"],
        "late": found["late"],
        "load": round(os.getloadavg()[0], 1),
        "making_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--spans", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, help="where the files lie for a while; a temporary folder if not given")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="motcua-spans-", dir=args.folder))
    try:
        json.dump(measure(folder, args.spans), sys.stdout, indent=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

"""Measure everything and write `docs/explanation/performance.md`. Takes about ten minutes.

python benchmarks/run.py                    # everything of a few minutes, and what `at_scale.py` kept
python benchmarks/run.py --large-records    # nothing: only the section on large records is written anew
"""

import datetime as dt
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LIMIT_SECONDS = 300
KEPT = HERE / "at_scale.json"
PAGE = HERE.parent / "docs" / "explanation" / "performance.md"


def measured(name: str, *arguments: str) -> dict[str, Any]:
    """Run one benchmark and return its JSON."""
    print(f"measuring {name} …", flush=True)
    command = [sys.executable, str(HERE / f"{name}.py"), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            answer, _nothing = child.communicate(timeout=LIMIT_SECONDS)
        except BaseException:
            # Its own ending takes the installation down with it.
            child.terminate()
            raise
    if child.returncode:
        raise SystemExit(f"{name} ended with exit code {child.returncode}")
    return dict(json.loads(answer))


def machine() -> str:
    """Return what it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    return f"{cores} cores, {memory:.0f} GiB, Python {platform.python_version()}, load before the run {load:.1f}"


def verdict(reached: bool) -> str:
    """Return a word for a bar."""
    return "reached" if reached else "**missed**"


def page(
    on: str,
    intake: dict[str, Any],
    papers: dict[str, Any],
    time: dict[str, Any],
    scoring: dict[str, Any],
    catalogue: dict[str, Any],
    long: dict[str, Any],
    bulk: dict[str, Any],
    measures: dict[str, Any],
) -> str:
    """Return the page's text."""
    ratio, p95, slip = intake["ratio"], intake["steady_p95_ms"], papers["slip_ms"]["median"]
    days, settings = time["due_times_a_second"]["5wd"], intake["postgresql"]
    proofs = (
        "" if days["promise_with_proof"] >= 50_000 else ": the bar holds for due times, not for due times with proofs"
    )
    shown = "\n".join(f"| {name} | {ms['p50_ms']} ms | {ms['p95_ms']} ms |" for name, ms in intake["pages"].items())
    rows = ", ".join(f"{count} × `{table}`" for table, count in intake["rows"].items())
    return f"""# Performance

Measured with the commands below on {dt.date.today():%d %B %Y}: {on}. One machine, one run, clients and servers on the same
cores; the embedded PostgreSQL {settings["server_version"]} with its usual settings (fsync {settings["fsync"]},
synchronous_commit {settings["synchronous_commit"]}, full_page_writes {settings["full_page_writes"]}). Other work on the
machine slows every figure: the load was {intake["load_before"]} before the intakes, {intake["load_after"]} after. The figures are rewritten by each
run, the bad ones too.

| what | bar | measured | | command |
|---|---|---|---|---|
| HTTP intake ÷ `pgbench` writing the same rows, 8 clients | at least 0.06, aim 0.10 | {ratio} | {verdict(ratio >= 0.06)} | `intake.py` |
| p95 at a steady 20 intakes a second | at most 120 ms | {p95} ms | {verdict(p95 <= 120)} | `intake.py` |
| a slip, once warm (median) | at most 50 ms | {slip} ms | {verdict(slip <= 50)} | `papers.py` |
| due times a second, one by one | 50,000 | {days["add"]:,} | {verdict(days["add"] >= 50_000)} | `working_time.py` |
| due times a second, many at once | – | {days["add_many"]:,} | | `working_time.py` |
| 600 uncertainty runs of the ASEM example ÷ COINr's 66 s | at least 100 times faster | {scoring["times_faster_than_coinr"]:,} times ({scoring["asem_600_runs_s"]} s) | {verdict(scoring["times_faster_than_coinr"] >= 100)} | `scoring.py` |
| 10,000 such runs | at most 5 s | {scoring["asem_10000_runs_s"]} s | {verdict(scoring["asem_10000_runs_s"] <= 5)} | `scoring.py` |
| 3,321 units × 120 leaves scored | at most 0.3 s | {scoring["communes_s"]} s | {verdict(scoring["communes_s"] <= 0.3)} | `scoring.py` |
| a procedure found among {catalogue["procedures"]:,}, p95 of {len(catalogue["searches"])} kinds of search | at most 20 ms | {catalogue["p95_ms"]} ms (median {catalogue["median_ms"]} ms; processor time {catalogue["cpu_ms"]} ms) | {verdict(catalogue["p95_ms"] <= 20)} | `catalogue.py` |
| queries of the page of a dossier with {long["steps"]} steps | at most 15 | {long["queries"]} ({long["median_ms"]} ms) | {verdict(long["queries"] <= 15)} | `long_dossier.py` |
| import of {bulk["dossiers"]:,} dossiers ÷ bare `COPY` of the same rows | at least 0.25 | {bulk["ratio"]} | {verdict(bulk["ratio"] >= 0.25)} | `bulk.py` |
| 1,094,944 dossiers with four events each, at that rate | at most 300 s, aim 180 s | {1_094_944 / bulk["dossiers_a_second"]:.0f} s | {verdict(1_094_944 / bulk["dossiers_a_second"] <= 300)} | `bulk.py` |
| the worst of {len(measures["measures"])} measures ÷ the same by hand, at {measures["dossiers"]:,} dossiers | at most 1.3 | {measures["worst_ratio"]} | {verdict(measures["worst_ratio"] <= 1.3)} | `measures.py` |
| `numpy.busday_offset` in the same run | – | {time["busday_offset_a_second"]:,} | | `working_time.py` |

## Intake

A whole form by a signed-in clerk: session, policy, checks, promise, rows, event, answer.

| | |
|---|---|
| intakes a second over HTTP, 8 clients | {intake["http_intakes_per_second"]} |
| median, p95 with 8 clients at once | {intake["http_p50_ms"]} ms, {intake["http_p95_ms"]} ms |
| `pgbench` transactions a second, 8 clients | {intake["pgbench_per_second"]} |
| steady 20 a second: median, p95, longest, of {intake["steady_count"]} sent of {intake["steady_asked"]} | {intake["steady_p50_ms"]} ms, {intake["steady_p95_ms"]} ms, {intake["steady_max_ms"]} ms |

Rows of one intake, and so of one `pgbench` transaction: {rows}. The script is made from the rows that an intake
really wrote; see `benchmarks/intake.py`. The clients of the HTTP measure are Python threads on the same two cores and
take their share of them.

In the steady measure the time runs from when an intake should have been sent, so waiting for a busy client counts.
Each keeps its connection open; the form carries its token as from a browser. `pgbench` sends no HTTP, checks nothing
and computes no hash: its figure is what the disk and PostgreSQL allow for these rows, so the ratio says how much of
that the application leaves.

## Pages

One signed-in clerk (for the inbox, the handling officer who holds the intakes) asks one page after another, 30 times
each, with {intake["dossiers"]:,} dossiers in the database.

| page | median | p95 |
|---|---|---|
{shown}

## Papers

A slip (both copies, a QR code, embedded fonts): median {slip} ms, p95 {papers["slip_ms"]["p95"]} ms, the first of a
process {papers["first_slip_ms"]} ms; in bulk {papers["slip_in_bulk_of_100_ms"]} ms each; processor time of all threads
{papers["slip_cpu_ms"]} ms. A register of 1,000 rows: {papers["register_1000_rows_ms"]} ms.

## Working time

`numpy.busday_offset` counts whole days only: no shifts, clock times, hours, months, pauses or proofs. With its proof a
promise of five working days is made {days["promise_with_proof"]:,} times a second{proofs}.

## Scoring

COINr's 66 s are the time told with its tables, on one core of a small machine; R was not run here, so the ratio is of
two machines. COINr computes the whole index in every run; here all runs of a pair of methods are computed at once.

## Import

{bulk["dossiers"]:,} dossiers, each received, handed on, finished and returned: {bulk["rows"]:,} rows, {bulk["megabytes"]} MB, in
{bulk["import_seconds"]} s; the same rows, already made, by bare `COPY` into the same tables with their indexes and constraints in
{bulk["copy_seconds"]} s. Most memory: {bulk["memory_mb"]} MB in the process that writes ({bulk["memory_at_a_tenth_mb"]} MB after the first
tenth), {bulk["maker_memory_mb"]} MB in the one that makes rows ready. The load was {bulk["load_before"]} before, {bulk["load_after"]} after. The
figure for 1,094,944 is this rate drawn out; `make bench-full` measures that size itself.

{at_scale()}
## Again

`make bench`, `make bench-full` (an hour), or one at a time: `python benchmarks/intake.py`, `benchmarks/papers.py`, `benchmarks/working_time.py`,
`benchmarks/scoring.py`, `benchmarks/catalogue.py`, `benchmarks/long_dossier.py`,
`benchmarks/bulk.py`, `benchmarks/measures.py`, `benchmarks/lists.py`, `benchmarks/province.py`, `benchmarks/live.py`,
`benchmarks/hundred_million.py`.
"""


def at_scale() -> str:
    """Return the section on large records, from what `at_scale.py` measured last."""
    if not KEPT.exists():
        return ""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    rows = [*_measures_rows(kept.get("measures", {})), *_lists_rows(kept.get("lists", {})), *_other_rows(kept)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"""## Large records

Each line was measured by itself on the day that it names, with the load of the machine before it (two cores: beyond 2
something else was running). The spans of the first lines are invented in SQL, four for each dossier; the dossiers of
lists, search and intake come in as `motcua demo load` brings them.

| what | dossiers | bar | measured | | day, load |
|---|---|---|---|---|---|
{table}

"""


def _row(what: str, size: str, bar: str, value: str, reached: bool | None, of: dict[str, Any]) -> tuple[str, ...]:
    word = "" if reached is None else verdict(reached)
    return what, f"{int(size):,}", bar, value, word, f"{of['on']}, {of['load_before']}"


def _measures_rows(kept: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for size, found in sorted(kept.items(), key=lambda pair: int(pair[0])):
        report, pages, worst = found["II.06a"], found["pages"], found["worst_ratio"]
        bars = int(size) == 2_000_000
        rows += [
            _row("worst of 20 measures ÷ by hand", size, "1.3", f"{worst}", worst <= 1.3, found),
            _row(
                "Biểu II.06a by agency, the half year to today, PostgreSQL",
                size,
                "1 s" if bars else "–",
                f"{report['live_ms']} ms",
                report["live_ms"] <= 1000 if bars else None,
                found,
            ),
            _row(
                "the same of a half year that ended long ago",
                size,
                "1 s" if bars else "–",
                f"{report['live_long_ago_ms']} ms",
                report["live_long_ago_ms"] <= 1000 if bars else None,
                found,
            ),
            _row(
                "the same on DuckDB over Parquet",
                size,
                "250 ms" if bars else "–",
                f"{report['duckdb_ms']} ms",
                report["duckdb_ms"] <= 250 if bars else None,
                found,
            ),
            _row(
                "a leader's overview",
                size,
                "200 ms",
                f"{pages['overview_ms']} ms",
                pages["overview_ms"] <= 200,
                found,
            ),
        ]
    small, large = kept.get("100000"), kept.get("1000000")
    if small and large:
        times = round(large["II.06a"]["live_ms"] / small["II.06a"]["live_ms"], 1)
        rows.append(
            _row("tenfold data: time of the report", "1000000", "11 times", f"{times} times", times <= 11, large)
        )
    return rows


def _lists_rows(kept: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for size, found in sorted(kept.items(), key=lambda pair: int(pair[0])):
        for who, times in found["lists"].items():
            name, many = who.replace("_", " "), times["sixteen_users"]["median_ms"]
            alone = times["median_ms"]
            rows += [
                _row(f"list of {times['rows']}, {name}, median", size, "60 ms", f"{alone} ms", alone <= 60, found),
                _row("the same, 16 users at once, median", size, "150 ms", f"{many} ms", many <= 150, found),
            ]
        for who, times in found["searches"].items():
            p95 = times["p95_ms"]
            rows.append(_row(f"search by name, {who}, p95", size, "50 ms", f"{p95} ms", p95 <= 50, found))
    small, large = kept.get("100000"), kept.get("1000000")
    if small and large:
        times = round(large["intake"]["median_ms"] / small["intake"]["median_ms"], 2)
        rows.append(
            _row("tenfold data: time of an intake", "1000000", "1.1 times", f"{times} times", times <= 1.1, large)
        )
    return rows


def _other_rows(kept: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for size, found in kept.get("import", {}).items():
        seconds = found["import_seconds"]
        rows += [
            _row("import, four events each", size, "300 s, aim 180 s", f"{seconds} s", seconds <= 300, found),
            _row("import ÷ bare `COPY`", size, "0.25", f"{found['ratio']}", found["ratio"] >= 0.25, found),
            _row("memory of the import's writer", size, "–", f"{found['memory_mb']} MB", None, found),
        ]
    for size, found in kept.get("province", {}).items():
        memory = f"{found['memory_mb']} MB ({found['memory_first_fifth_mb']} MB in the first fifth)"
        verified = f"{found['verify_s']} s, {found['verified']['events']:,} events"
        rows += [
            _row("`demo load --scenario dak-lak-2020-h1`, all of it", size, "–", f"{found['load_s']} s", None, found),
            _row("memory of its largest process", size, "flat", memory, None, found),
            _row("`report make II.06a`, start and all", size, "–", f"{found['report_s']} s", None, found),
            _row("`ledger verify`, start and all", size, "–", verified, None, found),
        ]
    for size, found in kept.get("live", {}).items():
        for kind in ("year", "quarter", "month"):
            told, seconds = (
                f"{found[f'{kind}_first_s']} s, again {found[f'{kind}_again_s']} s",
                found[f"{kind}_first_s"],
            )
            rows.append(_row(f"Decision 766 of a {kind}, every unit", size, "3 s", told, seconds <= 3, found))
    for size, found in kept.get("spans", {}).items():
        told = f"{found['median_s']} s (first {found['first_s']} s), {found['memory_mb']} MB at most, files {found['gigabytes']} GB"
        rows.append(_row("one measure by agency over so many spans, DuckDB", size, "–", told, None, found))
    return rows


def with_large_records_anew(text: str) -> str:
    """Return the page with the section on large records as it was measured last, the rest as it stands."""
    before, _found, rest = text.partition("## Large records\n")
    if not rest:
        before, _found, rest = text.partition("## Again\n")
        return before + at_scale() + "## Again\n" + rest
    return before + at_scale() + "## Again\n" + rest.partition("## Again\n")[2]


def main() -> None:
    """Measure and write; with `--large-records`, measure nothing and write what `at_scale.py` kept."""
    if "--large-records" in sys.argv[1:]:
        PAGE.write_text(with_large_records_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    on = machine()
    time, papers = measured("working_time"), measured("papers")
    scoring, catalogue, intake = measured("scoring"), measured("catalogue"), measured("intake")
    long, bulk = measured("long_dossier"), measured("bulk", "--dossiers", "40000")
    measures = measured("measures", "--dossiers", "100000")
    PAGE.write_text(page(on, intake, papers, time, scoring, catalogue, long, bulk, measures), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

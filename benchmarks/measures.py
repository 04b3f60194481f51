"""Measures beside SQL written by hand, Biểu II.06a live and over Parquet, the overview. Prints one JSON object.

    python benchmarks/measures.py [--dossiers 100000]

An installation of its own in a temporary folder with the embedded PostgreSQL; the spans are invented in SQL
(`benchmarks/spans.sql`). The hand-written statement of a measure counts the same rows with the same conditions as
plainly as they can be written, over the same indexes; the ratio is of medians, taken by turns.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
ROUNDS = 5
HALF_YEAR = dt.timedelta(days=182)
KNOWN = "known_from <= %(p)s AND (retracted IS NULL OR retracted > %(p)s) AND from_on <= %(b)s"
STANDS = f"{KNOWN} AND (CASE WHEN end_known <= %(p)s THEN to_on END IS NULL OR to_on > %(b)s)"
DONE = f"standing = 2 AND resolved_on BETWEEN %(a)s AND %(b)s AND {STANDS}"
OPEN = f"standing = 1 AND coalesce(to_on, '9999-12-31'::date) > %(b)s AND {STANDS}"
BOTH = "({{done}} UNION ALL {{open}})".replace(
    "{{done}}", f"SELECT {{columns}} FROM dossiers_span WHERE {DONE}"
).replace("{{open}}", f"SELECT {{columns}} FROM dossiers_span WHERE {OPEN}")
LATE_OPEN = "resolved_on IS NULL AND NOT waiting AND due_on < %(b)s"
# Measure → columns that it reads, what is computed of them.
BY_HAND: dict[str, tuple[str, str]] = {
    "dossiers.counted": ("standing", "count(*)"),
    "dossiers.received": ("received_on", "count(*) FILTER (WHERE received_on >= %(a)s)"),
    "dossiers.received_online": (
        "received_on, channel",
        "count(*) FILTER (WHERE received_on >= %(a)s AND channel = 2)",
    ),
    "dossiers.received_directly": (
        "received_on, channel",
        "count(*) FILTER (WHERE received_on >= %(a)s AND channel <> 2)",
    ),
    "dossiers.carried_over": ("received_on", "count(*) FILTER (WHERE received_on < %(a)s)"),
    "dossiers.resolved": ("resolved_on", "count(resolved_on)"),
    "dossiers.resolved_early": ("judged", "count(*) FILTER (WHERE judged = -1)"),
    "dossiers.resolved_on_time": ("judged", "count(*) FILTER (WHERE judged = 0)"),
    "dossiers.resolved_late": ("judged", "count(*) FILTER (WHERE judged = 1)"),
    "dossiers.open": ("resolved_on", "count(*) FILTER (WHERE resolved_on IS NULL)"),
    "dossiers.open_in_time": (
        "resolved_on, waiting, due_on",
        f"count(*) FILTER (WHERE resolved_on IS NULL) - count(*) FILTER (WHERE {LATE_OPEN})",
    ),
    "dossiers.open_late": ("resolved_on, waiting, due_on", f"count(*) FILTER (WHERE {LATE_OPEN})"),
    "dossiers.waiting": ("waiting", "count(*) FILTER (WHERE waiting)"),
    "dossiers.resolved_in_time": ("judged", "count(*) FILTER (WHERE judged <= 0)"),
    "dossiers.in_time_share": (
        "judged, resolved_on",
        "count(*) FILTER (WHERE judged <= 0)::float8 / nullif(count(resolved_on), 0)",
    ),
    "dossiers.due_on_last_day": (
        "resolved_on, waiting, due_on",
        "count(*) FILTER (WHERE resolved_on IS NULL AND NOT waiting AND due_on = %(b)s)",
    ),
    "time.waited": (
        "resolved_on, waited_minutes",
        "count(*) FILTER (WHERE resolved_on IS NOT NULL AND waited_minutes > 0)",
    ),
    "service.withdrawn": ("state", "count(*) FILTER (WHERE state = 7)"),
    "service.stopped": ("state", "count(*) FILTER (WHERE state = 8)"),
    "service.with_supplement": (
        "received_on, supplements",
        "count(*) FILTER (WHERE received_on >= %(a)s AND supplements > 0)",
    ),
}
II_06A = tuple(BY_HAND)[:12]
KNOWN_BY_NOW = """
    INSERT INTO ledger_cursor (name, position)
    SELECT %s, max(greatest(known_from, coalesce(end_known, 0))) FROM dossiers_span
    ON CONFLICT (name) DO UPDATE SET position = excluded.position
"""


@contextmanager
def installation() -> Iterator[tuple[Path, str]]:
    """Make and migrate a database in a temporary folder; return the folder and its owner's address."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    folder.chmod(0o755)
    os.environ |= {"MOTCUA_HOME": str(folder), "MOTCUA_DEMO": "1", "MOTCUA_POOL": "0"}
    os.environ.pop("MOTCUA_DATABASE_URL", None)
    from motcua.web.cli.commands import start_django
    from motcua.web.launcher.setup import ready

    try:
        with ready() as installed:
            start_django()
            yield folder, installed.owner_url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    """Return the milliseconds that a call takes, and its answer."""
    begin = time.perf_counter()
    answer = ask()
    return (time.perf_counter() - begin) * 1000, answer


def median(ask: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Return the median milliseconds of a call, after one that does not count."""
    ask()
    return round(statistics.median(timed(ask)[0] for _ in range(rounds)), 1)


def ratios(question: Any) -> dict[str, dict[str, float]]:
    """Measure each headline measure beside its hand-written statement.

    Raises:
        SystemExit: the two do not answer alike.
    """
    from django.db import connection

    from motcua.measure.metrics.caching import ANSWERS, quick_figures

    found = {}
    for code, (columns, value) in BY_HAND.items():

        def ours(code: str = code) -> Any:
            ANSWERS.clear()
            return quick_figures(question, [code])[()][code]

        def theirs(columns: str = columns, value: str = value) -> Any:
            with connection.cursor() as cursor:
                rows = BOTH.format(columns=columns)
                cursor.execute(
                    f"SELECT {value} FROM {rows} AS rows",
                    {"a": question.first, "b": question.last, "p": question.known_at},
                )
                return cursor.fetchone()[0]

        if ours() != theirs():
            raise SystemExit(f"{code}: {ours()} by its definition, {theirs()} by hand")
        pairs = [(timed(ours)[0], timed(theirs)[0]) for _ in range(ROUNDS)]
        one, other = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
        found[code] = {"ms": round(one, 1), "by_hand_ms": round(other, 1), "ratio": round(one / other, 2)}
    return found


def page_ms() -> dict[str, float]:
    """Measure the overview of an auditor, who sees the whole province, and its live part."""
    from django.test import Client
    from django.utils import timezone

    from motcua.measure.dashboards.keeping import keep
    from motcua.measure.metrics.caching import ANSWERS
    from motcua.record.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="kiemtra"), backend="django.contrib.auth.backends.ModelBackend")
    kept, _made = timed(lambda: keep(timezone.localdate(), timezone.now()))

    def fresh(path: str) -> Any:
        ANSWERS.clear()
        return client.get(path).content

    return {
        "overview_ms": median(lambda: fresh("/overview/")),
        "today_ms": median(lambda: fresh("/overview/today/")),
        "keeping_ms": round(kept),
    }


def report_ms(question: Any, folder: Path) -> dict[str, float]:
    """Measure the columns of Biểu II.06a by agency, live and over Parquet."""
    from motcua.measure.metrics.caching import ANSWERS, quick_figures
    from motcua.measure.metrics.counting import figures
    from motcua.measure.metrics.engines.duck import Duck
    from motcua.measure.metrics.facts import export_facts

    def live() -> Any:
        ANSWERS.clear()
        return quick_figures(question, II_06A, ["agency"])

    long_ago = replace(question, first=question.first - HALF_YEAR, last=question.last - HALF_YEAR)

    def past() -> Any:
        ANSWERS.clear()
        return quick_figures(long_ago, II_06A, ["agency"])

    exporting, _done = timed(lambda: export_facts(folder / "facts"))
    duck = Duck(folder / "facts")
    return {
        "live_ms": median(live),
        "live_long_ago_ms": median(past),
        "duckdb_ms": median(lambda: figures(duck.rows, question, II_06A, ["agency"])),
        "facts_export_ms": round(exporting),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dossiers", type=int, default=100_000)
    dossiers = parser.parse_args().dossiers
    with installation() as (folder, owner_url):
        import psycopg
        from django.db import connection
        from django.utils import timezone

        from motcua.measure.metrics.questions import Question
        from motcua.serve.dossiers.span_keeping import NAME

        with connection.cursor() as cursor:
            cursor.execute((ROOT / "benchmarks" / "spans.sql").read_text(), {"dossiers": dossiers})
            spans = cursor.rowcount
        with psycopg.connect(owner_url, autocommit=True) as owner:
            # As the server's own cleaning does some minutes after an import; and all that was planted is known by now,
            # or the pages would count a time in which nothing had happened yet.
            owner.execute("VACUUM ANALYZE dossiers_span")
            owner.execute(KNOWN_BY_NOW, [NAME])
        today = timezone.localdate()
        question = Question(today - dt.timedelta(days=181), today, 10**12)
        measured = ratios(question)
        answer = {
            "dossiers": dossiers,
            "spans": spans,
            "measures": measured,
            "worst_ratio": max(one["ratio"] for one in measured.values()),
            "II.06a": report_ms(question, folder),
            "pages": page_ms(),
        }
    json.dump(answer, sys.stdout, indent=1)


if __name__ == "__main__":
    main()

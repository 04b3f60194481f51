"""Decision 766 of a whole province at two million dossiers, live. Prints JSON.

    python benchmarks/live.py [--dossiers 2000000] [--scale 0.05] [--home FOLDER]

An installation of its own in a temporary folder (or the one named, left as it is but for its spans): the population
`dak-lak-2026` at a scale, its spans then copied under other keys until there are so many dossiers. Each period is scored
in a process that has counted nothing yet, then stored for every unit, then scored once more as the page does.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import sys
import tempfile
import time
from decimal import Decimal
from typing import Any

LAST = dt.date(2026, 10, 10)
COPY = """
    INSERT INTO dossiers_span ({columns}, dossier_id)
    SELECT {columns}, md5(dossier_id::text || %s)::uuid FROM dossiers_span WHERE dossier_id = ANY(%s)
"""
BATCH = 20_000


def fill(scale: Decimal) -> None:
    """Load the population."""
    from django.utils import timezone

    from motcua.borders.exchange.scenarios import portions, read_scenario
    from motcua.record.organisation.actor import system
    from motcua.serve.dossiers.actions.bulk import import_histories

    scenario = read_scenario("dak-lak-2026", scale)
    import_histories(
        by=system(timezone.localdate()),
        source=scenario.source_name,
        name=scenario.run_name,
        portions=portions(scenario),
        demo=True,
        tell_faults=lambda faults: sys.exit(str(faults[0])) if faults else None,
    )


def multiply(dossiers: int) -> tuple[int, int]:
    """Copy spans until there are so many dossiers; return dossiers and spans."""
    from django.db import connection

    from motcua.serve.dossiers.models import Span

    columns = ", ".join(
        field.column for field in Span._meta.concrete_fields if field.column not in ("id", "dossier_id")
    )
    keys = list(Span.objects.order_by("dossier_id").values_list("dossier_id", flat=True).distinct())
    there, turn = len(keys), 0
    with connection.cursor() as cursor:
        while there < dossiers:
            turn += 1
            wanted = keys[: dossiers - there]
            for first in range(0, len(wanted), BATCH):
                cursor.execute(COPY.format(columns=columns), [f"copy {turn}", wanted[first : first + BATCH]])
            there += len(wanted)
        cursor.execute("VACUUM ANALYZE dossiers_span")
    return there, Span.objects.count()


def measure() -> dict[str, Any]:
    """Score each period cold and warm, and store the year."""
    from motcua.measure.live.actions import compute_standings
    from motcua.measure.live.periods import period_of
    from motcua.measure.live.scoring import score_period
    from motcua.measure.metrics.caching import ANSWERS
    from motcua.measure.metrics.positions import catch_up
    from motcua.record.organisation.actor import system

    found: dict[str, Any] = {}
    position = catch_up()
    for kind in ("year", "quarter", "month"):
        for name in ("first", "again"):
            ANSWERS.clear()
            began = time.perf_counter()
            scored = score_period(period_of(kind, LAST), LAST, position)
            found[f"{kind}_{name}_s"] = round(time.perf_counter() - began, 2)
    ANSWERS.clear()
    began = time.perf_counter()
    found["units"] = compute_standings(by=system(LAST), kind="year", on=LAST, until=LAST)
    found["year_stored_s"] = round(time.perf_counter() - began, 2)
    found["counted"] = int(scored.pairs[None]["PROGRESS_ON_TIME"].denominator)
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dossiers", type=int, default=2_000_000)
    parser.add_argument("--scale", type=Decimal, default=Decimal("0.05"))
    parser.add_argument("--home", default="")
    args = parser.parse_args()
    home = args.home or tempfile.mkdtemp(prefix="motcua-live-")
    os.environ["MOTCUA_HOME"] = home
    from motcua.web.cli.commands import start_django
    from motcua.web.launcher.setup import ready

    try:
        with ready():
            start_django()
            if not args.home:
                fill(args.scale)
            dossiers, spans = multiply(args.dossiers)
            told = {"dossiers": dossiers, "spans": spans, "load": os.getloadavg()[0], **measure()}
    finally:
        if not args.home:
            shutil.rmtree(home, ignore_errors=True)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()

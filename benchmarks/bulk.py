"""Import of dossiers with four events each beside a bare `COPY` of the rows that it wrote. Prints JSON.

    python benchmarks/bulk.py [--dossiers 100000]

An installation of its own in a temporary folder. The import runs as `motcua import` does: portions are made ready in a
second process while one is written. Then every row that it wrote, in every table, is sent by `COPY`, already made, to
a copy of the database of before, with the same indexes and constraints.
"""

import argparse
import datetime as dt
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PORTION = 4_000
FIRST = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Plain:
    """Dossiers that are received, handed on, finished and returned."""

    first: int
    count: int
    agencies: tuple[str, ...]

    def histories(self) -> list[Any]:
        """Make them."""
        from motcua.borders.exchange.scenarios.people import address, person
        from motcua.serve.dossiers.actions.bulk import History, Moment

        rng, found = random.Random(self.first), []
        for n in range(self.first, self.first + self.count):
            name, number = person(rng)
            at = FIRST + dt.timedelta(days=(n // 5_000) % 250, minutes=n % 480)
            finished = at + dt.timedelta(days=1 + n % 6, minutes=20)
            found.append(
                History(
                    code=f"B-{n:08d}",
                    procedure="1.001612",
                    agency=self.agencies[n % len(self.agencies)],
                    received_at=at,
                    name=name,
                    identity_number=number,
                    address=address(rng, "phường Buôn Ma Thuột"),
                    moments=(
                        Moment("forwarded", at + 9 * MINUTE),
                        Moment("finished", finished),
                        Moment("returned", finished + 90 * MINUTE),
                    ),
                )
            )
        return found


def portions(dossiers: int, agencies: tuple[str, ...]) -> Iterator[Plain]:
    """Yield the population."""
    for first in range(0, dossiers, PORTION):
        yield Plain(first, min(PORTION, dossiers - first), agencies)


def memory_mb() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bring_in(dossiers: int) -> dict[str, Any]:
    """Import, and return seconds and memory at a tenth, and at the end."""
    from django.utils import timezone

    from motcua.record.organisation.actor import system
    from motcua.record.organisation.models import Agency
    from motcua.serve.dossiers.actions.bulk import import_histories

    on = FIRST.date()
    agencies = tuple(Agency.objects.on(on).filter(level="commune").order_by("code").values_list("code", flat=True))
    early: list[float] = []

    def watch(outcome: Any) -> None:
        if not early and outcome.read >= dossiers // 10:
            early.append(memory_mb())
        print(f"\r  {outcome.read:,}", end="", file=sys.stderr, flush=True)

    began = time.perf_counter()
    done = import_histories(
        by=system(timezone.localdate()),
        source="bench",
        name="bench",
        portions=portions(dossiers, agencies),
        progress=watch,
    )
    seconds = time.perf_counter() - began
    assert (done.written, done.refused) == (dossiers, 0)
    maker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "import_seconds": round(seconds, 1),
        "dossiers_a_second": round(dossiers / seconds),
        "memory_at_a_tenth_mb": round(early[0]),
        "memory_mb": round(memory_mb()),
        "maker_memory_mb": round(maker),
    }


def tables() -> dict[str, tuple[str, ...]]:
    """Return the tables that an import fills, in the order of their references."""
    from motcua.serve.dossiers.actions.bulk import lines
    from motcua.serve.dossiers.actions.bulk.copying import SEAL, TABLES
    from motcua.serve.dossiers.models import DayTally, ImportRun

    run = {"dossiers_importrun": tuple(f.attname for f in ImportRun._meta.concrete_fields)}
    tally = {"dossiers_daytally": tuple(f.attname for f in DayTally._meta.concrete_fields)}
    return {**run, **TABLES, "ledger_seal": SEAL, "dossiers_span": lines.SPAN, **tally}


CONDITIONS = {
    "ledger_chain": "id IN (SELECT dossier_id FROM dossiers_origin)",
    "ledger_event": "chain_id IN (SELECT dossier_id FROM dossiers_origin)",
    "ledger_seal": "event_id IN (SELECT e.id FROM ledger_event e JOIN dossiers_origin o ON o.dossier_id = e.chain_id)",
}


def bare_copy(url: str, other: str, folder: Path) -> dict[str, Any]:
    """Copy the same rows into the database of before; return seconds and rows."""
    import psycopg

    rows, sizes = {}, {}
    with psycopg.connect(url) as connection:
        for table, columns in tables().items():
            names, where = ", ".join(f'"{c}"' for c in columns), CONDITIONS.get(table, "true")
            with (folder / table).open("wb") as file, connection.cursor() as cursor:
                with cursor.copy(f"COPY (SELECT {names} FROM {table} WHERE {where}) TO STDOUT") as stream:
                    for piece in stream:
                        file.write(piece)
                rows[table] = cursor.rowcount
            sizes[table] = (folder / table).stat().st_size
    began = time.perf_counter()
    with psycopg.connect(other) as connection, connection.cursor() as cursor:
        for table, columns in tables().items():
            names = ", ".join(f'"{c}"' for c in columns)
            with (folder / table).open("rb") as file, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
                while piece := file.read(1 << 20):
                    stream.write(piece)
    seconds = time.perf_counter() - began
    megabytes = round(sum(sizes.values()) / 1e6)
    return {"copy_seconds": round(seconds, 1), "rows": sum(rows.values()), "megabytes": megabytes, "tables": rows}


def measure(dossiers: int) -> dict[str, Any]:
    """Measure both on an installation of their own."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-bulk-"))
    folder.chmod(0o755)
    os.environ["MOTCUA_HOME"] = str(folder)
    os.environ["MOTCUA_END_WITH_PARENT"] = "1"
    os.environ.pop("MOTCUA_DATABASE_URL", None)
    import psycopg

    from motcua.web.cli.commands import start_django
    from motcua.web.launcher.setup import ready

    try:
        with ready(wait_for_others=False) as made:
            start_django()
            other = made.owner_url.rsplit("/", 1)[0] + "/bare"
            with psycopg.connect(made.owner_url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
                name = made.owner_url.rsplit("/", 1)[1].partition("?")[0]
                connection.execute(f'CREATE DATABASE bare TEMPLATE "{name}" STRATEGY file_copy')
            load = os.getloadavg()[0]
            found = bring_in(dossiers)
            print("\n  bare COPY of the same rows", file=sys.stderr, flush=True)
            bare = bare_copy(made.owner_url, other, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ratio = round(bare["copy_seconds"] / found["import_seconds"], 3)
    load_after = round(os.getloadavg()[0], 1)
    return {
        "dossiers": dossiers,
        **found,
        **bare,
        "ratio": ratio,
        "load_before": round(load, 1),
        "load_after": load_after,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dossiers", type=int, default=100_000)
    print(json.dumps(measure(parser.parse_args().dossiers), indent=1))


if __name__ == "__main__":
    main()

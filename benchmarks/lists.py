"""Lists and search of a large record over HTTP, as restricted users see them. Prints one JSON object.

    python benchmarks/lists.py [--scenario-scale 0.225] [--home FOLDER --port PORT]

An installation of its own in a temporary folder, with the invented population of Đắk Lắk 2026 in it (1 stands for
443,565 dossiers); or one that is running already. Of a loaded population each fiftieth dossier with a promise is put back
among the open ones, late by now: the story ends weeks ago, and its lists would be empty. Every answer is a whole page as a
browser gets it, `rows` says how many dossiers stand on it. Names are drawn from the record itself: as typed without diacritics, the whole name or its last two words.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from intake import Clerk, Cluster, Home, installation
from motcua.rules.text import fold

LISTS = {"commune_clerk": "xa.tiepnhan", "centre_manager": "giamdoc", "province_leader": "tinh.lanhdao"}
LIST = "/lists/?list=late"
SEARCHERS = ("xa.tiepnhan", "tinh.lanhdao")
INTAKES, INTAKE_ROUNDS = "tiepnhan1", 100
ROUNDS, USERS = 20, 16


@contextmanager
def record(args: argparse.Namespace) -> Iterator[tuple[Path, int]]:
    """Give the folder and the port of the record that is measured."""
    if args.home:
        yield args.home, args.port
        return
    with installation() as (folder, port):
        load = [sys.executable, "-c", "from motcua.web.cli import main; main()", "demo", "load"]
        load += ["--scenario", "dak-lak-2026", "--scale", args.scenario_scale]
        subprocess.run(load, env=os.environ | {"MOTCUA_HOME": str(folder)}, check=True, stdout=sys.stderr)
        put_back(folder)
        yield folder, port


LATE = """
    UPDATE dossiers_dossier SET state = 4, finished_at = NULL, finished_on = NULL, returned_at = NULL
    WHERE state = 10 AND due_on IS NOT NULL AND hashtext(code) % 50 = 0
"""


def put_back(folder: Path) -> None:
    """Let each fiftieth dossier with a promise be open and late."""
    with psycopg.connect(Cluster.of_home(Home(folder)).url(), autocommit=True) as connection:
        connection.execute(LATE)


def names_of(folder: Path) -> tuple[int, list[str]]:
    """Return how many dossiers there are, and names of some as they are searched for; clean up after an import."""
    with psycopg.connect(Cluster.of_home(Home(folder)).url(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        (count,) = connection.execute("SELECT count(*) FROM dossiers_dossier").fetchone() or (0,)
        # Keys are random, so these are any sixty.
        rows = connection.execute("SELECT owner_name FROM dossiers_dossier ORDER BY id LIMIT 60").fetchall()
    rng, found = random.Random(7), []
    for (name,) in rows:
        words = fold(name).split()
        found.append(" ".join(words if rng.random() < 0.5 else words[-2:]))
    return count, found


def timed(ask: Any) -> float:
    """Return the milliseconds of a call."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def spread(times: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile."""
    ordered = sorted(times)
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
    }


def page(client: Clerk, path: str = LIST, form: dict[str, str] | None = None) -> None:
    """Ask for a page; anything but the page (or, of a search, the one dossier) ends the measuring."""
    status = client.send("POST" if form else "GET", path, form)
    if status not in ((200, 302) if form else (200,)):
        raise SystemExit(f"{path} was answered with {status}")


def many(port: int, username: str) -> dict[str, float]:
    """Let sixteen users ask for a page at once, each ten times."""
    times: list[float] = []
    clients = [Clerk(port, username) for _ in range(USERS)]

    def work(client: Clerk) -> None:
        times.extend(timed(lambda: page(client)) for _ in range(10))

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spread(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario-scale", default="0.225")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--port", type=int, default=8000)
    args = parser.parse_args()
    with record(args) as (folder, port):
        dossiers, names = names_of(folder)
        answer: dict[str, Any] = {"dossiers": dossiers, "lists": {}, "searches": {}}
        for who, username in LISTS.items():
            client = Clerk(port, username)
            page(client)
            alone = spread([timed(lambda c=client: page(c)) for _ in range(ROUNDS)])
            rows = client.body.count(b"<tr") - 1
            answer["lists"][who] = {"rows": rows, **alone, "sixteen_users": many(port, username)}
        clerk = Clerk(port, INTAKES)
        clerk.receive()
        answer["intake"] = spread([clerk.receive() * 1000 for _ in range(INTAKE_ROUNDS)])
        for username in SEARCHERS:
            client = Clerk(port, username)
            page(client, "/search/", {"q": names[0]})
            times = [timed(lambda c=client, n=name: page(c, "/search/", {"q": n})) for name in names]
            answer["searches"][username] = spread(times)
    json.dump(answer, sys.stdout, indent=1)


if __name__ == "__main__":
    main()

"""Intakes over HTTP beside a bare `pgbench` script that writes the same rows on the same server. Prints JSON.

    python benchmarks/intake.py [--seconds 20] [--steady 20] [--steady-seconds 30]

An installation of its own in a temporary folder: the embedded PostgreSQL with its usual settings (fsync on), web and
worker as `make run` starts them. Eight clients sign in as clerks and send whole forms; then twenty intakes a second
for a while. `pgbench` then runs a script made from the rows that one such intake wrote, with eight clients.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from motcua.web.launcher.binaries import choose
from motcua.web.launcher.cluster import Cluster, free_port
from motcua.web.launcher.home import Home

PASSWORD = "motcua-demo-2026"
CLERKS = ("tiepnhan1", "tiepnhan2", "xa.tiepnhan", "xa2.tiepnhan")
OFFICER = "xa.canbo"
CLIENTS = 8
DOSSIERS = 2000
PAGES = {"desk": "/desk/", "inbox": "/inbox/", "search": "/search/"}
FORM = {
    "procedure": "1.001193", "agency": "H15.136", "decision": "receive", "channel": "1", "return_method": "counter",
    "sets": "1", "owner_name": "Nguyễn Văn Thử", "owner_identity_number": "066090012345",
    "owner_phone": "0905123456", "owner_address": "12 Lê Duẩn, phường Buôn Ma Thuột", "paper_declaration": "on",
    "originals_declaration": "1", "paper_birth-certificate": "on", "originals_birth-certificate": "1",
}  # fmt: skip
# What one intake writes, and by which column its rows are found.
TABLES = {
    "ledger_chain": "id", "ledger_event": "chain_id", "dossiers_dossier": "id", "dossiers_party": "dossier_id",
    "dossiers_dossiercomponent": "dossier_id", "dossiers_task": "dossier_id", "dossiers_paper": "dossier_id",
    "dossiers_idempotencykey": "dossier_id",
}  # fmt: skip


@contextmanager
def installation() -> Iterator[tuple[Path, int]]:
    """Start Motcua in a temporary folder; give its folder and its port."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    folder.chmod(0o755)
    port = free_port()
    env = os.environ | {"MOTCUA_HOME": str(folder), "PORT": str(port), "MOTCUA_END_WITH_PARENT": "1"}
    env["MOTCUA_DEMO_WORK"] = "0"
    env.pop("MOTCUA_DATABASE_URL", None)
    log = (folder / "run.log").open("w")
    child = subprocess.Popen(
        [sys.executable, "-c", "from motcua.web.cli import main; main()", "run"], env=env, stdout=log, stderr=log
    )
    try:
        deadline = time.monotonic() + 120
        while "Ready" not in (folder / "run.log").read_text():
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit((folder / "run.log").read_text())
            time.sleep(0.2)
        yield folder, port
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
        shutil.rmtree(folder, ignore_errors=True)


class Clerk:
    """A signed-in clerk with one kept-open connection."""

    def __init__(self, port: int, username: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.location, self.body = "", b""
        self.send("GET", "/sign-in/")
        self.send("POST", "/sign-in/", {"username": username, "password": PASSWORD})

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.cookies["csrftoken"]})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        self.body = answer.read()
        self.location = answer.headers.get("Location") or self.location
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status

    def receive(self) -> float:
        """Send a whole intake; return its seconds."""
        began = time.perf_counter()
        status = self.send("POST", "/intake/", FORM | {"form_key": uuid.uuid4().hex})
        if status != 302:
            raise RuntimeError(f"an intake was answered with {status}")
        return time.perf_counter() - began


def at_once(clerks: list[Clerk], seconds: float) -> tuple[float, list[float]]:
    """Let all clients send as fast as they can; return intakes a second and their times."""
    times: list[float] = []
    ending = time.monotonic() + seconds

    def work(clerk: Clerk) -> None:
        while time.monotonic() < ending:
            times.append(clerk.receive())

    began = time.monotonic()
    _in_threads([lambda c=c: work(c) for c in clerks])
    return len(times) / (time.monotonic() - began), times


def steadily(clerks: list[Clerk], rate: float, seconds: float) -> list[float]:
    """Send `rate` intakes a second, each at its time whether or not the one before is back; return their times."""
    times: list[float] = []
    began = time.monotonic()
    total = int(rate * seconds)

    def work(index: int) -> None:
        for n in range(index, total, len(clerks)):
            due = began + n / rate
            time.sleep(max(due - time.monotonic(), 0))
            clerks[index].receive()
            # From when it should have been sent: waiting for a busy client counts.
            times.append(time.monotonic() - due)

    _in_threads([lambda i=i: work(i) for i in range(len(clerks))])
    return times


def _in_threads(jobs: list) -> None:
    threads = [threading.Thread(target=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def script_of(connection: psycopg.Connection) -> tuple[str, dict[str, int]]:
    """Return a pgbench script that writes the rows of the newest intake again, and how many rows by table."""
    newest = "SELECT chain_id FROM ledger_event WHERE kind = 'dossier.received' ORDER BY id DESC LIMIT 1"
    chain = connection.execute(newest).fetchone()[0]
    lines = ["\\set n random(1, 1000000000000000)", "SELECT gen_random_uuid() AS id \\gset", "BEGIN;"]
    rows: dict[str, int] = {}
    order = ["dossiers_dossier", *(t for t in TABLES if t != "dossiers_dossier")]
    for table in order:
        found = connection.execute(
            sql.SQL("SELECT * FROM {} WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(TABLES[table])),
            [chain],
        )
        names = [c.name for c in found.description]
        for row in found.fetchall():
            lines.append(_insert(connection, table, dict(zip(names, row, strict=True)), chain))
            rows[table] = rows.get(table, 0) + 1
    lines.append("INSERT INTO ledger_pending (event_id) VALUES (:n);")
    first = "SELECT min(id) FROM series_counter WHERE kind = 'dossier'"
    counter = f"UPDATE series_counter SET last = last + 1 WHERE id = ({first});"
    return "\n".join([*lines, counter, "END;"]), rows | {"ledger_pending": 1, "series_counter": 1}


def _insert(connection: psycopg.Connection, table: str, row: dict, chain: uuid.UUID) -> str:
    row = {k: v for k, v in row.items() if not (k == "id" and isinstance(v, int))}
    values = []
    for name, value in row.items():
        if value == chain:
            values.append("':id'::uuid")
        elif name in ("code", "key"):
            values.append("'bench-' || :client_id || '-' || :n")
        elif isinstance(value, dict | list):
            values.append(sql.Literal(json.dumps(value)).as_string(connection))
        else:
            values.append(sql.Literal(value).as_string(connection))
    columns = ", ".join(f'"{name}"' for name in row)
    text = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(values)});"
    return re.sub(r"(?<![:\w]):(?=[a-zA-Z_])(?!id'|client_id|n\b|:)", "\\:", text).replace("\n", " ")


def pgbench(folder: Path, seconds: int) -> tuple[float, dict[str, int]]:
    """Return transactions a second of the bare script, and the rows that it writes."""
    return run_pgbench(folder, "-T", str(seconds))


def run_pgbench(folder: Path, *bound: str) -> tuple[float, dict[str, int]]:
    """Run the bare script for so long (`-T`) or so often (`-t`)."""
    cluster = Cluster.of_home(Home(folder))
    with psycopg.connect(cluster.url()) as connection:
        text, rows = script_of(connection)
    file = folder / "intake.sql"
    file.write_text(text)
    binary = choose().folder / "bin" / "pgbench"
    command = [str(binary), "-n", "-M", "simple", "-c", str(CLIENTS), "-j", "2", *bound, "-f", str(file)]
    done = subprocess.run([*command, cluster.url()], capture_output=True, text=True, check=False)
    match = re.search(r"tps = ([\d.]+)", done.stdout)
    if not match:
        raise SystemExit(done.stdout + done.stderr)
    return float(match[1]), rows


def percentile(times: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return round(sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000, 1)


def fill(folder: Path, wanted: int) -> int:
    """Write copies of the newest intake until there are so many dossiers; return how many there are."""
    count = "SELECT count(*) FROM dossiers_dossier"
    with psycopg.connect(Cluster.of_home(Home(folder)).url(), autocommit=True) as connection:
        missing = wanted - connection.execute(count).fetchone()[0]
        if missing > 0:
            run_pgbench(folder, "-t", str(missing // CLIENTS + 1))
        connection.execute("ANALYZE")
        return connection.execute(count).fetchone()[0]


def pages(clerk: Clerk, officer: Clerk, times: int) -> dict[str, dict[str, float]]:
    """Return median and 95th percentile, in milliseconds, of getting each page, one after another."""
    clerk.receive()
    asked = {name: (clerk, path) for name, path in PAGES.items()} | {"dossier": (clerk, clerk.location)}
    asked["inbox"] = (officer, PAGES["inbox"])
    found = {}
    for name, (person, path) in asked.items():
        status, spans = 0, []
        for _time in range(times + 2):
            began = time.perf_counter()
            form = {"q": "Nguyen Van Thu"} if name == "search" else None
            status = person.send("POST" if form else "GET", path, form)
            spans.append(time.perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}")
        found[name] = {"status": status, "p50_ms": percentile(spans[2:], 0.5), "p95_ms": percentile(spans[2:], 0.95)}
    return found


def settings_of(folder: Path) -> dict[str, str]:
    """Return the server's version and the settings that decide what a commit costs."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    with psycopg.connect(Cluster.of_home(Home(folder)).url()) as connection:
        return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}


def say(text: str) -> None:
    """Show what is being measured."""
    print(f"  {text}", file=sys.stderr, flush=True)


def measure(seconds: int, rate: float, steady_seconds: int) -> dict[str, object]:
    """Measure all on one installation."""
    say("starting an installation of its own")
    with installation() as (folder, port):
        clerks = [Clerk(port, CLERKS[n % len(CLERKS)]) for n in range(CLIENTS)]
        at_once(clerks, 3)
        say(f"{CLIENTS} clients, as fast as they can, {seconds} s")
        load = os.getloadavg()[0]
        reached, times = at_once(clerks, seconds)
        say(f"{reached:.1f} intakes a second; now {rate:g} a second for {steady_seconds} s")
        steady = steadily(clerks, rate, steady_seconds)
        say("pgbench with the same rows")
        tps, rows = pgbench(folder, seconds)
        dossiers = fill(folder, DOSSIERS)
        say(f"pages, with {dossiers} dossiers")
        shown = pages(clerks[0], Clerk(port, OFFICER), 30)
        postgresql = settings_of(folder)
    return {
        "http_intakes_per_second": round(reached, 1),
        **spread("http", times),
        "pgbench_per_second": round(tps, 1),
        "ratio": round(reached / tps, 3),
        "steady_per_second": rate,
        "steady_seconds": steady_seconds,
        "steady_asked": int(rate * steady_seconds),
        **spread("steady", steady),
        "rows": rows,
        "pages": shown,
        "dossiers": dossiers,
        "postgresql": postgresql,
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }


def spread(name: str, times: list[float]) -> dict[str, float]:
    """Return how many, median, 95th percentile and the longest, in milliseconds."""
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "max_ms": 1.0}
    return {f"{name}_count": len(times)} | {f"{name}_{key}": percentile(times, share) for key, share in shares.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--steady", type=float, default=20.0)
    parser.add_argument("--steady-seconds", type=int, default=30)
    args = parser.parse_args()
    # A stop from outside must still end the installation.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(json.dumps(measure(args.seconds, args.steady, args.steady_seconds), indent=1))


if __name__ == "__main__":
    main()

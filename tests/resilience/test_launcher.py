"""`make run` from outside: how fast it is there, and that nothing is left however it ends."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.web.launcher.running import VENV, Running, environment, free_port, motcua, processes_of, wait_until

from motcua.web.launcher.cluster import APP, Cluster
from motcua.web.launcher.home import Home

pytestmark = pytest.mark.xdist_group("launcher")
INT, TERM, HUP, KILL = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL
FIRST_SECONDS, NEXT_SECONDS = 90, 10


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder that the plain user can reach, filled by a first start."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-run-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(home: Path) -> Iterator[Callable[..., Running]]:
    """Start `make run` and wait for it; whatever a failed test leaves is ended."""
    started: list[Running] = []

    def start(**how: object) -> Running:
        started.append(Running(home, **how))  # type: ignore[arg-type]
        return started[-1].wait_until_ready()

    yield start
    for running in started:
        running.clean()


def answer(running: Running, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}{path}", timeout=10) as reply:
        return int(reply.status)


def signal_group(running: Running, signum: int) -> None:
    os.killpg(running.process.pid, signum)


def signal_make(running: Running, signum: int) -> None:
    os.kill(running.process.pid, signum)


def signal_launcher(running: Running, signum: int) -> None:
    os.kill(running.launcher, signum)


def test_the_first_start_shows_progress_and_is_ready_in_time(run):
    running = run()
    assert running.ready_after < FIRST_SECONDS
    ready = running.lines.index(f"Ready: http://127.0.0.1:{running.port}")
    assert any("Migrating" in line for line in running.lines[:ready])
    assert any("dak-lak" in line for line in running.lines[:ready])
    assert answer(running, "/readyz") == 200
    assert answer(running, "/healthz") == 200
    assert wait_until(lambda: "tiepnhan1" in running.text, 20), "no demo accounts were printed"
    signal_group(running, INT)
    running.wait()
    assert running.leaves_nothing()


def test_the_next_start_is_quick_and_ctrl_c_leaves_nothing(run):
    """The best of three: other tests run on the same cores."""
    took = []
    while len(took) < 3 and min(took, default=NEXT_SECONDS) >= NEXT_SECONDS:
        running = run()
        took.append(running.ready_after)
        assert "Migrating" not in running.text
        signal_group(running, INT)
        running.wait()
        assert not processes_of(running.home)
    assert min(took) < NEXT_SECONDS


def test_commands_share_a_server_and_the_last_one_out_stops_it(home):
    done: dict[int, str] = {}

    def sleep(seconds: int) -> None:
        done[seconds] = motcua(home, "psql", "-Atc", f"SELECT {seconds} FROM pg_sleep({seconds})").stdout.strip()

    threads = [threading.Thread(target=sleep, args=(seconds,)) for seconds in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == {1: "1", 2: "2", 3: "3"}
    assert not processes_of(home)


def test_a_command_that_is_ended_stops_what_it_started(home):
    command = [str(VENV / "bin/motcua"), "psql", "-c", "SELECT pg_sleep(60)"]
    with subprocess.Popen(command, env=environment(home), start_new_session=True) as process:
        assert wait_until(lambda: any("bin/psql" in text for text in processes_of(home).values()), 20)
        process.terminate()
        assert process.wait(20) == 128 + TERM
    assert wait_until(lambda: not processes_of(home), 10)


QUICK = [
    pytest.param(signal_group, INT, True, id="group, SIGINT, inherited as ignored"),
    pytest.param(signal_make, INT, False, id="make alone, SIGINT"),
    pytest.param(signal_make, KILL, False, id="make alone, SIGKILL"),
    pytest.param(signal_launcher, KILL, False, id="launcher alone, SIGKILL"),
]
SLOW = [
    pytest.param(signal_group, TERM, True, id="group, SIGTERM, inherited as ignored"),
    pytest.param(signal_group, HUP, True, id="group, SIGHUP, inherited as ignored"),
    pytest.param(signal_group, TERM, False, id="group, SIGTERM"),
    pytest.param(signal_group, HUP, False, id="group, SIGHUP"),
    pytest.param(signal_make, TERM, False, id="make alone, SIGTERM"),
    pytest.param(signal_make, HUP, False, id="make alone, SIGHUP"),
    pytest.param(signal_make, KILL, True, id="make alone, SIGKILL, inherited as ignored"),
    pytest.param(signal_launcher, INT, True, id="launcher alone, SIGINT, inherited as ignored"),
    pytest.param(signal_launcher, TERM, True, id="launcher alone, SIGTERM, inherited as ignored"),
    pytest.param(signal_launcher, HUP, True, id="launcher alone, SIGHUP, inherited as ignored"),
    pytest.param(signal_group, KILL, False, id="group, SIGKILL"),
]


def check_ending(run: Callable[..., Running], send: Callable[[Running, int], None], signum: int, ignored: bool) -> None:
    running = run(ignored=ignored)
    assert processes_of(running.home)
    send(running, signum)
    running.wait()
    assert running.leaves_nothing(), processes_of(running.home)


@pytest.mark.parametrize(("send", "signum", "ignored"), QUICK)
def test_each_signal_ends_everything(run, send, signum, ignored):
    check_ending(run, send, signum, ignored)


@pytest.mark.slow
@pytest.mark.parametrize(("send", "signum", "ignored"), SLOW)
def test_each_other_signal_ends_everything(run, send, signum, ignored):
    check_ending(run, send, signum, ignored)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["django worker", "granian"])
def test_a_part_that_dies_is_started_again(run, part):
    running = run()
    died = running.one(part)
    os.kill(died, KILL)
    assert wait_until(lambda: running.one(part) not in (0, died), 20)
    assert wait_until(lambda: _ready(running), 20)
    signal_group(running, INT)
    running.wait()
    assert running.leaves_nothing()


@pytest.mark.slow
def test_a_second_web_server_and_worker_serve_beside_the_first(run, home):
    first = run()
    port = free_port()
    others = [
        subprocess.Popen([VENV / "bin/motcua", *arguments], env=environment(home), stdout=subprocess.PIPE, text=True)
        for arguments in (["web", "--port", str(port)], ["worker"])
    ]
    assert others[0].stdout is not None
    assert others[0].stdout.readline() == f"Ready: http://127.0.0.1:{port}\n"
    for other in others:
        other.terminate()
        assert other.wait(20) == 0
    assert answer(first, "/readyz") == 200
    signal_group(first, INT)
    first.wait()
    assert first.leaves_nothing()


@pytest.mark.slow
def test_a_server_of_ones_own_with_an_owner_that_is_no_superuser_serves(home):
    """The owner migrates; web and worker step down to the role that may not change the ledger."""
    cluster = Cluster.of_home(Home(home))
    cluster.start()
    try:
        with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {APP} RENAME TO formerly_{APP}")
            connection.execute("CREATE ROLE boss LOGIN CREATEROLE PASSWORD 'pw'")
            connection.execute("CREATE DATABASE own OWNER boss")
        url = f"postgresql://boss:pw@{cluster.url().rpartition('@')[2].partition('/')[0]}/own"
        with tempfile.TemporaryDirectory() as folder:
            done = motcua(Path(folder), "ledger", "verify", MOTCUA_DATABASE_URL=url)
            assert done.returncode == 0, done.stderr
            running = Running(Path(folder), database_url=url).wait_until_ready()
            signal_group(running, TERM)
            running.wait()
            assert running.leaves_nothing()
        with psycopg.connect(url) as connection:
            connection.execute(f"SET ROLE {APP}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM ledger_event")
        with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE own WITH (FORCE)")
            connection.execute(f"DROP ROLE {APP}")
            connection.execute("DROP ROLE boss")
            connection.execute(f"ALTER ROLE formerly_{APP} RENAME TO {APP}")
    finally:
        cluster.stop()


def _ready(running: Running) -> bool:
    try:
        return answer(running, "/readyz") == 200
    except OSError:
        return False


@pytest.mark.slow
def test_the_end_of_postgresql_ends_everything_with_a_message(run):
    running = run()
    os.kill(running.one("postgres -D"), KILL)
    assert running.wait() != 0
    assert "PostgreSQL has ended" in running.text
    assert running.leaves_nothing()


@pytest.mark.slow
def test_the_start_after_a_kill_waits_for_what_is_ending(run):
    first = run()
    signal_group(first, KILL)
    first.wait()
    second = run()
    assert answer(second, "/readyz") == 200
    signal_group(second, TERM)
    second.wait()
    assert second.leaves_nothing()


@pytest.mark.slow
@pytest.mark.parametrize("word", ["Setting up", "Migrating", "Loading", "agencies", "Adding"])
def test_a_first_start_cut_short_is_taken_up_by_the_next(tmp_path, word):
    home = tmp_path / "home"
    running = Running(home)
    try:
        assert wait_until(lambda: word in running.text, 60), running.text
        os.kill(running.launcher, KILL)
        assert running.leaves_nothing()
        done = motcua(home, "manage", "demo_accounts")
        assert done.returncode == 0, done.stderr
        assert "tiepnhan1" in done.stdout
        counted = motcua(home, "psql", "-Atc", "SELECT count(*) > 400 FROM organisation_agency")
        assert counted.stdout.strip() == "t"
    finally:
        running.clean()
        _remove_outside(home)


def _remove_outside(home: Path) -> None:
    if (home / "cluster").exists():
        shutil.rmtree((home / "cluster").read_text(), ignore_errors=True)


@pytest.mark.slow
def test_the_demos_people_fill_their_inboxes_once(tmp_path_factory):
    home = tmp_path_factory.mktemp("demo")
    home.chmod(0o755)

    def count(table: str) -> int:
        return int(motcua(home, "psql", "-Atc", f"SELECT count(*) FROM {table}").stdout)

    running = Running(home, through_make=False, demo_at_work=True).wait_until_ready()
    log = home / "logs" / "demo.log"
    assert wait_until(lambda: log.exists() and "received" in log.read_text(), 120), running.text
    dossiers = count("dossiers_dossier")
    assert dossiers > 100
    assert count("dossiers_task WHERE closed_at IS NULL") > 10
    signal_group(running, INT)
    running.wait()
    again = Running(home, through_make=False, demo_at_work=True).wait_until_ready()
    assert "begin to work" not in again.text
    assert count("dossiers_dossier") == dossiers
    signal_group(again, INT)
    again.wait()
    assert not processes_of(home)

"""What a start makes, where it puts it, and what it says when it cannot."""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from tests.conftest import owner
from tests.web.launcher.running import CHECKOUT, environment, free_port, motcua, processes_of

from motcua.web.launcher import binaries, setup
from motcua.web.launcher.cluster import APP, Cluster
from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.grants import APPEND_ONLY, are_granted, grant
from motcua.web.launcher.home import Home
from motcua.web.launcher.users import as_user

pytestmark = pytest.mark.xdist_group("launcher")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down")


@pytest.fixture
def home() -> Iterator[Path]:
    """A new data folder that a plain user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def owner_url() -> str:
    return os.environ["MOTCUA_DATABASE_URL"]


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the only line on stderr of a command that could not start."""
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make:")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_busy_port_is_told_in_one_sentence(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = motcua(home, "run", PORT=str(port))
    assert str(port) in one_sentence(done)
    assert not processes_of(home)


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_what_is_no_port_is_told(home, port):
    done = motcua(home, "run", PORT=port)
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["run"], ["ledger", "verify"]])
def test_an_unreachable_database_is_told_in_one_sentence(home, command):
    url = f"postgresql://somebody@127.0.0.1:{free_port()}/motcua"
    done = motcua(home, *command, MOTCUA_DATABASE_URL=url, PORT=str(free_port()))
    assert "cannot be reached" in one_sentence(done)


def test_what_is_no_url_is_told_in_one_sentence(home):
    assert "MOTCUA_DATABASE_URL" in one_sentence(motcua(home, "setup", MOTCUA_DATABASE_URL="mysql:motcua"))


def test_a_password_of_the_url_is_never_shown(home):
    url = f"postgresql://somebody:s3cret@127.0.0.1:{free_port()}/motcua"
    assert "s3cret" not in one_sentence(motcua(home, "setup", MOTCUA_DATABASE_URL=url))


def test_a_data_folder_that_cannot_be_made_is_told_in_one_sentence(home):
    file = home / "file"
    file.touch()
    assert str(file) in one_sentence(motcua(file / "home", "setup"))


def test_an_old_server_is_refused(monkeypatch):
    monkeypatch.setattr(setup, "OLDEST", 99)
    with pytest.raises(CannotStart, match="too old"):
        setup.check_server(owner_url())


def test_a_python_that_is_too_old_is_told_by_make(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\n[ "$1" != -c ]\n')
    old.chmod(0o755)
    make = ["make", "-C", str(CHECKOUT), "--no-print-directory", f"VENV={tmp_path}/venv", f"PYTHON={old}", "run"]
    done = subprocess.run(make, env=environment(tmp_path / "home"), capture_output=True, text=True, check=False)
    assert "3.11" in one_sentence(done)
    assert "3.9.2" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_make_help_lists_what_can_be_made():
    done = subprocess.run(["make", "-C", str(CHECKOUT), "help"], capture_output=True, text=True, check=True)
    for target in ("run", "test", "test-full", "lint", "bench", "docs"):
        assert f"{target} " in done.stdout


@AS_ROOT
def test_where_the_folder_is_closed_to_the_plain_user_the_files_go_where_it_can_reach_them(home):
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster.of_home(Home(_made(closed / "home")))
    assert cluster.user is not None
    assert not cluster.place.is_relative_to(closed)
    try:
        cluster.make()
        assert cluster.runs()
        assert (cluster.data.stat().st_uid, stat.S_IMODE(cluster.data.stat().st_mode)) == (cluster.user.pw_uid, 0o700)
        assert stat.S_IMODE(cluster.access.stat().st_mode) == 0o600
    finally:
        cluster.stop()
        shutil.rmtree(cluster.place)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    again = Cluster.of_home(Home(closed / "home"))
    assert again.place == cluster.place


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@AS_ROOT
def test_the_programs_are_copied_beside_the_data_where_the_plain_user_cannot_reach_them(home, monkeypatch):
    real = binaries.choose()
    package = home / "closed" / real.folder.parent.name
    (home / "closed").mkdir(mode=0o700)
    shutil.copytree(real.folder, package / real.folder.name, symlinks=True)
    shutil.copytree(real.folder.parent.with_name(f"{package.name}.libs"), package.with_name(f"{package.name}.libs"))
    hidden = binaries.Installation(real.version, package / real.folder.name)
    monkeypatch.setattr("motcua.web.launcher.cluster.choose", lambda version: hidden)
    cluster = Cluster.of_home(Home(home))
    cluster.make()
    try:
        assert cluster.runs()
        assert cluster.installation.folder.is_relative_to(cluster.place)
    finally:
        cluster.stop()


def test_the_port_of_the_last_start_is_taken_again(home):
    cluster = Cluster.of_home(Home(home))
    cluster.make()
    first = cluster.url()
    cluster.stop()
    cluster.start()
    try:
        assert cluster.url() == first
    finally:
        cluster.stop()


def test_the_lock_of_a_killed_server_is_not_taken_for_another_process_of_that_number(home):
    cluster = Cluster.of_home(Home(home))
    cluster.make()
    assert cluster.process is not None
    cluster.process.kill()
    cluster.process.wait()
    cluster.process = None
    lock = cluster.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], cwd="/", **as_user(cluster.user)) as stranger:
        lock.write_text("\n".join([str(stranger.pid), *lock.read_text().splitlines()[1:]]) + "\n")
        cluster.start()
        assert cluster.runs()
        cluster.stop()
        stranger.kill()


def test_letters_beyond_ascii_have_cases(home):
    with psycopg.connect(owner_url()) as connection:
        version = connection.info.server_version // 10_000
        row = connection.execute("SELECT upper('đắk lắk')").fetchone()
    assert row == ("ĐẮK LẮK",) or version < 17


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(home, monkeypatch):
    monkeypatch.setenv("MOTCUA_HOME", str(home))
    first = Home.of_environment().key.read_text()
    assert Home.of_environment().key.read_text() == first
    assert len(first) > 50
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600


def test_the_application_may_not_change_what_is_written_in_the_ledger(django_db_setup):
    assert are_granted(owner_url())
    with psycopg.connect(os.environ["MOTCUA_APP_DATABASE_URL"], autocommit=True) as connection:
        for table, column in zip(APPEND_ONLY, ("hash", "event_hash", "root"), strict=True):
            for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE own (id int)")


def test_rights_lost_by_a_start_cut_short_are_given_again(fresh_database):
    url = f"{owner_url().rsplit('/', 1)[0]}/{fresh_database}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"GRANT UPDATE ON ledger_event TO {APP}")
    assert not are_granted(url)
    grant(url)
    assert are_granted(url)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_a_test_that_commits_leaves_nothing_to_the_next(time):
    assert not Session.objects.filter(session_key="left").exists()
    Session.objects.create(session_key="left", session_data="", expire_date=timezone.now())


def test_an_owner_that_may_not_make_roles_is_told_what_to_do(monkeypatch, fresh_database):
    monkeypatch.delenv("MOTCUA_APP_DATABASE_URL")
    plain = f"plain_{uuid.uuid4().hex[:8]}"
    with owner(fresh_database) as connection:
        connection.execute(f"CREATE ROLE {plain} LOGIN PASSWORD 'pw'")
        connection.execute(f"ALTER DATABASE {fresh_database} OWNER TO {plain}")
        address = owner_url().rpartition("@")[2].partition("/")[0]
        url = f"postgresql://{plain}:pw@{address}/{fresh_database}"
        with pytest.raises(CannotStart, match="CREATEROLE"):
            grant(url)
        connection.execute(f"GRANT {APP} TO {plain}")
        assert are_granted(url)

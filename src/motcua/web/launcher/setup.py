"""From an empty folder to a filled, migrated database: each command calls `ready()` first."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

import motcua
from motcua.web.launcher.cluster import APP, OLDEST, Cluster
from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.grants import grant
from motcua.web.launcher.home import Home

PROVINCE = os.environ.get("MOTCUA_PROVINCE", "dak-lak")
Say = Callable[[str], None]


def tell(line: str) -> None:
    """Print a line of progress and flush it."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


@dataclass
class Ready:
    """A prepared installation: its folder, its own cluster if it has one, whether it is a demo."""

    home: Home
    cluster: Cluster | None
    owner_url: str
    demo: bool


@contextmanager
def ready(say: Say = tell, *, wait_for_others: bool = True) -> Iterator[Ready]:
    """Make, start, migrate and fill what is missing; on leaving, stop what was started here.

    Args:
        say: is told what is going on, one line each.
        wait_for_others: whether to let other commands that use the server end before it is stopped.

    Raises:
        CannotStart: one clear sentence.
    """
    home = Home.of_environment()
    cluster = None if os.environ.get("MOTCUA_DATABASE_URL") else Cluster.of_home(home)
    try:
        with home.lock("start"):
            owner_url = _server(home, cluster, say)
            demo = os.environ.setdefault("MOTCUA_DEMO", "1" if cluster else "0") == "1"
            prepare(owner_url, demo=demo, say=say)
        with home.lock("use", shared=True):
            yield Ready(home, cluster, owner_url, demo)
    finally:
        if cluster is not None and cluster.process is not None:
            if wait_for_others:
                with home.lock("use"):
                    cluster.stop()
            cluster.stop()


def _server(home: Home, cluster: Cluster | None, say: Say) -> str:
    """Return the owner's URL of a server that answers."""
    if cluster is None:
        url = os.environ["MOTCUA_DATABASE_URL"]
        check_server(url)
        return url
    if not (cluster.data / "PG_VERSION").exists():
        say(f"Setting up PostgreSQL in {cluster.place}")
        cluster.make()
    cluster.start()
    os.environ["MOTCUA_DATABASE_URL"] = cluster.url()
    os.environ["MOTCUA_APP_DATABASE_URL"] = cluster.url(APP)
    return cluster.url()


def check_server(url: str) -> None:
    """Check that a server of one's own answers and is new enough.

    Raises:
        CannotStart: unreachable, or older than PostgreSQL 16.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"The database of MOTCUA_DATABASE_URL cannot be reached: {reason}") from error
    except psycopg.ProgrammingError as error:
        raise CannotStart(f"MOTCUA_DATABASE_URL is not a PostgreSQL URL: {error}") from error
    if version < OLDEST:
        raise CannotStart(f"PostgreSQL {version} is too old: Motcua needs {OLDEST} or later.")


def prepare(owner_url: str, *, demo: bool, say: Say) -> None:
    """Migrate, grant and fill where it is needed."""
    if missing := missing_migrations(owner_url):
        say(f"Migrating the database ({len(missing)} steps)")
        manage(["migrate", "--verbosity", "0"], as_owner=True)
        grant(owner_url)
    if not _any_row(owner_url, "organisation_agency"):
        say(f"Loading the data of {PROVINCE}")
        manage(["load_province", PROVINCE], as_owner=False)
    if demo and not _any_row(owner_url, "accounts_user"):
        say("Adding the demo's people and accounts")
        manage(["load_demo", PROVINCE], as_owner=False)


def known_migrations() -> set[tuple[str, str]]:
    """Return our own migrations as files."""
    root = Path(motcua.__file__).parent
    return {(p.parent.parent.name, p.stem) for p in root.glob("*/*/migrations/[0-9]*.py")}


def missing_migrations(url: str) -> set[tuple[str, str]]:
    """Return our migrations that the database has not seen."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,):
            return known_migrations()
        applied = set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    return known_migrations() - applied


def _any_row(url: str, table: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608


def manage(arguments: list[str], *, as_owner: bool) -> None:
    """Run one of Django's management commands in a process of its own.

    Raises:
        CannotStart: it failed; its last words are in the sentence.
    """
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_POOL": "0"}
    env["MOTCUA_AS_OWNER"] = "1" if as_owner else "0"
    command = [sys.executable, "-m", "django", *arguments]
    done = subprocess.run(command, env=env, stdout=sys.stderr, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotStart(f"`{' '.join(arguments)}` failed: {last}")

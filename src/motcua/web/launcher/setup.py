"""From an empty folder to a filled, migrated database: each command calls `ready()` first."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

import motcua
from motcua.web.cli.speaking import language, translate
from motcua.web.launcher.binaries import OLDEST
from motcua.web.launcher.cluster import APP, Cluster
from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.grants import are_granted, grant
from motcua.web.launcher.home import Home
from motcua.web.launcher.processes import end_guardian, run_child, undisturbed

PROVINCE = os.environ.get("MOTCUA_PROVINCE", "dak-lak")
# No data set is loaded: the province is set up from the country's units, `motcua units setup`.
NO_PROVINCE = "none"
REACH_WITHIN_SECONDS = 5
# A row here tells that the province was loaded to its end; loading again adds what is missing.
LOADED_LAST = "catalogue_procedureversion"
Say = Callable[[str], None]


def tell(line: str) -> None:
    """Print a line of progress, in the language of the environment, and flush it."""
    sys.stderr.write(translate(language(), line) + "\n")
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
            owner_url = _server(cluster, say)
            demo = os.environ.setdefault("MOTCUA_DEMO", "1" if cluster else "0") == "1"
            prepare(owner_url, demo=demo, say=say)
            used = home.hold_shared("use")
        with used:
            yield Ready(home, cluster, owner_url, demo)
    finally:
        try:
            if cluster is not None and cluster.process is not None and wait_for_others:
                _stop_when_unused(home, cluster, say)
        finally:
            with undisturbed():
                if cluster is not None:
                    cluster.stop()
                end_guardian()


def _stop_when_unused(home: Home, cluster: Cluster, say: Say) -> None:
    """Stop the server once no other command uses it; none can begin to while it is being stopped."""
    told = False
    while True:
        with home.lock("start"):
            used = home.hold_alone("use")
            if used is not None:
                with used:
                    cluster.stop()
                return
        if not told:
            say("Another command uses the server; it is stopped after that one.")
            told = True
        time.sleep(0.2)


def _server(cluster: Cluster | None, say: Say) -> str:
    """Return the owner's URL of a server that answers."""
    if cluster is None:
        url = os.environ["MOTCUA_DATABASE_URL"]
        check_server(url)
        return url
    if not cluster.is_made():
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
        with psycopg.connect(url, connect_timeout=REACH_WITHIN_SECONDS) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"The database of MOTCUA_DATABASE_URL cannot be reached: {reason}") from error
    except psycopg.ProgrammingError as error:
        raise CannotStart("MOTCUA_DATABASE_URL is not a URL such as postgresql://user@host/database.") from error
    if version < OLDEST:
        raise CannotStart(f"PostgreSQL {version} is too old: Motcua needs {OLDEST} or later.")


def prepare(owner_url: str, *, demo: bool, say: Say) -> None:
    """Migrate, grant and fill where it is needed."""
    if missing := missing_migrations(owner_url):
        say(f"Migrating the database ({len(missing)} steps)")
        manage(["migrate", "--verbosity", "0"], as_owner=True)
    if not are_granted(owner_url):
        grant(owner_url)
    if PROVINCE == NO_PROVINCE:
        return
    if not any_row(owner_url, LOADED_LAST):
        say(f"Loading the data of {PROVINCE}")
        manage(["load_province", PROVINCE], as_owner=False)
    if demo and not any_row(owner_url, "accounts_user"):
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


def any_row(url: str, table: str) -> bool:
    """Tell whether a table of ours has a row."""
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None  # noqa: S608


def manage(arguments: list[str], *, as_owner: bool) -> None:
    """Run one of Django's management commands in a process of its own.

    Raises:
        CannotStart: it failed; its last words are in the sentence.
    """
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_POOL": "0"}
    env["MOTCUA_AS_OWNER"] = "1" if as_owner else "0"
    done = run_child([sys.executable, "-m", "django", *arguments], env, show=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotStart(f"`{' '.join(arguments)}` failed: {last}")

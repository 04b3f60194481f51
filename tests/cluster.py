"""A real PostgreSQL for every test: one cluster a run, migrated and filled once.

A plug-in of pytest's (`-p tests.cluster`), since Django's settings are read before any conftest is.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from motcua.web.launcher.cluster import APP, Cluster
from motcua.web.launcher.home import Home
from motcua.web.launcher.setup import prepare

# What may be chosen from outside for a run of the tests.
CHOSEN = ("MOTCUA_PG_VERSION",)
_started: list[tuple[Cluster, Path]] = []


def start() -> None:
    """Start the cluster in the process that directs the others; they find it in the environment."""
    _forget_the_environment()
    folder = Path(tempfile.mkdtemp(prefix="motcua-tests-"))
    folder.chmod(0o755)
    os.environ["MOTCUA_HOME"] = str(folder)
    cluster = Cluster.of_home(Home.of_environment())
    # Speed only: nothing of a test's cluster is worth keeping.
    cluster.settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    _started.append((cluster, folder))
    cluster.make()
    cluster.start()
    os.environ |= {
        "MOTCUA_TEST_OWNER_URL": cluster.url(database="postgres"),
        "MOTCUA_DATABASE_URL": cluster.url(),
        "MOTCUA_APP_DATABASE_URL": cluster.url(APP),
        "MOTCUA_DEMO": "1",
        "MOTCUA_POOL": "0",
    }
    prepare(cluster.url(), demo=True, say=lambda line: None)


def _forget_the_environment() -> None:
    """Tests never touch the database, the folder or the address that a developer's shell names."""
    for name in [name for name in os.environ if name.startswith("MOTCUA_")]:
        if name not in CHOSEN:
            del os.environ[name]


def stop() -> None:
    """Stop the cluster and remove it."""
    for cluster, folder in _started:
        cluster.stop()
        shutil.rmtree(cluster.place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    stop()


if "MOTCUA_TEST_OWNER_URL" not in os.environ:
    try:
        start()
    except BaseException:
        stop()
        raise

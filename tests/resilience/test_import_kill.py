"""An import that is killed or asked to stop loses nothing that was written, and a second run writes no doubles."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

CHILD = """
import os, sys, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.web.settings")
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = os.environ["IMPORT_INTO"]
from decimal import Decimal
from django.utils import timezone
from motcua.borders.exchange.scenarios import making, portions, read_scenario
from motcua.record.organisation.actor import system
from motcua.serve.dossiers.actions.bulk import import_histories
from motcua.web.cli.stopping import stop_between_portions
making.PORTION = 100
scenario = read_scenario("dak-lak-2020-h1", Decimal("0.002"))
with stop_between_portions() as stop:
    done = import_histories(
        by=system(timezone.localdate()), source="kill", name="kill", portions=portions(scenario), demo=True,
        progress=lambda done: print(done.written, flush=True), stop=stop.asked,
    )
sys.exit(stop.exit_code if done.stopped else 0)
"""


@pytest.fixture
def run(fresh_database: str) -> Callable[[], subprocess.Popen[str]]:
    """Start the import in a process group of its own."""
    env = os.environ | {"IMPORT_INTO": fresh_database}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", CHILD], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    return start


def goes_on_to_the_end(run: Callable[[], subprocess.Popen[str]]) -> None:
    """Run again, and hold what is there to the whole."""
    from motcua.borders.exchange.scenarios import read_scenario
    from motcua.record.ledger.verifying import verify
    from motcua.serve.dossiers.models import Dossier, Origin

    total = read_scenario("dak-lak-2020-h1", Decimal("0.002")).total
    assert 0 < Dossier.objects.count() < total
    assert verify().first is None
    again = run()
    again.communicate()
    assert again.returncode == 0
    assert Dossier.objects.count() == Origin.objects.count() == total
    assert verify().first is None


def members(group: int) -> list[int]:
    """Return the processes of a group that still run."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "-g", str(group)], capture_output=True, text=True, check=False)
    return [int(line.split()[0]) for line in found.stdout.splitlines() if "Z" not in line.split()[1]]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestEnded:
    def test_a_killed_import_goes_on_without_doubles(self, run):
        from motcua.serve.dossiers.models import Dossier

        child = run()
        assert child.stdout is not None
        written = int(child.stdout.readline())
        time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert written <= Dossier.objects.count()
        goes_on_to_the_end(run)

    def test_makers_end_with_a_killed_import(self, run):
        child = run()
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait()
        deadline = time.monotonic() + 30
        while members(child.pid) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert members(child.pid) == []

    @pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
    def test_an_import_that_is_asked_to_stop_writes_its_portion_to_the_end(self, run, signum):
        from motcua.serve.dossiers.models import Dossier, ImportRun

        child = run()
        assert child.stdout is not None
        told = [child.stdout.readline()]
        # Ctrl-C reaches the makers too.
        os.killpg(child.pid, signum)
        told += child.stdout.readlines()
        assert child.wait() == 128 + signum
        assert int(told[-1]) == Dossier.objects.count() == ImportRun.objects.get().written
        assert members(child.pid) == []
        goes_on_to_the_end(run)

"""An import that is killed loses nothing that was written, and a second run writes no doubles."""

import os
import signal
import subprocess
import sys
import time

import pytest

CHILD = """
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.web.settings")
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = os.environ["IMPORT_INTO"]
from decimal import Decimal
from django.utils import timezone
from motcua.borders.exchange.scenarios import making, portions, read_scenario
from motcua.record.organisation.actor import system
from motcua.serve.dossiers.actions.bulk import import_histories
making.PORTION = 100
scenario = read_scenario("dak-lak-2020-h1", Decimal("0.002"))
import_histories(
    by=system(timezone.localdate()), source="kill", name="kill", portions=portions(scenario), demo=True,
    progress=lambda done: print(done.written, flush=True),
)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_without_doubles(fresh_database):
    from decimal import Decimal

    from motcua.borders.exchange.scenarios import read_scenario
    from motcua.record.ledger.verifying import verify
    from motcua.serve.dossiers.models import Dossier, Origin

    env = os.environ | {"IMPORT_INTO": fresh_database}
    child = subprocess.Popen([sys.executable, "-c", CHILD], env=env, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    written = int(child.stdout.readline())
    time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    # The maker has lost its parent and ends with its queue.
    before = Dossier.objects.count()
    total = read_scenario("dak-lak-2020-h1", Decimal("0.002")).total
    assert written <= before < total
    assert verify().first is None
    subprocess.run([sys.executable, "-c", CHILD], env=env, check=True, stdout=subprocess.DEVNULL)
    assert Dossier.objects.count() == Origin.objects.count() == total
    assert verify().first is None

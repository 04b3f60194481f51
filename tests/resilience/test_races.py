"""Many at once: codes without gap or double, one dossier for two clerks, nothing half-written after a kill."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from tests.samples import birth

from motcua.record.ledger.models import Event
from motcua.record.ledger.sealing import seal
from motcua.record.ledger.verifying import verify
from motcua.record.organisation.errors import Conflict, NotAllowed
from motcua.rules.identifiers import DossierCode
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions
from motcua.serve.dossiers.models import Dossier

INTAKES = """
import sys
import django; django.setup()
from django.utils import timezone
from motcua.record.accounts.models import User
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.queries import posts_of
from motcua.serve.dossiers.actions import receive_dossier
from tests.samples import birth
today = timezone.localdate()
by = Actor(post=posts_of(User.objects.get(username=sys.argv[1]).person_id, today)[0], on=today)
for _n in range(int(sys.argv[2])):
    print(receive_dossier(by=by, filing=birth()).code, flush=True)
"""


def series() -> dict[tuple[str, dt.date], list[int]]:
    """Return the serials of each agency's day."""
    found = defaultdict(list)
    for text in Dossier.objects.values_list("code", flat=True):
        code = DossierCode.parse(text)
        found[code.agency, code.day].append(code.serial)
    return {key: sorted(serials) for key, serials in found.items()}


def in_threads(jobs) -> list[object]:
    """Run jobs at once, each with a connection of its own; return results and exceptions."""

    def run(job):
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(run, jobs))


def test_two_hundred_intakes_at_two_agencies_over_midnight_leave_no_gap(fresh_database, actor_of):
    clerks = [actor_of("xa.tiepnhan"), actor_of("xa2.tiepnhan")]
    midnight = dt.datetime(2026, 11, 24, tzinfo=LOCAL)
    jobs = [
        lambda n=n: actions.receive_dossier(
            by=clerks[n % 2], filing=birth(), now=midnight + dt.timedelta(seconds=n // 2 - 50)
        )
        for n in range(200)
    ]
    results = in_threads(jobs)
    assert all(isinstance(r, Dossier) for r in results), [r for r in results if not isinstance(r, Dossier)][:3]
    found = series()
    assert len(found) == 4, "two agencies, two days"
    assert all(serials == list(range(1, 51)) for serials in found.values())
    while seal(timezone.now()):
        pass
    assert verify().ok


def test_a_refused_intake_gives_its_number_back(fresh_database, actor_of, monkeypatch):
    clerk = actor_of("xa.tiepnhan")

    def fail(*_args, **_more):
        raise RuntimeError("printer on fire")

    with monkeypatch.context() as broken:
        broken.setattr("motcua.serve.dossiers.actions.writing.search_vector", fail)
        with pytest.raises(RuntimeError):
            actions.receive_dossier(by=clerk, filing=birth())
    assert not Dossier.objects.exists()
    assert not Event.objects.filter(kind="dossier.received").exists()
    assert actions.receive_dossier(by=clerk, filing=birth()).code.endswith("-0001")


def test_one_key_sent_many_times_at_once_makes_one_dossier(fresh_database, actor_of):
    clerk = actor_of("xa.tiepnhan")
    results = in_threads([lambda: actions.receive_dossier(by=clerk, filing=birth(), key="double click")] * 12)
    assert {getattr(r, "pk", r) for r in results} == {Dossier.objects.get().pk}


def test_two_clerks_on_one_dossier_hand_it_on_once(fresh_database, actor_of):
    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    results = in_threads([lambda: actions.forward_dossier(by=clerk, dossier_id=dossier.pk)] * 6)
    refusals = [r for r in results if isinstance(r, Conflict | NotAllowed)]
    assert len(refusals) == 5, results
    assert dossier.tasks.count() == 2


def test_who_waits_too_long_for_a_dossier_is_told(fresh_database, actor_of):
    from tests.conftest import owner

    clerk = actor_of("xa.tiepnhan")
    dossier = actions.receive_dossier(by=clerk, filing=birth())
    with owner(fresh_database) as other:
        other.autocommit = False
        other.execute("SELECT 1 FROM ledger_chain WHERE id = %s FOR UPDATE", [dossier.pk])
        began = time.monotonic()
        with pytest.raises(Conflict) as caught:
            actions.forward_dossier(by=clerk, dossier_id=dossier.pk)
        other.rollback()
    assert caught.value.code == "dossier.busy"
    assert 2.5 < time.monotonic() - began < 6


@pytest.mark.slow
def test_a_killed_process_leaves_nothing_half_written(fresh_database):
    url = os.environ["MOTCUA_APP_DATABASE_URL"].rsplit("/", 1)[0]
    env = os.environ | {
        "MOTCUA_APP_DATABASE_URL": f"{url}/{fresh_database}",
        "DJANGO_SETTINGS_MODULE": "motcua.web.settings",
    }
    children = [
        subprocess.Popen([sys.executable, "-c", INTAKES, name, "60"], env=env, stdout=subprocess.PIPE, text=True)
        for name in ("xa.tiepnhan", "xa.tiepnhan", "xa2.tiepnhan")
    ]
    acknowledged: list[str] = []
    readers = [threading.Thread(target=lambda c=c: acknowledged.extend(c.stdout.read().split())) for c in children]
    for reader in readers:
        reader.start()
    deadline = time.monotonic() + 60
    while Dossier.objects.count() < 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    children[0].send_signal(signal.SIGKILL)
    for child in children:
        child.wait(timeout=120)
    for reader in readers:
        reader.join()
    assert children[0].returncode == -signal.SIGKILL
    assert all(serials == list(range(1, len(serials) + 1)) for serials in series().values())
    codes = set(Dossier.objects.values_list("code", flat=True))
    assert set(acknowledged) <= codes, "nothing acknowledged is lost"
    while seal(timezone.now()):
        pass
    assert verify().ok

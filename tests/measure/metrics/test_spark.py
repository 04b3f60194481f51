"""The third engine: every measure once more on a real standalone Spark, a master and two workers on loopback."""

import datetime as dt
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pyspark
import pytest

from motcua.measure.metrics.counting import figures, list_of, table_of
from motcua.measure.metrics.definitions import MEASURES
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.engines.duck import Duck
from motcua.measure.metrics.facts import export_facts
from motcua.measure.metrics.questions import Question

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(600)]
NOVEMBER = (dt.date(2026, 11, 1), dt.date(2026, 11, 25))
CUTS = ([], ["level", "field"], ["agency", "month"], ["channel", "procedure", "unit"], ["dossier_id"])


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Standalone:
    """A master and its workers, each a Java process of its own; logs in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.parts = folder, free_port(), []
        self.url = f"spark://127.0.0.1:{self.port}"
        self.home = Path(pyspark.__file__).parent

    def start(self, workers: int) -> None:
        master = ["Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0"]
        self._run("master", *master)
        self._wait("master", "I have been elected leader")
        for number in range(workers):
            name = f"worker{number}"
            shape = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--host", "127.0.0.1"]
            self._run(name, "worker.Worker", *shape, "--work-dir", str(self.folder / name), self.url)
            self._wait(name, "Successfully registered with master")

    def _run(self, name: str, kind: str, *arguments: str) -> None:
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{_dotted(kind)}", *arguments]
        surroundings = {**os.environ, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1"}
        with self._log(name).open("w") as log:
            self.parts.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=surroundings, start_new_session=True)
            )

    def _wait(self, name: str, word: str) -> None:
        end = time.monotonic() + 60
        while word not in self._log(name).read_text():
            assert time.monotonic() < end, self._log(name).read_text()[-2000:]
            time.sleep(0.2)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def worked(self) -> list[str]:
        """Return which workers ran an executor."""
        return sorted(path.parent.parent.name for path in self.folder.glob("worker*/app-*/*"))

    def stop(self) -> None:
        for part in reversed(self.parts):
            os.killpg(part.pid, signal.SIGTERM)
            part.wait(30)


def _dotted(kind: str) -> str:
    return kind if "." in kind else f"{kind.lower()}.{kind}"


@pytest.fixture(scope="module")
def standalone(tmp_path_factory):
    made = Standalone(tmp_path_factory.mktemp("spark"))
    try:
        made.start(workers=2)
        yield made
    finally:
        made.stop()


def plain(found: dict) -> dict:
    """Return figures to compare: keys as text, since engines give keys of dossiers as UUID or as text."""
    number = lambda v: float(v) if v is not None else None  # noqa: E731
    return {tuple(map(str, key)): {m: number(v) for m, v in values.items()} for key, values in found.items()}


def differing(here: dict, there: dict) -> dict:
    """Return the figures that are not the same, by key and measure."""
    assert here.keys() == there.keys()
    return {(key, m): (v, there[key][m]) for key, row in here.items() for m, v in row.items() if there[key][m] != v}


@pytest.mark.django_db(transaction=True)
def test_postgresql_duckdb_and_a_spark_of_two_workers_say_the_same_of_every_measure(standalone, life, tmp_path):
    from motcua.measure.metrics.engines.spark import Spark

    export_facts(tmp_path)
    settings = {"spark.cores.max": "2", "spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1"}
    question = Question(*NOVEMBER, life)
    with Spark(tmp_path, standalone.url, settings) as spark:
        for by in CUTS:
            here = plain(figures(live.rows, question, list(MEASURES), by))
            for rows in (Duck(tmp_path).rows, spark.rows):
                assert differing(here, plain(figures(rows, question, list(MEASURES), by))) == {}, (by, rows)
        listed = list_of(question, "dossiers.received")
        assert {str(row["dossier_id"]) for row in spark.rows(listed)} == {
            str(row["dossier_id"]) for row in live.rows(listed)
        }
        plan = spark.plan(table_of(question, ["dossiers.resolved", "time.handling_p90"], ["agency"]))
    assert not re.search(r"Python|ArrowEval|Pandas", plan)
    assert len(MEASURES) >= 58
    assert {m.unit for m in MEASURES.values()} >= {"dossiers", "share", "points", "minutes", "đồng"}
    assert standalone.worked() == ["worker0", "worker1"]

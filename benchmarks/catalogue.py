"""How fast a procedure is found among 10,000 in force. Prints one JSON object.

    python benchmarks/catalogue.py [--procedures 10000]

An installation of its own in a temporary folder with the embedded PostgreSQL. The names are made of the words of the
real ones in `datasets/catalogue`, so that common words are as common as there; each version carries a record of usual
size. A search is what the page does: the count and the first fifty rows, typed with and without diacritics, and with
a filter beside the words.
"""

import argparse
import csv
import datetime as dt
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = 50
ROUNDS = 20
# Rare and common words, one and several, with marks and without, a code, nothing found; a field and a level beside.
SEARCHES = (
    {"words": "khai sinh"},
    {"words": "thủ tục cấp"},
    {"words": "the thao quoc phong"},
    {"words": "chế độ chính sách đối với người"},
    {"words": "1.013128"},
    {"words": "cap giay phep"},
    {"words": "khong co thu tuc nao nhu vay"},
    {"words": "thu tuc", "field": "F7"},
    {"words": "giải quyết", "level": "commune"},
    {"words": "dang ky", "online": "4", "subject": "Doanh nghiệp"},
    {"level": "commune"},
    {},
)


@contextmanager
def installation() -> Iterator[None]:
    """Make and migrate a database in a temporary folder, and let Django speak to it."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    folder.chmod(0o755)
    os.environ |= {"MOTCUA_HOME": str(folder), "MOTCUA_DEMO": "1", "MOTCUA_POOL": "0"}
    os.environ.pop("MOTCUA_DATABASE_URL", None)
    from motcua.web.cli.commands import start_django
    from motcua.web.launcher.setup import ready

    try:
        with ready():
            start_django()
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def names(count: int) -> list[str]:
    """Return so many names of procedures, made of the words of real ones; the same in each run."""
    with (ROOT / "datasets" / "catalogue" / "defence-207.csv").open(encoding="utf-8", newline="") as file:
        real = [row["ten"].split() for row in csv.DictReader(file)]
    chance = random.Random(207)
    made = []
    for _n in range(count):
        one, other = chance.sample(real, 2)
        made.append(" ".join(one[: chance.randint(3, 12)] + other[chance.randint(0, 6) :])[:480])
    return made


def fill(count: int) -> None:
    """Write so many procedures in force, each with a record of usual size."""
    from django.db import connection

    from motcua.rules.text import fold, search_words
    from motcua.serve.catalogue.models import Competence, Field, Procedure, ProcedureVersion

    fields = Field.objects.bulk_create(Field(code=f"F{n}", name_vi=f"Lĩnh vực mẫu {n}") for n in range(40))
    procedures = Procedure.objects.bulk_create(
        Procedure(code=f"9.{n:06d}", field=fields[n % len(fields)]) for n in range(count)
    )
    levels = ("commune", "department", "province")
    ProcedureVersion.objects.bulk_create(
        (
            ProcedureVersion(
                procedure=procedure,
                name_vi=name,
                folded_name=fold(name),
                folded_text=search_words(f"{procedure.code} {name} {procedure.field.name_vi}"),
                valid_from=dt.date(2020, 1, 1),
                service_level=2 + n % 3,
                subjects=["Công dân Việt Nam", *(["Doanh nghiệp"] if n % 2 else [])],
                levels=[{"level": levels[n % 3], "agency": "", "address": ""}],
                order_vi="Bước 1. Nộp hồ sơ tại Trung tâm Phục vụ hành chính công.\n" * 20,
                requirements_vi="Không thuộc trường hợp bị cấm theo quy định của pháp luật. " * 5,
            )
            for n, (procedure, name) in enumerate(zip(procedures, names(count), strict=True))
        ),
        batch_size=1000,
    )
    Competence.objects.bulk_create(
        Competence(procedure=procedure, level="commune", valid_from=dt.date(2020, 1, 1))
        for procedure in procedures[::3]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def searched(asked: dict[str, str]) -> float:
    """Return the milliseconds of one search as the page does it."""
    from motcua.serve.catalogue.searching import Filters, Found

    began = time.perf_counter()
    found = Found(Filters(**asked), dt.date(2026, 11, 21))
    list(found[:PAGE])
    return (time.perf_counter() - began) * 1000


def processor_ms() -> float:
    """Return the processor time that this process and its server process have used, in milliseconds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return time.process_time() * 1000 + (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def measured() -> dict[str, object]:
    """Return the medians of each search, and the longest of them."""
    took, before = {}, processor_ms()
    for asked in SEARCHES:
        searched(asked)
        took[" + ".join(asked.values()) or "(all)"] = [searched(asked) for _n in range(ROUNDS)]
    with_words = [ms for asked, times in zip(SEARCHES, took.values(), strict=True) if "words" in asked for ms in times]
    return {
        "median_ms": round(statistics.median(with_words), 1),
        "p95_ms": round(statistics.quantiles(with_words, n=20)[-1], 1),
        # Processor time of both sides, on average: what a search takes when nothing else runs beside it.
        "cpu_ms": round((processor_ms() - before) / (len(SEARCHES) * (ROUNDS + 1)), 1),
        "searches": {name: round(statistics.median(times), 1) for name, times in took.items()},
    }


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--procedures", type=int, default=10_000)
    count = arguments.parse_args().procedures
    with installation():
        fill(count)
        figures = {"procedures": count, **measured()}
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")

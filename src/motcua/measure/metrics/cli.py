"""`motcua measure`, `motcua facts`: figures on the terminal, facts as files."""

import argparse
import atexit
import csv
import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    measure = subparsers.add_parser("measure", help="measures: what they count, and their figures")
    parts = measure.add_subparsers(dest="part", required=True)
    listed = parts.add_parser("list", help="list the measures with their words and sources")
    listed.add_argument("--json", action="store_true", help="print as JSON")
    listed.set_defaults(run=run_list, needs_database=False)
    run = parts.add_parser("run", help="compute measures over a period")
    run.add_argument("measures", nargs="+", metavar="MEASURE", help="codes, such as dossiers.resolved; all for all")
    run.add_argument("--from", dest="first", type=dt.date.fromisoformat, required=True, help="first day")
    run.add_argument("--to", dest="last", type=dt.date.fromisoformat, required=True, help="last day")
    run.add_argument("--by", default="", help="cuts, with commas: agency, level, field, procedure, channel, month …")
    run.add_argument("--agency", default="", help="identity code: only it, all below it, all that they took over from")
    run.add_argument("--as-of", default="", help="as known at a date, an instant or a position of the ledger")
    run.add_argument("--engine", default="live", help=ENGINE_HELP)
    run.add_argument("--facts", type=Path, help="folder of exported facts; the data folder's if not given")
    run.add_argument("--format", choices=["json", "csv"], default="json", help="json if not given")
    run.set_defaults(run=run_measures, needs_database=True)
    facts = subparsers.add_parser("facts", help="facts as files")
    kinds = facts.add_subparsers(dest="part", required=True)
    export = kinds.add_parser("export", help="write what changed as Parquet, by province and month")
    export.add_argument("--to", type=Path, dest="folder", help="folder; the data folder's facts if not given")
    export.set_defaults(run=run_export, needs_database=True)


ENGINE_HELP = "live (PostgreSQL); over --facts: duckdb, local-spark, or the master of a Spark, spark://host:7077"


def run_list(args: argparse.Namespace) -> int:
    """Print the measures."""
    from motcua.measure.metrics.definitions import MEASURES

    vietnamese = getattr(args, "spoken", "en") == "vi"
    pairs = [(m, (m.name_vi, m.words_vi) if vietnamese else (m.name_en, m.words_en)) for m in MEASURES.values()]
    if args.json:
        listed = [
            {"code": m.code, "name": name, "words": words, "source": m.source, "unit": m.unit, "version": m.version,
             "better": m.better, "owner": m.owner}
            for m, (name, words) in pairs
        ]  # fmt: skip
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(
            f"{m.code}\n    {name} ({m.unit})\n    {words}\n    {m.source}\n" for m, (name, words) in pairs
        )
    return 0


def run_measures(args: argparse.Namespace) -> int:
    """Print figures; 2 for an unknown measure, cut or engine, or where there are no facts."""
    from django.utils.translation import gettext as _

    from motcua.measure.metrics.counting import UnknownMeasure, figures
    from motcua.measure.metrics.definitions import MEASURES
    from motcua.measure.metrics.positions import BeforeTheRecord, before_the_record, position_of
    from motcua.measure.metrics.questions import CUTS, Question

    by = [name for name in args.by.split(",") if name]
    if unknown := [name for name in by if name not in CUTS]:
        told = _("there is no cut %(name)s; there are %(known)s")
        return _fault(told % {"name": unknown[0], "known": ", ".join(CUTS)})
    if args.last < args.first:
        return _fault(_("the period ends before it begins"))
    try:
        run, position = _engine(args)
        wanted = list(MEASURES) if args.measures == ["all"] else args.measures
        position = min(position_of(args.as_of), position) if args.as_of else position
        question = Question(args.first, args.last, position, _agencies(args.agency, args.last))
        found = figures(run, question, wanted, by)
    except UnknownMeasure as error:
        told = _("there is no measure %(code)s; motcua measure list names them")
        return _fault(told % {"code": error.args[0]})
    except FileNotFoundError:
        told = _("%(folder)s holds no facts: run motcua facts export first")
        return _fault(told % {"folder": args.facts or _facts()})
    except BeforeTheRecord:
        return _fault(before_the_record(args.as_of))
    except ValueError as error:
        return _fault(str(error))
    lines = [{**dict(zip(by, key, strict=True)), **values} for key, values in sorted(found.items(), key=str)]
    codes = _name_agencies(lines, by)
    if args.format == "csv":
        writer = csv.DictWriter(sys.stdout, [*by, *codes, *wanted])
        writer.writeheader()
        writer.writerows(lines)
    else:
        answer = {"from": str(args.first), "to": str(args.last), "position": position, "rows": lines}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1, default=str) + "\n")
    return 0


def _agencies(code: str, on: dt.date) -> frozenset[int] | None:
    """Return the keys of the agencies that count: the one of a code, all below it, and all that they took over from.

    Raises:
        ValueError: no agency has this code on that day.
    """
    from django.utils.translation import gettext as _

    from motcua.record.organisation.queries import agency_by_code, scope_of

    if not code:
        return None
    agency = agency_by_code(code, on)
    if agency is None:
        raise ValueError(_("no agency has the code %(code)s on %(day)s") % {"code": code, "day": on})
    return scope_of(agency.pk, on)


def _name_agencies(lines: list[dict[str, Any]], by: list[str]) -> list[str]:
    """Add the identity code beside each agency's key; return the names of the cells that were added."""
    from motcua.record.organisation.models import Agency

    cuts = [name for name in by if name in ("agency", "received_by")]
    keys = {line[name] for line in lines for name in cuts}
    codes = dict(Agency.objects.filter(pk__in=keys).values_list("pk", "code")) if keys else {}
    for line in lines:
        line.update({f"{name}_code": codes.get(line[name], "") for name in cuts})
    return [f"{name}_code" for name in cuts]


def _engine(args: argparse.Namespace) -> tuple[Any, int]:
    """Return the engine's `rows` and the position of what it sees."""
    from django.utils.translation import gettext as _

    if args.engine == "live":
        from motcua.measure.metrics.engines import live
        from motcua.measure.metrics.positions import catch_up

        return live.rows, catch_up()
    if args.engine == "duckdb":
        from motcua.measure.metrics.engines.duck import Duck
        from motcua.measure.metrics.facts import exported_position

        folder = args.facts or _facts()
        return Duck(folder).rows, exported_position(folder)
    if args.engine == "local-spark" or args.engine.startswith("spark://"):
        from motcua.measure.metrics.engines.spark import LOCAL, Spark
        from motcua.measure.metrics.facts import exported_position

        folder = args.facts or _facts()
        engine = Spark(folder, LOCAL if args.engine == "local-spark" else args.engine)
        atexit.register(engine.stop)
        return engine.rows, exported_position(folder)
    told = _("there is no engine %(name)s; there are live, duckdb, local-spark and spark://…")
    raise ValueError(told % {"name": args.engine})


def run_export(args: argparse.Namespace) -> int:
    """Write the facts and say what was written; 2 where they cannot be."""
    from django.utils.translation import gettext as _

    from motcua.measure.metrics.facts import export_facts
    from motcua.measure.metrics.positions import catch_up

    catch_up()
    started = time.monotonic()
    on_terminal = sys.stderr.isatty()

    def progress(done: int, of: int) -> None:
        if on_terminal:
            told = _("%(done)s/%(of)s months") % {"done": done, "of": of}
            sys.stderr.write(f"\r{told}")

    folder = args.folder or _facts()
    try:
        made = export_facts(folder, progress=progress)
    except OSError as error:
        return _fault(_("%(file)s cannot be written: %(why)s") % {"file": folder, "why": error.strerror})
    line = {"position": made.position, "months": made.months, "spans": made.spans}
    sys.stdout.write(json.dumps({**line, "seconds": round(time.monotonic() - started, 1)}) + "\n")
    return 0


def _facts() -> Path:
    return Path(os.environ.get("MOTCUA_HOME") or "var").resolve() / "facts"


def _fault(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 2

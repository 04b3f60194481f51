"""The subcommands, and what must be ready before each."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from motcua.web.cli import due, index
from motcua.web.cli.parsing import PARSERS
from motcua.web.cli.speaking import OPTIONS, asked, language, translate
from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.processes import Ended, listen_to_signals

# These hand their arguments on to another program, options and all.
HANDED_ON = ("psql", "manage")
SERVERS = ("run", "web", "worker")
ROOMS = (
    "motcua.record.ledger.cli",
    "motcua.record.accounts.cli",
    "motcua.web.cli.units",
    "motcua.web.cli.demo",
    "motcua.web.cli.importing",
    "motcua.web.cli.exporting",
    "motcua.web.cli.organisation",
    "motcua.web.cli.accounts",
    "motcua.web.cli.decisions",
    "motcua.serve.catalogue.cli",
    "motcua.measure.metrics.cli",
    "motcua.measure.reports.cli",
    "motcua.measure.assessment.cli",
)


def parser(spoken: str = "") -> argparse.ArgumentParser:
    """Return the parser of all subcommands, speaking a language; that of the environment if not given."""
    top = PARSERS[spoken or language()](prog="motcua", description="One door: serve, listen, measure, steer.")
    subparsers = top.add_subparsers(dest="command", required=True)
    _add_servers(subparsers)
    promise = subparsers.add_parser("due", help="when is something received at a time due, and why")
    due.add_arguments(promise)
    promise.set_defaults(run=due.run, needs_database=False)
    indices = subparsers.add_parser("index", help="score units by the framework of an index, from a spreadsheet")
    index.add_arguments(indices)
    indices.set_defaults(run=index.run, needs_database=False)
    setup = subparsers.add_parser("setup", aliases=["migrate"], help="make, migrate and fill the data folder")
    setup.set_defaults(run=lambda args: 0, needs_database=True, needs_django=False)
    psql = subparsers.add_parser("psql", help="open the database as its owner (this passes by the application)")
    psql.set_defaults(run=_psql, needs_database=True, needs_django=False)
    manage = subparsers.add_parser("manage", help="run one of Django's management commands")
    manage.set_defaults(run=_manage, needs_database=True)
    for room in ROOMS:
        importlib.import_module(room).register(subparsers)
    return top


def _add_servers(subparsers: Any) -> None:
    """Add `run`, `web` and `worker`; they prepare the database themselves, since a signal must end them in order."""
    both = "start web and worker, with an embedded PostgreSQL if none is named"
    for name, parts, text in (
        ("run", ("web", "worker"), both),
        ("web", ("web",), "start only a web server, beside others on one database"),
        ("worker", ("worker",), "start only a worker, beside others on one database"),
    ):
        command = subparsers.add_parser(name, help=text)
        command.set_defaults(run=_run, needs_database=False, parts=parts, host="", port=0)
        if "web" in parts:
            where = os.environ.get("HOST_ADDRESS", "127.0.0.1")
            command.add_argument("--host", default=where, help="the address to answer at, else HOST_ADDRESS")
            port = os.environ.get("PORT") or "8000"
            command.add_argument("--port", type=_port, default=port, help="the port to answer at, else PORT, else 8000")


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: choose one from 1 to 65535, PORT=…")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the parsed arguments; those of a command that hands them on are left as they are."""
    first = _first_command(arguments)
    if first < len(arguments) and arguments[first] in HANDED_ON:
        handed_on = argparse.Namespace(arguments=list(arguments[first + 1 :]))
        return parser(asked(arguments[:first])).parse_args(arguments[: first + 1], handed_on)
    return parser(asked(arguments)).parse_args(arguments)


def _first_command(arguments: Sequence[str]) -> int:
    """Return where the command stands: after `--lang`."""
    place = 0
    while place < len(arguments) and arguments[place].startswith("--"):
        place += 2 if arguments[place] in OPTIONS else 1
    return place


def run_command(arguments: Sequence[str]) -> int:
    """Run one subcommand and return its exit code."""
    args = parse(arguments)
    args.spoken = language(args)
    if args.needs_database or args.command in SERVERS:
        # Whatever is started from here speaks the same language.
        os.environ["MOTCUA_LANG"] = args.spoken
    try:
        return _with_database(args) if args.needs_database else args.run(args)
    except CannotStart as error:
        sys.stderr.write(f"{translate(args.spoken, str(error))}\n")
        return 2
    except Ended as error:
        return 128 + error.signum
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _with_database(args: argparse.Namespace) -> int:
    from motcua.web.launcher.setup import ready

    listen_to_signals()
    with ready():
        if getattr(args, "needs_django", True):
            start_django()
        return int(args.run(args))


def start_django() -> None:
    """Load Django with the environment that was prepared."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.web.settings")
    os.environ.setdefault("MOTCUA_POOL", "0")
    import django

    django.setup()


def _run(args: argparse.Namespace) -> int:
    from motcua.web.launcher.supervisor import run

    return run(args.parts, args.host, args.port)


def _psql(args: argparse.Namespace) -> int:
    """Open psql; the password goes by the environment, where no list of processes shows it."""
    import subprocess

    from psycopg.conninfo import conninfo_to_dict

    from motcua.web.launcher.binaries import choose

    known = conninfo_to_dict(os.environ["MOTCUA_DATABASE_URL"])
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    env = os.environ | {name: str(known[key]) for key, name in names.items() if key in known}
    return subprocess.run([choose().folder / "bin/psql", *args.arguments], env=env, check=False).returncode


def _manage(args: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["motcua manage", *args.arguments])
    return 0

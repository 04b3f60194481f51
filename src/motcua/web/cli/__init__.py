"""`motcua …`: one command line. Each room adds its subcommands in a module `cli` with `register(subparsers)`."""

import sys

OLDEST_PYTHON = (3, 11)


def main() -> None:
    """Run a command; exit with its code. 2: it could not start, and one sentence says why."""
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(f"Motcua needs Python 3.11 or later; this is {sys.version.split()[0]}.\n")
        sys.exit(2)
    from motcua.web.cli.commands import run_command

    sys.exit(run_command(sys.argv[1:]))

"""`motcua …`: one command line. Each room adds its subcommands in a module `cli` with `register(subparsers)`."""

import os
import sys

OLDEST_PYTHON = (3, 11)


def main() -> None:
    """Run a command; exit with its code. 2: it could not start, and one sentence says why."""
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(f"Motcua needs Python 3.11 or later; this is {sys.version.split()[0]}.\n")
        sys.exit(2)
    from motcua.web.cli.commands import run_command

    try:
        code = run_command(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing is left to say, also when Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)

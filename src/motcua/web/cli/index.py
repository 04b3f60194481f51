"""`motcua index`: score a spreadsheet by a framework, check a framework. Needs no database and no server.

What if, the way to a goal, and the firmness of ranks stand in `index_goals` and `index_firmness`.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from motcua.formats.frameworks import (
    BadFramework,
    BadTable,
    add_firmness,
    differences,
    read_framework,
    result_rows,
    tree_lines,
    write_rows,
)
from motcua.rules.scoring import Framework, Result, score_framework
from motcua.rules.scoring.derivation import derive
from motcua.rules.scoring.what_if import NoWay
from motcua.web.cli import index_firmness, index_goals
from motcua.web.cli.index_inputs import add_inputs, inputs, seed, shipped_file
from motcua.web.cli.speaking import language, say, translate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands."""
    parts = parser.add_subparsers(dest="part", required=True)
    _add_score(parts)
    index_goals.add_parsers(parts)
    index_firmness.add_parsers(parts)
    check = parts.add_parser("check", help="check a framework file; faults are told with their lines")
    check.add_argument("file", help="the framework file")
    check.set_defaults(index=_check)
    tree = parts.add_parser("tree", help="print a framework as a tree with points, rules and inputs")
    tree.add_argument("file", help="the framework file, or the name of a shipped one")
    tree.set_defaults(index=_tree)
    diff = parts.add_parser("diff", help="tell what changed from one framework to another; 1 if anything did")
    diff.add_argument("before", help="the earlier framework")
    diff.add_argument("after", help="the later framework")
    diff.set_defaults(index=_diff)


def _add_score(parts: Any) -> None:
    score = parts.add_parser("score", help="score the units of a spreadsheet by a framework")
    add_inputs(score)
    score.add_argument("--out", required=True, type=Path, help="the results: .csv, .xlsx or .json")
    score.add_argument(
        "--group", default="", metavar="COLUMN", help="also rank within the groups that this column names"
    )
    score.add_argument(
        "--uncertainty", type=_runs, default=0, metavar="N", help="N runs with other weights and methods"
    )
    score.add_argument("--seed", type=seed, default=1, help="the seed of the runs; the same seed gives the same runs")
    score.add_argument("--explain", default="", metavar="UNIT[:CODE]", help="print how a unit's score came about")
    score.set_defaults(index=_score)


def _runs(text: str) -> int:
    if text.isdecimal() and int(text) <= MOST_RUNS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of runs, 0 to {MOST_RUNS}")


MOST_RUNS = 1_000_000


def run(args: argparse.Namespace) -> int:
    """Do it; 2 where an input cannot be read or there is no way, with a sentence for each fault."""
    try:
        return int(args.index(args))
    except (BadFramework, BadTable, NoWay) as error:
        sys.stderr.write(f"{translate(language(args), str(error))}\n")
        return 2
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing is left to say, also when Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _score(args: argparse.Namespace) -> int:
    framework, read = inputs(args, args.group)
    result = score_framework(framework, read.data)
    explained = _explained(result, args.explain, language(args, "vi")) if args.explain else ""
    rows = result_rows(result, read.groups)
    if args.uncertainty > 0:
        add_firmness(rows, result, args.uncertainty, args.seed)
    write_rows(args.out, rows)
    sys.stdout.write(explained)
    return 0


def _explained(result: Result, wanted: str, language: str) -> str:
    """Return a derivation in words; a unit's own name may hold a colon."""
    unit, _, code = (wanted, "", "") if wanted in result.data.units else wanted.rpartition(":")
    if unit not in result.data.units or (code and code not in result.nodes):
        raise BadTable(f"There is no unit or code {wanted!r} to explain.")
    return "\n".join(derive(result, unit, code, language).lines()) + "\n"


def _check(args: argparse.Namespace) -> int:
    framework = read_framework(shipped_file(args.file))
    sys.stdout.write(f"{_counted(framework, language(args))}\n")
    return 0


def _tree(args: argparse.Namespace) -> int:
    lines = tree_lines(read_framework(shipped_file(args.file)), language(args, "vi"))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _diff(args: argparse.Namespace) -> int:
    before, after = (read_framework(shipped_file(name)) for name in (args.before, args.after))
    lines = differences(before, after, language(args, "vi"))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(bool(lines))


def _counted(framework: Framework, spoken: str) -> str:
    nodes = list(framework.root.walk())
    values = {
        "code": framework.code,
        "version": framework.version,
        "nodes": len(nodes),
        "leaves": sum(not node.children for node in nodes),
    }
    if framework.root.points:
        sentence = "{code} {version}: {nodes} nodes, {leaves} leaves, {points} points. No fault found."
        return say(spoken, sentence, **values, points=f"{framework.root.points:g}")
    return say(spoken, "{code} {version}: {nodes} nodes, {leaves} leaves. No fault found.", **values)

"""`motcua index`: score a spreadsheet by a framework, check a framework. Needs no database and no server."""

import argparse
import sys
from pathlib import Path

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import (
    BadFramework,
    BadTable,
    add_firmness,
    differences,
    read_data,
    read_framework,
    read_table,
    result_rows,
    tree_lines,
    write_rows,
)
from motcua.rules.scoring import Framework, Result, score_framework
from motcua.rules.scoring.derivation import WORDS, derive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands."""
    parts = parser.add_subparsers(dest="part", required=True)
    score = parts.add_parser("score", help="score the units of a spreadsheet by a framework")
    score.add_argument(
        "--framework", required=True, help="a framework file, or the name of a shipped one: decision-766"
    )
    score.add_argument("--data", required=True, type=Path, help="CSV or XLSX: a column unit, a column per input")
    score.add_argument("--out", required=True, type=Path, help="the results: .csv, .xlsx or .json")
    score.add_argument(
        "--group", default="", metavar="COLUMN", help="also rank within the groups that this column names"
    )
    score.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE", help=SET_HELP)
    score.add_argument("--uncertainty", type=int, default=0, metavar="N", help="N runs with other weights and methods")
    score.add_argument("--seed", type=int, default=1, help="the seed of the runs; the same seed gives the same runs")
    score.add_argument("--explain", default="", metavar="UNIT[:CODE]", help="print how a unit's score came about")
    score.add_argument("--language", choices=sorted(WORDS), default="vi", help="of the explanation")
    score.set_defaults(index=_score)
    check = parts.add_parser("check", help="check a framework file; faults are told with their lines")
    check.add_argument("file", help="the framework file")
    check.set_defaults(index=_check)
    tree = parts.add_parser("tree", help="print a framework as a tree with points, rules and inputs")
    tree.add_argument("file", help="the framework file, or the name of a shipped one")
    tree.add_argument("--language", choices=sorted(WORDS), default="vi")
    tree.set_defaults(index=_tree)
    diff = parts.add_parser("diff", help="tell what changed from one framework to another; 1 if anything did")
    diff.add_argument("before", help="the earlier framework")
    diff.add_argument("after", help="the later framework")
    diff.add_argument("--language", choices=sorted(WORDS), default="vi")
    diff.set_defaults(index=_diff)


SET_HELP = "put one parameter of the framework otherwise: normalise.method=zscore, Physical.weight=2"


def run(args: argparse.Namespace) -> int:
    """Do it; 2 where an input cannot be read, with a sentence for each fault."""
    try:
        return int(args.index(args))
    except (BadFramework, BadTable) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def framework_file(name: str) -> Path:
    """Return the file of this path, or the shipped framework of this name."""
    shipped = datasets_folder() / "frameworks" / f"{name}.yaml"
    return shipped if not Path(name).exists() and shipped.is_file() else Path(name)


def _score(args: argparse.Namespace) -> int:
    framework = read_framework(framework_file(args.framework), args.settings)
    read = read_data(framework, read_table(args.data), args.group)
    result = score_framework(framework, read.data)
    rows = result_rows(result, read.groups)
    if args.uncertainty > 0:
        add_firmness(rows, result, args.uncertainty, args.seed)
    write_rows(args.out, rows)
    if args.explain:
        _explain(result, args.explain, args.language)
    for warning in read.warnings:
        sys.stderr.write(f"{warning}\n")
    return 0


def _explain(result: Result, wanted: str, language: str) -> None:
    """Print a derivation; a unit's own name may hold a colon."""
    unit, _, code = (wanted, "", "") if wanted in result.data.units else wanted.rpartition(":")
    if unit not in result.data.units or (code and code not in result.nodes):
        raise BadTable(f"There is no unit or code {wanted!r} to explain.")
    sys.stdout.write("\n".join(derive(result, unit, code, language).lines()) + "\n")


def _check(args: argparse.Namespace) -> int:
    framework = read_framework(framework_file(args.file))
    sys.stdout.write(f"{_counted(framework)}\n")
    return 0


def _tree(args: argparse.Namespace) -> int:
    lines = tree_lines(read_framework(framework_file(args.file)), args.language)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _diff(args: argparse.Namespace) -> int:
    before, after = (read_framework(framework_file(name)) for name in (args.before, args.after))
    lines = differences(before, after, args.language)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(bool(lines))


def _counted(framework: Framework) -> str:
    nodes = list(framework.root.walk())
    leaves = sum(not node.children for node in nodes)
    most = f", {framework.root.points:g} points" if framework.root.points else ""
    return f"{framework.code} {framework.version}: {len(nodes)} nodes, {leaves} leaves{most}. No fault found."

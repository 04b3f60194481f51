"""What each part of `motcua index` that scores takes: a framework, a table of inputs, settings, a language."""

import argparse
import sys
from pathlib import Path

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import BadTable, read_data, read_framework, read_table
from motcua.formats.frameworks.tables import Read
from motcua.rules.scoring import Framework
from motcua.web.cli.speaking import language, translate

SET_HELP = "put one parameter of the framework otherwise: normalise.method=zscore, Physical.weight=2"


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Add --framework, --data and --set."""
    parser.add_argument(
        "--framework", required=True, help="a framework file, or the name of a shipped one: decision-766"
    )
    parser.add_argument("--data", required=True, type=Path, help="CSV or XLSX: a column unit, a column per input")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE", help=SET_HELP)


def seed(text: str) -> int:
    """Return a seed: a whole number from 0 on."""
    if text.isdecimal():
        return int(text[:18])
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")


def inputs(args: argparse.Namespace, group: str = "") -> tuple[Framework, Read]:
    """Return the framework and the data that the arguments name; warnings are told at once.

    Raises:
        BadFramework, BadTable: they cannot be read.
    """
    framework = read_framework(shipped_file(args.framework), args.settings)
    read = read_data(framework, read_table(args.data), group)
    for warning in read.warnings:
        sys.stderr.write(f"{translate(language(args), warning)}\n")
    return framework, read


def shipped_file(name: str) -> Path:
    """Return the file of this path, or the shipped framework of this name.

    Raises:
        BadTable: there is neither, and the name is no path.
    """
    folder = datasets_folder() / "frameworks"
    shipped = folder / f"{name}.yaml"
    if Path(name).exists() or "/" in name or "." in name:
        return Path(name)
    if not shipped.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml")))
        raise BadTable(f"There is neither a file nor a shipped framework {name!r}; shipped are {known}.")
    return shipped


def unit_named(args: argparse.Namespace, read: Read) -> str:
    """Return the unit that the arguments name.

    Raises:
        BadTable: there is no such unit.
    """
    if args.unit not in read.data.units:
        raise BadTable(f"There is no unit {args.unit!r}; there are {', '.join(read.data.units)[:300]}.")
    return str(args.unit)

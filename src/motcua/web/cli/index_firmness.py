"""`motcua index uncertainty`: intervals of ranks, who cannot be told apart, leaving one out, Sobol's indices.

The table of runs can be written, and any run of it made again exactly. No database, no server.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from motcua.formats.frameworks import BadTable, read_runs, spread_of, write_rows, write_runs
from motcua.formats.frameworks.tables import whole
from motcua.rules.scoring import Data, Framework, score_framework
from motcua.rules.scoring.ranking import ranks
from motcua.rules.scoring.sensitivity import leave_one_out, mean_shift, sobol, sobol_table
from motcua.rules.scoring.tree import FloatArray
from motcua.rules.scoring.uncertainty import Firmness, Runs, Spread, draw, run
from motcua.web.cli.index_inputs import add_inputs, inputs, seed
from motcua.web.cli.speaking import language, say

MOST_RUNS = 1_000_000
Rows = list[dict[str, Any]]


def add_parsers(parts: Any) -> None:
    """Add the subcommand."""
    part = parts.add_parser("uncertainty", help="how firm ranks are: intervals, who is alike, what moves them")
    add_inputs(part)
    part.add_argument("--runs", type=_count, default=1_000, help="how many runs; 1000 if not given")
    part.add_argument("--seed", type=seed, default=1, help="the same seed gives the same runs")
    part.add_argument("--weights", type=_share, help="each weight × 1 ± this share; else the framework's, else 0.25")
    part.add_argument("--missing", action="store_true", help="unscored leaves take any value that other units have")
    part.add_argument("--out", type=Path, help="intervals of ranks as .csv, .xlsx or .json; printed without it")
    part.add_argument("--table", type=Path, metavar="T.csv", help="write the table of runs; of Sobol's with --sobol")
    part.add_argument("--replay", type=Path, metavar="T.csv", help="make one run of a written table again: --run K")
    part.add_argument("--run", dest="place", type=int, default=0, metavar="K", help="which run, from 1")
    part.add_argument("--leave-one-out", action="store_true", help="also ranks without each leaf")
    part.add_argument(
        "--sobol", type=_count, default=0, metavar="SIZE", help="Sobol's indices from SIZE × (n + 2) runs"
    )
    part.set_defaults(index=_uncertainty)


def _count(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= MOST_RUNS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_RUNS}")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to below 1")
    return value


def _uncertainty(args: argparse.Namespace) -> int:
    framework, read = inputs(args)
    data = read.data
    spread = spread_of(framework, missing=args.missing, weights=args.weights)
    if args.replay:
        return _replay(args, framework, data, spread)
    if args.sobol:
        return _sobol(args, framework, data, spread)
    runs = draw(framework, data, spread, args.runs, args.seed)
    firmness = run(framework, data, spread, runs)
    if args.table:
        write_runs(args.table, runs)
    rows = _intervals(framework, data, firmness)
    left = _left_out(framework, data) if args.leave_one_out else []
    if args.out:
        write_rows(args.out, rows + left)
    _tell(language(args), args, rows, left)
    return 0


def _intervals(framework: Framework, data: Data, firmness: Firmness) -> Rows:
    exact = score_framework(framework, data).top.exact
    placed, alike = ranks(exact, framework.rank_method), firmness.alike(exact)
    low, median, high = firmness.interval()
    return [
        {
            "unit": unit,
            "without": "",
            "score": None if np.isnan(exact[n]) else float(exact[n]),
            "rank": whole(placed[n]),
            "rank_low": whole(low[n]),
            "rank_median": whole(median[n]),
            "rank_high": whole(high[n]),
            "alike": whole(alike[n]),
            "shift": None,
        }
        for n, unit in enumerate(data.units)
    ]


def _left_out(framework: Framework, data: Data) -> Rows:
    rows: Rows = []
    for one in leave_one_out(framework, data):
        for n, unit in enumerate(data.units):
            score = None if np.isnan(one.scores[n]) else float(one.scores[n])
            rows.append(
                {"unit": unit, "without": one.code, "score": score, "rank": whole(one.ranks[n])}
                | dict.fromkeys(("rank_low", "rank_median", "rank_high", "alike"))
                | {"shift": one.shift}
            )
    return rows


def _tell(spoken: str, args: argparse.Namespace, rows: Rows, left: Rows) -> None:
    _line(
        spoken, "{runs} runs, seed {seed}; nine of ten ranks lie between low and high", runs=args.runs, seed=args.seed
    )
    known = sorted((row for row in rows if row["rank"] is not None), key=lambda row: (row["rank"], row["unit"]))
    if not args.out:
        for row in known:
            values = {"unit": row["unit"], "score": f"{row['score']:.4f}", "rank": row["rank"]}
            values |= {"low": row["rank_low"], "high": row["rank_high"]}
            _line(spoken, "{unit}: {score}, rank {rank}, from {low} to {high}", **values)
    groups: dict[int, list[str]] = {}
    for row in known:
        groups.setdefault(row["alike"], []).append(row["unit"])
    for units in groups.values():
        if len(units) > 1:
            _line(spoken, "cannot be told apart: {units}", units=", ".join(units))
    for code, shift in {row["without"]: row["shift"] for row in left}.items():
        _line(spoken, "without {code}: ranks move by {shift} on average", code=code, shift=f"{shift:.3f}")


def _line(spoken: str, sentence: str, **values: object) -> None:
    sys.stdout.write(say(spoken, sentence, **values) + "\n")


# --- runs again, and Sobol ------------------------------------------------------------------------------------


def _replay(args: argparse.Namespace, framework: Framework, data: Data, spread: Spread) -> int:
    """Make one run again from its line of a table."""
    runs = read_runs(args.replay, framework, len(data.units))
    count = len(runs.normalise)
    if not args.place:
        raise BadTable("--replay names a table of runs; --run says which one.")
    if not 1 <= args.place <= count:
        raise BadTable(f"There are {count} runs in {args.replay.name}; there is no run {args.place}.")
    one = runs.only([args.place - 1])
    found = run(framework, data, _noisy(spread, one), one)
    rows = [
        {"unit": unit, "run": args.place, "score": None if np.isnan(score) else float(score), "rank": whole(rank)}
        for unit, score, rank in zip(data.units, found.scores[:, 0], found.ranks[:, 0], strict=True)
    ]
    spoken = language(args)
    _line(spoken, "run {run}: {ways}", run=args.place, ways=_ways(spread, one))
    if args.out:
        write_rows(args.out, rows)
    else:
        sys.stdout.writelines(f"{row['unit']}\t{row['score']!r}\t{row['rank']}\n" for row in rows)
    return 0


def _noisy(spread: Spread, one: Runs) -> Spread:
    """Return the spread as it was when the table was drawn: gaps are drawn where the table has them."""
    gaps = any(code.startswith("?") for code in one.noise)
    return Spread(spread.weights, spread.normalise, spread.aggregate, spread.margins, gaps)


def _ways(spread: Spread, one: Runs) -> str:
    named = []
    for name, ways, place in (
        ("normalise", spread.normalise, int(one.normalise[0])),
        ("aggregate", spread.aggregate, int(one.aggregate[0])),
    ):
        if ways:
            named.append(f"{name} {dict(ways[place])}")
    return ", ".join([*named, f"{len(one.codes)} weights"])


def _sobol(args: argparse.Namespace, framework: Framework, data: Data, spread: Spread) -> int:
    try:
        table = sobol_table(framework, data, spread, args.sobol, args.seed)
    except ValueError as error:
        raise BadTable(str(error)) from error
    if args.table:
        write_runs(args.table, table.runs())
    of = mean_shift(framework, data)
    found = sobol(table, data, _finite(of), seed=args.seed)
    if args.out:
        write_rows(args.out, [asdict(index) for index in found])
    spoken = language(args)
    _line(spoken, "share of the variance of the mean shift of ranks:")
    sentence = "{name}: first {first} ({first_low} to {first_high}), total {total} ({total_low} to {total_high})"
    for index in found:
        values = {name: value if name == "name" else f"{value:.3f}" for name, value in asdict(index).items()}
        _line(spoken, sentence, **values)
    return 0


def _finite(of: Any) -> Any:
    """Return the function with runs in which nobody is scored counting as no shift."""

    def shift(found: Firmness) -> FloatArray:
        return np.asarray(np.nan_to_num(of(found)))

    return shift

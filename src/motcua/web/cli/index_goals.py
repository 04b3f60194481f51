"""`motcua index what-if` and `motcua index way`: other inputs, and the cheapest way to a goal. Needs no database."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from motcua.formats.frameworks import BadTable
from motcua.formats.frameworks.tables import input_kinds, number_of, read_table
from motcua.rules.scoring import POINTS, Data, Framework, Node, score_framework
from motcua.rules.scoring.what_if import (
    Part,
    Standing,
    Step,
    Way,
    changed,
    cheapest,
    cheapest_counts,
    how_many,
    points_for_class,
    points_for_rank,
    standing,
)
from motcua.web.cli.index_inputs import add_inputs, inputs, unit_named
from motcua.web.cli.speaking import language, say

STEP_COLUMNS = ("leaf", "input", "value", "effort")


def add_parsers(parts: Any) -> None:
    """Add the two subcommands."""
    what_if = parts.add_parser("what-if", help="where a unit would stand with other inputs; what half a point takes")
    add_inputs(what_if)
    what_if.add_argument("--unit", required=True, help="the unit, as in the data")
    what_if.add_argument("--put", action="append", default=[], metavar="CODE=NUMBER", help="an input's other value")
    what_if.add_argument("--gain", type=_above_nothing, default=0.5, help="tell how many more bring so many points")
    what_if.add_argument("--json", action="store_true", help="print JSON")
    what_if.set_defaults(index=_what_if)
    way = parts.add_parser("way", help="the cheapest way to more ranks, to the next class, or to so many points")
    add_inputs(way)
    way.add_argument("--unit", required=True, help="the unit, as in the data")
    goal = way.add_mutually_exclusive_group(required=True)
    goal.add_argument("--ranks", type=int, help="so many ranks up")
    goal.add_argument("--class", dest="next_class", action="store_true", help="the next better class")
    goal.add_argument("--points", type=float, help="so many points")
    effort = "effort for one more of a leaf's numerator; leaves that are not named take none, without any: 1 for each"
    way.add_argument("--effort", action="append", default=[], metavar="LEAF=NUMBER", help=effort)
    steps = "instead: a table leaf,input,value,effort[,label]; of one leaf at most one step is taken"
    way.add_argument("--steps", type=Path, help=steps)
    way.add_argument("--json", action="store_true", help="print JSON")
    way.set_defaults(index=_way)


def _above_nothing(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


# --- what if --------------------------------------------------------------------------------------------------


def _what_if(args: argparse.Namespace) -> int:
    framework, read = inputs(args)
    unit, data = unit_named(args, read), read.data
    put = dict(_put(framework, setting) for setting in args.put)
    then = changed(data, unit, put) if put else data
    before, after = standing(framework, data, unit), standing(framework, then, unit)
    moved = _moved(framework, data, then, unit)
    gains = {leaf.code: _more(framework, then, unit, leaf, args.gain) for leaf in _rated(framework, then, unit)}
    if args.json:
        nodes = {code: {"now": one, "then": other} for code, (one, other) in moved.items()}
        told = {"unit": unit, "now": asdict(before), "then": asdict(after), "nodes": nodes}
        sys.stdout.write(json.dumps({**told, "gain": args.gain, "more": gains}, ensure_ascii=False) + "\n")
        return 0
    spoken = language(args)
    _tell(spoken, framework, "now", before, len(data.units))
    if put:
        _tell(spoken, framework, "then", after, len(data.units))
    for code, (one, other) in moved.items():
        node = framework.node(code)
        most = f"{node.points:g}" if node.points else "–"
        values = {"before": _figure(one), "after": _figure(other), "most": most}
        _line(spoken, "{code} {name}: {before} → {after} of {most}", code=code, name=node.name(spoken), **values)
    if gains:
        _line(spoken, "{gain} points more are:", gain=f"{args.gain:g}")
    for code, more in gains.items():
        leaf = framework.node(code)
        values = {"code": f"  {code}", "name": leaf.name(spoken)}
        if more is None:
            _line(spoken, "{code} {name}: not to be had here", **values)
        else:
            _line(spoken, "{code} {name}: {n} more of {part}", n=more, part=_part(leaf).numerator, **values)
    return 0


def _put(framework: Framework, setting: str) -> tuple[str, float]:
    code, sign, text = setting.partition("=")
    fault = BadTable(f"{setting!r} is not CODE=NUMBER of an input of the framework.")
    if not sign or input_kinds(framework).get(code, "text") == "text":
        raise fault
    try:
        return code, number_of(text)
    except ValueError:
        raise fault from None


def _moved(framework: Framework, data: Data, then: Data, unit: str) -> dict[str, tuple[float | None, float | None]]:
    """Return the nodes whose score of the unit differs, before and after."""
    place = data.units.index(unit)
    found = {}
    before, after = score_framework(framework, data), score_framework(framework, then)
    for code, node in before.nodes.items():
        one, other = float(node.score[place]), float(after.nodes[code].score[place])
        if one != other and not (np.isnan(one) and np.isnan(other)):
            found[code] = (_known(one), _known(other))
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _part(leaf: Node, effort: float = 1.0) -> Part:
    assert leaf.rule is not None
    return Part(leaf.code, leaf.rule["numerator"], leaf.rule["denominator"], effort)


def _rated(framework: Framework, data: Data, unit: str) -> list[Node]:
    """Return the leaves with points that are scored by a rate whose figures the unit has."""
    place = data.units.index(unit)
    leaves = [leaf for leaf in framework.root.leaves() if leaf.rule and leaf.points and leaf.rule.get("numerator")]
    return [leaf for leaf in leaves if not np.isnan(data.number(_part(leaf).denominator)[place])]


def _more(framework: Framework, data: Data, unit: str, leaf: Node, gain: float) -> int | None:
    part = _part(leaf)
    return how_many(framework, data, unit, part.numerator, part.denominator, gain)


def _tell(spoken: str, framework: Framework, when: str, found: Standing, units: int) -> None:
    said = say(spoken, when)
    if found.points is None:
        _line(spoken, "{when}: not scored", when=said)
        return
    values = {"when": said, "points": _figure(found.points), "rank": found.rank, "of": units}
    if found.rating:
        names = next(rating.names for rating in framework.classes if rating.code == found.rating)
        rating = names.get(spoken, found.rating)
        _line(spoken, "{when}: {points} points, rank {rank} of {of}, class {rating}", rating=rating, **values)
    else:
        _line(spoken, "{when}: {points} points, rank {rank} of {of}", **values)


def _line(spoken: str, sentence: str, **values: object) -> None:
    sys.stdout.write(say(spoken, sentence, **values) + "\n")


# --- the way --------------------------------------------------------------------------------------------------


def _way(args: argparse.Namespace) -> int:
    framework, read = inputs(args)
    unit, data = unit_named(args, read), read.data
    if framework.kind != POINTS:
        raise BadTable("steps are for frameworks of points and each has an effort above 0")
    goal = _goal(args, framework, data, unit)
    if args.steps:
        found = cheapest(framework, data, unit, _steps(framework, args.steps), goal)
    else:
        efforts = _efforts(framework, data, unit, args.effort)
        parts = [_part(leaf, efforts[leaf.code]) for leaf in _rated(framework, data, unit) if leaf.code in efforts]
        found = cheapest_counts(framework, data, unit, parts, goal)
    if args.json:
        steps = [{**asdict(step), "inputs": dict(step.inputs)} for step in found.steps]
        told = {"unit": unit, "goal": goal, "effort": found.effort, "steps": steps, "then": asdict(found.standing)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        _tell_way(language(args), framework, data, unit, found)
    return 0


def _goal(args: argparse.Namespace, framework: Framework, data: Data, unit: str) -> float:
    if args.next_class:
        return points_for_class(framework, data, unit)
    return float(args.points) if args.points is not None else points_for_rank(framework, data, unit, args.ranks)


def _efforts(framework: Framework, data: Data, unit: str, settings: list[str]) -> Mapping[str, float]:
    known = {leaf.code for leaf in framework.root.leaves() if leaf.rule and leaf.rule.get("numerator")}
    efforts = {}
    for setting in settings:
        code, _, text = setting.partition("=")
        try:
            efforts[code] = float(text)
        except ValueError:
            efforts[code] = 0.0
        if code not in known or not efforts[code] > 0:
            raise BadTable(f"{setting!r} is not LEAF=NUMBER above 0, of a leaf that is scored by a rate.")
    return efforts or {leaf.code: 1.0 for leaf in _rated(framework, data, unit)}


def _steps(framework: Framework, file: Path) -> list[Step]:
    """Return the steps of a table; rows of one leaf and label are one step that changes several inputs."""
    table = read_table(file)
    if not set(STEP_COLUMNS) <= set(table.heads):
        raise BadTable(f"{file.name} needs the columns {','.join(STEP_COLUMNS)}.")
    columns = {name: table.column(name) for name in (*STEP_COLUMNS, "label")}
    codes, kinds = {node.code for node in framework.root.walk()}, input_kinds(framework)
    found: dict[tuple[str, str], Step] = {}
    for place, (number, _cells) in enumerate(table.rows):
        leaf, code, label = (columns[name][place] for name in ("leaf", "input", "label"))
        try:
            value, effort = float(columns["value"][place]), float(columns["effort"][place] or "nan")
        except ValueError:
            effort = -1.0
        if leaf not in codes or kinds.get(code, "text") == "text" or not effort > 0:
            raise BadTable(f"{file.name}, row {number}: a step needs leaf, input, value and an effort above 0")
        key = (leaf, label or str(number))
        step = found.get(key, Step(leaf, {}, effort, label or f"{code} = {columns['value'][place]}"))
        found[key] = Step(leaf, {**step.inputs, code: value}, effort, step.label)
    return list(found.values())


def _tell_way(spoken: str, framework: Framework, data: Data, unit: str, found: Way) -> None:
    _tell(spoken, framework, "now", standing(framework, data, unit), len(data.units))
    if not found.steps:
        _line(spoken, "The goal is reached already.")
        return
    for step in found.steps:
        node = framework.node(step.leaf)
        values = {"effort": f"{step.effort:g}"}
        if step.label.isdecimal():
            values |= {"code": f"  {step.leaf}", "name": node.name(spoken), "n": step.label}
            _line(spoken, "{code} {name}: {n} more (effort {effort})", **values)
        else:
            _line(
                spoken, "{label} (effort {effort})", label=f"  {step.leaf} {node.name(spoken)}: {step.label}", **values
            )
    _line(spoken, "effort together: {effort}", effort=f"{found.effort:g}")
    _tell(spoken, framework, "then", found.standing, len(data.units))

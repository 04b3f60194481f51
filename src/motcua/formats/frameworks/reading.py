"""From the file of a framework to the framework: schema, then what a schema cannot say, then the tree."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from motcua.rules.scoring import COMPOSITE, POINTS, Framework, Label, Node, RatingClass, Rule
from motcua.rules.scoring import formula as formulas
from motcua.rules.scoring.leaves import inputs_of

from .overrides import override
from .places import FrameworkFault, Key, Placed, read_placed
from .stages import read_weights, stage_faults

SCHEMA = Path(__file__).with_name("schema.json")
STAGES = ("impute", "treat", "normalise", "aggregate")
# What stays with the node for the engines, out of the keys of the file.
NODE_OPTIONS = (
    "digits",
    "rebase",
    "cap",
    "scale",
    "input",
    "denominator",
    "inherited",
    "evidence",
    "checklist",
    "weights",
    "impute",
    "treat",
    "normalise",
    "aggregate",
)
MOST_FAULTS = 20
KINDS = {
    "object": "a block of keys",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


class BadFramework(ValueError):
    """The file holds faults; each names its line."""

    def __init__(self, faults: Sequence[FrameworkFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def read_framework(file: Path, settings: Sequence[str] = ()) -> Framework:
    """Return the framework of a file, with `PATH=VALUE` settings put over it.

    Raises:
        BadFramework: the file or a setting has faults.
    """
    try:
        placed = read_placed(file)
        for setting in settings:
            override(placed, setting)
    except FrameworkFault as fault:
        raise BadFramework([fault]) from fault
    if faults := list(check(placed, tried=bool(settings))):
        raise BadFramework(sorted(faults, key=lambda fault: fault.line)[:MOST_FAULTS])
    blocks = tuple(_blocks(placed.data["tree"], ("tree",)))
    try:
        return _framework(placed.data, read_weights(placed, file, blocks))
    except FrameworkFault as fault:
        raise BadFramework([fault]) from fault


def check(placed: Placed, *, tried: bool = False) -> list[FrameworkFault]:
    """Return the faults of a file: of its shape, or, where the shape is right, of its sense.

    `tried`: settings were put over it, and may have left a label without its input.
    """
    errors = Draft202012Validator(schema()).iter_errors(placed.data)
    faults = [_fault(placed, error) for error in errors]
    return faults or list(_senseless(placed, tried))


def _fault(placed: Placed, error: ValidationError) -> FrameworkFault:
    deepest = best_match(error.context) if error.context else None
    chosen = deepest or error
    key = tuple(chosen.absolute_path)
    return placed.fault(key, _said(chosen))


def _said(error: ValidationError) -> str:
    """Return the message of a schema error without a whole block of the file in it."""
    match error.validator:
        case "additionalProperties":
            known = ", ".join(sorted(error.schema.get("properties", {})))
            extra = ", ".join(sorted(set(error.instance) - set(error.schema.get("properties", {}))))
            return f"unknown key {extra}; known are: {known}"
        case "oneOf":
            return "give either numerator and denominator, or input"
        case "enum":
            return f"{error.instance!r} is none of: {', '.join(map(str, error.validator_value))}"
        case "type":
            return f"{str(error.instance)[:60]!r} must be {KINDS.get(error.validator_value, error.validator_value)}"
        case "required":
            return f"{str(error.message).split(chr(39))[1]} is missing"
        case "minimum" | "exclusiveMinimum":
            beyond = "is less than" if error.validator == "minimum" else "must be more than"
            return f"{error.instance} {beyond} {error.validator_value}"
        case "maximum":
            return f"{error.instance} is more than {error.validator_value}"
        case "minItems" | "minProperties":
            return "has too few entries"
        case "maxItems":
            return "has too many entries"
        case "pattern":
            return f"{error.instance[:60]!r} is not written as such a key is"
    return str(error.message)[:300]


# --- what a schema cannot say ---------------------------------------------------------------------------------


def _senseless(placed: Placed, tried: bool) -> Iterator[FrameworkFault]:
    seen: dict[str, int] = {}
    for key, block in _blocks(placed.data["tree"], ("tree",)):
        code = block["code"]
        if code in seen:
            yield placed.fault((*key, "code"), f"{code} stands already in line {seen[code]}")
        seen.setdefault(code, placed.line((*key, "code")))
        composite = placed.data["kind"] == COMPOSITE
        yield from _composite_faults(placed, key, block) if composite else _points_faults(placed, key, block)
    yield from _class_faults(placed)
    yield from stage_faults(placed, tuple(_blocks(placed.data["tree"], ("tree",))))
    if not tried:
        yield from _label_faults(placed)


def _blocks(block: dict[str, Any], key: Key) -> Iterator[tuple[Key, dict[str, Any]]]:
    yield key, block
    for place, child in enumerate(block.get("children", [])):
        yield from _blocks(child, (*key, "children", place))


def _points_faults(placed: Placed, key: Key, block: dict[str, Any]) -> Iterator[FrameworkFault]:
    if "points" not in block:
        yield placed.fault(key, "points is missing")
    elif "children" in block:
        regular = [child for child in block["children"] if "adjustment" not in child]
        total = math.fsum(child.get("points", 0) for child in regular)
        if "rule" in block:
            yield placed.fault((*key, "rule"), "a node with children has no rule of its own")
        if abs(total - block["points"]) > 1e-9 and all("points" in child for child in regular):
            yield placed.fault((*key, "points"), f"{block['points']:g} points, but the children add up to {total:g}")
    elif "rule" not in block:
        yield placed.fault(key, "a leaf needs a rule")
    else:
        yield from _rule_faults(placed, (*key, "rule"), block["rule"], block["points"])


def _rule_faults(placed: Placed, key: Key, rule: dict[str, Any], most: float) -> Iterator[FrameworkFault]:
    own = [rule[name] for name in ("points", "cap", "zero_denominator") if isinstance(rule.get(name), int | float)]
    if rule["kind"] == "survey_mean" and rule.get("low", 1) >= rule.get("high", 5):
        yield placed.fault(key, f"{rule.get('low', 1):g} is not below {rule.get('high', 5):g}")
    if rule["kind"] == "formula":
        try:
            formulas.parse(rule["expression"])
        except formulas.UnsafeFormula as error:
            yield placed.fault((*key, "expression"), str(error))
    options = rule.get("options", {}).values()
    edges = [band["points"] for band in rule.get("bands", [])]
    for points in (*own, *options, *edges):
        if not 0 <= points <= most:
            yield placed.fault(key, f"an option of {points:g} points is outside 0 to {most:g}")
    levels = [band.get("over", band.get("at_least", -math.inf)) for band in rule.get("bands", [])]
    if levels != sorted(levels, reverse=True):
        yield placed.fault((*key, "bands"), "bands stand from high to low")
    for place, part in enumerate(rule.get("rules", [])):
        yield from _rule_faults(placed, (*key, "rules", place), part, rule.get("points", most))


def _composite_faults(placed: Placed, key: Key, block: dict[str, Any]) -> Iterator[FrameworkFault]:
    for name in ("rule", "points", "adjustment"):
        if name in block:
            yield placed.fault((*key, name), f"{name} belongs to a framework of kind points")
    if "children" in block and sum(child.get("weight", 1) for child in block["children"]) <= 0:
        yield placed.fault(key, "the weights of the children add up to nothing")


def _class_faults(placed: Placed) -> Iterator[FrameworkFault]:
    rows = placed.data.get("classes", [])
    edges = [row.get("at_least", row.get("at_least_percentile", -math.inf)) for row in rows]
    if edges != sorted(edges, reverse=True):
        yield placed.fault(("classes",), "classes stand from high to low")


def _label_faults(placed: Placed) -> Iterator[FrameworkFault]:
    """A label of an input that no leaf takes is a slip of the pen, found here rather than on a page."""
    labels = placed.data.get("inputs", {})
    if not labels:
        return
    named = {code for _key, block in _blocks(placed.data["tree"], ("tree",)) for code in _inputs_of(block)}
    named |= {str(placed.data.get("impute", {}).get("group", ""))}
    for code in labels:
        if code not in named:
            yield placed.fault(("inputs", code), f"no leaf takes the input {code}")


def _inputs_of(block: dict[str, Any]) -> Iterator[str]:
    if "rule" in block:
        yield from inputs_of(_rule(block["rule"]))
    elif "children" not in block:
        yield from (block.get("input", block["code"]), block.get("denominator", ""))


# --- the tree -------------------------------------------------------------------------------------------------


def _framework(data: dict[str, Any], weights: Mapping[str, float]) -> Framework:
    return Framework(
        code=data["framework"],
        version=data["version"],
        kind=data["kind"],
        names=data.get("name", {}),
        root=_node(data["tree"], weights),
        rounding=data.get("rounding", {}),
        classes=tuple(_class(row) for row in data.get("classes", [])),
        rank_method=data.get("ranks", "competition"),
        required=frozenset(data.get("required", [])),
        stages={name: data[name] for name in (*STAGES, "weights", "uncertainty") if name in data},
        labels={code: _label(row) for code, row in data.get("inputs", {}).items()},
    )


def _label(row: dict[str, Any]) -> Label:
    """Return a label: names alone, or `name` with the `unit` that the input is counted in."""
    return Label(row["name"], row.get("unit", {})) if isinstance(row.get("name"), dict) else Label(row)


def _class(row: dict[str, Any]) -> RatingClass:
    return RatingClass(row["code"], row.get("name", {}), row.get("at_least"), row.get("at_least_percentile"))


def _node(block: dict[str, Any], weights: Mapping[str, float]) -> Node:
    return Node(
        code=block["code"],
        names=block.get("name", {}),
        points=float(block.get("points", 0)),
        weight=float(weights.get(block["code"], block.get("weight", 1))),
        direction=block.get("direction", 1),
        rule=_rule(block["rule"]) if "rule" in block else None,
        children=tuple(_node(child, weights) for child in block.get("children", [])),
        adjustment=block.get("adjustment", ""),
        options={name: block[name] for name in NODE_OPTIONS if name in block},
    )


def _rule(block: dict[str, Any]) -> Rule:
    options = {name: value for name, value in block.items() if name != "kind"}
    if "rules" in options:
        options["rules"] = [_rule(part) for part in options["rules"]]
    return Rule(block["kind"], options)


__all__ = ("POINTS", "BadFramework", "check", "read_framework", "schema")

"""A formula over named inputs: numbers, + - * / **, comparisons, and a few functions. Nothing else is let in."""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from .tree import FloatArray

OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "min": (2, 20, lambda *values: _all(np.minimum, values)),
    "max": (2, 20, lambda *values: _all(np.maximum, values)),
    "abs": (1, 1, np.abs),
    "sqrt": (1, 1, np.sqrt),
    "log": (1, 1, np.log),
    "where": (3, 3, np.where),
}
LONGEST, DEEPEST, GREATEST_POWER = 1_000, 40, 10


class UnsafeFormula(ValueError):
    """The formula holds what is not allowed; the sentence says what and where."""


def _all(function: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    first, *rest = values
    for value in rest:
        first = function(first, value)
    return first


@lru_cache(maxsize=1_000)
def parse(expression: str) -> ast.expr:
    """Return the tree of a formula.

    Raises:
        UnsafeFormula: it is no formula, too long or too deep, or has what is not on the lists above.
    """
    if len(expression) > LONGEST:
        raise UnsafeFormula(f"the formula is longer than {LONGEST} characters")
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnsafeFormula(f"{expression!r} is not a formula") from None
    _check(tree, 0)
    return tree


def _check(node: ast.expr, depth: int) -> None:
    if depth > DEEPEST:
        raise UnsafeFormula("the formula is nested too deeply")
    for child in _parts(node):
        _check(child, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a node that is allowed."""
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            return []
        case ast.Name():
            return []
        case ast.BinOp(op=ast.Pow(), left=left, right=ast.Constant(value=power)) if _small(power):
            return [left]
        case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS and not isinstance(op, ast.Pow):
            return [left, right]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return [operand]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
            return [left, right]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            least, most, _ = FUNCTIONS[name]
            if least <= len(args) <= most and not any(isinstance(arg, ast.Starred) for arg in args):
                return list(args)
    raise UnsafeFormula(f"{ast.unparse(node)!r} is not allowed in a formula")


def _small(power: object) -> bool:
    return isinstance(power, int | float) and abs(power) <= GREATEST_POWER


def names(expression: str) -> tuple[str, ...]:
    """Return the inputs that a formula names, in their order."""
    called = {id(node.func) for node in ast.walk(parse(expression)) if isinstance(node, ast.Call)}
    found = [n.id for n in ast.walk(parse(expression)) if isinstance(n, ast.Name) and id(n) not in called]
    return tuple(dict.fromkeys(found))


def compute(expression: str, values: Mapping[str, FloatArray]) -> FloatArray:
    """Return the formula's value for each unit; a division by zero or an impossible root is NaN (unscored).

    Missing inputs make the value missing, also under a comparison.
    """
    with np.errstate(all="ignore"):
        result = np.asarray(_value(parse(expression), values), dtype=np.float64)
    inputs = [values[name] for name in names(expression)]
    missing = np.any([np.isnan(column) for column in inputs], axis=0) if inputs else False
    return np.where(missing | ~np.isfinite(result), np.nan, result)


def _value(node: ast.expr, values: Mapping[str, FloatArray]) -> Any:
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(op=op, left=left, right=right):
            return OPERATORS[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=op, operand=operand):
            return OPERATORS[type(op)](_value(operand, values))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return OPERATORS[type(op)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name][2](*(_value(arg, values) for arg in args))
    raise UnsafeFormula(ast.unparse(node))

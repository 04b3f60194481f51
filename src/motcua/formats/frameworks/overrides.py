"""`PATH=VALUE`: one parameter of a framework put otherwise, for a trial. A path starts at a key or a node's code."""

from collections.abc import Iterator
from typing import Any

import yaml

from .places import FrameworkFault, Placed

STAGES = ("impute", "treat", "normalise", "aggregate")
PLACE = "--set"


def override(placed: Placed, setting: str) -> None:
    """Put one value over the data: `normalise.method=zscore`, `Physical.weight=2`, `normalise=rank`.

    Raises:
        FrameworkFault: no such place, or no value.
    """
    path, sign, text = setting.partition("=")
    if not sign or not path:
        raise FrameworkFault(PLACE, 1, setting, "is not PATH=VALUE, such as normalise.method=zscore")
    first, *rest = path.split(".")
    target = placed.data
    # A file that is no block of keys is refused by the schema, which says so better.
    if not isinstance(target, dict):
        return
    if first != "tree" and (node := _node(target.get("tree", {}), first)) is not None:
        target, keys = node, rest
    else:
        keys = [first, *rest]
    _put(target, keys, _value(text), path)


def _value(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _put(target: Any, keys: list[str], value: Any, path: str) -> None:
    if keys and keys[-1] in STAGES and isinstance(value, str):
        keys = [*keys, "method"]
    for key in keys[:-1]:
        if isinstance(target, list) and key.isdecimal() and int(key) < len(target):
            target = target[int(key)]
        elif isinstance(target, dict) and isinstance(target.setdefault(key, {}), dict | list):
            target = target[key]
        else:
            raise FrameworkFault(PLACE, 1, path, f"the framework has no block {key!r}")
    if not keys or not isinstance(target, dict):
        raise FrameworkFault(PLACE, 1, path, "does not lead to a value")
    target[keys[-1]] = value


def _node(block: dict[str, Any], code: str) -> dict[str, Any] | None:
    return next((node for node in _walk(block) if node.get("code") == code), None)


def _walk(block: Any) -> Iterator[dict[str, Any]]:
    if isinstance(block, dict):
        yield block
        for child in block.get("children", []):
            yield from _walk(child)

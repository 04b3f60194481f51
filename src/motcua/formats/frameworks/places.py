"""A YAML file as plain data, beside the line of every value in it."""

import math
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Key = tuple[str | int, ...]
MOST_BYTES = 5_000_000
# An alias may stand for a block that holds aliases, and so on without end.
MOST_VALUES = 500_000


class FrameworkFault(ValueError):
    """A framework says something that cannot be computed. `line` counts from 1; `path` leads to the value."""

    def __init__(self, file: str, line: int, path: str, message: str) -> None:
        super().__init__(message)
        self.file, self.line, self.path, self.message = file, line, path, message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {f'{self.path}: ' if self.path else ''}{self.message}"


class Placed:
    """The data of a file with its lines."""

    def __init__(self, file: str, data: Any, lines: dict[Key, int]) -> None:
        self.file, self.data, self.lines = file, data, lines

    def line(self, key: Key) -> int:
        """Return the line of a value, or of the nearest block around it that the file has."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def fault(self, key: Key, message: str) -> FrameworkFault:
        """Return the fault of the value at this key; the caller raises or collects it."""
        return FrameworkFault(self.file, self.line(key), self.path(key), message)

    def path(self, key: Key) -> str:
        """Return a key in words a person finds in the file: tree nodes by their code."""
        named: list[str] = []
        value = self.data
        for part in key:
            value = _step(value, part)
            if isinstance(value, dict) and isinstance(value.get("code"), str):
                named = [value["code"]]
            elif part != "children":
                named.append(f"[{part + 1}]" if isinstance(part, int) else part)
        return ".".join(named).replace(".[", "[")


def _step(value: Any, part: str | int) -> Any:
    if isinstance(value, dict) and part in value:
        return value[part]
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None


def read_placed(file: Path) -> Placed:
    """Return the data of a YAML file with its lines.

    Raises:
        FrameworkFault: not there, too large or deep, not UTF-8, not YAML, a key that stands twice, no finite number.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise FrameworkFault(file.name, 1, "", f"larger than {MOST_BYTES // 1_000_000} MB; this is no framework")
        node = yaml.compose(file.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
        lines: dict[Key, int] = {}
        return Placed(file.name, _plain(node, (), lines, file.name) if node else None, lines)
    except OSError as error:
        raise FrameworkFault(str(file), 1, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FrameworkFault(file.name, 1, "", "is not a text file in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        raise FrameworkFault(file.name, mark.line + 1 if mark else 1, "", f"is not YAML: {problem}") from error
    except RecursionError as error:
        raise FrameworkFault(file.name, 1, "", "is nested too deeply") from error


def _plain(node: Node, key: Key, lines: dict[Key, int], file: str) -> Any:
    lines[key] = node.start_mark.line + 1
    if len(lines) > MOST_VALUES:
        raise FrameworkFault(file, lines[key], "", f"more than {MOST_VALUES} values; this is no framework")
    if isinstance(node, MappingNode):
        return _block(node, key, lines, file)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*key, place), lines, file) for place, item in enumerate(node.value)]
    try:
        value = yaml.constructor.SafeConstructor().construct_document(node)
    except (yaml.YAMLError, ValueError) as error:
        raise FrameworkFault(file, lines[key], "", f"{node.value[:60]!r} cannot be read") from error
    if isinstance(value, float) and not math.isfinite(value):
        raise FrameworkFault(file, lines[key], "", f"{node.value!r} is not a number")
    return value


def _block(node: MappingNode, key: Key, lines: dict[Key, int], file: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name_node, value in node.value:
        name = name_node.value if isinstance(name_node, ScalarNode) else "?"
        if name in found:
            raise FrameworkFault(file, name_node.start_mark.line + 1, name, "is given twice")
        found[name] = _plain(value, (*key, name), lines, file)
        if not isinstance(value, MappingNode | SequenceNode):
            lines[(*key, name)] = name_node.start_mark.line + 1
    return found

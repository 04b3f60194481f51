"""What a function imports when it is called is there: no other check looks into functions."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import motcua

SOURCE = Path(motcua.__file__).parent


def imported_within_functions() -> Iterator[tuple[str, int, str, str]]:
    """Yield the file, the line, the module and the name of each import of ours within a function."""
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("motcua."):
                    for alias in node.names:
                        yield str(path.relative_to(SOURCE)), node.lineno, str(node.module), alias.name


def test_every_name_that_is_imported_late_is_there():
    found = sorted(set(imported_within_functions()))
    assert len(found) > 100
    missing = []
    for file, line, module, name in found:
        if not hasattr(importlib.import_module(module), name):
            try:
                importlib.import_module(f"{module}.{name}")
            except ModuleNotFoundError:
                missing.append(f"{file}:{line}: {module} has no {name}")
    assert missing == []

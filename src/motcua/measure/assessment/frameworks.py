"""Frameworks as rounds keep them: the text of a file with its digest, read once a process."""

import hashlib
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import read_framework
from motcua.formats.frameworks.tables import input_kinds
from motcua.rules.scoring import COMPOSITE, Framework, Node, leaves


def shipped() -> list[str]:
    """Return the names of the frameworks that are shipped."""
    return sorted(file.stem for file in (datasets_folder() / "frameworks").glob("*.yaml"))


def shipped_text(name: str) -> str:
    """Return the text of a shipped framework.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in shipped():
        raise KeyError(name)
    return (datasets_folder() / "frameworks" / f"{name}.yaml").read_text(encoding="utf-8")


def digest_of(text: str) -> str:
    """Return the digest of a framework's text (SHA-256, UTF-8)."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=64)
def framework_of(text: str) -> Framework:
    """Return the framework of a text. What it requires is asked for at sign-off, not while values come in.

    Raises:
        BadFramework: the text has faults; each names its line.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "framework.yaml"
        file.write_text(text, encoding="utf-8")
        return replace(read_framework(file), required=frozenset())


def inputs_of_leaf(framework: Framework, leaf: Node) -> dict[str, str]:
    """Return the inputs of a leaf with what each must be: number, share, percent, flag, text."""
    kinds = input_kinds(framework)
    if framework.kind == COMPOSITE:
        codes = [leaf.options.get("input", leaf.code), leaf.options.get("denominator", "")]
    else:
        codes = list(leaves.inputs_of(leaf.rule)) if leaf.rule else []
    return {code: kinds[code] for code in codes if code}


def options_of_leaf(leaf: Node) -> tuple[str, ...]:
    """Return the options of a ladder, none for other rules."""
    return tuple(leaf.rule["options"]) if leaf.rule is not None and leaf.rule.kind == "ladder" else ()

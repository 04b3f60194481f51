"""Frameworks for people: the tree as indented lines, and what one version changed against another."""

from collections.abc import Iterator
from typing import Any

from motcua.rules.scoring import Framework, Label, Node, Rule
from motcua.rules.scoring.leaves import inputs_of

WORDS = {
    "vi": {"points": "điểm", "weight": "trọng số", "added": "thêm", "removed": "bỏ", "changed": "sửa"},
    "en": {"points": "points", "weight": "weight", "added": "added", "removed": "removed", "changed": "changed"},
}


def tree_lines(framework: Framework, language: str = "vi") -> Iterator[str]:
    """Yield the tree as text: code, name, points or weight, and for a leaf its rule with its inputs."""
    yield f"{framework.code} {framework.version}"
    yield from _lines(framework, framework.root, 0, language)


def _lines(framework: Framework, node: Node, depth: int, language: str) -> Iterator[str]:
    words = WORDS[language]
    size = f"{node.points:g} {words['points']}" if node.points or node.rule else f"{words['weight']} {node.weight:g}"
    sign = {"bonus": " (+)", "penalty": " (−)"}.get(node.adjustment, "")
    yield f"{'  ' * depth}{node.code} {node.name(language)} — {size}{sign}"
    if node.rule is not None:
        yield f"{'  ' * depth}    {rule_words(node.rule)}"
        for code in inputs_of(node.rule):
            yield f"{'  ' * depth}      {code}: {_named(framework, code, language)}"
    for each in node.options.get("checklist", ()):
        yield f"{'  ' * depth}    ☐ {each.get(language) or next(iter(each.values()))}"
    for child in node.children:
        yield from _lines(framework, child, depth + 1, language)


def _named(framework: Framework, code: str, language: str) -> str:
    """Return an input's label with its unit; a dash where the framework has no label for it."""
    label, unit = framework.label(code, language), framework.unit(code, language)
    return "–" if label == code else f"{label} ({unit})" if unit else label


def rule_words(rule: Rule) -> str:
    """Return a rule in one line: its kind, its inputs, what else is set."""
    named = {"input", "numerator", "denominator", "all_of", "answers", "rules"}
    rest = {name: value for name, value in rule.options.items() if name not in named}
    more = f" {_plain(rest)}" if rest else ""
    return f"{rule.kind}: {', '.join(inputs_of(rule))}{more}"


def differences(before: Framework, after: Framework, language: str = "vi") -> list[str]:
    """Return what changed from one framework to another, a line for each node and each of its values, in tree order."""
    words = WORDS[language]
    was = {node.code: node for node in before.root.walk()}
    now = {node.code: node for node in after.root.walk()}
    above = _parents(before), _parents(after)
    found = [f"- {words['removed']}: {code} {was[code].name(language)}" for code in was if code not in now]
    for code, node in now.items():
        if code not in was:
            found.append(f"+ {words['added']}: {code} {node.name(language)}")
            continue
        old, new = _values(was[code], above[0].get(code)), _values(node, above[1].get(code))
        found += [
            f"~ {words['changed']}: {code}.{key}: {_plain(old.get(key))} → {_plain(new.get(key))}"
            for key in dict.fromkeys([*old, *new])
            if old.get(key) != new.get(key)
        ]
    return found + _whole(before, after, words["changed"])


def _whole(before: Framework, after: Framework, changed: str) -> list[str]:
    names = ("version", "kind", "rounding", "classes", "rank_method", "required", "stages", "labels")
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return [f"~ {changed}: {name}: {_plain(one)} → {_plain(other)}" for name, one, other in pairs if one != other]


def _parents(framework: Framework) -> dict[str, str]:
    return {child.code: node.code for node in framework.root.walk() for child in node.children}


def _values(node: Node, parent: str | None) -> dict[str, Any]:
    rule = {"kind": node.rule.kind, **node.rule.options} if node.rule else None
    return {
        "parent": parent,
        "name": dict(node.names),
        "points": node.points,
        "weight": node.weight,
        "direction": node.direction,
        "adjustment": node.adjustment,
        "rule": rule,
        **dict(node.options),
    }


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_plain(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple | frozenset):
        return "[" + ", ".join(map(_plain, value)) + "]"
    if isinstance(value, Label):
        return _plain({**value.names, **({"unit": value.units} if value.units else {})})
    if hasattr(value, "at_least") and hasattr(value, "code"):
        return f"{value.code} {value.at_least if value.at_least is not None else '–'}"
    return f"{value:g}" if isinstance(value, float) else str(value)

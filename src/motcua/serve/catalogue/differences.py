"""What one version changes against another, part by part, in the order in which a lawyer reads a procedure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from motcua.rules.text import fold
from motcua.serve.catalogue.content import ComponentData, FeeData, MethodData, ProcedureData, Words

ADDED, REMOVED, CHANGED, RAISED, LOWERED = "added", "removed", "changed", "raised", "lowered"
# Plain values in the order of reading: part of the sentence, name of the field.
BEFORE_PAPERS = ("name", "kind", "announced_by", "limit", "cut_off", "at_once")
AFTER_PAPERS = (
    "counts_copies", "supplement_limit", "supplement_days", "supplement_recomputes", "service_level", "e_result",
    "result_required", "subjects_note", "requirements", "order", "form",
)  # fmt: skip
COMPONENT_VALUES = ("name", "required", "form_name", "case", "note", "url")
COUNTS = ("originals", "certified", "copies")


@dataclass(frozen=True)
class Difference:
    """One change. `part` and `what` say which and how; `about` names the paper, fee, channel … if there are several.

    `old` and `new` are the values themselves: a `Duration`, an amount in đồng, `Words`, a flag, a text; None where the
    part is not there.
    """

    part: str
    what: str
    about: Any = None
    old: Any = None
    new: Any = None


def differences(old: ProcedureData, new: ProcedureData) -> tuple[Difference, ...]:
    """Return what `new` says otherwise than `old`; numbers and dates of the versions are not compared.

    An outline knows no times, fees and papers: against one these are not compared.
    """
    whole = not (old.outline or new.outline)
    found = _plain(old, new, [name for name in BEFORE_PAPERS if whole or name != "limit"])
    if whole:
        found += _by_channel(old, new)
        found += _methods(old.methods, new.methods)
        found += _fees(old.fees, new.fees)
        found += _lists("case", old.cases, new.cases, lambda case: case.key, lambda case: case.name)
        found += _components(old, new)
    found += _lists("result", old.results, new.results, lambda r: fold(r.name.vi), lambda r: r.name)
    found += _plain(old, new, AFTER_PAPERS)
    found += _lists("subject", old.subjects, new.subjects, fold, lambda subject: subject)
    found += _lists("level", old.levels, new.levels, lambda level: level.level, lambda level: level.level)
    found += _lists("agency", old.agencies, new.agencies, lambda a: a.code or fold(a.name), lambda a: a.name)
    found += _lists("legal_basis", old.legal_bases, new.legal_bases, lambda b: fold(b.number + b.name), _basis)
    return tuple(found)


def _basis(basis: Any) -> str:
    return f"{basis.number}: {basis.name}" if basis.number else str(basis.name)


def _same(old: Any, new: Any) -> bool:
    """Tell whether two values say the same; texts are compared without their spacing."""
    if isinstance(old, Words) and isinstance(new, Words):
        return _same(old.vi, new.vi) and (_same(old.en, new.en) or not (old.en and new.en))
    if isinstance(old, str) and isinstance(new, str):
        return old.split() == new.split()
    return bool(old == new)


def _plain(old: ProcedureData, new: ProcedureData, names: Iterable[str]) -> list[Difference]:
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in names]
    return [Difference(name, CHANGED, None, before, after) for name, before, after in pairs if not _same(before, after)]


def _by_channel(old: ProcedureData, new: ProcedureData) -> list[Difference]:
    found = []
    for channel in sorted({*old.limits_by_channel, *new.limits_by_channel}):
        before, after = old.limits_by_channel.get(channel), new.limits_by_channel.get(channel)
        if before != after:
            found.append(Difference("limit_by_channel", _what(before, after), int(channel), before, after))
    return found


def _what(old: Any, new: Any) -> str:
    if old is None:
        return ADDED
    return REMOVED if new is None else CHANGED


def _methods(old: Sequence[MethodData], new: Sequence[MethodData]) -> list[Difference]:
    found = []
    for channel in sorted({method.channel for method in (*old, *new)}):
        before = [method for method in old if method.channel == channel]
        after = [method for method in new if method.channel == channel]
        if not (before and after):
            found.append(Difference("method", ADDED if after else REMOVED, channel))
        elif not all(_same_method(one, other) for one, other in zip(before, after, strict=False)) or (
            len(before) != len(after)
        ):
            found.append(Difference("method", CHANGED, channel, tuple(before), tuple(after)))
    return found


def _same_method(one: MethodData, other: MethodData) -> bool:
    return one.time == other.time and _same(one.note, other.note)


def _fee_key(fee: FeeData) -> tuple[str, int | None, str]:
    return (fold(fee.name.vi), fee.channel, fee.per)


def _steps(fee: FeeData) -> tuple[int, int, int | None]:
    return (fee.later_from, fee.later_amount, fee.most)


def _fees(old: Sequence[FeeData], new: Sequence[FeeData]) -> list[Difference]:
    before, after = {_fee_key(fee): fee for fee in old}, {_fee_key(fee): fee for fee in new}
    found = []
    for key, fee in before.items():
        other = after.get(key)
        if other is None:
            found.append(Difference("fee", REMOVED, fee, fee.amount, None))
        elif fee.amount != other.amount:
            what = RAISED if other.amount > fee.amount else LOWERED
            found.append(Difference("fee", what, other, fee.amount, other.amount))
        if other and fee.when != other.when:
            found.append(Difference("fee_when", CHANGED, other, fee.when, other.when))
        if other and _steps(fee) != _steps(other):
            found.append(Difference("fee_steps", CHANGED, other, _steps(fee), _steps(other)))
        if other and not _same(fee.terms, other.terms):
            found.append(Difference("fee_terms", CHANGED, other, fee.terms, other.terms))
    return found + [Difference("fee", ADDED, fee, None, fee.amount) for key, fee in after.items() if key not in before]


def _components(old: ProcedureData, new: ProcedureData) -> list[Difference]:
    before, after = {item.key: item for item in old.components}, {item.key: item for item in new.components}
    cases = {case.key: case.name for case in (*old.cases, *new.cases)}
    found = []
    for key, item in before.items():
        if key in after:
            found += _component(item, after[key], cases)
        else:
            found.append(Difference("component", REMOVED, item.name, item, None))
    return found + [
        Difference("component", ADDED, item.name, None, item) for key, item in after.items() if key not in before
    ]


def _component(old: ComponentData, new: ComponentData, cases: dict[str, Words]) -> list[Difference]:
    found = []
    for name in (*COUNTS, *COMPONENT_VALUES):
        before, after = getattr(old, name), getattr(new, name)
        if not _same(before, after):
            if name == "case":
                before, after = cases.get(before), cases.get(after)
            found.append(Difference(f"component_{name}", CHANGED, new.name, before, after))
    return found


def _lists(
    part: str, old: Sequence[Any], new: Sequence[Any], key: Callable[[Any], Any], name: Callable[[Any], Any]
) -> list[Difference]:
    """Return what came and went in a list; one whose words were changed is told as changed."""
    before, after = {key(item): item for item in old}, {key(item): item for item in new}
    found = [Difference(part, REMOVED, name(item)) for which, item in before.items() if which not in after]
    for which, item in after.items():
        if which not in before:
            found.append(Difference(part, ADDED, name(item)))
        elif not _same_item(before[which], item):
            found.append(Difference(part, CHANGED, name(item), before[which], item))
    return found


def _same_item(old: Any, new: Any) -> bool:
    if isinstance(old, str):
        return True  # its key is its folded words
    return all(
        _same(getattr(old, name), getattr(new, name)) for name in vars(old) if name not in ("electronic", "code")
    )

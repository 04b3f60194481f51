"""What differs between two versions of a form, field by field, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.rules.answers import Field
from motcua.serve.forms.editing import EditRow, rows_of
from motcua.serve.forms.words import KIND_WORDS

PARTS: Mapping[str, Lazy] = {
    "kind": gettext_lazy("Kind"),
    "label_vi": gettext_lazy("Question (Vietnamese)"),
    "label_en": gettext_lazy("Question (English)"),
    "hint_vi": gettext_lazy("Hint (Vietnamese)"),
    "hint_en": gettext_lazy("Hint (English)"),
    "required": gettext_lazy("Must be answered"),
    "least": gettext_lazy("At least"),
    "most": gettext_lazy("At most"),
    "choices": gettext_lazy("Answers to choose from"),
    "show_if": gettext_lazy("Shown only if"),
    "match": gettext_lazy("Conditions needed"),
}


@dataclass(frozen=True)
class Difference:
    """A line: which field, what of it, before, after; "" for nothing said."""

    key: str
    label: str
    what: str
    before: str
    after: str


def differences(old: Sequence[Field], new: Sequence[Field]) -> list[Difference]:
    """Return what the new version says otherwise: fields added, removed, moved, changed."""
    before, after = _by_key(old), _by_key(new)
    found = [
        Difference(key, row.typed["label_vi"], _("field removed"), row.typed["label_vi"], "")
        for key, row in before.items()
        if key not in after
    ]
    for key, row in after.items():
        if key not in before:
            found.append(Difference(key, row.typed["label_vi"], _("field added"), "", row.typed["label_vi"]))
        else:
            found += _changes(key, before[key], row)
    return [*found, *_moved(list(before), list(after), after)]


def _by_key(fields: Sequence[Field]) -> dict[str, EditRow]:
    rows = rows_of(fields)
    return {f"{r.typed['within']}.{r.typed['key']}" if r.typed["within"] else r.typed["key"]: r for r in rows}


def _changes(key: str, old: EditRow, new: EditRow) -> list[Difference]:
    return [
        Difference(key, new.typed["label_vi"], str(words), was, now)
        for name, words in PARTS.items()
        if (was := _said(old, name)) != (now := _said(new, name))
    ]


def _said(row: EditRow, name: str) -> str:
    if name == "required":
        return _("Yes") if row.required else _("No")
    if name == "kind":
        return str(KIND_WORDS.get(row.typed["kind"], row.typed["kind"]))
    return row.typed[name]


def _moved(old: list[str], new: list[str], rows: Mapping[str, EditRow]) -> list[Difference]:
    """Return the fields that stand after another field than before, of those that both versions have."""
    kept_old, kept_new = [k for k in old if k in rows], [k for k in new if k in set(old)]
    if kept_old == kept_new:
        return []
    before, after = _forerunners(kept_old), _forerunners(kept_new)
    return [
        Difference(key, rows[key].typed["label_vi"], _("moved: stands after"), before[key] or "–", after[key] or "–")
        for key in kept_new
        if before[key] != after[key]
    ]


def _forerunners(keys: list[str]) -> dict[str, str]:
    return dict(zip(keys, ["", *keys[:-1]], strict=True))

"""What differs between two processes, step by step, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from motcua.rules.processes import waits_for
from motcua.serve.catalogue.models import StepKind
from motcua.serve.catalogue.processes.presenting import draft_words, name_of, switch_words, time_words, who
from motcua.serve.catalogue.processes.rows import StepRow, rule_steps

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
WORDS: Mapping[str, Lazy | str] = {ADDED: _("added"), REMOVED: _("removed"), CHANGED: _("changed")}


@dataclass(frozen=True)
class Detail:
    """One thing that a step says otherwise: what, before, after; "" for nothing said."""

    what: Lazy | str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """A step that was added, removed or changed; `number` is its row in the table that has it, the later one first."""

    kind: str
    key: str
    name: str
    number: int
    details: tuple[Detail, ...] = ()

    @property
    def said(self) -> str:
        """Return the kind in words."""
        return str(WORDS[self.kind])


def differences(before: Sequence[StepRow], after: Sequence[StepRow]) -> list[Difference]:
    """Return how the second table differs from the first; steps are the same where their keys are.

    Steps of the second come first, in their order, then those that it has no more. A step whose row only moved because
    another was added above it is no difference; one that stands elsewhere among those that both tables have is.
    """
    old = {row.key: row for row in before}
    new = {row.key: row for row in after}
    places = _places(before, new), _places(after, old)
    said = _Said(before), _Said(after)
    found = [_added_or_changed(row, number, old, places, said) for number, row in enumerate(after, 1)]
    gone = [Difference(REMOVED, r.key, name_of(r), n) for n, r in enumerate(before, 1) if r.key not in new]
    return [one for one in found if one is not None] + gone


def _places(rows: Sequence[StepRow], other: Mapping[str, StepRow]) -> dict[str, int]:
    """Return the place of each step among those that both tables have."""
    return {row.key: place for place, row in enumerate((r for r in rows if r.key in other), 1)}


class _Said:
    """What the steps of one table say, in words; other steps are named by name."""

    def __init__(self, rows: Sequence[StepRow]) -> None:
        self.names = {row.key: name_of(row) for row in rows}
        self.waits = waits_for(rule_steps(rows))

    def named(self, keys: Sequence[str]) -> str:
        return ", ".join(sorted(self.names.get(key, key) for key in keys))


def _added_or_changed(
    row: StepRow,
    number: int,
    old: Mapping[str, StepRow],
    places: tuple[dict[str, int], dict[str, int]],
    said: tuple[_Said, _Said],
) -> Difference | None:
    if row.key not in old:
        return Difference(ADDED, row.key, name_of(row), number)
    details = _details(old[row.key], row, said)
    was, now = places[0][row.key], places[1][row.key]
    if was != now:
        details.append(Detail(_("Place in the order"), str(was), str(now)))
    return Difference(CHANGED, row.key, name_of(row), number, tuple(details)) if details else None


PLAIN: tuple[tuple[Lazy | str, Callable[[StepRow], str]], ...] = (
    (_("Name (Vietnamese)"), lambda row: row.name_vi),
    (_("Name (English)"), lambda row: row.name_en),
    (_("What"), lambda row: str(StepKind(row.kind).label)),
    (_("Who"), who),
    (_("Time"), time_words),
    (_("Settings"), lambda row: "; ".join(switch_words(row))),
)


def _details(old: StepRow, new: StepRow, said: tuple[_Said, _Said]) -> list[Detail]:
    found = [Detail(what, read(old), read(new)) for what, read in PLAIN]
    found = [detail for detail in found if detail.before != detail.after]
    ways = (
        (_("After"), said[0].waits[old.key], said[1].waits[new.key]),
        (_("May be sent back to"), old.may_return_to, new.may_return_to),
    )
    # By key: a step that was only renamed changes nothing for those that name it.
    return found + [Detail(what, said[0].named(a), said[1].named(b)) for what, a, b in ways if set(a) != set(b)]


def draft_differences(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> list[Detail]:
    """Return the papers whose way through hands differs."""
    old, new = dict(draft_words(before)), dict(draft_words(after))
    papers = [paper for paper in {**old, **new} if old.get(paper) != new.get(paper)]
    return [Detail(paper, " → ".join(old.get(paper, ())), " → ".join(new.get(paper, ()))) for paper in papers]

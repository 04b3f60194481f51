"""Agencies through time, as plain values: who stands above whom from when to when, and who follows whom.

Validity is half-open, `[since, until)`, in local dates; `until` None means for good. Nothing here reads a clock.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

ENDLESS = dt.date.max


class SuccessionError(ValueError):
    """A history that cannot be. `code` says which rule it breaks, `agency` where."""

    def __init__(self, code: str, agency: int) -> None:
        super().__init__(code)
        self.code = code
        self.agency = agency


@dataclass(frozen=True, slots=True)
class Term:
    """An agency stood below `parent` (None: at the top) from a date to a date."""

    agency: int
    parent: int | None
    since: dt.date
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """`ancestor` stood `depth` levels above `descendant` (0 = itself) from a date to a date."""

    ancestor: int
    descendant: int
    depth: int
    since: dt.date
    until: dt.date | None


def closure(terms: Iterable[Term]) -> list[Path]:
    """Return all paths of a tree through time; neighbouring spans of one path are joined.

    Raises:
        SuccessionError: `cycle`, an agency would stand above itself on some day.
    """
    by_agency: dict[int, list[Term]] = defaultdict(list)
    for term in terms:
        by_agency[term.agency].append(term)
    paths: list[Path] = []
    for agency in by_agency:
        spans: dict[tuple[int, int], list[tuple[dt.date, dt.date]]] = defaultdict(list)
        _climb(by_agency, agency, 0, (dt.date.min, ENDLESS), (), spans)
        for (ancestor, depth), found in spans.items():
            paths += [Path(ancestor, agency, depth, a, None if b == ENDLESS else b) for a, b in _joined(found)]
    return paths


def _climb(
    by_agency: Mapping[int, Sequence[Term]],
    agency: int,
    depth: int,
    window: tuple[dt.date, dt.date],
    below: tuple[int, ...],
    spans: dict[tuple[int, int], list[tuple[dt.date, dt.date]]],
) -> None:
    """Note the agency within a window of dates, and climb to whoever stood above it in each part of the window."""
    if agency in below:
        raise SuccessionError("cycle", agency)
    for term in by_agency.get(agency, ()):
        part = max(window[0], term.since), min(window[1], term.until or ENDLESS)
        if part[0] >= part[1]:
            continue
        spans[agency, depth].append(part)
        if term.parent is not None:
            _climb(by_agency, term.parent, depth + 1, part, (*below, agency), spans)


def _joined(spans: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    joined: list[tuple[dt.date, dt.date]] = []
    for since, until in sorted(spans):
        if joined and joined[-1][1] == since:
            joined[-1] = joined[-1][0], until
        else:
            joined.append((since, until))
    return joined


@dataclass(frozen=True, slots=True)
class Node:
    """What an agency is called on a day, and below whom it stands."""

    name: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a decision: what became of `sources`, what came of it. The first result takes over what is open.

    `kind` is created, renamed, moved, merged, split or dissolved; `results` are pairs of an agency and its node, the
    node None for an agency that was there before. With `continues` an agency that is split goes on.
    """

    effective_on: dt.date
    kind: str
    sources: tuple[int, ...] = ()
    results: tuple[tuple[int, Node | None], ...] = ()
    continues: bool = False


def replay(opening: Mapping[int, Node], changes: Iterable[Change], on: dt.date) -> dict[int, Node]:
    """Return the tree that decisions leave on a day, in the order of their days and, within a day, as given.

    Args:
        opening: the agencies of that day that no decision made.
    """
    tree = dict(opening)
    for change in sorted(changes, key=lambda one: one.effective_on):
        if change.effective_on <= on:
            _apply(tree, change)
    return tree


def _apply(tree: dict[int, Node], change: Change) -> None:
    for agency, node in change.results:
        if node is not None and change.kind in ("created", "merged", "split"):
            tree[agency] = node
    if change.kind == "renamed":
        agency, node = change.results[0]
        tree[agency] = replace(tree[agency], name=node.name if node else tree[agency].name)
    if change.kind == "moved":
        agency, node = change.results[0]
        tree[agency] = replace(tree[agency], parent=node.parent if node else None)
    if change.kind in ("merged", "split", "dissolved") and not change.continues:
        _end(tree, change)


def _end(tree: dict[int, Node], change: Change) -> None:
    """End the sources; what stood below them stands below the first result, which rises where it stood below one."""
    ended = {agency for agency in change.sources if agency not in [result for result, _node in change.results]}
    heir = change.results[0][0] if change.results else None
    before = dict(tree)
    for agency in ended:
        del tree[agency]
    for agency, node in list(tree.items()):
        parent = node.parent
        if parent in ended and agency != heir:
            parent = heir
        while parent is not None and parent in ended:
            parent = before[parent].parent
        tree[agency] = replace(node, parent=parent)


@dataclass(frozen=True, slots=True)
class RollUp:
    """Who has taken over from an agency by a day.

    `agencies` are all its successors in force then (itself, if it still is); none if nobody took over. `one` is the
    agency that its figures roll up to as a whole, None where it was split and no decision named who goes on. `splits`
    are the agencies on the way that several others took over from: figures cannot be shared out there by themselves.
    """

    agency: int
    agencies: tuple[int, ...]
    one: int | None
    splits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Succession:
    """When agencies ended, who followed each, and who of several the decision named to take over what was open."""

    ends: Mapping[int, dt.date | None]
    followers: Mapping[int, Sequence[int]]
    heirs: Mapping[int, int]

    def roll_up(self, agency: int, on: dt.date) -> RollUp:
        """Return who has taken over from an agency by a local date."""
        splits: list[int] = []
        found = tuple(dict.fromkeys(self._last(agency, on, splits, ())))
        return RollUp(agency, found, self._one(agency, on), tuple(dict.fromkeys(splits)))

    def _in_force(self, agency: int, on: dt.date) -> bool:
        end = self.ends.get(agency)
        return end is None or end > on

    def _last(self, agency: int, on: dt.date, splits: list[int], seen: tuple[int, ...]) -> list[int]:
        if self._in_force(agency, on):
            return [agency]
        following = [one for one in self.followers.get(agency, ()) if one not in seen]
        if len(following) > 1:
            splits.append(agency)
        return [last for one in following for last in self._last(one, on, splits, (*seen, agency))]

    def _one(self, agency: int, on: dt.date) -> int | None:
        seen: set[int] = set()
        while not self._in_force(agency, on):
            seen.add(agency)
            following = [one for one in self.followers.get(agency, ()) if one not in seen]
            following = following if len(following) < 2 else [one for one in following if self.heirs.get(agency) == one]
            if not following:
                return None
            agency = following[0]
        return agency

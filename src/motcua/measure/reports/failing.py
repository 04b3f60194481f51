"""A check that fails: the dossiers for which its two sides disagree, and which columns count each of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from motcua.formats.reportforms import Check, Column, Form
from motcua.measure.metrics.counting import list_of
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.questions import Question
from motcua.measure.reports.columns import opens
from motcua.measure.reports.making import question_for
from motcua.measure.reports.opening import within_reach
from motcua.record.organisation.actor import Actor
from motcua.serve.dossiers.models import Dossier
from motcua.serve.dossiers.queries import readable

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Term:
    """One column of a check: what it asks, and on which side it stands (1 left, -1 right)."""

    column: Column
    question: Question
    side: int


@dataclass(frozen=True, slots=True)
class Disagreeing:
    """A dossier and the columns that count it."""

    dossier: Dossier
    counted_in: tuple[int, ...]


def terms_of(form: Form, check: Check, question: Question) -> tuple[Term, ...]:
    """Return the columns of a check as terms; none where a column has no dossiers behind it."""
    columns = [(form.column(check.left), 1), *((form.column(number), -1) for number in check.right)]
    return _terms((column, question, side) for column, side in columns)


def terms_of_opening(form: Form, question: Question, before: Question) -> tuple[Term, ...]:
    """Return as terms what was carried over, and what the issue before (its question) left open."""
    if form.opening is None:
        return ()
    opening, remaining = form.opening
    return _terms([(form.column(opening), question, 1), (form.column(remaining), before, -1)])


def _terms(parts: Iterable[tuple[Column | None, Question, int]]) -> tuple[Term, ...]:
    found = [
        Term(column, question_for(question, column), side)
        for column, question, side in parts
        if column is not None and column.measure and opens(column)
    ]
    return tuple(found) if len({term.side for term in found}) == 2 else ()


class DossiersOfCheck:
    """The dossiers that one side of a check counts otherwise than the other, as far as the actor may read them."""

    ordered = True

    def __init__(self, terms: tuple[Term, ...], by: Actor) -> None:
        self.by = by
        self.terms = tuple(replace(term, question=within_reach(term.question, by)) for term in terms)

    @cached_property
    def _found(self) -> list[dict[str, Any]]:
        """The first dossiers whose sides differ; a check that fails everywhere needs no longer list."""
        if not self.terms:
            return []
        first, *others = (_weighed(term) for term in self.terms)
        weighed = first.union(*others)
        differing = weighed.group_by("dossier_id").aggregate(
            balance=weighed.side.sum(),
            **{f"column_{n}": (weighed.number == n).any() for n in {term.column.number for term in self.terms}},
        )
        found = differing.filter(differing.balance != 0).order_by("dossier_id").limit(MOST)
        return live.rows(found)

    def count(self) -> int:
        """Return how many there are, at most a thousand."""
        return len(self._found)

    __len__ = count

    def __getitem__(self, part: slice) -> list[Disagreeing]:
        rows = self._found[part]
        keys: list[uuid.UUID] = [row["dossier_id"] for row in rows]
        dossiers = readable(self.by).filter(pk__in=keys).in_bulk()
        numbers = sorted({term.column.number for term in self.terms})
        return [
            Disagreeing(dossiers[row["dossier_id"]], tuple(n for n in numbers if row[f"column_{n}"]))
            for row in rows
            if row["dossier_id"] in dossiers
        ]


def _weighed(term: Term) -> Any:
    import ibis

    rows = list_of(term.question, term.column.measure).select("dossier_id")
    return rows.mutate(side=ibis.literal(term.side, "int64"), number=ibis.literal(term.column.number, "int64"))
